//! What a representative can do at the console, but for session pages.

use device::Device;
use wire::rep::{Permission, RepAsk};
use wire::{JumpClientId, PortalId, RequestId, SessionId, SimTime, Token};

use crate::config::KeyGenerationWay;
use crate::console::{Asked, Login, RepConsole};
use crate::error::ConsoleError;
use crate::kept::Credentials;
use crate::view::{Account, KeyDialog};

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
        self.touched(now);
        let credentials = Credentials { user_name: user_name.to_owned(), password: password.to_owned() };
        self.dial_as(now, Login::Account { credentials, remember });
        Ok(())
    }

    /// Joins one session as an external representative, by an invitation's key (EXT-01). No account is needed.
    ///
    /// # Errors
    /// Somebody is signed in.
    pub fn join_external(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        key: &str,
    ) -> Result<(), ConsoleError> {
        if self.view.account != Account::SignedOut {
            return Err(ConsoleError::AlreadySignedIn);
        }
        self.touched(now);
        let login = match self.unused_invitation.take() {
            Some(login) if login.is_invitation(key) => login,
            Some(_) | None => {
                let token = Token(self.invitations.child(&self.invitations_drawn.to_string()).as_bytes16());
                self.invitations_drawn += 1;
                Login::External { key: key.to_owned(), token }
            }
        };
        self.dial_as(now, login);
        Ok(())
    }

    fn dial_as(&mut self, now: SimTime, login: Login) {
        self.login = Some(login);
        self.view.account = Account::SigningIn;
        self.uplink.dial(now, &mut self.outbox);
        self.show_connection();
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
    pub fn sign_out(&mut self, now: SimTime, device: &mut dyn Device) -> Result<(), ConsoleError> {
        if self.view.account == Account::SignedOut {
            return Err(ConsoleError::NotSignedIn);
        }
        self.touched(now);
        if self.admitted {
            self.ask(RepAsk::SignOut, Asked::Other);
        }
        self.signed_out(now, "signed out");
        self.mind_the_screen(device);
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
        now: SimTime,
        _device: &mut dyn Device,
        way: KeyGenerationWay,
    ) -> Result<(), ConsoleError> {
        let profile = self.view.profile.as_ref().ok_or(ConsoleError::NotSignedIn)?;
        if !self.view.key_generation_ways.contains(&way) {
            return Err(ConsoleError::NotOffered { wanted: way.to_string() });
        }
        let portal = self.preselected_portal().or(profile.portals.first().map(|portal| portal.id));
        let (valid_s, valid_s_max) = (profile.key_valid_s_default, profile.key_valid_s_max);
        self.touched(now);
        self.view.key_dialog = Some(KeyDialog { portal, valid_s, valid_s_max });
        Ok(())
    }

    /// Makes a session key (KEY-01).
    ///
    /// # Errors
    /// Nobody is signed in, or the connection is lost.
    pub fn generate_key(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        options: KeyOptions,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.touched(now);
        let portal = options.portal.or_else(|| self.preselected_portal());
        self.view.set(|view| &mut view.key_dialog, None);
        Ok(self.ask(RepAsk::GenerateKey { portal, valid_s: options.valid_s }, Asked::Other))
    }

    /// Copies the URL of the key on the screen to the clipboard (KEY-10).
    ///
    /// # Errors
    /// No key is on the screen.
    pub fn copy_key_url(&mut self, now: SimTime, device: &mut dyn Device) -> Result<(), ConsoleError> {
        let url = self.view.key.as_ref().ok_or(ConsoleError::NoKey)?.url.clone();
        self.touched(now);
        device.set_clipboard(&url);
        Ok(())
    }

    /// The portal of the last key, if this console keeps it and the account may still use it.
    fn preselected_portal(&self) -> Option<PortalId> {
        let last = self.settings.portal?;
        let portals = &self.view.profile.as_ref()?.portals;
        portals.iter().any(|portal| portal.id == last).then_some(last)
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
        now: SimTime,
        _device: &mut dyn Device,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        self.touched(now);
        Ok(self.ask(RepAsk::ListJumpItems, Asked::Other))
    }

    /// Begins a session with an unattended machine (JMC-07).
    ///
    /// # Errors
    /// No such machine is on the list, or the connection is lost.
    pub fn jump(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        machine: JumpClientId,
    ) -> Result<RequestId, ConsoleError> {
        self.must_be_connected()?;
        if !self.view.jump_items.iter().any(|item| item.id == machine) {
            return Err(ConsoleError::NoSuchJumpItem(machine));
        }
        self.touched(now);
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

    pub(crate) fn must_have_page(&self, session: SessionId) -> Result<(), ConsoleError> {
        self.view.page(session).map(|_| ()).ok_or(ConsoleError::NoSuchPage(session))
    }

    /// The account must have the permission for what it `wanted`.
    pub(crate) fn must_be_offered(
        &self,
        permission: Permission,
        wanted: impl Into<String>,
    ) -> Result<(), ConsoleError> {
        match self.view.may(permission) {
            true => Ok(()),
            false => Err(ConsoleError::NotOffered { wanted: wanted.into() }),
        }
    }
}
