//! Properties over random networks, talk and trouble.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use fabric::{
    AccessLink, AddressLoss, BufferUse, CapacityTrace, CloseReason, Direction, EventKind, Fabric,
    FabricEvent, FabricStats, Fate, GatewayConfig, HostId, InterfaceKind, Jitter, LinkConfig, Loss,
    OPPORTUNITY_BYTES, PacketRecord, Queue, Rate, Reordering, ZoneId,
};
use wire::SimTime;

use crate::net::{Net, PORT, Talkers, pattern, private, public};

/// Trouble that TCP must get over: each lasts less than a connection's patience.
#[derive(Clone, Copy, Debug, Arbitrary)]
enum Trouble {
    Partition,
    OneWay { from_client: bool },
    Hold,
    Unplug { client: bool },
    Sleep { client: bool },
    NewLink { client: bool, link: Terms },
}

/// A link from bytes, within what a person would call a network.
#[derive(Clone, Copy, Debug, Arbitrary)]
struct Terms {
    rate: u8,
    propagation: u8,
    jitter: u8,
    loss: u8,
    queue: u8,
    chance: u8,
}

impl Terms {
    fn link(self) -> AccessLink {
        let millis = |tenths: u64| Duration::from_micros(tenths * 100);
        let rate = match self.rate % 12 {
            0 => Rate::Unlimited,
            exponent @ 1..8 => Rate::BitsPerSecond(200_000 << exponent),
            // Between 0.3 and 3 Mbit/s on average, and nothing at all for half of the time.
            steps => {
                let period = 400 / u32::from(steps - 7);
                let opportunities = (1..=period / 8).map(|place| place * 4).chain([period]);
                Rate::Trace(CapacityTrace::new(opportunities.collect()).expect("the times rise"))
            }
        };
        let bytes = 3_000 + usize::from(self.queue) * 500;
        let most = u64::from(self.jitter / 4) * 7;
        let jitter = match self.jitter % 4 {
            0 => Jitter::None,
            1 => Jitter::Uniform { max: millis(most) },
            2 => Jitter::normal_within(millis(most)),
            _ => Jitter::Pareto { mean: millis(most / 4), max: millis(most) },
        };
        let share = f64::from(self.loss % 16) / 200.0;
        let loss = match self.loss / 64 {
            _ if share == 0.0 => Loss::None,
            0..=2 => Loss::Independent(share),
            3 if self.loss.is_multiple_of(2) => Loss::Fades { share, mean: Duration::from_millis(20) },
            _ => Loss::bursts(share, 2.0),
        };
        let reorder = match self.chance % 8 {
            0 => Reordering::HeldBack { share: 0.05, by: millis(50) },
            1 => Reordering::ByJitter,
            _ => Reordering::Never,
        };
        let config = LinkConfig {
            rate,
            queue: if self.queue.is_multiple_of(4) {
                Queue::CoDel { bytes }
            } else {
                Queue::DropTail { bytes }
            },
            propagation: Duration::from_micros(u64::from(self.propagation) * 500),
            jitter,
            loss,
            duplicate: if (self.chance / 8).is_multiple_of(4) { 0.1 } else { 0.0 },
            reorder,
        };
        AccessLink::symmetric(config)
    }
}

#[derive(Debug)]
struct Plan {
    seed: u64,
    client: Terms,
    server: Terms,
    client_says: usize,
    server_says: usize,
    /// The client is behind a NAT.
    nat: bool,
    troubles: Vec<(Trouble, u8, u8)>,
}

impl<'a> Arbitrary<'a> for Plan {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let troubles =
            (0..bytes.int_in_range(0..=5)?).map(|_| bytes.arbitrary()).collect::<Result<_, _>>()?;
        Ok(Self {
            seed: bytes.arbitrary()?,
            client: bytes.arbitrary()?,
            server: bytes.arbitrary()?,
            client_says: bytes.int_in_range(0..=200_000)?,
            server_says: bytes.int_in_range(0..=200_000)?,
            nat: bytes.arbitrary()?,
            troubles,
        })
    }
}

