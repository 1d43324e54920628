//! The public portal, and the customer's way from it into a queue.

use cucumber::{given, then, when};
use customer_client::Stage;
use device::App;

use super::keys::last_key;
use super::{Step, listed, same_names};
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::hands::at_stage;
use crate::params::{Kind, Name};

crate::step_definitions!();

/// The customer opens the site's first portal in a browser.
#[given(expr = "{name} opens the portal")]
#[when(expr = "{name} opens the portal")]
fn opens(estate: &mut Estate, customer: Name) -> Step {
    open(estate, &customer, None)
}

/// The customer opens another portal.
#[when(expr = "{name} opens the portal {string}")]
fn opens_named(estate: &mut Estate, customer: Name, portal: String) -> Step {
    open(estate, &customer, Some(portal))
}

/// The customer opens the portal and types the last key that a representative has made (KEY-03).
#[given(expr = "{name} types {name}'s session key on the portal")]
#[when(expr = "{name} types {name}'s session key on the portal")]
fn types_key(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    let key = last_key(estate, &rep)?.key;
    type_key(estate, &customer, key)
}

/// The customer opens the portal and types whatever is given.
#[when(expr = "{name} types the session key {string} on the portal")]
fn types_anything(estate: &mut Estate, customer: Name, key: String) -> Step {
    type_key(estate, &customer, key)
}

/// The customer has typed a good key, and the client is still on its way to the machine.
#[when(expr = "{name} types {name}'s session key and is still downloading the client")]
fn types_key_and_downloads(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    types_key(estate, customer.clone(), rep)?;
    estate.eventually(PATIENCE, format!("{customer} downloads the client"), |eyes| {
        at_stage(eyes, &customer, |stage| matches!(stage, Stage::Downloading { .. }))
    })
}

/// The customer follows the URL of the last key that a representative has made (KEY-09).
#[when(expr = "{name} opens the URL of {name}'s session key")]
fn opens_url(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    let url = last_key(estate, &rep)?.url;
    estate.perform(Act::CustomerOpensUrl { customer: customer.to_string(), url })
}

/// The customer opens the portal and picks an issue (POR-04).
#[when(expr = "{name} picks the issue {string} on the portal")]
fn picks_issue(estate: &mut Estate, customer: Name, issue: String) -> Step {
    open(estate, &customer, None)?;
    estate.perform(Act::CustomerPicksIssue { customer: customer.to_string(), issue })
}

/// The customer opens another portal and picks an issue there.
#[given(expr = "{name} picks the issue {string} on the portal {string}")]
#[when(expr = "{name} picks the issue {string} on the portal {string}")]
fn picks_issue_on(estate: &mut Estate, customer: Name, issue: String, portal: String) -> Step {
    open(estate, &customer, Some(portal))?;
    estate.perform(Act::CustomerPicksIssue { customer: customer.to_string(), issue })
}

/// The customer clicks the Support Button on their computer (QUE-05, QUE-09).
#[when(expr = "{name} clicks the Support Button {string}")]
fn clicks_support_button(estate: &mut Estate, customer: Name, button: String) -> Step {
    estate.perform(Act::CustomerClicksSupportButton { customer: customer.to_string(), button })
}

/// Somebody new comes along and picks an issue.
#[when(expr = "{name}, a customer with a(n) {device}, picks the issue {string}")]
fn newcomer_picks_issue(estate: &mut Estate, customer: Name, kind: Kind, issue: String) -> Step {
    if let Err(error) = estate.add_customer(&customer, kind.0, "CUSTOMER-PC", "fibre", false) {
        panic!("{error}");
    }
    picks_issue(estate, customer, issue)
}

/// The customer opens the portal and picks a name (POR-02).
#[when(expr = "{name} picks the representative {name} on the portal")]
fn picks_rep(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    open(estate, &customer, None)?;
    picks_rep_from_page(estate, customer, rep)
}

/// The customer picks a name from a portal that has been open for a while.
#[when(expr = "{name} picks the representative {name} from the open page")]
fn picks_rep_from_page(estate: &mut Estate, customer: Name, rep: Name) -> Step {
    let display_name = estate.display_name(&rep).unwrap_or_else(|error| panic!("{error}"));
    estate.perform(Act::CustomerPicksRep { customer: customer.to_string(), display_name })
}

/// The customer says yes to the agreement (POR-06).
#[given(expr = "{name} accepts the agreement")]
#[when(expr = "{name} accepts the agreement")]
fn accepts_agreement(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(Act::CustomerAnswersAgreement { customer: customer.to_string(), accepts: true })
}

/// The customer says no to the agreement (POR-06).
#[when(expr = "{name} declines the agreement")]
fn declines_agreement(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(Act::CustomerAnswersAgreement { customer: customer.to_string(), accepts: false })
}

/// The customer gives leave to record (POR-07).
#[given(expr = "{name} allows recording")]
#[when(expr = "{name} allows recording")]
fn allows_recording(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(Act::CustomerAnswersRecording { customer: customer.to_string(), allows: true })
}

