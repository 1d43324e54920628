//! What a mail host answers, cut out of what arrives (RFC 5321, 4.2).

/// The longest line of a reply, in bytes. Hosts are held to 512 (RFC 5321, 4.5.3.1.5); some take it less exactly.
pub(super) const REPLY_LINE_BYTES_MAX: usize = 2_048;
/// The most lines of one reply.
pub(super) const REPLY_LINES_MAX: usize = 100;

/// How much of a reply a person is shown, in characters.
const TEXT_CHARS_MAX: usize = 500;

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    /// 200 to 599.
    pub(super) code: u16,
    /// What stands behind the code, a text for each line.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// The reply as one text for a person, who need not read all of it.
    pub(super) fn text(&self) -> String {
        shortened(&self.lines.join(" "))
    }
}

/// Puts replies together from the pieces that arrive.
#[derive(Debug, Default)]
pub(super) struct ReplyReader {
    line: Vec<u8>,
    /// The lines of a reply that goes on.
    begun: Option<Reply>,
}

impl ReplyReader {
    /// Takes bytes up to the end of the next reply, which it returns; `None` if there are too few. What is left in
    /// `bytes` comes behind that reply.
    ///
    /// # Errors
    /// What arrives is no reply; says why.
    pub(super) fn next(&mut self, bytes: &mut &[u8]) -> Result<Option<Reply>, String> {
        while let Some((byte, rest)) = bytes.split_first() {
            *bytes = rest;
            if *byte != b'\n' {
                if self.line.len() == REPLY_LINE_BYTES_MAX {
                    return Err(format!(
                        "expected a reply's line of at most {REPLY_LINE_BYTES_MAX} bytes, found a longer one"
                    ));
                }
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            if let Some(reply) = self.take_line(line.strip_suffix(b"\r").unwrap_or(&line))? {
                return Ok(Some(reply));
            }
        }
        Ok(None)
    }

    fn take_line(&mut self, line: &[u8]) -> Result<Option<Reply>, String> {
        let text = shortened(&String::from_utf8_lossy(line));
        let wrong = |expected: &str| Err(format!("expected {expected}, found the line {text:?}"));
        let Some((code, rest)) = line.split_first_chunk::<3>() else {
            return wrong("a reply of three digits");
        };
        let [hundreds @ b'2'..=b'5', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = *code else {
            return wrong("a reply's code from 200 to 599");
        };
        let code = [hundreds, tens, ones].iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        let (goes_on, rest) = match rest {
            [] => (false, rest),
            [b' ', rest @ ..] => (false, rest),
            [b'-', rest @ ..] => (true, rest),
            _ => return wrong("a space or a hyphen behind a reply's code"),
        };
        let mut reply = self.begun.take().unwrap_or(Reply { code, lines: Vec::new() });
        if reply.code != code {
            return wrong(&format!("another line of reply {}", reply.code));
        }
        if reply.lines.len() == REPLY_LINES_MAX {
            return wrong(&format!("a reply of at most {REPLY_LINES_MAX} lines"));
        }
        // A terminal must not be told things by a stranger: the text ends up in logs.
        reply.lines.push(String::from_utf8_lossy(rest).replace(char::is_control, " "));
        if goes_on {
            self.begun = Some(reply);
            return Ok(None);
        }
        Ok(Some(reply))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All replies in these bytes, which arrive one by one; and what is wrong with them, if anything.
    fn replies(bytes: &[u8]) -> (Vec<String>, Option<String>) {
        let mut reader = ReplyReader::default();
        let mut told = Vec::new();
        for byte in bytes {
            let mut piece = std::slice::from_ref(byte);
            match reader.next(&mut piece) {
                Ok(None) => {}
                Ok(Some(reply)) => told.push(format!("{} {}", reply.code, reply.lines.join("|"))),
                Err(error) => return (told, Some(error)),
            }
        }
        (told, None)
    }

    #[test]
    fn a_reply_has_one_code_and_any_lines() {
        let bytes = b"220 mail.example.com ESMTP\r\n250-one\r\n250-\r\n250 three\r\n354\r\n250 bare\n250 \x1b[31m\r\n";
        let (told, error) = replies(bytes);
        assert_eq!(told, ["220 mail.example.com ESMTP", "250 one||three", "354 ", "250 bare", "250  [31m"]);
        assert_eq!(error, None);
    }

    #[test]
    fn what_is_no_reply_is_told() {
        let wrong = |bytes: &[u8]| replies(bytes).1.expect("it is no reply");
        insta::assert_debug_snapshot!([
            wrong(b"\r\n"),
            wrong(b"25\r\n"),
            wrong(b"150 go on\r\n"),
            wrong(b"600 what\r\n"),
            wrong(b"2x0 what\r\n"),
            wrong(b"250what\r\n"),
            wrong(b"250-one\r\n251 two\r\n"),
            wrong(b"\xff\xfe\x00\r\n"),
        ], @r#"
        [
            "expected a reply of three digits, found the line \"\"",
            "expected a reply of three digits, found the line \"25\"",
            "expected a reply's code from 200 to 599, found the line \"150 go on\"",
            "expected a reply's code from 200 to 599, found the line \"600 what\"",
            "expected a reply's code from 200 to 599, found the line \"2x0 what\"",
            "expected a space or a hyphen behind a reply's code, found the line \"250what\"",
            "expected another line of reply 250, found the line \"251 two\"",
            "expected a reply's code from 200 to 599, found the line \"��\\0\"",
        ]
        "#);
    }

    #[test]
    fn a_person_is_shown_no_novel() {
        let reply = Reply { code: 250, lines: vec!["x".repeat(TEXT_CHARS_MAX), "y".to_owned()] };
        assert_eq!(reply.text(), "x".repeat(TEXT_CHARS_MAX));
    }

    #[test]
    fn lines_and_replies_have_limits() {
        let line = |bytes: usize| [b"250 ".to_vec(), vec![b'x'; bytes - 5], b"\r\n".to_vec()].concat();
        assert_eq!(replies(&line(REPLY_LINE_BYTES_MAX)).1, None);
        assert_eq!(
            replies(&line(REPLY_LINE_BYTES_MAX + 1)).1.as_deref(),
            Some("expected a reply's line of at most 2048 bytes, found a longer one")
        );
        let lines = |count: usize| [b"250-x\r\n".repeat(count - 1), b"250 x\r\n".to_vec()].concat();
        assert_eq!(replies(&lines(REPLY_LINES_MAX)).1, None);
        assert_eq!(
            replies(&lines(REPLY_LINES_MAX + 1)).1.as_deref(),
            Some("expected a reply of at most 100 lines, found the line \"250 x\"")
        );
    }
}
