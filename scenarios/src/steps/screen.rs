//! A shared screen: its picture, and the hands that reach through it (SCR, GES, DSP, PRV, SPA).

use std::time::Duration;

use cucumber::{given, then, when};
use rep_console::Zoom;
use screen::psnr_db;
use wire::Point;
use wire::tool::{MouseButton, Tool, ToolRefusal, ToolState};

use super::{Step, listed, same_names};
use crate::act::{Act, RunAsWho, ScreenAct, ScreenDeed};
use crate::estate::{Estate, PATIENCE};
use crate::params::{Name, Number, Span};

crate::step_definitions!();

/// The least that a picture must be like the screen that it shows, where it is not exact, in dB.
const PSNR_DB_MIN: f64 = 38.0;

/// Something on the remote screen is clicked: a button, a field, an icon (SCR-02).
#[when(expr = "{name} clicks {string} on {name}'s screen")]
fn clicks(estate: &mut Estate, rep: Name, what: String, customer: Name) -> Step {
    estate.perform(click(&rep, &customer, what, MouseButton::Left, 1))
}

/// The same, which may not be possible.
#[when(expr = "{name} tries to click {string} on {name}'s screen")]
fn tries_to_click(estate: &mut Estate, rep: Name, what: String, customer: Name) {
    estate.attempt(&rep, click(&rep, &customer, what, MouseButton::Left, 1));
}

/// Something is clicked that no picture shows: somebody knows where it is (AND-08).
#[when(expr = "{name} tries to click, without seeing it, {string} on {name}'s screen")]
fn tries_to_click_unseen(estate: &mut Estate, rep: Name, name: String, customer: Name) {
    estate.attempt(&rep, deed(&rep, &customer, ScreenDeed::ClickUnseen { name }));
}

/// A double click opens an icon.
#[when(expr = "{name} double-clicks {string} on {name}'s screen")]
fn double_clicks(estate: &mut Estate, rep: Name, what: String, customer: Name) -> Step {
    estate.perform(click(&rep, &customer, what, MouseButton::Left, 2))
}

/// The right button opens a menu.
#[when(expr = "{name} right-clicks {string} on {name}'s screen")]
fn right_clicks(estate: &mut Estate, rep: Name, what: String, customer: Name) -> Step {
    estate.perform(click(&rep, &customer, what, MouseButton::Right, 1))
}

/// Something is dragged with the mouse.
#[when(expr = "{name} drags {string} on {name}'s screen {int} pixels right and {int} pixels down")]
fn drags(estate: &mut Estate, rep: Name, what: String, customer: Name, right_px: i32, down_px: i32) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::Drag { name: what, right_px, down_px }))
}

/// Text is typed into whatever has the focus there (SCR-02, SCR-05).
#[when(expr = "{name} types {string} on {name}'s screen")]
fn types(estate: &mut Estate, rep: Name, text: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::Type { text }))
}

/// Keys are pressed together.
#[when(expr = "{name} presses {string} on {name}'s screen")]
fn presses(estate: &mut Estate, rep: Name, keys: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::Press { keys }))
}

/// Keys are pressed, and not let go yet.
#[when(expr = "{name} holds {string} down on {name}'s screen")]
fn holds(estate: &mut Estate, rep: Name, keys: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::HoldKeys { keys, down: true }))
}

/// Keys that were held are let go.
#[when(expr = "{name} lets {string} go on {name}'s screen")]
fn lets_go(estate: &mut Estate, rep: Name, keys: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::HoldKeys { keys, down: false }))
}

/// Fingers do something that stays in its place, where the remote pointer is: `tap`, `double-tap` (GES).
#[when(expr = "{name}'s fingers {string} on {name}'s screen")]
fn gestures(estate: &mut Estate, rep: Name, gesture: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::Touch { gesture, right_px: 0, down_px: 0 }))
}

