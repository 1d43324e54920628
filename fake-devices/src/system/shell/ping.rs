//! `ping`: asks whoever drives the machine to send something across the network, and tells what came back.

use std::time::Duration;

use device::SHELL_LOOK_AGAIN_AFTER;
use wire::SimTime;
use wire::session::Platform;

use super::Shell;
use crate::FakeDevice;

/// How long an answer is waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);
/// From one ping to the next.
const EVERY: Duration = Duration::from_secs(1);

/// Numbers a ping of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PingId(pub u64);

/// A ping that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PingRequest {
    /// Its number.
    pub id: PingId,
    /// A name or an address, as it was typed.
    pub host: String,
}

/// What came of a ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingAnswer {
    /// An answer.
    Reply {
        /// Whose.
        address: [u8; 4],
        /// How long it took, there and back.
        rtt: Duration,
    },
    /// None in time. Whoever says nothing at all says the same.
    TimedOut,
    /// Nobody knows the name.
    NameNotFound,
    /// There is no way there.
    Unreachable,
}

/// Several pings of one host.
#[derive(Debug)]
pub(in crate::system) struct Ping {
    host: String,
    wanted: u32,
    sent: u32,
    /// The one that is on its way, and since when.
    waits_for: Option<(PingId, SimTime)>,
    next_at: SimTime,
    times: Vec<Duration>,
}

impl Ping {
    pub(super) fn new(now: SimTime, host: &str, wanted: u32) -> Self {
        Self { host: host.to_owned(), wanted, sent: 0, waits_for: None, next_at: now, times: Vec::new() }
    }

    /// When something may have to be told.
    pub(super) fn look_again(&self, now: SimTime) -> SimTime {
        match self.waits_for {
            Some((_, since)) => (since + ANSWER_WITHIN).min(now + SHELL_LOOK_AGAIN_AFTER),
            None => self.next_at,
        }
    }
}

/// The network, from the machine: knobs.
impl FakeDevice {
    /// Takes the pings that are to be sent; whoever drives the machine sends them across its network.
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
            match ping.waits_for {
                Some((_, since)) if now >= since + ANSWER_WITHIN => {
                    self.tell_answer(shell, PingAnswer::TimedOut)
                }
                Some(_) => return,
                None if ping.sent == ping.wanted => return self.end_ping(shell, true),
                None if now < ping.next_at => return,
                None => {
                    let id = PingId(self.system.pings_sent);
                    self.system.pings_sent += 1;
                    ping.sent += 1;
                    ping.waits_for = Some((id, now));
                    ping.next_at = now + EVERY;
                    if ping.host.eq_ignore_ascii_case("localhost") || ping.host.starts_with("127.") {
                        let itself = PingAnswer::Reply { address: [127, 0, 0, 1], rtt: Duration::ZERO };
                        self.tell_answer(shell, itself);
                    } else {
                        self.system.pings.push(PingRequest { id, host: ping.host.clone() });
                    }
                }
            }
        }
    }

    fn tell_answer(&mut self, shell: &mut Shell, answer: PingAnswer) {
        let windows = self.kind.platform() == Platform::Windows;
        let Some(ping) = &mut shell.ping else { return };
        ping.waits_for = None;
        let (host, sent) = (ping.host.clone(), ping.sent);
        let told = match answer {
            PingAnswer::Reply { address: [a, b, c, d], rtt } => {
                ping.times.push(rtt);
                let micros = rtt.as_micros();
                match (windows, micros) {
                    (true, 0..1_000) => format!("Reply from {a}.{b}.{c}.{d}: time<1ms\n"),
                    (true, _) => format!("Reply from {a}.{b}.{c}.{d}: time={}ms\n", micros / 1_000),
                    (false, _) => {
                        let time = unix_time(rtt);
                        format!("64 bytes from {a}.{b}.{c}.{d}: icmp_seq={sent} time={time} ms\n")
                    }
                }
            }
            PingAnswer::TimedOut if windows => "Request timed out.\n".to_owned(),
            PingAnswer::TimedOut => format!("no answer to icmp_seq={sent}\n"),
            PingAnswer::Unreachable if windows => "Destination host unreachable.\n".to_owned(),
            PingAnswer::Unreachable => format!("icmp_seq={sent} Destination Host Unreachable\n"),
            PingAnswer::NameNotFound => {
                shell.say(&if windows {
                    format!("Ping could not find host {host}. Look at the name and try again.\n")
                } else {
                    format!("ping: {host}: Name or service not known\n")
                });
                shell.code = 1;
                return self.end_ping(shell, false);
            }
        };
        shell.say(&told);
    }

    /// It is over, with or without what it came to.
    pub(super) fn end_ping(&mut self, shell: &mut Shell, told: bool) {
        let Some(ping) = shell.ping.take() else { return };
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
        let (host, sent, got) = (&ping.host, ping.sent, ping.times.len() as u32);
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
