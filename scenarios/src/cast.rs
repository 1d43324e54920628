//! Who is who: from the names in a feature to machines and programs.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use world::{MachineId, ProgramId};

/// Everybody in a scenario, by the name that the feature uses.
#[derive(Debug, Default)]
pub struct Cast {
    /// The appliance, once there is a site.
    pub appliance: Option<Part>,
    /// The mail host, where the site has one.
    pub mail_host: Option<Part>,
    /// Representatives, each with their consoles in the order of opening.
    pub reps: BTreeMap<String, Vec<Part>>,
    /// Customers.
    pub customers: BTreeMap<String, Part>,
    /// Machines with Jump Clients, by computer name.
    pub jump_machines: BTreeMap<String, Part>,
    /// Customers' machines by computer name, which may get Jump Clients (JPN); the first, where two have the same name.
    pub computers: BTreeMap<String, Part>,
    next_host: u32,
}

/// A machine with the program that matters on it.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The machine.
    pub machine: MachineId,
    /// The program.
    pub program: ProgramId,
}

impl Cast {
    /// The next free address of the estate.
    pub fn next_address(&mut self) -> Ipv4Addr {
        self.next_host += 1;
        let [_, _, high, low] = self.next_host.to_be_bytes();
        Ipv4Addr::new(10, 20, high, low)
    }

    /// A representative's first console.
    ///
    /// # Errors
    /// Nobody of that name has opened a console.
    pub fn console(&self, rep: &str) -> Result<Part, String> {
        let consoles = self.reps.get(rep).and_then(|consoles| consoles.first());
        consoles
            .copied()
            .ok_or_else(|| format!("{rep} has opened no console; {}", known("consoles", &self.reps)))
    }

    /// A customer's device.
    ///
    /// # Errors
    /// There is no customer of that name.
    pub fn customer(&self, name: &str) -> Result<Part, String> {
        let part = self.customers.get(name).copied();
        part.ok_or_else(|| format!("there is no customer {name}; {}", known("customers", &self.customers)))
    }

    /// A machine that has a Jump Client or may get one, by its own name.
    ///
    /// # Errors
    /// There is no such machine.
    pub fn jump_machine(&self, computer: &str) -> Result<Part, String> {
        let machine = self.jump_machines.get(computer).or_else(|| self.computers.get(computer));
        machine.copied().ok_or_else(|| {
            format!("no Jump Client is on {computer:?}; {}", known("machines", &self.jump_machines))
        })
    }

    /// The appliance.
    ///
    /// # Errors
    /// No site was set up.
    pub fn appliance(&self) -> Result<Part, String> {
        self.appliance
            .ok_or_else(|| "there is no appliance yet: begin with `Given the site \"acme\"`".to_owned())
    }

    /// The mail host.
    ///
    /// # Errors
    /// The site has none.
    pub fn mail_host(&self) -> Result<Part, String> {
        self.mail_host.ok_or_else(|| "there is no mail host: the site has no table [mail]".to_owned())
    }

    /// The device of a representative or a customer.
    ///
    /// # Errors
    /// Nobody has that name.
    pub fn person(&self, name: &str) -> Result<Part, String> {
        self.console(name).or_else(|_| self.customer(name)).map_err(|_| {
            format!(
                "there is nobody called {name}; {}; {}",
                known("consoles", &self.reps),
                known("customers", &self.customers)
            )
        })
    }
}

fn known<T>(what: &str, names: &BTreeMap<String, T>) -> String {
    match names.len() {
        0 => format!("there are no {what}"),
        _ => format!("{what}: {}", names.keys().cloned().collect::<Vec<_>>().join(", ")),
    }
}