impl Plan {
    /// Plays the plan until nothing is due any more.
    fn play(&self, meter: &Meter) -> Outcome {
        let mut net = Net::new(self.seed);
        let server = net.host("server", self.server.link());
        let client = if self.nat {
            let home = net.zone("home", GatewayConfig::home_router(public(1)));
            let kind = InterfaceKind::WiFi;
            net.fabric.add_host_in(home, "client", kind, private(10), self.client.link())
        } else {
            net.host("client", self.client.link())
        };
        meter.watch(&mut net.fabric, [server, client]);
        net.fabric.listen(server, PORT, BufferUse::Bulk).unwrap();
        let near = net.dial(client, server, BufferUse::Bulk);
        let mut talkers = Talkers::default();
        talkers.prepare(near, self.client_says());
        let mut far = None;
        let mut react = |fabric: &mut Fabric, now: SimTime, event: FabricEvent| {
            if matches!(event.kind, EventKind::Accepted { .. }) {
                far = Some(event.socket);
                talkers.say(fabric, now, event.socket, self.server_says());
            } else {
                talkers.react(fabric, now, event);
            }
        };
        for (trouble, after, lasts) in &self.troubles {
            net.run_until(net.now + Duration::from_millis(u64::from(*after) * 20), &mut react);
            if let Trouble::NewLink { client: at_client, link } = trouble {
                meter.changes(net.now, if *at_client { client } else { server }, &link.link());
            }
            trouble.begin(&mut net.fabric, net.now, client, server);
            meter.0.lock().unwrap().changing = false;
            net.run_until(net.now + Duration::from_millis(u64::from(*lasts) * 10), &mut react);
            trouble.end(&mut net.fabric, net.now, client, server);
        }
        while let Some(next) = net.fabric.poll_timeout() {
            assert!(next < SimTime::from_secs(86_400), "the plan never ends");
            net.run_until(next, &mut react);
        }
        let clean = net.events.iter().filter(|(_, event)| event.kind == CLEAN).count() == 2;
        let mut heard = |socket| talkers.heard.remove(&socket).unwrap_or_default();
        Outcome {
            heard_by_client: heard(near),
            heard_by_server: far.map(&mut heard).unwrap_or_default(),
            clean,
            left: net.fabric.stats(),
            events: net.table(),
        }
    }

    fn client_says(&self) -> Vec<u8> {
        pattern(self.client_says, 1)
    }

    fn server_says(&self) -> Vec<u8> {
        pattern(self.server_says, 2)
    }

    fn loses_packets(&self) -> bool {
        let renewed = self.troubles.iter().filter_map(|(trouble, ..)| match trouble {
            Trouble::NewLink { link, .. } => Some(*link),
            _ => None,
        });
        [self.client, self.server].into_iter().chain(renewed).any(|terms| terms.link().up.loss != Loss::None)
    }
}

/// What a plan takes to be drawn in full.
const PLAN_BYTES: u32 = 129;

const CLEAN: EventKind = EventKind::Closed { reason: CloseReason::Finished };

struct Outcome {
    heard_by_client: Vec<u8>,
    heard_by_server: Vec<u8>,
    /// Both ends saw the connection end well.
    clean: bool,
    left: FabricStats,
    events: String,
}

impl Trouble {
    fn begin(self, fabric: &mut Fabric, now: SimTime, client: HostId, server: HostId) {
        match self {
            Self::Partition => fabric.partition(now, client, server),
            Self::OneWay { from_client: true } => fabric.partition_one_way(now, client, server),
            Self::OneWay { from_client: false } => fabric.partition_one_way(now, server, client),
            Self::Hold => fabric.hold(now, client, server),
            Self::Unplug { client: at_client } => fabric.unplug(now, if at_client { client } else { server }),
            Self::Sleep { client: at_client } => fabric.sleep(now, if at_client { client } else { server }),
            Self::NewLink { client: at_client, link } => {
                fabric.set_link(now, if at_client { client } else { server }, link.link());
            }
        }
    }

    fn end(self, fabric: &mut Fabric, now: SimTime, client: HostId, server: HostId) {
        match self {
            Self::Partition | Self::OneWay { .. } | Self::Hold => fabric.heal(now, client, server),
            Self::Unplug { client: at_client } => {
                fabric.plug_in(now, if at_client { client } else { server })
            }
            Self::Sleep { client: at_client } => fabric.wake(now, if at_client { client } else { server }),
            Self::NewLink { .. } => {}
        }
    }
}

