//! The customer's client alone, with a test in the appliance's place.

use customer_client::{Customer, CustomerClient, CustomerClientConfig, CustomerClientEvent, Stage};
use fake_devices::{DeviceKind, FakeDevice, TestBench};
use wire::customer::{
    ApplianceToCustomer, CustomerEnd, CustomerStatus, PortalPage, RepresentativeCard, StartChecked,
};
use wire::session::{Audience, LogEntry, LogItem};
use wire::{LineId, MemberId, PortalId, Seed, SessionId, SimTime, Token};

type Bench = TestBench<CustomerClient, Customer, CustomerClientEvent>;

fn bench(kind: DeviceKind) -> Bench {
    let config = CustomerClientConfig::browser("support.example.com", "Dana");
    let client = CustomerClient::new(config, Seed::from_number(1), SimTime::ZERO);
    TestBench::new(client, FakeDevice::new(kind, "FRONT-DESK-3", [10, 0, 0, 7]), CustomerClient::poll_event)
}

fn page() -> PortalPage {
    PortalPage {
        id: PortalId(0),
        name: "Default".into(),
        offers_session_key: true,
        issues: vec![],
        representatives: vec![],
    }
}

fn said(seq: u32, by: u32, line: u32, text: &str) -> LogEntry {
    let what = LogItem::Said { text: text.into(), audience: Audience::Everyone, line: LineId(line) };
    LogEntry { seq, at: SimTime::from_secs(seq.into()), by: MemberId(by), by_name: "Dana".into(), what }
}

#[test]
fn a_key_leads_to_a_session_and_its_end() {
    let mut bench = bench(DeviceKind::WindowsPc);
    bench.act(|client, now, device| client.open_portal(now, device, None)).expect("idle");
    bench.accept();
    bench.say(ApplianceToCustomer::PortalPage(page()));
    bench.act(|client, now, device| client.type_session_key(now, device, "1234567")).expect("a portal");
    let checked =
        StartChecked { package_bytes: 20_000, agreement: Some("Terms".into()), recording_prompt: true };
    bench.say(ApplianceToCustomer::StartChecked(Ok(checked)));
    for (offset, length) in [(0, 16_384), (16_384, 3_616)] {
        let bytes = vec![0; length];
        bench.say(ApplianceToCustomer::Package { offset, total: 20_000, bytes });
    }
    assert_eq!(bench.party.view().stage, Stage::Agreement("Terms".into()));
    bench.act(|client, now, device| client.answer_agreement(now, device, true)).expect("asked");
    bench.act(|client, now, device| client.answer_recording(now, device, false)).expect("asked");
    bench.say(ApplianceToCustomer::Joined { session: SessionId(4), token: Token([7; 16]) });
    bench.say(ApplianceToCustomer::Status(CustomerStatus::Waiting { position: 1 }));
    let representatives = vec![RepresentativeCard { name: "Ann".into(), avatar: None }];
    bench.say(ApplianceToCustomer::Status(CustomerStatus::WithRepresentatives { representatives }));
    bench.act(|client, now, device| client.send_chat(now, device, "hello")).expect("in session");
    assert_eq!(bench.party.view().pending.len(), 1);
    bench.say(ApplianceToCustomer::Log(vec![said(1, 1, 1, "hello")]));
    assert_eq!(bench.party.view().pending, []);
    bench.say(ApplianceToCustomer::Ended(CustomerEnd::EndedByRepresentative));
    assert!(bench.party.is_finished());
    insta::assert_snapshot!(bench.story(), @r#"
    dials support.example.com:443
    says OpenPortal { portal: None, url: None }
    says ChooseStart(Key("1234567"))
    says FetchPackage
    event ClientInstalled
    says Join(Join { start: Key("1234567"), portal: Some(PortalId(0)), name: "Dana", agreement: Some(true), recording: Some(false), device: DeviceFacts { computer: "FRONT-DESK-3", platform: Windows, private_ip: [10, 0, 0, 7] } })
    event Joined(SessionId(4))
    says Chat { line: LineId(1), text: "hello" }
    closes
    event Ended(EndedByRepresentative)
    "#);
}
