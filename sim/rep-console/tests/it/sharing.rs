//! Sharing sessions, and removing from them (SHR, EXT-02, RMV).

use device::Closed;
use rep_console::{ConsoleError, Flavour, ShareWay, TeamToInvite};
use wire::rep::{ApplianceToRep, ExternalInvitation, Invitee, Permission, Refusal, RepAnswer, SessionClosed};
use wire::session::{InvitationState, Member, SessionState};
use wire::{IssueId, MemberId, QueueEntryId, RepId, SessionId, SimTime, TeamId};

use crate::desk::{
    ANN, BILLING, BO, Desk, TEAM, anns_desk, anns_desk_that_may, answer, colleague, session, with_sessions,
};

const FOUR: SessionId = SessionId(4);

fn vera() -> Invitee {
    Invitee::External { name: "Vera".into(), email: Some("vera@vendor.example".into()) }
}

fn invite(desk: &mut Desk, whom: Invitee) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.invite(now, device, FOUR, whom)).map(|_| ())
}

/// SHR-01 to SHR-04, SHR-08.
#[test]
fn the_ways_to_share_are_what_the_account_may_and_who_is_there() {
    let listed = |desk: &Desk| -> Vec<String> {
        let options = desk.party.view().share_options(FOUR).expect("open");
        let people = |TeamToInvite { team, own, members }: TeamToInvite| {
            let members: Vec<_> = members.into_iter().map(|member| member.name).collect();
            format!("{} (own: {own}): {}", team.name, members.join(", "))
        };
        options.teams.into_iter().map(people).collect()
    };
    let cy = colleague(RepId(2), "Cy", BILLING, false);
    let both = vec![colleague(BO, "Bo", TEAM, true), cy];

    let mut desk = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    assert_eq!(desk.party.view().share_options(SessionId(5)), None);
    let options = desk.party.view().share_options(FOUR).expect("open");
    assert_eq!(options.ways(), [ShareWay::Representative, ShareWay::Team, ShareWay::Issue]);
    assert_eq!(
        options.issues.iter().map(|issue| issue.title.as_str()).collect::<Vec<_>>(),
        ["VPN does not connect"]
    );
    desk.say(ApplianceToRep::Colleagues(both.clone()));
    assert_eq!(listed(&desk), ["Tier 1 (own: true): Bo"]);
    desk.say(ApplianceToRep::Colleagues(vec![]));
    assert_eq!(listed(&desk), ["Tier 1 (own: true): "]);

    let desk = anns_desk_that_may(Flavour::Desktop, Permission::ShareWithOtherTeams);
    let mut desk = with_sessions(desk, &[4]);
    assert_eq!(listed(&desk), ["Tier 1 (own: true): Bo"], "nobody of Billing is there");
    desk.say(ApplianceToRep::Colleagues(both));
    assert_eq!(listed(&desk), ["Tier 1 (own: true): Bo", "Billing (own: false): Cy"]);

    let desk = anns_desk_that_may(Flavour::Desktop, Permission::InviteExternalRep);
    let desk = with_sessions(desk, &[4]);
    let options = desk.party.view().share_options(FOUR).expect("open");
    assert_eq!(options.ways().last(), Some(&ShareWay::External));
}

