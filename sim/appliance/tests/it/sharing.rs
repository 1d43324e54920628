//! Sharing, external representatives, transfers and removals (SHR, EXT, TRF, RMV, CLS).

use std::fmt::Write as _;

use wire::customer::CustomerToAppliance;
use wire::rep::{Goodbye, Invitee, Refusal, RepAnswer, RepAsk};
use wire::session::{AfterSession, Audience};
use wire::{IssueId, MemberId, QueueId, RepId, Role, SessionId, TeamId, Token};

use crate::office::{Office, VPN};

const ALEX: RepId = RepId(0);
const BLAIR: RepId = RepId(1);
const CASEY: RepId = RepId(2);
const NETWORK: TeamId = TeamId(0);
const DESKTOP: TeamId = TeamId(1);

fn site() -> String {
    let more =
        r#""use Jump Clients", "invite external rep", "after-session action", "transfer to other teams"]"#;
    crate::office::SITE.replacen(r#""use Jump Clients"]"#, more, 1).replacen(
        "team = \"Network\"\n",
        "team = \"Network\"\nhelp = true\n",
        1,
    )
}

/// Alex owns Carla's session; Blair and Casey are there.
fn office() -> Office {
    let mut office = Office::of(&site());
    for rep in ["alex", "blair", "casey"] {
        office.sign_in(rep);
    }
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("waits");
    office
}

fn ask(office: &mut Office, who: &str, ask: impl FnOnce(SessionId) -> RepAsk) -> String {
    says(office.ask_about(who, ask))
}

fn says(answer: Result<RepAnswer, Refusal>) -> String {
    match answer {
        Ok(answer) => <&str>::from(&answer).to_owned(),
        Err(refusal) => refusal.to_string(),
    }
}

fn share(office: &mut Office) {
    office.invite("alex", "carla", BLAIR).expect("Alex owns it");
    office.accept("blair", "carla").expect("Blair is invited");
}

fn invite_any(office: &mut Office) {
    let whom = Invitee::Team(NETWORK);
    office.ask_about("alex", |session| RepAsk::Invite { session, whom }).expect("Alex owns it");
}

fn external(office: &mut Office) -> String {
    let whom = Invitee::External { name: "Erin".into(), email: None };
    match office.ask_about("alex", |session| RepAsk::Invite { session, whom }) {
        Ok(RepAnswer::ExternalInvited(invited)) => invited.key,
        other => panic!("{other:?}"),
    }
}

fn let_in(office: &mut Office, who: &str, key: &str, secret: u8) -> Result<RepAnswer, Refusal> {
    office.greet(who, Role::RepConsole);
    office.ask(who, RepAsk::SignInExternal { key: key.to_owned(), token: Token([secret; 16]) })
}

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

