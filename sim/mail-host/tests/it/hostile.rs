//! Whatever arrives: the mail host goes on.

use std::time::Duration;

use device::{Closed, ConnId, Input};
use mail_host::{MailHostState, MailHostView};
use strum::VariantNames as _;

use crate::desk::{Desk, LINE, OPENING};

#[test]
fn whatever_arrives_it_goes_on() {
    arbtest::arbtest(|u| {
        let mut desk = Desk::connected();
        let words = [
            OPENING,
            "DATA\r\n",
            "Subject: x\r\n",
            "Content-Type: multipart/mixed; boundary=a\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "--a\r\n",
            "\r\n",
            ".\r\n",
            "RSET\r\n",
            "MAIL FROM:<",
            "RCPT TO:<",
            "QUIT\r\n",
        ];
        while !u.is_empty() {
            match u.int_in_range(0..=9)? {
                0 => desk.connect(LINE),
                1 => desk.input(Input::Closed { conn: LINE, how: Closed::Reset }),
                2 => desk.wait(Duration::from_secs(u.int_in_range(0..=400)?)),
                3 => desk.set(u.choose(MailHostState::VARIANTS)?.parse().expect("its own name")),
                4 | 5 => drop(desk.say(u.bytes(u.len().min(30))?)),
                6 => desk.input(Input::Received { conn: ConnId::Accepted(9), bytes: b"NOOP\r\n" }),
                _ => drop(desk.say(u.choose(&words)?)),
            }
        }
        let view: MailHostView = desk.view().clone();
        assert_eq!(Desk::on(desk.device).view().mailboxes, view.mailboxes, "what is shown is on the disk");
        Ok(())
    });
}

/// Whatever somebody sends as a message, it is shown somehow.
#[test]
fn whatever_is_delivered_is_shown() {
    arbtest::arbtest(|u| {
        let mut desk = Desk::connected();
        desk.say(format!("{OPENING}DATA\r\n"));
        let mut message = u.bytes(u.len())?.to_vec();
        message.retain(|byte| !matches!(byte, b'\r' | b'\n'));
        let message: Vec<u8> = message.chunks(40).flat_map(|line| [b".", line, b"\r\n"].concat()).collect();
        desk.say(message);
        assert!(desk.say(".\r\n").starts_with("250 kept"));
        assert_eq!(desk.view().delivered().len(), 1);
        Ok(())
    });
}
