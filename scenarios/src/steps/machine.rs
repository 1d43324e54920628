//! What happens at a customer's machine, and what one would find there afterwards.

use cucumber::{given, then, when};
use image::{Rgba, RgbaImage};
use wire::tool::DisplayId;

use super::Step;
use crate::act::{Act, MachineAct, MachineDeed, Whose};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::params::{Count, Name};

crate::step_definitions!();

/// A program is open on the machine: `editor`, `document`, `video`, `form`, `task manager`, `properties`.
#[given(expr = "the {string} is open on {name}'s device")]
#[when(expr = "the {string} is opened on {name}'s device")]
fn opens(estate: &mut Estate, program: String, customer: Name) -> Step {
    estate.perform(deed(&customer, MachineDeed::Open { program, elevated: false }))
}

/// A program is open with administrative rights, so that its window is protected (ELV-03).
#[given(expr = "the {string} is open with administrative rights on {name}'s device")]
fn opens_elevated(estate: &mut Estate, program: String, customer: Name) -> Step {
    estate.perform(deed(&customer, MachineDeed::Open { program, elevated: true }))
}

/// The window in front is closed by the person at the machine.
#[when(expr = "the window in front is closed on {name}'s device")]
fn closes_front(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(deed(&customer, MachineDeed::CloseFront))
}

/// Something moves on the screen by itself: `idle`, `typing`, `scrolling`, `dragging`, `video`, `switching`.
#[given(expr = "{name}'s screen is busy with {string}")]
#[when(expr = "{name}'s screen is busy with {string}")]
fn starts(estate: &mut Estate, customer: Name, workload: String) -> Step {
    estate.perform(deed(&customer, MachineDeed::Start { workload }))
}

/// It stands still again.
#[when(expr = "{name}'s screen stands still")]
fn stops(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(deed(&customer, MachineDeed::Stop))
}

/// The person at the machine clicks something.
#[when(expr = "{name} clicks {string} at the device")]
fn person_clicks(estate: &mut Estate, customer: Name, name: String) -> Step {
    estate.perform(deed(&customer, MachineDeed::Click { name }))
}

/// The machine's own system asks whether an app may see the screen (AND-08).
#[then(expr = "{name}'s device asks whether {string} may see the screen")]
fn asks_whether(estate: &mut Estate, customer: Name, app: String) -> Step {
    asks_to_see(estate, customer, Some(&app))
}

/// It asks nothing of the kind any more.
#[then(expr = "{name}'s device no longer asks whether the screen may be seen")]
fn asks_no_longer(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, "the device asks no longer", |eyes| {
        match eyes.device(&customer)?.asks_to_see() {
            None => Ok(()),
            Some(app) => Err(format!("asked for {app}")),
        }
    })
}

/// The person answers that question (AND-08).
#[when(regex = r"^([A-Z][a-z]+) (lets|does not let) the device show its screen$")]
fn answers_device(estate: &mut Estate, customer: Name, how: String) -> Step {
    estate.perform(permission(&customer, how == "lets"))
}

/// The person at the machine types.
#[when(expr = "{name} types {string} at the device")]
fn person_types(estate: &mut Estate, customer: Name, text: String) -> Step {
    estate.perform(deed(&customer, MachineDeed::Type { text }))
}

/// The person at the machine presses Ctrl+Alt+Del, which always works (PRV-03).
#[when(expr = "{name} presses Ctrl+Alt+Del at the device")]
fn ctrl_alt_del(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(deed(&customer, MachineDeed::CtrlAltDel))
}

/// Something is on the clipboard of somebody's machine (SPA-05).
#[given(expr = "{string} is on the clipboard of {name}'s device")]
fn copies(estate: &mut Estate, text: String, person: Name) -> Step {
    estate.perform(deed(&person, MachineDeed::Copy { text }))
}

/// One more display (DSP-01).
#[given(expr = "{name}'s device has a second display of {count} by {count} pixels")]
fn adds_display(estate: &mut Estate, customer: Name, width: Count, height: Count) -> Step {
    let (width, height) = (width.0, height.0);
    estate.perform(deed(&customer, MachineDeed::AddDisplay { width, height }))
}

/// The display that was added last is gone.
#[when(expr = "{name}'s device loses the second display")]
fn removes_display(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(deed(&customer, MachineDeed::RemoveDisplay))
}

