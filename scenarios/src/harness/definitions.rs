//! All step definitions of a stage.

use std::collections::BTreeMap;
use std::fmt;

use cucumber::codegen::{Regex, StepConstructor as _, inventory};
use cucumber::step::{self, Context, Location};
use gherkin::StepType;
use regex::CaptureLocations;

use super::phrases::{Phrase, StepSource, phrases};
use super::stage::Stage;

/// One step definition: a phrase and the function behind it.
pub struct Definition<W> {
    /// `Given`, `When` or `Then`.
    pub keyword: Keyword,
    /// Where its attribute stands.
    pub location: Location,
    /// The phrase as written between the attribute's quotation marks; the regular expression where the source is
    /// not known.
    pub phrase: String,
    /// What it is about, from the comment above it.
    pub about: String,
    /// Steps that use it or another attribute of its function, from the same comment.
    pub examples: Vec<String>,
    /// Whether the file it stands in made its text known, see [`step_definitions!`](crate::step_definitions).
    pub source_known: bool,
    pub(crate) regex: Regex,
    function: step::Step<W>,
}

/// Which of the three kinds of step a definition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keyword {
    /// Sets a scene.
    Given,
    /// Does something.
    When,
    /// Checks something.
    Then,
}

/// All step definitions of the stage `W`, in the order of their places in the source.
pub struct Definitions<W> {
    all: Vec<Definition<W>>,
}

/// A step definition that fits a step, and what it needs to be called.
pub(crate) struct Match<'a, W> {
    pub(crate) definition: &'a Definition<W>,
    pub(crate) captures: CaptureLocations,
    pub(crate) context: Context,
}

impl<W: Stage> Definitions<W> {
    /// Collects what `#[given]`, `#[when]` and `#[then]` registered for `W`, in this and all linked crates.
    pub fn collect() -> Self {
        let mut known = BTreeMap::new();
        for source in inventory::iter::<StepSource> {
            known.insert(source.path, phrases(source.text));
        }
        let mut all: Vec<_> = inventory::iter::<W::Given>
            .into_iter()
            .map(|given| (Keyword::Given, given.inner()))
            .chain(inventory::iter::<W::When>.into_iter().map(|when| (Keyword::When, when.inner())))
            .chain(inventory::iter::<W::Then>.into_iter().map(|then| (Keyword::Then, then.inner())))
            .map(|(keyword, (location, regex, function))| {
                let regex = regex();
                let source = known.get(location.path);
                let written = source.and_then(|file| file.iter().find(|phrase| phrase.line == location.line));
                Definition {
                    keyword,
                    location,
                    phrase: written.map_or_else(|| regex.as_str().to_owned(), |phrase| phrase.text.clone()),
                    about: written.map(|phrase: &Phrase| phrase.about.clone()).unwrap_or_default(),
                    examples: written.map(|phrase| phrase.examples.clone()).unwrap_or_default(),
                    source_known: source.is_some(),
                    regex,
                    function,
                }
            })
            .collect();
        all.sort_by_key(|definition| (definition.location, definition.keyword));
        Self { all }
    }
}

impl<W> Definitions<W> {
    /// Every definition, in the order of their places in the source.
    pub fn iter(&self) -> impl Iterator<Item = &Definition<W>> {
        self.all.iter()
    }

    /// Those that fit `step`; a sound step has one.
    pub fn fitting(&self, step: &gherkin::Step) -> Vec<&Definition<W>> {
        let keyword = Keyword::of(step.ty);
        self.all
            .iter()
            .filter(|definition| definition.keyword == keyword && definition.fits(&step.value))
            .collect()
    }

    /// What to call for `step`.
    pub(crate) fn find(&self, step: &gherkin::Step) -> Result<Match<'_, W>, NoMatch> {
        let fitting = self.fitting(step);
        match fitting[..] {
            [] => Err(NoMatch::Undefined),
            [definition] => definition.call(step).ok_or(NoMatch::Undefined),
            _ => Err(NoMatch::Ambiguous(fitting.iter().map(|d| (d.regex.clone(), d.location)).collect())),
        }
    }
}

/// Why a step cannot be played.
#[derive(Debug, Clone)]
pub(crate) enum NoMatch {
    /// No definition fits.
    Undefined,
    /// These all do.
    Ambiguous(Vec<(Regex, Location)>),
}

impl<W> Definition<W> {
    /// Whether the phrase fits `text`, whatever the keyword.
    pub fn fits(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Whether it fits `step`, which starts with a keyword.
    pub fn fits_step(&self, step: &str) -> bool {
        step.split_once(' ')
            .is_some_and(|(keyword, text)| keyword == self.keyword.to_string() && self.fits(text))
    }

    /// Whether they fit the same steps, word for word.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.keyword == other.keyword && self.regex.as_str() == other.regex.as_str()
    }

    /// `scenarios/src/steps/keys.rs:12`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.location.path, self.location.line)
    }

    pub(crate) fn function(&self) -> step::Step<W> {
        self.function
    }

    fn call(&self, step: &gherkin::Step) -> Option<Match<'_, W>> {
        let mut captures = self.regex.capture_locations();
        let whole = self.regex.captures_read(&mut captures, &step.value)?;
        let groups = (1..captures.len())
            .map(|group| captures.get(group).map_or("", |(start, end)| &step.value[start..end]).to_owned());
        let matches = self
            .regex
            .capture_names()
            .map(|name| name.map(str::to_owned))
            .zip(std::iter::once(whole.as_str().to_owned()).chain(groups))
            .collect();
        Some(Match { definition: self, captures, context: Context { step: step.clone(), matches } })
    }
}

/// The keyword, a space and the phrase.
impl<W> fmt::Display for Definition<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.keyword, self.phrase)
    }
}

impl<W> fmt::Debug for Definition<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({})", self.place())
    }
}

impl<W> fmt::Debug for Definitions<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.all).finish()
    }
}

impl Keyword {
    /// The kind of a step; `And` and `But` take theirs from the step before.
    pub fn of(ty: StepType) -> Self {
        match ty {
            StepType::Given => Self::Given,
            StepType::When => Self::When,
            StepType::Then => Self::Then,
        }
    }

    /// The attribute's name: `given`, `when` or `then`.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::When => "when",
            Self::Then => "then",
        }
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Given => "Given",
            Self::When => "When",
            Self::Then => "Then",
        })
    }
}
