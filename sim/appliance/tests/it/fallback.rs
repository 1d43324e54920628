//! Where a session goes when its representative is lost: the order of `anchors/domain.md` section 2, each step on and
//! off (QUE-11).

use std::fmt::Write as _;

use wire::customer::Start;
use wire::jump::ApplianceToJump;
use wire::rep::{RepAnswer, RepAsk};
use wire::{RepId, Role};

use crate::office::{Office, SITE, VPN};

const BLAIR: RepId = RepId(1);
const REPS: [&str; 4] = ["alex", "blair", "casey", "drew"];

/// A site where the steps of one kind of session are as given, and those of the other kind are all off.
fn site(kind: &str, last: bool, first: bool, designated: bool) -> String {
    let other = if kind == "jump" { "attended" } else { "jump" };
    let designated = if designated { "designated = \"Desktop\"\n" } else { "" };
    format!(
        "{SITE}\n[fallback.{kind}]\nlast_queue = {last}\nfirst_queue = {first}\n{designated}\
         [fallback.{other}]\nlast_queue = false\nfirst_queue = false\n"
    )
}

/// Carla asked for help with her VPN; Blair has put her on hold once.
fn attended(office: &mut Office) {
    office.sign_in("blair");
    office.arrive("carla", VPN);
    office.accept("blair", "carla").expect("she waits");
    office.ask_about("blair", |session| RepAsk::Hold { session }).expect("Blair owns it");
    office.accept("blair", "carla").expect("she waits");
}

/// Alex has jumped to a machine that is called Carla, and is in session with it.
fn jump(office: &mut Office) {
    office.sign_in("alex");
    let jump_client = office.register("db-01", "installer-servers");
    let request = office.ask_later("alex", RepAsk::Jump { jump_client });
    let Some(ApplianceToJump::StartSession { jump, token, .. }) = office.line("db-01").jump_says.pop() else {
        panic!("the machine is told")
    };
    office.greet("carla", Role::Customer);
    office.join("carla", Start::Jump { jump, token });
    let session = office.session_of("carla");
    assert_eq!(office.answer("alex", request), Some(Ok(RepAnswer::Jumped { jump, session })));
}

/// The same, on hold with Alex once, then Blair's, and on hold with Blair once.
fn jump_handed_on(office: &mut Office) {
    jump(office);
    office.sign_in("blair");
    office.ask_about("alex", |session| RepAsk::Hold { session }).expect("Alex owns it");
    office.accept("alex", "carla").expect("it waits");
    office.invite("alex", "carla", BLAIR).expect("Alex owns it");
    office.accept("blair", "carla").expect("Blair is invited");
    office.cut("alex");
    office.ask_about("blair", |session| RepAsk::Hold { session }).expect("Blair has inherited it");
    office.accept("blair", "carla").expect("it waits");
}

/// Who sees the session where, once everybody is back.
fn whereabouts(office: &mut Office) -> String {
    let mut words = office.sees("carla").as_customer();
    for rep in REPS {
        office.sign_in(rep);
        let sees = office.sees(rep).of_customer("carla");
        if sees != "-" {
            write!(words, ", {rep}: {sees}").expect("writing to memory");
        }
    }
    words
}

#[test]
fn the_order_of_the_steps() {
    let mut table = String::new();
    type Kind = (&'static str, &'static str, &'static str, fn(&mut Office));
    let sessions: [Kind; 3] = [
        ("attended", "attended", "blair", attended),
        ("jump, never in a queue", "jump", "alex", jump),
        ("jump, handed on", "jump", "blair", jump_handed_on),
    ];
    for (name, kind, owner, begin) in sessions {
        writeln!(table, "{name}").expect("writing to memory");
        for steps in (0..8_u8).rev() {
            let [last, first, designated] = [4, 2, 1].map(|step| steps & step != 0);
            let mut office = Office::of(&site(kind, last, first, designated));
            begin(&mut office);
            office.cut(owner);
            let on = |on: bool, step: &'static str| if on { step } else { "-" };
            let steps = format!(
                "{:4} {:5} {:10}",
                on(last, "last"),
                on(first, "first"),
                on(designated, "designated")
            );
            writeln!(table, "  {steps} -> {}", whereabouts(&mut office)).expect("writing to memory");
        }
    }
    insta::assert_snapshot!(table, @"
    attended
      last first designated -> on hold, blair: waits in own queue
      last first -          -> on hold, blair: waits in own queue
      last -     designated -> on hold, blair: waits in own queue
      last -     -          -> on hold, blair: waits in own queue
      -    first designated -> on hold, alex: waits in team-0, blair: waits in team-0, casey: waits in team-0
      -    first -          -> on hold, alex: waits in team-0, blair: waits in team-0, casey: waits in team-0
      -    -     designated -> on hold, alex: waits in team-1, drew: waits in team-1
      -    -     -          -> the representative was lost
    jump, never in a queue
      last first designated -> on hold, alex: waits in team-1, drew: waits in team-1
      last first -          -> the representative was lost
      last -     designated -> on hold, alex: waits in team-1, drew: waits in team-1
      last -     -          -> the representative was lost
      -    first designated -> on hold, alex: waits in team-1, drew: waits in team-1
      -    first -          -> the representative was lost
      -    -     designated -> on hold, alex: waits in team-1, drew: waits in team-1
      -    -     -          -> the representative was lost
    jump, handed on
      last first designated -> on hold, blair: waits in own queue
      last first -          -> on hold, blair: waits in own queue
      last -     designated -> on hold, blair: waits in own queue
      last -     -          -> on hold, blair: waits in own queue
      -    first designated -> on hold, alex: waits in own queue
      -    first -          -> on hold, alex: waits in own queue
      -    -     designated -> on hold, alex: waits in team-1, drew: waits in team-1
      -    -     -          -> the representative was lost
    ");
}

/// Step 1 has no switch: whoever shares it longest has it, even where every other step is off.
#[test]
fn whoever_shares_it_longest_comes_first() {
    for kind in ["attended", "jump"] {
        let mut office = Office::of(&site(kind, false, false, false));
        match kind {
            "jump" => {
                jump(&mut office);
                office.sign_in("blair");
            }
            _ => {
                office.sign_in("alex");
                office.sign_in("blair");
                office.arrive("carla", VPN);
                office.accept("alex", "carla").expect("she waits");
            }
        }
        for rep in ["drew", "casey"] {
            office.sign_in(rep);
        }
        for (rep, id) in [("drew", 3), ("blair", 1), ("casey", 2)] {
            office.wait_s(1);
            office.invite("alex", "carla", RepId(id)).expect("Alex owns it");
            office.accept(rep, "carla").expect("invited");
        }
        for (lost, heir) in [("alex", "drew"), ("drew", "blair"), ("blair", "casey")] {
            office.cut(lost);
            assert_eq!(office.sees(heir).of_customer("carla"), "owns", "{heir} after {lost}");
        }
        office.cut("casey");
        assert_eq!(office.sees("carla").as_customer(), "the representative was lost");
    }
}

/// A session that its customer has left is not put into a queue for nobody.
#[test]
fn what_nobody_is_left_in_is_over() {
    let mut office = Office::new();
    attended(&mut office);
    office.say("carla", &wire::customer::CustomerToAppliance::Leave);
    office.cut("blair");
    assert_eq!(office.appliance.footprint().sessions, 0);
    let told = |event: &appliance::ApplianceEvent| format!("{event:?}").contains("SessionTransferredToQueue");
    assert_eq!(
        office.events.iter().filter(|event| told(event)).count(),
        2,
        "when she came and when she was on hold"
    );
}
