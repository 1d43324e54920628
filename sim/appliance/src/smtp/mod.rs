//! Mail goes out by SMTP (RFC 5321), to a mail host that need not be ours.
//!
//! A [`Mail`] is what somebody is to read; an [`SmtpClient`] is one conversation that hands it over. The conversation
//! is sans-IO, and knows no time: whoever drives it dials, passes on what is received, sends what it has to say, and
//! calls [`SmtpClient::give_up`] when nothing was heard for [`SmtpClient::patience`].
//!
//! ```text
//!   mail host: 220 mail.example.com ready         appliance: EHLO support.example.com
//!   mail host: 250-mail.example.com, 250 SIZE     appliance: MAIL FROM:<support@example.com> SIZE=512
//!   mail host: 250 ok                             appliance: RCPT TO:<kim@example.org>
//!   mail host: 250 ok                             appliance: DATA
//!   mail host: 354 go on                          appliance: the message, and a line with a dot
//!   mail host: 250 queued as 17  → Accepted       appliance: QUIT
//!   mail host: 221 bye           → over
//! ```

mod address;
mod client;
mod message;
mod reply;

pub use address::{Address, AddressError, HostName};
pub use client::{Outcome, SMTP_PORT, SmtpClient};
pub use message::{Mail, MessageId};
