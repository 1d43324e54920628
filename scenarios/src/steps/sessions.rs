//! Sessions: who is in one, and how it ends.

use cucumber::{given, then, when};
use customer_client::Stage;
use device::App;
use fake_devices::DeviceKind;
use wire::session::CustomerPresence;

use super::{Step, listed, same_names};
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::hands::at_stage;
use crate::params::{Name, Span};

crate::step_definitions!();

/// A customer gets into session with a representative, whatever is still missing for that.
#[given(expr = "{name} is in session with {name}")]
fn gets_into_session(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    ensure_customer(estate, &customer);
    let begun = |eyes: Eyes<'_>| eyes.page(&rep, &customer).is_ok();
    if !begun(estate.eyes()) {
        if at_stage(estate.eyes(), &customer, |stage| matches!(stage, Stage::Idle)).is_ok() {
            start_with_rep(estate, &customer, &rep)?;
        }
        let waits = |eyes: Eyes<'_>| {
            if begun(eyes) { Ok(false) } else { eyes.waiting_row(&rep, &customer).map(|_| true) }
        };
        if estate.eventually(PATIENCE, format!("{customer} waits for {rep}"), waits)? {
            estate.perform(Act::RepAccepts { rep: rep.to_string(), customer: customer.to_string() })?;
        }
    }
    is_in_session(estate, customer, rep)
}

/// A customer gets into session with a representative, who invites a colleague, who joins.
#[given(expr = "{name} is in session with {name} and {name}")]
fn gets_into_shared_session(estate: &mut Estate, customer: Name, owner: Name, colleague: Name) -> Step {
    gets_into_session(estate, customer.clone(), owner.clone())?;
    invites(estate, owner, colleague.clone(), customer.clone())?;
    has_accepted_invitation(estate, colleague, customer)
}

/// Both sides see the session: the customer sees the representative, the representative has the page.
#[then(expr = "{name} is in session with {name}")]
fn is_in_session(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is in session with {rep}"), |eyes| {
        in_session(eyes, &customer, &rep)
    })
}

/// Both sides see the session before that time is over.
#[then(expr = "within {duration} {name} is in session with {name}")]
fn is_in_session_within(estate: &mut Estate, within: Span, customer: Name, rep: Name) -> Step {
    estate.eventually(within.0, format!("{customer} is in session with {rep}"), |eyes| {
        in_session(eyes, &customer, &rep)
    })
}

/// A key or a place in a queue gives nothing by itself: no representative is there until one accepts (KEY-12).
#[then(expr = "{name} is with nobody until {name} accepts")]
fn with_nobody(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    estate.never(6 * PATIENCE, format!("{customer} is with nobody"), |eyes| {
        let with = matches!(eyes.customer(&customer)?.stage, Stage::InSession { .. });
        Ok(with.then(|| eyes.stage_words(&customer)))
    })?;
    estate.perform(Act::RepAccepts { rep: rep.to_string(), customer: customer.to_string() })?;
    is_in_session(estate, customer, rep)
}

/// The page of the session is on the representative's console (ACC-01).
#[then(expr = "{name} has {name}'s session open")]
pub(super) fn has_open(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} has {customer}'s session open"), |eyes| {
        eyes.page(&rep, &customer).map(drop)
    })
}

/// No page is on the representative's console.
#[then(expr = "{name} has no session open")]
fn has_none_open(estate: &mut Estate, rep: Name) -> Step {
    has_count_open(estate, rep, 0)
}

/// How many pages are on the representative's console (ACC-06).
#[then(expr = "{name} has {int} session(s) open")]
fn has_count_open(estate: &mut Estate, rep: Name, count: usize) -> Step {
    let expected = format!("{rep} has {count} sessions open");
    let look = |eyes: Eyes<'_>| -> Seen {
        let pages = &eyes.console(&rep)?.pages;
        if pages.len() == count {
            Ok(())
        } else {
            Err(format!(
                "[{}]",
                pages.iter().map(|page| page.customer.as_str()).collect::<Vec<_>>().join(", ")
            ))
        }
    };
    estate.eventually(PATIENCE, expected.as_str(), look)?;
    estate.never(WATCH, expected, |eyes| Ok(look(eyes).err()))
}

