//! Command shells (SHL): typed into, swiped between, closed, recorded.

use cucumber::{given, then, when};
use rep_console::{RepConsoleView, ShellShown, ShellsShown, ShownShellRecord};

use super::Step;
use crate::act::{Act, ShellAct};
use crate::estate::{Estate, PATIENCE};
use crate::eyes::{Eyes, Seen};
use crate::params::Name;

crate::step_definitions!();

/// One more shell is opened; before the first one, the customer may be asked (SHL-01, SHL-02).
#[when(expr = "{name} opens a shell in {name}'s session")]
fn opens(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Shell(ShellAct::Opens { rep, customer }))
}

/// One more shell is open, and waits for a command.
#[given(expr = "{name} has a shell open in {name}'s session")]
fn has_open(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    let act = ShellAct::Opens { rep: rep.to_string(), customer: customer.to_string() };
    estate.perform(Act::Shell(act))?;
    estate.eventually(PATIENCE, format!("{rep}'s shell waits for a command"), |eyes| {
        match shells(eyes, &rep, &customer)?.current() {
            Some(shell) if shell.title.is_some() && !shell.terminal.last_line().is_empty() => Ok(()),
            other => Err(words(other)),
        }
    })
}

/// A command is typed, with Enter behind it (SHL-01).
#[given(expr = "{name} types {string} into the shell of {name}'s session")]
#[when(expr = "{name} types {string} into the shell of {name}'s session")]
fn types(estate: &mut Estate, rep: Name, line: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Shell(ShellAct::Types { rep, customer, line }))
}

/// Something is typed, and Enter is not pressed.
#[when(expr = "{name} types only {string} into the shell of {name}'s session")]
fn types_only(estate: &mut Estate, rep: Name, text: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Shell(ShellAct::TypesOnly { rep, customer, text }))
}

/// A key of the extra row is pressed (SHL-05).
#[when(expr = "{name} presses {string} on the key row of {name}'s session")]
fn presses(estate: &mut Estate, rep: Name, key: String, customer: Name) -> Step {
    estate.perform(press(&rep, key, &customer))
}

/// A key of the extra row is pressed that may not be there (SHL-05).
#[when(expr = "{name} tries to press {string} on the key row of {name}'s session")]
fn tries_to_press(estate: &mut Estate, rep: Name, key: String, customer: Name) {
    estate.attempt(&rep, press(&rep, key, &customer));
}

/// The set of keys at the top right is swiped (SHL-05).
#[when(regex = r"^([A-Z][a-z]+) swipes the key row of ([A-Z][a-z]+)'s session (left|right)$")]
fn swipes_keys(estate: &mut Estate, rep: Name, customer: Name, way: String) -> Step {
    let (rep, customer, left) = (rep.to_string(), customer.to_string(), way == "left");
    estate.perform(Act::Shell(ShellAct::SwipesKeys { rep, customer, left }))
}

/// The finger goes over the shell in front (SHL-04).
#[when(regex = r"^([A-Z][a-z]+) swipes (left|right) over the shell of ([A-Z][a-z]+)'s session$")]
fn swipes(estate: &mut Estate, rep: Name, way: String, customer: Name) -> Step {
    let (rep, customer, left) = (rep.to_string(), customer.to_string(), way == "left");
    estate.perform(Act::Shell(ShellAct::Swipes { rep, customer, left }))
}

/// A shell is brought to the front by its name: its tab, or its line among the Shell Sessions (SHL-06).
#[when(expr = "{name} goes to the shell {string} of {name}'s session")]
fn shows(estate: &mut Estate, rep: Name, shell: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Shell(ShellAct::Shows { rep, customer, shell }))
}

/// The shell menu is opened (SHL-06).
#[when(expr = "{name} opens the shell menu of {name}'s session")]
fn opens_menu(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Shell(ShellAct::OpensMenu { rep, customer }))
}

/// An entry of the shell menu is picked (SHL-06).
#[when(expr = "{name} picks {string} from the shell menu of {name}'s session")]
fn picks_from_menu(estate: &mut Estate, rep: Name, entry: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Shell(ShellAct::PicksFromMenu { rep, customer, entry }))
}

/// The shell in front is closed (SHL-03).
#[given(expr = "{name} closes the shell in front of {name}'s session")]
fn closes(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Shell(ShellAct::Closes { rep, customer }))
}

/// A line on the screen of the shell in front has this text (SHL-01).
#[given(expr = "the shell of {name}'s session on {name}'s console shows {string}")]
#[then(expr = "the shell of {name}'s session on {name}'s console shows {string}")]
fn shell_shows(estate: &mut Estate, customer: Name, rep: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s shell shows {text:?}"), |eyes| {
        let current = shells(eyes, &rep, &customer)?.current();
        let shown = current.is_some_and(|shell| shell.terminal.screen().any(|line| line.contains(&text)));
        if shown { Ok(()) } else { Err(words(current)) }
    })
}

