//! Ways to begin beside the portal's own: a chat in the browser (C2C), the apps of a phone (AND).

use cucumber::{given, then, when};
use customer_client::{AppChoice, Browser, ElevationStep, Stage};
use device::App;
use fake_devices::{AppChange, DeviceKind};

use super::{Step, listed, same_names};
use crate::act::{Act, PhoneApp, StartAct};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::eyes::{Eyes, Seen};
use crate::hands::{at_stage, at_step};
use crate::params::{Kind, Name};

crate::step_definitions!();

/// Somebody whose browser can show the portal, and can not chat (C2C-03).
#[given(expr = "{name} is a customer with a(n) {device} and an old browser")]
fn has_old_browser(estate: &mut Estate, customer: Name, kind: Kind) {
    let app = matches!(kind.0, DeviceKind::AndroidPhone | DeviceKind::Iphone);
    let apps: &[App] = if app { &[App::CustomerClient] } else { &[] };
    if let Err(error) =
        estate.add_customer_with(&customer, kind.0, "CUSTOMER-PC", "fibre", apps, Browser::Unsupported)
    {
        panic!("{error}");
    }
}

/// Somebody with a phone of this Android, and these apps on it (AND-04 to AND-06).
#[given(
    regex = r"^([A-Z][a-z]+) is a customer with an Android (\d+) phone that has (Support|Support\+|Support and Support\+|no app)$"
)]
fn has_phone(estate: &mut Estate, customer: Name, android: u32, apps: String) {
    let apps: &[App] = match &*apps {
        "Support" => &[App::CustomerClient],
        "Support+" => &[App::SupportPlus],
        "Support and Support+" => &[App::CustomerClient, App::SupportPlus],
        _ => &[],
    };
    let kind = DeviceKind::AndroidPhone;
    let added = estate.add_customer_with(&customer, kind, "CUSTOMER-PHONE", "4G", apps, Browser::default());
    if let Err(error) = added {
        panic!("{error}");
    }
    let machine = estate.cast.customers[&*customer].machine;
    estate.world.device_mut(machine).set_system_version(android);
}

/// The customer types a name, before the chat (C2C-04).
#[when(expr = "{name} gives the name {string}")]
fn gives_name(estate: &mut Estate, customer: Name, name: String) -> Step {
    estate.perform(Act::Start(StartAct::GivesName { customer: customer.to_string(), name }))
}

/// The customer wants the chat (C2C-04).
#[when(expr = "{name} accepts the chat")]
fn accepts_chat(estate: &mut Estate, customer: Name) -> Step {
    answer_chat(estate, &customer, true)
}

/// The customer does not want the chat (C2C-04).
#[when(expr = "{name} declines the chat")]
fn declines_chat(estate: &mut Estate, customer: Name) -> Step {
    answer_chat(estate, &customer, false)
}

/// The customer goes all the way of a chat in the browser: the name, and yes to chatting (C2C-04).
#[given(expr = "{name} starts to chat in the browser")]
#[when(expr = "{name} starts to chat in the browser")]
fn starts_to_chat(estate: &mut Estate, customer: Name) -> Step {
    gives_name(estate, customer.clone(), customer.to_string())?;
    answer_chat(estate, &customer, true)
}

/// The customer opens an app on the phone (AND-01).
#[given(regex = r"^([A-Z][a-z]+) opens the app (Support|Support\+)$")]
#[when(regex = r"^([A-Z][a-z]+) opens the app (Support|Support\+)$")]
fn opens_app(estate: &mut Estate, customer: Name, app: String) -> Step {
    estate.perform(Act::Start(StartAct::OpensApp { customer: customer.to_string(), app: app_named(&app) }))
}

/// The customer types the support site into the app (AND-02).
#[given(expr = "{name} chooses the support site {string}")]
#[when(expr = "{name} chooses the support site {string}")]
fn chooses_site(estate: &mut Estate, customer: Name, site: String) -> Step {
    estate.perform(Act::Start(StartAct::ChoosesSite { customer: customer.to_string(), site }))
}

/// The customer says which of two apps to go on with (AND-06).
#[when(regex = r"^([A-Z][a-z]+) goes on with (Support|Support\+)$")]
fn goes_on_with(estate: &mut Estate, customer: Name, app: String) -> Step {
    estate.perform(Act::Start(StartAct::ChoosesApp { customer: customer.to_string(), app: app_named(&app) }))
}

/// The customer picks an issue in the app that is open.
#[when(expr = "{name} picks the issue {string} in the app")]
fn picks_issue_in_app(estate: &mut Estate, customer: Name, issue: String) -> Step {
    estate.perform(Act::CustomerPicksIssue { customer: customer.to_string(), issue })
}