/// The first display has another size.
#[when(expr = "the display of {name}'s device changes to {count} by {count} pixels")]
fn resizes(estate: &mut Estate, customer: Name, width: Count, height: Count) -> Step {
    let (width, height) = (width.0, height.0);
    estate.perform(deed(&customer, MachineDeed::Resize { display: 1, width, height }))
}

/// A phone or tablet is turned.
#[when(regex = r"^([A-Z][a-z]+) turns the device to (landscape|portrait)$")]
fn turns(estate: &mut Estate, customer: Name, how: String) -> Step {
    estate.perform(deed(&customer, MachineDeed::Turn { landscape: how == "landscape" }))
}

/// A program asks for administrative rights: Windows shows it on the secure desktop (ELV-03).
#[when(expr = "{string} asks for administrative rights on {name}'s device")]
fn asks_for_rights(estate: &mut Estate, program: String, customer: Name) -> Step {
    estate.perform(deed(&customer, MachineDeed::AskForRights { program }))
}

/// A button was pressed there, whoever did it.
#[then(expr = "the button {string} was pressed on {name}'s device")]
fn was_pressed(estate: &mut Estate, button: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{button} was pressed"), |eyes| {
        let pressed = eyes.device(&customer)?.pressed_buttons();
        if pressed.contains(&button) { Ok(()) } else { Err(format!("pressed: [{}]", pressed.join(", "))) }
    })
}

/// A button was pressed so often there.
#[then(expr = "the button {string} was pressed {int} times on {name}'s device")]
fn was_pressed_times(estate: &mut Estate, button: String, times: usize, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{button} was pressed {times} times"), |eyes| {
        let pressed = eyes.device(&customer)?.pressed_buttons();
        let seen = pressed.iter().filter(|pressed| **pressed == button).count();
        if seen == times { Ok(()) } else { Err(format!("pressed: [{}]", pressed.join(", "))) }
    })
}

/// Nothing presses that button.
#[then(expr = "the button {string} is never pressed on {name}'s device")]
fn is_never_pressed(estate: &mut Estate, button: String, customer: Name) -> Step {
    estate.never(WATCH, format!("{button} is never pressed"), |eyes| {
        let pressed = eyes.device(&customer)?.pressed_buttons();
        Ok(pressed.contains(&button).then(|| format!("pressed: [{}]", pressed.join(", "))))
    })
}

/// What stands in the editor there.
#[then(expr = "the editor on {name}'s device reads {string}")]
fn editor_reads(estate: &mut Estate, customer: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("the editor reads {text:?}"), |eyes| {
        let seen = eyes.device(&customer)?.editor_text(eyes.now());
        if seen.as_deref() == Some(text.as_str()) { Ok(()) } else { Err(format!("{seen:?}")) }
    })
}

/// What stands in a field of the window in front.
#[then(expr = "the field {string} on {name}'s device reads {string}")]
fn field_reads(estate: &mut Estate, field: String, customer: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("{field} reads {text:?}"), |eyes| {
        let seen = eyes.device(&customer)?.field_text(eyes.now(), &field);
        if seen.as_deref() == Some(text.as_str()) { Ok(()) } else { Err(format!("{seen:?}")) }
    })
}

/// What lies on the clipboard of somebody's machine (SPA-05).
#[then(expr = "the clipboard of {name}'s device holds {string}")]
fn clipboard_holds(estate: &mut Estate, person: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("the clipboard holds {text:?}"), |eyes| {
        let seen = eyes.device(&person)?.clipboard();
        if seen == Some(text.as_str()) { Ok(()) } else { Err(format!("{seen:?}")) }
    })
}

/// Which window is in front there.
#[then(expr = "{string} is in front on {name}'s device")]
fn is_in_front(estate: &mut Estate, window: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{window} is in front"), |eyes| {
        let seen = eyes.device(&customer)?.front_window(eyes.now());
        if seen.as_deref() == Some(window.as_str()) { Ok(()) } else { Err(format!("{seen:?}")) }
    })
}

/// Nothing is open there.
#[then(expr = "no window is open on {name}'s device")]
fn no_window(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, "no window is open", |eyes| {
        let open = eyes.device(&customer)?.window_titles();
        if open.is_empty() { Ok(()) } else { Err(format!("open: {open:?}")) }
    })
}

