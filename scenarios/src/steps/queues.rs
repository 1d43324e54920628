//! Queues, and taking sessions from them.

use cucumber::gherkin;
use cucumber::{given, then, when};
use rep_console::RepConsoleView;
use wire::session::QueueEntryKind;

use super::sessions::{ensure_customer, has_open, start_with_rep};
use super::{Step, listed, same_names};
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, WATCH, Words};
use crate::eyes::Seen;
use crate::params::{Name, Span};

crate::step_definitions!();

/// A customer comes to wait in a representative's own queue: whoever has not started yet picks the name on the portal.
#[given(expr = "{name} waits in {name}'s personal queue")]
fn comes_to_wait_for(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    ensure_customer(estate, &customer);
    start_with_rep(estate, &customer, &rep)?;
    waits_for(estate, customer, rep)
}

/// A customer comes to wait in a team's queue: by the first issue that the team owns.
#[given(regex = r"^([A-Z][a-z]+) waits in the ([A-Z][a-z]+) queue$")]
fn comes_to_wait_in(estate: &mut Estate, customer: Name, team: String) -> Step {
    ensure_customer(estate, &customer);
    let site = estate.site().map(|site| &site.site).unwrap_or_else(|error| panic!("{error}"));
    let owned = site.issues.iter().find(|issue| site.teams[issue.team.0 as usize].name == team);
    let issue = owned.unwrap_or_else(|| panic!("the team {team} owns no issue")).title.clone();
    estate.perform(Act::CustomerOpensPortal { customer: customer.to_string(), portal: None })?;
    estate.perform(Act::CustomerPicksIssue { customer: customer.to_string(), issue })?;
    estate.eventually(PATIENCE, format!("{customer} waits"), |eyes| {
        crate::hands::at_stage(eyes, &customer, |stage| {
            matches!(stage, customer_client::Stage::Waiting { .. })
        })
    })
}

/// The customer's line stands in that representative's own queue, waiting (QUE-03, QUE-04).
#[then(expr = "{name} waits in {name}'s personal queue")]
fn waits_for(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    line_in(estate, &rep, "Personal", &customer, &QueueEntryKind::Waiting)
}

/// The customer's line stands in the team's queue, on every console that shows it (QUE-08).
#[then(regex = r"^([A-Z][a-z]+) waits in the ([A-Z][a-z]+) queue$")]
fn waits_in(estate: &mut Estate, customer: Name, team: String) -> Step {
    estate.eventually(PATIENCE, format!("{customer} waits in the {team} queue"), |eyes| {
        let mut consoles = eyes.cast.reps.keys().filter(|rep| eyes.queue(rep, &team).is_ok()).peekable();
        consoles.peek().ok_or_else(|| format!("no console shows a {team} queue"))?;
        consoles.try_for_each(|rep| eyes.row_in(rep, &team, &customer).map(drop))
    })
}

/// A representative sees a customer in a team's queue.
#[when(regex = r"^([A-Z][a-z]+) sees ([A-Z][a-z]+) in the ([A-Z][a-z]+) queue$")]
#[then(regex = r"^([A-Z][a-z]+) sees ([A-Z][a-z]+) in the ([A-Z][a-z]+) queue$")]
fn sees_in_team(estate: &mut Estate, rep: Name, customer: Name, team: String) -> Step {
    line_in(estate, &rep, &team, &customer, &QueueEntryKind::Waiting)
}

/// A representative sees a customer in a team's queue before that time is over.
#[then(expr = "within {duration} {name} sees {name} in the {word} queue")]
fn sees_in_team_within(estate: &mut Estate, within: Span, rep: Name, customer: Name, team: String) -> Step {
    estate.eventually(within.0, format!("{rep} sees {customer} in the {team} queue"), |eyes| {
        eyes.row_in(&rep, &team, &customer).map(drop)
    })
}

/// The issue on a customer's line (POR-04).
#[then(regex = r#"^([A-Z][a-z]+) sees ([A-Z][a-z]+)'s issue "([^"]*)" in the ([A-Z][a-z]+) queue$"#)]
fn sees_issue(estate: &mut Estate, rep: Name, customer: Name, issue: String, team: String) -> Step {
    estate.eventually(PATIENCE, format!("{customer}'s line shows the issue {issue:?}"), |eyes| {
        let shown = &eyes.row_in(&rep, &team, &customer)?.issue;
        if shown.as_ref() == Some(&issue) { Ok(()) } else { Err(format!("it shows {shown:?}")) }
    })
}

