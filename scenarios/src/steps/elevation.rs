//! Elevation, both kinds: from a chat to the full client, and from there to administrative rights (C2C, ELV, SCR-06).

use cucumber::{given, then, when};
use customer_client::ElevationStep;
use device::{App, System as _};
use rep_console::ElevationState;

use super::{Step, listed, same_names};
use crate::act::{Act, ElevationAct};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::hands::at_step;
use crate::params::Name;

crate::step_definitions!();

/// The representative asks for the full client (C2C-08).
#[given(expr = "{name} asks {name} to go on in the full client")]
#[when(expr = "{name} asks {name} to go on in the full client")]
fn asks_for_client(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(to_full_client(&rep, &customer))
}

/// The representative asks for the full client where the page may not offer it.
#[when(expr = "{name} tries to ask {name} to go on in the full client")]
fn tries_to_ask_for_client(estate: &mut Estate, rep: Name, customer: Name) {
    estate.attempt(&rep, to_full_client(&rep, &customer));
}

/// "Prompt Customer": the customer is asked for an administrator's credentials (ELV-08).
#[given(expr = "{name} prompts {name} for an administrator's credentials")]
#[when(expr = "{name} prompts {name} for an administrator's credentials")]
fn prompts(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.perform(prompt(&rep, &customer))
}

/// "Prompt Customer" where the page may not offer it (ELV-05).
#[when(expr = "{name} tries to prompt {name} for an administrator's credentials")]
fn tries_to_prompt(estate: &mut Estate, rep: Name, customer: Name) {
    estate.attempt(&rep, prompt(&rep, &customer));
}

/// "Provide Credentials": the representative has them (ELV-07).
#[given(expr = "{name} elevates {name}'s client as {string} with {string}")]
#[when(expr = "{name} elevates {name}'s client as {string} with {string}")]
fn provides(estate: &mut Estate, rep: Name, customer: Name, user: String, password: String) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Elevation(ElevationAct::ProvidesCredentials { rep, customer, user, password }))
}

/// "Provide Credentials" where the page may not offer it (ELV-05).
#[when(expr = "{name} tries to elevate {name}'s client as {string} with {string}")]
fn tries_to_provide(estate: &mut Estate, rep: Name, customer: Name, user: String, password: String) {
    let act = ElevationAct::ProvidesCredentials {
        rep: rep.to_string(),
        customer: customer.to_string(),
        user,
        password,
    };
    estate.attempt(&rep, Act::Elevation(act));
}

/// Another user's desktop is shown (ELV-03).
#[when(expr = "{name} switches {name}'s device to the user {string}")]
fn switches(estate: &mut Estate, rep: Name, customer: Name, user: String) -> Step {
    estate.perform(switch(&rep, &customer, user))
}

/// Another user's desktop is asked for where it may not be possible (ELV-03).
#[when(expr = "{name} tries to switch {name}'s device to the user {string}")]
fn tries_to_switch(estate: &mut Estate, rep: Name, customer: Name, user: String) {
    estate.attempt(&rep, switch(&rep, &customer, user));
}

/// The customer agrees (C2C-09).
#[given(expr = "{name} agrees to be elevated")]
#[when(expr = "{name} agrees to be elevated")]
fn accepts(estate: &mut Estate, customer: Name) -> Step {
    answer(estate, &customer, true)
}

/// The customer says no (C2C-11, ELV-08).
#[when(expr = "{name} declines to be elevated")]
fn declines(estate: &mut Estate, customer: Name) -> Step {
    answer(estate, &customer, false)
}

/// The customer types an administrator's user name and password (ELV-08).
#[when(expr = "{name} types the credentials of {string} with {string}")]
fn types_credentials(estate: &mut Estate, customer: Name, user: String, password: String) -> Step {
    let customer = customer.to_string();
    estate.perform(Act::Elevation(ElevationAct::GivesCredentials { customer, user, password }))
}

