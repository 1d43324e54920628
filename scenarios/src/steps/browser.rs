//! Browser sharing: a help link on a web page, and the page itself.

use cucumber::{given, then, when};
use customer_client::Stage;
use device::App;
use fake_devices::AppChange;

use super::Step;
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::hands::at_stage;
use crate::params::Name;

crate::step_definitions!();

/// The page that a browser shows where a scenario says nothing of it.
const SOME_PAGE: [&str; 3] = ["https://shop.example.com/", "Shop", "Welcome to the shop."];

/// The customer's browser shows a page. Where it is shared already, the representatives see it change (BRW-02).
#[given(expr = "{name}'s browser shows {string} at {string}: {string}")]
#[when(expr = "{name}'s browser shows {string} at {string}: {string}")]
fn shows(estate: &mut Estate, customer: Name, title: String, url: String, text: String) -> Step {
    let shared = at_stage(estate.eyes(), &customer, |stage| !matches!(stage, Stage::Idle)).is_ok();
    estate.pages_open.insert(customer.to_string(), [url.clone(), title.clone(), text.clone()]);
    if !shared {
        return Ok(());
    }
    estate.perform(Act::CustomerShowsPage { customer: customer.to_string(), url, title, text })
}

/// The customer follows a help link on the page that is open (BRW-01).
#[given(expr = "{name} follows the help link {string}")]
#[when(expr = "{name} follows the help link {string}")]
fn follows(estate: &mut Estate, customer: Name, link: String) -> Step {
    let page = estate.pages_open.get(&*customer).cloned();
    let [url, title, text] = page.unwrap_or_else(|| SOME_PAGE.map(str::to_owned));
    estate.perform(Act::CustomerFollowsHelpLink { customer: customer.to_string(), link, url, title, text })
}

/// The customer's web page is on a representative's console (BRW-02).
#[then(expr = "{name} sees {name}'s web page {string} at {string}: {string}")]
fn sees_page(
    estate: &mut Estate,
    rep: Name,
    customer: Name,
    title: String,
    url: String,
    text: String,
) -> Step {
    estate.eventually(3 * PATIENCE, format!("{rep} sees {title:?} at {url}: {text:?}"), |eyes| {
        let page = eyes.page(&rep, &customer)?.web_page.as_ref().ok_or("no web page")?;
        let fits = page.title == title && page.url == url && page.text == text;
        if fits { Ok(()) } else { Err(format!("{:?} at {}: {:?}", page.title, page.url, page.text)) }
    })
}

/// How a queue lists a customer (BRW-04).
#[then(expr = "{name}'s {word} queue lists {name} as {string}")]
fn lists_as(estate: &mut Estate, rep: Name, queue: String, customer: Name, wanted: String) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s {queue} queue lists {wanted:?}"), |eyes| {
        let listed = &eyes.row_in(&rep, &queue, &customer)?.listed_as;
        if *listed == wanted { Ok(()) } else { Err(listed.clone()) }
    })
}

/// No client came onto the customer's machine, now or before (BRW-01).
#[then(expr = "no customer client was ever on {name}'s device")]
fn never_installed(estate: &mut Estate, customer: Name) -> Step {
    estate.never(WATCH, format!("no customer client was ever on {customer}'s device"), |eyes| {
        let history = eyes.device(&customer)?.app_history();
        Ok(history.contains(&AppChange::Installed(App::CustomerClient)).then(|| format!("{history:?}")))
    })
}
