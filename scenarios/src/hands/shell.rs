//! Hands for command shells and system information.

use rep_console::Swipe;

use crate::act::{ShellAct, SystemAct};
use crate::estate::Estate;
use crate::eyes::Seen;

impl Estate {
    pub(super) fn do_shell_act(&mut self, act: ShellAct) -> Seen {
        match act {
            ShellAct::Opens { rep, customer } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.open_shell(now, device, session)
                })
            }
            ShellAct::Types { rep, customer, line } => {
                self.type_in_shell(&rep, &customer, &format!("{line}\n"))
            }
            ShellAct::TypesOnly { rep, customer, text } => self.type_in_shell(&rep, &customer, &text),
            ShellAct::Presses { rep, customer, key } => {
                let key = key.parse()?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.press_shell_key(now, device, session, key)
                })
            }
            ShellAct::SwipesKeys { rep, customer, left } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.swipe_shell_keys(now, device, session, swipe(left))
                })
            }
            ShellAct::Swipes { rep, customer, left } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.swipe_shell(now, device, session, swipe(left))
                })
            }
            ShellAct::Shows { rep, customer, shell } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.show_shell(now, device, session, &shell)
                })
            }
            ShellAct::OpensMenu { rep, customer } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.open_shell_menu(now, device, session)
                })
            }
            ShellAct::PicksFromMenu { rep, customer, entry } => {
                let entry = entry.parse().map_err(|_| format!("the shell menu never has {entry:?}"))?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.pick_from_shell_menu(now, device, session, entry)
                })
            }
            ShellAct::Closes { rep, customer } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.close_shell(now, device, session)
                })
            }
        }
    }

    pub(super) fn do_system_act(&mut self, act: SystemAct) -> Seen {
        match act {
            SystemAct::Picks { rep, customer, category } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.pick_category(now, device, session, &category)
                })
            }
            SystemAct::Refreshes { rep, customer } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.refresh_system_information(now, device, session)
                })
            }
        }
    }

    fn type_in_shell(&mut self, rep: &str, customer: &str, text: &str) -> Seen {
        self.on_page(rep, customer, |console, now, device, session| {
            console.type_in_shell(now, device, session, text)
        })
    }
}

fn swipe(left: bool) -> Swipe {
    if left { Swipe::Left } else { Swipe::Right }
}
