//! Programs: the parties, each in a slot that outlives it.

use std::collections::BTreeMap;

use appliance::{APPLIANCE_PORT, Appliance, Flaw, Site};
use customer_client::{CustomerClient, CustomerClientConfig};
use device::{ConnId, Party};
use fabric::{BufferUse, SocketId};
use jump_client::{JumpClient, JumpClientConfig};
use mail_host::{MailHost, MailHostConfig, SMTP_PORT};
use rep_console::{RepConsole, RepConsoleConfig};
use serde_json::Value;
use wire::pin::PinMode;
use wire::{Seed, SimTime};

use crate::machine::MachineId;

/// A program of one [`World`](crate::World), the same before and after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProgramId(pub(crate) u32);

impl ProgramId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A program that runs.
#[derive(Debug)]
pub enum Program {
    /// The appliance.
    Appliance(Box<Appliance>),
    /// A representative console.
    RepConsole(Box<RepConsole>),
    /// A customer's browser or client.
    CustomerClient(Box<CustomerClient>),
    /// A Jump Client.
    JumpClient(Box<JumpClient>),
    /// Somebody's mail host.
    MailHost(Box<MailHost>),
}

/// What a program is started with, each time.
#[derive(Clone, Debug)]
pub enum ProgramSpec {
    /// The appliance of a site; with something wrong, if that is what is being looked for.
    Appliance(Box<Site>, Option<Flaw>),
    /// A representative console.
    RepConsole(RepConsoleConfig),
    /// A customer's browser or client.
    CustomerClient(CustomerClientConfig),
    /// A Jump Client.
    JumpClient(JumpClientConfig),
    /// Somebody's mail host.
    MailHost(MailHostConfig),
}

impl ProgramSpec {
    /// Whether it starts with its machine, and not when somebody opens it.
    pub fn is_service(&self) -> bool {
        match self {
            Self::Appliance(..) | Self::MailHost(_) => true,
            Self::JumpClient(config) => config.mode == PinMode::Service,
            Self::RepConsole(_) | Self::CustomerClient(_) => false,
        }
    }

    /// Whether it starts when a user logs on to its machine, and ends when they log off.
    pub(crate) fn runs_with_user(&self) -> bool {
        match self {
            Self::JumpClient(config) => config.mode == PinMode::User,
            Self::Appliance(..) | Self::MailHost(_) | Self::RepConsole(_) | Self::CustomerClient(_) => false,
        }
    }

    /// The port that it listens on, if it listens.
    pub(crate) fn port(&self) -> Option<u16> {
        match self {
            Self::Appliance(..) => Some(APPLIANCE_PORT),
            Self::MailHost(_) => Some(SMTP_PORT),
            Self::RepConsole(_) | Self::CustomerClient(_) | Self::JumpClient(_) => None,
        }
    }

    /// How large the buffers of its connections may become: an idle Jump Client must cost little, and screens and files are
    /// to fill a line however long it is.
    pub(crate) fn buffers(&self) -> BufferUse {
        match self {
            Self::JumpClient(_) => BufferUse::Control,
            Self::MailHost(_) => BufferUse::Mixed,
            Self::Appliance(..) | Self::RepConsole(_) | Self::CustomerClient(_) => BufferUse::Bulk,
        }
    }

    pub(crate) fn build(&self, seed: Seed, now: SimTime) -> Program {
        match self {
            Self::Appliance(site, flaw) => {
                let appliance = Appliance::new((**site).clone(), seed, now).with_flaw(*flaw);
                Program::Appliance(Box::new(appliance))
            }
            Self::RepConsole(config) => {
                Program::RepConsole(Box::new(RepConsole::new(config.clone(), seed, now)))
            }
            Self::CustomerClient(config) => {
                Program::CustomerClient(Box::new(CustomerClient::new(config.clone(), seed, now)))
            }
            Self::JumpClient(config) => {
                Program::JumpClient(Box::new(JumpClient::new(config.clone(), seed, now)))
            }
            Self::MailHost(config) => Program::MailHost(Box::new(MailHost::new(config.clone(), seed, now))),
        }
    }
}

impl Program {
    pub(crate) fn party(&mut self) -> &mut dyn Party {
        match self {
            Self::Appliance(party) => &mut **party,
            Self::RepConsole(party) => &mut **party,
            Self::CustomerClient(party) => &mut **party,
            Self::JumpClient(party) => &mut **party,
            Self::MailHost(party) => &mut **party,
        }
    }

    pub(crate) fn view_revision(&self) -> u64 {
        match self {
            Self::Appliance(party) => party.view_revision(),
            Self::RepConsole(party) => party.view_revision(),
            Self::CustomerClient(party) => party.view_revision(),
            Self::JumpClient(party) => party.view_revision(),
            Self::MailHost(party) => party.view_revision(),
        }
    }

    /// What it shows, as plain data.
    pub fn view_json(&self) -> Value {
        let view = match self {
            Self::Appliance(party) => serde_json::to_value(party.view()),
            Self::RepConsole(party) => serde_json::to_value(party.view()),
            Self::CustomerClient(party) => serde_json::to_value(party.view()),
            Self::JumpClient(party) => serde_json::to_value(party.view()),
            Self::MailHost(party) => serde_json::to_value(party.view()),
        };
        view.expect("a view is plain data")
    }

    pub(crate) fn kind(&self) -> recording::Program {
        match self {
            Self::Appliance(_) => recording::Program::Appliance,
            Self::RepConsole(_) => recording::Program::RepConsole,
            Self::CustomerClient(_) => recording::Program::CustomerClient,
            Self::JumpClient(_) => recording::Program::JumpClient,
            Self::MailHost(_) => recording::Program::MailHost,
        }
    }
}

/// The place of a program, running or not.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) name: String,
    pub(crate) machine: MachineId,
    pub(crate) spec: ProgramSpec,
    pub(crate) program: Option<Program>,
    /// It has removed itself from its machine, and never runs again.
    pub(crate) uninstalled: bool,
    /// How often it was started, so that each start has chance of its own.
    pub(crate) boots: u32,
    pub(crate) conns: BTreeMap<ConnId, SocketId>,
    pub(crate) next_accepted: u32,
    /// Connections that it has dialled since it was started.
    pub(crate) dials: u32,
    /// When it wants to be woken.
    pub(crate) deadline: Option<SimTime>,
    /// The view's revision that is in the recording.
    pub(crate) recorded: Option<u64>,
}

impl Slot {
    pub(crate) fn new(name: &str, machine: MachineId, spec: ProgramSpec) -> Self {
        Self {
            name: name.to_owned(),
            machine,
            spec,
            program: None,
            uninstalled: false,
            boots: 0,
            conns: BTreeMap::new(),
            next_accepted: 0,
            dials: 0,
            deadline: None,
            recorded: None,
        }
    }
}