/// Counts what the links carry without asking them, and digests every packet.
#[derive(Clone, Default)]
struct Meter(Arc<Mutex<Readings>>);

#[derive(Default)]
struct Readings {
    lines: BTreeMap<Line, Reading>,
    /// Packets of each host that are held.
    held: BTreeMap<HostId, usize>,
    /// A link is being changed.
    changing: bool,
    digest: u64,
    packets: u64,
}

/// One direction of a link, as seen from outside.
#[derive(Default)]
struct Reading {
    /// What the link is and was, and since when.
    configs: Vec<(SimTime, LinkConfig)>,
    /// When packets leave and arrive as told, and their bytes.
    departures: Vec<(SimTime, SimTime, usize)>,
    /// How many packets on the link are to arrive when.
    expected: BTreeMap<SimTime, usize>,
    last_arrival: SimTime,
}

type Line = (HostId, Direction);

impl Meter {
    fn watch(&self, fabric: &mut Fabric, hosts: [HostId; 2]) {
        for host in hosts {
            self.changes(SimTime::ZERO, host, &fabric.link(host));
        }
        self.0.lock().unwrap().changing = false;
        let readings = Arc::clone(&self.0);
        fabric.tap(move |packet| readings.lock().unwrap().note(packet));
    }

    /// A link is about to change: what it said of packets that are in its queue no longer holds.
    fn changes(&self, now: SimTime, host: HostId, link: &AccessLink) {
        let mut readings = self.0.lock().unwrap();
        readings.changing = true;
        for (direction, config) in [(Direction::Up, &link.up), (Direction::Down, &link.down)] {
            let reading = readings.lines.entry((host, direction)).or_default();
            reading.configs.push((now, config.clone()));
            while let Some((_, arrives, _)) = reading.departures.pop_if(|(leaves, ..)| *leaves > now) {
                reading.no_longer_expects(arrives).expect("it was expected");
            }
            let on_the_way = reading.expected.keys().next_back();
            reading.last_arrival = on_the_way.copied().unwrap_or_default();
        }
    }

    /// No link carried more than its rate, between any two departures.
    fn check_rates(&self) {
        for (line, reading) in &self.0.lock().unwrap().lines {
            reading.check_rate(*line);
        }
    }
}

impl Reading {
    fn no_longer_expects(&mut self, at: SimTime) -> Option<()> {
        let count = self.expected.get_mut(&at)?;
        *count -= 1;
        if *count == 0 {
            self.expected.remove(&at);
        }
        Some(())
    }

    fn leaves(&mut self, line: Line, leaves: SimTime, arrives: SimTime, bytes: usize) {
        let (_, config) = self.configs.last().expect("every link is known");
        assert!(arrives >= leaves + config.propagation, "{line:?} is faster than light");
        if config.reorder == Reordering::Never {
            assert!(arrives >= self.last_arrival, "{line:?} reorders");
        }
        self.last_arrival = self.last_arrival.max(arrives);
        self.departures.push((leaves, arrives, bytes));
        *self.expected.entry(arrives).or_default() += 1;
    }

    /// What the link could have carried up to `end`, in bits times nanoseconds per second; and the last moment
    /// up to then at which there was no limit.
    fn capacity(&self, end: SimTime) -> (i128, SimTime) {
        let (mut capacity, mut unlimited) = (0, SimTime::ZERO);
        for (place, (since, config)) in self.configs.iter().enumerate() {
            let until = self.configs.get(place + 1).map_or(end, |(next, _)| *next).min(end);
            if until < *since {
                break;
            }
            let nanos = i128::from(until.as_nanos() - since.as_nanos());
            match &config.rate {
                Rate::Unlimited => unlimited = until,
                Rate::BitsPerSecond(rate) => capacity += nanos * i128::from(*rate),
                Rate::Trace(trace) => {
                    let (millis, period) = (nanos / 1_000_000, i128::from(trace.period_millis()));
                    let all = trace.opportunities_millis();
                    let within = all.partition_point(|at| i128::from(*at) <= millis % period);
                    capacity +=
                        (millis / period * all.len() as i128 + within as i128) * OPPORTUNITY_BIT_NANOS;
                }
            }
        }
        (capacity, unlimited)
    }

