//! Pinning: Jump Clients that are left on machines from within sessions, and taken off again (JPN, ELV-03).

use cucumber::{given, then, when};
use device::{App, System as _};
use wire::pin::SessionPin;

use super::{Step, listed, same_names};
use crate::act::{Act, PinAct};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::params::Name;

crate::step_definitions!();

/// What the personal list is called among the Jump Groups that one can pin to.
const PERSONAL: &str = "personal list";

/// A representative pins the machine of a session (JPN-01, JPN-02).
#[given(
    regex = r#"^([A-Z][a-z]+) pins ([A-Z][a-z]+)'s device to (?:the Jump Group "([^"]+)"|the personal list) in (user|service) mode$"#
)]
#[when(
    regex = r#"^([A-Z][a-z]+) pins ([A-Z][a-z]+)'s device to (?:the Jump Group "([^"]+)"|the personal list) in (user|service) mode$"#
)]
fn pins(estate: &mut Estate, rep: Name, customer: Name, group: String, mode: String) -> Step {
    estate.perform(pin(&rep, &customer, group, &mode))
}

/// A representative pins where that may not be possible (JPN-01, JPN-04).
#[when(
    regex = r#"^([A-Z][a-z]+) tries to pin ([A-Z][a-z]+)'s device to (?:the Jump Group "([^"]+)"|the personal list) in (user|service) mode$"#
)]
fn tries_to_pin(estate: &mut Estate, rep: Name, customer: Name, group: String, mode: String) {
    estate.attempt(&rep, pin(&rep, &customer, group, &mode));
}

/// A representative asks for a machine to be unpinned; nothing happens before that is confirmed (JPN-03).
#[when(expr = "{name} asks to unpin {string}")]
fn asks_to_unpin(estate: &mut Estate, rep: Name, computer: String) -> Step {
    estate.perform(Act::Pin(PinAct::AsksToUnpin { rep: rep.to_string(), computer }))
}

/// A representative asks for a machine to be unpinned, where that may not be offered.
#[when(expr = "{name} tries to unpin {string}")]
fn tries_to_unpin(estate: &mut Estate, rep: Name, computer: String) {
    estate.attempt(&rep, Act::Pin(PinAct::AsksToUnpin { rep: rep.to_string(), computer }));
}

/// A representative answers the question whether a machine is to be unpinned (JPN-03).
#[when(regex = r"^([A-Z][a-z]+) says (Yes|No) to unpinning$")]
fn confirms(estate: &mut Estate, rep: Name, answer: String) -> Step {
    estate.perform(Act::Pin(PinAct::Confirms { rep: rep.to_string(), yes: answer == "Yes" }))
}

/// What the page offers for pinning: to which lists, and how the Jump Client can run (JPN-01, JPN-02, JPN-04).
#[then(expr = "{name} can pin {name}'s device to {string} in the modes {string}")]
fn can_pin(estate: &mut Estate, rep: Name, customer: Name, lists: String, modes: String) -> Step {
    let (lists, modes) = (listed(&lists), listed(&modes));
    estate.eventually(PATIENCE, format!("{rep} can pin to {lists:?} in {modes:?}"), |eyes| {
        let session = eyes.page(&rep, &customer)?.session;
        let options = eyes.console(&rep)?.pin_options(session).ok_or("pinning is not offered")?;
        let offered = options.groups.iter().map(|group| group.name.clone());
        same_names(&lists, offered.chain([PERSONAL.to_owned()]))?;
        same_names(&modes, options.modes.iter().map(ToString::to_string))
    })
}

/// The page does not offer pinning, however long one looks (JPN-01).
#[then(expr = "{name} is not offered to pin {name}'s device")]
fn can_not_pin(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.never(WATCH, format!("{rep} is not offered to pin {customer}'s device"), |eyes| {
        let session = eyes.page(&rep, &customer)?.session;
        Ok(eyes.console(&rep)?.pin_options(session).map(|options| format!("{options:?}")))
    })
}

