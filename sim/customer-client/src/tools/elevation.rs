//! Elevation on this machine: from a chat in the browser to the full client (C2C-08 to C2C-11), and from there to
//! administrative rights (ELV).

use std::time::Duration;

use device::{App, CredentialCheck, Device, Rights, SystemRefused};
use wire::customer::CustomerToAppliance;
use wire::session::Platform;
use wire::tool::{
    ClientKind, ElevationCommand, ElevationRefusal, ElevationUpdate, SwitchRefusal, Tool, ToolUpdate,
};
use wire::{MemberId, SimTime};

use super::ToolTimer;
use crate::app::{FullClient, choices, keeps_apps, kind_of};
use crate::client::{CustomerClient, CustomerClientEvent};
use crate::verbs::CustomerError;
use crate::view::{ElevationShown, ElevationStep, Stage};

/// What goes on beside what the person sees of it.
#[derive(Debug, Default)]
pub(crate) struct Elevation {
    /// Who has asked for what is on the screen; nobody where the client does it by itself (ELV-06).
    asked_by: Option<MemberId>,
    /// What came of it while the connection was broken.
    untold: Option<(MemberId, ElevationUpdate)>,
}

/// Verbs.
impl CustomerClient {
    /// Agrees to go on in the full client, or does not (C2C-09 to C2C-11). Saying no also answers the question for an
    /// administrator's credentials (ELV-08), and gives up on an app that is not there yet.
    ///
    /// # Errors
    /// Nothing of the kind is asked.
    pub fn answer_elevation(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        accept: bool,
    ) -> Result<(), CustomerError> {
        let may = match self.elevation_step() {
            Some(ElevationStep::AskedForClient) => true,
            Some(
                ElevationStep::AskedForCredentials | ElevationStep::AppNeeded | ElevationStep::ChooseApp(_),
            ) => !accept,
            Some(ElevationStep::Downloading { .. }) | None => false,
        };
        if !may {
            return Err(CustomerError::NothingAsked);
        }
        self.begin();
        if accept {
            self.tools.timers.cancel(ToolTimer::ElevationAnswer);
            self.fetch_full_client(device);
        } else {
            self.elevation_failed(ElevationRefusal::Declined);
        }
        Ok(())
    }

    /// Types an administrator's user name and password (ELV-08).
    ///
    /// # Errors
    /// They are not asked for.
    pub fn give_credentials(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        user: &str,
        password: &str,
    ) -> Result<(), CustomerError> {
        let Some(ElevationStep::AskedForCredentials) = self.elevation_step() else {
            return Err(CustomerError::NothingAsked);
        };
        self.begin();
        match gain_rights(device, user, password) {
            Ok(()) => self.become_kind(device, ClientKind::Elevated),
            Err(why) => self.elevation_failed(why),
        }
        Ok(())
    }

    /// The rights that the client runs with (ELV-02, ELV-03).
    pub fn rights(&self) -> Rights {
        match self.view.client {
            ClientKind::Elevated => Rights::Administrator,
            ClientKind::WebChat | ClientKind::UserMode | ClientKind::Support | ClientKind::SupportPlus => {
                Rights::User
            }
        }
    }
}

impl CustomerClient {
    pub(crate) fn elevation_step(&self) -> Option<&ElevationStep> {
        self.view.elevation.as_ref().map(|shown| &shown.step)
    }

    /// A representative wants it.
    pub(super) fn obey_elevation(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        member: MemberId,
        command: ElevationCommand,
    ) {
        let outcome = match command {
            ElevationCommand::ToFullClient { answer_within_ms } => match self.view.client {
                ClientKind::WebChat => {
                    self.ask_customer(now, member, ElevationStep::AskedForClient, answer_within_ms)
                }
                ClientKind::UserMode
                | ClientKind::Elevated
                | ClientKind::Support
                | ClientKind::SupportPlus => Err(ElevationRefusal::Already),
            },
            ElevationCommand::PromptCustomer { answer_within_ms } => {
                self.can_gain_rights(device).and_then(|()| {
                    self.ask_customer(now, member, ElevationStep::AskedForCredentials, answer_within_ms)
                })
            }
            ElevationCommand::ByCredentials { user, password } => {
                self.can_gain_rights(device).and_then(|()| gain_rights(device, &user, &password)).map(|()| {
                    let asked = self.tools.elevation.asked_by == Some(member);
                    self.become_kind(device, ClientKind::Elevated);
                    if !asked {
                        self.tell_elevated(device, member);
                    }
                })
            }
            ElevationCommand::SwitchUser { user } => {
                self.switch_user(now, device, member, &user);
                Ok(())
            }
        };
        if let Err(why) = outcome {
            self.tell(member, ToolUpdate::Elevation(ElevationUpdate::Refused(why)));
        }
    }

