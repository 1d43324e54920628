//! Jump Clients.

use cucumber::{given, then, when};
use device::App;
use fake_devices::DeviceKind;
use jump_client::Standing;

use super::{Step, listed, same_names};
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, Unmet};
use crate::eyes::{Eyes, Seen};
use crate::params::{Kind, Name, Span};

crate::step_definitions!();

/// A Jump Client is installed on a machine, by the installer that the site has for the group.
#[given(expr = "a Jump Client of the group {string} is installed on the {device} {string}")]
#[when(expr = "a Jump Client of the group {string} is installed on the {device} {string}")]
fn install_for_group(estate: &mut Estate, group: String, kind: Kind, computer: String) -> Step {
    let token = group_installer(estate, &group);
    install(estate, &computer, kind.0, &token)
}

/// A Jump Client is installed for one representative's personal list.
#[when(expr = "a Jump Client of {name}'s own is installed on the {device} {string}")]
fn install_for_rep(estate: &mut Estate, rep: Name, kind: Kind, computer: String) -> Step {
    let site = estate.site().map(|site| &site.site).unwrap_or_else(|error| panic!("{error}"));
    let id = site.rep_named(&rep).unwrap_or_else(|| panic!("the site has no representative {rep}"));
    let owner = appliance::JumpOwner::Personal(id);
    let token = installer(site, owner).unwrap_or_else(|| panic!("the site has no installer for {rep}"));
    install(estate, &computer, kind.0, &token)
}

/// Many machines at once: `PC-001`, `PC-002` and so on.
#[given(expr = "{int} Jump Clients of the group {string} are installed")]
fn install_many(estate: &mut Estate, count: usize, group: String) {
    let token = group_installer(estate, &group);
    for number in 1..=count {
        let computer = format!("PC-{number:03}");
        if let Err(error) = estate.add_jump_client(&computer, DeviceKind::WindowsPc, &token, "office LAN") {
            panic!("{error}");
        }
    }
}

/// Somebody sits at the machine, or comes to it (JMC-14).
#[given(expr = "somebody is logged on at {string}")]
#[when(expr = "somebody logs on at {string}")]
fn somebody_there(estate: &mut Estate, computer: String) -> Step {
    estate.perform(Act::UserPresence { computer, present: true })
}

/// The user of a machine has gone home.
#[given(expr = "nobody is logged on at {string}")]
#[when(expr = "the user of {string} logs off")]
fn nobody_logged_on(estate: &mut Estate, computer: String) -> Step {
    estate.perform(Act::UserPresence { computer, present: false })
}

/// A representative jumps (JMC-07).
#[given(expr = "{name} jumps to {string}")]
#[when(expr = "{name} jumps to {string}")]
fn jumps(estate: &mut Estate, rep: Name, computer: String) -> Step {
    estate.perform(Act::RepJumps { rep: rep.to_string(), computer })
}

/// A representative jumps, and may be refused (JMC-07).
#[when(expr = "{name} tries to jump to {string}")]
fn tries_to_jump(estate: &mut Estate, rep: Name, computer: String) {
    estate.attempt(&rep, Act::RepJumps { rep: rep.to_string(), computer });
}

/// A representative asks for the Jump Items, where that may be refused (JMC-02).
#[when(expr = "{name} tries to list the Jump Items")]
fn tries_to_list(estate: &mut Estate, rep: Name) {
    estate.attempt(&rep, Act::RepListsJumpItems { rep: rep.to_string() });
}

/// The user of a machine answers the prompt (JMC-09, JMC-10).
#[when(regex = r#"^the user of "([^"]+)" (accepts|denies)$"#)]
fn user_answers(estate: &mut Estate, computer: String, answer: String) -> Step {
    estate.perform(Act::UserAnswersJump { computer, accepts: answer == "accepts" })
}

