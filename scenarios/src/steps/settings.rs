//! Settings of the console, and the options of a session on a phone.

use cucumber::gherkin;
use cucumber::{given, then, when};

use super::{Step, listed, same_names};
use crate::act::{Act, Preference};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::params::Name;

crate::step_definitions!();

/// A box of the settings is ticked, or unticked (SET-03 to SET-05).
#[given(regex = r#"^([A-Z][a-z]+) (ticks|unticks) "([^"]+)"$"#)]
#[when(regex = r#"^([A-Z][a-z]+) (ticks|unticks) "([^"]+)"$"#)]
fn ticks(estate: &mut Estate, rep: Name, verb: String, setting: String) -> Step {
    estate.perform(tick(&rep, &setting, verb == "ticks"))
}

/// A box of the settings shall be ticked, which may not be there (SET-03).
#[when(expr = "{name} tries to tick {string}")]
fn tries_to_tick(estate: &mut Estate, rep: Name, setting: String) {
    estate.attempt(&rep, tick(&rep, &setting, true));
}

/// Something keeps the device's screen from dimming (SET-03).
#[then(expr = "{name}'s device keeps its screen awake")]
fn keeps_awake(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s device keeps its screen awake"), |eyes| {
        if eyes.device(&rep)?.is_kept_awake() { Ok(()) } else { Err("it may dim".to_owned()) }
    })?;
    estate.never(WATCH, format!("{rep}'s device keeps its screen awake"), |eyes| {
        Ok((!eyes.device(&rep)?.is_kept_awake()).then(|| "it may dim".to_owned()))
    })
}

/// Nothing keeps the device's screen from dimming (SET-03).
#[then(expr = "{name}'s device may dim its screen")]
fn may_dim(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s device may dim its screen"), |eyes| {
        if eyes.device(&rep)?.is_kept_awake() { Err("it is kept awake".to_owned()) } else { Ok(()) }
    })?;
    estate.never(WATCH, format!("{rep}'s device may dim its screen"), |eyes| {
        Ok(eyes.device(&rep)?.is_kept_awake().then(|| "it is kept awake".to_owned()))
    })
}

/// The menu of a session's options opens (SET-06).
#[when(expr = "{name} opens the options of {name}'s session")]
fn opens_options(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepOpensOptions { rep: rep.to_string(), customer: customer.to_string() })
}

/// The menu of a session's options shall open, where there may be none (SET-06).
#[when(expr = "{name} tries to open the options of {name}'s session")]
fn tries_to_open_options(estate: &mut Estate, rep: Name, customer: Name) {
    let act = Act::RepOpensOptions { rep: rep.to_string(), customer: customer.to_string() };
    estate.attempt(&rep, act);
}

/// An entry of the open menu is picked (SET-07, SET-08).
#[when(expr = "{name} picks the option {string} of {name}'s session")]
fn picks(estate: &mut Estate, rep: Name, option: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::RepPicksOption { rep, customer, option })
}

/// The entries of the open menu, from the top (SET-06).
#[then(expr = "{name} is offered the options {string}")]
fn offered(estate: &mut Estate, rep: Name, options: String) -> Step {
    let wanted = listed(&options);
    estate.at_once(format!("{rep} is offered {options}"), |eyes| {
        let shown: Vec<String> = eyes.console(&rep)?.options.iter().map(ToString::to_string).collect();
        if shown == wanted { Ok(()) } else { Err(shown.join(", ")) }
    })
}

/// No menu of options is open (SET-06).
#[then(expr = "{name} is offered no options")]
fn offered_none(estate: &mut Estate, rep: Name) -> Step {
    estate.at_once(format!("{rep} is offered no options"), |eyes| {
        same_names(&[], eyes.console(&rep)?.options.iter().map(ToString::to_string))
    })
}

/// Back, on a phone (SET-07).
#[when(expr = "{name} taps Back")]
fn taps_back(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepTapsBack { rep: rep.to_string() })
}

/// The remote display has the whole device (SET-07).
#[then(expr = "{name}'s display fills {name}'s device")]
fn fills(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    estate.at_once(format!("{customer}'s display fills {rep}'s device"), |eyes| {
        let view = eyes.console(&rep)?;
        let front = view.front == Some(eyes.page(&rep, &customer)?.session);
        if view.fullscreen && front { Ok(()) } else { Err(format!("full screen: {}", view.fullscreen)) }
    })
}

/// The console's own frame is around the display (SET-07).
#[then(expr = "{name}'s console shows its frame")]
fn shows_frame(estate: &mut Estate, rep: Name) -> Step {
    estate.at_once(format!("{rep}'s console shows its frame"), |eyes| {
        if eyes.console(&rep)?.fullscreen { Err("the display fills the device".to_owned()) } else { Ok(()) }
    })
}

/// The whole walk-through of gestures (SET-08).
#[then(expr = "{name}'s gestures help shows:")]
fn help_shows(estate: &mut Estate, rep: Name, step: &gherkin::Step) -> Step {
    let table = step.table.as_ref().unwrap_or_else(|| panic!("expected a table: gesture, effect"));
    estate.at_once(format!("the walk-through {:?}", table.rows), |eyes| {
        let help = eyes.console(&rep)?.gestures_help.as_ref().ok_or("no walk-through is open")?;
        let shown: Vec<Vec<String>> =
            help.iter().map(|step| vec![step.gesture.to_string(), step.effect.to_string()]).collect();
        if shown == table.rows { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// One step of the walk-through of gestures (SET-05).
#[then(expr = "{name}'s gestures help says that {string} is to {string}")]
fn help_says(estate: &mut Estate, rep: Name, gesture: String, effect: String) -> Step {
    estate.at_once(format!("{gesture:?} is to {effect:?}"), |eyes| {
        let help = eyes.console(&rep)?.gestures_help.as_ref().ok_or("no walk-through is open")?;
        let shown = help.iter().find(|step| step.gesture.to_string() == gesture);
        let shown = shown.ok_or("it has no such gesture")?.effect.to_string();
        if shown == effect { Ok(()) } else { Err(shown) }
    })
}

/// No walk-through is open (SET-08).
#[then(expr = "{name} sees no gestures help")]
fn sees_no_help(estate: &mut Estate, rep: Name) -> Step {
    estate.at_once(format!("{rep} sees no gestures help"), |eyes| {
        if eyes.console(&rep)?.gestures_help.is_some() { Err("it is open".to_owned()) } else { Ok(()) }
    })
}

fn tick(rep: &Name, setting: &str, on: bool) -> Act {
    let all = [Preference::KeepScreenAwake, Preference::ScalePointerMovement, Preference::SwapScrollAndPan];
    let preference = all.into_iter().find(|known| known.to_string() == setting);
    let preference = preference.unwrap_or_else(|| {
        panic!("expected one of {}, found {setting:?}", all.map(|known| format!("{known:?}")).join(", "))
    });
    Act::RepSetsPreference { rep: rep.to_string(), preference, on }
}
