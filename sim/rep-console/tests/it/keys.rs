//! Session keys at the console (KEY).

use std::fmt::Write as _;

use fake_devices::{DeviceKind, FakeDevice};
use rep_console::{ConsoleError, Flavour, KeyDialog, KeyGenerationWay, KeyOptions};
use wire::rep::{ApplianceToRep, KeyGenerated, Permission, Refusal, RepAnswer, RepProfile};
use wire::{PortalId, SimTime};

use crate::desk::{Desk, anns_desk, answer, desk, desk_on, last_request, profile, restarted, signed_in};

const URL: &str = "https://support.example.com/?ak=1234567";

fn generate(desk: &mut Desk, options: KeyOptions) {
    desk.act(|console, now, device| console.generate_key(now, device, options)).expect("connected");
    let portal = options.portal.unwrap_or(PortalId(0));
    let key = KeyGenerated { key: "1234567".into(), url: URL.into(), valid_s: 600, portal };
    answer(desk, Ok(RepAnswer::KeyGenerated(key)));
}

/// A console on which an account with this profile is signed in.
fn desk_of(flavour: Flavour, profile: RepProfile) -> Desk {
    let mut desk = desk(flavour);
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", false))
        .expect("signed out");
    desk.accept();
    answer(&mut desk, Ok(RepAnswer::SignedIn(profile)));
    desk
}

/// KEY-01, KEY-06, KEY-07, KEY-10.
#[test]
fn a_key_is_shown_with_its_end_and_its_url_can_be_copied() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.wait(std::time::Duration::from_secs(5));
    let copied = desk.act(|console, now, device| console.copy_key_url(now, device));
    assert_eq!(copied, Err(ConsoleError::NoKey));
    generate(&mut desk, KeyOptions { portal: Some(PortalId(1)), valid_s: Some(600) });
    let key = desk.party.view().key.as_ref().expect("a key");
    assert_eq!(
        (key.key.as_str(), key.portal, key.expires),
        ("1234567", PortalId(1), SimTime::from_secs(605))
    );
    desk.act(|console, now, device| console.copy_key_url(now, device)).expect("a key");
    assert_eq!(desk.device.clipboard(), Some(URL));
    insta::assert_snapshot!(desk.story(), @"
    says Ask { request: RequestId(2), ask: GenerateKey { portal: Some(PortalId(1)), valid_s: Some(600) } }
    event Answered { request: RequestId(2), refusal: None }
    ");
}

/// KEY-01, KEY-06: what the appliance will not is told in words.
#[test]
fn a_refusal_is_told() {
    let mut desk = anns_desk(Flavour::Mobile);
    let options = KeyOptions { portal: None, valid_s: Some(u32::MAX) };
    desk.act(|console, now, device| console.generate_key(now, device, options)).expect("connected");
    answer(&mut desk, Err(Refusal::ValidityTooLong));
    assert_eq!(desk.party.view().last_notice(), Some("validity is above the site's maximum"));
    assert_eq!(desk.party.view().key, None);
}

/// KEY-08.
#[test]
fn a_desktop_preselects_the_last_portal_even_after_a_restart() {
    let open = |desk: &mut Desk| {
        let way = KeyGenerationWay::SessionKeyButton;
        desk.act(|console, now, device| console.open_key_generation(now, device, way)).expect("offered");
        desk.party.view().key_dialog.expect("it is open")
    };
    for (flavour, preselected) in [(Flavour::Desktop, PortalId(1)), (Flavour::Mobile, PortalId(0))] {
        let mut desk = anns_desk(flavour);
        let dialog = KeyDialog { portal: Some(PortalId(0)), valid_s: 600, valid_s_max: 3_600 };
        assert_eq!(open(&mut desk), dialog);
        generate(&mut desk, KeyOptions { portal: Some(PortalId(1)), valid_s: None });
        assert_eq!(desk.party.view().key_dialog, None, "a generated key closes the dialog");
        assert_eq!(open(&mut desk).portal, Some(preselected));
        let mut desk = signed_in(restarted(desk, flavour));
        assert_eq!(open(&mut desk).portal, Some(preselected));
    }
}

