//! This machine's kernel talks to hosts of the fabric, over a TUN device and a link that loses.
//!
//! Where there is no TUN device to be had, the tests say so and look at nothing.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddrV4, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use benches::calibration::{Clock, Lane, Tun, run, what_is_missing};
use fabric::{
    AccessLink, BufferUse, CloseReason, Direction, EventKind, Fabric, HostId, LinkConfig, Loss, SocketId,
};
use wire::{Seed, SimTime};

const PORT: u16 = 4_433;
const BYTES: usize = 2 << 20;
/// After so long without an end, something hangs.
const PATIENCE: SimTime = SimTime::from_secs(60);

/// A lane with one of the fabric's own hosts, and this kernel behind a link.
struct Meeting {
    lane: [Lane; 1],
    own: HostId,
    kernel: HostId,
    own_address: Ipv4Addr,
    kernel_address: Ipv4Addr,
    program: Program,
}

/// What runs on the fabric's host: it sends, hears, and then ends or waits for the end.
#[derive(Default)]
struct Program {
    socket: Option<SocketId>,
    heard: Vec<u8>,
    to_send: Vec<u8>,
    sent: usize,
    /// It ends once all is sent, without waiting for the peer's end.
    ends_first: bool,
    /// It tears the connection down when it has heard so much.
    aborts_after: Option<usize>,
    closed: Option<CloseReason>,
    aborted: bool,
    peer_ended: bool,
}

impl Program {
    /// It has had no connection, or has none any more.
    fn is_over(&self) -> bool {
        self.socket.is_none() || self.closed.is_some() || self.aborted
    }

    fn act(&mut self, fabric: &mut Fabric, now: SimTime) {
        while let Some(event) = fabric.poll_event() {
            self.socket = Some(event.socket);
            match event.kind {
                EventKind::Connected | EventKind::Accepted { .. } | EventKind::Writable => {
                    self.push(fabric, now, event.socket);
                }
                EventKind::Readable => {
                    fabric.read(now, event.socket, &mut self.heard);
                    if self.aborts_after.is_some_and(|bytes| self.heard.len() >= bytes) {
                        fabric.abort(now, event.socket);
                        self.aborted = true;
                    }
                }
                EventKind::Finished => {
                    self.peer_ended = true;
                    self.push(fabric, now, event.socket);
                }
                EventKind::Closed { reason } => self.closed = Some(reason),
            }
        }
    }

    fn push(&mut self, fabric: &mut Fabric, now: SimTime, socket: SocketId) {
        while self.sent < self.to_send.len() {
            let taken = fabric.send(now, socket, &self.to_send[self.sent..]);
            self.sent += taken;
            if taken == 0 {
                return;
            }
        }
        if self.ends_first || self.peer_ended {
            fabric.finish(now, socket);
        }
    }
}

impl Meeting {
    /// `None`, and a line that says why, where there can be none.
    #[expect(
        clippy::print_stderr,
        reason = "who reads the test's output is to know that it looked at nothing"
    )]
    fn new(loss: f64) -> Option<Self> {
        if let Some(missing) = what_is_missing(&["ip"]) {
            eprintln!("skipped: {missing}");
            return None;
        }
        // Its own four addresses of those for benchmarks (RFC 2544), since tests run at once.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let net = u32::from(Ipv4Addr::new(198, 18, 0, 0)) + (std::process::id() * 8 + number) % 0x8000 * 4;
        let [kernel_address, own_address] = [net + 1, net + 2].map(Ipv4Addr::from);
        let name = format!("rh{}t{number}", std::process::id());
        let tun = Tun::new(&name).expect("it was tried");
        for command in [
            format!("addr add {kernel_address}/30 dev {name}"),
            format!("link set {name} txqueuelen 10000 up"),
        ] {
            let status = Command::new("ip").args(command.split(' ')).status().expect("ip was tried");
            assert!(status.success(), "ip {command}");
        }
        let mut fabric = Fabric::new(Seed::from_number(u64::from(number)));
        let mut link = LinkConfig::rate(50_000_000).propagation(Duration::from_millis(5));
        if loss > 0.0 {
            link = link.loss(Loss::Independent(loss));
        }
        let own = fabric.add_host("own", own_address, AccessLink::symmetric(LinkConfig::unlimited()));
        let kernel = fabric.add_host("kernel", kernel_address, AccessLink::symmetric(link));
        let lane = [Lane::new(fabric, vec![(kernel, tun)])];
        Some(Self { lane, own, kernel, own_address, kernel_address, program: Program::default() })
    }

    fn listen(&mut self) -> SocketAddrV4 {
        self.lane[0].fabric.listen(self.own, PORT, BufferUse::Bulk).expect("the port is free");
        SocketAddrV4::new(self.own_address, PORT)
    }

    /// Our host dials; [`SimTime::ZERO`] is when the run begins.
    fn dial(&mut self, port: u16) {
        let remote = SocketAddrV4::new(self.kernel_address, port);
        let socket = self.lane[0].fabric.connect(SimTime::ZERO, self.own, remote, BufferUse::Bulk);
        self.program.socket = Some(socket);
    }

    /// Runs while `kernel` does what a program on the kernel does, until that and our connection are over.
    fn run<T: Send>(&mut self, kernel: impl FnOnce() -> T + Send) -> T {
        let clock = Clock::new();
        std::thread::scope(|scope| {
            let kernel = scope.spawn(kernel);
            let Self { lane, program, .. } = self;
            run(&clock, lane, |lanes, now| {
                assert!(now < PATIENCE, "still not over after {now}");
                program.act(&mut lanes[0].fabric, now);
                lanes[0].hand_out();
                !(kernel.is_finished() && program.is_over())
            });
            kernel.join().expect("the kernel's side is content")
        })
    }

    fn lost(&self) -> u64 {
        let lost = |direction| self.lane[0].fabric.link_counters(self.kernel, direction).lost;
        lost(Direction::Up) + lost(Direction::Down)
    }
}