/// Something with this name can be clicked there: an entry of a menu that is open (GES-06).
#[then(expr = "{name}'s device shows the menu entry {string}")]
fn shows_entry(estate: &mut Estate, customer: Name, entry: String) -> Step {
    estate.eventually(PATIENCE, format!("the menu entry {entry}"), |eyes| {
        let place = eyes.device(&customer)?.place_of(eyes.now(), &entry);
        place.map(drop).ok_or_else(|| "nothing of that name is on the screen".to_owned())
    })
}

/// Something was thrown into the bin there (GES-04).
#[then(expr = "{string} is in the bin of {name}'s device")]
fn is_in_bin(estate: &mut Estate, what: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{what} is in the bin"), |eyes| {
        let bin = eyes.device(&customer)?.bin();
        if bin.contains(&what) { Ok(()) } else { Err(format!("[{}]", bin.join(", "))) }
    })
}

/// The document there was scrolled.
#[then(regex = r"^the document on ([A-Z][a-z]+)'s device (is scrolled down|is at its top)$")]
fn is_scrolled(estate: &mut Estate, customer: Name, how: String) -> Step {
    let down = how == "is scrolled down";
    if !down {
        return estate.never(WATCH, format!("the document {how}"), |eyes| {
            let seen = eyes.device(&customer)?.scrolled_px(eyes.now());
            Ok((seen != Some(0)).then(|| format!("scrolled by {seen:?} pixels")))
        });
    }
    estate.eventually(PATIENCE, format!("the document {how}"), |eyes| {
        let seen = eyes.device(&customer)?.scrolled_px(eyes.now());
        match seen {
            Some(px) if (px > 0) == down => Ok(()),
            other => Err(format!("scrolled by {other:?} pixels")),
        }
    })
}

/// The person at the machine sees the privacy screen, or their own (PRV-01, PRV-02).
#[given(regex = r"^([A-Z][a-z]+) (sees the privacy screen|sees the own screen) at the device$")]
#[then(regex = r"^([A-Z][a-z]+) (sees the privacy screen|sees the own screen) at the device$")]
fn sees_privacy(estate: &mut Estate, customer: Name, what: String) -> Step {
    let private = what == "sees the privacy screen";
    estate.eventually(PATIENCE, format!("{customer} {what}"), |eyes| {
        let device = eyes.device(&customer)?;
        let display = DisplayId(0);
        let own = device.picture(eyes.now(), display).ok_or("the device has no display")?;
        let seen = device.seen_by_person(eyes.now(), display).ok_or("the device has no display")?;
        // The pointer alone makes the two differ a little.
        let differ = own.pixels().zip(seen.pixels()).filter(|(own, seen)| own != seen).count();
        let other = differ > own.len() / 4 / 4;
        let lines = light_lines(&seen);
        if other == private && (!private || lines >= PRIVACY_LINES) {
            Ok(())
        } else {
            Err(format!("{differ} pixels differ from the own screen, and {lines} lines are on a dark one"))
        }
    })
}

/// A picture and three sentences: what it is, what will be, and how to end it (PRV-02, PRV-03).
const PRIVACY_LINES: usize = 4;

/// How many lines of something light stand on a dark picture, one below the other; 0 where it is not dark.
fn light_lines(picture: &RgbaImage) -> usize {
    let light = |pixel: &Rgba<u8>| pixel.0[1] >= 0x80;
    let lit = picture.rows().map(|mut row| row.any(light)).collect::<Vec<bool>>();
    let dark = picture.pixels().filter(|pixel| light(pixel)).count() < picture.len() / 4 / 20;
    let begins = lit.iter().zip(lit.iter().skip(1)).filter(|(above, below)| !**above && **below);
    if dark { begins.count() } else { 0 }
}

/// The machine asks for this app, or for any.
pub(super) fn asks_to_see(estate: &mut Estate, customer: Name, app: Option<&str>) -> Step {
    estate.eventually(PATIENCE, "the device asks whether its screen may be seen", |eyes| {
        match eyes.device(&customer)?.asks_to_see() {
            Some(asked) if app.is_none_or(|app| asked == app) => Ok(()),
            asked => Err(format!("asked for {}", asked.unwrap_or("nothing"))),
        }
    })
}

/// Yes or no to it.
pub(super) fn permission(customer: &Name, yes: bool) -> Act {
    let name = if yes { "Start now" } else { "Cancel" };
    deed(customer, MachineDeed::Click { name: name.to_owned() })
}

fn deed(whose: &Name, what: MachineDeed) -> Act {
    Act::Machine(MachineAct { machine: Whose::Person(whose.to_string()), what })
}
