//! Who the machine knows, and as whom something runs.

use device::{Account, CredentialCheck, Rights, SystemRefused};
use wire::session::Platform;
use wire::tool::RunAs;

use super::layout::Layout;
use crate::FakeDevice;
use crate::screens::Ground;

/// Who sits at a machine of which nobody has said whose it is.
const OWNER: &str = "carla";
/// Their password.
const OWNER_PASSWORD: &str = "sunflower";
/// Who looks after it.
const ADMINISTRATOR: &str = "admin";
/// Their password.
const ADMINISTRATOR_PASSWORD: &str = "correct horse";

/// Somebody whom the machine knows.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) account: Account,
    pub(super) password: String,
}

/// As whom something runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    /// The account; of the system itself, what it is called there.
    pub(crate) name: String,
    pub(crate) rights: Rights,
    /// Whether it is the system itself.
    pub(crate) is_system: bool,
    pub(crate) home: String,
}

/// Accounts: knobs.
impl FakeDevice {
    /// Whose machine it is: an account without administrative rights. `carla`'s, until somebody says otherwise; what
    /// was in their home stays with them.
    pub fn set_owner(&mut self, name: &str, password: &str) {
        let mut people = self.people();
        if let Some(owner) = people.first_mut() {
            owner.account.name = name.to_owned();
            owner.password = password.to_owned();
            self.system.people = Some(people);
            self.screens.sign_in_as(name);
        }
    }

    /// Adds an account, or changes the one of that name. Phones have none.
    pub fn set_account(&mut self, name: &str, password: &str, administrator: bool) {
        if !self.has_accounts() {
            return;
        }
        let account = Account { name: name.to_owned(), administrator };
        let person = Person { account, password: password.to_owned() };
        let mut people = self.people();
        match people.iter_mut().find(|known| self.same_name(&known.account.name, name)) {
            Some(known) => *known = person,
            None => people.push(person),
        }
        self.system.people = Some(people);
    }
}

impl FakeDevice {
    pub(super) fn has_accounts(&self) -> bool {
        match self.kind.platform() {
            Platform::Windows | Platform::Mac | Platform::Linux => true,
            Platform::Android | Platform::Ios => false,
        }
    }

    /// All accounts, the owner's first.
    pub(super) fn people(&self) -> Vec<Person> {
        if !self.has_accounts() {
            return Vec::new();
        }
        let person = |name: &str, password: &str, administrator| Person {
            account: Account { name: name.to_owned(), administrator },
            password: password.to_owned(),
        };
        self.system.people.clone().unwrap_or_else(|| {
            vec![person(OWNER, OWNER_PASSWORD, false), person(ADMINISTRATOR, ADMINISTRATOR_PASSWORD, true)]
        })
    }

    /// The owner's account; of a phone, what its one user is called in a shell.
    pub(crate) fn owner(&self) -> String {
        match &self.system.people {
            _ if !self.has_accounts() => "shell".to_owned(),
            Some(people) => people.first().map_or(OWNER, |person| &person.account.name).to_owned(),
            None => OWNER.to_owned(),
        }
    }

    pub(super) fn logged_on(&self) -> Option<String> {
        if !self.user_present || !self.has_accounts() {
            return None;
        }
        Some(self.system.active.clone().unwrap_or_else(|| self.owner()))
    }

    /// Whose desktop is shown, or will be once somebody signs in.
    fn shown_user(&self) -> String {
        self.system.active.clone().unwrap_or_else(|| self.owner())
    }

    /// What has to be typed on the sign-in screen; `None` where there are no accounts.
    pub(crate) fn password_of_user(&self) -> Option<String> {
        let shown = self.shown_user();
        self.people().into_iter().find(|person| person.account.name == shown).map(|person| person.password)
    }