/// The browser asks for a name (C2C-04).
#[then(expr = "{name}'s browser asks for a name")]
fn asks_name(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer}'s browser asks for a name"), |eyes| {
        at_stage(eyes, &customer, |stage| matches!(stage, Stage::ChatName))
    })
}

/// The browser asks whether to chat (C2C-04).
#[then(expr = "{name}'s browser asks whether to chat")]
fn asks_to_chat(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer}'s browser asks whether to chat"), |eyes| {
        at_stage(eyes, &customer, |stage| matches!(stage, Stage::ChatPrompt))
    })
}

/// The app asks for the support site (AND-02).
#[then(expr = "{name}'s app asks for the support site")]
fn asks_site(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(3 * PATIENCE, format!("{customer}'s app asks for the support site"), |eyes| {
        at_stage(eyes, &customer, |stage| matches!(stage, Stage::ChooseSite { .. }))
    })
}

/// The start methods that the customer can choose from, on a portal or in an app (AND-02).
#[given(expr = "{name} can start by {string}")]
#[then(expr = "{name} can start by {string}")]
fn can_start_by(estate: &mut Estate, customer: Name, methods: String) -> Step {
    let wanted = listed(&methods);
    estate.eventually(PATIENCE, format!("{customer} can start by {methods}"), |eyes| {
        same_names(&wanted, super::portal::offered_methods(eyes, &customer)?)
    })
}

/// The choice between two apps is on the screen, with the one that transfers files (AND-06).
#[then(regex = r"^([A-Z][a-z]+) must choose between Support and Support\+, of which (.+) transfers? files$")]
fn must_choose(estate: &mut Estate, customer: Name, which: String) -> Step {
    let wanted = match &*which {
        "only Support+" => [(App::CustomerClient, false), (App::SupportPlus, true)],
        "each" => [(App::CustomerClient, true), (App::SupportPlus, true)],
        other => panic!("expected `only Support+` or `each`, found {other:?}"),
    };
    estate.eventually(PATIENCE, format!("{customer} must choose an app"), |eyes| {
        let choices = choices(eyes, &customer)?;
        let seen = choices.iter().map(|choice| (choice.app, choice.transfers_files));
        if seen.eq(wanted) { Ok(()) } else { Err(format!("{choices:?}")) }
    })
}

/// The apps of the estate that are on a customer's device (AND-05).
#[then(expr = "the apps on {name}'s device are {string}")]
fn apps_are(estate: &mut Estate, customer: Name, apps: String) -> Step {
    let wanted = listed(&apps);
    estate.eventually(PATIENCE, format!("the apps on {customer}'s device are {apps}"), |eyes| {
        let installed = eyes.device(&customer)?.installed_apps();
        same_names(&wanted, installed.iter().map(|app| name_of(*app)))
    })
}

/// Not a byte of the client's package came to the customer's machine, and nothing was installed (C2C-01).
#[then(expr = "nothing was installed on {name}'s device")]
fn nothing_installed(estate: &mut Estate, customer: Name) -> Step {
    estate.never(WATCH, format!("nothing was installed on {customer}'s device"), |eyes| {
        let downloading = matches!(eyes.customer(&customer)?.stage, Stage::Downloading { .. })
            || at_step(eyes, &customer, |step| matches!(step, ElevationStep::Downloading { .. })).is_ok();
        let history = eyes.device(&customer)?.app_history();
        let installed = history.iter().any(|change| matches!(change, AppChange::Installed(_)));
        Ok((downloading || installed).then(|| format!("{history:?}, downloading: {downloading}")))
    })
}

fn choices<'a>(eyes: Eyes<'a>, customer: &str) -> Seen<&'a [AppChoice]> {
    let view = eyes.customer(customer)?;
    match (&view.stage, view.elevation.as_ref().map(|shown| &shown.step)) {
        (Stage::ChooseApp(choices), _) | (_, Some(ElevationStep::ChooseApp(choices))) => Ok(choices),
        _ => Err(eyes.stage_words(customer)),
    }
}

fn answer_chat(estate: &mut Estate, customer: &Name, accepts: bool) -> Step {
    estate.perform(Act::Start(StartAct::AnswersChatPrompt { customer: customer.to_string(), accepts }))
}

fn app_named(name: &str) -> PhoneApp {
    name.parse().unwrap_or_else(|_| panic!("expected `Support` or `Support+`, found {name:?}"))
}

/// What a person calls an app of the phone.
fn name_of(app: App) -> String {
    match app {
        App::CustomerClient => PhoneApp::Support.to_string(),
        App::SupportPlus => PhoneApp::SupportPlus.to_string(),
        App::RepConsole | App::JumpClient => app.to_string(),
    }
}
