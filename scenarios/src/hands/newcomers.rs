//! Who comes into the estate, and with what: machines and the programs on them.

use customer_client::{Browser, CustomerClientConfig};
use device::{App, Rights, System as _, SystemRefused};
use fake_devices::DeviceKind;
use jump_client::JumpClientConfig;
use rep_console::{Flavour, RepConsoleConfig};
use world::{MachineId, MachineSpec, ProgramSpec, link_named};

use crate::act::ConsoleKind;
use crate::cast::Part;
use crate::estate::Estate;
use crate::eyes::Seen;

impl Estate {
    /// A customer at a machine of their own, with a browser.
    ///
    /// # Errors
    /// There is no site yet, the name is taken, or the link is not known.
    pub fn add_customer(
        &mut self,
        name: &str,
        kind: DeviceKind,
        computer: &str,
        link: &str,
        app: bool,
    ) -> Seen {
        let apps: &[App] = if app { &[App::CustomerClient] } else { &[] };
        self.add_customer_with(name, kind, computer, link, apps, Browser::default())
    }

    /// A customer at a machine with these apps, and with such a browser.
    ///
    /// # Errors
    /// There is no site yet, the name is taken, or the link is not known.
    pub(crate) fn add_customer_with(
        &mut self,
        name: &str,
        kind: DeviceKind,
        computer: &str,
        link: &str,
        apps: &[App],
        browser: Browser,
    ) -> Seen {
        if self.cast.customers.contains_key(name) {
            return Err(format!("there is a customer {name} already"));
        }
        let host = self.site()?.site.host.clone();
        let machine = self.add_machine(&format!("{name}'s device"), name, kind, computer, link)?;
        for app in apps {
            self.world.device_mut(machine).install_app(*app);
        }
        let config = CustomerClientConfig { browser, ..CustomerClientConfig::browser(host, name) };
        let program =
            self.world.start(machine, &format!("{name}'s client"), ProgramSpec::CustomerClient(config));
        let part = Part { machine, program };
        self.cast.customers.insert(name.to_owned(), part);
        self.cast.computers.entry(computer.to_owned()).or_insert(part);
        Ok(())
    }

    /// A machine with a Jump Client, installed with this token.
    ///
    /// # Errors
    /// There is no site yet, the name is taken, or the link is not known.
    pub fn add_jump_client(&mut self, computer: &str, kind: DeviceKind, installer: &str, link: &str) -> Seen {
        if self.cast.jump_machines.contains_key(computer) {
            return Err(format!("there is a machine {computer:?} already"));
        }
        let host = self.site()?.site.host.clone();
        let machine = self.add_machine(computer, computer, kind, computer, link)?;
        let device = self.world.device_mut(machine);
        device.install_app(App::JumpClient);
        // Who installs one from the list has the rights for it; a kind of machine that has no services has other ways.
        let _: Result<(), SystemRefused> = device.run_as_service(Rights::Administrator, App::JumpClient);
        let spec = ProgramSpec::JumpClient(JumpClientConfig::new(host, installer));
        let program = self.world.start(machine, &format!("Jump Client on {computer}"), spec);
        self.cast.jump_machines.insert(computer.to_owned(), Part { machine, program });
        Ok(())
    }

    /// Opens a console for a representative, on a device of its own.
    pub(crate) fn open_console(&mut self, rep: &str, kind: ConsoleKind) -> Seen<Part> {
        let host = self.site()?.site.host.clone();
        self.open_console_for(rep, kind, &host)
    }

    /// Opens a console that looks for its appliance under another name.
    pub(crate) fn open_console_for(&mut self, rep: &str, kind: ConsoleKind, host: &str) -> Seen<Part> {
        let (device, flavour) = match kind {
            ConsoleKind::Desktop => (DeviceKind::WindowsPc, Flavour::Desktop),
            ConsoleKind::Mac => (DeviceKind::Mac, Flavour::Desktop),
            ConsoleKind::Android => (DeviceKind::AndroidPhone, Flavour::Mobile),
        };
        let earlier = self.cast.reps.get(rep).map_or(0, Vec::len);
        let (device_name, console_name) = match earlier {
            0 => (format!("{rep}'s device"), format!("{rep}'s console")),
            earlier => {
                (format!("{rep}'s device {}", earlier + 1), format!("{rep}'s console {}", earlier + 1))
            }
        };
        let computer = format!("{}-{}", rep.to_uppercase(), earlier + 1);
        let machine = self.add_machine(&device_name, rep, device, &computer, "office LAN")?;
        self.world.device_mut(machine).install_app(App::RepConsole);
        let config = RepConsoleConfig::new(host, flavour);
        let program = self.world.start(machine, &console_name, ProgramSpec::RepConsole(config));
        let part = Part { machine, program };
        self.cast.reps.entry(rep.to_owned()).or_default().push(part);
        Ok(part)
    }

    /// A machine where its person is, or else right on the internet by this link.
    fn add_machine(
        &mut self,
        name: &str,
        whose: &str,
        kind: DeviceKind,
        computer: &str,
        link: &str,
    ) -> Seen<MachineId> {
        let spec = match self.places.whereabouts.get(whose) {
            Some(place) => {
                let spot = self.places.spot(&mut self.world, *place, whose)?;
                MachineSpec::new(name, kind, computer, spot.address, spot.link)
                    .in_zone(spot.zone)
                    .by(spot.interface)
            }
            None => {
                let link = link_named(link).map_err(|error| error.to_string())?;
                let address = self.cast.next_address();
                MachineSpec::new(name, kind, computer, address, link)
            }
        };
        Ok(self.world.add_machine(spec))
    }
}
