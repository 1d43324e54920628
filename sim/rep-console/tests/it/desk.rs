//! A console, a machine, and words for what the appliance says.

use fake_devices::{DeviceKind, FakeDevice, TestBench};
use rep_console::{Flavour, Rep, RepConsole, RepConsoleConfig, RepConsoleEvent};
use wire::rep::{
    ApplianceToRep, Colleague, Permission, Portal, Refusal, RepAnswer, RepProfile, RepToAppliance, Team,
};
use wire::session::{
    Audience, CustomerPresence, DeviceFacts, LogEntry, LogItem, Member, Platform, Priority, QueueEntry,
    QueueEntryKind, SessionState,
};
use wire::{
    LineId, MemberId, PortalId, QueueEntryId, QueueId, RepId, RequestId, Seed, SessionId, SimTime, TeamId,
};

pub(crate) type Desk = TestBench<RepConsole, Rep, RepConsoleEvent>;

/// The account that signs in.
pub(crate) const ANN: RepId = RepId(0);
pub(crate) const TIER_1: QueueId = QueueId::Team(TeamId(3));

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

/// Signs Ann in.
pub(crate) fn signed_in(mut desk: Desk) -> Desk {
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", false))
        .expect("signed out");
    desk.accept();
    admit(&mut desk);
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
    answer(desk, Ok(RepAnswer::SignedIn(profile())));
    desk.say(ApplianceToRep::Colleagues(vec![Colleague { id: RepId(1), name: "Bo".into() }]));
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
        RepToAppliance::Chat { .. } | RepToAppliance::Heartbeat => None,
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
    }
}

/// Entry `seq` of a log: a line said by member `by`.
pub(crate) fn said(seq: u32, by: u32, line: u32, text: &str) -> LogEntry {
    let by_name = ["", "Dana", "Ann", "Bo"][by as usize].into();
    let what = LogItem::Said { text: text.into(), audience: Audience::Everyone, line: LineId(line) };
    LogEntry { seq, at: SimTime::from_secs(seq.into()), by: MemberId(by), by_name, what }
}