/// A representative looks for Jump Items (JMC-06).
#[when(expr = "{name} searches the Jump Items for {string}")]
fn searches(estate: &mut Estate, rep: Name, text: String) -> Step {
    estate.perform(Act::RepListsJumpItems { rep: rep.to_string() })?;
    let found = estate.eventually(PATIENCE, "Jump Items", |eyes| {
        let view = eyes.console(&rep)?;
        if view.jump_items.is_empty() {
            return Err("the list is empty".to_owned());
        }
        Ok(view.search_jump_items(&text).iter().map(|item| item.computer.clone()).collect())
    })?;
    estate.found = found;
    Ok(())
}

/// What the search has left of the list (JMC-06).
#[then(expr = "the Jump Item search shows {string}")]
fn search_shows(estate: &mut Estate, computers: String) -> Step {
    let wanted = listed(&computers);
    estate.at_once(format!("the search shows {computers}"), |_| same_names(&wanted, estate.found.clone()))
}

/// The Jump Items of a representative, all of them connected, after Refresh (JMC-05).
#[then(expr = "{name} finds the Jump Clients {string} after a refresh")]
fn finds(estate: &mut Estate, rep: Name, computers: String) -> Step {
    finds_after_refresh(estate, &rep, &listed(&computers))
}

/// There are none that this representative may use (JMC-02).
#[then(expr = "{name} finds no Jump Clients after a refresh")]
fn finds_none(estate: &mut Estate, rep: Name) -> Step {
    finds_after_refresh(estate, &rep, &[])
}

/// The page of the session with an unattended machine is open, and the machine's client is in it (JMC-07).
#[given(expr = "{name} has the session with {string} open")]
#[then(expr = "{name} has the session with {string} open")]
fn has_open(estate: &mut Estate, rep: Name, computer: String) -> Step {
    estate.eventually(PATIENCE, format!("{rep} has the session with {computer} open"), |eyes| {
        eyes.page(&rep, &computer)?;
        crate::hands::at_stage(eyes, &computer, |stage| {
            matches!(stage, customer_client::Stage::InSession { .. })
        })
    })
}

/// The representative ends the session with an unattended machine.
#[when(expr = "{name} ends the session with {string}")]
fn ends(estate: &mut Estate, rep: Name, computer: String) -> Step {
    estate.perform(Act::RepEnds { rep: rep.to_string(), customer: computer })
}

/// The prompt is on the machine's screen (JMC-08).
#[when(expr = "the user of {string} is asked whether {name} may come in")]
#[then(expr = "the user of {string} is asked whether {name} may come in")]
fn is_asked(estate: &mut Estate, computer: String, rep: Name) -> Step {
    let name = estate.display_name(&rep).unwrap_or_else(|error| panic!("{error}"));
    estate.eventually(
        PATIENCE,
        format!("the user of {computer} is asked whether {rep} may come in"),
        |eyes| {
            let prompts = &eyes.jump_client(&computer)?.prompts;
            if prompts.iter().any(|prompt| prompt.representative == name) {
                Ok(())
            } else {
                Err(format!("{prompts:?}"))
            }
        },
    )
}

/// No prompt was on the machine's screen at any time (JMC-12).
#[then(expr = "nobody at {string} was asked")]
fn nobody_was_asked(estate: &mut Estate, computer: String) -> Step {
    estate.at_once(format!("nobody at {computer} was asked"), |eyes| {
        match eyes.jump_client(&computer)?.asked {
            0 => Ok(()),
            asked => Err(format!("{asked} questions were asked")),
        }
    })
}

/// The Jump Client survives the session (CLS-03).
#[then(expr = "the Jump Client is still installed on {string}")]
fn still_installed(estate: &mut Estate, computer: String) -> Step {
    estate.at_once(format!("the Jump Client is on {computer}"), |eyes| {
        let installed = eyes.device(&computer)?.installed_apps();
        if installed.contains(&App::JumpClient) { Ok(()) } else { Err(format!("installed: {installed:?}")) }
    })
}

