//! A mail, and its bytes (RFC 5322): plain text in UTF-8, written so that every host on its way can carry it.
//!
//! Crates that build messages read a clock for the date and draw from the process for names of their own. Ours needs
//! six header fields and one part, and the same mail is the same bytes.

use std::fmt;

use serde::{Deserialize, Serialize};
use wire::SimTime;

use super::address::{Address, HostName};

/// The longest line of a message, in bytes without its end (RFC 5322, 2.1.1).
const LINE_BYTES_MAX: usize = 998;
/// The longest line of quoted-printable text, in characters without its end (RFC 2045, 6.7).
const QUOTED_LINE_CHARS_MAX: usize = 76;
/// The longest subject that stands in its field as it is, in characters: no line is folded then.
const PLAIN_SUBJECT_CHARS_MAX: usize = 60;
/// The most characters in one encoded word, without what is around them (RFC 2047, 2: 75 with it; ours are shorter,
/// since the first stands behind the field's name).
const ENCODED_WORD_CHARS_MAX: usize = 48;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A mail from one address to one other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Who writes; complaints of mail hosts go there, too.
    pub from: Address,
    /// Who is to read it.
    pub to: Address,
    /// What it is about: one line. Line breaks and other control characters in it become spaces.
    pub subject: String,
    /// The text. Its lines end as the author likes.
    pub body: String,
    /// When it was written, by the clock on the wall; the run begins on 1 January 1970, as it does in all reports.
    pub date: SimTime,
    /// By this its reader knows a mail again that came twice.
    pub id: MessageId,
}

/// A name that no other mail has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId {
    unique: u128,
    host: HostName,
}

impl MessageId {
    /// The name of the mail with this number; `host` never gives a number twice.
    pub fn new(unique: u128, host: HostName) -> Self {
        Self { unique, host }
    }
}

/// `<1f@support.example.com>`
impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{:x}@{}>", self.unique, self.host)
    }
}

impl Mail {
    /// The mail as it travels: ASCII in lines of at most 998 bytes that end with CR LF, the last one too. So it needs
    /// neither `8BITMIME` nor `SMTPUTF8` of any host.
    pub fn to_message(&self) -> Vec<u8> {
        let body = lines(&self.body);
        let (encoding, body) = if body.iter().all(|line| travels_as_it_is(line)) {
            ("7bit", body.iter().flat_map(|line| [line, "\r\n"]).collect::<String>())
        } else {
            ("quoted-printable", body.iter().map(|line| quoted_printable(line) + "\r\n").collect())
        };
        let fields = [
            ("From", self.from.to_string()),
            ("To", self.to.to_string()),
            ("Subject", unstructured(&self.subject)),
            ("Date", date(self.date)),
            ("Message-ID", self.id.to_string()),
            // RFC 3834: nobody's holiday notice shall answer it.
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("MIME-Version", "1.0".to_owned()),
            ("Content-Type", "text/plain; charset=utf-8".to_owned()),
            ("Content-Transfer-Encoding", encoding.to_owned()),
        ];
        let mut message = String::new();
        for (name, value) in fields {
            message.extend([name, ": ", &value, "\r\n"]);
        }
        message.push_str("\r\n");
        message.push_str(&body);
        message.into_bytes()
    }
}

/// The lines of a text, however they end.
fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n").split(['\n', '\r']).map(str::to_owned).collect()
}

/// Whether no host changes this line on the way: some cut trailing spaces off, and some write `>From`.
fn travels_as_it_is(line: &str) -> bool {
    line.len() <= LINE_BYTES_MAX
        && line.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte))
        && !line.ends_with([' ', '\t'])
        && !line.starts_with("From ")
}

