//! What is in the mailboxes, and in which mood the host is.

use std::collections::BTreeMap;

use serde::Serialize;
use wire::SimTime;

/// What the mail host's administrator sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MailHostView {
    /// The host's name.
    pub host: String,
    /// How it does.
    pub state: MailHostState,
    /// The mailboxes by address, in small letters; in each the oldest mail first.
    pub mailboxes: BTreeMap<String, Vec<DeliveredMail>>,
}

/// A mail as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeliveredMail {
    /// The number that the host gave it, counted from 1; a mail to several has one number in several mailboxes.
    pub number: u64,
    /// Who sent it, as said in the conversation; empty for a notice of a mail host.
    pub from: String,
    /// Whose mailbox it came to, as said in the conversation.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The text, its lines ended by `\n`, without the end of the last one.
    pub text: String,
    /// Its `Message-ID`, by which a mail that came twice is known again.
    pub message_id: Option<String>,
    /// When it was delivered, by the clock on the host's wall.
    pub at: SimTime,
}

/// How a mail host does: what its administrator, or trouble, has made of it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    strum::Display,
    strum::EnumString,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum MailHostState {
    /// It takes mail.
    #[default]
    Healthy,
    /// It takes none for now, and asks senders to come back (451): greylisting, or trouble that will pass.
    Greylisting,
    /// Its mailboxes are full (552).
    Full,
    /// It knows none of the recipients (550).
    #[strum(serialize = "refuses recipients")]
    RefusesRecipients,
    /// It says nothing more once a message was sent, and keeps nothing of it.
    Hangs,
    /// It cuts the connection off in the middle of a message.
    #[strum(serialize = "breaks off")]
    BreaksOff,
}

impl MailHostView {
    /// The mails to this address, the oldest first.
    pub fn mailbox(&self, address: &str) -> &[DeliveredMail] {
        self.mailboxes.get(&address.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// All mails in the order in which they came, those to several once for each.
    pub fn delivered(&self) -> Vec<&DeliveredMail> {
        let mut mails: Vec<&DeliveredMail> = self.mailboxes.values().flatten().collect();
        mails.sort_by_key(|mail| mail.number);
        mails
    }
}
