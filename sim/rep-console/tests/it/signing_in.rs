//! Signing in and out, and what is remembered (LOG).

use device::{Closed, LinkState};
use rep_console::{Account, ConsoleError, Flavour};
use wire::rep::{ApplianceToRep, Goodbye, Refusal};

use crate::desk::{Desk, admit, anns_desk, answer, desk, restarted, with_sessions};

fn sign_in(desk: &mut Desk, password: &str, remember: bool) -> Result<(), ConsoleError> {
    desk.act(|console, now, device| console.sign_in(now, device, "ann", password, remember))
}

/// LOG-01.
#[test]
fn right_credentials_open_the_console() {
    let mut desk = desk(Flavour::Desktop);
    sign_in(&mut desk, "secret", false).expect("signed out");
    assert_eq!(desk.party.view().account, Account::SigningIn);
    assert_eq!(sign_in(&mut desk, "secret", false), Err(ConsoleError::AlreadySignedIn));
    desk.accept();
    admit(&mut desk);
    let view = desk.party.view();
    assert_eq!((view.account, view.connection), (Account::SignedIn, LinkState::Connected));
    let queues: Vec<&str> = view.queues.iter().map(|queue| queue.name.as_str()).collect();
    assert_eq!(queues, ["Personal", "Tier 1"]);
    insta::assert_snapshot!(desk.story(), @r#"
    dials support.example.com:443
    says Ask { request: RequestId(1), ask: SignIn { user_name: "ann", password: "secret" } }
    says Attendance(Attended)
    event SignedIn
    event Answered { request: RequestId(1), refusal: None }
    "#);
}

/// LOG-01: wrong host or credentials leave the rep logged out.
#[test]
fn wrong_credentials_and_a_wrong_host_do_not() {
    let mut desk = desk(Flavour::Desktop);
    sign_in(&mut desk, "guess", true).expect("signed out");
    desk.accept();
    answer(&mut desk, Err(Refusal::WrongCredentials));
    assert_eq!(desk.party.view().last_notice(), Some("wrong user name or password"));
    assert_eq!(desk.party.view().remembered_user, None, "only what proved right is remembered");

    sign_in(&mut desk, "secret", false).expect("signed out again");
    desk.cut(Closed::Unreachable);
    assert_eq!(desk.party.view().last_notice(), Some("no network"));

    sign_in(&mut desk, "secret", false).expect("signed out again");
    desk.accept();
    desk.cut(Closed::Reset);
    assert_eq!(desk.party.view().last_notice(), Some("cut off by the appliance"));
    assert_eq!(desk.party.view().account, Account::SignedOut);
    desk.wait(std::time::Duration::from_secs(600));
    assert!(!desk.is_dialling(), "a first try is not tried again by itself");
}

/// LOG-07: the network is what is wrong, and may be another one next time; the credentials are kept.
#[test]
fn a_network_that_is_refused_costs_no_remembered_credentials() {
    let mut desk = desk(Flavour::Desktop);
    sign_in(&mut desk, "secret", true).expect("signed out");
    desk.accept();
    admit(&mut desk);
    desk.cut(Closed::Reset);
    desk.wait(std::time::Duration::from_secs(2));
    desk.accept();
    answer(&mut desk, Err(Refusal::NetworkRestricted));
    let view = desk.party.view();
    assert_eq!(view.last_notice(), Some("this account may not sign in from this network"));
    assert_eq!(view.account, Account::SignedOut);
    assert_eq!(view.remembered_user.as_deref(), Some("ann"));
    desk.wait(std::time::Duration::from_secs(600));
    assert!(!desk.is_dialling(), "a refusal is not asked for again by itself");
    desk.act(|console, now, device| console.sign_in_remembered(now, device)).expect("remembered");
}

/// LOG-02.
#[test]
fn ticked_credentials_are_offered_at_the_next_start_and_unticked_ones_forgotten() {
    let mut desk = desk(Flavour::Desktop);
    sign_in(&mut desk, "secret", true).expect("signed out");
    desk.accept();
    admit(&mut desk);
    assert!(desk.device.disk().syncs() > 0);
    desk.device.power_loss();

    let mut desk = restarted(desk, Flavour::Desktop);
    assert_eq!(desk.party.view().remembered_user.as_deref(), Some("ann"));
    desk.act(|console, now, device| console.sign_in_remembered(now, device)).expect("remembered");
    desk.accept();
    assert!(desk.story().contains(r#"SignIn { user_name: "ann", password: "secret" }"#));
    admit(&mut desk);
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");

    sign_in(&mut desk, "secret", false).expect("signed out");
    desk.accept();
    admit(&mut desk);
    assert_eq!(desk.party.view().remembered_user, None);
    let mut desk = restarted(desk, Flavour::Desktop);
    let nothing = desk.act(|console, now, device| console.sign_in_remembered(now, device));
    assert_eq!(nothing, Err(ConsoleError::NothingRemembered));
}

#[test]
fn files_that_somebody_has_spoilt_are_as_if_they_were_not_there() {
    let mut desk = desk(Flavour::Desktop);
    for path in ["rep-console/credentials.json", "rep-console/settings.json"] {
        device::Device::write_file(&mut desk.device, path, b"{\"user_name\": 7");
    }
    let desk = restarted(desk, Flavour::Desktop);
    assert_eq!(desk.party.view().remembered_user, None);
    assert_eq!(desk.party.view().columns.len(), 6);
}

#[test]
fn signing_out_clears_the_screen() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    let view = desk.party.view();
    assert_eq!((view.account, view.connection), (Account::SignedOut, LinkState::Off));
    assert_eq!((view.pages.len(), view.queues.len(), view.profile.is_none()), (0, 0, true));
    assert_eq!(view.last_closed().map(|closed| closed.why.as_str()), Some("signed out"));
    insta::assert_snapshot!(desk.story(), @r#"
    says Ask { request: RequestId(2), ask: SignOut }
    closes
    event PageClosed(SessionId(4))
    event SignedOut { why: "signed out" }
    "#);
}

#[test]
fn who_signs_in_elsewhere_is_signed_out_here_and_stays_so() {
    let mut desk = with_sessions(anns_desk(Flavour::Desktop), &[4]);
    desk.say(ApplianceToRep::Goodbye(Goodbye::SignedInElsewhere));
    desk.wait(std::time::Duration::from_secs(600));
    assert_eq!(desk.party.view().account, Account::SignedOut);
    insta::assert_snapshot!(desk.story(), @r#"
    closes
    event PageClosed(SessionId(4))
    event SignedOut { why: "signed in elsewhere" }
    "#);
}
