//! Who there is, and who signs in.

use cucumber::{given, then, when};
use rep_console::Account;

use super::{Step, listed, same_names};
use crate::act::{Act, ConsoleKind};
use crate::estate::{Estate, PATIENCE, Unmet, WATCH};
use crate::params::{Console, Kind, LinkName, Name};

crate::step_definitions!();

/// Sets up the appliance of a site: a file in a folder `sites` beside the feature or above it, or one of ours.
#[given(expr = "the site {string}")]
fn the_site(estate: &mut Estate, name: String) {
    if let Err(error) = estate.set_up_site(&name) {
        panic!("{error}");
    }
}

/// A representative of the site opens a console and signs in with the account's own password.
#[given(expr = "{name} is signed in to the {console} console")]
fn is_signed_in_to(estate: &mut Estate, rep: Name, console: Console) -> Step {
    sign_in(estate, &rep, console, false)
}

/// A representative comes later, and signs in with the account's own password.
#[when(expr = "{name} signs in to the {console} console")]
fn signs_in_to(estate: &mut Estate, rep: Name, console: Console) -> Step {
    assert!(!estate.cast.reps.contains_key(&*rep), "{rep} has a console: say that they sign in again");
    sign_in_with(estate, &rep, console.0, false)
}

/// A representative signs in, and the console keeps the credentials for the next time (LOG-02).
#[given(expr = "{name} has signed in to the {console} console and ticked remember me")]
fn signed_in_and_ticked(estate: &mut Estate, rep: Name, console: Console) -> Step {
    sign_in(estate, &rep, console, true)
}

/// A representative types a user name and a password; what comes of it is for later steps to see.
#[when(expr = "{name} signs in to the {console} console as {string} with {string}")]
fn signs_in_as(
    estate: &mut Estate,
    rep: Name,
    console: Console,
    user_name: String,
    password: String,
) -> Step {
    let console = console.0;
    estate.perform(Act::RepSignsIn { rep: rep.to_string(), console, user_name, password, remember: false })
}

/// The account signs in on another console while the first one runs.
#[when(expr = "{name} signs in to a second console")]
fn signs_in_again(estate: &mut Estate, rep: Name) -> Step {
    sign_in_with(estate, &rep, ConsoleKind::Android, false)
}

/// The console looks for its appliance under a name that leads nowhere.
#[when(expr = "{name} tries to sign in at the site {string}")]
fn signs_in_elsewhere(estate: &mut Estate, rep: Name, host: String) {
    if let Err(error) = estate.open_console_for(&rep, ConsoleKind::Desktop, &host) {
        panic!("{error}");
    }
    let act =
        Act::RepSignsInAgain { rep: rep.to_string(), user_name: rep.to_lowercase(), password: "any".into() };
    estate.attempt(&rep, act);
}

/// The console is closed and opened again on the same device.
#[when(expr = "{name} starts the console anew")]
fn starts_anew(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepStartsConsoleAnew { rep: rep.to_string() })
}

/// The representative signs in with the account's own password on the console that is open.
#[when(expr = "{name} signs in again")]
fn signs_in_on_the_same(estate: &mut Estate, rep: Name) -> Step {
    let user_name = rep.to_lowercase();
    let password = password_of(estate, &user_name);
    estate.perform(Act::RepSignsInAgain { rep: rep.to_string(), user_name, password })
}

/// The credentials that the console offers are used.
#[when(expr = "{name} signs in with what the console remembers")]
fn signs_in_remembered(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepSignsInRemembered { rep: rep.to_string() })
}

/// The representative signs out.
#[when(expr = "{name} signs out")]
fn signs_out(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepSignsOut { rep: rep.to_string() })
}

/// Somebody who will want help, at a machine of this kind, on fibre.
#[given(expr = "{name} is a customer with a(n) {device}")]
fn is_a_customer(estate: &mut Estate, customer: Name, kind: Kind) {
    add_customer(estate, &customer, kind, "CUSTOMER-PC", "fibre", true);
}

