//! Step definitions as their authors wrote them.
//!
//! The `cucumber` crate turns each `#[given(expr = "…")]` into a regular expression and forgets the rest. What a
//! person wants to read, the phrase and what it is about, is in the source: each file with step definitions hands
//! its text over with [`step_definitions!`](crate::step_definitions), and this module reads the attributes back.

/// The text of one source file with step definitions.
#[derive(Debug)]
pub struct StepSource {
    /// The file's path as `file!()` gives it, which is also the one in a step's location.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

cucumber::codegen::inventory::collect!(StepSource);

/// Makes the step definitions of this file known by their phrases. Stands once in each file that has any.
///
/// A step definition is a function with a doc comment, whose first paragraph says what the step is about. Where no
/// scenario shows the phrase in use, or none shows it well, a line of the comment gives an example; a function with
/// several attributes may have several:
///
/// ```text
/// scenarios::step_definitions!();
///
/// /// The customer types a session key into the portal.
/// ///
/// /// Example: `When Carla enters the key`
/// #[when(expr = "{name} enters the key")]
/// fn enters_the_key(stage: &mut Stage, name: Name) { … }
/// ```
#[macro_export]
macro_rules! step_definitions {
    () => {
        $crate::harness::submit_step_source! {
            $crate::harness::StepSource {
                path: ::std::file!(),
                text: ::std::include_str!(::std::concat!(::std::env!("CARGO_MANIFEST_DIR"), "/../", ::std::file!())),
            }
        }
    };
}

/// What an attribute and the comment above it say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    /// The attribute's line.
    pub(crate) line: u32,
    /// The text between the attribute's quotation marks.
    pub(crate) text: String,
    /// The comment's first paragraph on one line.
    pub(crate) about: String,
    /// The comment's examples.
    pub(crate) examples: Vec<String>,
}

/// All step attributes of a source file, from its top.
pub(crate) fn phrases(source: &str) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    // Attributes of the function that follows: a function may carry several, below one comment.
    let mut pending: Vec<(u32, String)> = Vec::new();
    let mut lines = (1..).zip(source.lines());
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text.trim());
        } else if line.starts_with("#[") {
            let mut attribute = line.to_owned();
            while !attribute.ends_with(']') {
                let Some((_, more)) = lines.next() else { break };
                attribute.push_str(more.trim());
            }
            pending.extend(phrase(&attribute).map(|phrase| (number, phrase)));
        } else if !line.is_empty() && !line.starts_with("//") {
            let (about, examples) = read_comment(&comment);
            phrases.extend(pending.drain(..).map(|(line, text)| Phrase {
                line,
                text,
                about: about.clone(),
                examples: examples.clone(),
            }));
            comment.clear();
        }
    }
    phrases
}

/// The string in `#[given(expr = "…")]`, `#[given(regex = r"…")]` or `#[given("…")]`.
fn phrase(attribute: &str) -> Option<String> {
    let inner = attribute.strip_prefix("#[")?;
    let inner = ["given(", "when(", "then("].iter().find_map(|name| inner.strip_prefix(name))?;
    let literal = match inner.split_once('=') {
        Some((kind, rest)) if matches!(kind.trim(), "expr" | "regex") => rest.trim(),
        _ => inner.trim(),
    };
    let literal = literal.trim_end().strip_suffix(")]")?.trim_end().trim_end_matches(',');
    if let Some(raw) = literal.strip_prefix('r') {
        let raw = raw.trim_matches('#');
        return Some(raw.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    let quoted = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => text.extend(characters.next()),
            (plain, false) => text.push(plain),
        }
    }
    Some(text)
}

/// The first paragraph, and the texts of the lines that start with `Example:`.
fn read_comment(comment: &[&str]) -> (String, Vec<String>) {
    let is_example = |line: &&str| line.starts_with("Example:");
    let about: Vec<&str> =
        comment.iter().copied().take_while(|line| !line.is_empty() && !is_example(line)).collect();
    let examples = comment.iter().filter_map(|line| line.strip_prefix("Example:"));
    (about.join(" "), examples.map(|example| example.trim().trim_matches('`').to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn attributes_are_read_with_their_comments() {
        let source = r##"
            //! Steps.
            crate::step_definitions!();

            /// Somebody waits
            /// for a while.
            ///
            /// Only virtual time passes.
            /// Example: `When 3 s pass`
            #[when(expr = "{duration} pass(es)")]
            #[given(expr = "{duration} have/has passed")]
            fn wait(stage: &mut Stage, duration: Duration) {}

            #[derive(Debug)]
            struct Other;

            #[then(
                expr = "she sees \"{word}\" \\{as is}"
            )]
            fn sees() {}
            /// Plain.
            #[given("a site")]
            #[expect(dead_code, reason = "shown")]
            fn site() {}
            /// Raw.
            #[given(regex = r#"^a "(.*)"$"#)]
            fn raw() {}
        "##;
        let shown: String = phrases(source)
            .iter()
            .map(|p| format!("{}: {} | {} | {:?}\n", p.line, p.text, p.about, p.examples))
            .collect();
        assert_snapshot!(shown, @r#"
        10: {duration} pass(es) | Somebody waits for a while. | ["When 3 s pass"]
        11: {duration} have/has passed | Somebody waits for a while. | ["When 3 s pass"]
        17: she sees "{word}" \{as is} |  | []
        22: a site | Plain. | []
        26: ^a "(.*)"$ | Raw. | []
        "#);
    }
}