/// Of two who wanted it, one has it (ACC-09).
#[then(expr = "exactly one of {name} and {name} has {name}'s session open")]
fn exactly_one(estate: &mut Estate, one: Name, other: Name, customer: Name) -> Step {
    let owners =
        |eyes: Eyes<'_>| [&one, &other].iter().filter(|rep| eyes.page(rep, &customer).is_ok()).count();
    estate.eventually(PATIENCE, "one of them has it", |eyes| match owners(eyes) {
        1 => Ok(()),
        count => Err(format!("{count} of them have it")),
    })?;
    estate.never(WATCH, "one of them has it", |eyes| match owners(eyes) {
        1 => Ok(None),
        count => Ok(Some(format!("{count} of them have it"))),
    })?;
    let late = [one, other].into_iter().find(|rep| estate.eyes().page(rep, &customer).is_err());
    estate.late = late.map(|rep| rep.to_string());
    Ok(())
}

/// What the console of whoever came too late said (ACC-09).
#[then(expr = "the other one is told {string}")]
fn the_other_is_told(estate: &mut Estate, text: String) -> Step {
    let late = estate.late.clone().unwrap_or_else(|| panic!("the step before says who came too late"));
    estate.eventually(PATIENCE, format!("{late}, who came too late, is told {text:?}"), |eyes| {
        let said = eyes.console(&late)?.last_notice();
        if said == Some(&text) { Ok(()) } else { Err(format!("{late}'s console last said {said:?}")) }
    })
}

/// The owner lets go of the page and keeps the customer (CLS-04).
#[given(expr = "{name} puts {name}'s session on hold")]
#[when(expr = "{name} puts {name}'s session on hold")]
fn holds(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepHolds { rep: rep.to_string(), customer: customer.to_string() })
}

/// Ends it as its owner, leaves it as anybody else (CLS-01, CLS-06).
#[when(expr = "{name} ends {name}'s session")]
fn ends(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepEnds { rep: rep.to_string(), customer: customer.to_string() })
}

/// The owner asks a colleague into the session (SHR-05).
#[given(expr = "{name} invites {name} to {name}'s session")]
#[when(expr = "{name} invites {name} to {name}'s session")]
fn invites(estate: &mut Estate, rep: Name, colleague: Name, customer: Name) -> Step {
    let (rep, colleague, customer) = (rep.to_string(), colleague.to_string(), customer.to_string());
    estate.perform(Act::RepInvites { rep, colleague, customer })
}

/// The colleague joins (SHR-18).
#[when(expr = "{name} accepts the invitation to {name}'s session")]
fn accepts_invitation(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepAccepts { rep: rep.to_string(), customer: customer.to_string() })
}

/// The colleague has joined.
#[given(expr = "{name} accepts the invitation to {name}'s session")]
fn has_accepted_invitation(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    accepts_invitation(estate, rep.clone(), customer.clone())?;
    has_open(estate, rep, customer)
}

/// The colleague does not join (SHR-19).
#[given(expr = "{name} declines the invitation to {name}'s session")]
#[when(expr = "{name} declines the invitation to {name}'s session")]
fn declines_invitation(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepDeclines { rep: rep.to_string(), customer: customer.to_string() })
}

/// The customer goes.
#[when(expr = "{name} leaves")]
fn leaves(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(Act::CustomerLeaves { customer: customer.to_string() })
}

/// The customer is told that the session waits for a representative again.
#[given(expr = "{name} is on hold")]
#[then(expr = "{name} is on hold")]
fn is_on_hold(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is on hold"), |eyes| {
        at_stage(eyes, &customer, |stage| matches!(stage, Stage::OnHold))
    })
}