/// A representative's own queue shows a customer, in session or waiting (QUE-01).
#[then(regex = r"^([A-Z][a-z]+)'s personal queue shows ([A-Z][a-z]+) (in session|waiting)$")]
fn personal_shows(estate: &mut Estate, rep: Name, customer: Name, state: String) -> Step {
    let wanted = if state == "waiting" { QueueEntryKind::Waiting } else { QueueEntryKind::InSession };
    line_in(estate, &rep, "Personal", &customer, &wanted)
}

/// An invitation stands in the queue of whom it is for (QUE-06).
#[given(expr = "{name}'s personal queue shows an invitation to {name}'s session from {name}")]
#[then(expr = "{name}'s personal queue shows an invitation to {name}'s session from {name}")]
fn shows_invitation(estate: &mut Estate, rep: Name, customer: Name, from: Name) -> Step {
    let from = estate.display_name(&from).unwrap_or_else(|error| panic!("{error}"));
    line_in(estate, &rep, "Personal", &customer, &QueueEntryKind::Invitation { from })
}

/// No invitation is left in a representative's own queue.
#[then(expr = "{name}'s personal queue shows no invitation")]
fn shows_no_invitation(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s personal queue shows no invitation"), |eyes| {
        let rows = &eyes.queue(&rep, "Personal")?.rows;
        let left = rows.iter().find(|row| matches!(row.what, QueueEntryKind::Invitation { .. }));
        left.map_or(Ok(()), |row| Err(format!("there is one to {}'s session", row.customer)))
    })
}

/// A customer's line is on none of a representative's queues, and does not come.
#[then(expr = "{name} does not see {name} in any queue")]
fn does_not_see(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    let shown = || format!("{rep}'s console shows {customer} waiting");
    estate.eventually(PATIENCE, format!("{rep} does not see {customer} in any queue"), |eyes| {
        if eyes.sees_waiting(&rep, &customer)? { Err(shown()) } else { Ok(()) }
    })?;
    estate.never(WATCH, format!("{customer} stays out of {rep}'s queues"), |eyes| {
        Ok(eyes.sees_waiting(&rep, &customer)?.then(shown))
    })
}

/// A customer's line is on nobody else's console.
#[then(expr = "nobody but {name} sees {name} in a queue")]
fn nobody_but(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.never(WATCH, format!("nobody but {rep} sees {customer} in a queue"), |eyes| {
        let mut others = eyes.cast.reps.keys().filter(|name| **name != *rep).peekable();
        others.peek().ok_or_else(|| format!("nobody but {rep} has a console"))?;
        for name in others {
            if eyes.sees_waiting(name, &customer)? {
                return Ok(Some(format!("{name} does")));
            }
        }
        Ok(None)
    })
}

/// The queues that a console shows (QUE-07).
#[then(expr = "{name} has the queues {string}")]
fn has_queues(estate: &mut Estate, rep: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{rep} has the queues {names}"), |eyes| {
        same_names(&wanted, eyes.console(&rep)?.queues.iter().map(|queue| queue.name.clone()))
    })
}

/// A line with everything that it shows (QUE-16).
#[then(expr = "{name} sees this line in the {word} queue:")]
fn sees_line(estate: &mut Estate, rep: Name, queue: String, step: &gherkin::Step) -> Step {
    let table = step.table.as_ref().unwrap_or_else(|| panic!("expected a table with a heading and one line"));
    let [heading, wanted] = &table.rows[..] else { panic!("expected a heading and one line") };
    let customer = heading.iter().position(|name| name == "customer").map(|place| wanted[place].clone());
    let customer = customer.unwrap_or_else(|| panic!("expected a column `customer`"));
    estate.eventually(PATIENCE, format!("the line {wanted:?}"), |eyes| {
        let row = eyes.row_in(&rep, &queue, &customer)?;
        let cell = |name: &String| -> Seen<String> {
            Ok(match name.as_str() {
                "customer" => row.customer.clone(),
                "computer" => row.device.computer.clone(),
                "platform" => row.device.platform.to_string(),
                "issue" => row.issue.clone().unwrap_or_default(),
                "priority" => row.priority.to_string(),
                "state" => match row.what {
                    QueueEntryKind::Waiting => "waiting".to_owned(),
                    QueueEntryKind::InSession => "in session".to_owned(),
                    QueueEntryKind::Invitation { .. } => "invitation".to_owned(),
                },
                "waiting" => in_minutes(row.time_in_queue(eyes.now())),
                "uptime" => in_minutes(row.uptime(eyes.now())),
                other => return Err(format!("no line has a column {other:?}")),
            })
        };
        let shown = heading.iter().map(cell).collect::<Seen<Vec<String>>>()?;
        if shown == *wanted { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// The representative touches a line of a queue; on the desktop a second time closes the details (QUE-15).
#[when(expr = "{name} opens the details of {name}'s line")]
fn opens_details(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepClicksLine { rep: rep.to_string(), customer: customer.to_string() })
}

/// The details of a request are on the console (QUE-15).
#[then(expr = "{name} sees the details of {name}'s request")]
fn sees_details(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} sees the details of {customer}'s request"), |eyes| {
        let shown = eyes.console(&rep)?.shown_details().map(|row| row.customer.as_str());
        if shown == Some(&*customer) { Ok(()) } else { Err(format!("details of {shown:?}")) }
    })
}

