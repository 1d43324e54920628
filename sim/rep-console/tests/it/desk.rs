//! A console, a machine, and words for what the appliance says.

use fake_devices::{DeviceKind, FakeDevice, TestBench};
use rep_console::{Flavour, Rep, RepConsole, RepConsoleConfig, RepConsoleEvent};
use wire::pin::SessionPin;
use wire::rep::{
    ApplianceToRep, Assignment, Colleague, HelpIssue, JumpGroup, Permission, Portal, Refusal, RepAnswer,
    RepProfile, RepToAppliance, Team, TeamChatLine, TeamChatTo,
};
use wire::session::{
    AfterSession, Audience, CustomerPresence, DeviceFacts, LogEntry, LogItem, Member, Platform, Priority,
    QueueEntry, QueueEntryKind, SessionEvent, SessionKind, SessionState,
};
use wire::tool::ClientKind;
use wire::{
    IssueId, JumpGroupId, LineId, MemberId, PortalId, QueueEntryId, QueueId, RepId, RequestId, Seed,
    SessionId, SimTime, TeamId,
};

pub(crate) type Desk = TestBench<RepConsole, Rep, RepConsoleEvent>;

/// The account that signs in.
pub(crate) const ANN: RepId = RepId(0);
/// A colleague of Ann's team.
pub(crate) const BO: RepId = RepId(1);
/// The team that Ann and Bo are in.
pub(crate) const TEAM: TeamId = TeamId(3);
/// A team that Ann is not in.
pub(crate) const BILLING: TeamId = TeamId(5);
pub(crate) const TIER_1: QueueId = QueueId::Team(TEAM);

pub(crate) fn console(flavour: Flavour) -> RepConsole {
    let config = RepConsoleConfig::new("support.example.com", flavour);
    RepConsole::new(config, Seed::from_number(1), SimTime::ZERO)
}

pub(crate) fn desk_on(device: FakeDevice, flavour: Flavour) -> Desk {
    let mut desk = TestBench::new(console(flavour), device, RepConsole::poll_event);
    desk.heartbeat_answer = Some(ApplianceToRep::Heartbeat);
    desk
}

/// A console that nobody has signed in to.
pub(crate) fn desk(flavour: Flavour) -> Desk {
    let kind = match flavour {
        Flavour::Desktop => DeviceKind::WindowsPc,
        Flavour::Mobile => DeviceKind::AndroidPhone,
    };
    desk_on(FakeDevice::new(kind, "ANNS-DESK", [10, 0, 0, 2]), flavour)
}

/// A console with Ann signed in, and nothing told yet.
pub(crate) fn anns_desk(flavour: Flavour) -> Desk {
    signed_in(desk(flavour))
}

/// A console with Ann signed in, whose profile differs.
pub(crate) fn anns_desk_with(flavour: Flavour, differs: impl FnOnce(&mut RepProfile)) -> Desk {
    let mut profile = profile();
    differs(&mut profile);
    signed_in_as(desk(flavour), profile)
}

/// A console with Ann signed in, who may do this, too.
pub(crate) fn anns_desk_that_may(flavour: Flavour, permission: Permission) -> Desk {
    anns_desk_with(flavour, |profile| profile.permissions.push(permission))
}

/// Signs Ann in.
pub(crate) fn signed_in(desk: Desk) -> Desk {
    signed_in_as(desk, profile())
}

fn signed_in_as(mut desk: Desk, profile: RepProfile) -> Desk {
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", false))
        .expect("signed out");
    desk.accept();
    admit_as(&mut desk, profile);
    desk.story();
    desk
}

/// Puts Ann into these sessions.
pub(crate) fn with_sessions(mut desk: Desk, sessions: &[u64]) -> Desk {
    for id in sessions {
        desk.say(ApplianceToRep::SessionShown(session(*id)));
    }
    desk.story();
    desk
}

/// The program ends, and a new one starts on the same machine.
pub(crate) fn restarted(desk: Desk, flavour: Flavour) -> Desk {
    desk_on(desk.device, flavour)
}

/// Lets in the console that has just asked for it.
pub(crate) fn admit(desk: &mut Desk) {
    admit_as(desk, profile());
}

pub(crate) fn admit_as(desk: &mut Desk, profile: RepProfile) {
    answer(desk, Ok(RepAnswer::SignedIn(profile)));
    desk.say(ApplianceToRep::Colleagues(vec![colleague(BO, "Bo", TEAM, true)]));
}

pub(crate) fn colleague(id: RepId, name: &str, team: TeamId, signed_in: bool) -> Colleague {
    Colleague { id, name: name.into(), teams: vec![team], signed_in }
}

/// Answers the last question that the console has asked.
#[track_caller]
pub(crate) fn answer(desk: &mut Desk, answer: Result<RepAnswer, Refusal>) {
    let request = last_request(desk);
    desk.say(ApplianceToRep::Answer { request, answer });
}

