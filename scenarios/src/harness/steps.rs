//! `rehearse steps`: what can be said in a scenario.

use serde::Serialize;

use super::brief;
use super::check;
use super::cli::{StepsArgs, Surroundings, TextOrJson, Trouble};
use super::definitions::Definitions;
use super::script::Script;
use super::select::{PlaceError, Selection};
use super::stage::Stage;

/// One step, as scripts read it.
#[derive(Debug, Serialize)]
struct Shown {
    keyword: String,
    phrase: String,
    example: String,
    about: String,
}

/// Prints every step definition.
pub(crate) fn steps<W: Stage>(
    args: &StepsArgs,
    surroundings: &mut Surroundings<'_>,
) -> Result<bool, Trouble> {
    let definitions = Definitions::<W>::collect();
    // The features serve only to find examples in; where there are none, the comments have to do.
    let scripts = match Selection::default().scripts(&surroundings.root()) {
        Ok((scripts, _)) => scripts,
        Err(PlaceError::NoDefault { .. } | PlaceError::Missing { .. }) => Vec::new(),
    };
    let shown = shown(&definitions, &scripts);
    let text = match args.format {
        TextOrJson::Text => shown.iter().map(text).collect(),
        TextOrJson::Json => json(&shown),
    };
    surroundings.out.write_all(text.as_bytes())?;
    Ok(true)
}

/// By keyword, in the order of the source.
fn shown<W>(definitions: &Definitions<W>, scripts: &[Script]) -> Vec<Shown> {
    let mut all: Vec<_> = definitions.iter().collect();
    all.sort_by_key(|definition| definition.keyword);
    all.into_iter()
        .map(|definition| Shown {
            keyword: definition.keyword.to_string(),
            phrase: definition.phrase.clone(),
            example: check::example(scripts, definition).unwrap_or_default(),
            about: definition.about.clone(),
        })
        .collect()
}

fn text(step: &Shown) -> String {
    let mut text = format!("{} {}\n", step.keyword, step.phrase);
    for line in [&step.about, &step.example] {
        text += &brief::indent(line, 4);
    }
    text + "\n"
}

fn json(steps: &[Shown]) -> String {
    let lines: Vec<_> =
        steps.iter().map(|step| serde_json::to_string(step).expect("our own types serialise")).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