fn pattern(salt: u8) -> Vec<u8> {
    (0..BYTES as u64).map(|place| place.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0] ^ salt).collect()
}

/// Sends and hears at once, and ends when all is sent, or not before the peer does.
fn talk(stream: &TcpStream, say: &[u8], ends_first: bool) -> Vec<u8> {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = stream;
            stream.write_all(say).expect("the peer takes it");
            if ends_first {
                stream.shutdown(Shutdown::Write).expect("it is open");
            }
        });
        let mut heard = Vec::new();
        let mut reader = stream;
        reader.read_to_end(&mut heard).expect("the peer ends in peace");
        heard
    })
}

#[test]
fn bytes_go_both_ways_over_a_link_that_loses_whoever_dials_and_whoever_ends_first() {
    for (loss, we_dial, we_end_first) in
        [(0.0, false, false), (0.0, true, true), (0.01, false, true), (0.01, true, false)]
    {
        let Some(mut meeting) = Meeting::new(loss) else { return };
        let (there, back) = (pattern(1), pattern(2));
        meeting.program.to_send = there.clone();
        meeting.program.ends_first = we_end_first;
        let heard = if we_dial {
            let listener =
                TcpListener::bind((meeting.kernel_address, 0)).expect("the address is the kernel's");
            meeting.dial(listener.local_addr().expect("it is bound").port());
            meeting.run(|| talk(&listener.accept().expect("somebody dials").0, &back, !we_end_first))
        } else {
            let remote = meeting.listen();
            meeting
                .run(|| talk(&TcpStream::connect(remote).expect("it is listened on"), &back, !we_end_first))
        };
        let case = format!("loss {loss}, we dial: {we_dial}, we end first: {we_end_first}");
        assert!(heard == there, "{case}: {} bytes of {BYTES} arrived at the kernel", heard.len());
        assert!(meeting.program.heard == back, "{case}: {} bytes arrived here", meeting.program.heard.len());
        assert_eq!(meeting.program.closed, Some(CloseReason::Finished), "{case}");
        assert_eq!(meeting.lost() > 0, loss > 0.0, "{case}");
    }
}

#[test]
fn who_is_not_there_refuses_either_way() {
    let Some(mut meeting) = Meeting::new(0.0) else { return };
    let remote = SocketAddrV4::new(meeting.own_address, PORT);
    let error = meeting.run(|| TcpStream::connect(remote).expect_err("nobody listens"));
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);

    let Some(mut meeting) = Meeting::new(0.0) else { return };
    let listener = TcpListener::bind((meeting.kernel_address, 0)).expect("the address is the kernel's");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    meeting.dial(port);
    meeting.run(|| ());
    assert_eq!(meeting.program.closed, Some(CloseReason::Refused));
}

#[test]
fn a_reset_is_heard_either_way() {
    let Some(mut meeting) = Meeting::new(0.0) else { return };
    let remote = meeting.listen();
    meeting.program.aborts_after = Some(100_000);
    let error = meeting.run(|| {
        let mut stream = TcpStream::connect(remote).expect("it is listened on");
        stream.write_all(&vec![1; 16 << 20]).expect_err("it is torn down")
    });
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);

    let Some(mut meeting) = Meeting::new(0.0) else { return };
    let remote = meeting.listen();
    meeting.program.to_send = pattern(3);
    meeting.run(|| {
        let mut stream = TcpStream::connect(remote).expect("it is listened on");
        stream.read_exact(&mut [0; 1_000]).expect("bytes come");
        // A kernel that closes over unread bytes resets.
    });
    assert_eq!(meeting.program.closed, Some(CloseReason::Reset));
}