/// The customer gives no leave to record (POR-07).
#[when(expr = "{name} refuses recording")]
fn refuses_recording(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(Act::CustomerAnswersRecording { customer: customer.to_string(), allows: false })
}

/// The customer gets the app from the phone's store.
#[when(expr = "{name} installs the app")]
fn installs(estate: &mut Estate, customer: Name) -> Step {
    estate.perform(Act::CustomerInstallsApp { customer: customer.to_string() })
}

/// The representatives that the open portal lists (POR-02).
#[given(expr = "{name} is offered the representatives {string}")]
#[then(expr = "{name} is offered the representatives {string}")]
fn offered_reps(estate: &mut Estate, customer: Name, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("{customer} is offered {names}"), |eyes| {
        match &eyes.customer(&customer)?.stage {
            Stage::Portal(page) => {
                same_names(&wanted, page.representatives.iter().map(|rep| rep.name.clone()))
            }
            _ => Err(eyes.stage_words(&customer)),
        }
    })
}

/// The agreement is on the customer's screen (POR-06).
#[then(expr = "{name} is asked to agree to {string}")]
fn asked_to_agree(estate: &mut Estate, customer: Name, text: String) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is asked to agree to {text:?}"), |eyes| {
        at_stage(eyes, &customer, |stage| matches!(stage, Stage::Agreement(shown) if *shown == text))
    })
}

/// The question of recording is on the customer's screen (POR-07).
#[then(expr = "{name} is asked whether the session may be recorded")]
fn asked_to_record(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is asked about recording"), |eyes| {
        at_stage(eyes, &customer, |stage| matches!(stage, Stage::RecordingPrompt))
    })
}

/// A phone without the app shows its store (INV-07).
#[then(expr = "{name} is sent to the app store")]
fn sent_to_store(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is sent to the app store"), |eyes| {
        at_stage(eyes, &customer, |stage| matches!(stage, Stage::AppNeeded))
    })
}

/// The customer's place in the queue, as the client tells it.
#[then(expr = "{name} is told to wait at place {int}")]
fn waits_at_place(estate: &mut Estate, customer: Name, place: u32) -> Step {
    estate.eventually(PATIENCE, format!("{customer} waits at place {place}"), |eyes| {
        at_stage(
            eyes,
            &customer,
            |stage| matches!(stage, Stage::Waiting { position, .. } if *position == place),
        )
    })
}

/// The customer gets into no queue, by the client and by every console.
#[then(expr = "{name} does not wait in any queue")]
fn waits_nowhere(estate: &mut Estate, customer: Name) -> Step {
    estate.never(WATCH, format!("{customer} does not wait in any queue"), |eyes| {
        for rep in eyes.cast.reps.keys() {
            if eyes.sees_waiting(rep, &customer)? {
                return Ok(Some(format!("{rep}'s console shows {customer} in a queue")));
            }
        }
        let told = matches!(eyes.customer(&customer)?.stage, Stage::Waiting { .. });
        Ok(told.then(|| format!("{customer}: {}", eyes.stage_words(&customer))))
    })
}

/// The customer client has come onto the customer's machine (POR-02 to POR-04).
#[then(expr = "the customer client is installed on {name}'s device")]
fn client_installed(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("the customer client is installed on {customer}'s device"), |eyes| {
        let installed = eyes.device(&customer)?.installed_apps();
        if installed.contains(&App::CustomerClient) {
            Ok(())
        } else {
            Err(format!("installed: {installed:?}"))
        }
    })
}

/// The portal is not on the customer's screen.
#[then(expr = "{name} does not have the portal open")]
fn has_no_portal(estate: &mut Estate, customer: Name) -> Step {
    estate.at_once(format!("{customer} does not have the portal open"), |eyes| {
        at_stage(eyes, &customer, |stage| !matches!(stage, Stage::Portal(_)))
    })
}

/// The start methods that the customer's open portal offers (POR-01).
pub(super) fn offered_methods(eyes: Eyes<'_>, customer: &str) -> Seen<Vec<String>> {
    let Stage::Portal(page) = &eyes.customer(customer)?.stage else { return Err(eyes.stage_words(customer)) };
    let offered = [
        ("session key", page.offers_session_key),
        ("issue", !page.issues.is_empty()),
        ("representative", !page.representatives.is_empty()),
    ];
    Ok(offered.into_iter().filter(|(_, offered)| *offered).map(|(name, _)| name.to_owned()).collect())
}

fn open(estate: &mut Estate, customer: &Name, portal: Option<String>) -> Step {
    estate.perform(Act::CustomerOpensPortal { customer: customer.to_string(), portal })
}

fn type_key(estate: &mut Estate, customer: &Name, key: String) -> Step {
    open(estate, customer, None)?;
    estate.perform(Act::CustomerTypesKey { customer: customer.to_string(), key })
}