/// How many Jump Clients the site's status page counts.
#[given(expr = "{int} Jump Clients are online")]
fn are_online(estate: &mut Estate, count: usize) -> Step {
    online_within(estate, PATIENCE, count)
}

/// How many Jump Clients the site's status page counts before that time is over; how fast they came is kept for the
/// next step.
#[then(expr = "{int} Jump Clients are online within {duration}")]
fn are_online_within(estate: &mut Estate, count: usize, within: Span) -> Step {
    online_within(estate, within.0, count)
}

/// The rate at which returning clients were let in, as the status page showed it.
#[then(expr = "never more than {int} Jump Clients came back within one second")]
fn came_back_slowly(estate: &mut Estate, most: usize) -> Step {
    let times = estate.online_times.clone();
    estate.at_once(format!("at most {most} came back within any second"), |_| {
        let second = std::time::Duration::from_secs(1);
        let in_a_second =
            |from: wire::SimTime| times.iter().filter(|at| **at >= from && at.since(from) < second).count();
        match times.iter().map(|from| in_a_second(*from)).max() {
            Some(busiest) if busiest <= most => Ok(()),
            busiest => Err(format!("{busiest:?} in the busiest second")),
        }
    })
}

fn online_within(estate: &mut Estate, within: std::time::Duration, count: usize) -> Step {
    let mut times = Vec::new();
    let met = estate.eventually(within, format!("{count} Jump Clients are online"), |eyes| {
        let online = eyes.site_status()?.jump_clients_online;
        while times.len() < online {
            times.push(eyes.now());
        }
        if online == count { Ok(()) } else { Err(format!("{online}")) }
    });
    estate.online_times = times;
    met
}

fn group_installer(estate: &Estate, group: &str) -> String {
    let site = estate.site().map(|site| &site.site).unwrap_or_else(|error| panic!("{error}"));
    let place = site.jump_groups.iter().position(|known| known.name == group);
    let place = place.unwrap_or_else(|| panic!("the site has no Jump Group {group:?}"));
    let token = installer(site, appliance::JumpOwner::Group(place));
    token.unwrap_or_else(|| panic!("the site has no installer for the Jump Group {group:?}"))
}

fn installer(site: &appliance::Site, owner: appliance::JumpOwner) -> Option<String> {
    site.jump_installers
        .iter()
        .find(|installer| installer.owner == owner)
        .map(|installer| installer.token.clone())
}

fn install(estate: &mut Estate, computer: &str, kind: DeviceKind, token: &str) -> Step {
    if let Err(error) = estate.add_jump_client(computer, kind, token, "office LAN") {
        panic!("{error}");
    }
    estate.eventually(PATIENCE, format!("the Jump Client on {computer} is connected"), |eyes| {
        let view = eyes.jump_client(computer)?;
        if view.standing == Standing::Admitted { Ok(()) } else { Err(view.standing.to_string()) }
    })
}

/// Refreshes until the list is as wanted: a machine may still be on its way.
fn finds_after_refresh(estate: &mut Estate, rep: &Name, wanted: &[String]) -> Step {
    const TRIES: u32 = 30;
    let look = |eyes: Eyes<'_>| -> Seen {
        let items = &eyes.console(rep)?.jump_items;
        same_names(wanted, items.iter().filter(|item| item.online).map(|item| item.computer.clone()))
    };
    let mut last = Ok(());
    for _ in 0..TRIES {
        estate.perform(Act::RepListsJumpItems { rep: rep.to_string() })?;
        estate.perform(Act::TimePasses { millis: 1_000 })?;
        last = look(estate.eyes());
        if last.is_ok() {
            break;
        }
    }
    last.map_err(|seen| Unmet {
        expected: format!("{rep} finds the connected Jump Clients {wanted:?} within {TRIES} refreshes"),
        seen,
        at: estate.world.now(),
    })
}
