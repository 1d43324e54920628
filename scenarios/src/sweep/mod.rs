//! Random walks through an estate, with a reference model that watches.
//!
//! [`walk`](Estate::walk) makes up acts that somebody could do ([`walk::Walk`]), does each by the step that it is written
//! as ([`phrase`]), and has the model judge what everybody sees then ([`watch`]). A walk that ends badly is told as the
//! acts of its recording; [`shrink`] finds which of them are needed, and they are written as a feature that a person can
//! read, play and mend by.

pub(crate) mod look;
pub(crate) mod model;
pub(crate) mod phrase;
pub(crate) mod shrink;
mod walk;
pub(crate) mod watch;

use std::sync::OnceLock;

use cucumber::gherkin::{Step, StepType};
use fake_devices::DeviceKind;
use futures::FutureExt as _;
use strum::VariantArray as _;

pub(crate) use self::walk::{CUSTOMERS, Faults};

use crate::act::Act;
use crate::estate::Estate;
use crate::harness::Definitions;

use self::phrase::phrase;
use self::walk::Walk;

/// A tag that begins so plants a flaw in the appliance: `flaw-rejected-offered-again`.
pub(crate) const FLAW_TAG: &str = "flaw-";

/// The flaws that can be planted, by name.
pub(crate) fn flaws() -> impl Iterator<Item = String> {
    appliance::Flaw::VARIANTS.iter().map(ToString::to_string)
}

impl Estate {
    /// Lets so many random things happen.
    ///
    /// # Errors
    /// No model watches.
    pub(crate) fn walk(&mut self, count: usize, faults: Faults) -> Result<(), String> {
        let seed = self.seed().ok_or("expected a scenario, found none")?;
        // Whoever may call for help has a machine; a story names those that it needs.
        for name in CUSTOMERS {
            if !self.cast.customers.contains_key(name) {
                self.add_customer(name, DeviceKind::WindowsPc, "CUSTOMER-PC", "fibre", true)?;
            }
        }
        let mut walk = Walk::new(seed, faults);
        for _ in 0..count {
            let watch = self
                .watch
                .as_ref()
                .ok_or("nobody watches: begin with `Given the reference model watches`")?;
            let act =
                walk.next(&watch.model).ok_or("the walk is stuck: there is nothing that anybody could do")?;
            self.do_by_step(&act)?;
        }
        Ok(())
    }

    /// Does what can be done of these acts.
    ///
    /// # Errors
    /// No model watches, or a rule is broken.
    pub(crate) fn replay(&mut self, acts: Vec<Act>) -> Result<(), String> {
        for act in acts {
            let watch = self
                .watch
                .as_ref()
                .ok_or("nobody watches: begin with `Given the reference model watches`")?;
            if watch.model.allowed(&act) {
                self.do_by_step(&act)?;
            }
        }
        Ok(())
    }

    /// Does an act by the step that it is written as: what a step waits for is part of a walk, and of its story.
    fn do_by_step(&mut self, act: &Act) -> Result<(), String> {
        let text = phrase(act).ok_or_else(|| format!("no step does `{act}`"))?;
        self.play(&text)
    }

    /// Plays a step by its text, as a feature would.
    fn play(&mut self, text: &str) -> Result<(), String> {
        static DEFINITIONS: OnceLock<Definitions<Estate>> = OnceLock::new();
        let step = Step {
            keyword: "When ".to_owned(),
            ty: StepType::When,
            value: text.to_owned(),
            docstring: None,
            table: None,
            span: gherkin::Span { start: 0, end: 0 },
            position: gherkin::LineCol { line: 0, col: 0 },
        };
        let definitions = DEFINITIONS.get_or_init(Definitions::collect);
        let found =
            definitions.find(&step).map_err(|no_match| format!("`{text}` is no step: {no_match:?}"))?;
        // Steps never wait for anything outside: the world is theirs alone.
        let played = (found.definition.function())(self, found.context).now_or_never();
        played.ok_or_else(|| format!("the step `{text}` waits for something outside"))
    }
}