/// RFC 2045, 6.7: one line of text in lines that are short enough.
fn quoted_printable(line: &str) -> String {
    let mut quoted = String::new();
    let mut width = 0;
    let last = line.len().saturating_sub(1);
    for (place, byte) in line.bytes().enumerate() {
        let plain = match byte {
            b'=' => false,
            b' ' | b'\t' => place != last,
            b'F' => place != 0,
            _ => byte.is_ascii_graphic(),
        };
        let piece = if plain { char::from(byte).to_string() } else { format!("={byte:02X}") };
        // One character stays free for the mark that the line goes on.
        if width + piece.len() >= QUOTED_LINE_CHARS_MAX {
            quoted.push_str("=\r\n");
            width = 0;
        }
        width += piece.len();
        quoted.push_str(&piece);
    }
    quoted
}

/// The value of a field that holds any text (RFC 5322, 3.2.5), in encoded words where it must be (RFC 2047).
fn unstructured(text: &str) -> String {
    let text = text.replace(char::is_control, " ");
    let plain = text.len() <= PLAIN_SUBJECT_CHARS_MAX
        && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        && (text.is_empty() || text.split(' ').all(|word| !word.is_empty()))
        && !text.contains("=?");
    if plain {
        return text;
    }
    // A character is not cut in two.
    let mut words = vec![String::new()];
    for character in text.chars() {
        let mut bytes = [0; 4];
        let encoded: String = character
            .encode_utf8(&mut bytes)
            .bytes()
            .map(|byte| match byte {
                b' ' => "_".to_owned(),
                _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                _ => format!("={byte:02X}"),
            })
            .collect();
        match words.last_mut() {
            Some(word) if word.len() + encoded.len() <= ENCODED_WORD_CHARS_MAX => word.push_str(&encoded),
            _ => words.push(encoded),
        }
    }
    let words: Vec<String> = words.iter().map(|word| format!("=?utf-8?Q?{word}?=")).collect();
    words.join("\r\n ")
}

/// `Thu, 1 Jan 1970 00:00:00 +0000` (RFC 5322, 3.3).
fn date(at: SimTime) -> String {
    const SECONDS_OF_DAY: u64 = 24 * 60 * 60;
    let seconds = at.as_nanos() / 1_000_000_000;
    let (days, rest) = (seconds / SECONDS_OF_DAY, seconds % SECONDS_OF_DAY);
    let (mut year, mut day) = (1970, days);
    while day >= days_of_year(year) {
        day -= days_of_year(year);
        year += 1;
    }
    let mut month = 0;
    while day >= days_of_month(year, month) {
        day -= days_of_month(year, month);
        month += 1;
    }
    format!(
        "{}, {} {} {year} {:02}:{:02}:{:02} +0000",
        DAYS[(days % 7) as usize],
        day + 1,
        MONTHS[month],
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    )
}

fn days_of_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

