//! `ping`: asks whoever drives the machine to send something across the network, and tells what came back.

use std::net::Ipv4Addr;
use std::time::Duration;

use device::SHELL_LOOK_AGAIN_AFTER;
use wire::SimTime;
use wire::session::Platform;

use super::Shell;
use crate::FakeDevice;

/// How long an answer is waited for.
pub const PING_ANSWER_WITHIN: Duration = Duration::from_secs(4);
/// How long is waited for somebody to find out whose address a name is: longer than resolvers try.
const FOUND_WITHIN: Duration = Duration::from_secs(15);
/// From one ping to the next.
const EVERY: Duration = Duration::from_secs(1);
/// What an echo has before its data (RFC 792); Unix counts it.
const ECHO_HEADER_BYTES: usize = 8;

/// Numbers a ping of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PingId(pub u64);

/// Something that a ping wants of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PingRequest {
    /// Its number.
    pub id: PingId,
    /// What.
    pub wants: PingWants,
}

/// What a ping wants of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PingWants {
    /// To know whose address a name is.
    Find {
        /// The name, as it was typed.
        host: String,
    },
    /// An echo.
    Echo {
        /// From whom.
        address: [u8; 4],
        /// Tells the pings of one machine apart.
        identifier: u16,
        /// Tells the echoes of one ping apart.
        sequence: u16,
        /// How much data to send.
        bytes: usize,
    },
}

/// What came of a ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingAnswer {
    /// The name leads there.
    Found {
        /// Its address.
        address: [u8; 4],
    },
    /// An echo.
    Reply {
        /// Whose.
        address: [u8; 4],
        /// How long it took, there and back.
        rtt: Duration,
        /// How many gateways it could still have passed.
        time_to_live: u8,
    },
    /// None in time. Whoever says nothing at all says the same.
    TimedOut,
    /// There is no such name.
    NameNotFound,
    /// Nobody says whether there is such a name.
    NameUnresolved,
    /// There is no way there.
    Unreachable,
}

/// Several pings of one host.
#[derive(Debug)]
pub(in crate::system) struct Ping {
    /// As it was typed.
    host: String,
    /// Its address, once that is known.
    address: Option<Ipv4Addr>,
    /// Tells it apart from others, once it has begun.
    identifier: Option<u16>,
    wanted: u16,
    sent: u16,
    /// The one that is on its way, and since when.
    waits_for: Option<(PingId, SimTime)>,
    next_at: SimTime,
    times: Vec<Duration>,
}

impl Ping {
    pub(super) fn new(now: SimTime, host: &str, wanted: u16) -> Self {
        let is_local = host.eq_ignore_ascii_case("localhost");
        let address = if is_local { Some(Ipv4Addr::LOCALHOST) } else { host.parse().ok() };
        Self {
            host: host.to_owned(),
            address,
            identifier: None,
            wanted,
            sent: 0,
            waits_for: None,
            next_at: now,
            times: Vec::new(),
        }
    }

    /// When something may have to be told.
    pub(super) fn look_again(&self, now: SimTime) -> SimTime {
        match self.waits_for {
            Some((_, since)) => (since + self.patience()).min(now + SHELL_LOOK_AGAIN_AFTER),
            None => self.next_at,
        }
    }

    /// How long what is on its way is waited for.
    fn patience(&self) -> Duration {
        if self.address.is_none() { FOUND_WITHIN } else { PING_ANSWER_WITHIN }
    }
}

/// The network, from the machine: knobs.
impl FakeDevice {
    /// Takes what pings want of the network; whoever drives the machine sees to it.
    pub fn take_pings(&mut self) -> Vec<PingRequest> {
        std::mem::take(&mut self.system.pings)
    }

    /// Something came of a ping. Nothing happens where nobody waits for it any more.
    pub fn ping_answered(&mut self, now: SimTime, id: PingId, answer: PingAnswer) {
        let waits = |shell: &Shell| {
            shell.ping.as_ref().and_then(|ping| ping.waits_for).is_some_and(|(waits_for, _)| waits_for == id)
        };
        let handle = self.system.shells.iter().find(|(_, shell)| waits(shell)).map(|(&handle, _)| handle);
        let Some(handle) = handle else { return };
        self.with_shell(handle, |device, shell| {
            // It may have come too late.
            device.ping_goes_on(now, shell);
            if waits(shell) {
                device.tell_answer(shell, answer);
                device.go_on(now, shell);
            }
        });
    }
}

impl FakeDevice {
    pub(super) fn ping_goes_on(&mut self, now: SimTime, shell: &mut Shell) {
        loop {
            let Some(ping) = &mut shell.ping else { return };
            match (ping.waits_for, ping.address) {
                (Some((_, since)), None) if now >= since + FOUND_WITHIN => {
                    self.tell_answer(shell, PingAnswer::NameUnresolved);
                }
                (Some((_, since)), Some(_)) if now >= since + PING_ANSWER_WITHIN => {
                    self.tell_answer(shell, PingAnswer::TimedOut);
                }
                (Some(_), _) => return,
                (None, None) => {
                    let host = ping.host.clone();
                    ping.waits_for = Some((self.ask_network(PingWants::Find { host }), now));
                }
                (None, Some(address)) if ping.identifier.is_none() => {
                    ping.next_at = now;
                    self.begin_ping(shell, address);
                }
                (None, Some(_)) if ping.sent == ping.wanted => return self.end_ping(shell, true),
                (None, Some(_)) if now < ping.next_at => return,
                (None, Some(address)) => {
                    ping.sent += 1;
                    ping.next_at = now + EVERY;
                    let (identifier, sequence) = (ping.identifier.unwrap_or_default(), ping.sent);
                    let (address, bytes) = (address.octets(), self.ping_bytes());
                    if address[0] == 127 {
                        let rtt = Duration::ZERO;
                        self.tell_answer(shell, PingAnswer::Reply { address, rtt, time_to_live: 64 });
                    } else {
                        let wants = PingWants::Echo { address, identifier, sequence, bytes };
                        ping.waits_for = Some((self.ask_network(wants), now));
                    }
                }
            }
        }
    }