#[track_caller]
pub(crate) fn last_request(desk: &mut Desk) -> RequestId {
    let last = desk.heard().into_iter().rev().find_map(|message| match message {
        RepToAppliance::Ask { request, .. } => Some(request),
        RepToAppliance::Chat { .. }
        | RepToAppliance::Attendance(_)
        | RepToAppliance::Tool { .. }
        | RepToAppliance::Heartbeat => None,
    });
    last.expect("the console should have asked something")
}

pub(crate) fn profile() -> RepProfile {
    RepProfile {
        id: ANN,
        display_name: "Ann".into(),
        teams: vec![Team { id: TeamId(3), name: "Tier 1".into() }],
        permissions: vec![
            Permission::GenerateSessionKey,
            Permission::AcceptTeamSessions,
            Permission::NextSession,
            Permission::UseJumpClients,
        ],
        portals: vec![
            Portal { id: PortalId(0), name: "Default".into() },
            Portal { id: PortalId(1), name: "Partners".into() },
        ],
        key_valid_s_default: 600,
        key_valid_s_max: 3_600,
        other_teams: vec![Team { id: BILLING, name: "Billing".into() }],
        help_issues: vec![HelpIssue { id: IssueId(2), title: "VPN does not connect".into() }],
        idle_after_s: None,
        auto_assignment: true,
        extended_availability: false,
        external: false,
        jump_groups: vec![JumpGroup { id: JumpGroupId(1), name: "Servers".into() }],
    }
}

pub(crate) fn machine(computer: &str) -> DeviceFacts {
    DeviceFacts { computer: computer.into(), platform: Platform::Windows, private_ip: [10, 0, 0, 7] }
}

pub(crate) fn entry(id: u64, queue: QueueId, customer: &str) -> QueueEntry {
    QueueEntry {
        id: QueueEntryId(id),
        queue,
        session: SessionId(id),
        what: QueueEntryKind::Waiting,
        customer: customer.into(),
        device: machine("FRONT-DESK-3"),
        issue: None,
        priority: Priority::Medium,
        presence: CustomerPresence::Connected,
        waited_ms: 0,
        age_ms: 0,
        kind: SessionKind::Support,
        overdue: false,
    }
}

/// A session in which Ann is member 2, its owner, beside Dana.
pub(crate) fn session(id: u64) -> SessionState {
    let member = |id, name: &str, rep| Member { id: MemberId(id), name: name.into(), rep };
    SessionState {
        id: SessionId(id),
        customer: "Dana".into(),
        device: machine("FRONT-DESK-3"),
        public_ip: [203, 0, 113, 9],
        presence: CustomerPresence::Connected,
        recording_allowed: true,
        me: MemberId(2),
        owner: Some(MemberId(2)),
        members: vec![member(1, "Dana", None), member(2, "Ann", Some(ANN))],
        age_ms: 0,
        kind: SessionKind::Support,
        invitations: vec![],
        after_session: AfterSession::Nothing,
        client: ClientKind::UserMode,
        tools: vec![],
        scripts: vec![],
        pin: SessionPin::No,
    }
}

/// The assignment of a waiting session, to be answered within a minute; it warns ten seconds before.
pub(crate) fn assignment(entry: u64) -> Assignment {
    Assignment {
        entry: QueueEntryId(entry),
        queue: TIER_1,
        session: SessionId(entry),
        from: None,
        customer: "Dana".into(),
        device: machine("FRONT-DESK-3"),
        kind: SessionKind::Support,
        issue: Some("VPN does not connect".into()),
        priority: Priority::High,
        left_ms: 60_000,
        warning_ms: 10_000,
    }
}

/// A line of team chat.
pub(crate) fn team_line(from: RepId, to: TeamChatTo, text: &str) -> TeamChatLine {
    let from_name = if from == ANN { "Ann" } else { "Bo" }.into();
    TeamChatLine { at: SimTime::ZERO, from, from_name, to, text: text.into() }
}

/// Entry `seq` of a log: Ann has made a note.
pub(crate) fn noted(seq: u32, note: &str) -> LogEntry {
    let what = LogItem::Happened { event: SessionEvent::SessionNoteAdded, detail: note.into() };
    LogEntry { what, ..said(seq, 2, 0, "") }
}

/// Entry `seq` of a log: a line said by member `by`.
pub(crate) fn said(seq: u32, by: u32, line: u32, text: &str) -> LogEntry {
    let by_name = ["", "Dana", "Ann", "Bo"][by as usize].into();
    let what = LogItem::Said { text: text.into(), audience: Audience::Everyone, line: LineId(line) };
    LogEntry { seq, at: SimTime::from_secs(seq.into()), by: MemberId(by), by_name, what }
}
