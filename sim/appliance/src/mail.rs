//! Mail: what is to be sent is remembered until the mail host has taken it, however long that takes.
//!
//! One mail at a time, each on a connection of its own. A host that is not there, is slow or says "later" is tried again
//! ever more rarely; only a host that says "never" ends it. What the mail is about does not wait for it: a broken mail
//! host loses no invitation.

use std::ops::Bound;
use std::time::Duration;

use device::{CloseHow, Closed, ConnId};
use serde::{Deserialize, Serialize};
use wire::SimTime;

use crate::smtp::{Address, Mail, MessageId, Outcome, SMTP_PORT, SmtpClient};
use crate::{Appliance, TimerKey};

/// The most mail that waits; what comes then is not taken, and shows on the status page.
const MAILS_MAX: usize = 10_000;

/// How long after a failure it is tried again; doubled each time.
const RETRY_AFTER_MIN: Duration = Duration::from_secs(30);

/// The longest time between two tries.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);

/// How many refused mails the status page lists.
const REFUSED_MAX: usize = 50;

/// Numbers a mail; never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct MailId(pub(crate) u64);

/// Who carries mail.
#[derive(Debug, Default)]
pub(crate) struct Post {
    /// The conversation that is under way.
    under_way: Option<Conversation>,
    /// The connection that is dialled next.
    next_conn: u32,
    /// How often it has failed since it last worked.
    failures: u32,
    /// When it is tried again, after a failure.
    retry_at: Option<SimTime>,
    /// What was tried last: others come first then, so that one recipient who cannot be reached holds up nobody else.
    tried: Option<MailId>,
}

/// A mail on its way.
#[derive(Debug)]
struct Conversation {
    mail: MailId,
    conn: ConnId,
    client: SmtpClient,
    /// When the mail host is given up, if it stays silent.
    silent_until: SimTime,
    /// Whether what has become of the mail is noted.
    settled: bool,
}

impl Appliance {
    /// Sends a mail, now or as soon as it can be. Without a mail host there is none.
    pub(crate) fn mail(&mut self, now: SimTime, to: Address, subject: String, body: String) {
        let Some(rules) = &self.site.mail else { return };
        if self.mails.len() >= MAILS_MAX {
            return self.refused(&to);
        }
        let number = self.next.mail;
        self.next.mail.0 += 1;
        let id = MessageId::new(number.0.into(), rules.own_host.clone());
        let mail = Mail { from: rules.from.clone(), to, subject, body, date: self.wall, id };
        self.mails.insert(number, mail);
        self.changes.mails.insert(number);
        // Others may have to wait for their mailboxes; this one has not been tried.
        self.post.retry_at = None;
        self.post(now);
    }

    /// It is time to try again, or to give up a mail host that stays silent.
    pub(crate) fn post_again(&mut self, now: SimTime) {
        if let Some(conversation) = &mut self.post.under_way
            && conversation.silent_until <= now
        {
            conversation.client.give_up();
            return self.go_on(now);
        }
        if self.post.retry_at.is_some_and(|at| at <= now) {
            self.post.retry_at = None;
        }
        self.post(now);
    }

    fn post(&mut self, now: SimTime) {
        let Some(rules) = &self.site.mail else { return };
        if self.post.under_way.is_some() || self.post.retry_at.is_some() {
            return;
        }
        let after = self.post.tried.map_or(Bound::Unbounded, Bound::Excluded);
        let next = self.mails.range((after, Bound::Unbounded)).next();
        let Some((number, mail)) = next.or_else(|| self.mails.first_key_value()) else { return };
        self.post.tried = Some(*number);
        let conn = ConnId::Dialled(self.post.next_conn);
        self.post.next_conn += 1;
        let client = SmtpClient::new(rules.own_host.clone(), mail);
        let silent_until = now + client.patience();
        self.post.under_way =
            Some(Conversation { mail: *number, conn, client, silent_until, settled: false });
        self.timers.insert((silent_until, TimerKey::Post));
        self.conns.outbox.connect(conn, rules.host.to_string(), SMTP_PORT);
    }

    pub(crate) fn mail_host_says(&mut self, now: SimTime, conn: ConnId, bytes: &[u8]) {
        if let Some(conversation) = self.conversation(conn) {
            conversation.client.receive(bytes);
            self.go_on(now);
        }
    }

    pub(crate) fn mail_host_gone(&mut self, now: SimTime, conn: ConnId, how: Closed) {
        if let Some(conversation) = self.conversation(conn) {
            conversation.client.lost(how);
            self.settle_mail(now);
            self.post.under_way = None;
            self.post(now);
        }
    }

    fn conversation(&mut self, conn: ConnId) -> Option<&mut Conversation> {
        self.post.under_way.as_mut().filter(|conversation| conversation.conn == conn)
    }

    /// Says what the conversation has come to, and ends it where it is over.
    fn go_on(&mut self, now: SimTime) {
        self.settle_mail(now);
        let Some(conversation) = &mut self.post.under_way else { return };
        let conn = conversation.conn;
        while let Some(bytes) = conversation.client.poll_send() {
            self.conns.outbox.send(conn, bytes);
        }
        if !conversation.client.is_over() {
            conversation.silent_until = now + conversation.client.patience();
            self.timers.insert((conversation.silent_until, TimerKey::Post));
            return;
        }
        self.conns.outbox.close(conn, CloseHow::Finish);
        self.post.under_way = None;
        self.post(now);
    }

    /// What has become of the mail is settled before the conversation is over.
    fn settle_mail(&mut self, now: SimTime) {
        let Some(conversation) = self.post.under_way.as_mut().filter(|conversation| !conversation.settled)
        else {
            return;
        };
        let Some(outcome) = conversation.client.outcome() else { return };
        conversation.settled = true;
        let number = conversation.mail;
        match outcome {
            Outcome::TryLater { .. } => return self.try_later(now),
            Outcome::Accepted { .. } => {}
            Outcome::Rejected { .. } => {
                let to = self.mails[&number].to.clone();
                self.refused(&to);
            }
        }
        self.mails.remove(&number);
        self.changes.mails.insert(number);
        self.post.failures = 0;
    }

    fn try_later(&mut self, now: SimTime) {
        let after = RETRY_AFTER_MIN * 2_u32.saturating_pow(self.post.failures.min(16));
        let at = now + after.min(RETRY_AFTER_MAX);
        self.post.failures += 1;
        self.post.retry_at = Some(at);
        self.timers.insert((at, TimerKey::Post));
    }

    fn refused(&mut self, to: &Address) {
        let mut refused = self.view.mails_refused.clone();
        if refused.len() == REFUSED_MAX {
            refused.remove(0);
        }
        refused.push(to.to_string());
        self.view.set(|view| &mut view.mails_refused, refused);
    }
}