type State = (&'static str, fn(&mut Office));
type Event = (&'static str, fn(&mut Office) -> String);

const INVITATIONS: &[State] = &[
    ("Casey is invited", |office| {
        share(office);
        office.invite("alex", "carla", CASEY).expect("Alex owns it");
    }),
    ("any representative of Network is invited", |office| {
        share(office);
        invite_any(office);
    }),
];

const EVENTS: &[Event] = &[
    ("Casey follows it", |office| match office.find_line("casey", "carla") {
        Some(line) => says(office.ask("casey", RepAsk::Accept { entry: line.id })),
        None => "sees no line".into(),
    }),
    ("Casey declines", |office| match office.find_line("casey", "carla") {
        Some(line) => says(office.ask("casey", RepAsk::Decline { entry: line.id })),
        None => "sees no line".into(),
    }),
    ("Alex cancels it", |office| {
        let invitation = office.sees("alex").pages.values().next().expect("a page").invitations[0].id;
        ask(office, "alex", |session| RepAsk::CancelInvitation { session, invitation })
    }),
    ("Blair cancels it", |office| {
        let invitation = office.sees("blair").pages.values().next().expect("a page").invitations[0].id;
        ask(office, "blair", |session| RepAsk::CancelInvitation { session, invitation })
    }),
    ("Alex invites the same again", |office| {
        let to_casey = office.find_line("casey", "carla").expect("invited").queue == QueueId::Personal(CASEY);
        let whom = if to_casey { Invitee::Rep(CASEY) } else { Invitee::Team(NETWORK) };
        ask(office, "alex", |session| RepAsk::Invite { session, whom })
    }),
    ("Alex leaves", |office| ask(office, "alex", |session| RepAsk::Leave { session })),
    ("Alex hands it to Blair", |office| {
        ask(office, "alex", |session| RepAsk::Transfer { session, to: QueueId::Personal(BLAIR) })
    }),
    ("Alex transfers it to Desktop", |office| {
        ask(office, "alex", |session| RepAsk::Transfer { session, to: QueueId::Team(DESKTOP) })
    }),
    ("Alex holds", |office| ask(office, "alex", |session| RepAsk::Hold { session })),
    ("Alex is lost", |office| {
        office.cut("alex");
        String::new()
    }),
    ("Alex ends", |office| ask(office, "alex", |session| RepAsk::End { session })),
    ("Blair ends", |office| ask(office, "blair", |session| RepAsk::End { session })),
    ("Casey signs out", |office| says(office.ask("casey", RepAsk::SignOut))),
    ("Carla leaves", |office| {
        office.say("carla", &CustomerToAppliance::Leave);
        String::new()
    }),
    ("a week passes", |office| {
        office.cut("carla");
        office.wait_s(7 * 86_400 / 100);
        String::new()
    }),
];

/// The ways in which an invitation lives and dies (SHR-10 to SHR-20).
#[test]
fn an_invitation_against_everything() {
    let mut table = String::new();
    for (state, set_up) in INVITATIONS {
        let mut before = office();
        set_up(&mut before);
        writeln!(table, "{state}: {}", situation(&mut before)).expect("writing to memory");
        for (event, happen) in EVENTS {
            let mut office = office();
            set_up(&mut office);
            let answer = happen(&mut office);
            let answer = if answer.is_empty() { answer } else { format!("{answer}; ") };
            writeln!(table, "  {event}: {answer}{}", situation(&mut office)).expect("writing to memory");
        }
    }
    insta::assert_snapshot!(table, @"
    Casey is invited: Carla with Alex, Blair | A owns | B shares | C invited by Alex
      Casey follows it: Accepted; Carla with Alex, Blair, Casey | A owns | B shares | C shares
      Casey declines: Done; Carla with Alex, Blair | A owns | B shares | C -
      Alex cancels it: Done; Carla with Alex, Blair | A owns | B shares | C -
      Blair cancels it: only the owner may do this; Carla with Alex, Blair | A owns | B shares | C invited by Alex
      Alex invites the same again: already invited; Carla with Alex, Blair | A owns | B shares | C invited by Alex
      Alex leaves: Done; Carla with Blair | A - | B owns | C -
      Alex hands it to Blair: Done; Carla with Blair, Alex | A shares | B owns | C -
      Alex transfers it to Desktop: Done; Carla with Blair | A waits in team-1 | B shares, no owner | C -
      Alex holds: Done; Carla with Blair | A waits in own queue | B shares, no owner | C -
      Alex is lost: Carla with Blair | A away | B owns | C -
      Alex ends: Done; Carla ended by the representative | A - | B - | C -
      Blair ends: Done; Carla with Alex | A owns | B - | C invited by Alex
      Casey signs out: Done; Carla with Alex, Blair | A owns | B shares | C away
      Carla leaves: Carla you left | A owns (gone) | B shares (gone) | C invited by Alex (gone)
      a week passes: Carla away | A owns (gone) | B shares (gone) | C invited by Alex (gone)
    any representative of Network is invited: Carla with Alex, Blair | A owns | B shares | C team-0 invited by Alex
      Casey follows it: not permitted; Carla with Alex, Blair | A owns | B shares | C team-0 invited by Alex
      Casey declines: not possible here; Carla with Alex, Blair | A owns | B shares | C team-0 invited by Alex
      Alex cancels it: Done; Carla with Alex, Blair | A owns | B shares | C -
      Blair cancels it: only the owner may do this; Carla with Alex, Blair | A owns | B shares | C team-0 invited by Alex
      Alex invites the same again: Done; Carla with Alex, Blair | A owns | B shares | C team-0 invited by Alex and team-0 invited by Alex
      Alex leaves: Done; Carla with Blair | A - | B owns | C -
      Alex hands it to Blair: Done; Carla with Blair, Alex | A shares | B owns | C -
      Alex transfers it to Desktop: Done; Carla with Blair | A waits in team-1 | B shares, no owner | C -
      Alex holds: Done; Carla with Blair | A waits in own queue | B shares, no owner | C -
      Alex is lost: Carla with Blair | A away | B owns | C -
      Alex ends: Done; Carla ended by the representative | A - | B - | C -
      Blair ends: Done; Carla with Alex | A owns | B team-0 invited by Alex | C team-0 invited by Alex
      Casey signs out: Done; Carla with Alex, Blair | A owns | B shares | C away
      Carla leaves: Carla you left | A owns (gone) | B shares (gone) | C team-0 invited by Alex (gone)
      a week passes: Carla away | A owns (gone) | B shares (gone) | C team-0 invited by Alex (gone)
    ");
}

/// SHR-07: as many as were sent may come, one each.
#[test]
fn several_may_be_invited_of_a_team() {
    let mut office = office();
    invite_any(&mut office);
    invite_any(&mut office);
    for rep in ["blair", "casey"] {
        let line = office.find_line(rep, "carla").expect("two stand there");
        let may = office.ask(rep, RepAsk::Accept { entry: line.id });
        // Casey lacks the permission to take from team queues (ACC-03).
        assert_eq!(may.is_ok(), rep == "blair");
    }
    assert_eq!(office.appliance.footprint().invitations, 1);
}

/// SHR-02, SHR-08: only issues that allow it, and other teams by permission.
#[test]
fn what_may_not_be_invited_is_refused() {
    let mut office = office();
    let mut tried = |whom: Invitee| ask(&mut office, "alex", |session| RepAsk::Invite { session, whom });
    assert_eq!(tried(Invitee::Issue(IssueId(1))), "not possible here");
    assert_eq!(tried(Invitee::Issue(IssueId(99))), "not possible here");
    assert_eq!(tried(Invitee::Team(TeamId(99))), "not possible here");
    assert_eq!(tried(Invitee::Rep(ALEX)), "already invited");
    assert_eq!(tried(Invitee::Rep(RepId(99))), "representative is not available");
    assert_eq!(tried(Invitee::Issue(IssueId(0))), "Done");
    assert_eq!(tried(Invitee::External { name: " ".into(), email: None }), "not possible here");
    let email = Some("erin@example.com\r\nBcc: eve@example.com".into());
    assert_eq!(tried(Invitee::External { name: "Erin".into(), email }), "not possible here");
}

/// EXT-01, EXT-03: one person, once; back after a break with the same secret.
#[test]
fn an_external_representative_comes_in_once() {
    let mut office = office();
    office.rep_says("alex", SessionId(1), Audience::RepresentativesOnly, "between us");
    office.rep_says("alex", SessionId(1), Audience::Everyone, "hello");
    let key = external(&mut office);
    assert!(let_in(&mut office, "erin", &key, 1).is_ok());
    assert_eq!(office.sees("erin").of_customer("carla"), "shares");
    assert_eq!(office.sees("erin").chat(SessionId(1)), ["Alex: hello"], "not what was said before");
    office.rep_says("alex", SessionId(1), Audience::RepresentativesOnly, "with you");
    office.ask_about("alex", |session| RepAsk::AddNote { session, text: "secret".into() }).expect("a member");
    assert_eq!(office.sees("erin").chat(SessionId(1)), ["Alex: hello", "Alex: with you"]);
    assert!(!format!("{:?}", office.sees("erin").logs).contains("secret"));
    assert_eq!(let_in(&mut office, "eve", &key, 2), Err(Refusal::InvitationOver));
    office.cut("erin");
    assert!(let_in(&mut office, "erin", &key, 1).is_ok(), "the same person, after a break");
    // Never an owner, and nothing to do there without one.
    let to_erin = QueueId::Personal(RepId(office.appliance.site().representatives.len() as u32 - 1));
    let handed = ask(&mut office, "alex", |session| RepAsk::Transfer { session, to: to_erin });
    assert_eq!(handed, "representative is not available");
    assert_eq!(
        ask(&mut office, "alex", |session| RepAsk::Leave { session }),
        "nobody else is in the session"
    );
    assert_eq!(ask(&mut office, "erin", |session| RepAsk::End { session }), "Done");
    assert_eq!(office.line("erin").goodbye, Some(Goodbye::InvitationOver));
    assert_eq!(let_in(&mut office, "erin", &key, 1), Err(Refusal::InvitationOver));
}

/// EXT-01: what ends an external representative's part.
#[test]
fn an_external_representative_goes_with_the_inviter() {
    let ends: [State; 6] = [
        ("the inviter holds", |office| drop(ask(office, "alex", |session| RepAsk::Hold { session }))),
        ("the inviter is lost", |office| office.cut("alex")),
        ("the session ends", |office| drop(ask(office, "alex", |session| RepAsk::End { session }))),
        ("removed", |office| {
            drop(ask(office, "alex", |session| RepAsk::RemoveMember { session, member: MemberId(3) }));
        }),
        ("transferred", |office| {
            drop(ask(office, "alex", |session| RepAsk::Transfer { session, to: QueueId::Team(DESKTOP) }));
        }),
        ("the appliance restarts", Office::restart),
    ];
    for (why, end) in ends {
        let mut office = office();
        let key = external(&mut office);
        let_in(&mut office, "erin", &key, 1).expect("invited");
        end(&mut office);
        assert!(!office.is_connected("erin"), "{why}");
        assert_eq!(let_in(&mut office, "erin", &key, 1), Err(Refusal::InvitationOver), "{why}");
        assert_eq!(office.appliance.footprint().invitations, 0, "{why}");
    }
    let mut office = office();
    let key = external(&mut office);
    office.wait_s(2 * 3_600);
    assert_eq!(let_in(&mut office, "erin", &key, 1), Err(Refusal::InvitationOver), "two hours");
}

/// TRF-01 to TRF-06, RMV-01 to RMV-03, CLS: who may, and what comes of it.
#[test]
fn what_members_do_with_a_session() {
    let deeds: &[Event] = &[
        ("Alex transfers to Network", |office| {
            ask(office, "alex", |session| RepAsk::Transfer { session, to: QueueId::Team(NETWORK) })
        }),
        ("Alex transfers to Casey", |office| {
            ask(office, "alex", |session| RepAsk::Transfer { session, to: QueueId::Personal(CASEY) })
        }),
        ("Alex transfers to Alex", |office| {
            ask(office, "alex", |session| RepAsk::Transfer { session, to: QueueId::Personal(ALEX) })
        }),
        ("Alex transfers to Blair", |office| {
            ask(office, "alex", |session| RepAsk::Transfer { session, to: QueueId::Personal(BLAIR) })
        }),
        ("Alex transfers to nobody", |office| {
            ask(office, "alex", |session| RepAsk::Transfer { session, to: QueueId::Personal(RepId(99)) })
        }),
        ("Blair transfers to Network", |office| {
            ask(office, "blair", |session| RepAsk::Transfer { session, to: QueueId::Team(NETWORK) })
        }),
        ("Blair transfers to Desktop", |office| {
            ask(office, "blair", |session| RepAsk::Transfer { session, to: QueueId::Team(DESKTOP) })
        }),
        ("Casey transfers to Network", |office| {
            ask(office, "casey", |session| RepAsk::Transfer { session, to: QueueId::Team(NETWORK) })
        }),
        ("Alex removes Blair", |office| {
            ask(office, "alex", |session| RepAsk::RemoveMember { session, member: MemberId(3) })
        }),
        ("Alex removes Carla", |office| {
            ask(office, "alex", |session| RepAsk::RemoveMember { session, member: MemberId(1) })
        }),
        ("Alex removes Alex", |office| {
            ask(office, "alex", |session| RepAsk::RemoveMember { session, member: MemberId(2) })
        }),
        ("Alex removes nobody", |office| {
            ask(office, "alex", |session| RepAsk::RemoveMember { session, member: MemberId(9) })
        }),
        ("Blair removes Alex", |office| {
            ask(office, "blair", |session| RepAsk::RemoveMember { session, member: MemberId(2) })
        }),
        ("Blair removes Carla", |office| {
            ask(office, "blair", |session| RepAsk::RemoveMember { session, member: MemberId(1) })
        }),
        ("Casey removes Blair", |office| {
            ask(office, "casey", |session| RepAsk::RemoveMember { session, member: MemberId(3) })
        }),
        ("Alex leaves", |office| ask(office, "alex", |session| RepAsk::Leave { session })),
        ("Blair leaves", |office| ask(office, "blair", |session| RepAsk::Leave { session })),
        ("Alex chooses to lock at the end", |office| {
            let answer = ask(office, "alex", |session| RepAsk::SetAfterSession {
                session,
                action: AfterSession::Lock,
            });
            ask(office, "alex", |session| RepAsk::End { session });
            format!("{answer}, then {:?}", office.sees("carla").then)
        }),
        ("Blair chooses to lock at the end", |office| {
            ask(office, "blair", |session| RepAsk::SetAfterSession { session, action: AfterSession::Lock })
        }),
    ];
    let mut table = String::new();
    for (deed, happen) in deeds {
        let mut office = office();
        share(&mut office);
        if table.is_empty() {
            writeln!(table, "{}", situation(&mut office)).expect("writing to memory");
        }
        let answer = happen(&mut office);
        writeln!(table, "  {deed}: {answer}; {}", situation(&mut office)).expect("writing to memory");
    }
    insta::assert_snapshot!(table, @"
    Carla with Alex, Blair | A owns | B shares | C -
      Alex transfers to Network: Done; Carla with Blair | A waits in team-0 | B shares, no owner and waits in team-0 | C waits in team-0
      Alex transfers to Casey: Done; Carla with Blair | A - | B shares, no owner | C waits in own queue
      Alex transfers to Alex: it is there already; Carla with Alex, Blair | A owns | B shares | C -
      Alex transfers to Blair: Done; Carla with Blair, Alex | A shares | B owns | C -
      Alex transfers to nobody: representative is not available; Carla with Alex, Blair | A owns | B shares | C -
      Blair transfers to Network: only the owner may do this; Carla with Alex, Blair | A owns | B shares | C -
      Blair transfers to Desktop: not permitted; Carla with Alex, Blair | A owns | B shares | C -
      Casey transfers to Network: no longer available; Carla with Alex, Blair | A owns | B shares | C -
      Alex removes Blair: Done; Carla with Alex | A owns | B - | C -
      Alex removes Carla: Done; Carla removed by the representative | A owns (gone) | B shares (gone) | C -
      Alex removes Alex: not possible here; Carla with Alex, Blair | A owns | B shares | C -
      Alex removes nobody: not a member of this session; Carla with Alex, Blair | A owns | B shares | C -
      Blair removes Alex: only the owner may do this; Carla with Alex, Blair | A owns | B shares | C -
      Blair removes Carla: only the owner may do this; Carla with Alex, Blair | A owns | B shares | C -
      Casey removes Blair: not a member of this session; Carla with Alex, Blair | A owns | B shares | C -
      Alex leaves: Done; Carla with Blair | A - | B owns | C -
      Blair leaves: Done; Carla with Alex | A owns | B - | C -
      Alex chooses to lock at the end: Done, then Some(Lock); Carla ended by the representative | A - | B - | C -
      Blair chooses to lock at the end: only the owner may do this; Carla with Alex, Blair | A owns | B shares | C -
    ");
}

/// TRF-01, TRF-02: what waits is moved by whoever sees it.
#[test]
fn what_waits_is_moved_by_who_sees_it() {
    let mut office = office();
    let session = office.arrive("dana", VPN);
    let mut moved = |who: &str, to: QueueId| says(office.ask(who, RepAsk::Transfer { session, to }));
    assert_eq!(moved("blair", QueueId::Team(NETWORK)), "it is there already");
    assert_eq!(moved("blair", QueueId::Team(DESKTOP)), "not permitted");
    assert_eq!(moved("blair", QueueId::Personal(CASEY)), "Done");
    assert_eq!(moved("blair", QueueId::Personal(BLAIR)), "no longer available");
    assert_eq!(moved("casey", QueueId::Personal(ALEX)), "Done");
    assert_eq!(moved("alex", QueueId::Team(DESKTOP)), "Done");
    assert_eq!(office.sees("alex").of_customer("dana"), "waits in team-1");
}

/// TRF-06, SUM-02, EXT-02: what a console does not offer is refused to whoever asks for it all the same.
#[test]
fn what_is_not_offered_is_refused() {
    let mut office = office();
    let session = office.arrive("dana", VPN);
    office.accept("blair", "dana").expect("waits");
    let mut blair = |ask: RepAsk| says(office.ask("blair", ask));
    let to_desktop = RepAsk::Transfer { session, to: QueueId::Team(DESKTOP) };
    assert_eq!(blair(to_desktop), "not permitted", "a team that is not Blair's own");
    let to_nowhere = RepAsk::Transfer { session, to: QueueId::Team(TeamId(99)) };
    assert_eq!(blair(to_nowhere), "not possible here");
    let action = AfterSession::Lock;
    assert_eq!(blair(RepAsk::SetAfterSession { session, action }), "not permitted", "without the permission");
    let whom = Invitee::External { name: "Erin".into(), email: None };
    assert_eq!(blair(RepAsk::Invite { session, whom }), "not permitted", "without the permission");
    let to_alex = RepAsk::Transfer { session, to: QueueId::Personal(ALEX) };
    office.cut("alex");
    assert_eq!(says(office.ask("blair", to_alex)), "representative is not available", "Alex has gone");
    assert_eq!(office.sees("blair").of_customer("dana"), "owns", "nothing was done");
    assert_eq!(office.appliance.footprint().invitations, 0);
    assert_eq!(office.sees("dana").then, None);
}