    /// ELV-03: another user's screen is shown, and whoever looks sees it at once.
    fn switch_user(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId, user: &str) {
        match device.switch_user(self.rights(), user) {
            Ok(()) => {
                self.screen_changed(now);
                self.tell_users(device, member);
            }
            Err(why) => {
                let why = match why {
                    SystemRefused::NeedsAdministrator => SwitchRefusal::NotElevated,
                    SystemRefused::NoSuchUser => SwitchRefusal::NoSuchUser,
                    SystemRefused::NobodyLoggedOn
                    | SystemRefused::NotPossible
                    | SystemRefused::TooManyShells => SwitchRefusal::NotPossible,
                };
                self.tell(member, ToolUpdate::Elevation(ElevationUpdate::NotSwitched(why)));
            }
        }
    }

    /// ELV-06: the client asks by itself. Where nobody sits, there is nobody to ask.
    pub(crate) fn ask_for_elevation(&mut self, now: SimTime, device: &dyn Device, answer_within_ms: u32) {
        let windows = device.facts().platform == Platform::Windows;
        if windows && device.user_present() && self.can_gain_rights(device).is_ok() {
            self.tools.elevation.asked_by = None;
            self.show_question(now, None, ElevationStep::AskedForCredentials, answer_within_ms);
        }
    }

    /// Nobody has answered in time (C2C-11).
    pub(super) fn elevation_timed_out(&mut self) {
        if self.view.elevation.is_some() {
            self.elevation_failed(ElevationRefusal::NoAnswer);
        }
    }

    /// The representative does not want it any more, or the session is over; a broken connection changes nothing.
    pub(super) fn elevation_closed(&mut self, member: MemberId) {
        let broken = self.member.is_some() && !self.is_connected();
        if !broken && self.tools.elevation.asked_by == Some(member) {
            self.forget_elevation();
        }
    }

    /// The session is over.
    pub(crate) fn forget_elevation(&mut self) {
        self.tools.elevation = Elevation::default();
        self.tools.timers.cancel(ToolTimer::ElevationAnswer);
        self.view.set(|view| &mut view.elevation, None);
    }

    /// The session is there again after a break.
    pub(crate) fn take_up_elevation(&mut self) {
        if self.view.client != self.journey.joined_as {
            let client = self.view.client;
            self.say(&CustomerToAppliance::Became(client));
        }
        if let Some((member, update)) = self.tools.elevation.untold.take() {
            self.tell(member, ToolUpdate::Elevation(update));
        }
        let gone = |member: &MemberId| !self.tools.open.contains_key(&(*member, Tool::Elevation));
        if self.tools.elevation.asked_by.as_ref().is_some_and(gone) {
            return self.forget_elevation();
        }
        if let Some(ElevationStep::Downloading { total, .. }) = self.elevation_step() {
            let total = *total;
            self.show_step(ElevationStep::Downloading { received: 0, total });
            self.say(&CustomerToAppliance::FetchPackage);
        }
    }

    /// The customer has agreed: goes on in the full client, once it is there.
    pub(crate) fn fetch_full_client(&mut self, device: &mut dyn Device) {
        match self.full_client(device) {
            FullClient::Is(app) => {
                let kind = kind_of(app, device);
                self.become_kind(device, kind);
            }
            FullClient::Either => self.show_step(ElevationStep::ChooseApp(choices(device))),
            FullClient::Missing => {
                self.tell_asker(ElevationUpdate::Fetching);
                if keeps_apps(device) {
                    self.show_step(ElevationStep::AppNeeded);
                } else {
                    let total = self.package_bytes();
                    self.show_step(ElevationStep::Downloading { received: 0, total });
                    self.say(&CustomerToAppliance::FetchPackage);
                }
            }
        }
    }

    fn ask_customer(
        &mut self,
        now: SimTime,
        member: MemberId,
        step: ElevationStep,
        answer_within_ms: u32,
    ) -> Result<(), ElevationRefusal> {
        if self.view.elevation.is_some() {
            return Err(ElevationRefusal::UnderWay);
        }
        self.tools.elevation.asked_by = Some(member);
        self.show_question(now, Some(self.name_of(member)), step, answer_within_ms);
        self.tell_asker(ElevationUpdate::CustomerAsked);
        Ok(())
    }

