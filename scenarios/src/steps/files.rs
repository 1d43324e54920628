//! File transfer: folders, files on their way, and what lies on machines.

use std::time::Duration;

use cucumber::{given, then, when};
use rep_console::TransferState;

use super::Step;
use crate::act::{Act, FilesAct};
use crate::estate::{Estate, PATIENCE};
use crate::params::{Count, Name, Span};

crate::step_definitions!();

/// How long a file may take that is as long as one can wait for.
const TRANSFER_PATIENCE: Duration = Duration::from_secs(600);

/// A file lies on somebody's device.
#[given(expr = "a file {string} of {count} bytes lies on {name}'s device")]
fn lies(estate: &mut Estate, path: String, bytes: Count, person: Name) -> Step {
    let bytes = bytes.0;
    estate.perform(Act::Files(FilesAct::Lies { person: person.to_string(), path, bytes }))
}

/// So many files lie in a folder of somebody's device, with names of 200 letters.
#[given(expr = "{count} files with long names lie in {string} on {name}'s device")]
fn many_lie(estate: &mut Estate, number: Count, folder: String, person: Name) -> Step {
    let (person, number) = (person.to_string(), number.0);
    estate.perform(Act::Files(FilesAct::ManyLie { person, folder, number }))
}

/// The disk of somebody's device is nearly full.
#[given(expr = "the disk of {name}'s device has room for {count} bytes")]
fn has_room(estate: &mut Estate, person: Name, bytes: Count) -> Step {
    let bytes = bytes.0;
    estate.perform(Act::Files(FilesAct::DiskHasRoom { person: person.to_string(), bytes }))
}

/// A folder of the customer's machine is opened.
#[when(expr = "{name} looks into the folder {string} in {name}'s session")]
fn lists(estate: &mut Estate, rep: Name, path: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Files(FilesAct::Lists { rep, customer, path }))
}

/// A file is sent.
#[when(expr = "{name} uploads {string} to {string} in {name}'s session")]
fn uploads(estate: &mut Estate, rep: Name, local: String, remote: String, customer: Name) -> Step {
    estate.perform(upload(&rep, &customer, local, remote, false))
}

/// A file is sent where one may lie already.
#[when(expr = "{name} uploads {string} to {string}, replacing what is there, in {name}'s session")]
fn uploads_over(estate: &mut Estate, rep: Name, local: String, remote: String, customer: Name) -> Step {
    estate.perform(upload(&rep, &customer, local, remote, true))
}

/// A file shall be sent that may not be there.
#[when(expr = "{name} tries to upload {string} to {string} in {name}'s session")]
fn tries_to_upload(estate: &mut Estate, rep: Name, local: String, remote: String, customer: Name) {
    estate.attempt(&rep, upload(&rep, &customer, local, remote, false));
}

/// A file is fetched.
#[when(expr = "{name} downloads {string} to {string} in {name}'s session")]
fn downloads(estate: &mut Estate, rep: Name, remote: String, local: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Files(FilesAct::Downloads { rep, customer, remote, local, replaces: false }))
}

/// A transfer is called off.
#[when(expr = "{name} cancels the transfer of {string} in {name}'s session")]
fn cancels(estate: &mut Estate, rep: Name, remote: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Files(FilesAct::Cancels { rep, customer, remote }))
}

/// A folder is made.
#[when(expr = "{name} makes the folder {string} in {name}'s session")]
fn makes_folder(estate: &mut Estate, rep: Name, path: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Files(FilesAct::MakesFolder { rep, customer, path }))
}

/// A file is deleted.
#[when(expr = "{name} deletes {string} in {name}'s session")]
fn deletes(estate: &mut Estate, rep: Name, path: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Files(FilesAct::Deletes { rep, customer, path }))
}

/// A file is moved.
#[when(expr = "{name} moves {string} to {string} in {name}'s session")]
fn moves(estate: &mut Estate, rep: Name, from: String, to: String, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Files(FilesAct::Moves { rep, customer, from, to }))
}

