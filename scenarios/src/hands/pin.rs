//! Hands for pinning machines.

use rep_console::RepConsole;
use wire::pin::{PinMode, PinTo, SessionPin};
use wire::{JumpClientId, JumpGroupId};

use crate::act::PinAct;
use crate::estate::Estate;
use crate::eyes::Seen;

impl Estate {
    pub(super) fn do_pin_act(&mut self, act: PinAct) -> Seen {
        match act {
            PinAct::Pins { rep, customer, group, service } => {
                let to = match group {
                    None => PinTo::Personal,
                    Some(name) => {
                        let groups = &self.site()?.site.jump_groups;
                        let place = groups.iter().position(|group| group.name == name);
                        let place = place.ok_or_else(|| format!("the site has no Jump Group {name:?}"))?;
                        PinTo::Group(JumpGroupId(place as u32))
                    }
                };
                let mode = if service { PinMode::Service } else { PinMode::User };
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.pin(now, device, session, to, mode)
                })
            }
            PinAct::AsksToUnpin { rep, computer } => {
                let machine = self.find_pinned(&rep, &computer)?;
                self.rep(&rep, |console, now, device| console.ask_to_unpin(now, device, machine))
            }
            PinAct::Confirms { rep, yes } => {
                self.rep(&rep, |console, now, device| console.confirm_unpin(now, device, yes))
            }
        }
    }

    /// The Jump Client of a machine: of a session that is open, or else among the Jump Items.
    fn find_pinned(&mut self, rep: &str, computer: &str) -> Seen<JumpClientId> {
        let pages = &self.eyes().console(rep)?.pages;
        let of_session = pages.iter().find_map(|page| match page.pin {
            SessionPin::Pinned(Some(machine)) if page.device.computer == computer => Some(machine),
            SessionPin::Pinned(_) | SessionPin::UnderWay | SessionPin::No => None,
        });
        if let Some(machine) = of_session {
            return Ok(machine);
        }
        self.rep(rep, RepConsole::refresh_jump_items)?;
        self.see(|eyes| eyes.jump_item(rep, computer).map(|item| item.id))
    }
}
