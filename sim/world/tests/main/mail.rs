//! Mail: the appliance's side of SMTP and the mail host's, face to face and over a network. What is handed over is
//! kept, and is the same.

use std::time::Duration;

use appliance::smtp::{Mail, MessageId, Outcome, SmtpClient};
use device::{Closed, ConnId, Input, Party as _, Transmit};
use fake_devices::{DeviceKind, FakeDevice};
use mail_host::{MailHost, MailHostConfig, MailHostState, MailHostView};
use recording::{EntryKind, Recording};
use rep_console::RepConsoleView;
use wire::rep::Invitee;
use wire::{Seed, SimTime};
use world::{Program, ProgramId, ProgramSpec};

use crate::{Estate, SITE, add, console};

const NOW: SimTime = SimTime::from_secs(5);
const CONN: ConnId = ConnId::Accepted(0);

/// A conversation, both sides of it.
struct Talk {
    client: SmtpClient,
    host: MailHost,
    device: FakeDevice,
    /// On their way to the host.
    out: Vec<u8>,
    /// On their way to the client.
    back: Vec<u8>,
    closed_by_host: bool,
}

impl Talk {
    fn new(mail: &Mail, state: MailHostState) -> Self {
        let own_host = "support.example.com".parse().expect("a host name");
        let config = MailHostConfig { state, ..MailHostConfig::new("mail.example.org") };
        let mut talk = Self {
            client: SmtpClient::new(own_host, mail),
            host: MailHost::new(config, Seed::from_number(1), SimTime::ZERO),
            device: FakeDevice::new(DeviceKind::LinuxPc, "mail", [192, 0, 2, 25]),
            out: Vec::new(),
            back: Vec::new(),
            closed_by_host: false,
        };
        talk.host.start(NOW, &mut talk.device);
        talk.host.handle_input(NOW, &mut talk.device, Input::Accepted { conn: CONN, from: [192, 0, 2, 80] });
        talk.drain();
        talk
    }

    /// Carries up to `bytes` bytes one way; says how many there were.
    fn carry(&mut self, to_host: bool, bytes: usize) -> usize {
        let lane = if to_host { &mut self.out } else { &mut self.back };
        let piece: Vec<u8> = lane.drain(..bytes.min(lane.len())).collect();
        if piece.is_empty() {
            return 0;
        }
        if !to_host {
            self.client.receive(&piece);
        } else if !self.closed_by_host {
            self.host.handle_input(NOW, &mut self.device, Input::Received { conn: CONN, bytes: &piece });
        }
        self.drain();
        piece.len()
    }

    /// Carries all there is, until both have nothing to say.
    fn finish(&mut self) -> Outcome {
        while self.carry(true, usize::MAX) + self.carry(false, usize::MAX) > 0 {}
        if self.closed_by_host && !self.client.is_over() {
            self.client.lost(Closed::Reset);
        }
        if !self.client.is_over() {
            self.client.give_up();
        }
        self.client.outcome().expect("it is over").clone()
    }

    fn drain(&mut self) {
        while let Some(bytes) = self.client.poll_send() {
            self.out.extend(bytes);
        }
        while let Some(transmit) = self.host.poll_transmit() {
            match transmit {
                Transmit::Send { bytes, .. } => self.back.extend(bytes),
                Transmit::Close { .. } => self.closed_by_host = true,
                other => panic!("a mail host does not do this: {other:?}"),
            }
        }
    }

    /// The mails that the host has, once it has come back from a power loss.
    fn mails_after_power_loss(mut self) -> usize {
        self.device.power_loss();
        let config = MailHostConfig::new("mail.example.org");
        let mut host = MailHost::new(config, Seed::from_number(1), SimTime::ZERO);
        host.start(NOW, &mut self.device);
        host.view().delivered().len()
    }
}

fn mail(subject: &str, body: &str) -> Mail {
    Mail {
        from: "support@support.example.com".parse().expect("an address"),
        to: "kim@example.org".parse().expect("an address"),
        subject: subject.to_owned(),
        body: body.to_owned(),
        date: NOW,
        id: MessageId::new(0xabc, "support.example.com".parse().expect("a host name")),
    }
}

