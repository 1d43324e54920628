//! The representative console: signing in, queues, session pages, chat, session keys, jump items.
//!
//! [`RepConsole`] is a [`device::Party`]. What the representative sees is a [`RepConsoleView`]; what they can do are
//! the console's verbs. Desktop and mobile consoles are one program with different [`Flavour`]s.

mod config;
mod console;
mod hear;
mod kept;
mod pages;
mod rows;
mod verbs;
mod view;

pub use config::{Flavour, KeyGenerationWay, RepConsoleConfig};
pub use console::{Rep, RepConsole, RepConsoleEvent};
pub use rows::{Column, Queue, Row, SortBy};
pub use verbs::{ConsoleError, KeyOptions};
pub use view::{
    Account, KeyDialog, Notice, Page, PageClosed, PendingLine, Popup, RepConsoleView, ShownKey, StartMethod,
};