    fn check_rate(&self, line: Line) {
        // What is left of an opportunity may go to other packets than those that began it; two may be at one moment.
        let has_trace = self.configs.iter().any(|(_, config)| matches!(config.rate, Rate::Trace(_)));
        let slack = if has_trace { 2 * OPPORTUNITY_BIT_NANOS } else { 0 };
        // The least that was left of the capacity, of all departures so far.
        let (mut carried, mut least_left, mut last_unlimited) = (0_i128, 0, SimTime::ZERO);
        for (leaves, _, bytes) in &self.departures {
            let (capacity, unlimited) = self.capacity(*leaves);
            if unlimited > last_unlimited {
                // Whatever was owed before is forgiven.
                last_unlimited = unlimited;
                least_left = self.capacity(unlimited).0 - carried;
            }
            if unlimited == *leaves {
                continue;
            }
            carried += *bytes as i128 * 8_000_000_000;
            assert!(capacity - carried >= least_left - slack, "{line:?} carries more than its rate");
            least_left = least_left.min(capacity - carried);
        }
    }
}

const OPPORTUNITY_BIT_NANOS: i128 = OPPORTUNITY_BYTES as i128 * 8_000_000_000;

impl Readings {
    fn note(&mut self, packet: &PacketRecord<'_>) {
        self.packets += 1;
        self.mix(format!("{} {:?} {:?} ", packet.at.as_nanos(), packet.on(), packet.fate).as_bytes());
        self.mix(packet.bytes);
        if let (Some((_, Direction::Down)), Fate::Queued { .. } | Fate::Waits | Fate::QueueFull) =
            (packet.on(), packet.fate)
            && !self.is_changing(packet)
        {
            self.pass_between(packet);
        }
        match (packet.on(), packet.fate) {
            (Some(line), Fate::Queued { leaves, arrives } | Fate::Retimed { leaves, arrives }) => {
                self.line(line).leaves(line, leaves, arrives, packet.bytes.len());
            }
            (Some(line), Fate::Sent { arrives }) => {
                self.line(line).leaves(line, packet.at, arrives, packet.bytes.len());
            }
            (Some(line), Fate::Duplicated { arrives }) => {
                *self.line(line).expected.entry(arrives).or_default() += 1;
            }
            (Some(line), Fate::Delivered | Fate::Lost | Fate::NoPower | Fate::Asleep) => {
                self.leave(line, packet.at)
            }
            (Some(line @ (_, Direction::Down)), Fate::Unplugged) => self.leave(line, packet.at),
            (None, Fate::Partitioned) => self.pass_between(packet),
            (None, Fate::Refused(_)) => self.leave((packet.from, Direction::Up), packet.at),
            (None, Fate::Held) => {
                self.leave((packet.from, Direction::Up), packet.at);
                *self.held.entry(packet.from).or_default() += 1;
            }
            _ => {}
        }
    }

    fn line(&mut self, line: Line) -> &mut Reading {
        self.lines.entry(line).or_default()
    }

    /// Whether a packet that waits is not new on its link, which was changed just now.
    fn is_changing(&self, packet: &PacketRecord<'_>) -> bool {
        self.changing && packet.fate == Fate::Waits
    }

    /// A packet that was not held just now has left its sender's link.
    fn pass_between(&mut self, packet: &PacketRecord<'_>) {
        match self.held.get_mut(&packet.from) {
            Some(held) if *held > 0 => *held -= 1,
            _ => self.leave((packet.from, Direction::Up), packet.at),
        }
    }

    /// A packet was seen at the far end of a link: one must have been told to arrive just then, and none before.
    fn leave(&mut self, line: Line, at: SimTime) {
        let reading = self.line(line);
        let first = reading.expected.keys().next().copied();
        assert_eq!(first, Some(at), "{line:?} delivers too early, too late, or what it never took");
        reading.no_longer_expects(at);
    }

