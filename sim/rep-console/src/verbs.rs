//! What a representative can do at the console, but for session pages.

use device::Device;
use wire::rep::RepAsk;
use wire::session::{CHAT_LINE_BYTES_MAX, QueueEntryKind};
use wire::{JumpClientId, PortalId, QueueEntryId, QueueId, RequestId, SessionId, SimTime};

use crate::config::KeyGenerationWay;
use crate::console::{Asked, Login, RepConsole};
use crate::kept::Credentials;
use crate::rows::{Column, SortBy};
use crate::view::{Account, KeyDialog, StartMethod};

/// Why the console does not do what the representative wants; always for something that they can see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsoleError {
    /// Somebody is signed in, or about to be.
    #[error("expected nobody to be signed in, found somebody")]
    AlreadySignedIn,
    /// Nobody is signed in.
    #[error("expected a signed-in representative, found none")]
    NotSignedIn,
    /// No credentials were remembered (LOG-02).
    #[error("expected remembered credentials, found none")]
    NothingRemembered,
    /// The connection is lost; the console tries to come back.
    #[error("expected a connection, found it lost")]
    NotConnected,
    /// This console does not offer that: its flavour or the account's permissions have no such thing.
    #[error("expected something that this console offers, found {wanted}")]
    NotOffered {
        /// What was wanted.
        wanted: String,
    },
    /// No session key is on the screen.
    #[error("expected a session key on the screen, found none")]
    NoKey,
    /// No queue on the screen has such a line.
    #[error("expected a line of a queue on the screen, found no {0}")]
    NoSuchEntry(QueueEntryId),
    /// The line is no invitation, so there is nothing to decline.
    #[error("expected an invitation, found another kind of line at {0}")]
    NoInvitation(QueueEntryId),
    /// No such queue is on the screen.
    #[error("expected a queue on the screen, found no {0:?}")]
    NoSuchQueue(QueueId),
    /// The representative has no page of that session.
    #[error("expected the page of a session, found none of {0}")]
    NoSuchPage(SessionId),
    /// An owner ends a session, or puts it on hold.
    #[error("expected a session of somebody else's to leave, found the own {0}")]
    OwnSession(SessionId),
    /// No such machine is on the list of Jump Items.
    #[error("expected a Jump Item on the screen, found no {0}")]
    NoSuchJumpItem(JumpClientId),
    /// An empty line of chat.
    #[error("expected text, found none")]
    EmptyLine,
    /// A line of chat above the limit.
    #[error("expected a line of at most {CHAT_LINE_BYTES_MAX} bytes, found one of {bytes}")]
    LineTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
}

/// What a new session key shall be like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyOptions {
    /// The portal that the customer enters through; the preselected one where none is chosen (KEY-07, KEY-08).
    pub portal: Option<PortalId>,
    /// How long it stays valid, in seconds; the site's default where nothing is chosen (KEY-06).
    pub valid_s: Option<u32>,
}

/// Signing in and out.
impl RepConsole {
    /// Signs in (LOG-01). With `remember`, the credentials are kept for the next time once they have proved right;
    /// without it, none are (LOG-02).
    ///
    /// # Errors
    /// Somebody is signed in.
    pub fn sign_in(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        user_name: &str,
        password: &str,
        remember: bool,
    ) -> Result<(), ConsoleError> {
        if self.view.account != Account::SignedOut {
            return Err(ConsoleError::AlreadySignedIn);
        }
        self.begin();
        let credentials = Credentials { user_name: user_name.to_owned(), password: password.to_owned() };
        self.login = Some(Login { credentials, remember });
        self.view.account = Account::SigningIn;
        self.uplink.dial(now, &mut self.outbox);
        self.show_connection();
        Ok(())
    }

    /// Signs in with what was remembered (LOG-02).
    ///
    /// # Errors
    /// Somebody is signed in, or nothing was remembered.
    pub fn sign_in_remembered(&mut self, now: SimTime, device: &mut dyn Device) -> Result<(), ConsoleError> {
        let Credentials { user_name, password } =
            self.remembered.clone().ok_or(ConsoleError::NothingRemembered)?;
        self.sign_in(now, device, &user_name, &password, true)
    }

