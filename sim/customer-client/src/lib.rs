//! The customer client, from the portal page to the end of the session.
//!
//! One program stands for what a customer has before them: first their browser on the support portal, then the
//! client that it downloads (or the app, on a phone), which joins the session. A client that a Jump Client launches
//! begins with joining. [`CustomerClient`] is a [`device::Party`]; what the person sees is a [`CustomerView`], and
//! what they can do are the client's verbs.

mod client;
mod config;
mod verbs;
mod view;

pub use client::{Customer, CustomerClient, CustomerClientEvent};
pub use config::{CustomerClientConfig, StartedBy};
pub use verbs::CustomerError;
pub use view::{CustomerView, PendingLine, Stage};