/// Fingers do something that moves: `drag with three fingers` (GES).
#[when(expr = "{name}'s fingers {string} on {name}'s screen, {int} pixels right and {int} pixels down")]
fn gestures_moved(
    estate: &mut Estate,
    rep: Name,
    gesture: String,
    customer: Name,
    right_px: i32,
    down_px: i32,
) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::Touch { gesture, right_px, down_px }))
}

/// A finger on the cursor drags it to something (GES-03).
#[when(expr = "{name} drags the pointer to {string} on {name}'s screen")]
fn points_at(estate: &mut Estate, rep: Name, what: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::PointAt { name: what }))
}

/// Something is double-tapped and dragged onto something else (GES-04).
#[when(expr = "{name} double-taps {string} and drags it to {string} on {name}'s screen")]
fn double_taps_and_drags(estate: &mut Estate, rep: Name, name: String, to: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::DoubleTapAndDrag { name, to }))
}

/// Two fingers pinch around something (GES-05).
#[when(expr = "{name} pinches around {string} on {name}'s screen")]
fn pinches(estate: &mut Estate, rep: Name, what: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::PinchAt { name: what }))
}

/// Another display is shown (DSP-01).
#[when(expr = "{name} shows the display {string} of {name}'s device")]
fn shows_display(estate: &mut Estate, rep: Name, display: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::ShowDisplay { display }))
}

/// The picture is to be so good (DSP-02).
#[when(expr = "{name} sets the picture of {name}'s screen to {string}")]
fn sets_performance(estate: &mut Estate, rep: Name, customer: Name, performance: String) -> Step {
    let performance = performance.parse().unwrap_or_else(|_| {
        panic!("expected `best performance`, `balanced` or `best quality`, found {performance:?}")
    });
    estate.perform(deed(&rep, &customer, ScreenDeed::SetPerformance { performance }))
}

/// The clipboard of the representative's machine goes to the customer's (SPA-05).
#[when(expr = "{name} pastes the clipboard to {name}'s device")]
fn pastes(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::PasteClipboard))
}

/// The customer's clipboard comes to the representative's machine.
#[when(expr = "{name} fetches the clipboard of {name}'s device")]
fn fetches(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::FetchClipboard))
}

/// The customer's view and input are turned off, or on again (PRV-01).
#[given(regex = r"^([A-Z][a-z]+) turns the privacy screen (on|off) in ([A-Z][a-z]+)'s session$")]
#[when(regex = r"^([A-Z][a-z]+) turns the privacy screen (on|off) in ([A-Z][a-z]+)'s session$")]
fn turns_privacy(estate: &mut Estate, rep: Name, on: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::SetPrivacy { on: on == "on" }))
}

/// The list of special actions is opened (SPA-01).
#[given(expr = "{name} opens the special actions of {name}'s session")]
#[when(expr = "{name} opens the special actions of {name}'s session")]
fn opens_actions(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::OpenSpecialActions))
}

/// A special action is done, as whoever is logged on there (SPA-01).
#[when(expr = "{name} runs the special action {string} on {name}'s device")]
fn runs_action(estate: &mut Estate, rep: Name, action: String, customer: Name) -> Step {
    let run_as = RunAsWho::ActiveUser;
    estate.perform(deed(&rep, &customer, ScreenDeed::SpecialAction { action, run_as }))
}

/// A special action is done as the system (SPA-02).
#[when(expr = "{name} runs the special action {string} on {name}'s device as System")]
fn runs_action_as_system(estate: &mut Estate, rep: Name, action: String, customer: Name) -> Step {
    let run_as = RunAsWho::System;
    estate.perform(deed(&rep, &customer, ScreenDeed::SpecialAction { action, run_as }))
}

/// The same, which may not be offered (SPA-02).
#[when(expr = "{name} tries to run the special action {string} on {name}'s device as System")]
fn tries_action_as_system(estate: &mut Estate, rep: Name, action: String, customer: Name) {
    let run_as = RunAsWho::System;
    estate.attempt(&rep, deed(&rep, &customer, ScreenDeed::SpecialAction { action, run_as }));
}

