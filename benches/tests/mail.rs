//! The appliance's mail goes to somebody else's mail host, and somebody else's mail comes to ours, over the loopback
//! interface of this machine.
//!
//! Where the other side is not installed, the tests say so and look at nothing.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use appliance::smtp::{Mail, MessageId, Outcome, SmtpClient};
use device::{Closed, ConnId, Input, Party as _, Transmit};
use fake_devices::{DeviceKind, FakeDevice};
use mail_host::{MailHost, MailHostConfig};
use mail_parser::MessageParser;
use tempfile::TempDir;
use wire::{Seed, SimTime};

/// After so long without a word, something hangs.
const PATIENCE: Duration = Duration::from_secs(30);

const BODY: &str = "Hallo Kim,\n.\n..\n.hidden\nFrom here: Grüße, 你好, 🖥\n  indented, trailing \n\nbye";

/// Exim, as Debian has it, takes our mail and puts into a mailbox what we meant.
#[test]
fn a_real_mail_host_understands_us() {
    let Some(exim) = Exim::new() else { return };
    let subject = "Sitzung für Dänä — bitte annehmen, bevor die Einladung abläuft 🖥";
    let Outcome::Accepted { queued_as } = exim.hand_over(&mail("kim@example.org", subject, BODY)) else {
        panic!("expected Exim to accept the mail; its log: {}", exim.log());
    };
    assert!(queued_as.contains("id="), "{queued_as}");
    let mails = exim.mailbox();
    let [message] = mails.as_slice() else { panic!("expected one mail, found {mails:?}") };
    let parsed = MessageParser::default().parse(message).expect("a mail");
    assert_eq!(parsed.subject(), Some(subject));
    assert_eq!(parsed.body_text(0).expect("a text").trim_end_matches('\n'), BODY);
    assert_eq!(parsed.message_id(), Some("7@support.example.com"));
    assert_eq!(parsed.date().expect("a date").to_rfc822(), "Thu, 1 Jan 1970 00:01:01 +0000");
    let from = parsed.from().and_then(|from| from.first()).and_then(|from| from.address());
    assert_eq!(from, Some("support@support.example.com"));

    let plain = "Plain text.\n.\n.. and dots";
    assert!(matches!(exim.hand_over(&mail("kim@example.org", "Hi", plain)), Outcome::Accepted { .. }));
    let expected = format!("\n\n{plain}\n");
    assert!(exim.mailbox().iter().any(|message| message.ends_with(expected.as_bytes())), "as it is");
}

#[test]
fn a_real_mail_host_can_refuse() {
    let Some(exim) = Exim::new() else { return };
    assert_eq!(
        exim.hand_over(&mail("kim@elsewhere.example", "Hi", "x")),
        Outcome::Rejected { code: 550, text: "no relay".to_owned() }
    );
    let Outcome::TryLater { reason } = exim.hand_over(&mail("later@example.org", "Hi", "x")) else {
        panic!("expected Exim to put us off; its log: {}", exim.log());
    };
    assert_eq!(reason, "451 greylisted");
    assert!(exim.mailbox().is_empty());
}

/// curl sends a mail as bytes go, eight bits each.
#[test]
fn a_real_client_understands_our_mail_host() {
    if let Some(missing) = what_is_missing("curl", "--version") {
        return skipped(&missing);
    }
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("message");
    let message = format!("Subject: =?utf-8?b?R3LDvMOfZQ==?=\n\n{BODY}\n").replace('\n', "\r\n");
    fs::write(&file, message).expect("a temporary file");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let mut curl = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "30", "--url"])
        .arg(format!("smtp://127.0.0.1:{port}/desk.example.com"))
        .args(["--mail-from", "dana@example.com", "--mail-rcpt", "kim@example.org", "--upload-file"])
        .arg(&file)
        .spawn()
        .expect("it was tried");
    let host = serve(&listener);
    assert!(curl.wait().expect("it was started").success());
    let [mail] = host.view().mailbox("kim@example.org") else { panic!("{:?}", host.view()) };
    assert_eq!((mail.from.as_str(), mail.subject.as_str()), ("dana@example.com", "Grüße"));
    assert_eq!(mail.text, BODY);
}

fn mail(to: &str, subject: &str, body: &str) -> Mail {
    Mail {
        from: "support@support.example.com".parse().expect("an address"),
        to: to.parse().expect("an address"),
        subject: subject.to_owned(),
        body: body.to_owned(),
        date: SimTime::from_secs(61),
        id: MessageId::new(7, "support.example.com".parse().expect("a host name")),
    }
}

