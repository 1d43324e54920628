//! A mail host: somebody's, on the same network as everybody else.
//!
//! It takes mail by SMTP (RFC 5321) and keeps it in a mailbox for each recipient. It stands where an estate's mail
//! goes, so that whoever sends mail speaks with a host that holds them to the rules, and so that it can be in any of
//! the moods of a real one ([`MailHostState`]). Its view, with the mails as their readers would see them, is the
//! witness.
//!
//! [`MailHost`] is a [`device::Party`]. It says that it has accepted a mail only once that is safe on its disk.

mod conversation;
mod host;
mod lines;
mod mailbox;
mod view;

pub use conversation::{COMMAND_LINE_BYTES_MAX, MESSAGE_BYTES_MAX, RECIPIENTS_MAX, TEXT_LINE_BYTES_MAX};
pub use host::{CONNECTIONS_MAX, IDLE_MAX, MailHost, MailHostConfig, SMTP_PORT};
pub use mailbox::STORE_BYTES_MAX;
pub use view::{DeliveredMail, MailHostState, MailHostView};