/// The question is on the customer's screen, and whose it is (C2C-08, ELV-08).
#[given(
    regex = r"^([A-Z][a-z]+) is asked by ([A-Z][a-z]+) (to go on in the full client|for an administrator's credentials)$"
)]
#[then(
    regex = r"^([A-Z][a-z]+) is asked by ([A-Z][a-z]+) (to go on in the full client|for an administrator's credentials)$"
)]
fn is_asked_by(estate: &mut Estate, customer: Name, rep: Name, what: String) -> Step {
    let by = estate.display_name(&rep).unwrap_or_else(|why| panic!("{why}"));
    let wanted = step_named(&what);
    estate.eventually(PATIENCE, format!("{customer} is asked {what} by {by}"), |eyes| {
        at_step(eyes, &customer, |step| *step == wanted)?;
        let shown = eyes.customer(&customer)?.elevation.as_ref().and_then(|shown| shown.by.as_deref());
        if shown == Some(&*by) { Ok(()) } else { Err(format!("by {shown:?}")) }
    })
}

/// The client asks by itself (ELV-06).
#[then(expr = "{name}'s client asks for an administrator's credentials by itself")]
fn asks_by_itself(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer}'s client asks by itself"), |eyes| {
        at_step(eyes, &customer, |step| *step == ElevationStep::AskedForCredentials)?;
        match &eyes.customer(&customer)?.elevation.as_ref().and_then(|shown| shown.by.as_ref()) {
            None => Ok(()),
            Some(by) => Err(format!("{by} asks")),
        }
    })
}

/// Nothing about elevation is on the customer's screen, and nothing comes.
#[then(expr = "{name} is asked nothing about elevation")]
fn is_asked_nothing(estate: &mut Estate, customer: Name) -> Step {
    estate.never(WATCH, format!("{customer} is asked nothing about elevation"), |eyes| {
        Ok(eyes.customer(&customer)?.elevation.as_ref().map(|shown| format!("{:?}", shown.step)))
    })
}

/// The question is gone.
#[then(expr = "{name} is no longer asked about elevation")]
fn no_longer_asked(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is no longer asked about elevation"), |eyes| match &eyes
        .customer(&customer)?
        .elevation
    {
        None => Ok(()),
        Some(shown) => Err(format!("{:?}", shown.step)),
    })
}

/// The chat leads to the phone's store (C2C-10).
#[then(expr = "{name}'s chat leads to the app store")]
fn leads_to_store(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer}'s chat leads to the app store"), |eyes| {
        at_step(eyes, &customer, |step| matches!(step, ElevationStep::AppNeeded))
    })
}

/// What the customer's side is, by the representative's page and the customer's own screen.
#[given(expr = "{name} sees that {name}'s client is {string}")]
#[then(expr = "{name} sees that {name}'s client is {string}")]
fn sees_kind(estate: &mut Estate, rep: Name, customer: Name, kind: String) -> Step {
    estate.eventually(4 * PATIENCE, format!("{customer}'s client is {kind:?}"), |eyes| {
        let shown = eyes.page(&rep, &customer)?.client.to_string();
        let own = eyes.customer(&customer)?.client.to_string();
        if shown == kind && own == kind { Ok(()) } else { Err(format!("{shown:?} to {rep}, {own:?} itself")) }
    })
}

/// It stays what it is, however long one looks.
#[then(expr = "{name}'s client stays {string} for {name}")]
fn stays_kind(estate: &mut Estate, customer: Name, kind: String, rep: Name) -> Step {
    estate.never(WATCH, format!("{customer}'s client stays {kind:?}"), |eyes| {
        let shown = eyes.page(&rep, &customer)?.client.to_string();
        let own = eyes.customer(&customer)?.client.to_string();
        Ok((shown != kind || own != kind).then(|| format!("{shown:?} to {rep}, {own:?} itself")))
    })
}