#[test]
fn every_state_of_a_mail_host_is_an_outcome() {
    let outcome = |state| {
        let mut talk = Talk::new(&mail("Hi", "x"), state);
        let outcome = talk.finish();
        (talk.host.view().delivered().len(), outcome)
    };
    insta::assert_debug_snapshot!(
        [
            MailHostState::Healthy,
            MailHostState::Greylisting,
            MailHostState::Full,
            MailHostState::RefusesRecipients,
            MailHostState::Hangs,
            MailHostState::BreaksOff,
        ]
        .map(|state| (state, outcome(state))),
        @r#"
    [
        (
            Healthy,
            (
                1,
                Accepted {
                    queued_as: "kept as 1",
                },
            ),
        ),
        (
            Greylisting,
            (
                0,
                TryLater {
                    reason: "451 greylisted, come back later",
                },
            ),
        ),
        (
            Full,
            (
                0,
                Rejected {
                    code: 552,
                    text: "the mailbox of kim@example.org is full",
                },
            ),
        ),
        (
            RefusesRecipients,
            (
                0,
                Rejected {
                    code: 550,
                    text: "kim@example.org is not known here",
                },
            ),
        ),
        (
            Hangs,
            (
                0,
                TryLater {
                    reason: "the mail host was silent for 600 s, where a receipt for the message was awaited",
                },
            ),
        ),
        (
            BreaksOff,
            (
                0,
                TryLater {
                    reason: "the mail host cut the connection off, where a receipt for the message was awaited",
                },
            ),
        ),
    ]
    "#
    );
}