/// What the page says of the machine (JPN-01).
#[given(regex = r"^([A-Z][a-z]+) sees that ([A-Z][a-z]+)'s device is (pinned|being pinned|not pinned)$")]
#[then(regex = r"^([A-Z][a-z]+) sees that ([A-Z][a-z]+)'s device is (pinned|being pinned|not pinned)$")]
fn sees_pin(estate: &mut Estate, rep: Name, customer: Name, wanted: String) -> Step {
    estate.eventually(2 * PATIENCE, format!("{rep} sees that the device is {wanted}"), |eyes| {
        let shown = match eyes.page(&rep, &customer)?.pin {
            SessionPin::No => "not pinned",
            SessionPin::UnderWay => "being pinned",
            SessionPin::Pinned(_) => "pinned",
        };
        if shown == wanted { Ok(()) } else { Err(shown.to_owned()) }
    })
}

/// The question is on the screen, and which machine it names (JPN-03).
#[then(expr = "{name} is asked whether {string} is to be unpinned")]
fn is_asked(estate: &mut Estate, rep: Name, computer: String) -> Step {
    estate.at_once(format!("{rep} is asked whether {computer} is to be unpinned"), |eyes| {
        match &eyes.console(&rep)?.unpin_to_confirm {
            Some(asked) if asked.computer == computer => Ok(()),
            asked => Err(format!("{asked:?}")),
        }
    })
}

/// The Jump Client's app on the machine, and how it is set up there (JPN-01, JPN-04).
#[then(regex = r#"^the Jump Client is installed on "([^"]+)" (as a service|for its user)$"#)]
fn is_installed(estate: &mut Estate, computer: String, how: String) -> Step {
    let wanted = how == "as a service";
    estate.eventually(PATIENCE, format!("the Jump Client is installed on {computer} {how}"), |eyes| {
        let device = eyes.device(&computer)?;
        let service = device.runs_as_service(App::JumpClient);
        if device.installed_apps().contains(&App::JumpClient) && service == wanted {
            Ok(())
        } else {
            Err(format!("installed: {:?}, as a service: {service}", device.installed_apps()))
        }
    })
}

/// Neither the app nor its program is on the machine (JPN-03).
#[then(expr = "there is no Jump Client on {string}")]
fn is_gone(estate: &mut Estate, computer: String) -> Step {
    estate.eventually(2 * PATIENCE, format!("there is no Jump Client on {computer}"), |eyes| {
        let installed = eyes.device(&computer)?.installed_apps();
        if installed.contains(&App::JumpClient) {
            return Err(format!("installed: {installed:?}"));
        }
        match eyes.jump_program(&computer) {
            Ok(_) => Err("its program runs".to_owned()),
            Err(_) => Ok(()),
        }
    })
}

/// Nothing of the kind comes onto the machine, however long one looks (JPN-01, JPN-04).
#[then(expr = "no Jump Client comes onto {string}")]
fn never_comes(estate: &mut Estate, computer: String) -> Step {
    estate.never(WATCH, format!("no Jump Client comes onto {computer}"), |eyes| {
        let installed = eyes.device(&computer)?.installed_apps().contains(&App::JumpClient);
        Ok((installed || eyes.jump_program(&computer).is_ok()).then(|| "it is there".to_owned()))
    })
}

/// A machine that is on no list of this representative's any more, connected or not (JPN-03).
#[then(expr = "{name} has no Jump Item {string} after a refresh")]
fn has_no_item(estate: &mut Estate, rep: Name, computer: String) -> Step {
    estate.perform(Act::RepListsJumpItems { rep: rep.to_string() })?;
    estate.perform(Act::TimePasses { millis: 1_000 })?;
    estate.at_once(format!("{rep} has no Jump Item {computer}"), |eyes| {
        match eyes.console(&rep)?.jump_items.iter().find(|item| item.computer == computer) {
            None => Ok(()),
            Some(item) => Err(format!("{item:?}")),
        }
    })
}

/// The app is there, and its program does not run: nobody is logged on whose it is.
#[then(expr = "the Jump Client on {string} does not run")]
fn does_not_run(estate: &mut Estate, computer: String) -> Step {
    estate.never(WATCH, format!("the Jump Client on {computer} does not run"), |eyes| {
        let installed = eyes.device(&computer)?.installed_apps().contains(&App::JumpClient);
        let runs = eyes.jump_program(&computer).is_ok();
        Ok((!installed || runs).then(|| format!("installed: {installed}, runs: {runs}")))
    })
}

fn pin(rep: &Name, customer: &Name, group: String, mode: &str) -> Act {
    let group = Some(group).filter(|group| !group.is_empty());
    let (rep, customer) = (rep.to_string(), customer.to_string());
    Act::Pin(PinAct::Pins { rep, customer, group, service: mode == "service" })
}