/// A special action is done as somebody whose password is known (SPA-03).
#[when(
    expr = "{name} runs the special action {string} on {name}'s device as {string} with the password {string}"
)]
fn runs_action_as(
    estate: &mut Estate,
    rep: Name,
    action: String,
    customer: Name,
    name: String,
    password: String,
) -> Step {
    let run_as = RunAsWho::User { name, password };
    estate.perform(deed(&rep, &customer, ScreenDeed::SpecialAction { action, run_as }))
}

/// A canned script is run (SPA-04).
#[when(expr = "{name} runs the script {string} on {name}'s device")]
fn runs_script(estate: &mut Estate, rep: Name, name: String, customer: Name) -> Step {
    let run_as = RunAsWho::ActiveUser;
    estate.perform(deed(&rep, &customer, ScreenDeed::RunScript { name, run_as }))
}

/// A canned script is run as the system (SPA-02, SPA-04).
#[when(expr = "{name} runs the script {string} on {name}'s device as System")]
fn runs_script_as_system(estate: &mut Estate, rep: Name, name: String, customer: Name) -> Step {
    let run_as = RunAsWho::System;
    estate.perform(deed(&rep, &customer, ScreenDeed::RunScript { name, run_as }))
}

/// The same, which may not be offered (SPA-02, SPA-04).
#[when(expr = "{name} tries to run the script {string} on {name}'s device as System")]
fn tries_script_as_system(estate: &mut Estate, rep: Name, name: String, customer: Name) {
    let run_as = RunAsWho::System;
    estate.attempt(&rep, deed(&rep, &customer, ScreenDeed::RunScript { name, run_as }));
}

/// A canned script is run as somebody whose password is known (SPA-03, SPA-04).
#[when(expr = "{name} runs the script {string} on {name}'s device as {string} with the password {string}")]
fn runs_script_as(
    estate: &mut Estate,
    rep: Name,
    script: String,
    customer: Name,
    name: String,
    password: String,
) -> Step {
    let run_as = RunAsWho::User { name, password };
    estate.perform(deed(&rep, &customer, ScreenDeed::RunScript { name: script, run_as }))
}

/// The same, which may not be offered (SPA-04).
#[when(expr = "{name} tries to run the script {string} on {name}'s device")]
fn tries_script(estate: &mut Estate, rep: Name, name: String, customer: Name) {
    let run_as = RunAsWho::ActiveUser;
    estate.attempt(&rep, deed(&rep, &customer, ScreenDeed::RunScript { name, run_as }));
}

/// The machine is restarted (DSP-03).
#[when(expr = "{name} restarts {name}'s device")]
fn reboots(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::Reboot))
}

/// A choice of the menu that is open is picked (DSP-01, DSP-02).
#[when(expr = "{name} picks the choice {string} in {name}'s session")]
fn picks_choice(estate: &mut Estate, rep: Name, choice: String, customer: Name) -> Step {
    estate.perform(deed(&rep, &customer, ScreenDeed::PickChoice { choice }))
}

/// What a frame weighs on average, over a while, of a screen that moves (DSP-02).
#[when(expr = "for {duration} the frames of {name}'s screen on {name}'s console are weighed as {string}")]
fn frames_are_weighed(estate: &mut Estate, time: Span, customer: Name, rep: Name, figure: String) -> Step {
    let began = estate.world.now();
    estate.world.run_for(time.0);
    let mean = estate.at_once("frames to weigh", |eyes| {
        let session = eyes.page(&rep, &customer)?.session;
        let shown = eyes.console_program(&rep)?.shown_frames(session);
        let since = shown.filter(|frame| frame.shown.0 >= began.as_nanos());
        let frames: Vec<usize> = since.map(|frame| frame.bytes).collect();
        let mean = frames.iter().sum::<usize>() as f64 / frames.len().max(1) as f64;
        if frames.is_empty() { Err("none".to_owned()) } else { Ok(mean) }
    })?;
    estate.figure(&format!("{figure}_bytes_per_frame"), mean);
    Ok(())
}

