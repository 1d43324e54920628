//! Help for a step that no definition fits: the phrases nearest to it, and a definition to start from.

use strsim::normalized_damerau_levenshtein;

use super::definitions::{Definition, Definitions, Keyword};

/// How many phrases are worth showing.
const NEAREST_MAX: usize = 3;
/// Words that differ more than this, per word of the step, are no help: a phrase about something else.
const DISTANCE_PER_WORD_MAX: f64 = 0.4;

/// The definitions whose phrases are nearest to `text`, the nearest first.
pub(crate) fn nearest<'a, W>(
    definitions: &'a Definitions<W>,
    keyword: Keyword,
    text: &str,
) -> Vec<&'a Definition<W>> {
    let words: Vec<_> = text.split_whitespace().collect();
    let mut ranked: Vec<_> = definitions
        .iter()
        .map(|definition| {
            let phrase = phrase_words(&definition.phrase);
            let other_keyword = if definition.keyword == keyword { 0.0 } else { 0.5 };
            (distance(&words, &phrase) + other_keyword, definition)
        })
        .filter(|(distance, _)| *distance <= DISTANCE_PER_WORD_MAX * words.len() as f64)
        .collect();
    ranked.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    ranked.into_iter().map(|(_, definition)| definition).take(NEAREST_MAX).collect()
}

/// A word of a phrase.
#[derive(Debug, PartialEq)]
enum Word<'a> {
    /// One of these, where a phrase leaves a choice: `has/have`.
    Literal(Vec<&'a str>),
    /// A parameter: `{duration}`.
    Parameter,
}

fn phrase_words(phrase: &str) -> Vec<Word<'_>> {
    phrase
        .trim_start_matches('^')
        .trim_end_matches('$')
        .split_whitespace()
        .map(|word| {
            if word.contains(['{', '(']) && !word.ends_with("s)") {
                Word::Parameter
            } else {
                Word::Literal(word.split('/').collect())
            }
        })
        .collect()
}

/// The edit distance in words. A parameter takes any words, each for a little.
fn distance(text: &[&str], phrase: &[Word<'_>]) -> f64 {
    const ABSENT: f64 = 1.0;
    const TAKEN: f64 = 0.1;
    let mut row: Vec<f64> = (0..=text.len()).map(|words| words as f64 * ABSENT).collect();
    for word in phrase {
        let mut next = vec![row[0] + ABSENT];
        for (column, said) in (1..).zip(text) {
            let (replaced, inserted) = match word {
                Word::Parameter => (TAKEN, TAKEN),
                Word::Literal(choices) => {
                    let near = |choice: &&str| 1.0 - normalized_damerau_levenshtein(choice, said);
                    (choices.iter().map(near).fold(ABSENT, f64::min), ABSENT)
                }
            };
            next.push(
                (row[column - 1] + replaced).min(next[column - 1] + inserted).min(row[column] + ABSENT),
            );
        }
        row = next;
    }
    row[text.len()]
}

/// A definition for `text` to paste into a file of steps: quoted words and numbers become parameters.
pub(crate) fn snippet(keyword: Keyword, text: &str, stage: &str) -> String {
    let Generalised { expression, name, parameters } = generalise(text);
    let arguments: String = parameters.iter().map(|(name, ty)| format!(", {name}: {ty}")).collect();
    format!(
        "/// What it is about.\n#[{}(expr = {expression:?})]\nfn {name}(stage: &mut {stage}{arguments}) {{\n    \
         todo!()\n}}",
        keyword.attribute(),
    )
}

/// The expression of such a definition, which is the same for all steps that it would fit.
pub(crate) fn expression(text: &str) -> String {
    generalise(text).expression
}

/// A step's text as a phrase.
struct Generalised {
    expression: String,
    name: String,
    parameters: Vec<(String, &'static str)>,
}

fn generalise(text: &str) -> Generalised {
    let mut expression = String::new();
    let mut parameters: Vec<(String, &'static str)> = Vec::new();
    let mut rest = text;
    let mut name = String::new();
    while let Some(first) = rest.chars().next() {
        let at_word_start = !expression.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let (taken, parameter) = match first {
            '"' => match rest[1..].find('"') {
                Some(end) => (end + 2, Some(("string", "String"))),
                None => (1, None),
            },
            '0'..='9' if at_word_start => {
                let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                let number = rest[..end].trim_end_matches('.');
                let followed_by_letter = rest[number.len()..].starts_with(|c: char| c.is_alphanumeric());
                match (followed_by_letter, number.contains('.')) {
                    (true, _) => (number.len(), None),
                    (false, true) => (number.len(), Some(("float", "f64"))),
                    (false, false) => (number.len(), Some(("int", "u64"))),
                }
            }
            other => (other.len_utf8(), None),
        };
        let (piece, after) = rest.split_at(taken);
        match parameter {
            Some((kind, ty)) => {
                expression.push_str(&format!("{{{kind}}}"));
                let number = parameters.iter().filter(|(_, other)| *other == ty).count();
                parameters.push((format!("{kind}_{}", number + 1), ty));
            }
            None => {
                if piece.starts_with(['{', '}', '(', ')', '/', '\\']) {
                    expression.push('\\');
                }
                expression.push_str(piece);
                name.extend(
                    piece
                        .chars()
                        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }),
                );
            }
        }
        rest = after;
    }
    let mut name = name.split_whitespace().collect::<Vec<_>>().join("_");
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name.insert_str(0, "step_");
    }
    Generalised { expression, name, parameters }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn score(text: &str, phrase: &str) -> f64 {
        distance(&text.split_whitespace().collect::<Vec<_>>(), &phrase_words(phrase))
    }

    #[test]
    fn parameters_cost_little_and_other_words_much() {
        let near = score("Rita acepts the oldest session", "{name} accepts the {word} session");
        let far = score("Rita acepts the oldest session", "{name} has left the {word} queue");
        assert!(near < 0.5 && far > 1.5, "{near} {far}");
        assert!(score("a note that is long", "a note {string}") < 1.0);
        assert_eq!(score("she has gone", "she has/have gone"), 0.0);
    }

    #[test]
    fn snippets_have_parameters_for_strings_and_numbers() {
        let text = "Rita writes \"hello (you)\" and \"bye\" in 2 of 3.5 m on 4G (odd)";
        assert_snapshot!(snippet(Keyword::When, text, "Stage"), @r#"
        /// What it is about.
        #[when(expr = "Rita writes {string} and {string} in {int} of {float} m on 4G \\(odd\\)")]
        fn rita_writes_and_in_of_m_on_4g_odd(stage: &mut Stage, string_1: String, string_2: String, int_1: u64, float_1: f64) {
            todo!()
        }
        "#);
        assert_snapshot!(snippet(Keyword::Given, "3 \"x\"", "Stage"), @r#"
        /// What it is about.
        #[given(expr = "{int} {string}")]
        fn step_(stage: &mut Stage, int_1: u64, string_1: String) {
            todo!()
        }
        "#);
    }
}