/// The ways to elevate that the page has (ELV-02, ELV-05, C2C-08).
#[then(expr = "{name} can elevate {name}'s client by {string}")]
fn can_elevate(estate: &mut Estate, rep: Name, customer: Name, ways: String) -> Step {
    let wanted = listed(&ways);
    estate.eventually(PATIENCE, format!("{rep} can elevate by {ways}"), |eyes| {
        let ways = eyes.page(&rep, &customer)?.elevation_ways();
        same_names(&wanted, ways.iter().map(ToString::to_string))
    })
}

/// The page has no way to elevate, and gets none (ELV-05).
#[then(expr = "{name} can not elevate {name}'s client")]
fn can_not_elevate(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.never(WATCH, format!("{rep} can not elevate {customer}'s client"), |eyes| {
        let ways = eyes.page(&rep, &customer)?.elevation_ways();
        Ok((!ways.is_empty()).then(|| format!("{ways:?}")))
    })
}

/// The banner over the shared screen, and what its link gives (SCR-06).
#[then(expr = "a banner over {name}'s screen offers {name} {string}")]
fn banner_offers(estate: &mut Estate, customer: Name, rep: Name, ways: String) -> Step {
    let wanted = listed(&ways);
    estate.eventually(PATIENCE, format!("a banner offers {rep} {ways}"), |eyes| {
        let banner = eyes.page(&rep, &customer)?.elevation_banner().ok_or("there is no banner")?;
        same_names(&wanted, banner.iter().map(ToString::to_string))
    })
}

/// There is no such banner (SCR-06).
#[then(expr = "no banner is over {name}'s screen for {name}")]
fn no_banner(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    estate.never(WATCH, format!("no banner is over {customer}'s screen"), |eyes| {
        Ok(eyes.page(&rep, &customer)?.elevation_banner().map(|ways| format!("{ways:?}")))
    })
}

/// The representative hears that the customer is being asked.
#[then(expr = "{name} reads that {name} is being asked to elevate")]
fn reads_asked(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    state_is(estate, &rep, &customer, "the customer is being asked", |state| {
        state == ElevationState::CustomerAsked
    })
}

/// The representative hears that the full client is on its way (C2C-10).
#[given(expr = "{name} reads that {name} is getting the full client")]
#[then(expr = "{name} reads that {name} is getting the full client")]
fn reads_fetching(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    state_is(estate, &rep, &customer, "the full client is on its way", |state| {
        state == ElevationState::Fetching
    })
}

/// The representative hears why all is as it was.
#[then(expr = "{name} reads that {name}'s client is not elevated: {string}")]
fn reads_refusal(estate: &mut Estate, rep: Name, customer: Name, why: String) -> Step {
    state_is(
        estate,
        &rep,
        &customer,
        &why,
        |state| matches!(state, ElevationState::Refused(refusal) if refusal.to_string() == why),
    )
}

/// Whether the client runs as a system service on the customer's machine (ELV-02).
#[then(regex = r"^the customer client (runs|does not run) as a service on ([A-Z][a-z]+)'s device$")]
fn runs_as_service(estate: &mut Estate, whether: String, customer: Name) -> Step {
    let wanted = whether == "runs";
    estate.eventually(PATIENCE, format!("the client {whether} as a service"), |eyes| {
        let service = eyes.device(&customer)?.runs_as_service(App::CustomerClient);
        if service == wanted { Ok(()) } else { Err(format!("runs as a service: {service}")) }
    })
}

/// Whose desktop the customer's machine shows, and that they are logged on (ELV-04).
#[given(expr = "{string} is logged on at {name}'s device")]
#[then(expr = "{string} is logged on at {name}'s device")]
fn logged_on(estate: &mut Estate, user: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{user:?} is logged on at {customer}'s device"), |eyes| {
        let active = eyes.device(&customer)?.active_user();
        if active.as_deref() == Some(&*user) { Ok(()) } else { Err(format!("logged on: {active:?}")) }
    })
}