/// Somebody who will want help, at a machine of this kind, on this kind of link.
#[given(expr = "{name} is a customer with a(n) {device} on {link}")]
fn is_a_customer_on(estate: &mut Estate, customer: Name, kind: Kind, link: LinkName) {
    add_customer(estate, &customer, kind, "CUSTOMER-PC", &link.0, true);
}

/// Somebody who will want help, at a machine of this kind and name.
#[given(expr = "{name} is a customer with a(n) {device} called {string}")]
fn is_a_customer_called(estate: &mut Estate, customer: Name, kind: Kind, computer: String) {
    add_customer(estate, &customer, kind, &computer, "fibre", true);
}

/// A customer whose phone lacks the app of its store.
#[given(expr = "{name} is a customer with an {device} without the app")]
fn is_a_customer_without(estate: &mut Estate, customer: Name, kind: Kind) {
    add_customer(estate, &customer, kind, "CUSTOMER-PHONE", "fibre", false);
}

/// The console has opened for the account (LOG-01).
#[then(expr = "{name} is signed in")]
fn is_signed_in(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} is signed in"), |eyes| {
        let view = eyes.console(&rep)?;
        match (view.account, &view.profile) {
            (Account::SignedIn, Some(_)) => Ok(()),
            (account, _) => Err(format!("{rep}'s console: {account:?}, last said {:?}", view.last_notice())),
        }
    })
}

/// The console stays closed to the account.
#[then(expr = "{name} is not signed in")]
fn is_not_signed_in(estate: &mut Estate, rep: Name) -> Step {
    estate.never(WATCH, format!("{rep} is not signed in"), |eyes| {
        let view = eyes.console(&rep)?;
        Ok((view.account == Account::SignedIn).then(|| format!("{rep}'s console is open")))
    })
}

/// A console that broke off is connected and signed in again.
#[when(expr = "{name}'s console is connected again")]
#[then(expr = "{name}'s console is connected again")]
fn is_connected_again(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(4 * PATIENCE, format!("{rep}'s console is connected again"), |eyes| {
        let view = eyes.console(&rep)?;
        let back = view.connection == device::LinkState::Connected && view.account == Account::SignedIn;
        if back && eyes.site_status()?.representatives.contains(&display_name(eyes, &rep)?) {
            Ok(())
        } else {
            Err(format!("{rep}'s console: {}, {:?}", view.connection, view.account))
        }
    })
}

/// The console offers a user name for signing in (LOG-02).
#[then(expr = "the console offers {name} the user name {string}")]
fn offers_user_name(estate: &mut Estate, rep: Name, user_name: String) -> Step {
    estate.eventually(PATIENCE, format!("the console offers the user name {user_name:?}"), |eyes| match &eyes
        .console(&rep)?
        .remembered_user
    {
        Some(offered) if *offered == user_name => Ok(()),
        offered => Err(format!("it offers {offered:?}")),
    })
}

/// The console offers nothing for signing in (LOG-02).
#[then(expr = "the console offers {name} no user name")]
fn offers_no_user_name(estate: &mut Estate, rep: Name) -> Step {
    estate.never(WATCH, "the console offers no user name", |eyes| {
        Ok(eyes.console(&rep)?.remembered_user.as_ref().map(|offered| format!("it offers {offered:?}")))
    })
}

/// What a representative's console, or a customer's client, last said.
#[then(expr = "{name} is told {string}")]
fn is_told(estate: &mut Estate, who: Name, text: String) -> Step {
    told(estate, &who, 0, &text)
}

/// What the console said that the account left by signing in elsewhere.
#[then(expr = "{name}'s first console is told {string}")]
fn first_console_is_told(estate: &mut Estate, rep: Name, text: String) -> Step {
    told(estate, &rep, 0, &text)
}

/// The session has followed the account to its second console.
#[then(expr = "{name}'s second console has {name}'s session open")]
fn second_console_has(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s second console has {customer}'s session open"), |eyes| {
        let part = *eyes.cast.reps[&*rep].get(1).ok_or("there is no second console")?;
        crate::eyes::page_in(eyes.console_of(part)?, &rep, &customer).map(drop)
    })
}

