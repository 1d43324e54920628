//! The Jump Client: unattended access to the machine that it is installed on.
//!
//! A service that keeps a connection to the appliance, with or without a user present (JMC-16). When a
//! representative jumps, it asks the user if so told, and then launches the customer client. [`JumpClient`] is a
//! [`device::Party`]; what a user of the machine sees is a [`JumpClientView`].

mod client;
mod identity;
mod view;

pub use client::{Jump, JumpClient, JumpClientConfig, JumpClientError, JumpClientEvent};
pub use view::{JumpClientView, Prompt, Standing};