    /// Signs out. Sessions that the representative was in go on without them.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn sign_out(&mut self, now: SimTime, _device: &mut dyn Device) -> Result<(), ConsoleError> {
        if self.view.account == Account::SignedOut {
            return Err(ConsoleError::NotSignedIn);
        }
        self.begin();
        if self.admitted {
            self.ask(RepAsk::SignOut, Asked::Other);
        }
        self.signed_out(now, "signed out");
        Ok(())
    }
}

/// Session keys.
impl RepConsole {
    /// Opens key generation (KEY-14); the last portal is preselected on desktops (KEY-08).
    ///
    /// # Errors
    /// Nobody is signed in, or this console does not offer this way.
    pub fn open_key_generation(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        way: KeyGenerationWay,
    ) -> Result<(), ConsoleError> {
        let profile = self.view.profile.as_ref().ok_or(ConsoleError::NotSignedIn)?;
        if !self.view.key_generation_ways.contains(&way) {
            return Err(ConsoleError::NotOffered { wanted: way.to_string() });
        }
        let portal = self.preselected_portal().or(profile.portals.first().map(|portal| portal.id));
        let (valid_s, valid_s_max) = (profile.key_valid_s_default, profile.key_valid_s_max);
        self.begin();
        self.view.key_dialog = Some(KeyDialog { portal, valid_s, valid_s_max });
        Ok(())
    }

    /// Makes a session key (KEY-01).
    ///
    /// # Errors
    /// Nobody is signed in, or the connection is lost.
    pub fn generate_key(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        options: KeyOptions,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.begin();
        let portal = options.portal.or_else(|| self.preselected_portal());
        self.view.set(|view| &mut view.key_dialog, None);
        Ok(self.ask(RepAsk::GenerateKey { portal, valid_s: options.valid_s }, Asked::Other))
    }

    /// Copies the URL of the key on the screen to the clipboard (KEY-10).
    ///
    /// # Errors
    /// No key is on the screen.
    pub fn copy_key_url(&mut self, _now: SimTime, device: &mut dyn Device) -> Result<(), ConsoleError> {
        let key = self.view.key.as_ref().ok_or(ConsoleError::NoKey)?;
        self.begin();
        device.set_clipboard(&key.url);
        Ok(())
    }

    /// The portal of the last key, if this console keeps it and the account may still use it.
    fn preselected_portal(&self) -> Option<PortalId> {
        let last = self.settings.portal?;
        let portals = &self.view.profile.as_ref()?.portals;
        portals.iter().any(|portal| portal.id == last).then_some(last)
    }
}

/// Queues.
impl RepConsole {
    /// Opens the details of a line (QUE-15). On a desktop, a second click closes them.
    ///
    /// # Errors
    /// No such line is on the screen.
    pub fn click_entry(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        entry: QueueEntryId,
    ) -> Result<(), ConsoleError> {
        self.must_see(entry)?;
        self.begin();
        let second = self.config.flavour.has_double_click() && self.view.details == Some(entry);
        self.view.set(|view| &mut view.details, (!second).then_some(entry));
        Ok(())
    }

    /// Closes the details, if they are open.
    pub fn close_details(&mut self, _now: SimTime, _device: &mut dyn Device) {
        self.begin();
        self.view.set(|view| &mut view.details, None);
    }

    /// Takes a session from its queue, or follows an invitation (ACC-01). On a session that is under way already,
    /// goes back to its page (ACC-08).
    ///
    /// # Errors
    /// No such line is on the screen, or the connection is lost.
    pub fn accept(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        entry: QueueEntryId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.must_see(entry)?;
        self.begin();
        Ok(self.ask(RepAsk::Accept { entry }, Asked::Other))
    }

    /// Accepts by a double-click (ACC-04).
    ///
    /// # Errors
    /// As [`RepConsole::accept`], and on a console without double-click.
    pub fn double_click_entry(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        entry: QueueEntryId,
    ) -> Result<RequestId, ConsoleError> {
        if !self.config.flavour.has_double_click() {
            return Err(ConsoleError::NotOffered { wanted: "a double-click".to_owned() });
        }
        self.accept(now, device, entry)
    }

    /// Declines an invitation.
    ///
    /// # Errors
    /// No such invitation is on the screen, or the connection is lost.
    pub fn decline(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        entry: QueueEntryId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        let row = self.view.row(entry).ok_or(ConsoleError::NoSuchEntry(entry))?;
        let QueueEntryKind::Invitation { .. } = row.what else {
            return Err(ConsoleError::NoInvitation(entry));
        };
        self.begin();
        Ok(self.ask(RepAsk::Decline { entry }, Asked::Other))
    }

