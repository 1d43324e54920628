//! Whatever arrives: the console goes on.

use std::time::Duration;

use device::Closed;
use rep_console::{Account, Flavour, KeyOptions, TEAM_CHAT_LINES_MAX};
use wire::MemberId;
use wire::session::Audience;

use crate::desk::{anns_desk, desk, with_sessions};

#[test]
fn bytes_that_are_no_message_end_the_connection_and_nothing_else() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    desk.say_bytes(&[0, 0, 0, 1, 200]);
    assert_eq!(desk.party.view().pages.len(), 1);
    desk.wait(Duration::from_secs(2));
    desk.accept();
    insta::assert_snapshot!(desk.story(), @r#"
    aborts
    event ConnectionLost(Malformed("expected a message, found 1 bytes that are none: Hit the end of buffer, expected more data"))
    dials support.example.com:443
    says Ask { request: RequestId(2), ask: SignIn { user_name: "ann", password: "secret" } }
    "#);
}

#[test]
fn whatever_arrives_it_goes_on() {
    arbtest::arbtest(|u| {
        let flavour = *u.choose(&[Flavour::Desktop, Flavour::Mobile])?;
        let mut desk =
            if u.ratio(1, 4)? { desk(flavour) } else { with_sessions(anns_desk(flavour), &[4, 5]) };
        while !u.is_empty() {
            let session = desk.party.view().pages.first().map_or(wire::SessionId(0), |page| page.session);
            match u.int_in_range(0..=24)? {
                0 if desk.is_connected() => desk.say_bytes(u.bytes(u.len().min(40))?),
                1..=6 if desk.is_connected() => desk.say(u.arbitrary()?),
                7 if desk.is_connected() => desk.cut(Closed::Reset),
                8 => drop(desk.act(|console, now, device| console.sign_in(now, device, "a", "b", true))),
                9 => drop(
                    desk.act(|console, now, device| console.generate_key(now, device, KeyOptions::default())),
                ),
                10 => drop(desk.act(|console, now, device| {
                    console.send_chat(now, device, session, Audience::Everyone, "x")
                })),
                11 => drop(desk.act(|console, now, device| console.show_session(now, device, session))),
                12 => drop(desk.act(|console, now, device| console.get_next(now, device))),
                13 => drop(desk.act(|console, now, device| console.join_external(now, device, "7KEY"))),
                14 => drop(desk.act(|console, now, device| console.open_report(now, device, session))),
                15 => desk.act(|console, now, device| console.computer_locked(now, device, true)),
                16 => drop(desk.act(|console, now, device| console.open_options(now, device, session))),
                17 => drop(
                    desk.act(|console, now, device| console.ask_to_remove(now, device, session, MemberId(1))),
                ),
                18 => desk.act(|console, now, device| console.back(now, device)),
                _ => desk.wait(Duration::from_secs(u.int_in_range(0..=100)?)),
            }
            if desk.is_dialling() {
                desk.accept();
            }
            let view = desk.party.view();
            assert!(view.front.is_none_or(|front| view.page(front).is_some()), "what is in front is open");
            assert!(view.notices.len() <= 50 && view.closed.len() <= 10);
            assert!(view.team_chat.len() <= TEAM_CHAT_LINES_MAX);
            assert!(
                view.front.is_some() || (view.options.is_empty() && !view.fullscreen),
                "pages have options"
            );
            assert!(desk.is_connected() || view.assignments.is_empty(), "prompts need somebody who prompts");
            assert!(view.removal_to_confirm.as_ref().is_none_or(|asked| view.page(asked.session).is_some()));
            assert!(
                view.pages.iter().all(|page| page.log.is_sorted_by(|a, b| a.seq < b.seq)),
                "no entry twice"
            );
            assert!(
                (view.account == Account::SignedOut)
                    == (!desk.is_connected()
                        && view.profile.is_none()
                        && view.pages.is_empty()
                        && view.connection == device::LinkState::Off)
            );
        }
        Ok(())
    });
}

#[test]
#[should_panic(expected = "the rep console mutated before it was drained: 1 transmits and 0 events left")]
fn a_second_deed_before_draining_is_a_bug() {
    let mut desk = desk(Flavour::Desktop);
    desk.act(|console, now, device| {
        console.sign_in(now, device, "ann", "secret", false).and_then(|()| console.sign_out(now, device))
    })
    .expect("the second panics");
}