/// `month` counts from 0.
fn days_of_month(year: u64, month: usize) -> u64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(subject: &str, body: &str) -> Mail {
        Mail {
            from: "support@support.example.com".parse().expect("an address"),
            to: "kim@example.org".parse().expect("an address"),
            subject: subject.to_owned(),
            body: body.to_owned(),
            date: SimTime::from_secs(12),
            id: MessageId::new(0x1f, "support.example.com".parse().expect("a host name")),
        }
    }

    fn message(subject: &str, body: &str) -> String {
        String::from_utf8(mail(subject, body).to_message()).expect("a message is ASCII").replace("\r\n", "\n")
    }

    #[test]
    fn plain_text_travels_as_it_is() {
        insta::assert_snapshot!(message("Session for Dana", "Hello Kim,\r\n\n.\n.. dots\rJoin: https://x/?k=1"), @"
        From: support@support.example.com
        To: kim@example.org
        Subject: Session for Dana
        Date: Thu, 1 Jan 1970 00:00:12 +0000
        Message-ID: <1f@support.example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        Hello Kim,

        .
        .. dots
        Join: https://x/?k=1
        ");
    }

    #[test]
    fn other_text_is_written_in_ascii() {
        insta::assert_snapshot!(message(
            "Sitzung für Dänä 🖥 — bitte annehmen, bevor sie abläuft",
            "Grüße\nFrom here on\ntrailing \nx = 1\t\n\0bell\x07",
        ), @"
        From: support@support.example.com
        To: kim@example.org
        Subject: =?utf-8?Q?Sitzung_f=C3=BCr_D=C3=A4n=C3=A4_=F0=9F=96=A5_?=
         =?utf-8?Q?=E2=80=94_bitte_annehmen=2C_bevor_sie_abl=C3=A4u?=
         =?utf-8?Q?ft?=
        Date: Thu, 1 Jan 1970 00:00:12 +0000
        Message-ID: <1f@support.example.com>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Gr=C3=BC=C3=9Fe
        =46rom here on
        trailing=20
        x =3D 1=09
        =00bell=07
        ");
    }

    /// A name in a subject that tries to bring fields of its own.
    #[test]
    fn a_subject_is_one_line() {
        let told = message("Hi\r\nBcc: eve@example.org\r\n\r\nBuy", "x");
        assert!(told.contains("\nSubject: =?utf-8?Q?Hi__Bcc=3A_eve=40example=2Eorg____Buy?=\n"), "{told}");
        assert!(!told.contains("\nBcc"), "{told}");
    }

    #[test]
    fn what_only_looks_plain_is_encoded() {
        assert!(message("=?utf-8?q?x?=", "x").contains("Subject: =?utf-8?Q?=3D=3Futf=2D8=3Fq=3Fx=3F=3D?=\n"));
        assert!(message("Hi", &"x".repeat(LINE_BYTES_MAX)).contains("\nContent-Transfer-Encoding: 7bit\n"));
        let long = message("Hi", &"x".repeat(LINE_BYTES_MAX + 1));
        assert!(long.contains("\nContent-Transfer-Encoding: quoted-printable\n"));
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        let at = |seconds: u64| date(SimTime::from_secs(seconds));
        assert_eq!(at(0), "Thu, 1 Jan 1970 00:00:00 +0000");
        assert_eq!(at(951_782_399), "Mon, 28 Feb 2000 23:59:59 +0000");
        assert_eq!(at(951_782_400), "Tue, 29 Feb 2000 00:00:00 +0000");
        assert_eq!(at(1_798_761_599), "Thu, 31 Dec 2026 23:59:59 +0000");
        assert_eq!(at(4_107_542_400), "Mon, 1 Mar 2100 00:00:00 +0000");
    }

    /// Text with all that mail has special words for.
    fn text(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<String> {
        let pieces =
            ["\n", "\r\n", ".", "From ", "=", " ", "\t", "=?utf-8?q?x?=", "ü", "你", "word", "\r", "\0"];
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

    /// Whatever people write: ASCII, short lines with whole ends, and one header.
    #[test]
    fn every_message_can_be_carried() {
        arbtest::arbtest(|u| {
            let message = mail(&text(u)?, &text(u)?).to_message();
            assert!(message.ends_with(b"\r\n"));
            let text = String::from_utf8(message).expect("a message is ASCII");
            assert!(text.is_ascii());
            for line in text.split("\r\n") {
                assert!(line.len() <= LINE_BYTES_MAX && !line.contains(['\r', '\n']), "{line:?}");
            }
            let (header, body) = text.split_once("\r\n\r\n").expect("a header ends");
            assert!(header.split("\r\n").all(|line| line.len() <= 78), "{header}");
            if header.ends_with("quoted-printable") {
                assert!(body.split("\r\n").all(|line| line.len() <= QUOTED_LINE_CHARS_MAX), "{body}");
            }
            let fields = header.split("\r\n").filter(|line| !line.starts_with(' '));
            assert_eq!(fields.count(), 9, "{header}");
            Ok(())
        })
        .size_min(200)
        .budget_ms(500);
    }
}
