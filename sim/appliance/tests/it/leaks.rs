//! What is over leaves nothing behind.

use appliance::Footprint;
use wire::customer::CustomerToAppliance;
use wire::rep::RepAsk;
use wire::session::QueueEntryKind;

use crate::durability::{CUSTOMERS, Known, REPS, act};
use crate::office::{Office, VPN};

/// Everybody goes home, in one way or another.
fn everybody_leaves(office: &mut Office, in_order: bool) {
    for rep in REPS {
        if in_order && office.is_connected(rep) {
            for session in office.sees(rep).pages.keys().copied().collect::<Vec<_>>() {
                office.ask(rep, RepAsk::End { session }).expect("a page is open");
            }
            office.ask(rep, RepAsk::SignOut).expect("signed in");
        }
    }
    for customer in CUSTOMERS {
        if in_order && office.is_connected(customer) {
            office.say(customer, &CustomerToAppliance::Leave);
        }
    }
    office.cut_everybody();
}

#[test]
fn once_everybody_has_left_only_what_lasts_is_left() {
    arbtest::arbtest(|u| {
        let mut office = Office::new();
        let mut known = Known::default();
        for _ in 0..u.int_in_range(0..=60)? {
            act(&mut office, &mut known, u)?;
        }
        everybody_leaves(&mut office, u.arbitrary()?);
        if u.arbitrary()? {
            office.restart();
        }
        let Footprint { keys, jump_clients, .. } = office.appliance.footprint();
        // Customers may come back for five minutes.
        office.wait_s(300);
        // What is over is kept for reports.
        let Footprint { timers, archived, .. } = office.appliance.footprint();
        let lasting = Footprint { keys, jump_clients, archived, ..Footprint::default() };
        assert_eq!(office.appliance.footprint(), Footprint { timers, ..lasting });
        let view = office.appliance.view();
        assert_eq!((view.sessions_waiting, view.sessions_with_owner, view.jump_clients_online), (0, 0, 0));
        assert!(view.representatives.is_empty());
        // Timers run out, and every key has one.
        office.wait_s(86_400);
        assert_eq!(office.appliance.footprint(), Footprint { timers: keys, ..lasting });
        office.wait_s(14 * 86_400);
        assert_eq!(
            office.appliance.footprint(),
            Footprint { jump_clients, archived, ..Footprint::default() }
        );
        // And the disk remembers no more than that.
        office.restart();
        assert_eq!(
            office.appliance.footprint(),
            Footprint { jump_clients, archived, ..Footprint::default() }
        );
        Ok(())
    });
}

/// The status page's counts are what they count, whatever happened.
#[test]
fn the_status_page_counts_what_there_is() {
    arbtest::arbtest(|u| {
        let mut office = Office::new();
        let mut known = Known::default();
        for _ in 0..u.int_in_range(0..=60)? {
            act(&mut office, &mut known, u)?;
            if u.ratio(1, 20)? {
                office.restart();
            }
            let holds = office.appliance.footprint();
            let view = office.appliance.view();
            assert_eq!(view.sessions_waiting, holds.waiting);
            assert_eq!(view.sessions_with_owner, holds.sessions - holds.waiting);
            assert_eq!(view.jump_clients_online, holds.jump_clients_online);
            assert_eq!(view.representatives.len(), holds.consoles);
        }
        Ok(())
    });
}

/// A session on which the same things are done all day grows by its log alone.
#[test]
fn a_line_of_a_queue_that_is_gone_is_forgotten() {
    let mut office = Office::new();
    office.sign_in("alex");
    office.sign_in("blair");
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("she waits");
    for _ in 0..100 {
        office.invite("alex", "carla", wire::RepId(1)).expect("Alex owns it");
        let line = office.find_line("blair", "carla").expect("Blair is invited");
        office.ask("blair", RepAsk::Decline { entry: line.id }).expect("Blair is invited");
        office.ask_about("alex", |session| RepAsk::Hold { session }).expect("Alex owns it");
        office.accept("alex", "carla").expect("she waits");
    }
    let lines: Vec<QueueEntryKind> =
        office.sees("alex").queue_lines.values().map(|line| line.what.clone()).collect();
    assert_eq!(lines, [QueueEntryKind::InSession]);
    assert!(office.sees("blair").queue_lines.is_empty());
    assert_eq!(office.appliance.footprint().queue_lines, 1);
}