/// What the folder has that was last opened.
#[then(expr = "the folder on {name}'s console in {name}'s session has {string}")]
fn folder_has(estate: &mut Estate, rep: Name, customer: Name, name: String) -> Step {
    estate.eventually(PATIENCE, format!("the folder has {name}"), |eyes| {
        match &eyes.page(&rep, &customer)?.tools.files.folder {
            Some(folder) if folder.entries.iter().flatten().any(|entry| entry.name == name) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
}

/// Why the folder cannot be seen; or whether `all of it is shown`, or `not all of it is shown`.
#[then(expr = "{name} reads of the folder in {name}'s session: {string}")]
fn folder_told(estate: &mut Estate, rep: Name, customer: Name, wanted: String) -> Step {
    estate.eventually(PATIENCE, format!("of the folder: {wanted}"), |eyes| {
        let folder = eyes.page(&rep, &customer)?.tools.files.folder.as_ref().ok_or("no folder is open")?;
        let told = match &folder.entries {
            Err(why) => why.to_string(),
            Ok(_) if folder.cut => "not all of it is shown".to_owned(),
            Ok(_) => "all of it is shown".to_owned(),
        };
        if told == wanted { Ok(()) } else { Err(told) }
    })
}

/// What became of a folder or file that was to be changed: `done`, or why not.
#[then(expr = "{name} reads of {string} in {name}'s session: {string}")]
fn change_told(estate: &mut Estate, rep: Name, path: String, customer: Name, outcome: String) -> Step {
    estate.eventually(PATIENCE, format!("{path}: {outcome}"), |eyes| {
        let changes = &eyes.page(&rep, &customer)?.tools.files.changes;
        let last = changes.iter().rev().find(|change| change.path == path);
        match last.map(|change| change.outcome.map_or_else(|why| why.to_string(), |()| "done".to_owned())) {
            Some(said) if said == outcome => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
}

/// All of a file is where it was to go.
#[then(expr = "the transfer of {string} in {name}'s session on {name}'s console is done")]
fn is_done(estate: &mut Estate, remote: String, customer: Name, rep: Name) -> Step {
    stands(estate, &remote, &customer, &rep, "done", |state| state == TransferState::Done)
}

/// A transfer will not come to its end, and the console says why.
#[then(expr = "the transfer of {string} in {name}'s session on {name}'s console has failed: {string}")]
fn has_failed(estate: &mut Estate, remote: String, customer: Name, rep: Name, why: String) -> Step {
    stands(
        estate,
        &remote,
        &customer,
        &rep,
        &why,
        |state| matches!(state, TransferState::Failed(said) if said.to_string() == why),
    )
}

/// So much of a file has come, and not all of it.
#[when(expr = "{int} % of {string} has come in {name}'s session on {name}'s console")]
#[then(expr = "{int} % of {string} has come in {name}'s session on {name}'s console")]
fn has_come(estate: &mut Estate, percent: u8, remote: String, customer: Name, rep: Name) -> Step {
    estate.eventually(TRANSFER_PATIENCE, format!("{percent} % of {remote}"), |eyes| {
        let transfer = eyes.transfer(&rep, &customer, &remote)?;
        if transfer.percent() >= percent && !transfer.is_over() {
            Ok(())
        } else {
            Err(format!("{transfer:?}"))
        }
    })
}

/// After a break, a transfer did not begin anew.
#[then(expr = "the transfer of {string} in {name}'s session on {name}'s console went on where it stopped")]
fn went_on(estate: &mut Estate, remote: String, customer: Name, rep: Name) -> Step {
    estate.at_once(format!("{remote} went on where it stopped"), |eyes| {
        let transfer = eyes.transfer(&rep, &customer, &remote)?;
        let whole = transfer.bytes.unwrap_or_default();
        if (1..whole).contains(&transfer.resumed_at) { Ok(()) } else { Err(format!("{transfer:?}")) }
    })
}

/// A witness: two files are the same, byte for byte.
#[then(expr = "{string} on {name}'s device is the same as {string} on {name}'s device")]
fn are_the_same(estate: &mut Estate, first: String, one: Name, second: String, other: Name) -> Step {
    estate.at_once(format!("{first} is {second}"), |eyes| {
        let first = eyes.device(&one)?.file_at(&first).ok_or_else(|| format!("{one} has no {first}"))?;
        let second =
            eyes.device(&other)?.file_at(&second).ok_or_else(|| format!("{other} has no {second}"))?;
        if first == second { Ok(()) } else { Err(format!("{} bytes, {} bytes", first.len(), second.len())) }
    })
}

/// A witness: what a file says.
#[then(expr = "{string} on {name}'s device says {string}")]
fn file_says(estate: &mut Estate, path: String, person: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("{path} says {text:?}"), |eyes| {
        let content = eyes.device(&person)?.file_at(&path).ok_or_else(|| format!("there is no {path}"))?;
        let said = String::from_utf8_lossy(&content).into_owned();
        if said.contains(&text) { Ok(()) } else { Err(said) }
    })
}

/// A witness: nothing lies there, not even a part of it.
#[then(expr = "there is no {string} on {name}'s device")]
fn is_not_there(estate: &mut Estate, path: String, person: Name) -> Step {
    estate.eventually(PATIENCE, format!("no {path}"), |eyes| {
        let device = eyes.device(&person)?;
        let there = [path.clone(), format!("{path}.part")];
        match there.iter().find_map(|path| device.file_at(path).map(|content| (path, content.len()))) {
            None => Ok(()),
            Some((path, bytes)) => Err(format!("{path} of {bytes} bytes")),
        }
    })
}

/// A witness: what is half there does not have its name yet.
#[then(expr = "there is no {string} yet on {name}'s device")]
fn is_not_there_yet(estate: &mut Estate, path: String, person: Name) -> Step {
    estate.at_once(format!("no {path} yet"), |eyes| {
        let device = eyes.device(&person)?;
        match (device.file_at(&path), device.file_at(&format!("{path}.part"))) {
            (None, Some(_)) => Ok(()),
            (whole, part) => {
                Err(format!("{:?} bytes, and {:?} of a part", whole.map(|w| w.len()), part.map(|p| p.len())))
            }
        }
    })
}

/// What is said while a file is on its way is read soon, though the file fills the line.
#[then(expr = "within {duration} {name} reads {string} from {name}")]
fn reads_soon(estate: &mut Estate, within: Span, reader: Name, text: String, writer: Name) -> Step {
    let by = estate.display_name(&writer).unwrap_or_else(|_| writer.to_string());
    estate.eventually(within.0, format!("{reader} reads {text:?} from {by}"), |eyes| {
        let read = match eyes.cast.reps.contains_key(&*reader) {
            true => {
                eyes.page(&reader, &writer)?.chat().any(|(entry, line)| line == text && entry.by_name == by)
            }
            false => eyes.customer(&reader)?.chat().any(|(entry, line)| line == text && entry.by_name == by),
        };
        if read { Ok(()) } else { Err("it has not come".to_owned()) }
    })
}

fn stands(
    estate: &mut Estate,
    remote: &str,
    customer: &Name,
    rep: &Name,
    wanted: &str,
    is: impl Fn(TransferState) -> bool,
) -> Step {
    estate.eventually(TRANSFER_PATIENCE, format!("the transfer of {remote}: {wanted}"), |eyes| {
        let transfer = eyes.transfer(rep, customer, remote)?;
        if is(transfer.state) { Ok(()) } else { Err(format!("{transfer:?}")) }
    })
}

fn upload(rep: &Name, customer: &Name, local: String, remote: String, replaces: bool) -> Act {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    Act::Files(FilesAct::Uploads { rep, customer, local, remote, replaces })
}
