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
    /// What must be solved before anything is played. By file and line.
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
        let (scripts, mut problems) = selection.scripts(root)?;
        problems.extend(check::folders(&scripts));
        problems.extend(check::steps(&scripts, &definitions));
        problems.extend(check::duplicates(&definitions));
        // A file that does not parse may hold the only use of a step.
        if selection.is_everything() && problems.is_empty() {
            problems.extend(check::unused(&scripts, &definitions));
        }
        problems.sort();
        Ok(Self { scripts, definitions: Arc::new(definitions), problems })
    }
}