    /// FNV-1a.
    fn mix(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[test]
fn bytes_arrive_in_order_and_whole_and_nothing_is_left() {
    arbtest::arbtest(|bytes| {
        let plan = Plan::arbitrary(bytes)?;
        let Outcome { heard_by_client, heard_by_server, clean, left, events } = plan.play(&Meter::default());
        assert!(plan.server_says().starts_with(&heard_by_client), "{plan:?}\n{events}");
        assert!(plan.client_says().starts_with(&heard_by_server), "{plan:?}\n{events}");
        if clean {
            assert_eq!(heard_by_client.len(), plan.server_says, "{plan:?}\n{events}");
            assert_eq!(heard_by_server.len(), plan.client_says, "{plan:?}\n{events}");
            assert_eq!(left, FabricStats { listeners: 1, ..FabricStats::default() }, "{plan:?}\n{events}");
        } else {
            // Chance may lose every attempt of a segment; trouble that ends may not.
            assert!(plan.loses_packets(), "{plan:?}\n{events}");
        }
        Ok(())
    })
    .size_min(PLAN_BYTES);
}

#[test]
fn no_link_carries_more_than_its_rate() {
    arbtest::arbtest(|bytes| {
        let meter = Meter::default();
        Plan::arbitrary(bytes)?.play(&meter);
        meter.check_rates();
        assert!(meter.0.lock().unwrap().packets > 0);
        Ok(())
    })
    .size_min(PLAN_BYTES);
}

#[test]
fn the_seed_says_it_all() {
    arbtest::arbtest(|bytes| {
        let digest = |plan: &Plan| {
            let meter = Meter::default();
            let events = plan.play(&meter).events;
            (meter.0.lock().unwrap().digest, events)
        };
        let mut plan = Plan::arbitrary(bytes)?;
        let first = digest(&plan);
        assert_eq!(first, digest(&plan), "{plan:?}");
        plan.seed = !plan.seed;
        assert_ne!(first.0, digest(&plan).0, "another seed, and every packet the same: {plan:?}");
        Ok(())
    })
    .size_min(PLAN_BYTES);
}

/// Anything that programs and hosts may do, sensible or not.
#[derive(Clone, Copy, Debug, Arbitrary)]
enum Deed {
    Connect { from: u8, to: u8, port: u8 },
    Send { socket: u8, kilobytes: u8 },
    Read { socket: u8 },
    Finish { socket: u8 },
    Close { socket: u8 },
    Abort { socket: u8 },
    Kill { host: u8, socket: u8, port: u8 },
    PowerOff { host: u8 },
    PowerOn { host: u8 },
    Listen { host: u8, port: u8 },
    StopListening { host: u8, port: u8 },
    Trouble { trouble: Trouble, a: u8, b: u8, begins: bool },
    Bind { host: u8, port: u8 },
    Datagram { socket: u8, to: u8, port: u8, bytes: u16 },
    TakeDatagram { socket: u8 },
    InterfaceDown { host: u8 },
    InterfaceUp { host: u8, number: u8 },
    Roam { host: u8, inside: bool, number: u8 },
    RestartGateway,
    Renumber { number: u8 },
    Wait { millis: u16 },
}

const HOSTS: usize = 4;

/// One of the addresses that only this host ever has.
fn own_address(host: u8, number: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 1, host, number)
}

#[test]
fn when_all_is_dark_nothing_is_left() {
    arbtest::arbtest(|bytes| {
        let mut net = Net::new(bytes.arbitrary()?);
        let terms: [Terms; HOSTS] = bytes.arbitrary()?;
        let hosts: Vec<HostId> = terms
            .iter()
            .enumerate()
            .map(|(number, terms)| net.host(&number.to_string(), terms.link()))
            .collect();
        // Half of them start behind a NAT that forwards one port to one of them.
        let mut config = GatewayConfig::home_router(public(0));
        let forwarded = SocketAddrV4::new(own_address(2, 0), PORT);
        config.nat.as_mut().unwrap().forwards.insert((fabric::Protocol::Tcp, PORT), forwarded);
        let home = net.zone("home", config);
        for number in 2..HOSTS as u8 {
            let host = hosts[usize::from(number)];
            net.fabric
                .set_address_loss(host, bytes.choose(&[AddressLoss::Abort, AddressLoss::Keep]).copied()?);
            let interface = net.fabric.main_interface(host);
            net.fabric.move_interface(net.now, interface, home, own_address(number, 0));
        }
        let mut external = public(0);
        let pick = |number: u8| hosts[usize::from(number) % HOSTS];
        let port = |number: u8| PORT + u16::from(number % 2);
        let mut sockets = Vec::new();
        while let Ok(deed) = bytes.arbitrary::<Deed>()
            && !bytes.is_empty()
        {
            let now = net.now;
            // Every id that ever was, whether it still means something or not.
            sockets.extend(net.events.drain(..).map(|(_, event)| event.socket));
            let any = |number: u8| sockets.get(usize::from(number) % sockets.len().max(1)).copied();
            let fabric = &mut net.fabric;
            match deed {
                Deed::Connect { from, to, port: number } => {
                    let address = if to > 200 { external } else { fabric.host_address(pick(to)) };
                    let address = SocketAddrV4::new(address, port(number));
                    let sizes = if number > 127 { BufferUse::Bulk } else { BufferUse::Control };
                    let socket = fabric.connect(now, pick(from), address, sizes);
                    sockets.push(socket);
                }
                Deed::Send { socket, kilobytes } => {
                    any(socket)
                        .map(|socket| fabric.send(now, socket, &pattern(usize::from(kilobytes) << 10, 0)));
                }
                Deed::Read { socket } => {
                    any(socket).map(|socket| fabric.read(now, socket, &mut Vec::new()));
                }
                Deed::Finish { socket } => {
                    any(socket).into_iter().for_each(|socket| fabric.finish(now, socket))
                }
                Deed::Close { socket } => {
                    any(socket).into_iter().for_each(|socket| fabric.close(now, socket))
                }
                Deed::Abort { socket } => {
                    any(socket).into_iter().for_each(|socket| fabric.abort(now, socket))
                }
                Deed::Kill { host, socket, port: number } => {
                    fabric.kill_process(now, pick(host), any(socket).as_slice(), &[port(number)]);
                }
                Deed::PowerOff { host } => fabric.power_off(now, pick(host)),
                Deed::PowerOn { host } => fabric.power_on(now, pick(host)),
                Deed::Listen { host, port: number } => {
                    // A port taken and a host without power are errors, and that is that.
                    let _ = fabric.listen(pick(host), port(number), BufferUse::Control);
                }
                Deed::StopListening { host, port: number } => {
                    fabric.stop_listening(now, pick(host), port(number))
                }
                Deed::Trouble { trouble, a, b, begins: true } => trouble.begin(fabric, now, pick(a), pick(b)),
                Deed::Trouble { trouble, a, b, begins: false } => trouble.end(fabric, now, pick(a), pick(b)),
                Deed::Bind { host, port: number } => {
                    sockets.extend(fabric.bind(now, pick(host), (number < 200).then(|| port(number))));
                }
                Deed::Datagram { socket, to, port: number, bytes } => {
                    let address = if to > 200 { external } else { fabric.host_address(pick(to)) };
                    let address = SocketAddrV4::new(address, port(number));
                    let content = pattern(usize::from(bytes % 1_600), 0);
                    // Whatever is wrong with it is told, and that is that.
                    any(socket).map(|socket| fabric.send_datagram(now, socket, address, &content));
                }
                Deed::TakeDatagram { socket } => {
                    any(socket).map(|socket| fabric.receive_datagram(socket, &mut Vec::new()));
                }
                Deed::InterfaceDown { host } => {
                    fabric.interface_down(now, fabric.main_interface(pick(host)));
                }
                Deed::InterfaceUp { host, number } => {
                    let address = (number % 4 > 0).then(|| own_address(host % HOSTS as u8, number % 4));
                    fabric.interface_up(now, fabric.main_interface(pick(host)), address);
                }
                Deed::Roam { host, inside, number } => {
                    let zone = if inside { home } else { ZoneId::INTERNET };
                    let address = own_address(host % HOSTS as u8, number % 4);
                    fabric.move_interface(now, fabric.main_interface(pick(host)), zone, address);
                }
                Deed::RestartGateway => fabric.restart_gateway(now, home),
                Deed::Renumber { number } => {
                    external = public(number);
                    fabric.renumber_gateway(now, home, external);
                }
                Deed::Wait { millis } => net.run_for_millis(millis.into()),
            }
        }
        for &host in &hosts {
            net.fabric.power_off(net.now, host);
            hosts.iter().for_each(|&other| net.fabric.heal(net.now, host, other));
        }
        net.run_dry();
        assert_eq!(net.fabric.stats(), FabricStats::default());
        Ok(())
    })
    .size_min(1_000);
}
