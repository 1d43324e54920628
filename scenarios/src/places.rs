//! Where people are: the places that a scenario can name, and the networks that they stand for.
//!
//! Everybody who is `at home` is at a home of their own; of each other place there is one in a scenario, which all who
//! are there share. Networks behind a NAT all use `192.168.1.0/24`, as they do.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use fabric::{AccessLink, GatewayConfig, InterfaceId, InterfaceKind, ZoneConfig, ZoneId};
use serde::{Deserialize, Serialize};
use world::{World, link_named};

use crate::act::Interface;
use crate::estate::Estate;
use crate::eyes::Seen;

/// A place that a scenario can name.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    derive_more::Display,
    strum::EnumString,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A home router behind fibre.
    #[display("home")]
    #[strum(serialize = "home")]
    Home,
    /// An office LAN behind a NAT that lets everything out, on fibre.
    #[display("the office")]
    #[strum(serialize = "the office")]
    Office,
    /// An office whose firewall lets out the web only, and forgets idle connections early.
    #[display("the bank")]
    #[strum(serialize = "the bank")]
    Bank,
    /// A hotel's Wi-Fi, which many guests share.
    #[display("the hotel")]
    #[strum(serialize = "the hotel")]
    Hotel,
    /// A carrier's network, with its NAT.
    #[display("the road")]
    #[strum(serialize = "the road")]
    Road,
}

/// The networks of one scenario, as far as somebody has been there.
#[derive(Debug, Default)]
pub(crate) struct Places {
    zones: BTreeMap<(Place, Option<String>), Zone>,
    homes: u8,
    renumbered: u8,
    /// Where somebody is whose device is not there yet.
    pub(crate) whereabouts: BTreeMap<String, Place>,
}

#[derive(Debug)]
struct Zone {
    id: ZoneId,
    next_host: u8,
}

/// Room at a place for one device.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) zone: ZoneId,
    pub(crate) interface: InterfaceKind,
    pub(crate) address: Ipv4Addr,
    pub(crate) link: AccessLink,
}

impl Places {
    /// Room for one more device of somebody's at a place.
    pub(crate) fn spot(&mut self, world: &mut World, place: Place, whose: &str) -> Result<Spot, String> {
        let owner = (place == Place::Home).then(|| whose.to_owned());
        if !self.zones.contains_key(&(place, owner.clone())) {
            let zone = self.build(world, place, owner.as_deref())?;
            self.zones.insert((place, owner.clone()), zone);
        }
        let zone = self.zones.get_mut(&(place, owner)).expect("it was just built");
        zone.next_host += 1;
        let [host, id] = [zone.next_host, zone.id.index() as u8];
        let (interface, link, address) = match place {
            Place::Home => (InterfaceKind::WiFi, "office LAN", [192, 168, 1, 10 + host]),
            Place::Office | Place::Bank => (InterfaceKind::Ethernet, "office LAN", [192, 168, 1, 10 + host]),
            Place::Hotel => (InterfaceKind::WiFi, "hotel Wi-Fi", [192, 168, 1, 10 + host]),
            // Shared address space (RFC 6598).
            Place::Road => (InterfaceKind::MobileData, "4G", [100, 64, id, 10 + host]),
        };
        let link = link_named(link).map_err(|error| error.to_string())?;
        Ok(Spot { zone: zone.id, interface, address: address.into(), link })
    }

    /// An address that a provider gives to a router in place of the last one.
    pub(crate) fn another_address(&mut self) -> Ipv4Addr {
        self.renumbered += 1;
        Ipv4Addr::new(198, 51, 100, 200 + self.renumbered)
    }

    fn build(&mut self, world: &mut World, place: Place, owner: Option<&str>) -> Result<Zone, String> {
        let fibre = link_named("fibre").map_err(|error| error.to_string())?;
        let config = match place {
            Place::Home => {
                self.homes += 1;
                let router = GatewayConfig::home_router(Ipv4Addr::new(198, 51, 100, 100 + self.homes));
                ZoneConfig::new(router).with_line(fibre)
            }
            Place::Office => ZoneConfig::new(GatewayConfig::office(OFFICE_ADDRESS)).with_line(fibre),
            Place::Bank => ZoneConfig::new(GatewayConfig::strict_office(BANK_ADDRESS)).with_line(fibre),
            Place::Hotel => ZoneConfig::new(GatewayConfig::home_router(HOTEL_ADDRESS)),
            Place::Road => ZoneConfig::new(GatewayConfig::carrier_grade(CARRIER_ADDRESSES.to_vec())),
        };
        let name = owner.map_or_else(|| place.to_string(), |owner| format!("{owner}'s {place}"));
        Ok(Zone { id: world.add_zone(&name, config), next_host: 0 })
    }
}

/// What people and their devices do between places.
impl Estate {
    /// Somebody's device goes with them: it leaves one network and comes to another.
    pub(crate) fn move_to(&mut self, person: &str, place: Place) -> Seen {
        let machine = self.cast.person(person)?.machine;
        let spot = self.places.spot(&mut self.world, place, person)?;
        self.places.whereabouts.insert(person.to_owned(), place);
        self.world.take_off_line(machine);
        self.world.put_on_line(machine, spot.zone, spot.interface, spot.address, spot.link);
        Ok(())
    }

    pub(crate) fn give_mobile_data(&mut self, person: &str) -> Seen {
        let machine = self.cast.person(person)?.machine;
        if self.world.interface(machine, InterfaceKind::MobileData).is_some() {
            return Err(format!("{person}'s device has mobile data already"));
        }
        let spot = self.places.spot(&mut self.world, Place::Road, person)?;
        self.world.add_interface(machine, spot.zone, spot.interface, spot.address, spot.link);
        Ok(())
    }

    pub(crate) fn interface(&self, person: &str, interface: Interface) -> Seen<InterfaceId> {
        let machine = self.cast.person(person)?.machine;
        let found = self.world.interface(machine, interface.kind());
        found.ok_or_else(|| format!("{person}'s device has no {interface}"))
    }

    /// Networks give another address to whoever comes back.
    pub(crate) fn interface_back(&mut self, person: &str, interface: Interface) -> Seen {
        let id = self.interface(person, interface)?;
        let address = match (interface, self.places.whereabouts.get(person).copied()) {
            (Interface::MobileData, _) => {
                Some(self.places.spot(&mut self.world, Place::Road, person)?.address)
            }
            (_, Some(place)) => Some(self.places.spot(&mut self.world, place, person)?.address),
            (_, None) => None,
        };
        self.world.interface_up(id, address);
        Ok(())
    }

    pub(crate) fn zone_with_router(&self, person: &str) -> Seen<ZoneId> {
        let zone = self.world.zone_of(self.cast.person(person)?.machine);
        if zone == ZoneId::INTERNET {
            return Err(format!("{person} is right on the internet: begin with `Given {person} is at home`"));
        }
        Ok(zone)
    }
}

// Addresses for documentation (RFC 5737).
const OFFICE_ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);
const BANK_ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 20);
const HOTEL_ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 30);
const CARRIER_ADDRESSES: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 2, 40), Ipv4Addr::new(192, 0, 2, 41)];
