//! Every state of a session against everything that can befall it.

use std::fmt::Write as _;

use wire::RepId;
use wire::customer::CustomerToAppliance;
use wire::rep::{Refusal, RepAnswer, RepAsk};

use crate::office::{Office, VPN};

const ALEX: RepId = RepId(0);
const BLAIR: RepId = RepId(1);
const CASEY: RepId = RepId(2);

type State = (&'static str, fn() -> Office);
type Event = (&'static str, fn(&mut Office) -> String);

const STATES: &[State] = &[
    ("waiting", waiting),
    ("owned", owned),
    ("shared, Casey invited", shared),
    ("on hold", on_hold),
    ("on hold with Blair in it", on_hold_with_others),
    ("waiting, customer lost", || then(waiting(), |office| office.cut("carla"))),
    ("owned, customer lost", || then(owned(), |office| office.cut("carla"))),
    ("owned, customer gone", || then(owned(), |office| office.say("carla", &CustomerToAppliance::Leave))),
    ("over", || then(owned(), |office| told(office.ask_about("alex", |session| RepAsk::End { session })))),
];

const EVENTS: &[Event] = &[
    ("Alex accepts", |office| accepts(office, "alex")),
    ("Blair accepts", |office| accepts(office, "blair")),
    ("Casey accepts", |office| accepts(office, "casey")),
    ("Blair gets next", |office| words(office.ask("blair", RepAsk::GetNext))),
    ("Casey declines", |office| match office.find_line("casey", "carla") {
        Some(line) => words(office.ask("casey", RepAsk::Decline { entry: line.id })),
        None => "sees no line".to_owned(),
    }),
    ("Alex holds", |office| words(office.ask_about("alex", |session| RepAsk::Hold { session }))),
    ("Blair holds", |office| words(office.ask_about("blair", |session| RepAsk::Hold { session }))),
    ("Alex ends", |office| words(office.ask_about("alex", |session| RepAsk::End { session }))),
    ("Blair ends", |office| words(office.ask_about("blair", |session| RepAsk::End { session }))),
    ("Alex invites Blair", |office| words(office.invite("alex", "carla", BLAIR))),
    ("Alex invites Casey", |office| words(office.invite("alex", "carla", CASEY))),
    ("Blair invites Alex", |office| words(office.invite("blair", "carla", ALEX))),
    ("Alex is lost", |office| happens(office, |office| office.cut("alex"))),
    ("Alex signs out", |office| words(office.ask("alex", RepAsk::SignOut))),
    ("Alex signs in elsewhere", |office| happens(office, |office| office.sign_in("alex"))),
    ("Blair is lost", |office| happens(office, |office| office.cut("blair"))),
    ("Carla is lost", |office| {
        happens(office, |office| {
            if office.is_connected("carla") {
                office.cut("carla")
            }
        })
    }),
    ("Carla comes back", |office| happens(office, |office| office.resume("carla", 0))),
    ("Carla leaves", |office| {
        happens(office, |office| {
            if office.is_connected("carla") {
                office.say("carla", &CustomerToAppliance::Leave);
            }
        })
    }),
    ("Carla stays away", |office| {
        happens(office, |office| {
            if office.is_connected("carla") {
                office.cut("carla");
            }
            office.wait_s(300);
        })
    }),
    ("the appliance restarts", |office| {
        happens(office, |office| {
            office.restart();
            sign_everybody_in(office);
        })
    }),
    ("it restarts, Carla comes back", |office| {
        happens(office, |office| {
            office.restart();
            office.resume("carla", 0);
            sign_everybody_in(office);
        })
    }),
];

fn then(mut office: Office, what: impl FnOnce(&mut Office)) -> Office {
    what(&mut office);
    office
}

fn sign_everybody_in(office: &mut Office) {
    for rep in ["alex", "blair", "casey"] {
        office.sign_in(rep);
    }
}

fn waiting() -> Office {
    let mut office = Office::new();
    sign_everybody_in(&mut office);
    office.arrive("carla", VPN);
    office
}

fn owned() -> Office {
    then(waiting(), |office| told(office.accept("alex", "carla")))
}

fn shared() -> Office {
    then(owned(), |office| {
        told(office.invite("alex", "carla", BLAIR));
        told(office.accept("blair", "carla"));
        told(office.invite("alex", "carla", CASEY));
    })
}

fn on_hold() -> Office {
    then(owned(), |office| told(office.ask_about("alex", |session| RepAsk::Hold { session })))
}

fn on_hold_with_others() -> Office {
    then(shared(), |office| told(office.ask_about("alex", |session| RepAsk::Hold { session })))
}

fn told(answer: Result<RepAnswer, Refusal>) {
    answer.expect("the way to a state is free");
}

fn accepts(office: &mut Office, who: &str) -> String {
    match office.find_line(who, "carla") {
        Some(_) => words(office.accept(who, "carla")),
        None => "sees no line".to_owned(),
    }
}

fn happens(office: &mut Office, what: impl FnOnce(&mut Office)) -> String {
    what(office);
    String::new()
}

fn words(answer: Result<RepAnswer, Refusal>) -> String {
    match answer {
        Ok(answer) => <&str>::from(&answer).to_owned(),
        Err(refusal) => refusal.to_string(),
    }
}

/// What everybody sees of Carla's session.
fn situation(office: &mut Office) -> String {
    let mut words = match office.is_connected("carla") {
        true => format!("Carla {}", office.sees("carla").as_customer()),
        false => "Carla away".to_owned(),
    };
    for rep in ["alex", "blair", "casey"] {
        let sees = match office.is_connected(rep) {
            true => office.sees(rep).of_customer("carla"),
            false => "away".to_owned(),
        };
        write!(words, " | {} {sees}", rep[..1].to_uppercase()).expect("writing to memory");
    }
    words
}

/// A session stands in exactly one queue or has an owner; who shares it is told; nobody else sees it.
#[test]
fn every_state_against_everything() {
    let mut table = String::new();
    for (state, set_up) in STATES {
        let before = situation(&mut set_up());
        writeln!(table, "{state}: {before}").expect("writing to memory");
        for (event, happen) in EVENTS {
            let mut office = set_up();
            let answer = happen(&mut office);
            let after = situation(&mut office);
            let after = if after == before { "-" } else { &after };
            let answer = if answer.is_empty() { String::new() } else { format!("{answer}; ") };
            writeln!(table, "  {event}: {answer}{after}").expect("writing to memory");
        }
    }
    insta::assert_snapshot!(table, @"
    waiting: Carla number 1 | A waits in team-0 | B waits in team-0 | C waits in team-0
      Alex accepts: Accepted; Carla with Alex | A owns | B - | C -
      Blair accepts: Accepted; Carla with Blair | A - | B owns | C -
      Casey accepts: not permitted; -
      Blair gets next: Accepted; Carla with Blair | A - | B owns | C -
      Casey declines: no longer available; -
      Alex holds: not a member of this session; -
      Blair holds: not a member of this session; -
      Alex ends: not a member of this session; -
      Blair ends: not a member of this session; -
      Alex invites Blair: not a member of this session; -
      Alex invites Casey: not a member of this session; -
      Blair invites Alex: not a member of this session; -
      Alex is lost: Carla number 1 | A away | B waits in team-0 | C waits in team-0
      Alex signs out: Done; Carla number 1 | A away | B waits in team-0 | C waits in team-0
      Alex signs in elsewhere: -
      Blair is lost: Carla number 1 | A waits in team-0 | B away | C waits in team-0
      Carla is lost: Carla away | A waits in team-0 (connection lost) | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      Carla comes back: -
      Carla leaves: Carla you left | A - | B - | C -
      Carla stays away: Carla away | A - | B - | C -
      the appliance restarts: Carla away | A waits in team-0 (connection lost) | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      it restarts, Carla comes back: -
    owned: Carla with Alex | A owns | B - | C -
      Alex accepts: Accepted; -
      Blair accepts: sees no line; -
      Casey accepts: sees no line; -
      Blair gets next: nobody is waiting; -
      Casey declines: sees no line; -
      Alex holds: Done; Carla on hold | A waits in own queue | B - | C -
      Blair holds: not a member of this session; -
      Alex ends: Done; Carla ended by the representative | A - | B - | C -
      Blair ends: not a member of this session; -
      Alex invites Blair: Done; Carla with Alex | A owns | B invited by Alex | C -
      Alex invites Casey: Done; Carla with Alex | A owns | B - | C invited by Alex
      Blair invites Alex: not a member of this session; -
      Alex is lost: Carla on hold | A away | B waits in team-0 | C waits in team-0
      Alex signs out: Done; Carla on hold | A away | B waits in team-0 | C waits in team-0
      Alex signs in elsewhere: -
      Blair is lost: Carla with Alex | A owns | B away | C -
      Carla is lost: Carla away | A owns (connection lost) | B - | C -
      Carla comes back: -
      Carla leaves: Carla you left | A owns (gone) | B - | C -
      Carla stays away: Carla away | A owns (gone) | B - | C -
      the appliance restarts: Carla away | A waits in team-0 (connection lost) | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      it restarts, Carla comes back: Carla on hold | A waits in team-0 | B waits in team-0 | C waits in team-0
    shared, Casey invited: Carla with Alex, Blair | A owns | B shares | C invited by Alex
      Alex accepts: Accepted; -
      Blair accepts: Accepted; -
      Casey accepts: Accepted; Carla with Alex, Blair, Casey | A owns | B shares | C shares
      Blair gets next: nobody is waiting; -
      Casey declines: Done; Carla with Alex, Blair | A owns | B shares | C -
      Alex holds: Done; Carla with Blair | A waits in own queue | B shares, no owner | C -
      Blair holds: only the owner may do this; -
      Alex ends: Done; Carla ended by the representative | A - | B - | C -
      Blair ends: Done; Carla with Alex | A owns | B - | C invited by Alex
      Alex invites Blair: already invited; -
      Alex invites Casey: already invited; -
      Blair invites Alex: only the owner may do this; -
      Alex is lost: Carla with Blair | A away | B owns | C -
      Alex signs out: Done; Carla with Blair | A away | B owns | C -
      Alex signs in elsewhere: -
      Blair is lost: Carla with Alex | A owns | B away | C invited by Alex
      Carla is lost: Carla away | A owns (connection lost) | B shares (connection lost) | C invited by Alex (connection lost)
      Carla comes back: -
      Carla leaves: Carla you left | A owns (gone) | B shares (gone) | C invited by Alex (gone)
      Carla stays away: Carla away | A owns (gone) | B shares (gone) | C invited by Alex (gone)
      the appliance restarts: Carla away | A waits in team-0 (connection lost) | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      it restarts, Carla comes back: Carla on hold | A waits in team-0 | B waits in team-0 | C waits in team-0
    on hold: Carla on hold | A waits in own queue | B - | C -
      Alex accepts: Accepted; Carla with Alex | A owns | B - | C -
      Blair accepts: sees no line; -
      Casey accepts: sees no line; -
      Blair gets next: nobody is waiting; -
      Casey declines: sees no line; -
      Alex holds: not a member of this session; -
      Blair holds: not a member of this session; -
      Alex ends: not a member of this session; -
      Blair ends: not a member of this session; -
      Alex invites Blair: not a member of this session; -
      Alex invites Casey: not a member of this session; -
      Blair invites Alex: not a member of this session; -
      Alex is lost: Carla on hold | A away | B - | C -
      Alex signs out: Done; Carla on hold | A away | B - | C -
      Alex signs in elsewhere: -
      Blair is lost: Carla on hold | A waits in own queue | B away | C -
      Carla is lost: Carla away | A waits in own queue (connection lost) | B - | C -
      Carla comes back: -
      Carla leaves: Carla you left | A - | B - | C -
      Carla stays away: Carla away | A - | B - | C -
      the appliance restarts: Carla away | A waits in own queue (connection lost) | B - | C -
      it restarts, Carla comes back: -
    on hold with Blair in it: Carla with Blair | A waits in own queue | B shares, no owner | C -
      Alex accepts: Accepted; Carla with Alex, Blair | A owns | B shares | C -
      Blair accepts: Accepted; -
      Casey accepts: sees no line; -
      Blair gets next: nobody is waiting; -
      Casey declines: sees no line; -
      Alex holds: not a member of this session; -
      Blair holds: only the owner may do this; -
      Alex ends: not a member of this session; -
      Blair ends: Done; Carla on hold | A waits in own queue | B - | C -
      Alex invites Blair: not a member of this session; -
      Alex invites Casey: not a member of this session; -
      Blair invites Alex: only the owner may do this; -
      Alex is lost: Carla with Blair | A away | B shares, no owner | C -
      Alex signs out: Done; Carla with Blair | A away | B shares, no owner | C -
      Alex signs in elsewhere: -
      Blair is lost: Carla on hold | A waits in own queue | B away | C -
      Carla is lost: Carla away | A waits in own queue (connection lost) | B shares, no owner (connection lost) | C -
      Carla comes back: -
      Carla leaves: Carla you left | A waits in own queue (gone) | B shares, no owner (gone) | C -
      Carla stays away: Carla away | A waits in own queue (gone) | B shares, no owner (gone) | C -
      the appliance restarts: Carla away | A waits in own queue (connection lost) | B - | C -
      it restarts, Carla comes back: Carla on hold | A waits in own queue | B - | C -
    waiting, customer lost: Carla away | A waits in team-0 (connection lost) | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      Alex accepts: Accepted; Carla away | A owns (connection lost) | B - | C -
      Blair accepts: Accepted; Carla away | A - | B owns (connection lost) | C -
      Casey accepts: not permitted; -
      Blair gets next: Accepted; Carla away | A - | B owns (connection lost) | C -
      Casey declines: no longer available; -
      Alex holds: not a member of this session; -
      Blair holds: not a member of this session; -
      Alex ends: not a member of this session; -
      Blair ends: not a member of this session; -
      Alex invites Blair: not a member of this session; -
      Alex invites Casey: not a member of this session; -
      Blair invites Alex: not a member of this session; -
      Alex is lost: Carla away | A away | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      Alex signs out: Done; Carla away | A away | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      Alex signs in elsewhere: -
      Blair is lost: Carla away | A waits in team-0 (connection lost) | B away | C waits in team-0 (connection lost)
      Carla is lost: -
      Carla comes back: Carla number 1 | A waits in team-0 | B waits in team-0 | C waits in team-0
      Carla leaves: -
      Carla stays away: Carla away | A - | B - | C -
      the appliance restarts: -
      it restarts, Carla comes back: Carla number 1 | A waits in team-0 | B waits in team-0 | C waits in team-0
    owned, customer lost: Carla away | A owns (connection lost) | B - | C -
      Alex accepts: Accepted; -
      Blair accepts: sees no line; -
      Casey accepts: sees no line; -
      Blair gets next: nobody is waiting; -
      Casey declines: sees no line; -
      Alex holds: Done; Carla away | A waits in own queue (connection lost) | B - | C -
      Blair holds: not a member of this session; -
      Alex ends: Done; Carla away | A - | B - | C -
      Blair ends: not a member of this session; -
      Alex invites Blair: Done; Carla away | A owns (connection lost) | B invited by Alex (connection lost) | C -
      Alex invites Casey: Done; Carla away | A owns (connection lost) | B - | C invited by Alex (connection lost)
      Blair invites Alex: not a member of this session; -
      Alex is lost: Carla away | A away | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      Alex signs out: Done; Carla away | A away | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      Alex signs in elsewhere: -
      Blair is lost: Carla away | A owns (connection lost) | B away | C -
      Carla is lost: -
      Carla comes back: Carla with Alex | A owns | B - | C -
      Carla leaves: -
      Carla stays away: Carla away | A owns (gone) | B - | C -
      the appliance restarts: Carla away | A waits in team-0 (connection lost) | B waits in team-0 (connection lost) | C waits in team-0 (connection lost)
      it restarts, Carla comes back: Carla on hold | A waits in team-0 | B waits in team-0 | C waits in team-0
    owned, customer gone: Carla you left | A owns (gone) | B - | C -
      Alex accepts: Accepted; -
      Blair accepts: sees no line; -
      Casey accepts: sees no line; -
      Blair gets next: nobody is waiting; -
      Casey declines: sees no line; -
      Alex holds: Done; Carla you left | A - | B - | C -
      Blair holds: not a member of this session; -
      Alex ends: Done; Carla you left | A - | B - | C -
      Blair ends: not a member of this session; -
      Alex invites Blair: Done; Carla you left | A owns (gone) | B invited by Alex (gone) | C -
      Alex invites Casey: Done; Carla you left | A owns (gone) | B - | C invited by Alex (gone)
      Blair invites Alex: not a member of this session; -
      Alex is lost: Carla you left | A away | B - | C -
      Alex signs out: Done; Carla you left | A away | B - | C -
      Alex signs in elsewhere: -
      Blair is lost: Carla you left | A owns (gone) | B away | C -
      Carla is lost: Carla away | A owns (gone) | B - | C -
      Carla comes back: Carla the session is over | A owns (gone) | B - | C -
      Carla leaves: -
      Carla stays away: Carla away | A owns (gone) | B - | C -
      the appliance restarts: Carla away | A - | B - | C -
      it restarts, Carla comes back: Carla the session is over | A - | B - | C -
    over: Carla ended by the representative | A - | B - | C -
      Alex accepts: sees no line; -
      Blair accepts: sees no line; -
      Casey accepts: sees no line; -
      Blair gets next: nobody is waiting; -
      Casey declines: sees no line; -
      Alex holds: not a member of this session; -
      Blair holds: not a member of this session; -
      Alex ends: not a member of this session; -
      Blair ends: not a member of this session; -
      Alex invites Blair: not a member of this session; -
      Alex invites Casey: not a member of this session; -
      Blair invites Alex: not a member of this session; -
      Alex is lost: Carla ended by the representative | A away | B - | C -
      Alex signs out: Done; Carla ended by the representative | A away | B - | C -
      Alex signs in elsewhere: -
      Blair is lost: Carla ended by the representative | A - | B away | C -
      Carla is lost: Carla away | A - | B - | C -
      Carla comes back: Carla the session is over | A - | B - | C -
      Carla leaves: -
      Carla stays away: Carla away | A - | B - | C -
      the appliance restarts: Carla away | A - | B - | C -
      it restarts, Carla comes back: Carla the session is over | A - | B - | C -
    ");
}