/// A whole line on the screen of the shell in front is this one: what was typed stands behind a prompt (SHL-01).
#[then(expr = "the shell of {name}'s session on {name}'s console shows the line {string}")]
fn shell_shows_line(estate: &mut Estate, customer: Name, rep: Name, line: String) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s shell shows the line {line:?}"), |eyes| {
        let current = shells(eyes, &rep, &customer)?.current();
        let shown =
            current.is_some_and(|shell| shell.terminal.screen().any(|shown| shown.trim_end() == line));
        if shown { Ok(()) } else { Err(words(current)) }
    })
}

/// So many answers to a ping are on the screen of the shell in front, and each took so long (SHL-01).
#[then(expr = "the shell of {name}'s session on {name}'s console shows {int} echoes after {int} to {int} ms")]
fn shell_shows_echoes(
    estate: &mut Estate,
    customer: Name,
    rep: Name,
    number: usize,
    least: f64,
    most: f64,
) -> Step {
    estate.eventually(PATIENCE, format!("{number} echoes after {least} to {most} ms"), |eyes| {
        let current = shells(eyes, &rep, &customer)?.current();
        let lines = current.into_iter().flat_map(|shell| shell.terminal.screen());
        let times: Vec<f64> = lines.filter_map(echo_millis).collect();
        let right = times.len() == number && times.iter().all(|time| (least..=most).contains(time));
        if right { Ok(()) } else { Err(words(current)) }
    })
}

/// No line on the screen of the shell in front has this text, now.
#[then(expr = "the shell of {name}'s session on {name}'s console does not show {string}")]
fn shell_does_not_show(estate: &mut Estate, customer: Name, rep: Name, text: String) -> Step {
    estate.at_once(format!("{rep}'s shell does not show {text:?}"), |eyes| {
        let current = shells(eyes, &rep, &customer)?.current();
        let shown = current.is_none_or(|shell| shell.terminal.screen().any(|line| line.contains(&text)));
        if shown { Err(words(current)) } else { Ok(()) }
    })
}

/// The shells that are open, in the order in which they were opened (SHL-02, SHL-03).
#[then(expr = "{name} has the shells {string} open in {name}'s session")]
fn has_shells(estate: &mut Estate, rep: Name, titles: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} has the shells {titles}"), |eyes| {
        let open: Vec<&str> = shells(eyes, &rep, &customer)?.titles().collect();
        if open.join(", ") == titles { Ok(()) } else { Err(format!("[{}]", open.join(", "))) }
    })
}

/// How many shells run there, as the machine sees it itself: a witness (SHL-03).
#[then(regex = r"^(\d+) shells? runs? on ([A-Z][a-z]+)'s device$")]
fn shells_run(estate: &mut Estate, number: usize, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{number} shells run on {customer}'s device"), |eyes| {
        let running = eyes.device(&customer)?.shells_running();
        if running == number { Ok(()) } else { Err(format!("{running} run")) }
    })
}

/// No shell is open (SHL-03).
#[then(expr = "{name} has no shell open in {name}'s session")]
fn has_no_shells(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} has no shell open"), |eyes| {
        let shells = shells(eyes, &rep, &customer)?;
        if shells.open.is_empty() { Ok(()) } else { Err(words(shells.current())) }
    })
}

/// The name at the lower left of the screen (SHL-04).
#[then(expr = "the name at the lower left of {name}'s session on {name}'s console is {string}")]
fn current_is(estate: &mut Estate, customer: Name, rep: Name, title: String) -> Step {
    estate.eventually(PATIENCE, format!("the shell in front is {title}"), |eyes| {
        let current = shells(eyes, &rep, &customer)?.current();
        if current.and_then(|shell| shell.title.as_deref()) == Some(&title) {
            Ok(())
        } else {
            Err(words(current))
        }
    })
}

/// The keys that can be pressed now, blanks between them (SHL-05).
#[then(expr = "the key row of {name}'s session on {name}'s console has the keys {string}")]
fn key_row_has(estate: &mut Estate, customer: Name, rep: Name, keys: String) -> Step {
    estate.at_once(format!("the keys {keys}"), |eyes| {
        let row = shells(eyes, &rep, &customer)?.keys;
        let shown: Vec<String> = row.keys().iter().map(ToString::to_string).collect();
        if shown.join(" ") == keys { Ok(()) } else { Err(shown.join(" ")) }
    })
}

/// What the open shell menu has (SHL-06).
#[then(expr = "the shell menu of {name}'s session on {name}'s console has {string}")]
fn menu_has(estate: &mut Estate, customer: Name, rep: Name, entries: String) -> Step {
    estate.at_once(format!("the shell menu {entries}"), |eyes| {
        let menu = &shells(eyes, &rep, &customer)?.menu;
        let shown: Vec<String> = menu.iter().map(ToString::to_string).collect();
        if shown.join(", ") == entries { Ok(()) } else { Err(shown.join(", ")) }
    })
}

