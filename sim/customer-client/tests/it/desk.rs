//! A customer at a machine, and the way to each stage.

use customer_client::{Customer, CustomerClient, CustomerClientConfig, CustomerClientEvent};
use fake_devices::{DeviceKind, FakeDevice, TestBench};
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerStatus, PortalIssue, PortalPage, PortalRepresentative,
    RepresentativeCard, StartChecked,
};
use wire::session::{AfterSession, Audience, LogEntry, LogItem, WebPage};
use wire::{IssueId, JumpId, LineId, MemberId, PortalId, RepId, Seed, SessionId, SimTime, Token};

pub(crate) type Desk = TestBench<CustomerClient, Customer, CustomerClientEvent>;

pub(crate) const PACKAGE_BYTES: u32 = 20_000;

fn desk_with(config: CustomerClientConfig, kind: DeviceKind) -> Desk {
    let client = CustomerClient::new(config, Seed::from_number(1), SimTime::ZERO);
    let device = FakeDevice::new(kind, "FRONT-DESK-3", [10, 0, 0, 7]);
    let mut desk = TestBench::new(client, device, CustomerClient::poll_event);
    desk.heartbeat_answer = Some(ApplianceToCustomer::Heartbeat);
    desk
}

/// A browser with nothing open.
pub(crate) fn idle(kind: DeviceKind) -> Desk {
    desk_with(CustomerClientConfig::browser("support.example.com", "Dana"), kind)
}

/// A client that a Jump Client has launched; it dials.
pub(crate) fn launched() -> Desk {
    let config = CustomerClientConfig::jump("support.example.com", "Dana", JumpId(8), Token([8; 16]));
    desk_with(config, DeviceKind::WindowsPc)
}

/// The portal was asked for.
pub(crate) fn opening(kind: DeviceKind) -> Desk {
    let mut desk = idle(kind);
    desk.act(|client, now, device| client.open_portal(now, device, None)).expect("idle");
    desk.accept();
    desk
}

/// The portal is open.
pub(crate) fn portal(kind: DeviceKind) -> Desk {
    let mut desk = opening(kind);
    desk.say(ApplianceToCustomer::PortalPage(page()));
    desk
}

/// A key was typed.
pub(crate) fn checking(kind: DeviceKind) -> Desk {
    let mut desk = portal(kind);
    desk.act(|client, now, device| client.type_session_key(now, device, "1234567")).expect("a portal");
    desk
}

/// The key will do: a PC downloads the client, a phone asks for the app.
pub(crate) fn checked(kind: DeviceKind, agreement: bool, recording_prompt: bool) -> Desk {
    let mut desk = checking(kind);
    desk.say(start_checked(agreement, recording_prompt));
    desk
}

/// The client is there.
pub(crate) fn downloaded(agreement: bool, recording_prompt: bool) -> Desk {
    let mut desk = checked(DeviceKind::WindowsPc, agreement, recording_prompt);
    desk.say(package(0, 16_384));
    desk.say(package(16_384, 3_616));
    desk
}

/// The session was requested.
pub(crate) fn waiting() -> Desk {
    let mut desk = downloaded(false, false);
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk.say(ApplianceToCustomer::Status(CustomerStatus::Waiting { position: 2, estimate_s: Some(90) }));
    desk
}

/// A help link was followed; the appliance checks it.
pub(crate) fn link_followed(kind: DeviceKind) -> Desk {
    let mut desk = idle(kind);
    desk.act(|client, now, device| client.follow_help_link(now, device, "shop", web_page("Cart")))
        .expect("idle");
    desk.accept();
    desk
}

/// A representative sees the customer's web page.
pub(crate) fn sharing() -> Desk {
    let mut desk = link_followed(DeviceKind::WindowsPc);
    desk.say(start_checked(false, false));
    desk.say(ApplianceToCustomer::Joined { session: SessionId(4) });
    desk.say(with_ann());
    desk
}

/// A representative is there.
pub(crate) fn in_session() -> Desk {
    let mut desk = waiting();
    desk.say(with_ann());
    desk
}

pub(crate) fn page() -> PortalPage {
    PortalPage {
        id: PortalId(0),
        name: "Default".into(),
        offers_session_key: true,
        issues: vec![PortalIssue { id: IssueId(2), title: "Printer".into() }],
        representatives: vec![PortalRepresentative { id: RepId(1), name: "Ann".into() }],
    }
}

pub(crate) fn start_checked(agreement: bool, recording_prompt: bool) -> ApplianceToCustomer {
    ApplianceToCustomer::StartChecked(Ok(StartChecked {
        package_bytes: PACKAGE_BYTES,
        agreement: agreement.then(|| "Terms".into()),
        recording_prompt,
        click_to_chat: false,
    }))
}

pub(crate) fn package(offset: u32, length: usize) -> ApplianceToCustomer {
    ApplianceToCustomer::Package { offset, total: PACKAGE_BYTES, bytes: vec![0; length] }
}

pub(crate) fn with_ann() -> ApplianceToCustomer {
    let representatives = vec![RepresentativeCard { name: "Ann".into(), avatar: None }];
    ApplianceToCustomer::Status(CustomerStatus::WithRepresentatives { representatives })
}

/// The session is over for this reason, and the machine does nothing more.
pub(crate) fn ended(why: CustomerEnd) -> ApplianceToCustomer {
    ApplianceToCustomer::Ended { why, then: AfterSession::Nothing }
}

/// A page of a web shop.
pub(crate) fn web_page(title: &str) -> WebPage {
    let url = format!("https://shop.example.com/{}", title.to_lowercase());
    WebPage { url, title: title.into(), text: format!("This is {title}.") }
}

/// Entry `seq` of the log: a line said by the customer, member 1, or by Ann, member 2.
pub(crate) fn said(seq: u32, by: u32, line: u32, text: &str) -> LogEntry {
    let what = LogItem::Said { text: text.into(), audience: Audience::Everyone, line: LineId(line) };
    let by_name = if by == 1 { "Dana" } else { "Ann" };
    LogEntry { seq, at: SimTime::from_secs(seq.into()), by: MemberId(by), by_name: by_name.into(), what }
}