    fn ask_network(&mut self, wants: PingWants) -> PingId {
        let id = PingId(self.system.pings_sent);
        self.system.pings_sent += 1;
        self.system.pings.push(PingRequest { id, wants });
        id
    }

    /// How much data its system's `ping` sends.
    fn ping_bytes(&self) -> usize {
        if self.kind.platform() == Platform::Windows { 32 } else { 56 }
    }

    /// It is known whom to ask.
    fn begin_ping(&mut self, shell: &mut Shell, address: Ipv4Addr) {
        let Some(ping) = &mut shell.ping else { return };
        // Zero is what those have in its place who are asked.
        self.system.pings_begun = self.system.pings_begun % u16::MAX + 1;
        ping.identifier = Some(self.system.pings_begun);
        let (host, bytes) = (ping.host.clone(), self.ping_bytes());
        let is_named = host != address.to_string();
        shell.say(&match (self.kind.platform() == Platform::Windows, is_named) {
            (true, true) => format!("\nPinging {host} [{address}] with {bytes} bytes:\n"),
            (true, false) => format!("\nPinging {host} with {bytes} bytes:\n"),
            (false, _) => format!("PING {host} ({address}) {bytes} bytes of data\n"),
        });
    }

    fn tell_answer(&mut self, shell: &mut Shell, answer: PingAnswer) {
        let windows = self.kind.platform() == Platform::Windows;
        let bytes = self.ping_bytes();
        let Some(ping) = &mut shell.ping else { return };
        ping.waits_for = None;
        let (host, sent) = (ping.host.clone(), ping.sent);
        let told = match answer {
            PingAnswer::Found { address } => {
                ping.address = Some(address.into());
                return;
            }
            PingAnswer::Reply { address, rtt, time_to_live } => {
                ping.times.push(rtt);
                let address = Ipv4Addr::from(address);
                if windows {
                    let time = match rtt.as_millis() {
                        0 => "<1ms".to_owned(),
                        millis => format!("={millis}ms"),
                    };
                    format!("Reply from {address}: bytes={bytes} time{time} TTL={time_to_live}\n")
                } else {
                    let (bytes, time) = (bytes + ECHO_HEADER_BYTES, unix_time(rtt));
                    format!(
                        "{bytes} bytes from {address}: icmp_seq={sent} ttl={time_to_live} time={time} ms\n"
                    )
                }
            }
            PingAnswer::TimedOut if windows => "Request timed out.\n".to_owned(),
            PingAnswer::TimedOut => format!("no answer to icmp_seq={sent}\n"),
            PingAnswer::Unreachable if windows => "Destination host unreachable.\n".to_owned(),
            PingAnswer::Unreachable => format!("icmp_seq={sent} Destination Host Unreachable\n"),
            PingAnswer::NameNotFound | PingAnswer::NameUnresolved => {
                shell.say(&match answer {
                    _ if windows => {
                        format!("Ping could not find host {host}. Look at the name and try again.\n")
                    }
                    PingAnswer::NameUnresolved => {
                        format!("ping: {host}: Temporary failure in name resolution\n")
                    }
                    _ => format!("ping: {host}: Name or service not known\n"),
                });
                shell.code = if windows { 1 } else { 2 };
                return self.end_ping(shell, false);
            }
        };
        shell.say(&told);
    }

    /// It is over, with or without what it came to.
    pub(super) fn end_ping(&mut self, shell: &mut Shell, told: bool) {
        let Some(ping) = shell.ping.take() else { return };
        let told = told && ping.identifier.is_some();
        // One that is still on its way counts as sent, and as not answered.
        self.system.pings.retain(|request| ping.waits_for.is_none_or(|(id, _)| request.id != id));
        if told {
            shell.code = i32::from(ping.times.is_empty());
            let text = self.told_at_the_end(&ping);
            shell.say(&text);
        }
        self.say_prompt(shell);
    }

    fn told_at_the_end(&self, ping: &Ping) -> String {
        let (host, sent, got) = (&ping.host, u32::from(ping.sent), ping.times.len() as u32);
        let lost = ((sent - got) * 100).checked_div(sent).unwrap_or(0);
        let least = ping.times.iter().min().copied().unwrap_or_default();
        let most = ping.times.iter().max().copied().unwrap_or_default();
        let mean = ping.times.iter().sum::<Duration>() / got.max(1);
        if self.kind.platform() == Platform::Windows {
            let counts = format!("\n{host}: sent {sent}, received {got}, lost {} ({lost}%)\n", sent - got);
            let [least, mean, most] = [least, mean, most].map(|time| time.as_millis());
            let times = format!("Round trip: minimum {least}ms, maximum {most}ms, average {mean}ms\n");
            return if got == 0 { counts } else { counts + &times };
        }
        let counts = format!(
            "--- {host} ping statistics ---\n{sent} packets transmitted, {got} received, {lost}% packet loss\n"
        );
        let [least, mean, most] = [least, mean, most].map(unix_time);
        let times = format!("rtt min/avg/max = {least}/{mean}/{most} ms\n");
        if got == 0 { counts } else { counts + &times }
    }
}

/// In milliseconds, to the thousandth.
fn unix_time(time: Duration) -> String {
    format!("{}.{:03}", time.as_millis(), time.subsec_micros() % 1_000)
}