/// Text with all that mail has special words for.
fn text(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<String> {
    let pieces = ["\n", "\r\n", ".", "From ", "=", " ", "\t", "=?utf-8?q?x?=", "ü", "你", "word", "\r", "\0"];
    let mut text = String::new();
    for _ in 0..u.int_in_range(0..=12)? {
        match u.int_in_range(0..=9)? {
            0 => text.push(u.arbitrary()?),
            1 => text += &u.choose(&pieces)?.repeat(u.int_in_range(1..=500)?),
            _ => text += u.choose(&pieces)?,
        }
    }
    Ok(text)
}

/// Whatever is written comes out the same, but for how its lines end.
#[test]
fn mail_comes_out_as_it_was_written() {
    arbtest::arbtest(|u| {
        let (subject, body) = (text(u)?, text(u)?);
        let mut talk = Talk::new(&mail(&subject, &body), MailHostState::Healthy);
        loop {
            let (to_host, bytes) = (u.arbitrary()?, u.int_in_range(1..=200)?);
            if talk.carry(to_host, bytes) + talk.carry(!to_host, bytes) == 0 {
                break;
            }
        }
        assert_eq!(talk.finish(), Outcome::Accepted { queued_as: "kept as 1".to_owned() });
        let [delivered] = talk.host.view().mailbox("kim@example.org") else { panic!("one mail") };
        assert_eq!(delivered.from, "support@support.example.com");
        assert_eq!(delivered.subject, subject.replace(char::is_control, " "));
        assert_eq!(delivered.text, body.replace("\r\n", "\n").replace('\r', "\n"));
        assert_eq!(delivered.message_id.as_deref(), Some("abc@support.example.com"));
        Ok(())
    })
    .size_min(200)
    .budget_ms(1_000);
}

/// Wherever the connection breaks: what was accepted is kept, whatever befalls the host next.
#[test]
fn what_was_accepted_is_kept_wherever_the_line_breaks() {
    let mail = mail("Grüße", ".\n..\nFrom the desk\n");
    let mut all = Talk::new(&mail, MailHostState::Healthy);
    all.finish();
    let (mut accepted, mut breaks) = (0, 0);
    loop {
        let mut talk = Talk::new(&mail, MailHostState::Healthy);
        let mut left = breaks;
        while left > 0 {
            let carried = talk.carry(true, left.min(7)) + talk.carry(false, left.min(7));
            if carried == 0 {
                break;
            }
            left = left.saturating_sub(carried);
        }
        if left > 0 {
            break;
        }
        breaks += 1;
        if !talk.client.is_over() {
            talk.client.lost(Closed::Reset);
        }
        let is_accepted = matches!(talk.client.outcome(), Some(Outcome::Accepted { .. }));
        let kept = talk.mails_after_power_loss();
        assert!(kept <= 1 && (!is_accepted || kept == 1), "after {breaks} bytes: {kept}");
        accepted += usize::from(is_accepted);
    }
    assert!(breaks > 500 && accepted > 10 && accepted < breaks, "{accepted} of {breaks}");
}

/// An estate with a mail host, in which Alex is in session with Carla and knows whom to ask.
struct Together {
    estate: Estate,
    mail_host: ProgramId,
}

impl Together {
    fn new() -> Self {
        let site = SITE.replace("\"generate session key\"", "\"invite external rep\"").replace(
            "[sign_in]",
            "[mail]\nhost = \"mail.example.com\"\nfrom = \"support@example.com\"\n[sign_in]",
        );
        let mut estate = Estate::of_site(7, &site);
        let machine = add(&mut estate.world, "mail host", 5, "data centre");
        estate.world.name_machine("mail.example.com", machine);
        let config = MailHostConfig::new("mail.example.com");
        let mail_host = estate.world.start(machine, "mail host", ProgramSpec::MailHost(config));
        estate.sign_in();
        estate.start_session();
        let entry = Self::console(&estate).queues[0].rows[0].id;
        let done = estate
            .world
            .hands(estate.console, |program, now, device| console(program).accept(now, device, entry));
        done.expect("the console runs").expect("it shows the line");
        estate.wait(|estate| !Self::console(estate).pages.is_empty());
        Self { estate, mail_host }
    }

    fn console(estate: &Estate) -> &RepConsoleView {
        match estate.world.program(estate.console) {
            Some(Program::RepConsole(console)) => console.view(),
            _ => panic!("the console does not run"),
        }
    }

    /// Alex invites somebody, who is mailed.
    fn invite(&mut self) {
        let session = Self::console(&self.estate).pages[0].session;
        let whom = Invitee::External { name: "Kim".into(), email: Some("kim@example.org".into()) };
        let done = self.estate.world.hands(self.estate.console, |program, now, device| {
            console(program).invite(now, device, session, whom)
        });
        done.expect("the console runs").expect("Alex may");
    }

    fn set(&mut self, state: MailHostState) {
        let done = self.estate.world.hands(self.mail_host, |program, now, device| match program {
            Program::MailHost(host) => host.set_state(now, device, state),
            _ => unreachable!("it is the mail host"),
        });
        done.expect("the mail host runs");
    }

    fn mail(&self) -> Option<&MailHostView> {
        match self.estate.world.program(self.mail_host) {
            Some(Program::MailHost(host)) => Some(host.view()),
            _ => None,
        }
    }

    fn mails(&self) -> usize {
        self.mail().map_or(0, |view| view.delivered().len())
    }
}

#[test]
fn mail_crosses_the_network_and_the_recording_tells_how() {
    let mut together = Together::new();
    together.invite();
    together.estate.world.run_for(Duration::from_secs(10));
    let [mail] = together.mail().expect("it runs").mailbox("kim@example.org") else { panic!("one mail") };
    assert!(mail.text.contains("https://support.example.com/external?key="), "{mail:?}");
    let recording = Recording::read(&together.estate.recording()).expect("we wrote it");
    let mut said = Vec::new();
    let mut delivered = 0;
    let mut sent = std::collections::BTreeSet::new();
    for entry in recording.entries() {
        match &entry.kind {
            EntryKind::MessageSent { from, to, kind, .. } if kind.starts_with("SMTP") => {
                said.push(format!("{from} → {to}: {kind}"));
                sent.insert(entry.seq);
            }
            EntryKind::MessageDelivered { sent: seq } if sent.contains(seq) => delivered += 1,
            _ => {}
        }
    }
    assert_eq!(delivered, said.len(), "all that was said was heard");
    insta::assert_debug_snapshot!(said, @r#"
    [
        "mail host → appliance: SMTP 220",
        "appliance → mail host: SMTP EHLO",
        "mail host → appliance: SMTP 250",
        "appliance → mail host: SMTP MAIL",
        "mail host → appliance: SMTP 250",
        "appliance → mail host: SMTP RCPT",
        "mail host → appliance: SMTP 250",
        "appliance → mail host: SMTP DATA",
        "mail host → appliance: SMTP 354",
        "appliance → mail host: SMTP message",
        "mail host → appliance: SMTP 250",
        "appliance → mail host: SMTP QUIT",
        "mail host → appliance: SMTP 221",
    ]
    "#);
}

/// Whatever is wrong with the mail host, the mail is there once it is right again.
#[test]
fn mail_waits_for_its_host() {
    let hour = Duration::from_secs(3_600);
    for state in [MailHostState::Greylisting, MailHostState::Hangs, MailHostState::BreaksOff] {
        let mut together = Together::new();
        together.set(state);
        together.invite();
        together.estate.world.run_for(hour);
        assert_eq!(together.mails(), 0, "{state}");
        together.set(MailHostState::Healthy);
        together.estate.world.run_for(2 * hour);
        assert_eq!(together.mails(), 1, "{state}");
    }
    let mut together = Together::new();
    let machine = together.estate.world.machine_of(together.mail_host);
    assert!(together.estate.world.netstat(machine).contains("LISTEN"));
    together.estate.world.kill(together.mail_host);
    assert!(!together.estate.world.netstat(machine).contains("LISTEN"), "nobody is there any more");
    together.invite();
    together.estate.world.run_for(hour);
    together.estate.world.power_off(machine);
    together.estate.world.run_for(hour);
    together.estate.world.power_on(machine);
    together.estate.world.run_for(2 * hour);
    assert_eq!(together.mails(), 1);
    together.estate.world.power_off(machine);
    together.estate.world.power_on(machine);
    assert_eq!(together.mails(), 1, "it was kept");
}