    /// Takes the oldest session that waits in the team queues (ACC-05).
    ///
    /// # Errors
    /// It is not offered to this account, or the connection is lost.
    pub fn get_next(&mut self, _now: SimTime, _device: &mut dyn Device) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        if !self.view.start_methods.contains(&StartMethod::GetNext) {
            return Err(ConsoleError::NotOffered { wanted: StartMethod::GetNext.to_string() });
        }
        self.begin();
        Ok(self.ask(RepAsk::GetNext, Asked::Other))
    }

    /// Sorts the queues (QUE-17); kept for the next start (QUE-19).
    ///
    /// # Errors
    /// This console does not sort.
    pub fn sort_queues(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        by: SortBy,
    ) -> Result<(), ConsoleError> {
        self.must_sort()?;
        self.begin();
        let view = &mut *self.view;
        view.sort = by;
        for queue in &mut view.queues {
            queue.sort(by);
        }
        self.settings.sort = by;
        self.settings.save(device);
        Ok(())
    }

    /// Arranges the columns, from left to right; kept for the next start (QUE-19).
    ///
    /// # Errors
    /// This console does not arrange columns.
    pub fn arrange_columns(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        columns: &[Column],
    ) -> Result<(), ConsoleError> {
        self.must_sort()?;
        self.begin();
        self.view.columns = columns.to_vec();
        self.settings.columns = columns.to_vec();
        self.settings.save(device);
        Ok(())
    }

    /// Taps the star beside a queue, which marks it or takes the mark away (QUE-13).
    ///
    /// # Errors
    /// This console has no stars, or no such queue is on the screen.
    pub fn tap_star(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        queue: QueueId,
    ) -> Result<(), ConsoleError> {
        if !self.config.flavour.has_favourites() {
            return Err(ConsoleError::NotOffered { wanted: "a star".to_owned() });
        }
        if self.view.queue(queue).is_none() {
            return Err(ConsoleError::NoSuchQueue(queue));
        }
        self.begin();
        let favourites = &mut self.settings.favourites;
        if !favourites.remove(&queue) {
            favourites.insert(queue);
        }
        for shown in &mut self.view.queues {
            shown.favourite = favourites.contains(&shown.id);
        }
        self.settings.save(device);
        Ok(())
    }
}

/// Jump Items.
impl RepConsole {
    /// Opens the list of Jump Items, or makes it current (JMC-02, JMC-05).
    ///
    /// # Errors
    /// Nobody is signed in, or the connection is lost.
    pub fn refresh_jump_items(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.begin();
        Ok(self.ask(RepAsk::ListJumpItems, Asked::Other))
    }

    /// Begins a session with an unattended machine (JMC-07).
    ///
    /// # Errors
    /// No such machine is on the list, or the connection is lost.
    pub fn jump(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        machine: JumpClientId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        if !self.view.jump_items.iter().any(|item| item.id == machine) {
            return Err(ConsoleError::NoSuchJumpItem(machine));
        }
        self.begin();
        self.view.jumping.push(machine);
        Ok(self.ask(RepAsk::Jump { jump_client: machine }, Asked::Jump(machine)))
    }
}

/// What verbs take for granted.
impl RepConsole {
    pub(crate) fn must_be_connected(&self) -> Result<(), ConsoleError> {
        match self.view.account {
            Account::SignedOut | Account::SigningIn => Err(ConsoleError::NotSignedIn),
            Account::SignedIn if self.admitted => Ok(()),
            Account::SignedIn => Err(ConsoleError::NotConnected),
        }
    }

    fn must_see(&self, entry: QueueEntryId) -> Result<(), ConsoleError> {
        self.view.row(entry).map(|_| ()).ok_or(ConsoleError::NoSuchEntry(entry))
    }

    pub(crate) fn must_have_page(&self, session: SessionId) -> Result<(), ConsoleError> {
        self.view.page(session).map(|_| ()).ok_or(ConsoleError::NoSuchPage(session))
    }

    fn must_sort(&self) -> Result<(), ConsoleError> {
        if self.config.flavour.sorts_queues() {
            Ok(())
        } else {
            Err(ConsoleError::NotOffered { wanted: "a choice of columns and order".to_owned() })
        }
    }
}
