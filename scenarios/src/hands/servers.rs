//! Hands on what stands somewhere else: the appliance, the name server, the mail host.

use std::net::Ipv4Addr;
use std::time::Duration;

use mail_host::MailHostState as Mood;
use world::Program;
use world::names::NameServerMode;

use crate::act::{MailHostState, NameServerState};
use crate::estate::Estate;
use crate::eyes::Seen;

/// Where the appliance stands after it has moved.
const APPLIANCE_NEXT_ADDRESS: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 20);

impl Estate {
    /// The appliance's address becomes the next one, and its name follows.
    pub(super) fn move_appliance(&mut self) -> Seen {
        let machine = self.cast.appliance()?.machine;
        let kind = self.world.goes_out_by(machine).ok_or("the appliance has no network")?;
        let interface = self.world.interface(machine, kind).ok_or("the appliance has no network")?;
        self.world.interface_down(interface);
        self.world.interface_up(interface, Some(APPLIANCE_NEXT_ADDRESS));
        let host = self.site()?.site.host.clone();
        self.world.name_machine(&host, machine);
        Ok(())
    }

    pub(super) fn set_mail_host(&mut self, state: MailHostState) -> Seen {
        let mood = match state {
            MailHostState::Healthy => Mood::Healthy,
            MailHostState::Greylisting => Mood::Greylisting,
            MailHostState::Full => Mood::Full,
            MailHostState::RefusesRecipients => Mood::RefusesRecipients,
            MailHostState::Hangs => Mood::Hangs,
            MailHostState::BreaksOff => Mood::BreaksOff,
        };
        let program = self.cast.mail_host()?.program;
        let done = self.world.hands(program, |program, now, device| match program {
            Program::MailHost(host) => {
                host.set_state(now, device, mood);
                Ok(())
            }
            Program::Appliance(_)
            | Program::RepConsole(_)
            | Program::CustomerClient(_)
            | Program::JumpClient(_) => Err("this is no mail host".to_owned()),
        });
        done.unwrap_or_else(|| Err("the mail host does not run".to_owned()))
    }

    pub(super) fn set_name_server(&mut self, state: NameServerState) {
        self.world.name_server(match state {
            NameServerState::Healthy => NameServerMode::Healthy,
            NameServerState::Silent => NameServerMode::Silent,
            NameServerState::Failing => NameServerMode::Failing,
            NameServerState::Slow { millis } => NameServerMode::Slow(Duration::from_millis(millis)),
        });
    }
}