/// The list that Shell Sessions opens (SHL-06).
#[then(expr = "{name} is shown the shell sessions {string} of {name}'s session")]
fn sessions_are(estate: &mut Estate, rep: Name, titles: String, customer: Name) -> Step {
    estate.at_once(format!("the shell sessions {titles}"), |eyes| {
        let listed = shells(eyes, &rep, &customer)?.sessions.join(", ");
        if listed == titles { Ok(()) } else { Err(listed) }
    })
}

/// Whether the phone's keyboard is there (SHL-06).
#[then(regex = r"^([A-Z][a-z]+)'s keyboard is (shown|hidden) in ([A-Z][a-z]+)'s session$")]
fn keyboard_is(estate: &mut Estate, rep: Name, how: String, customer: Name) -> Step {
    estate.at_once(format!("the keyboard is {how}"), |eyes| {
        let shown = shells(eyes, &rep, &customer)?.keyboard;
        if shown == (how == "shown") { Ok(()) } else { Err(format!("shown: {shown}")) }
    })
}

/// A shell has ended by itself or with its connection, and the console says why.
#[then(expr = "{name} reads that the shell {string} of {name}'s session ended: {string}")]
fn has_ended(estate: &mut Estate, rep: Name, title: String, customer: Name, why: String) -> Step {
    estate.eventually(PATIENCE, format!("{title} has ended: {why}"), |eyes| {
        let ended = &shells(eyes, &rep, &customer)?.ended;
        let told = ended.iter().any(|ended| (&ended.title, &ended.why) == (&title, &why));
        if told { Ok(()) } else { Err(format!("{ended:?}")) }
    })
}

/// A video in the report: a cast of that shell, in which that was said at some time (SHL-07).
#[then(expr = "the report on {name}'s console has a video of the shell {string} that shows {string}")]
fn report_has_video(estate: &mut Estate, rep: Name, name: String, text: String) -> Step {
    estate.at_once(format!("a video of {name} that shows {text:?}"), |eyes| {
        let video = &record(eyes.console(&rep)?, &name, &text, |record| &record.video)?.video;
        let header = video.lines().next().unwrap_or_default();
        if header.starts_with("{\"version\": 2, ") { Ok(()) } else { Err(format!("it begins {header:?}")) }
    })
}

/// A transcript in the report: what was said in that shell, as text (SHL-08).
#[then(expr = "the report on {name}'s console has a transcript of the shell {string} that says {string}")]
fn report_has_transcript(estate: &mut Estate, rep: Name, name: String, text: String) -> Step {
    estate.at_once(format!("a transcript of {name} that says {text:?}"), |eyes| {
        record(eyes.console(&rep)?, &name, &text, |record| &record.transcript).map(drop)
    })
}

/// How many shells the report has videos and transcripts of (SHL-07, SHL-08).
#[then(expr = "the report on {name}'s console has records of {int} shell(s)")]
fn report_has_shells(estate: &mut Estate, rep: Name, number: usize) -> Step {
    estate.at_once(format!("records of {number} shells"), |eyes| {
        let report = eyes.console(&rep)?.report.as_ref().ok_or("no report is open")?;
        let whole = report.shells.iter().all(|shell| !shell.video.is_empty());
        if report.shells.len() == number && report.head.shells.len() == number && whole {
            Ok(())
        } else {
            Err(format!("{:?}", report.head.shells))
        }
    })
}

fn shells<'v>(eyes: Eyes<'v>, rep: &str, customer: &str) -> Seen<&'v ShellsShown> {
    Ok(&eyes.page(rep, customer)?.tools.shells)
}

/// How long an echo took, in milliseconds, by what a shell says of it: `time=25ms`, `time<1ms`, `time=0.812 ms`.
fn echo_millis(line: &str) -> Option<f64> {
    let (_, time) = line.split_once("time=").or_else(|| line.split_once("time<"))?;
    let number = time.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    number.parse().ok()
}

/// What was recorded of a shell of that name, in which that was said.
fn record<'v>(
    view: &'v RepConsoleView,
    name: &str,
    text: &str,
    what: impl Fn(&ShownShellRecord) -> &String,
) -> Seen<&'v ShownShellRecord> {
    let report = view.report.as_ref().ok_or("no report is open")?;
    let named = report.head.shells.iter().zip(&report.shells).filter(|(head, _)| head.name == name);
    let found = named.map(|(_, record)| record).find(|record| what(record).contains(text));
    found.ok_or_else(|| format!("{:?}: {:?}", report.head.shells, report.shells))
}

fn words(shell: Option<&ShellShown>) -> String {
    match shell {
        None => "no shell is open".to_owned(),
        Some(shell) => {
            let lines: Vec<&str> = shell.terminal.screen().collect();
            format!("{}: {lines:#?}", shell.title.as_deref().unwrap_or("a shell that is being opened"))
        }
    }
}

fn press(rep: &Name, key: String, customer: &Name) -> Act {
    Act::Shell(ShellAct::Presses { rep: rep.to_string(), customer: customer.to_string(), key })
}
