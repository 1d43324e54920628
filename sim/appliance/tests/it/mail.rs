//! Mail that the appliance sends, and a mail host that may be broken (SHR-09, EXT-02).

use device::{Closed, ConnId, Input};
use wire::RepId;
use wire::rep::{Invitee, Refusal, RepAnswer, RepAsk};

use crate::office::{Office, VPN};

fn office() -> Office {
    let mail = "[mail]\nhost = \"mail.example.com\"\nfrom = \"support@example.com\"\n[[portal]]";
    let site = crate::office::SITE
        .replacen("[[portal]]", mail, 1)
        .replacen(
            "password = \"blair's password\"",
            "email = \"blair@example.com\"\npassword = \"blair's password\"",
            1,
        )
        .replace(
            r#""use Jump Clients"]"#,
            r#""use Jump Clients", "invite external rep", "extended availability"]"#,
        );
    let mut office = Office::of(&site);
    for rep in ["alex", "blair"] {
        office.sign_in(rep);
    }
    office
}

/// The connection that the appliance has dialled last.
fn dialled(office: &Office) -> Option<ConnId> {
    office.dialled.keys().next_back().copied()
}

fn host_says(office: &mut Office, says: &str) -> Option<String> {
    let conn = dialled(office)?;
    office.input(Input::Received { conn, bytes: says.as_bytes() });
    office.dialled.get_mut(&conn).map(|sent| String::from_utf8(std::mem::take(sent)).expect("mail is ASCII"))
}

/// A mail host that takes what comes; gives the message.
fn take(office: &mut Office) -> String {
    let conn = dialled(office).expect("the appliance dials the mail host");
    office.input(Input::Connected { conn });
    host_says(office, "220 mail.example.com\r\n");
    for reply in ["250 mail.example.com\r\n", "250 ok\r\n", "250 ok\r\n"] {
        host_says(office, reply);
    }
    let message = host_says(office, "354 go on\r\n").expect("it goes on");
    host_says(office, "250 queued\r\n");
    host_says(office, "221 bye\r\n");
    message
}

fn extend(office: &mut Office) {
    assert_eq!(office.ask("blair", RepAsk::SetExtendedAvailability { on: true }), Ok(RepAnswer::Done));
}

/// SHR-09: on switching it on, and with every invitation, even while not signed in.
#[test]
fn extended_availability_is_told_by_mail() {
    let mut office = office();
    assert_eq!(office.ask("alex", RepAsk::SetExtendedAvailability { on: true }), Err(Refusal::NoMailAddress));
    extend(&mut office);
    assert!(take(&mut office).contains("Subject: Extended availability is on\r\n"));
    office.cut("blair");
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("waits");
    assert_eq!(office.sees("alex").colleagues, ["Blair"]);
    office.invite("alex", "carla", RepId(1)).expect("Blair can be reached");
    let mail = take(&mut office);
    assert!(
        mail.contains("To: blair@example.com\r\n") || mail.contains("To: <blair@example.com>\r\n"),
        "{mail}"
    );
    assert!(mail.contains("Alex asks you to join the session with carla"), "{mail}");
    assert_eq!(dialled(&office), None, "one mail each");
}

/// A mail host that is not there, says later, or stays silent loses nothing, not even across a restart.
#[test]
fn a_broken_mail_host_loses_no_mail_and_no_invitation() {
    let mut office = office();
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("waits");
    extend(&mut office);
    office.invite("alex", "carla", RepId(1)).expect("Blair can be reached");
    assert_eq!(office.sees("blair").of_customer("carla"), "invited by Alex");
    let conn = dialled(&office).expect("dials");
    office.dialled.clear();
    office.input(Input::Closed { conn, how: Closed::Refused });
    assert_eq!(dialled(&office), None, "it waits");
    office.wait_s(30);
    host_says(&mut office, "421 try later\r\n");
    assert_eq!(dialled(&office), None, "it waits longer");
    office.wait_s(59);
    assert_eq!(dialled(&office), None, "it waits longer");
    office.wait_s(1);
    let silent = dialled(&office).expect("dials again");
    office.wait_s(600);
    assert_ne!(dialled(&office), Some(silent), "a silent host is given up");
    office.restart();
    assert_eq!(office.appliance.footprint().mails, 2);
    assert!(take(&mut office).contains("Extended availability"));
    assert!(take(&mut office).contains("join the session with carla"));
    office.sign_in("blair");
    assert_eq!(office.appliance.footprint().mails, 0);
    office.restart();
    assert_eq!((dialled(&office), office.appliance.footprint().mails), (None, 0));
}

/// A recipient whose mailbox is busy holds up nobody else's mail.
#[test]
fn who_cannot_be_reached_holds_up_nobody() {
    let mut office = office();
    extend(&mut office);
    host_says(&mut office, "220 mail.example.com\r\n");
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("waits");
    office.invite("alex", "carla", RepId(1)).expect("Blair can be reached");
    for reply in ["250 ok\r\n", "250 ok\r\n", "451 busy\r\n"] {
        host_says(&mut office, reply);
    }
    host_says(&mut office, "221 bye\r\n");
    office.wait_s(30);
    assert!(take(&mut office).contains("join the session with carla"), "the one behind it");
    assert!(take(&mut office).contains("Extended availability"), "and then that one again");
}

/// A mail host that will never take it ends it, and the status page says so; the invitation stands.
#[test]
fn what_is_refused_for_good_is_on_the_status_page() {
    let mut office = office();
    extend(&mut office);
    host_says(&mut office, "220 mail.example.com\r\n");
    for reply in ["250 ok\r\n", "250 ok\r\n", "550 no such mailbox\r\n"] {
        host_says(&mut office, reply);
    }
    assert_eq!(office.appliance.view().mails_refused, ["blair@example.com"]);
    assert_eq!(office.appliance.footprint().mails, 0);
}

/// EXT-02: the invitation's address is in the mail; a line of its own cannot be smuggled in.
#[test]
fn an_external_invitation_is_mailed() {
    let mut office = office();
    office.arrive("carla", VPN);
    office.accept("alex", "carla").expect("waits");
    let whom = Invitee::External { name: "Erin".into(), email: Some("erin@example.org".into()) };
    let Ok(RepAnswer::ExternalInvited(invited)) =
        office.ask_about("alex", |session| RepAsk::Invite { session, whom })
    else {
        panic!("Alex may invite");
    };
    let mail = take(&mut office).replace("=\r\n", "").replace("=3D", "=");
    assert!(mail.contains(&invited.url), "{mail}");
}
