//! Stages whose step definitions are wrong in one way each.

use std::collections::BTreeMap;
#[expect(
    clippy::disallowed_types,
    reason = "planted: `rehearse verify` must find the order of a hash map"
)]
use std::collections::HashMap;

use cucumber::{World, given, then, when};
use recording::{EntryKind, Header, Outcome, Recorder};
use scenarios::harness::{Finished, ScenarioInfo, Stage, StepInfo, Verdict};
use wire::SimTime;

scenarios::step_definitions!();

/// A stage that does nothing.
macro_rules! bare_stage {
    ($name:ident) => {
        #[derive(Debug, Default, World)]
        pub(crate) struct $name;

        impl Stage for $name {
            fn begin(&mut self, _scenario: &ScenarioInfo) -> Result<(), String> {
                Ok(())
            }

            fn step_begins(&mut self, _step: &StepInfo) {}

            fn step_ends(&mut self, _step: &StepInfo, _verdict: Verdict<'_>) {}

            fn now(&self) -> SimTime {
                SimTime::ZERO
            }

            fn evidence(&mut self) -> String {
                String::new()
            }

            fn trouble(&mut self) -> Option<String> {
                None
            }

            fn finish(self, _verdict: Verdict<'_>) -> Finished {
                Finished::default()
            }
        }
    };
}

bare_stage!(Ambiguous);

/// Somebody waits.
#[when(expr = "{word} waits")]
fn anybody_waits(_stage: &mut Ambiguous, _who: String) {}

/// Rita waits.
#[when(expr = "Rita wait(s)")]
fn rita_waits(_stage: &mut Ambiguous) {}

bare_stage!(Twice);

/// Once.
#[given(expr = "a site")]
fn once(_stage: &mut Twice) {}

/// And once more.
#[given(expr = "a site")]
fn once_more(_stage: &mut Twice) {}

bare_stage!(Unexplained);

#[then(expr = "it works")]
fn no_comment(_stage: &mut Unexplained) {}

/// Nobody shows how it is used.
#[then(expr = "nothing works")]
fn no_example(_stage: &mut Unexplained) {}

/// The example is of something else.
///
/// Example: `Given a rainbow`
#[then(expr = "everything works")]
fn wrong_example(_stage: &mut Unexplained) {}

/// One comment for two.
///
/// Example: `When the day is over`
/// Example: `Given the day was over`
#[given(expr = "the day was over")]
#[when(expr = "the day is over")]
fn two(_stage: &mut Unexplained) {}

/// A stage that lets chance in.
#[derive(Debug, World)]
#[world(init = Self::new)]
pub(crate) struct Leaky {
    recorder: Recorder,
}

impl Leaky {
    fn new() -> Self {
        Self { recorder: Recorder::new(Header::default()) }
    }

    fn say(&mut self, what: String) {
        let entry = EntryKind::DeviceWitness { device: "the hat".to_owned(), what };
        self.recorder.record(SimTime::from_secs(3), entry);
    }
}

impl Stage for Leaky {
    fn begin(&mut self, scenario: &ScenarioInfo) -> Result<(), String> {
        self.recorder = Recorder::new(Header { scenario: scenario.name.clone(), ..Header::default() });
        Ok(())
    }

    fn step_begins(&mut self, _step: &StepInfo) {}

    fn step_ends(&mut self, _step: &StepInfo, _verdict: Verdict<'_>) {}

    fn now(&self) -> SimTime {
        SimTime::from_secs(3)
    }

    fn evidence(&mut self) -> String {
        String::new()
    }

    fn trouble(&mut self) -> Option<String> {
        None
    }

    fn finish(mut self, _verdict: Verdict<'_>) -> Finished {
        self.recorder.record(SimTime::from_secs(3), EntryKind::Ended { outcome: Outcome::Passed });
        Finished {
            digest: self.recorder.digest().to_string(),
            virtual_time: SimTime::from_secs(3),
            figures: BTreeMap::new(),
            recording: self.recorder.finish(),
        }
    }
}

/// Names come out as they were put in.
#[when(expr = "{int} names are drawn in order")]
fn in_order(leaky: &mut Leaky, count: u32) {
    (0..count).for_each(|name| leaky.say(format!("name {name}")));
}

/// Names come out in the order of a hash map: by chance, and with 64 of them never twice the same.
#[when(expr = "{int} names are drawn from the hat")]
fn by_chance(leaky: &mut Leaky, count: u32) {
    #[expect(
        clippy::disallowed_types,
        reason = "planted: `rehearse verify` must find the order of a hash map"
    )]
    let hat: HashMap<u32, ()> = (0..count).map(|name| (name, ())).collect();
    #[expect(clippy::iter_over_hash_type, reason = "planted, see above")]
    for (name, ()) in hat {
        leaky.say(format!("name {name}"));
    }
}
