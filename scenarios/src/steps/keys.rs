//! Session keys.

use cucumber::{given, then, when};

use super::{Step, listed, same_names};
use crate::act::Act;
use crate::estate::{Estate, PATIENCE, ShownKey, Unmet, WATCH};
use crate::params::{Name, Span};

crate::step_definitions!();

/// A representative makes a session key and reads it off the console (KEY-01).
#[given(expr = "{name} has generated a session key")]
#[when(expr = "{name} generates a session key")]
fn generates(estate: &mut Estate, rep: Name) -> Step {
    generate(estate, &rep, None, None)
}

/// A representative makes a session key with a validity of their own choice (KEY-06).
#[given(expr = "{name} has generated a session key that is valid for {duration}")]
#[when(expr = "{name} generates a session key that is valid for {duration}")]
fn generates_valid_for(estate: &mut Estate, rep: Name, valid: Span) -> Step {
    generate(estate, &rep, None, Some(valid))
}

/// A representative makes a session key for a portal (KEY-07).
#[when(expr = "{name} generates a session key for the portal {string}")]
fn generates_for(estate: &mut Estate, rep: Name, portal: String) -> Step {
    generate(estate, &rep, Some(portal), None)
}

/// A number of keys, one after another.
#[when(expr = "{name} generates {int} session keys")]
fn generates_many(estate: &mut Estate, rep: Name, count: usize) -> Step {
    (0..count).try_for_each(|_| generate(estate, &rep, None, None))
}

/// A representative asks for a session key, and may be refused (KEY-01).
#[when(expr = "{name} tries to generate a session key")]
fn tries_to_generate(estate: &mut Estate, rep: Name) {
    estate.attempt(&rep, Act::RepGeneratesKey { rep: rep.to_string(), portal: None, valid_s: None });
}

/// A representative asks for a session key with a validity, and may be refused (KEY-06).
#[when(expr = "{name} tries to generate a session key that is valid for {duration}")]
fn tries_to_generate_valid_for(estate: &mut Estate, rep: Name, valid: Span) {
    let valid_s = Some(valid.0.as_secs() as u32);
    estate.attempt(&rep, Act::RepGeneratesKey { rep: rep.to_string(), portal: None, valid_s });
}

/// A representative asks for a session key for a portal, and may be refused (KEY-07).
#[when(expr = "{name} tries to generate a session key for the portal {string}")]
fn tries_to_generate_for(estate: &mut Estate, rep: Name, portal: String) {
    estate.attempt(&rep, Act::RepGeneratesKey { rep: rep.to_string(), portal: Some(portal), valid_s: None });
}

/// The URL of the last key goes to the device's clipboard (KEY-10).
#[when(expr = "{name} copies the URL of the session key")]
fn copies(estate: &mut Estate, rep: Name) -> Step {
    estate.perform(Act::RepCopiesKeyUrl { rep: rep.to_string() })
}

/// A key looks as the site says, and its URL does not give the key away (KEY-01).
#[then(expr = "{name} sees a session key of {int} letters and digits with a URL of its own")]
fn sees_key(estate: &mut Estate, rep: Name, length: usize) -> Step {
    let expected =
        format!("{rep} sees a key of {length} letters and digits, and a URL with something else in it");
    estate.eventually(PATIENCE, expected, |eyes| {
        let shown =
            eyes.console(&rep)?.key.as_ref().ok_or_else(|| format!("{rep}'s console shows no key"))?;
        let plain = shown.key.chars().all(|c| c.is_ascii_alphanumeric()) && shown.key.len() == length;
        let own = shown.url.starts_with("https://") && !shown.url.contains(&shown.key);
        if plain && own { Ok(()) } else { Err(format!("{} with {}", shown.key, shown.url)) }
    })
}

/// No key is on the console.
#[then(expr = "{name} sees no session key")]
fn sees_no_key(estate: &mut Estate, rep: Name) -> Step {
    estate.never(WATCH, format!("{rep} sees no session key"), |eyes| {
        Ok(eyes.console(&rep)?.key.as_ref().map(|shown| format!("the key {}", shown.key)))
    })
}

/// Neither a key nor a URL was given out twice (KEY-01).
#[then(expr = "{name}'s session keys are all different")]
fn all_different(estate: &mut Estate, rep: Name) -> Step {
    let keys = estate.keys.get(&*rep).cloned().unwrap_or_default();
    estate.at_once("every key and every URL is new", |_| {
        let distinct = |part: fn(&ShownKey) -> &String| {
            keys.iter().map(part).collect::<std::collections::BTreeSet<_>>().len() == keys.len()
        };
        if keys.len() > 1 && distinct(|key| &key.key) && distinct(|key| &key.url) {
            Ok(())
        } else {
            Err(format!("{keys:?}"))
        }
    })
}