/// Our mail host, for one client who connects.
fn serve(listener: &TcpListener) -> MailHost {
    let mut device = FakeDevice::new(DeviceKind::LinuxPc, "mail", [127, 0, 0, 1]);
    let mut host =
        MailHost::new(MailHostConfig::new("mail.example.org"), Seed::from_number(1), SimTime::ZERO);
    let (mut stream, _) = listener.accept().expect("somebody connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout above zero");
    host.start(SimTime::ZERO, &mut device);
    let conn = ConnId::Accepted(0);
    host.handle_input(SimTime::ZERO, &mut device, Input::Accepted { conn, from: [127, 0, 0, 1] });
    let mut piece = [0; 1_000];
    loop {
        while let Some(transmit) = host.poll_transmit() {
            match transmit {
                Transmit::Send { bytes, .. } => stream.write_all(&bytes).expect("the client hears"),
                Transmit::Close { .. } => return host,
                other => panic!("a mail host does not do this: {other:?}"),
            }
        }
        let length = stream.read(&mut piece).expect("the client speaks");
        if length == 0 {
            return host;
        }
        host.handle_input(SimTime::ZERO, &mut device, Input::Received { conn, bytes: &piece[..length] });
    }
}

/// A mail host of Exim's, in a folder of its own. It takes mail for example.org, and puts off whoever writes to
/// `later`.
struct Exim {
    folder: TempDir,
}

impl Exim {
    /// `None`, and a line that says why, where there can be none.
    fn new() -> Option<Self> {
        if let Some(missing) = what_is_missing("exim4", "-bV") {
            skipped(&missing);
            return None;
        }
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path();
        if fs::metadata(path).expect("it was just made").uid() != 0 {
            skipped("exim4 delivers nothing for who is not root");
            return None;
        }
        // It gives up being root, and writes as a user of its own.
        for part in ["", "spool", "log", "mail"] {
            let part = path.join(part);
            fs::create_dir_all(&part).expect("a temporary folder");
            fs::set_permissions(&part, fs::Permissions::from_mode(0o777)).expect("it is ours");
        }
        fs::write(path.join("configuration"), configuration(path)).expect("a temporary file");
        Some(Self { folder })
    }

    /// A conversation. Exim is given the accepted connection, as `inetd` would, and has delivered what it took when it
    /// ends.
    fn hand_over(&self, mail: &Mail) -> Outcome {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let stream = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it listens");
        let (accepted, _) = listener.accept().expect("we have connected");
        let answers = accepted.try_clone().expect("a connection has many handles");
        let mut exim = Command::new("exim4")
            .arg("-C")
            .arg(self.folder.path().join("configuration"))
            .args(["-bs", "-odf"])
            .stdin(Stdio::from(OwnedFd::from(accepted)))
            .stdout(Stdio::from(OwnedFd::from(answers)))
            .stderr(Stdio::null())
            .spawn()
            .expect("it was tried");
        let outcome = converse(stream, mail);
        exim.wait().expect("it was started");
        outcome
    }

    /// The messages that were delivered.
    fn mailbox(&self) -> Vec<Vec<u8>> {
        let Ok(files) = fs::read_dir(self.folder.path().join("mail/box/new")) else { return Vec::new() };
        files.map(|file| fs::read(file.expect("it is there").path()).expect("we may read it")).collect()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/mainlog")).unwrap_or_default()
    }
}

/// Our side of a conversation, over a socket.
fn converse(mut stream: TcpStream, mail: &Mail) -> Outcome {
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout above zero");
    let mut client = SmtpClient::new("support.example.com".parse().expect("a host name"), mail);
    let mut piece = [0; 100];
    while !client.is_over() {
        match stream.read(&mut piece) {
            Ok(0) => client.lost(Closed::Finished),
            Ok(length) => client.receive(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => client.give_up(),
            Err(_) => client.lost(Closed::Reset),
        }
        while let Some(bytes) = client.poll_send() {
            if stream.write_all(&bytes).is_err() {
                client.lost(Closed::Reset);
            }
        }
    }
    client.outcome().expect("it is over").clone()
}

fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "primary_hostname = mail.example.org\n\
         spool_directory = {folder}/spool\n\
         log_file_path = {folder}/log/%slog\n\
         acl_smtp_rcpt = recipients\n\
         deliver_drop_privilege\n\
         tls_advertise_hosts =\n\
         keep_environment =\n\
         host_lookup =\n\
         rfc1413_hosts =\n\
         begin acl\n\
         recipients:\n\
         \x20 defer local_parts = later\n\
         \x20       message = greylisted\n\
         \x20 accept domains = example.org\n\
         \x20 deny message = no relay\n\
         begin routers\n\
         everybody:\n\
         \x20 driver = accept\n\
         \x20 transport = mailbox\n\
         begin transports\n\
         mailbox:\n\
         \x20 driver = appendfile\n\
         \x20 directory = {folder}/mail/box\n\
         \x20 maildir_format\n"
    )
}

fn what_is_missing(program: &str, flag: &str) -> Option<String> {
    let mut command = Command::new(program);
    command.arg(flag).stdout(Stdio::null()).stderr(Stdio::null());
    let runs = command.status().is_ok_and(|status| status.success());
    (!runs).then(|| format!("no program `{program}`"))
}

#[expect(clippy::print_stderr, reason = "who reads the test's output is to know that it looked at nothing")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