/// No details are on the console.
#[then(expr = "{name} sees no details")]
fn sees_no_details(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} sees no details"), |eyes| {
        let shown = eyes.console(&rep)?.shown_details();
        shown.map_or(Ok(()), |row| Err(format!("details of {}", row.customer)))
    })
}

/// The representative taps the star beside a team's queue, on a phone (QUE-13).
#[when(expr = "{name} taps the star beside the {word} queue")]
fn taps_star(estate: &mut Estate, rep: Name, queue: String) -> Step {
    estate.perform(Act::RepTapsStar { rep: rep.to_string(), queue })
}

/// Whether a queue is marked with a star (QUE-13).
#[then(regex = r"^the ([A-Z][a-z]+) queue (is|is not) a favourite of ([A-Z][a-z]+)'s$")]
fn is_favourite(estate: &mut Estate, queue: String, is: String, rep: Name) -> Step {
    let wanted = is == "is";
    estate.eventually(PATIENCE, format!("the {queue} queue {is} a favourite of {rep}'s"), |eyes| {
        let marked = eyes.queue(&rep, &queue)?.favourite;
        if marked == wanted { Ok(()) } else { Err(format!("marked with a star: {marked}")) }
    })
}

/// The representative sorts the queues, on the desktop (QUE-17).
#[when(expr = "{name} sorts the queues by {string}")]
fn sorts(estate: &mut Estate, rep: Name, by: String) -> Step {
    estate.perform(Act::RepSortsQueues { rep: rep.to_string(), by })
}

/// The representative drags a column of the queues to the left end, on the desktop (QUE-19).
#[when(expr = "{name} moves the column {string} to the front")]
fn moves_column(estate: &mut Estate, rep: Name, column: String) -> Step {
    estate.perform(Act::RepMovesColumnFirst { rep: rep.to_string(), column })
}

/// The column at the left end (QUE-19).
#[then(expr = "the first column on {name}'s console is {string}")]
fn first_column(estate: &mut Estate, rep: Name, column: String) -> Step {
    estate.eventually(PATIENCE, format!("the first column is {column:?}"), |eyes| {
        let shown = eyes.console(&rep)?.columns.first().map(ToString::to_string);
        if shown.as_ref() == Some(&column) { Ok(()) } else { Err(format!("{shown:?}")) }
    })
}

/// The customers in a queue, from its top (QUE-17).
#[then(expr = "the {word} queue on {name}'s console lists {string}")]
fn lists(estate: &mut Estate, queue: String, rep: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("the {queue} queue lists {names}, in this order"), |eyes| {
        let shown: Vec<String> =
            eyes.queue(&rep, &queue)?.rows.iter().map(|row| row.customer.clone()).collect();
        if shown == wanted { Ok(()) } else { Err(shown.join(", ")) }
    })
}

/// The representative types into the search field (QUE-18).
#[when(expr = "{name} searches for {string}")]
fn searches(estate: &mut Estate, rep: Name, text: String) -> Step {
    let found = estate.at_once("a console to search on", |eyes| {
        let view = eyes.console(&rep)?;
        let rows =
            view.queues.iter().flat_map(|queue| &queue.rows).map(|row| (row.session, row.customer.clone()));
        let names: std::collections::BTreeMap<_, _> = rows.collect();
        Ok(view.search(&text).iter().filter_map(|session| names.get(session).cloned()).collect())
    })?;
    estate.found = found;
    Ok(())
}