    fn show_question(
        &mut self,
        now: SimTime,
        by: Option<String>,
        step: ElevationStep,
        answer_within_ms: u32,
    ) {
        let answer_by = now + Duration::from_millis(answer_within_ms.into());
        self.tools.timers.set(ToolTimer::ElevationAnswer, answer_by);
        let shown = ElevationShown { by, step, answer_by: Some(answer_by) };
        self.view.set(|view| &mut view.elevation, Some(shown));
    }

    /// The customer is past the question.
    pub(crate) fn show_step(&mut self, step: ElevationStep) {
        let by = self.view.elevation.as_ref().and_then(|shown| shown.by.clone());
        let shown = ElevationShown { by, step, answer_by: None };
        self.view.set(|view| &mut view.elevation, Some(shown));
    }

    /// All stays as it is, and whoever asked hears why.
    fn elevation_failed(&mut self, why: ElevationRefusal) {
        self.tell_asker(ElevationUpdate::Refused(why));
        let untold = self.tools.elevation.untold.take();
        self.forget_elevation();
        self.tools.elevation.untold = untold;
    }

    /// The client is of another kind from now on, in the same session (C2C-09, ELV-02).
    fn become_kind(&mut self, device: &mut dyn Device, kind: ClientKind) {
        self.view.set(|view| &mut view.client, kind);
        self.say(&CustomerToAppliance::Became(kind));
        self.event(CustomerClientEvent::Became(kind));
        self.list_special_actions_anew(device);
        let asked_by = self.tools.elevation.asked_by;
        self.tell_asker(ElevationUpdate::Done(kind));
        let untold = self.tools.elevation.untold.take();
        self.forget_elevation();
        self.tools.elevation.untold = untold;
        if let (Some(member), ClientKind::Elevated) = (asked_by, kind) {
            self.tell_users(device, member);
        }
    }

    fn tell_elevated(&mut self, device: &dyn Device, member: MemberId) {
        let update = ElevationUpdate::Done(self.view.client);
        self.tell(member, ToolUpdate::Elevation(update));
        self.tell_users(device, member);
    }

    /// ELV-03: whom one can switch to.
    fn tell_users(&mut self, device: &dyn Device, member: MemberId) {
        let accounts = device.accounts().into_iter().map(|account| account.name).collect();
        let update = ElevationUpdate::Users { accounts, active: device.active_user() };
        self.tell(member, ToolUpdate::Elevation(update));
    }

    /// Tells who has asked; once the connection is back, if it is broken.
    fn tell_asker(&mut self, update: ElevationUpdate) {
        let Some(member) = self.tools.elevation.asked_by else { return };
        if matches!(self.view.stage, Stage::Reconnecting { .. }) {
            self.tools.elevation.untold = Some((member, update));
        } else {
            self.tell(member, ToolUpdate::Elevation(update));
        }
    }

    /// Whether an administrator's credentials would help (ELV-05).
    fn can_gain_rights(&self, device: &dyn Device) -> Result<(), ElevationRefusal> {
        let platform = device.facts().platform;
        match self.view.client {
            ClientKind::WebChat => Err(ElevationRefusal::FullClientFirst),
            ClientKind::Elevated => Err(ElevationRefusal::Already),
            ClientKind::UserMode | ClientKind::Support | ClientKind::SupportPlus => match platform {
                Platform::Windows | Platform::Mac => Ok(()),
                Platform::Linux | Platform::Android | Platform::Ios => Err(ElevationRefusal::NotPossible),
            },
        }
    }

    fn name_of(&self, member: MemberId) -> String {
        let said = self.view.log.iter().rev().find(|entry| entry.by == member);
        said.map_or_else(|| "the representative".to_owned(), |entry| entry.by_name.clone())
    }
}

/// ELV-07, ELV-08: with an administrator's credentials the client becomes a service; whose desktop is shown stays as it
/// is (ELV-04).
fn gain_rights(device: &mut dyn Device, user: &str, password: &str) -> Result<(), ElevationRefusal> {
    match device.check_credentials(user, password) {
        CredentialCheck::Administrator => {
            device.run_as_service(Rights::Administrator, App::CustomerClient).map_err(refusal_of)
        }
        CredentialCheck::Ordinary => Err(ElevationRefusal::NotAdministrator),
        CredentialCheck::Wrong => Err(ElevationRefusal::WrongCredentials),
    }
}

fn refusal_of(why: SystemRefused) -> ElevationRefusal {
    match why {
        SystemRefused::NeedsAdministrator | SystemRefused::NobodyLoggedOn | SystemRefused::NoSuchUser => {
            ElevationRefusal::NotAllowed
        }
        SystemRefused::NotPossible | SystemRefused::TooManyShells => ElevationRefusal::NotPossible,
    }
}
