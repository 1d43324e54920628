//! System information (SYS): categories, their data, Refresh.

use cucumber::{then, when};
use rep_console::SystemShown;

use super::Step;
use crate::act::{Act, SystemAct};
use crate::estate::{Estate, PATIENCE};
use crate::eyes::{Eyes, Seen};
use crate::params::Name;

crate::step_definitions!();

/// A category is picked (SYS-02).
#[when(expr = "{name} picks the category {string} in {name}'s session")]
fn picks(estate: &mut Estate, rep: Name, category: String, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{category} is among the categories"), |eyes| {
        let system = system(eyes, &rep, &customer)?;
        if system.categories.contains(&category) { Ok(()) } else { Err(system.categories.join(", ")) }
    })?;
    let act = SystemAct::Picks { rep: rep.to_string(), customer: customer.to_string(), category };
    estate.perform(Act::System(act))?;
    fetched(estate, &rep, &customer)
}

/// Refresh is tapped (SYS-03).
#[when(expr = "{name} refreshes the system information in {name}'s session")]
fn refreshes(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    let act = SystemAct::Refreshes { rep: rep.to_string(), customer: customer.to_string() };
    estate.perform(Act::System(act))?;
    fetched(estate, &rep, &customer)
}

/// The categories of the machine, in its order (SYS-01, SYS-04).
#[then(expr = "the categories in {name}'s session on {name}'s console are {string}")]
fn categories_are(estate: &mut Estate, customer: Name, rep: Name, categories: String) -> Step {
    estate.eventually(PATIENCE, format!("the categories {categories}"), |eyes| {
        let shown = system(eyes, &rep, &customer)?.categories.join(", ");
        if shown == categories { Ok(()) } else { Err(shown) }
    })
}

/// The data of a category has a row with this text in it, or has none (SYS-02, SYS-03).
#[then(
    regex = r#"^"([^"]+)" in ([A-Z][a-z]+)'s session on ([A-Z][a-z]+)'s console (has a|has no) row with "([^"]+)"$"#
)]
fn has_row(
    estate: &mut Estate,
    category: String,
    customer: Name,
    rep: Name,
    has: String,
    text: String,
) -> Step {
    let wanted = has == "has a";
    estate.at_once(format!("{category} {has} row with {text:?}"), |eyes| {
        let table = system(eyes, &rep, &customer)?.table(&category);
        let table = &table.ok_or_else(|| format!("{category} was never fetched"))?.table;
        let found = table.rows.iter().any(|row| row.iter().any(|cell| cell.contains(&text)));
        if found == wanted { Ok(()) } else { Err(format!("{:?}", table.rows)) }
    })
}

/// What was asked for has come.
fn fetched(estate: &mut Estate, rep: &Name, customer: &Name) -> Step {
    estate.eventually(PATIENCE, "the data of the category comes", |eyes| {
        let system = system(eyes, rep, customer)?;
        match &system.fetching {
            None => Ok(()),
            Some(category) => Err(format!("{category} is being fetched")),
        }
    })
}

fn system<'v>(eyes: Eyes<'v>, rep: &str, customer: &str) -> Seen<&'v SystemShown> {
    Ok(&eyes.page(rep, customer)?.tools.system)
}