    /// Another user's desktop is shown, and what the user before had open waits behind it (ELV-03).
    pub(super) fn show_user(&mut self, user: String) {
        let before = self.shown_user();
        if before != user {
            let place = self.people().iter().position(|person| person.account.name == user);
            let ground = match place {
                Some(0) | None => Ground::Owner,
                Some(place) => Ground::Other((place - 1) as u8),
            };
            self.screens.switch_user(before, &user, ground);
        }
        self.system.active = Some(user);
        (self.user_present, self.locked) = (true, false);
    }

    /// The user whose desktop was shown has signed out: what they had open is closed, and the machine waits for its owner.
    pub(crate) fn user_is_gone(&mut self) {
        self.screens.signed_out();
        if let Some(user) = self.system.active.take().filter(|user| *user != self.owner()) {
            let owner = self.owner();
            self.screens.switch_user(user.clone(), &owner, Ground::Owner);
            self.screens.forget_user(&user);
        }
    }

    pub(super) fn credentials(&self, user: &str, password: &str) -> CredentialCheck {
        let people = self.people();
        match people.iter().find(|person| self.same_name(&person.account.name, user)) {
            Some(person) if person.password != password => CredentialCheck::Wrong,
            Some(person) if person.account.administrator => CredentialCheck::Administrator,
            Some(_) => CredentialCheck::Ordinary,
            None => CredentialCheck::Wrong,
        }
    }

    /// The account of that name, as it is written.
    pub(super) fn account_called(&self, user: &str) -> Option<Account> {
        self.people().into_iter().map(|person| person.account).find(|known| self.same_name(&known.name, user))
    }

    fn same_name(&self, one: &str, other: &str) -> bool {
        if self.layout().folds_case() { one.eq_ignore_ascii_case(other) } else { one == other }
    }

    pub(super) fn layout(&self) -> &'static Layout {
        Layout::of(self.kind.platform())
    }

    /// As whom a program with these rights does what it does.
    pub(super) fn actor(&self, rights: Rights) -> Result<Actor, SystemRefused> {
        match rights {
            Rights::Administrator => Ok(self.system_actor()),
            Rights::User if !self.has_accounts() => Ok(self.account_actor(self.owner(), false)),
            Rights::User => {
                let name = self.logged_on().ok_or(SystemRefused::NobodyLoggedOn)?;
                Ok(self.account_actor(name, false))
            }
        }
    }

    /// As whom something runs that is to be run so (SPA-02, SPA-03).
    pub(super) fn actor_as(&self, rights: Rights, run_as: &RunAs) -> Result<Actor, String> {
        match run_as {
            RunAs::ActiveUser => self.actor(Rights::User).map_err(|why| why.to_string()),
            RunAs::System => match rights {
                Rights::Administrator => Ok(self.system_actor()),
                Rights::User => Err(SystemRefused::NeedsAdministrator.to_string()),
            },
            RunAs::User { name, password } => match self.credentials(name, password) {
                CredentialCheck::Wrong => Err("wrong user name or password".to_owned()),
                right @ (CredentialCheck::Administrator | CredentialCheck::Ordinary) => {
                    let account = self.account_called(name).map_or_else(|| name.clone(), |known| known.name);
                    Ok(self.account_actor(account, right == CredentialCheck::Administrator))
                }
            },
        }
    }

    fn system_actor(&self) -> Actor {
        let name = if self.layout().folds_case() { "nt authority\\system" } else { "root" };
        Actor {
            name: name.to_owned(),
            rights: Rights::Administrator,
            is_system: true,
            home: self.layout().system_home.to_owned(),
        }
    }

    fn account_actor(&self, name: String, administrator: bool) -> Actor {
        let rights = if administrator { Rights::Administrator } else { Rights::User };
        Actor { home: self.home_of(&name), name, rights, is_system: false }
    }

    /// The folder where an account is at home.
    pub(super) fn home_of(&self, name: &str) -> String {
        let layout = self.layout();
        if self.has_accounts() { layout.join(layout.homes, name) } else { layout.homes.to_owned() }
    }
}
