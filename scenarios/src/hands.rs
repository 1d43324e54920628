//! How acts are carried out: people look for what they act upon, wait until it is there, and use the program's
//! own verbs.

use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;

use customer_client::{CustomerClient, Stage};
use device::Device;
use fabric::{AccessLink, Outbound};
use fake_devices::DeviceKind;
use jump_client::{JumpClient, JumpClientConfig};
use rep_console::{Flavour, KeyOptions, RepConsole, RepConsoleConfig};
use wire::session::Audience;
use wire::{QueueEntryId, SessionId, SimTime};
use world::names::NameServerMode;
use world::{CLOCK_PPM_MAX, MachineId, MachineSpec, Program, ProgramId, ProgramSpec, link_named};

use crate::act::{Act, ChatAudience, ConsoleKind, NameServerState, Whose};
use crate::cast::Part;
use crate::estate::{Estate, PATIENCE};
use crate::eyes::{Eyes, Seen};

/// Where the appliance stands after it has moved.
const APPLIANCE_NEXT_ADDRESS: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 20);

impl Estate {
    /// Carries an act out.
    ///
    /// # Errors
    /// What stands in its way, as the person sees it.
    pub(crate) fn do_act(&mut self, act: Act) -> Seen {
        match act {
            Act::RepSignsIn { rep, console, user_name, password, remember } => {
                let part = self.open_console(&rep, console)?;
                self.use_console(part.program, |console, now, device| {
                    console.sign_in(now, device, &user_name, &password, remember)
                })
            }
            Act::RepSignsInAgain { rep, user_name, password } => self
                .rep(&rep, |console, now, device| console.sign_in(now, device, &user_name, &password, false)),
            Act::RepSignsInRemembered { rep } => self.rep(&rep, RepConsole::sign_in_remembered),
            Act::RepSignsOut { rep } => self.rep(&rep, RepConsole::sign_out),
            Act::RepStartsConsoleAnew { rep } => {
                let part = self.cast.console(&rep)?;
                self.world.kill(part.program);
                self.world.restart(part.program);
                Ok(())
            }
            Act::RepGeneratesKey { rep, portal, valid_s } => {
                self.generate_key(&rep, portal.as_deref(), valid_s)
            }
            Act::RepCopiesKeyUrl { rep } => self.rep(&rep, RepConsole::copy_key_url),
            Act::RepAccepts { rep, customer } => self.on_row(&rep, &customer, RepConsole::accept),
            Act::RepDoubleClicks { rep, customer } => {
                self.on_row(&rep, &customer, RepConsole::double_click_entry)
            }
            Act::RepDeclines { rep, customer } => self.on_row(&rep, &customer, RepConsole::decline),
            Act::RepUsesGetNext { rep } => self.rep(&rep, RepConsole::get_next),
            Act::RepClicksLine { rep, customer } => self.on_row(&rep, &customer, RepConsole::click_entry),
            Act::RepTapsStar { rep, queue } => {
                let id = self.see(|eyes| eyes.queue(&rep, &queue).map(|queue| queue.id))?;
                self.rep(&rep, |console, now, device| console.tap_star(now, device, id))
            }
            Act::RepSortsQueues { rep, by } => {
                let by = by.parse().map_err(|_| format!("queues can't be sorted by {by:?}"))?;
                self.rep(&rep, |console, now, device| console.sort_queues(now, device, by))
            }
            Act::RepMovesColumnFirst { rep, column } => {
                let first = column.parse().map_err(|_| format!("queues have no column {column:?}"))?;
                let mut columns = self.eyes().console(&rep)?.columns.clone();
                columns.retain(|shown| *shown != first);
                columns.insert(0, first);
                self.rep(&rep, |console, now, device| console.arrange_columns(now, device, &columns))
            }
            Act::RepHolds { rep, customer } => self.on_page(&rep, &customer, RepConsole::hold),
            Act::RepEnds { rep, customer } => self.on_page(&rep, &customer, RepConsole::end),
            Act::RepInvites { rep, colleague, customer } => self.invite(&rep, &colleague, &customer),
            Act::RepWrites { rep, customer, audience, text } => {
                let audience = match audience {
                    ChatAudience::Everyone => Audience::Everyone,
                    ChatAudience::RepresentativesOnly => Audience::RepresentativesOnly,
                };
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.send_chat(now, device, session, audience, &text)
                })
            }
            Act::RepMinimisesChat { rep, minimised } => {
                let front = self.eyes().console(&rep)?.front.ok_or("no session is in front")?;
                self.rep(&rep, |console, now, device| console.minimise_chat(now, device, front, minimised))
            }
            Act::RepShowsSession { rep, customer } => self.on_page(&rep, &customer, RepConsole::show_session),
            Act::RepMovesTab { rep, customer, place } => {
                let place = place.checked_sub(1).ok_or("places are counted from 1")?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.move_tab(now, device, session, place)
                })
            }
            Act::RepDetachesTab { rep, customer } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.detach_tab(now, device, session, true)
                })
            }
            Act::RepListsJumpItems { rep } => self.rep(&rep, RepConsole::refresh_jump_items),
            Act::RepJumps { rep, computer } => self.jump(&rep, &computer),
            Act::CustomerOpensPortal { customer, portal } => self
                .customer(&customer, |client, now, device| {
                    client.open_portal(now, device, portal.as_deref())
                }),
            Act::CustomerTypesKey { customer, key } => {
                self.see_portal(&customer)?;
                self.customer(&customer, |client, now, device| client.type_session_key(now, device, &key))
            }
            Act::CustomerOpensUrl { customer, url } => {
                self.customer(&customer, |client, now, device| client.open_url(now, device, &url))
            }
            Act::CustomerPicksIssue { customer, issue } => {
                self.see_portal(&customer)?;
                self.customer(&customer, |client, now, device| client.choose_issue(now, device, &issue))
            }
            Act::CustomerPicksRep { customer, display_name } => {
                self.see_portal(&customer)?;
                self.customer(&customer, |client, now, device| {
                    client.choose_representative(now, device, &display_name)
                })
            }
            Act::CustomerInstallsApp { customer } => self.customer(&customer, CustomerClient::install_app),
            Act::CustomerAnswersAgreement { customer, accepts } => {
                self.see(|eyes| at_stage(eyes, &customer, |stage| matches!(stage, Stage::Agreement(_))))?;
                self.customer(&customer, |client, now, device| client.answer_agreement(now, device, accepts))
            }
            Act::CustomerAnswersRecording { customer, allows } => {
                self.see(|eyes| at_stage(eyes, &customer, |stage| matches!(stage, Stage::RecordingPrompt)))?;
                self.customer(&customer, |client, now, device| client.answer_recording(now, device, allows))
            }
            Act::CustomerWrites { customer, text } => {
                self.customer(&customer, |client, now, device| client.send_chat(now, device, &text))
            }
            Act::CustomerLeaves { customer } => self.customer(&customer, CustomerClient::leave),
            Act::UserAnswersJump { computer, accepts } => {
                self.see(|eyes| match eyes.jump_client(&computer)?.prompts.is_empty() {
                    true => Err(format!("nobody at {computer} is asked anything")),
                    false => Ok(()),
                })?;
                let verb = if accepts { JumpClient::accept_jump } else { JumpClient::deny_jump };
                self.jump_client(&computer, verb)
            }
            Act::UserPresence { computer, present } => {
                let machine = self.cast.jump_machine(&computer)?.machine;
                self.world.device_mut(machine).set_user_present(present);
                self.jump_client(&computer, |client, now, device| -> Result<(), Never> {
                    client.user_presence_changed(now, device);
                    Ok(())
                })
            }
            Act::PowerFails { machine } => {
                let machine = self.machine(&machine)?;
                self.world.power_off(machine);
                Ok(())
            }
            Act::PowerReturns { machine } => {
                let machine = self.machine(&machine)?;
                self.world.power_on(machine);
                Ok(())
            }
            Act::ConsoleIsKilled { rep } => {
                self.world.kill(self.cast.console(&rep)?.program);
                Ok(())
            }
            Act::NetworkGoesDown { machine } => {
                let machine = self.machine(&machine)?;
                self.world.unplug(machine);
                Ok(())
            }
            Act::NetworkComesBack { machine } => {
                let machine = self.machine(&machine)?;
                self.world.plug_in(machine);
                Ok(())
            }
            Act::WayIsCut { machine } => {
                let (machine, appliance) = (self.machine(&machine)?, self.cast.appliance()?.machine);
                self.world.partition(machine, appliance);
                Ok(())
            }
            Act::WayIsHeld { machine } => {
                let (machine, appliance) = (self.machine(&machine)?, self.cast.appliance()?.machine);
                self.world.hold(machine, appliance);
                Ok(())
            }
            Act::WayIsOpen { machine } => {
                let (machine, appliance) = (self.machine(&machine)?, self.cast.appliance()?.machine);
                self.world.heal(machine, appliance);
                Ok(())
            }
            Act::LinkBecomes { machine, link } => {
                let machine = self.machine(&machine)?;
                let link = link_named(&link).map_err(|error| error.to_string())?;
                self.world.set_link(machine, link);
                Ok(())
            }
            Act::NameServerIs { state } => {
                self.world.name_server(match state {
                    NameServerState::Healthy => NameServerMode::Healthy,
                    NameServerState::Silent => NameServerMode::Silent,
                    NameServerState::Failing => NameServerMode::Failing,
                    NameServerState::Slow { millis } => NameServerMode::Slow(Duration::from_millis(millis)),
                });
                Ok(())
            }
            Act::NameIsGone => {
                let host = self.site()?.site.host.clone();
                self.world.forget_name(&host);
                Ok(())
            }
            Act::NameIsBack => {
                let host = self.site()?.site.host.clone();
                self.world.recall_name(&host);
                Ok(())
            }
            Act::ApplianceMoves => self.move_appliance(),
            Act::PersonIsAt { person, place } => {
                self.places.whereabouts.insert(person, place);
                Ok(())
            }
            Act::PersonMovesTo { person, place } => self.move_to(&person, place),
            Act::DeviceHasMobileData { person } => self.give_mobile_data(&person),
            Act::InterfaceGoesDown { person, interface } => {
                let interface = self.interface(&person, interface)?;
                self.world.interface_down(interface);
                Ok(())
            }
            Act::InterfaceComesBack { person, interface } => self.interface_back(&person, interface),
            Act::RouterRestarts { person } => {
                let zone = self.zone_with_router(&person)?;
                self.world.restart_gateway(zone);
                Ok(())
            }
            Act::RouterIsRenumbered { person } => {
                let zone = self.zone_with_router(&person)?;
                let address = self.places.another_address();
                self.world.renumber_gateway(zone, address);
                Ok(())
            }
            Act::LinkChanges { machine, change } => {
                let machine = self.machine(&machine)?;
                let before = self.world.link(machine);
                let link = AccessLink { up: change.apply(before.up)?, down: change.apply(before.down)? };
                self.world.set_link(machine, link);
                Ok(())
            }
            Act::FirewallLetsOut { person, port } => {
                let zone = self.zone_with_router(&person)?;
                self.world.change_firewall(zone, |rules| rules.outbound = Outbound::Ports([port].into()));
                Ok(())
            }
            Act::FirewallForgets { person, after_s } => {
                let zone = self.zone_with_router(&person)?;
                self.world.change_firewall(zone, |rules| {
                    (rules.tcp_established_idle, rules.loose) = (Duration::from_secs(after_s), false);
                });
                Ok(())
            }
            Act::MachineSleeps { machine } => {
                let machine = self.machine(&machine)?;
                self.world.sleep(machine);
                Ok(())
            }
            Act::MachineWakes { machine } => {
                let machine = self.machine(&machine)?;
                self.world.wake(machine);
                Ok(())
            }
            Act::WallClockIsSet { machine, ahead_millis } => {
                let machine = self.machine(&machine)?;
                self.world.device_mut(machine).set_wall_clock_ahead(ahead_millis);
                Ok(())
            }
            Act::ClockRuns { ppm, .. } if ppm.abs() > CLOCK_PPM_MAX => {
                let max = f64::from(CLOCK_PPM_MAX) / 1e4;
                Err(format!("expected a clock that is at most {max} % off, got {} %", f64::from(ppm) / 1e4))
            }
            Act::ClockRuns { machine, ppm } => {
                let machine = self.machine(&machine)?;
                self.world.run_clock_at(machine, ppm);
                Ok(())
            }
            Act::RepClosesConsole { rep } => {
                self.world.quit(self.cast.console(&rep)?.program);
                Ok(())
            }
            Act::TimePasses { millis } => {
                self.world.run_for(Duration::from_millis(millis));
                Ok(())
            }
        }
    }

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
        if self.cast.customers.contains_key(name) {
            return Err(format!("there is a customer {name} already"));
        }
        let host = self.site()?.site.host.clone();
        let machine = self.add_machine(&format!("{name}'s device"), name, kind, computer, link)?;
        if app {
            self.world.device_mut(machine).install_app(device::App::CustomerClient);
        }
        let config = customer_client::CustomerClientConfig::browser(host, name);
        let program =
            self.world.start(machine, &format!("{name}'s client"), ProgramSpec::CustomerClient(config));
        self.cast.customers.insert(name.to_owned(), Part { machine, program });
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
        self.world.device_mut(machine).install_app(device::App::JumpClient);
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
        self.world.device_mut(machine).install_app(device::App::RepConsole);
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

    fn generate_key(&mut self, rep: &str, portal: Option<&str>, valid_s: Option<u32>) -> Seen {
        let portal = match portal {
            None => None,
            Some(name) => {
                let portals = &self.site()?.site.portals;
                let place = portals.iter().position(|portal| portal.name == name);
                Some(wire::PortalId(place.ok_or_else(|| format!("the site has no portal {name:?}"))? as u32))
            }
        };
        let before = self.eyes().console(rep)?.key.clone();
        let notices = self.eyes().console(rep)?.notices.len();
        let options = KeyOptions { portal, valid_s };
        self.rep(rep, |console, now, device| console.generate_key(now, device, options))?;
        let shown = self.see(|eyes| {
            let view = eyes.console(rep)?;
            let told = view.notices.len() > notices;
            if view.key != before || told { Ok(view.key.clone()) } else { Err("nothing yet".to_owned()) }
        })?;
        if let Some(key) = shown.filter(|key| Some(key) != before.as_ref()) {
            let key = crate::estate::ShownKey { key: key.key, url: key.url };
            self.keys.entry(rep.to_owned()).or_default().push(key);
        }
        Ok(())
    }

    fn invite(&mut self, rep: &str, colleague: &str, customer: &str) -> Seen {
        let wanted = self.display_name(colleague)?;
        let id = self.see(|eyes| {
            let colleagues = &eyes.console(rep)?.colleagues;
            colleagues
                .iter()
                .find(|colleague| colleague.name == wanted)
                .map(|colleague| colleague.id)
                .ok_or_else(|| {
                    let names: Vec<&str> =
                        colleagues.iter().map(|colleague| colleague.name.as_str()).collect();
                    format!("{rep}'s console lists the colleagues [{}]", names.join(", "))
                })
        })?;
        self.on_page(rep, customer, |console, now, device, session| console.invite(now, device, session, id))
    }

    fn jump(&mut self, rep: &str, computer: &str) -> Seen {
        self.rep(rep, RepConsole::refresh_jump_items)?;
        let id = self.see(|eyes| {
            let items = &eyes.console(rep)?.jump_items;
            items.iter().find(|item| item.computer == computer).map(|item| item.id).ok_or_else(|| {
                let names: Vec<&str> = items.iter().map(|item| item.computer.as_str()).collect();
                format!("{rep}'s console lists the Jump Items [{}]", names.join(", "))
            })
        })?;
        self.rep(rep, |console, now, device| console.jump(now, device, id))
    }

    /// The name that others see of a representative, from the site.
    ///
    /// # Errors
    /// The site has no such account.
    pub(crate) fn display_name(&self, rep: &str) -> Seen<String> {
        let site = &self.site()?.site;
        let id = site.rep_named(rep).ok_or_else(|| format!("the site has no representative {rep:?}"))?;
        Ok(site.rep(id).display_name.clone())
    }

    /// The appliance's address becomes the next one, and its name follows.
    fn move_appliance(&mut self) -> Seen {
        let machine = self.cast.appliance()?.machine;
        let kind = self.world.goes_out_by(machine).ok_or("the appliance has no network")?;
        let interface = self.world.interface(machine, kind).ok_or("the appliance has no network")?;
        self.world.interface_down(interface);
        self.world.interface_up(interface, Some(APPLIANCE_NEXT_ADDRESS));
        let host = self.site()?.site.host.clone();
        self.world.name_machine(&host, machine);
        Ok(())
    }

    fn machine(&self, whose: &Whose) -> Seen<MachineId> {
        match whose {
            Whose::Appliance => Ok(self.cast.appliance()?.machine),
            Whose::Person(name) => Ok(self.cast.person(name)?.machine),
            Whose::Computer(name) => Ok(self.cast.jump_machine(name)?.machine),
        }
    }

    /// Waits as long as a person would for something to appear.
    fn see<T>(&mut self, look: impl FnMut(Eyes<'_>) -> Seen<T>) -> Seen<T> {
        self.eventually(PATIENCE, "", look).map_err(|unmet| unmet.seen)
    }

    fn see_portal(&mut self, customer: &str) -> Seen {
        self.see(|eyes| at_stage(eyes, customer, |stage| matches!(stage, Stage::Portal(_))))
    }

    /// A representative uses a verb of the console.
    fn rep<T, E: fmt::Display>(
        &mut self,
        rep: &str,
        verb: impl FnOnce(&mut RepConsole, SimTime, &mut dyn Device) -> Result<T, E>,
    ) -> Seen {
        let part = self.cast.console(rep)?;
        self.use_console(part.program, verb)
    }

    fn use_console<T, E: fmt::Display>(
        &mut self,
        program: ProgramId,
        verb: impl FnOnce(&mut RepConsole, SimTime, &mut dyn Device) -> Result<T, E>,
    ) -> Seen {
        let done = self.world.hands(program, |program, now, device| match program {
            Program::RepConsole(console) => {
                verb(console, now, device).map(drop).map_err(|error| error.to_string())
            }
            Program::Appliance(_) | Program::CustomerClient(_) | Program::JumpClient(_) => {
                Err("this is no console".to_owned())
            }
        });
        done.unwrap_or_else(|| Err("the console does not run".to_owned()))
    }

    /// A representative does something with a customer's line, once it is on the screen.
    fn on_row<T, E: fmt::Display>(
        &mut self,
        rep: &str,
        customer: &str,
        verb: impl FnOnce(&mut RepConsole, SimTime, &mut dyn Device, QueueEntryId) -> Result<T, E>,
    ) -> Seen {
        let entry = self.see(|eyes| eyes.waiting_row(rep, customer).map(|row| row.id))?;
        self.rep(rep, |console, now, device| verb(console, now, device, entry))
    }

    /// A representative does something with a session's page, once it is open.
    fn on_page<T, E: fmt::Display>(
        &mut self,
        rep: &str,
        customer: &str,
        verb: impl FnOnce(&mut RepConsole, SimTime, &mut dyn Device, SessionId) -> Result<T, E>,
    ) -> Seen {
        let session = self.see(|eyes| eyes.page(rep, customer).map(|page| page.session))?;
        self.rep(rep, |console, now, device| verb(console, now, device, session))
    }

    fn customer<T, E: fmt::Display>(
        &mut self,
        name: &str,
        verb: impl FnOnce(&mut CustomerClient, SimTime, &mut dyn Device) -> Result<T, E>,
    ) -> Seen {
        let part = self.cast.customer(name)?;
        let done = self.world.hands(part.program, |program, now, device| match program {
            Program::CustomerClient(client) => {
                verb(client, now, device).map(drop).map_err(|error| error.to_string())
            }
            Program::Appliance(_) | Program::RepConsole(_) | Program::JumpClient(_) => {
                Err("this is no customer's client".to_owned())
            }
        });
        done.unwrap_or_else(|| Err(format!("{name}'s client does not run")))
    }

    fn jump_client<T, E: fmt::Display>(
        &mut self,
        computer: &str,
        verb: impl FnOnce(&mut JumpClient, SimTime, &mut dyn Device) -> Result<T, E>,
    ) -> Seen {
        let program = self.cast.jump_machine(computer)?.program;
        let done = self.world.hands(program, |program, now, device| match program {
            Program::JumpClient(client) => {
                verb(client, now, device).map(drop).map_err(|error| error.to_string())
            }
            Program::Appliance(_) | Program::RepConsole(_) | Program::CustomerClient(_) => {
                Err("this is no Jump Client".to_owned())
            }
        });
        done.unwrap_or_else(|| Err(format!("the Jump Client of {computer} does not run")))
    }
}

/// A verb that can't fail.
#[derive(derive_more::Display)]
enum Never {}

/// A customer is at a stage.
pub(crate) fn at_stage(eyes: Eyes<'_>, customer: &str, wanted: impl Fn(&Stage) -> bool) -> Seen {
    let view = eyes.customer(customer)?;
    if wanted(&view.stage) { Ok(()) } else { Err(format!("{customer}: {}", eyes.stage_words(customer))) }
}
