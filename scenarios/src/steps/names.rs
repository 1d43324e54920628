//! Names, and the name server that knows them.

use cucumber::{then, when};
use device::LinkState;

use super::Step;
use crate::act::{Act, NameServerState};
use crate::estate::{Estate, PATIENCE, WATCH};
use crate::params::{Name, Span};

crate::step_definitions!();

/// Whoever asks for a name gets no answer from now on.
#[when(expr = "the name server is silent")]
fn server_is_silent(estate: &mut Estate) -> Step {
    estate.perform(Act::NameServerIs { state: NameServerState::Silent })
}

/// Whoever asks for a name is told from now on that the server has failed.
#[when(expr = "the name server fails")]
fn server_fails(estate: &mut Estate) -> Step {
    estate.perform(Act::NameServerIs { state: NameServerState::Failing })
}

/// Whoever asks for a name is answered so much later from now on.
#[when(expr = "the name server takes {duration} to answer")]
fn server_is_slow(estate: &mut Estate, delay: Span) -> Step {
    estate.perform(Act::NameServerIs { state: NameServerState::Slow { millis: delay.0.as_millis() as u64 } })
}

/// The name server is as it should be again.
#[when(expr = "the name server answers again")]
fn server_answers(estate: &mut Estate) -> Step {
    estate.perform(Act::NameServerIs { state: NameServerState::Healthy })
}

/// The name server says that there is no such name as the appliance's.
#[when(expr = "the name of the appliance can not be found")]
fn name_is_gone(estate: &mut Estate) -> Step {
    estate.perform(Act::NameIsGone)
}

/// The name server knows the appliance's name again.
#[when(expr = "the name of the appliance can be found again")]
fn name_is_back(estate: &mut Estate) -> Step {
    estate.perform(Act::NameIsBack)
}

/// The appliance has another address from now on, and its name leads there; who was told the old one still has that.
#[when(expr = "the appliance moves to another address")]
fn appliance_moves(estate: &mut Estate) -> Step {
    estate.perform(Act::ApplianceMoves)
}

/// A console that broke off is not there yet, and has not given up.
#[then(expr = "{name}'s console keeps trying to connect")]
fn keeps_trying(estate: &mut Estate, rep: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep}'s console tries to connect"), |eyes| {
        let connection = eyes.console(&rep)?.connection;
        if connection == LinkState::Reconnecting { Ok(()) } else { Err(connection.to_string()) }
    })?;
    estate.never(WATCH, format!("{rep}'s console keeps trying to connect"), |eyes| {
        let connection = eyes.console(&rep)?.connection;
        Ok((connection != LinkState::Reconnecting).then(|| connection.to_string()))
    })
}