/// Nobody else is logged on, nor anybody out, however long one looks (ELV-04).
#[then(expr = "{string} stays logged on at {name}'s device")]
fn stays_logged_on(estate: &mut Estate, user: String, customer: Name) -> Step {
    estate.never(WATCH, format!("{user:?} stays logged on at {customer}'s device"), |eyes| {
        let active = eyes.device(&customer)?.active_user();
        Ok((active.as_deref() != Some(&*user)).then(|| format!("logged on: {active:?}")))
    })
}

/// The accounts that the page lists to switch to (ELV-03).
#[then(expr = "{name} is offered the users {string} of {name}'s device")]
fn offered_users(estate: &mut Estate, rep: Name, users: String, customer: Name) -> Step {
    let wanted = listed(&users);
    estate.eventually(PATIENCE, format!("{rep} is offered the users {users}"), |eyes| {
        same_names(&wanted, eyes.page(&rep, &customer)?.tools.elevation.accounts.clone())
    })
}

/// Whose desktop the page says is shown (ELV-03).
#[then(expr = "{name} sees the desktop of {string} on {name}'s device")]
fn sees_desktop(estate: &mut Estate, rep: Name, user: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} sees the desktop of {user:?}"), |eyes| {
        let active = &eyes.page(&rep, &customer)?.tools.elevation.active_user;
        if active.as_deref() == Some(&*user) { Ok(()) } else { Err(format!("of {active:?}")) }
    })
}

/// The console says why nobody else's desktop is shown (ELV-03).
#[then(expr = "{name} reads that the user of {name}'s device is not switched: {string}")]
fn reads_not_switched(estate: &mut Estate, rep: Name, customer: Name, why: String) -> Step {
    estate.eventually(PATIENCE, format!("users are not switched: {why}"), |eyes| {
        let seen = eyes.page(&rep, &customer)?.tools.elevation.not_switched;
        match seen {
            Some(refusal) if refusal.to_string() == why => Ok(()),
            seen => Err(format!("{seen:?}")),
        }
    })
}

fn state_is(
    estate: &mut Estate,
    rep: &str,
    customer: &str,
    wanted: &str,
    fits: impl Fn(ElevationState) -> bool,
) -> Step {
    estate.eventually(3 * PATIENCE, format!("elevation of {customer}'s client: {wanted}"), |eyes| {
        let state = eyes.page(rep, customer)?.tools.elevation.state;
        if fits(state) { Ok(()) } else { Err(words(eyes, rep, customer)?) }
    })
}

fn words(eyes: Eyes<'_>, rep: &str, customer: &str) -> Seen<String> {
    Ok(match eyes.page(rep, customer)?.tools.elevation.state {
        ElevationState::None => "nobody has wanted it".to_owned(),
        ElevationState::CustomerAsked => "the customer is being asked".to_owned(),
        ElevationState::Fetching => "the full client is on its way".to_owned(),
        ElevationState::Done(kind) => format!("done: {kind}"),
        ElevationState::Refused(why) => format!("refused: {why}"),
    })
}

fn step_named(what: &str) -> ElevationStep {
    match what {
        "to go on in the full client" => ElevationStep::AskedForClient,
        _ => ElevationStep::AskedForCredentials,
    }
}

fn answer(estate: &mut Estate, customer: &Name, accepts: bool) -> Step {
    estate.perform(Act::Elevation(ElevationAct::Answers { customer: customer.to_string(), accepts }))
}

fn to_full_client(rep: &Name, customer: &Name) -> Act {
    Act::Elevation(ElevationAct::ToFullClient { rep: rep.to_string(), customer: customer.to_string() })
}

fn prompt(rep: &Name, customer: &Name) -> Act {
    Act::Elevation(ElevationAct::PromptsCustomer { rep: rep.to_string(), customer: customer.to_string() })
}

fn switch(rep: &Name, customer: &Name, user: String) -> Act {
    Act::Elevation(ElevationAct::SwitchesUser { rep: rep.to_string(), customer: customer.to_string(), user })
}