/// The session is over for the customer, who is told why.
#[then(expr = "{name}'s session is over: {string}")]
fn is_over(estate: &mut Estate, customer: Name, why: String) -> Step {
    estate.eventually(PATIENCE, format!("{customer}'s session is over: {why}"), |eyes| {
        at_stage(
            eyes,
            &customer,
            |stage| matches!(stage, Stage::Ended { why: shown } if shown.to_string() == why),
        )
    })
}

/// The client removes itself from a PC and stays on a phone (CLS-03).
#[then(regex = r"^([A-Z][a-z]+)'s device has (no customer client any more|the customer client still)$")]
fn device_has_client(estate: &mut Estate, customer: Name, what: String) -> Step {
    client_left(estate, &customer, what.starts_with("no"))
}

/// The client that a jump brought is removed (CLS-03).
#[then(expr = "{string} has no customer client any more")]
fn machine_has_no_client(estate: &mut Estate, computer: String) -> Step {
    client_left(estate, &computer, true)
}

/// Whether the customer gave leave to record, as the representative sees it (POR-07).
#[then(regex = r"^recording of ([A-Z][a-z]+)'s session is (allowed|refused)$")]
fn recording_is(estate: &mut Estate, customer: Name, outcome: String) -> Step {
    let wanted = outcome == "allowed";
    estate.eventually(PATIENCE, format!("recording of {customer}'s session is {outcome}"), |eyes| {
        let mut pages = eyes.cast.reps.keys().filter_map(|rep| eyes.page(rep, &customer).ok());
        let page = pages.next().ok_or_else(|| format!("nobody has {customer}'s session open"))?;
        if page.recording_allowed == wanted { Ok(()) } else { Err("it is not".to_owned()) }
    })
}

/// The customer has left for good, and the page says so.
#[then(expr = "{name} sees that {name} is gone")]
fn sees_gone(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    sees_presence(estate, PATIENCE, &rep, &customer, CustomerPresence::Gone)
}

/// The page says that the customer's connection is broken.
#[given(expr = "{name} sees that {name}'s connection is lost")]
#[then(expr = "{name} sees that {name}'s connection is lost")]
fn sees_lost(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    sees_presence(estate, 2 * PATIENCE, &rep, &customer, CustomerPresence::Lost)
}

/// The page says that the customer is there, before that time is over.
#[then(expr = "within {duration} {name} sees that {name} is connected")]
fn sees_connected(estate: &mut Estate, within: Span, rep: Name, customer: Name) -> Step {
    sees_presence(estate, within.0, &rep, &customer, CustomerPresence::Connected)
}

/// The running log knows of no break.
#[then(expr = "{name}'s session was never lost")]
fn was_never_lost(estate: &mut Estate, customer: Name) -> Step {
    estate.at_once(format!("{customer}'s session was never lost"), |eyes| {
        let pages: Vec<_> = eyes.cast.reps.keys().filter_map(|rep| eyes.page(rep, &customer).ok()).collect();
        let page = pages.first().ok_or_else(|| format!("nobody has {customer}'s session open"))?;
        let broke = page.log.iter().find(|entry| {
            use wire::session::{LogItem, SessionEvent};
            matches!(entry.what, LogItem::Happened { event: SessionEvent::ConferenceMemberStateChanged, .. })
        });
        broke.map_or(Ok(()), |entry| Err(format!("the log has a break at {}", entry.at)))
    })
}

/// Who owns the session, as every console with its page says.
#[then(expr = "{name} owns {name}'s session")]
fn owns(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} owns {customer}'s session"), |eyes| {
        let page = eyes.page(&rep, &customer)?;
        if page.is_mine() { Ok(()) } else { Err(format!("the owner is {:?}", page.owner)) }
    })
}

/// The tabs of a desktop console, from left to right (ACC-07).
#[then(expr = "{name}'s tabs are {string}")]
fn tabs_are(estate: &mut Estate, rep: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{rep}'s tabs are {names}"), |eyes| {
        let shown: Vec<String> = eyes.console(&rep)?.pages.iter().map(|page| page.customer.clone()).collect();
        if shown == wanted { Ok(()) } else { same_names(&[], shown) }
    })
}