/// Frames of one choice of Performance weigh clearly more than those of another (DSP-02).
#[then(
    expr = "the frames weighed as {string} are at least {number} times as heavy as those weighed as {string}"
)]
fn frames_are_heavier(estate: &mut Estate, more: String, times: Number, less: String) -> Step {
    let [more, less] = [more, less].map(|figure| estate.measured(&format!("{figure}_bytes_per_frame")));
    estate.at_once(format!("{} times as much", times.0), |_| match (more, less) {
        (Some(more), Some(less)) if more >= less * times.0 => Ok(()),
        weighed => Err(format!("{weighed:?} bytes per frame")),
    })
}

/// The console shows the customer's screen to the pixel (SCR-02). A screen that moves must stand still for that.
#[given(expr = "{name} sees {name}'s screen")]
#[then(expr = "{name} sees {name}'s screen to the pixel")]
fn sees_exactly(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.compare_pictures(&rep, &customer, PATIENCE, f64::INFINITY)
}

/// The same, by then.
#[then(expr = "within {duration} {name} sees {name}'s screen to the pixel")]
fn sees_exactly_within(estate: &mut Estate, time: Span, rep: Name, customer: Name) -> Step {
    estate.compare_pictures(&rep, &customer, time.0, f64::INFINITY)
}

/// The picture is so like the screen that people do not tell one from the other: 38 dB.
#[then(expr = "{name} sees {name}'s screen as it is now")]
fn sees_closely(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.compare_pictures(&rep, &customer, PATIENCE, PSNR_DB_MIN)
}

/// The picture is like the screen, by so many decibels, at this moment.
#[then(expr = "the picture of {name}'s screen on {name}'s console is within {number} dB")]
fn picture_is_within(estate: &mut Estate, customer: Name, rep: Name, db: Number) -> Step {
    estate.compare_pictures(&rep, &customer, Duration::from_secs(1), db.0)
}

/// No picture is on the page (SCR-03, SCR-04).
#[then(expr = "for {duration} {name} sees nothing of {name}'s screen")]
fn sees_nothing(estate: &mut Estate, time: Span, rep: Name, customer: Name) -> Step {
    estate.never(time.0, format!("{rep} sees nothing of {customer}'s screen"), |eyes| {
        eyes.page(&rep, &customer)?;
        Ok(eyes.remote_picture(&rep, &customer).is_ok().then(|| "a picture".to_owned()))
    })
}

/// Why the picture stands still and hands do nothing (ELV-03).
#[then(expr = "{name} reads that {string} is protected on {name}'s device")]
fn reads_protected(estate: &mut Estate, rep: Name, window: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{window} is protected"), |eyes| {
        let shown = &eyes.page(&rep, &customer)?.tools.screen.protected;
        if shown.as_deref() == Some(window.as_str()) { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// Nothing is kept from the representative any more (ELV-03).
#[then(expr = "nothing is protected from {name} on {name}'s device")]
fn nothing_protected(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, "nothing is protected", |eyes| {
        match &eyes.page(&rep, &customer)?.tools.screen.protected {
            None => Ok(()),
            Some(window) => Err(format!("{window} is")),
        }
    })
}

/// The console says that the machine's own system asks its user (AND-08).
#[then(expr = "{name} reads that {name}'s device asks its user first")]
fn reads_permission_asked(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, "the device asks its user first", |eyes| {
        if eyes.page(&rep, &customer)?.tools.screen.permission_asked {
            Ok(())
        } else {
            Err("no word of it".to_owned())
        }
    })
}

/// The console says that the user did not let their machine show its screen (AND-08).
#[then(expr = "{name} reads that {name}'s device may not show its screen")]
fn reads_permission_denied(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, "the device may not show its screen", |eyes| {
        let state = eyes.page(&rep, &customer)?.tools.state(Tool::ScreenSharing);
        let notices = &eyes.console(&rep)?.notices;
        let said = notices.iter().any(|notice| notice.text.ends_with("was not allowed to show its screen"));
        match state {
            Some(ToolState::Refused(ToolRefusal::StoppedByCustomer)) if said => Ok(()),
            state => Err(format!("screen sharing: {state:?}, said so: {said}")),
        }
    })
}

