//! What is to be played, and whether it can be.

use std::sync::Arc;

use super::check;
use super::definitions::Definitions;
use super::problem::Problem;
use super::script::Script;
use super::select::{PlaceError, Root, Selection};
use super::stage::Stage;

/// The features that are selected, the step definitions to play them with, and what stands in the way.
#[derive(Debug)]
pub struct Programme<W> {
    /// The features, with only their selected scenarios.
    pub scripts: Vec<Script>,
    /// All step definitions of the stage.
    pub definitions: Arc<Definitions<W>>,
    /// What was looked at, and what was found.
    pub checks: Vec<Check>,
}

/// Something that must hold before anything is played.
#[derive(Debug, Clone)]
pub struct Check {
    /// What must hold, as the name of a test.
    pub name: &'static str,
    /// Where it does not.
    pub problems: Vec<Problem>,
}

impl<W: Stage> Programme<W> {
    /// Reads what `selection` asks for and checks it.
    ///
    /// # Errors
    ///
    /// A place that does not exist.
    pub fn new(selection: &Selection, root: &Root) -> Result<Self, PlaceError> {
        let definitions = Definitions::collect();
        let (scripts, unreadable) = selection.scripts(root)?;
        // A file that does not parse may hold the only use of a step.
        let unused = if selection.is_everything() && unreadable.is_empty() {
            check::unused(&scripts, &definitions)
        } else {
            Vec::new()
        };
        let checks = [
            ("every_feature_parses", unreadable),
            ("every_step_is_defined_once", check::steps(&scripts, &definitions)),
            ("no_definition_stands_twice", check::duplicates(&definitions)),
            ("every_definition_is_used", unused),
        ];
        let checks = checks.map(|(name, problems)| Check { name, problems }).into();
        Ok(Self { scripts, definitions: Arc::new(definitions), checks })
    }

    /// What must be solved before anything is played, by file and line.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<_> = self.checks.iter().flat_map(|check| &check.problems).cloned().collect();
        problems.sort();
        problems
    }
}
