//! The app on a phone: which of two it is, the site that it looks for, and where it comes from (AND).

use device::{App, Device, PackagedApp};
use serde::Serialize;
use wire::SimTime;
use wire::session::Platform;
use wire::tool::ClientKind;

use crate::client::{CustomerClient, Goal};
use crate::verbs::CustomerError;
use crate::view::{ElevationStep, Stage};

/// Where an app keeps the support site that it was last used with.
const SITE_FILE: &str = "support/site";

/// The first Android on which Support has no file transfer (AND-04).
const FILES_NEED_SUPPORT_PLUS_FROM: u32 = 11;

/// One of two apps to go on with (AND-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AppChoice {
    /// Which app.
    pub app: App,
    /// Whether it transfers files on this phone (AND-04).
    pub transfers_files: bool,
}

/// The full client of a machine.
pub(crate) enum FullClient {
    /// This app is it.
    Is(App),
    /// The person must say which.
    Either,
    /// There is none yet.
    Missing,
}

/// Verbs.
impl CustomerClient {
    /// Opens the app on a phone. Where it knows no support site yet, it asks for one first (AND-01, AND-02).
    ///
    /// # Errors
    /// The app is not on this phone, or a session has begun.
    pub fn open_app(&mut self, now: SimTime, device: &mut dyn Device, app: App) -> Result<(), CustomerError> {
        if !clients_of(device).contains(&app) || !device.is_installed(app) {
            return Err(CustomerError::NotOffered { wanted: format!("the app {app}") });
        }
        self.must_be_free()?;
        match remembered_site(device) {
            Some(site) => self.open(now, Goal::App { app, site }),
            None => {
                self.begin();
                self.hang_up();
                self.show(Stage::ChooseSite { app });
                Ok(())
            }
        }
    }

    /// Types the support site into the app (AND-02).
    ///
    /// # Errors
    /// The app does not ask for it, or nothing was typed.
    pub fn choose_site(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        site: &str,
    ) -> Result<(), CustomerError> {
        let Stage::ChooseSite { app } = *self.stage() else { return Err(CustomerError::NothingAsked) };
        if site.is_empty() {
            return Err(CustomerError::EmptyLine);
        }
        self.open(now, Goal::App { app, site: site.to_owned() })
    }

    /// Says which of two apps to go on with (AND-06).
    ///
    /// # Errors
    /// There is no choice to make, or that app is none of those to choose from.
    pub fn choose_app(
        &mut self,
        _now: SimTime,
        device: &mut dyn Device,
        app: App,
    ) -> Result<(), CustomerError> {
        let choices = match (self.stage(), self.elevation_step()) {
            (Stage::ChooseApp(choices), _) | (_, Some(ElevationStep::ChooseApp(choices))) => choices,
            _ => return Err(CustomerError::NothingAsked),
        };
        if !choices.iter().any(|choice| choice.app == app) {
            return Err(CustomerError::NotOffered { wanted: format!("the app {app}") });
        }
        self.begin();
        self.journey.app = Some(app);
        self.go_on_with_client(device);
        Ok(())
    }

    /// Installs the app that is asked for, from the phone's store. The store has Support, and not Support+ (AND-05).
    ///
    /// # Errors
    /// Nothing asks for it.
    pub fn install_app(&mut self, _now: SimTime, device: &mut dyn Device) -> Result<(), CustomerError> {
        let wanted = matches!(self.stage(), Stage::AppNeeded)
            || matches!(self.elevation_step(), Some(ElevationStep::AppNeeded));
        if !wanted {
            return Err(CustomerError::NoAppNeeded);
        }
        self.begin();
        device.install(PackagedApp { app: App::CustomerClient, bytes: self.package_bytes() });
        self.go_on_with_client(device);
        Ok(())
    }
}

impl CustomerClient {
    /// The full client of this machine, as far as it is there.
    pub(crate) fn full_client(&self, device: &dyn Device) -> FullClient {
        let mut installed = clients_of(device).iter().copied().filter(|app| device.is_installed(*app));
        let chosen = self.journey.app.filter(|app| device.is_installed(*app));
        match (chosen, installed.next(), installed.next()) {
            (Some(app), _, _) | (None, Some(app), None) => FullClient::Is(app),
            (None, Some(_), Some(_)) => FullClient::Either,
            (None, None, _) => FullClient::Missing,
        }
    }

    fn go_on_with_client(&mut self, device: &mut dyn Device) {
        if self.elevation_step().is_some() {
            self.fetch_full_client(device);
        } else {
            self.advance(device);
        }
    }

    /// The app has found a support site, and knows it from now on.
    pub(crate) fn remember_site(&self, device: &mut dyn Device) {
        if let Goal::App { site, .. } = &self.journey.goal {
            device.write_file(SITE_FILE, site.as_bytes());
            device.sync();
        }
    }

    /// Whether the site that was typed into the app was not found: then it asks again.
    pub(crate) fn asks_for_site_again(&mut self, device: &dyn Device) -> bool {
        let Goal::App { app, site } = &self.journey.goal else { return false };
        if self.journey.page.is_some() || remembered_site(device).as_ref() == Some(site) {
            return false;
        }
        let app = *app;
        self.uplink.hang_up(&mut self.outbox);
        self.show(Stage::ChooseSite { app });
        true
    }
}

/// The apps to choose from, and what they are good for.
pub(crate) fn choices(device: &dyn Device) -> Vec<AppChoice> {
    let clients = clients_of(device).iter();
    clients.map(|app| AppChoice { app: *app, transfers_files: transfers_files(*app, device) }).collect()
}

/// What the customer's side is with this app.
pub(crate) fn kind_of(app: App, device: &dyn Device) -> ClientKind {
    match app {
        App::SupportPlus => ClientKind::SupportPlus,
        App::CustomerClient if !transfers_files(app, device) => ClientKind::Support,
        App::CustomerClient | App::RepConsole | App::JumpClient => ClientKind::UserMode,
    }
}

/// AND-04.
fn transfers_files(app: App, device: &dyn Device) -> bool {
    app == App::SupportPlus
        || device.facts().platform != Platform::Android
        || device.system_version() < FILES_NEED_SUPPORT_PLUS_FROM
}

/// Whether this machine gets its apps from a store and keeps them.
pub(crate) fn keeps_apps(device: &dyn Device) -> bool {
    matches!(device.facts().platform, Platform::Android | Platform::Ios)
}

/// The apps that can be the customer's side of a session on this machine (AND-05).
fn clients_of(device: &dyn Device) -> &'static [App] {
    match device.facts().platform {
        Platform::Android => &[App::CustomerClient, App::SupportPlus],
        Platform::Windows | Platform::Linux | Platform::Mac | Platform::Ios => &[App::CustomerClient],
    }
}

fn remembered_site(device: &dyn Device) -> Option<String> {
    String::from_utf8(device.read_file(SITE_FILE)?).ok()
}