/// The console says that input was kept from a protected window (ELV-03).
#[then(expr = "{name} reads that input is blocked on {name}'s device")]
fn reads_blocked(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, "input is blocked", |eyes| {
        let blocked = eyes.page(&rep, &customer)?.tools.screen.input_blocked;
        if blocked { Ok(()) } else { Err("it is not".to_owned()) }
    })
}

/// The displays that can be shown (DSP-01).
#[then(expr = "{name} can show the displays {string} of {name}'s device")]
fn can_show(estate: &mut Estate, rep: Name, displays: String, customer: Name) -> Step {
    let wanted = listed(&displays);
    estate.eventually(PATIENCE, format!("the displays {displays}"), |eyes| {
        let shown = eyes.page(&rep, &customer)?.tools.screen.displays.iter();
        same_names(&wanted, shown.map(|display| display.name.clone()))
    })
}

/// The size of the picture, so that one knows which display it is (DSP-01).
#[then(expr = "{name} sees a picture of {int} by {int} pixels of {name}'s screen")]
fn picture_size(estate: &mut Estate, rep: Name, width: u32, height: u32, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("a picture of {width} by {height}"), |eyes| {
        let seen = eyes.remote_picture(&rep, &customer)?.dimensions();
        if seen == (width, height) { Ok(()) } else { Err(format!("{} by {}", seen.0, seen.1)) }
    })
}

/// The privacy screen as the console shows it (PRV-01, PRV-03).
#[then(regex = r"^([A-Z][a-z]+) reads that the privacy screen is (on|off) in ([A-Z][a-z]+)'s session$")]
fn privacy_is(estate: &mut Estate, rep: Name, on: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("the privacy screen is {on}"), |eyes| {
        let seen = eyes.page(&rep, &customer)?.tools.screen.privacy;
        if seen == (on == "on") { Ok(()) } else { Err(format!("on: {seen}")) }
    })
}

/// How the customer got view and input back (PRV-03).
#[then(expr = "{name} reads that {string} in {name}'s session")]
fn privacy_ended(estate: &mut Estate, rep: Name, why: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, why.clone(), |eyes| {
        let ended = eyes.page(&rep, &customer)?.tools.screen.privacy_ended;
        match ended {
            Some(ended) if ended.to_string() == why => Ok(()),
            other => Err(other.map_or("nothing".to_owned(), |ended| ended.to_string())),
        }
    })
}

/// What special actions there are (SPA-01).
#[then(expr = "{name} is offered the special actions {string} in {name}'s session")]
fn offered_actions(estate: &mut Estate, rep: Name, actions: String, customer: Name) -> Step {
    let wanted = listed(&actions);
    estate.eventually(PATIENCE, format!("the special actions {actions}"), |eyes| {
        let shown = eyes.page(&rep, &customer)?.tools.screen.special_actions.iter();
        same_names(&wanted, shown.map(ToString::to_string))
    })
}

/// As whom special actions can run (SPA-02, SPA-03).
#[then(expr = "{name} can run special actions in {name}'s session as {string}")]
fn can_run_as(estate: &mut Estate, rep: Name, customer: Name, ways: String) -> Step {
    let wanted = listed(&ways);
    estate.eventually(PATIENCE, format!("as {ways}"), |eyes| {
        let shown = eyes.page(&rep, &customer)?.tools.screen.run_as.iter();
        same_names(&wanted, shown.map(ToString::to_string))
    })
}

/// The canned scripts that can be run (SPA-04).
#[then(expr = "{name} is offered the scripts {string} in {name}'s session")]
fn offered_scripts(estate: &mut Estate, rep: Name, scripts: String, customer: Name) -> Step {
    let wanted = listed(&scripts);
    estate.eventually(PATIENCE, format!("the scripts {scripts}"), |eyes| {
        same_names(&wanted, eyes.page(&rep, &customer)?.tools.scripts.iter().cloned())
    })
}

