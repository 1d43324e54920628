//! How acts are carried out: people look for what they act upon, wait until it is there, and use the program's
//! own verbs.

mod console;
mod elevation;
mod files;
mod newcomers;
mod pin;
mod screen;
mod servers;
mod sharing;
mod shell;
mod tools;

use std::fmt;
use std::time::Duration;

use customer_client::{CustomerClient, Stage};
use device::Device;
use fabric::{AccessLink, Outbound};
use jump_client::JumpClient;
use rep_console::RepConsole;
use wire::session::{AfterSession, Audience, WebPage};
use wire::{QueueEntryId, SessionId, SimTime};
use world::{CLOCK_PPM_MAX, MachineId, Program, ProgramId, World, link_named};

use crate::act::{Act, AfterSessionAction, ChatAudience, Preference, Whose};
use crate::estate::{Estate, PATIENCE};
use crate::eyes::{Eyes, Seen};

pub(crate) use elevation::at_step;

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
            Act::RepInvitesTeam { rep, team, customer } => self.invite_team(&rep, &team, &customer),
            Act::RepAsksForHelp { rep, issue, customer } => self.ask_for_help(&rep, &issue, &customer),
            Act::RepInvitesExternal { rep, name, email, customer } => {
                self.invite_external(&rep, &name, email, &customer)
            }
            Act::RepCancelsInvitation { rep, to, customer } => self.cancel_invitation(&rep, &to, &customer),
            Act::ExternalJoins { external, console, key } => {
                let part = self.open_console(&external, console)?;
                self.use_console(part.program, |console, now, device| {
                    console.join_external(now, device, &key)
                })
            }
            Act::RepRemoves { rep, member, customer, confirms } => {
                self.ask_to_remove(&rep, &member, &customer)?;
                self.rep(&rep, |console, now, device| console.confirm_removal(now, device, confirms))
            }
            Act::RepAsksToRemove { rep, member, customer } => self.ask_to_remove(&rep, &member, &customer),
            Act::RepConfirmsRemoval { rep, confirms } => {
                self.rep(&rep, |console, now, device| console.confirm_removal(now, device, confirms))
            }
            Act::RepLeaves { rep, customer } => self.on_page(&rep, &customer, RepConsole::leave),
            Act::RepTransfers { rep, customer, to } => self.transfer(&rep, &customer, &to),
            Act::RepAnswersAssignment { rep, customer, accepts } => {
                let entry = self.see(|eyes| eyes.assignment(&rep, &customer).map(|shown| shown.entry))?;
                self.rep(&rep, |console, now, device| console.answer_assignment(now, device, entry, accepts))
            }
            Act::RepSetsAutoAssignment { rep, on } => {
                self.rep(&rep, |console, now, device| console.set_auto_assignment(now, device, on))
            }
            Act::RepSetsExtendedAvailability { rep, on } => {
                self.rep(&rep, |console, now, device| console.set_extended_availability(now, device, on))
            }
            Act::RepSetsSounds { rep, on } => self.rep(&rep, |console, now, device| -> Result<(), Never> {
                console.set_sounds(now, device, on);
                Ok(())
            }),
            Act::RepSetsPreference { rep, preference, on } => {
                let verb = match preference {
                    Preference::KeepScreenAwake => RepConsole::set_keep_screen_awake,
                    Preference::ScalePointerMovement => RepConsole::set_scale_pointer,
                    Preference::SwapScrollAndPan => RepConsole::set_swap_scroll_and_pan,
                };
                self.rep(&rep, |console, now, device| verb(console, now, device, on))
            }
            Act::RepOpensOptions { rep, customer } => self.on_page(&rep, &customer, RepConsole::open_options),
            Act::RepPicksOption { rep, customer, option } => self.pick_option(&rep, &customer, &option),
            Act::RepTapsBack { rep } => self.rep(&rep, |console, now, device| -> Result<(), Never> {
                console.back(now, device);
                Ok(())
            }),
            Act::RepLocksComputer { rep, locked } => {
                let machine = self.cast.console(&rep)?.machine;
                self.world.device_mut(machine).set_locked(locked);
                self.rep(&rep, |console, now, device| -> Result<(), Never> {
                    console.computer_locked(now, device, locked);
                    Ok(())
                })
            }
            Act::RepTeamChats { rep, to, text } => {
                let to = self.team_chat_target(&rep, &to)?;
                self.rep(&rep, |console, now, device| console.team_chat(now, device, to, &text))
            }
            Act::RepOpensTeamChat { rep, with } => {
                let with = self.team_chat_target(&rep, &with)?;
                self.rep(&rep, |console, now, device| console.open_team_chat(now, device, with))
            }
            Act::RepAddsNote { rep, customer, text } => {
                let session = self.eyes().known_session(&rep, &customer)?;
                self.rep(&rep, |console, now, device| console.add_note(now, device, session, &text))
            }
            Act::RepChoosesAfterSession { rep, customer, action } => {
                let action = match action {
                    AfterSessionAction::Nothing => AfterSession::Nothing,
                    AfterSessionAction::LogOut => AfterSession::LogOut,
                    AfterSessionAction::Lock => AfterSession::Lock,
                };
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.set_after_session(now, device, session, action)
                })
            }
            Act::RepOpensReport { rep, customer } => {
                let session = self.eyes().known_session(&rep, &customer)?;
                self.rep(&rep, |console, now, device| console.open_report(now, device, session))
            }
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
            Act::CustomerClicksSupportButton { customer, button } => self
                .customer(&customer, |client, now, device| client.click_support_button(now, device, &button)),
            Act::CustomerFollowsHelpLink { customer, link, url, title, text } => {
                self.customer(&customer, |client, now, device| {
                    client.follow_help_link(now, device, &link, WebPage { url, title, text })
                })
            }
            Act::CustomerShowsPage { customer, url, title, text } => self
                .customer(&customer, |client, now, device| {
                    client.show_page(now, device, WebPage { url, title, text })
                }),
            Act::CustomerLeaves { customer } => self.customer(&customer, CustomerClient::leave),
            Act::PicturesArePaced { customer, pacing } => self.customer(&customer, |client, _, _| {
                client.set_pacing(pacing);
                Ok::<_, Never>(())
            }),
            Act::Tool(act) => self.do_tool_act(act),
            Act::Screen(act) => self.do_screen_act(act),
            Act::Machine(act) => self.do_machine_act(act),
            Act::Shell(act) => self.do_shell_act(act),
            Act::System(act) => self.do_system_act(act),
            Act::Files(act) => self.do_files_act(act),
            Act::Elevation(act) => self.do_elevation_act(act),
            Act::Pin(act) => self.do_pin_act(act),
            Act::Start(act) => self.do_start_act(act),
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
                self.world.set_user_present(machine, present);
                if self.eyes().jump_client(&computer).is_err() {
                    // One that runs for its user only has gone with them.
                    return Ok(());
                }
                self.jump_client(&computer, |client, now, device| -> Result<(), Never> {
                    client.user_presence_changed(now, device);
                    Ok(())
                })
            }
            Act::PowerFails { machine } => self.on_machine(&machine, World::power_off),
            Act::PowerReturns { machine } => self.on_machine(&machine, World::power_on),
            Act::ConsoleIsKilled { rep } => {
                self.world.kill(self.cast.console(&rep)?.program);
                Ok(())
            }
            Act::NetworkGoesDown { machine } => self.on_machine(&machine, World::unplug),
            Act::NetworkComesBack { machine } => self.on_machine(&machine, World::plug_in),
            Act::WayIsCut { machine } => self.on_the_way(&machine, World::partition),
            Act::WayIsHeld { machine } => self.on_the_way(&machine, World::hold),
            Act::WayIsOpen { machine } => self.on_the_way(&machine, World::heal),
            Act::LinkBecomes { machine, link } => {
                let machine = self.machine(&machine)?;
                let link = link_named(&link).map_err(|error| error.to_string())?;
                self.world.set_link(machine, link);
                Ok(())
            }
            Act::NameServerIs { state } => {
                self.set_name_server(state);
                Ok(())
            }
            Act::MailHostIs { state } => self.set_mail_host(state),
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
            Act::MachineSleeps { machine } => self.on_machine(&machine, World::sleep),
            Act::MachineWakes { machine } => self.on_machine(&machine, World::wake),
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

    /// The name that others see of a representative, from the site.
    ///
    /// # Errors
    /// The site has no such account.
    pub(crate) fn display_name(&self, rep: &str) -> Seen<String> {
        let site = &self.site()?.site;
        let id = site.rep_named(rep).ok_or_else(|| format!("the site has no representative {rep:?}"))?;
        Ok(site.rep(id).display_name.clone())
    }

    /// Something befalls a machine.
    fn on_machine(&mut self, whose: &Whose, what: impl FnOnce(&mut World, MachineId)) -> Seen {
        let machine = self.machine(whose)?;
        what(&mut self.world, machine);
        Ok(())
    }

    /// Something befalls the way between a machine and the appliance.
    fn on_the_way(&mut self, whose: &Whose, what: impl FnOnce(&mut World, MachineId, MachineId)) -> Seen {
        let appliance = self.cast.appliance()?.machine;
        self.on_machine(whose, |world, machine| what(world, machine, appliance))
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
            Program::Appliance(_)
            | Program::CustomerClient(_)
            | Program::JumpClient(_)
            | Program::MailHost(_) => Err("this is no console".to_owned()),
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
            Program::Appliance(_)
            | Program::RepConsole(_)
            | Program::JumpClient(_)
            | Program::MailHost(_) => Err("this is no customer's client".to_owned()),
        });
        done.unwrap_or_else(|| Err(format!("{name}'s client does not run")))
    }

    fn jump_client<T, E: fmt::Display>(
        &mut self,
        computer: &str,
        verb: impl FnOnce(&mut JumpClient, SimTime, &mut dyn Device) -> Result<T, E>,
    ) -> Seen {
        let program = self.eyes().jump_program(computer)?;
        let done = self.world.hands(program, |program, now, device| match program {
            Program::JumpClient(client) => {
                verb(client, now, device).map(drop).map_err(|error| error.to_string())
            }
            Program::Appliance(_)
            | Program::RepConsole(_)
            | Program::CustomerClient(_)
            | Program::MailHost(_) => Err("this is no Jump Client".to_owned()),
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