/// What the last search has found, by customer (QUE-18).
#[then(expr = "the search finds {string}")]
fn search_finds(estate: &mut Estate, names: String) -> Step {
    let wanted = listed(&names);
    estate.at_once(format!("the search finds {names:?}"), |_| same_names(&wanted, estate.found.clone()))
}

/// The representative accepts a customer, from whichever queue shows them (ACC-01).
#[when(expr = "{name} accepts {name}'s session")]
fn accepts(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepAccepts { rep: rep.to_string(), customer: customer.to_string() })
}

/// A representative has accepted a customer, and the session's page is open (ACC-01).
#[given(expr = "{name} accepts {name}'s session")]
fn has_accepted(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    accepts(estate, rep.clone(), customer.clone())?;
    has_open(estate, rep, customer)
}

/// A representative accepts a customer, and may be refused (ACC-03).
#[when(expr = "{name} tries to accept {name}'s session")]
fn tries_to_accept(estate: &mut Estate, rep: Name, customer: Name) {
    estate.attempt(&rep, Act::RepAccepts { rep: rep.to_string(), customer: customer.to_string() });
}

/// Two representatives press Accept before either can see that the other did (ACC-09).
#[when(expr = "{name} and {name} accept {name}'s session at the same moment")]
fn accept_at_once(estate: &mut Estate, one: Name, other: Name, customer: Name) -> Step {
    for rep in [&one, &other] {
        estate.eventually(PATIENCE, format!("{rep} sees {customer} waiting"), |eyes| {
            eyes.waiting_row(rep, &customer).map(drop)
        })?;
    }
    accepts(estate, one, customer.clone())?;
    accepts(estate, other, customer)
}

/// A double-click on the desktop (ACC-04).
#[when(expr = "{name} double-clicks {name}'s line")]
fn double_clicks(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepDoubleClicks { rep: rep.to_string(), customer: customer.to_string() })
}

/// The oldest of the team queues, please (ACC-05).
#[when(expr = "{name} uses Get Next")]
fn uses_get_next(estate: &mut Estate, rep: Name) -> Step {
    // Something is said, a page opens, or one that is open already, of a session that nobody owned, is one's own now.
    let signs = |view: &RepConsoleView| {
        let owned = view.pages.iter().filter(|page| page.owner == Some(page.me)).count();
        [view.notices.len(), view.pages.len(), owned]
    };
    let before = estate.eyes().console(&rep).map_or([0; 3], signs);
    estate.perform(Act::RepUsesGetNext { rep: rep.to_string() })?;
    estate.eventually(PATIENCE, "an answer to Get Next", |eyes| {
        let answered = signs(eyes.console(&rep)?).into_iter().zip(before).any(|(now, then)| now > then);
        if answered { Ok(()) } else { Err("nothing".to_owned()) }
    })
}

/// Whether the console offers Get Next (ACC-05).
#[then(regex = r"^([A-Z][a-z]+) (is|is not) offered Get Next$")]
fn offered_get_next(estate: &mut Estate, rep: Name, is: String) -> Step {
    let wanted = is == "is";
    estate.eventually(PATIENCE, format!("{rep} {is} offered Get Next"), |eyes| {
        let view = eyes.console(&rep)?;
        view.profile.as_ref().ok_or("nobody is signed in")?;
        if view.start_methods.contains(&rep_console::StartMethod::GetNext) == wanted {
            Ok(())
        } else {
            Err(format!("offered: {:?}", view.start_methods))
        }
    })
}

/// A length of time to the minute, as a queue shows it; seconds below that.
fn in_minutes(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    let whole = if seconds >= 60 { seconds / 60 * 60 } else { seconds };
    Words(std::time::Duration::from_secs(whole)).to_string()
}

pub(super) fn line_in(
    estate: &mut Estate,
    rep: &Name,
    queue: &str,
    customer: &Name,
    wanted: &QueueEntryKind,
) -> Step {
    let expected = format!("the {queue} queue on {rep}'s console shows {customer} as {wanted:?}");
    estate.eventually(PATIENCE, expected, |eyes| {
        let shown = eyes.queue(rep, queue)?;
        let found = shown.rows.iter().any(|row| row.customer == **customer && row.what == *wanted);
        if found {
            Ok(())
        } else {
            eyes.row_in(rep, queue, customer).and_then(|row| Err(format!("{:?}", row.what)))
        }
    })
}