/// What became of an action or a script (SPA-01 to SPA-04).
#[then(regex = r#"^([A-Z][a-z]+) reads that "([^"]+)" (was done|was not done) in ([A-Z][a-z]+)'s session$"#)]
fn action_done(estate: &mut Estate, rep: Name, name: String, done: String, customer: Name) -> Step {
    let wanted = done == "was done";
    estate.eventually(PATIENCE, format!("{name} {done}"), |eyes| {
        let outcomes = &eyes.page(&rep, &customer)?.tools.screen.outcomes;
        match outcomes.iter().rev().find(|outcome| outcome.name == name) {
            Some(outcome) if outcome.done == wanted => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
}

/// What an action or a script said (SPA-03, SPA-04).
#[then(expr = "{name} reads {string} from {string} in {name}'s session")]
fn action_says(estate: &mut Estate, rep: Name, text: String, name: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{name} says {text}"), |eyes| {
        let outcomes = &eyes.page(&rep, &customer)?.tools.screen.outcomes;
        match outcomes.iter().rev().find(|outcome| outcome.name == name) {
            Some(outcome) if outcome.says.contains(&text) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
}

/// As whom the scripts ran that ran on the machine, as it saw it itself: a witness (SPA-02 to SPA-04).
#[then(expr = "scripts ran on {name}'s device as {string}")]
fn scripts_ran_as(estate: &mut Estate, customer: Name, users: String) -> Step {
    estate.at_once(format!("scripts that ran as {users}"), |eyes| {
        let ran: Vec<&str> =
            eyes.device(&customer)?.scripts_run().iter().map(|script| script.user.as_str()).collect();
        if ran.join(", ") == users { Ok(()) } else { Err(format!("scripts that ran as {ran:?}")) }
    })
}

/// The console says that the machine restarts (DSP-03).
#[then(expr = "{name} reads that {name}'s device is restarting")]
fn is_restarting(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, "the device is restarting", |eyes| {
        let rebooting = eyes.page(&rep, &customer)?.tools.screen.rebooting;
        if rebooting { Ok(()) } else { Err("it is not".to_owned()) }
    })
}

/// The keyboard of a phone (GES-08, SCR-05).
#[then(regex = r"^the keyboard of ([A-Z][a-z]+)'s phone is (open|closed) in ([A-Z][a-z]+)'s session$")]
fn keyboard_is(estate: &mut Estate, rep: Name, state: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("the keyboard is {state}"), |eyes| {
        let open = eyes.page(&rep, &customer)?.tools.screen.keyboard;
        if open == (state == "open") { Ok(()) } else { Err(format!("open: {open}")) }
    })
}

/// How large the remote screen is shown on a phone (GES-05).
#[then(regex = r#"^([A-Z][a-z]+) sees ([A-Z][a-z]+)'s screen (scaled|at full size around "([^"]+)")$"#)]
fn zoom_is(estate: &mut Estate, rep: Name, customer: Name, how: String, around: String) -> Step {
    estate.eventually(PATIENCE, format!("the screen is shown {how}"), |eyes| {
        let zoom = eyes.page(&rep, &customer)?.tools.screen.zoom;
        let place = eyes.device(&customer)?.place_of(eyes.now(), &around).map(|(_, at)| at);
        match (zoom, place) {
            (Zoom::Scaled, _) if how == "scaled" => Ok(()),
            (Zoom::Full { centre }, Some(place)) if how != "scaled" && centre == place => Ok(()),
            _ => Err(format!("{zoom:?}; {around:?} is at {place:?}")),
        }
    })
}

/// Where the remote pointer is, as the console draws it (GES-03).
#[then(expr = "{name} sees the pointer of {name}'s screen on {string}")]
fn pointer_is_on(estate: &mut Estate, rep: Name, customer: Name, what: String) -> Step {
    estate.eventually(PATIENCE, format!("the pointer is on {what}"), |eyes| {
        let session = eyes.page(&rep, &customer)?.session;
        let seen = eyes.console_program(&rep)?.remote_pointer(session);
        let place = eyes.device(&customer)?.place_of(eyes.now(), &what).map(|(_, at)| at);
        if seen.is_some() && seen == place {
            Ok(())
        } else {
            Err(format!("{seen:?}; {what:?} is at {place:?}"))
        }
    })
}

/// Where the remote pointer is, in pixels, as the console draws it and as the machine has it (SET-04, GES-03).
#[then(expr = "{name} sees the pointer of {name}'s screen at {int}, {int}")]
fn pointer_is_at(estate: &mut Estate, rep: Name, customer: Name, x: i32, y: i32) -> Step {
    let wanted = Some(Point { x, y });
    estate.eventually(PATIENCE, format!("the pointer is at {x}, {y}"), |eyes| {
        let session = eyes.page(&rep, &customer)?.session;
        let seen = eyes.console_program(&rep)?.remote_pointer(session);
        let there = eyes.device(&customer)?.pointer().map(|(_, at)| at);
        if (seen, there) == (wanted, wanted) {
            Ok(())
        } else {
            Err(format!("{seen:?} on the console, {there:?} on the machine"))
        }
    })
}

/// The pointer is pointed out (GES-09).
#[then(expr = "{name}'s phone points out the pointer of {name}'s screen")]
fn pointer_is_located(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, "the pointer is pointed out", |eyes| {
        let page = eyes.page(&rep, &customer)?;
        let seen = eyes.console_program(&rep)?.remote_pointer(page.session);
        let located = page.tools.screen.located;
        if located.is_some() && located == seen {
            Ok(())
        } else {
            Err(format!("{located:?}, it is at {seen:?}"))
        }
    })
}

impl Estate {
    /// Lets time pass until a console's picture is like the screen that it shows, by so many decibels.
    fn compare_pictures(&mut self, rep: &Name, customer: &Name, within: Duration, db: f64) -> Step {
        /// Pictures are large: they are not compared after every event.
        const EVERY: Duration = Duration::from_millis(200);
        let until = self.world.now() + within;
        let whole = if db.is_finite() { format!("within {db} dB") } else { "to the pixel".to_owned() };
        loop {
            let like = self.eyes().likeness(rep, customer);
            let good = like.as_ref().is_ok_and(|like| *like >= db);
            if good || self.world.now() >= until {
                self.keep_pictures(rep, customer);
                return self.at_once(format!("{rep} sees {customer}'s screen {whole}"), |_| match like {
                    Ok(_) if good => Ok(()),
                    Ok(like) => Err(format!("a picture within {like:.1} dB")),
                    Err(why) => Err(why),
                });
            }
            self.world.run_for(EVERY);
        }
    }
}

impl crate::eyes::Eyes<'_> {
    /// How like a console's picture is to the screen that it shows, in dB; infinite where they are the same.
    pub(super) fn likeness(self, rep: &str, customer: &str) -> crate::eyes::Seen<f64> {
        let picture = self.remote_picture(rep, customer)?;
        let showing = self.page(rep, customer)?.tools.screen.showing.unwrap_or_default();
        let screen = self.device(customer)?.picture(self.now(), showing);
        let screen = screen.ok_or("the device has no such display")?;
        if picture.dimensions() != screen.dimensions() {
            return Err(format!(
                "a picture of {:?}, the screen has {:?}",
                picture.dimensions(),
                screen.dimensions()
            ));
        }
        Ok(psnr_db(picture, &screen))
    }
}

fn click(rep: &Name, customer: &Name, name: String, button: MouseButton, times: u32) -> Act {
    deed(rep, customer, ScreenDeed::Click { name, button, times })
}

fn deed(rep: &Name, customer: &Name, what: ScreenDeed) -> Act {
    Act::Screen(ScreenAct { rep: rep.to_string(), customer: customer.to_string(), what })
}
