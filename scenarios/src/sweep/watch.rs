//! The reference model beside an estate: it hears of every act and compares.

use std::time::Duration;

use wire::SimTime;

use crate::act::Act;
use crate::estate::Estate;

use super::look;
use super::model::{Broken, Model, Site};

/// How long what follows from an act may take.
const SETTLES_WITHIN: Duration = Duration::from_secs(2);

/// How long nothing must be under way before it counts as quiet: programs answer at once, or wait for a timer.
const QUIET_FOR: Duration = Duration::from_millis(100);

/// A model that watches an estate.
pub(crate) struct Watch {
    pub(crate) model: Model,
    /// How many acts it has heard of.
    pub(crate) acts: u32,
}

/// The rule that an estate's people can do what the model says that they can.
const CAN_BE_DONE: &str = "what can be done is done";

impl Estate {
    /// From now on every act is told to a reference model, and everybody's views are compared with it.
    ///
    /// # Errors
    /// There is no site, or the model can't read it.
    pub(crate) fn watch(&mut self) -> Result<(), String> {
        let site = Site::read(&self.site()?.text)?;
        let model = Model::new(site, self.world.now());
        self.watch = Some(Watch { model, acts: 0 });
        Ok(())
    }

    /// Before an act: whether the model can follow it.
    ///
    /// # Errors
    /// It can't.
    pub(crate) fn before_act(&self, act: &Act) -> Result<(), String> {
        match &self.watch {
            Some(watch) if !watch.model.allowed(act) => {
                Err(format!("the reference model does not know what would come of `{act}` here"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// After an act that began at `began`: lets everything that follows happen, tells the model and compares.
    ///
    /// # Errors
    /// The rule that is broken.
    pub(crate) fn after_act(
        &mut self,
        act: &Act,
        began: SimTime,
        done: &Result<(), String>,
    ) -> Result<(), Broken> {
        let Some(mut watch) = self.watch.take() else { return Ok(()) };
        self.settle_down();
        watch.acts += 1;
        let picture = watch.model.picture();
        watch.model.apply(act, began, self.world.now());
        let judged = match done {
            // What changes nothing may be refused on the spot, too.
            Err(why) if watch.model.picture() != picture => {
                Err(Broken { rule: CAN_BE_DONE, text: why.clone() })
            }
            Ok(()) | Err(_) => self.compare(&mut watch.model),
        };
        self.watch = Some(watch);
        judged
    }

    fn compare(&self, model: &mut Model) -> Result<(), Broken> {
        let eyes = self.eyes();
        let picture = model.picture();
        let up_to_date = picture.consoles.keys().filter(|name| model.has_account(name));
        let prompts = look::prompts(eyes, up_to_date);
        if model.is_down() || model.is_coming_back() {
            return Ok(());
        }
        model.adopt(&prompts)?;
        look::compare(eyes, &picture)
    }

    /// Runs until nothing is under way any more, or for as long as that may take.
    fn settle_down(&mut self) {
        let until = self.world.now() + SETTLES_WITHIN;
        loop {
            self.world.run_until(until, |world| world.is_quiet());
            let calm = (self.world.now() + QUIET_FOR).min(until);
            // Whoever is only waiting for the next packet has sent one by then.
            if self.world.run_until(calm, |world| !world.is_quiet()) && self.world.now() < until {
                continue;
            }
            return;
        }
    }
}

/// The model's word for whoever reads a failure.
impl Broken {
    /// The line that names the rule; whoever shrinks a failure looks for it.
    pub(crate) fn headline(rule: &str) -> String {
        format!("broken: {rule}")
    }

    /// The whole of it.
    pub(crate) fn told(&self, after: &str) -> String {
        format!("{}\nafter: {after}\n{}", Self::headline(self.rule), self.text)
    }

    /// The rule that a message of [`Broken::told`] names.
    pub(crate) fn rule_in(message: &str) -> Option<&str> {
        message.lines().find_map(|line| Some(line.split_once("broken: ")?.1))
    }
}