/// The portals that the account may make keys for (KEY-07).
#[then(expr = "{name} is offered the portals {string} for a session key")]
fn offered_portals(estate: &mut Estate, rep: Name, portals: String) -> Step {
    let wanted = listed(&portals);
    estate.eventually(PATIENCE, format!("{rep} is offered the portals {portals}"), |eyes| {
        let profile = eyes.console(&rep)?.profile.as_ref().ok_or("nobody is signed in")?;
        same_names(&wanted, profile.portals.iter().map(|portal| portal.name.clone()))
    })
}

/// The portal of the key that is on the console (KEY-08).
#[then(expr = "{name}'s last session key leads through the portal {string}")]
fn key_leads_through(estate: &mut Estate, rep: Name, portal: String) -> Step {
    estate.eventually(PATIENCE, format!("the key leads through {portal}"), |eyes| {
        let view = eyes.console(&rep)?;
        let id = view.key.as_ref().ok_or("the console shows no key")?.portal;
        let portals = &view.profile.as_ref().ok_or("nobody is signed in")?.portals;
        let name = portals.iter().find(|known| known.id == id).map(|known| known.name.clone());
        if name.as_ref() == Some(&portal) { Ok(()) } else { Err(format!("it leads through {name:?}")) }
    })
}

/// The URL is where a text message could take it from (KEY-10).
#[then(expr = "the URL of {name}'s session key is on the clipboard of {name}'s device")]
fn on_the_clipboard(estate: &mut Estate, rep: Name, whose: Name) -> Step {
    let url = last_key(estate, &rep)?.url;
    estate.eventually(PATIENCE, format!("{url} is on the clipboard"), |eyes| {
        match eyes.device(&whose)?.clipboard() {
            Some(text) if text == url => Ok(()),
            text => Err(format!("the clipboard holds {text:?}")),
        }
    })
}

/// What the Start button lists (KEY-15).
#[then(expr = "{name} is offered the start methods {string}")]
fn offered_starts(estate: &mut Estate, who: Name, methods: String) -> Step {
    let wanted = listed(&methods);
    estate.eventually(PATIENCE, format!("{who} is offered {methods}"), |eyes| {
        if eyes.cast.reps.contains_key(&*who) {
            return same_names(&wanted, eyes.console(&who)?.start_methods.iter().map(ToString::to_string));
        }
        same_names(&wanted, super::portal::offered_methods(eyes, &who)?)
    })
}

/// The Start button lists nothing (KEY-15).
#[then(expr = "{name} is offered no start methods")]
fn offered_no_starts(estate: &mut Estate, rep: Name) -> Step {
    estate.never(WATCH, format!("{rep} is offered no start methods"), |eyes| {
        let offered = &eyes.console(&rep)?.start_methods;
        Ok((!offered.is_empty()).then(|| format!("{offered:?}")))
    })
}

/// The menus, buttons and keys that open key generation (KEY-14).
#[then(expr = "{name} can open key generation by {string}")]
fn can_open_by(estate: &mut Estate, rep: Name, ways: String) -> Step {
    let wanted = listed(&ways);
    estate.eventually(PATIENCE, format!("{rep} can open key generation by {ways}"), |eyes| {
        same_names(&wanted, eyes.console(&rep)?.key_generation_ways.iter().map(ToString::to_string))
    })
}

/// The last key that a representative has read off the console.
pub(super) fn last_key(estate: &Estate, rep: &str) -> Result<ShownKey, Unmet> {
    estate.at_once(format!("{rep} has generated a session key"), |_| {
        let last = estate.keys.get(rep).and_then(|keys| keys.last());
        last.cloned().ok_or_else(|| format!("{rep} has none; the console said {:?}", estate.tried.get(rep)))
    })
}

fn generate(estate: &mut Estate, rep: &Name, portal: Option<String>, valid: Option<Span>) -> Step {
    let before = estate.keys.get(&**rep).map_or(0, Vec::len);
    let valid_s = valid.map(|valid| valid.0.as_secs() as u32);
    estate.perform(Act::RepGeneratesKey { rep: rep.to_string(), portal, valid_s })?;
    estate.at_once(format!("{rep} gets a session key"), |eyes| {
        let after = estate.keys.get(&**rep).map_or(0, Vec::len);
        if after > before {
            Ok(())
        } else {
            Err(format!("the console said {:?}", eyes.console(rep)?.last_notice()))
        }
    })
}