/// A tab goes to another place, counted from 1 (ACC-07).
#[when(expr = "{name} drags {name}'s tab to place {int}")]
fn drags_tab(estate: &mut Estate, rep: Name, customer: Name, place: usize) -> Step {
    estate.perform(Act::RepMovesTab { rep: rep.to_string(), customer: customer.to_string(), place })
}

/// A tab gets a window of its own (ACC-07).
#[when(expr = "{name} detaches {name}'s tab")]
fn detaches_tab(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepDetachesTab { rep: rep.to_string(), customer: customer.to_string() })
}

/// A page is detached from the main window (ACC-07).
#[then(expr = "{name}'s page is in a window of its own")]
fn is_detached(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer}'s page is detached"), |eyes| {
        let mut pages = eyes.cast.reps.keys().filter_map(|rep| eyes.page(rep, &customer).ok());
        if pages.any(|page| page.detached) { Ok(()) } else { Err("it is not".to_owned()) }
    })
}

/// A phone goes back to a session that is under way (ACC-08).
#[when(expr = "{name} returns to {name}'s session")]
fn returns_to(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(Act::RepShowsSession { rep: rep.to_string(), customer: customer.to_string() })
}

/// The page that fills the screen (ACC-08).
#[then(expr = "{name}'s screen shows {name}'s session")]
fn screen_shows(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s screen shows {customer}'s session"), |eyes| {
        let front = eyes.console(&rep)?.front;
        let page = eyes.page(&rep, &customer)?.session;
        if front == Some(page) { Ok(()) } else { Err(format!("in front: {front:?}")) }
    })
}

/// Puts a customer at a Windows PC if nobody of that name is there yet.
pub(super) fn ensure_customer(estate: &mut Estate, customer: &Name) {
    if !estate.cast.customers.contains_key(&**customer)
        && let Err(error) =
            estate.add_customer(customer, DeviceKind::WindowsPc, "CUSTOMER-PC", "fibre", false)
    {
        panic!("{error}");
    }
}

/// A customer who has not started yet picks a representative on the portal.
pub(super) fn start_with_rep(estate: &mut Estate, customer: &Name, rep: &Name) -> Step {
    if at_stage(estate.eyes(), customer, |stage| matches!(stage, Stage::Idle)).is_err() {
        return Ok(());
    }
    let display_name = estate.display_name(rep).unwrap_or_else(|error| panic!("{error}"));
    estate.perform(Act::CustomerOpensPortal { customer: customer.to_string(), portal: None })?;
    estate.perform(Act::CustomerPicksRep { customer: customer.to_string(), display_name })
}

fn in_session(eyes: Eyes<'_>, customer: &str, rep: &str) -> Seen {
    let page = eyes.page(rep, customer)?;
    let name = page.members.iter().find(|member| member.id == page.me).map(|member| member.name.clone());
    at_stage(eyes, customer, |stage| match stage {
        Stage::InSession { representatives } => {
            representatives.iter().any(|card| Some(&card.name) == name.as_ref())
        }
        _ => false,
    })
}

fn sees_presence(
    estate: &mut Estate,
    within: std::time::Duration,
    rep: &Name,
    customer: &Name,
    wanted: CustomerPresence,
) -> Step {
    estate.eventually(within, format!("{rep} sees that {customer} is: {wanted}"), |eyes| {
        let shown = eyes.page(rep, customer)?.presence;
        if shown == wanted { Ok(()) } else { Err(format!("{shown}")) }
    })
}

fn client_left(estate: &mut Estate, whose: &str, gone: bool) -> Step {
    let what = if gone { "gone from" } else { "still on" };
    estate.eventually(PATIENCE, format!("the customer client is {what} {whose}'s device"), |eyes| {
        let installed = eyes.device(whose)?.installed_apps();
        if installed.contains(&App::CustomerClient) != gone {
            Ok(())
        } else {
            Err(format!("installed: {installed:?}"))
        }
    })
}