/// KEY-07, KEY-08: an administrator may have taken the portal away.
#[test]
fn a_portal_that_is_no_longer_allowed_is_not_preselected() {
    let mut desk = anns_desk(Flavour::Desktop);
    generate(&mut desk, KeyOptions { portal: Some(PortalId(1)), valid_s: None });
    let mut desk = restarted(desk, Flavour::Desktop);
    desk.act(|console, now, device| console.sign_in(now, device, "ann", "secret", false))
        .expect("signed out");
    desk.accept();
    let mut fewer = profile();
    fewer.portals.truncate(1);
    answer(&mut desk, Ok(RepAnswer::SignedIn(fewer)));
    desk.act(|console, now, device| console.generate_key(now, device, KeyOptions::default()))
        .expect("connected");
    assert!(desk.story().contains("GenerateKey { portal: None, valid_s: None }"));
    // An answer that nobody waits for changes nothing.
    let mut stray = last_request(&mut desk);
    stray.0 += 1;
    let key = KeyGenerated { key: "7".into(), url: URL.into(), valid_s: 1, portal: PortalId(0) };
    desk.say(ApplianceToRep::Answer { request: stray, answer: Ok(RepAnswer::KeyGenerated(key)) });
    assert_eq!(desk.party.view().key, None);
}

/// KEY-14.
#[test]
fn ways_to_open_key_generation() {
    let mut table = String::new();
    for (flavour, kind) in [
        (Flavour::Desktop, DeviceKind::WindowsPc),
        (Flavour::Desktop, DeviceKind::LinuxPc),
        (Flavour::Desktop, DeviceKind::Mac),
        (Flavour::Mobile, DeviceKind::AndroidPhone),
        (Flavour::Mobile, DeviceKind::Iphone),
    ] {
        let mut desk = signed_in(desk_on(FakeDevice::new(kind, "ANN", [10, 0, 0, 2]), flavour));
        let ways = desk.party.view().key_generation_ways.clone();
        for way in &ways {
            desk.act(|console, now, device| console.open_key_generation(now, device, *way)).expect("offered");
        }
        let names: Vec<String> = ways.iter().map(ToString::to_string).collect();
        writeln!(table, "{flavour} on {kind}: {}", names.join(", ")).expect("a string");
    }
    insta::assert_snapshot!(table, @"
    desktop on Windows PC: Support menu, Start button, Session Key button, Ctrl+F4
    desktop on Linux PC: Support menu, Start button, Session Key button, Ctrl+F4
    desktop on Mac: Support menu, Start button, Session Key button, Command+F4
    mobile on Android phone: Session Key button
    mobile on iPhone: Session Key button
    ");
    let mut desk = anns_desk(Flavour::Desktop);
    let wrong = desk
        .act(|console, now, device| console.open_key_generation(now, device, KeyGenerationWay::CommandF4));
    assert_eq!(
        wrong.expect_err("no Mac").to_string(),
        "expected something that this console offers, found Command+F4"
    );
}

/// KEY-15, ACC-05, KEY-14.
#[test]
fn what_is_offered_follows_permissions_and_site() {
    let mut table = String::new();
    type Change = fn(&mut RepProfile);
    let rows: [(&str, Change); 7] = [
        ("everything", |_| {}),
        ("no permissions", |profile| profile.permissions.clear()),
        ("keys only", |profile| profile.permissions = vec![Permission::GenerateSessionKey]),
        ("next session only", |profile| profile.permissions = vec![Permission::NextSession]),
        ("Jump Clients only", |profile| profile.permissions = vec![Permission::UseJumpClients]),
        ("everything, but no portals", |profile| profile.portals.clear()),
        ("everything, but no teams", |profile| profile.teams.clear()),
    ];
    for (name, change) in rows {
        let mut profile = profile();
        change(&mut profile);
        let desk = desk_of(Flavour::Desktop, profile);
        let view = desk.party.view();
        let methods: Vec<String> = view.start_methods.iter().map(ToString::to_string).collect();
        let ways = view.key_generation_ways.len();
        writeln!(table, "{name}: {} ({ways} ways to key generation)", methods.join(", ")).expect("a string");
    }
    insta::assert_snapshot!(table, @"
    everything: session key, get next, jump (4 ways to key generation)
    no permissions:  (0 ways to key generation)
    keys only: session key (4 ways to key generation)
    next session only: get next (0 ways to key generation)
    Jump Clients only: jump (0 ways to key generation)
    everything, but no portals: get next, jump (0 ways to key generation)
    everything, but no teams: session key, jump (4 ways to key generation)
    ");
}
