//! Mail: what comes into mailboxes, and how the mail host does.

use cucumber::{given, then, when};

use super::Step;
use super::external::key_of;
use crate::act::{Act, MailHostState};
use crate::estate::{Estate, PATIENCE};
use crate::eyes::{Eyes, Seen};
use crate::params::{Name, Span};

crate::step_definitions!();

/// The mail host's mood changes.
#[given(
    regex = "^the mail host (takes mail|asks senders to come back later|is full|knows no recipient|hangs|breaks off)$"
)]
#[when(
    regex = "^the mail host (takes mail|asks senders to come back later|is full|knows no recipient|hangs|breaks off)$"
)]
fn mail_host_is(estate: &mut Estate, mood: String) -> Step {
    use MailHostState::{BreaksOff, Full, Greylisting, Hangs, Healthy, RefusesRecipients};
    let all = [Healthy, Greylisting, Full, RefusesRecipients, Hangs, BreaksOff];
    let state = all.into_iter().find(|state| state.to_string() == mood);
    let state = state.unwrap_or_else(|| panic!("the mail host has no mood {mood:?}"));
    estate.perform(Act::MailHostIs { state })
}

/// An account's mailbox has the notice of an invitation, once (SHR-09).
#[then(expr = "{name} gets a mail about an invitation from {string}")]
fn gets_notice(estate: &mut Estate, rep: Name, from: String) -> Step {
    gets_notice_within(estate, Span(PATIENCE), rep, from)
}

/// The notice comes before that time is over, once (SHR-09).
#[then(expr = "within {duration} {name} gets a mail about an invitation from {string}")]
fn gets_notice_within(estate: &mut Estate, within: Span, rep: Name, from: String) -> Step {
    let address = address_of(estate, &rep);
    let wanted = format!("{from} invites you");
    estate.eventually(within.0, format!("{rep} gets a mail: {wanted:?}"), |eyes| {
        let subjects = subjects(eyes, &address)?;
        match subjects.iter().filter(|subject| subject.starts_with(&wanted)).count() {
            1 => Ok(()),
            count => Err(format!("{count} of them in the mailbox {subjects:?}")),
        }
    })
}

/// Somebody's mailbox has the URL that joins a session (EXT-02).
#[then(expr = "{string} gets a mail with the URL of {name}'s invitation")]
fn gets_url(estate: &mut Estate, address: String, name: Name) -> Step {
    let url = key_of(estate, &name)?.url;
    estate.eventually(PATIENCE, format!("a mail to {address} has {url}"), |eyes| {
        let mails = eyes.mailbox(&address)?;
        let has = mails.iter().any(|mail| mail.text.lines().any(|line| line == url));
        if has { Ok(()) } else { Err(format!("the mailbox has {:?}", subjects(eyes, &address)?)) }
    })
}

/// Nothing new comes into an account's mailbox for that time.
#[then(expr = "for {duration} no mail comes for {name}")]
fn no_mail_for(estate: &mut Estate, time: Span, rep: Name) -> Step {
    let address = address_of(estate, &rep);
    no_mail(estate, time, &address)
}

/// An account's mailbox has no notice of an invitation, and for that time gets none (SHR-09).
#[then(expr = "for {duration} {name} has no mail about an invitation")]
fn no_invitation_for(estate: &mut Estate, time: Span, rep: Name) -> Step {
    let address = address_of(estate, &rep);
    estate.never(time.0, format!("no mail tells {address} of an invitation"), |eyes| {
        let told = subjects(eyes, &address)?.into_iter().find(|subject| subject.contains("invites you"));
        Ok(told.map(|subject| format!("one does: {subject:?}")))
    })
}

/// Nothing new comes into a mailbox for that time.
#[then(expr = "for {duration} no mail comes for {string}")]
fn no_mail_to(estate: &mut Estate, time: Span, address: String) -> Step {
    no_mail(estate, time, &address)
}

/// The appliance's status page says which mail was refused for good.
#[then(expr = "the site status lists the refused mail to {string}")]
fn lists_refused(estate: &mut Estate, address: String) -> Step {
    estate.eventually(PATIENCE, format!("the status page lists the mail to {address}"), |eyes| {
        let refused = &eyes.site_status()?.mails_refused;
        if refused.contains(&address) { Ok(()) } else { Err(format!("{refused:?}")) }
    })
}

/// What stands in the mailbox of an account, as far as it has an address and there is a mail host.
pub(super) fn waits_for_mail(estate: &mut Estate, rep: &str, subject: &str) -> Step {
    let address = address_of(estate, rep);
    estate.eventually(PATIENCE, format!("{rep} gets a mail: {subject:?}"), |eyes| {
        let subjects = subjects(eyes, &address)?;
        if subjects.contains(&subject) { Ok(()) } else { Err(format!("{subjects:?}")) }
    })
}

fn no_mail(estate: &mut Estate, time: Span, address: &str) -> Step {
    let before = estate.at_once("a mailbox", |eyes| Ok(eyes.mailbox(address)?.len()))?;
    estate.never(time.0, format!("no mail comes for {address}"), |eyes| {
        Ok(subjects(eyes, address)?.get(before).map(|subject| format!("one comes: {subject:?}")))
    })
}

/// The address of an account, from the site.
fn address_of(estate: &Estate, rep: &str) -> String {
    let site = estate.site().map(|site| &site.site).unwrap_or_else(|error| panic!("{error}"));
    let account = site.rep_named(rep).map(|id| site.rep(id));
    let address = account.and_then(|account| account.email.as_ref());
    address.unwrap_or_else(|| panic!("the site has no mail address for {rep}")).to_string()
}

fn subjects<'a>(eyes: Eyes<'a>, address: &str) -> Seen<Vec<&'a str>> {
    Ok(eyes.mailbox(address)?.iter().map(|mail| mail.subject.as_str()).collect())
}