/// The appliance's status page lists who is signed in.
#[then(expr = "the site status lists the representatives {string}")]
fn status_lists(estate: &mut Estate, names: String) -> Step {
    let wanted = listed(&names);
    estate.eventually(PATIENCE, format!("the site status lists {names}"), |eyes| {
        same_names(&wanted, eyes.site_status()?.representatives.clone())
    })
}

/// The appliance's status page lists nobody.
#[then(expr = "the site status lists no representatives")]
fn status_lists_nobody(estate: &mut Estate) -> Step {
    estate.never(WATCH, "the site status lists no representatives", |eyes| {
        let listed = &eyes.site_status()?.representatives;
        Ok((!listed.is_empty()).then(|| listed.join(", ")))
    })
}

pub(super) fn sign_in(estate: &mut Estate, rep: &Name, console: Console, remember: bool) -> Step {
    if estate.cast.reps.contains_key(&**rep) {
        // A background has signed them in already; an outline may name them again.
        return Ok(());
    }
    sign_in_with(estate, rep, console.0, remember)
}

fn sign_in_with(estate: &mut Estate, rep: &Name, console: ConsoleKind, remember: bool) -> Step {
    let user_name = rep.to_lowercase();
    let password = password_of(estate, &user_name);
    let consoles = estate.cast.reps.get(&**rep).map_or(0, Vec::len);
    estate.perform(Act::RepSignsIn { rep: rep.to_string(), console, user_name, password, remember })?;
    estate.eventually(PATIENCE, format!("{rep} is signed in"), |eyes| {
        let view = eyes.console_of(eyes.cast.reps[&**rep][consoles])?;
        match view.profile {
            Some(_) => Ok(()),
            None => Err(format!("{rep}'s console: {:?}, last said {:?}", view.account, view.last_notice())),
        }
    })
}

/// An account's own password, from the site's file.
fn password_of(estate: &Estate, user_name: &str) -> String {
    let site = estate.site().unwrap_or_else(|error| panic!("{error}"));
    let password = site.passwords.get(user_name).cloned();
    password
        .unwrap_or_else(|| panic!("the site has no representative {user_name:?} with a password in clear"))
}

fn add_customer(estate: &mut Estate, customer: &Name, kind: Kind, computer: &str, link: &str, app: bool) {
    let phone = kind.0.has_store();
    if let Err(error) = estate.add_customer(customer, kind.0, computer, link, app && phone) {
        panic!("{error}");
    }
}

fn display_name(eyes: crate::eyes::Eyes<'_>, rep: &str) -> Result<String, String> {
    let profile = &eyes.console(rep)?.profile;
    profile
        .as_ref()
        .map(|profile| profile.display_name.clone())
        .ok_or_else(|| "nobody is signed in".to_owned())
}

/// What somebody was told: by the console, by the client, or on the spot when they tried something.
fn told(estate: &mut Estate, who: &Name, console: usize, text: &str) -> Step {
    if let Some(said) = estate.tried.remove(&**who) {
        let expected = format!("{who} is told {text:?}");
        return if said.contains(text) {
            Ok(())
        } else {
            Err(Unmet { expected, seen: format!("told on the spot: {said:?}"), at: estate.world.now() })
        };
    }
    estate.eventually(PATIENCE, format!("{who} is told {text:?}"), |eyes| {
        if let Some(consoles) = eyes.cast.reps.get(&**who) {
            let view = eyes.console_of(consoles[console])?;
            let closed = view.last_closed().map(|closed| closed.why.as_str());
            if view.last_notice() == Some(text) || closed == Some(text) {
                return Ok(());
            }
            return Err(format!(
                "{who}'s console last said {:?}, and closed a page: {closed:?}",
                view.last_notice()
            ));
        }
        let words = eyes.stage_words(who);
        let trouble = eyes.customer(who)?.trouble.as_deref();
        if words.ends_with(text) || trouble == Some(text) {
            Ok(())
        } else {
            Err(format!("{who}: {words}; trouble: {trouble:?}"))
        }
    })
}
