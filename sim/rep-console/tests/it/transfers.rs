//! Transfers at the console (TRF).

use rep_console::{ConsoleError, Flavour};
use wire::rep::{ApplianceToRep, Permission, Refusal};
use wire::{QueueEntryId, QueueId, RepId, SessionId};

use crate::desk::{
    BILLING, BO, Desk, TEAM, TIER_1, anns_desk, anns_desk_that_may, answer, colleague, desk, entry,
    with_sessions,
};

const FOUR: SessionId = SessionId(4);

/// TRF-01 to TRF-04.
#[test]
fn sessions_are_moved_by_their_line_or_their_page() {
    let mut desk = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    desk.say(ApplianceToRep::EntryShown(entry(7, TIER_1, "Dana")));
    let by_line = |desk: &mut Desk, line, to| {
        desk.act(|console, now, device| console.transfer_entry(now, device, QueueEntryId(line), to))
            .map(|_| ())
    };
    let by_page = |desk: &mut Desk, session, to| {
        desk.act(|console, now, device| console.transfer(now, device, session, to)).map(|_| ())
    };
    let (billing, bo) = (QueueId::Team(BILLING), QueueId::Personal(BO));
    by_line(&mut desk, 7, billing).expect("shown");
    by_page(&mut desk, FOUR, bo).expect("open");
    answer(&mut desk, Err(Refusal::OwnerOnly));
    assert_eq!(desk.party.view().last_notice(), Some("only the owner may do this"));
    assert_eq!(by_line(&mut desk, 8, bo), Err(ConsoleError::NoSuchEntry(QueueEntryId(8))));
    assert_eq!(by_page(&mut desk, SessionId(5), bo), Err(ConsoleError::NoSuchPage(SessionId(5))));
    insta::assert_snapshot!(desk.story(), @"
    says Ask { request: RequestId(2), ask: Transfer { session: SessionId(7), to: Team(TeamId(5)) } }
    says Ask { request: RequestId(3), ask: Transfer { session: SessionId(4), to: Personal(RepId(1)) } }
    event Answered { request: RequestId(3), refusal: Some(OwnerOnly) }
    ");
}

/// TRF-06.
#[test]
fn the_transfer_list_shows_teams_and_who_is_there() {
    let listed = |desk: &Desk| {
        let targets = desk.party.view().transfer_targets();
        let teams: Vec<_> = targets.teams.into_iter().map(|team| team.name).collect();
        let reps: Vec<_> = targets.representatives.into_iter().map(|rep| rep.name).collect();
        (teams.join(", "), reps.join(", "))
    };
    let mut desk_of_ann = anns_desk(Flavour::Mobile);
    desk_of_ann.say(ApplianceToRep::Colleagues(vec![
        colleague(BO, "Bo", TEAM, true),
        colleague(RepId(2), "Cy", TEAM, false),
        colleague(RepId(3), "Di", BILLING, true),
    ]));
    assert_eq!(listed(&desk_of_ann), ("Tier 1".into(), "Bo, Di".into()));
    let more = anns_desk_that_may(Flavour::Mobile, Permission::TransferToOtherTeams);
    assert_eq!(listed(&more), ("Tier 1, Billing".into(), "Bo".into()));
    assert_eq!(listed(&desk(Flavour::Mobile)), (String::new(), String::new()));
}
