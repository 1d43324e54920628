//! A line, taken apart as each shell does.

/// A line, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    /// The command and what follows it.
    pub(super) words: Vec<String>,
    /// What follows the command, as it was written.
    pub(super) rest: String,
    /// The file that takes what the command says, and whether it is added to what is there.
    pub(super) into_file: Option<(String, bool)>,
}

/// Takes a line of `cmd` apart. `variable` knows the values of `%NAME%`.
///
/// # Errors
/// The sign that this shell does nothing with: it has no pipes, and runs one command a line.
pub(super) fn parse_cmd(line: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Parsed, String> {
    let line = expand_percent(line, variable);
    let mut parts = Parts::default();
    let mut quoted = false;
    let mut rest_from = None;
    let mut rest_to = line.len();
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                quoted = !quoted;
                parts.word.get_or_insert_default();
            }
            _ if quoted => parts.push(c),
            '|' | '&' | '<' => return Err(c.to_string()),
            '>' => {
                let append = chars.next_if(|&(_, c)| c == '>').is_some();
                rest_to = rest_to.min(at);
                parts.redirect(append).ok_or_else(|| ">".to_owned())?;
            }
            c if c.is_whitespace() => {
                parts.end_word();
                if parts.parsed.words.len() == 1 && rest_from.is_none() {
                    rest_from = Some(at + c.len_utf8());
                }
            }
            c => parts.push(c),
        }
    }
    let mut parsed = parts.finish().ok_or_else(|| ">".to_owned())?;
    if let Some(from) = rest_from.filter(|&from| from <= rest_to) {
        parsed.rest = line[from..rest_to].trim_end().to_owned();
    }
    Ok(parsed)
}

/// Takes a line of a Unix shell apart. `variable` knows the values of `$NAME`.
///
/// # Errors
/// The sign that this shell does nothing with: it has no pipes, and runs one command a line.
pub(super) fn parse_sh(line: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Parsed, String> {
    let mut parts = Parts::default();
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '\'' | '"') => {
                quote = Some(c);
                parts.word.get_or_insert_default();
            }
            (Some(open), c) if c == open => quote = None,
            (Some('\''), c) => parts.push(c),
            (_, '\\') => parts.word.get_or_insert_default().extend(chars.next()),
            (_, '$') => {
                let braced = chars.next_if_eq(&'{').is_some();
                let mut name = String::new();
                while let Some(c) = chars.next_if(|&c| c.is_alphanumeric() || "_?".contains(c)) {
                    name.push(c);
                }
                if braced {
                    chars.next_if_eq(&'}').ok_or_else(|| "{".to_owned())?;
                }
                let value = if name.is_empty() { Some("$".to_owned()) } else { variable(&name) };
                if let Some(value) = value {
                    parts.word.get_or_insert_default().push_str(&value);
                }
            }
            (Some(_), c) => parts.push(c),
            (None, '|' | '&' | '<' | ';' | '`' | '(' | ')') => return Err(c.to_string()),
            (None, '#') if parts.word.is_none() => break,
            (None, '>') => {
                let append = chars.next_if_eq(&'>').is_some();
                parts.redirect(append).ok_or_else(|| "newline".to_owned())?;
            }
            (None, c) if c.is_whitespace() => parts.end_word(),
            (None, c) => parts.push(c),
        }
    }
    if let Some(open) = quote {
        return Err(open.to_string());
    }
    parts.finish().ok_or_else(|| "newline".to_owned())
}

/// The words so far.
#[derive(Debug, Default)]
struct Parts {
    parsed: Parsed,
    word: Option<String>,
    /// The next word is the file that takes what is said; whether it is added to.
    file_next: Option<bool>,
}

impl Parts {
    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        match self.file_next.take() {
            Some(append) => self.parsed.into_file = Some((word, append)),
            None => self.parsed.words.push(word),
        }
    }

    /// The next word is a file; `None` where one was to come already.
    fn redirect(&mut self, append: bool) -> Option<()> {
        self.end_word();
        self.file_next.replace(append).is_none().then_some(())
    }

    /// All of it; `None` where a file was to come.
    fn finish(mut self) -> Option<Parsed> {
        self.end_word();
        self.file_next.is_none().then_some(self.parsed)
    }
}

/// Puts values in the places of `%NAME%`; what has no value stays as it is.
fn expand_percent(line: &str, variable: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('%') {
        expanded.push_str(before);
        match behind.split_once('%').and_then(|(name, after)| Some((variable(name)?, after))) {
            Some((value, after)) => {
                expanded.push_str(&value);
                rest = after;
            }
            None => {
                expanded.push('%');
                rest = behind;
            }
        }
    }
    expanded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<String> {
        (name == "USER").then(|| "carla".to_owned())
    }

    fn parsed(words: &[&str], into_file: Option<(&str, bool)>) -> Parsed {
        Parsed {
            words: words.iter().map(|&word| word.to_owned()).collect(),
            into_file: into_file.map(|(path, append)| (path.to_owned(), append)),
            rest: String::new(),
        }
    }

    #[test]
    fn each_shell_has_its_quotes_and_variables() {
        for (line, expected) in [
            ("type \"a b\".txt", Ok(parsed(&["type", "a b.txt"], None))),
            ("echo %USER% 100% %NO%>>x", Ok(parsed(&["echo", "carla", "100%", "%NO%"], Some(("x", true))))),
            ("dir | more", Err("|".to_owned())),
            ("dir >", Err(">".to_owned())),
            ("", Ok(parsed(&[], None))),
        ] {
            let found = parse_cmd(line, known).map(|found| Parsed { rest: String::new(), ..found });
            assert_eq!(found, expected, "{line}");
        }
        assert_eq!(parse_cmd("echo  a   \"b\"  > x", known).expect("it is fine").rest, " a   \"b\"");
        for (line, expected) in [
            ("cat 'a b' \"$USER\"\\ c", Ok(parsed(&["cat", "a b", "carla c"], None))),
            ("echo '$USER' ${USER}s $NO # no", Ok(parsed(&["echo", "$USER", "carlas"], None))),
            ("ls>x", Ok(parsed(&["ls"], Some(("x", false))))),
            ("echo \"\"", Ok(parsed(&["echo", ""], None))),
            ("ls; rm", Err(";".to_owned())),
            ("echo 'a", Err("'".to_owned())),
            ("ls > > x", Err("newline".to_owned())),
        ] {
            assert_eq!(parse_sh(line, known), expected, "{line}");
        }
    }

    #[test]
    fn no_line_panics() {
        arbtest::arbtest(|u| {
            let line: String = u.arbitrary()?;
            // Whether it is understood is told above.
            let _ = (parse_cmd(&line, known), parse_sh(&line, known));
            Ok(())
        });
    }
}