/// SHR-03, SHR-05, SHR-06, SHR-11, SHR-13: the appliance says whether it may be.
#[test]
fn invitations_are_asked_for() {
    let mut desk = with_sessions(anns_desk(Flavour::Mobile), &[4]);
    for whom in [Invitee::Rep(BO), Invitee::Team(TeamId(3)), Invitee::Issue(IssueId(2))] {
        invite(&mut desk, whom).expect("open");
    }
    answer(&mut desk, Err(Refusal::AlreadyInvited));
    assert_eq!(desk.party.view().last_notice(), Some("already invited"));
    let nowhere =
        desk.act(|console, now, device| console.invite(now, device, SessionId(9), Invitee::Rep(BO)));
    assert_eq!(nowhere, Err(ConsoleError::NoSuchPage(SessionId(9))));
    insta::assert_snapshot!(desk.story(), @"
    says Ask { request: RequestId(2), ask: Invite { session: SessionId(4), whom: Rep(RepId(1)) } }
    says Ask { request: RequestId(3), ask: Invite { session: SessionId(4), whom: Team(TeamId(3)) } }
    says Ask { request: RequestId(4), ask: Invite { session: SessionId(4), whom: Issue(IssueId(2)) } }
    event Answered { request: RequestId(4), refusal: Some(AlreadyInvited) }
    ");
}

/// SHR-10, SHR-14: what is active is listed on the page, and only that is withdrawn.
#[test]
fn active_invitations_can_be_cancelled() {
    let mut desk = anns_desk(Flavour::Mobile);
    let to_bo = InvitationState { id: QueueEntryId(11), to: "Bo".into(), external: false };
    desk.say(ApplianceToRep::SessionShown(SessionState { invitations: vec![to_bo], ..session(4) }));
    let cancel = |desk: &mut Desk, session, invitation| {
        desk.act(|console, now, device| {
            console.cancel_invitation(now, device, session, QueueEntryId(invitation))
        })
        .map(|_| ())
    };
    let names: Vec<_> =
        desk.party.view().page(FOUR).expect("open").invitations.iter().map(|i| &i.to).collect();
    assert_eq!(names, ["Bo"]);
    assert_eq!(cancel(&mut desk, FOUR, 12), Err(ConsoleError::NoSuchInvitation(QueueEntryId(12))));
    assert_eq!(cancel(&mut desk, SessionId(5), 11), Err(ConsoleError::NoSuchPage(SessionId(5))));
    cancel(&mut desk, FOUR, 11).expect("active");
    desk.say(ApplianceToRep::SessionShown(session(4)));
    assert_eq!(cancel(&mut desk, FOUR, 11), Err(ConsoleError::NoSuchInvitation(QueueEntryId(11))));
    insta::assert_snapshot!(desk.story(), @"
    event PageOpened(SessionId(4))
    says Ask { request: RequestId(2), ask: CancelInvitation { session: SessionId(4), invitation: QueueEntryId(11) } }
    ");
}

/// EXT-01, EXT-02: key, URL and end are shown, as long as they may be of use.
#[test]
fn an_external_invitation_shows_its_key() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    assert_eq!(
        invite(&mut desk, vera()).expect_err("not offered").to_string(),
        "expected something that this console offers, found an external representative"
    );

    let desk = anns_desk_that_may(Flavour::Desktop, Permission::InviteExternalRep);
    let mut desk = with_sessions(desk, &[4]);
    desk.wait(std::time::Duration::from_secs(5));
    invite(&mut desk, vera()).expect("offered");
    let invited = ExternalInvitation {
        invitation: QueueEntryId(12),
        key: "7KEY".into(),
        url: "https://support.example.com/x/7KEY".into(),
        valid_s: 7_200,
    };
    answer(&mut desk, Ok(RepAnswer::ExternalInvited(invited)));
    let shown = desk.party.view().external_invitation.clone().expect("shown");
    assert_eq!((shown.session, shown.invitation, shown.key.as_str()), (FOUR, QueueEntryId(12), "7KEY"));
    assert_eq!(shown.expires, SimTime::from_secs(7_205));
    desk.say(ApplianceToRep::SessionShown(session(5)));
    desk.say(ApplianceToRep::SessionClosed { session: SessionId(5), why: SessionClosed::Left });
    assert!(desk.party.view().external_invitation.is_some());
    desk.say(ApplianceToRep::SessionClosed { session: FOUR, why: SessionClosed::Ended });
    assert_eq!(desk.party.view().external_invitation, None, "it dies with the session");
}

/// A session with Bo in it, too.
fn shared() -> SessionState {
    let bo = Member { id: MemberId(3), name: "Bo".into(), rep: Some(BO) };
    let mut state = session(4);
    state.members.push(bo);
    state
}

fn ask_to_remove(desk: &mut Desk, member: u32) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.ask_to_remove(now, device, FOUR, MemberId(member)))
}

