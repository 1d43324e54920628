//! The customer client, from the portal page to the end of the session.
//!
//! One program stands for what a customer has before them: first their browser on the support portal, then the
//! client that it downloads (or the app, on a phone), which joins the session. A client that a Jump Client launches
//! begins with joining; a help link on a web page leads into a session of the browser alone. [`CustomerClient`] is a [`device::Party`]; what the person sees is a [`CustomerView`], and
//! what they can do are the client's verbs.

mod app;
mod chat;
mod client;
mod config;
mod hear;
mod resume;
mod tools;
mod verbs;
mod view;

pub use app::AppChoice;
pub use client::{Customer, CustomerClient, CustomerClientEvent};
pub use config::{Browser, CustomerClientConfig, StartedBy};
pub use verbs::CustomerError;
pub use view::{
    CustomerView, ElevationShown, ElevationStep, HOLD_MESSAGES_MAX, PendingLine, PromptShown, Stage,
    ToolInUse,
};