fn confirm(desk: &mut Desk, ok: bool) -> Result<bool, ConsoleError> {
    desk.act(|console, now, device| console.confirm_removal(now, device, ok)).map(|asked| asked.is_some())
}

/// RMV-01, RMV-02, RMV-04.
#[test]
fn nobody_is_removed_without_an_ok() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.say(ApplianceToRep::SessionShown(shared()));
    desk.story();
    assert_eq!(confirm(&mut desk, true), Err(ConsoleError::NothingToConfirm));
    ask_to_remove(&mut desk, 3).expect("there");
    let question = desk.party.view().removal_to_confirm.clone().expect("asked");
    assert_eq!((question.session, question.member, question.name.as_str()), (FOUR, MemberId(3), "Bo"));
    assert_eq!(desk.story(), "");
    assert_eq!(confirm(&mut desk, false), Ok(false));
    assert_eq!((desk.story(), &desk.party.view().removal_to_confirm), (String::new(), &None));
    ask_to_remove(&mut desk, 1).expect("the customer is there");
    assert_eq!(confirm(&mut desk, true), Ok(true));
    assert_eq!(confirm(&mut desk, true), Err(ConsoleError::NothingToConfirm));
    answer(&mut desk, Err(Refusal::OwnerOnly));
    assert_eq!(desk.party.view().last_notice(), Some("only the owner may do this"), "RMV-03");
    insta::assert_snapshot!(desk.story(), @"
    says Ask { request: RequestId(2), ask: RemoveMember { session: SessionId(4), member: MemberId(1) } }
    event Answered { request: RequestId(2), refusal: Some(OwnerOnly) }
    ");
}

#[test]
fn only_others_who_are_there_can_be_removed() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.say(ApplianceToRep::SessionShown(shared()));
    let me = session(4).members.iter().find(|member| member.rep == Some(ANN)).map(|member| member.id.0);
    for nobody in [me.expect("Ann is in it"), 9] {
        assert_eq!(ask_to_remove(&mut desk, nobody), Err(ConsoleError::NoSuchMember(MemberId(nobody))));
    }
}

/// The question goes with whom or what it is about; without a connection there is nobody to say OK to.
#[test]
fn the_question_goes_when_it_has_become_void() {
    type Change = fn(&mut Desk);
    let changes: &[(&str, Change, bool)] = &[
        ("another change", |desk| desk.say(ApplianceToRep::SessionShown(shared())), true),
        ("Bo has left", |desk| desk.say(ApplianceToRep::SessionShown(session(4))), false),
        (
            "the page has closed",
            |desk| desk.say(ApplianceToRep::SessionClosed { session: FOUR, why: SessionClosed::Ended }),
            false,
        ),
        ("the connection is lost", |desk| desk.cut(Closed::Reset), true),
        (
            "signed out",
            |desk| desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in"),
            false,
        ),
    ];
    for (change, happens, stays) in changes {
        let mut desk = anns_desk(Flavour::Desktop);
        desk.say(ApplianceToRep::SessionShown(shared()));
        ask_to_remove(&mut desk, 3).expect("there");
        happens(&mut desk);
        assert_eq!(desk.party.view().removal_to_confirm.is_some(), *stays, "{change}");
    }
    let mut desk = anns_desk(Flavour::Desktop);
    desk.say(ApplianceToRep::SessionShown(shared()));
    ask_to_remove(&mut desk, 3).expect("there");
    desk.cut(Closed::Reset);
    assert_eq!(confirm(&mut desk, true), Err(ConsoleError::NotConnected));
    assert_eq!(confirm(&mut desk, false), Ok(false));
}
