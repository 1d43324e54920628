//! What formulas say about TCP over a link. Queues have theirs in `src/link/tests.rs` (M/D/1).

use std::fmt::Write as _;
use std::time::Duration;

use fabric::{AccessLink, BufferUse, Direction, EventKind, LinkConfig, Loss, MIXED_BUFFER_BYTES};

use crate::net::{Net, PORT};

/// Payload of a full segment with timestamps: 1,500 bytes less 52 of headers.
const SEGMENT_BYTES: f64 = 1_448.0;

/// Payload in bits per second from a client behind `up`, with no limit on the way back but half a round trip, from
/// `warm_up` on; and the share of packets that was lost.
fn goodput(seed: u64, up: LinkConfig, buffers: BufferUse, warm_up: Duration, time: Duration) -> (f64, f64) {
    let mut net = Net::new(seed);
    let back = LinkConfig::unlimited().propagation(up.propagation);
    let server = net.host("server", AccessLink { up: back, down: LinkConfig::unlimited() });
    let client = net.host("client", AccessLink { up, down: LinkConfig::unlimited() });
    net.fabric.listen(server, PORT, buffers).unwrap();
    net.dial(client, server, buffers);
    let chunk = [1; 65_536];
    let mut heard = 0;
    let mut before = 0;
    for (end, counts) in [(warm_up, false), (warm_up + time, true)] {
        before = heard;
        let end = wire::SimTime::ZERO + end;
        net.run_until(end, |fabric, now, event| match event.kind {
            EventKind::Connected | EventKind::Writable => {
                while fabric.send(now, event.socket, &chunk) == chunk.len() {}
            }
            EventKind::Readable => heard += fabric.read_with(now, event.socket, <[u8]>::len),
            _ => {}
        });
        assert!(heard > before || !counts, "nothing arrives");
    }
    let counters = net.fabric.link_counters(client, Direction::Up);
    ((heard - before) as f64 * 8.0 / time.as_secs_f64(), counters.lost as f64 / counters.sent as f64)
}

/// A window that no loss and no queue limits is sent once in each round trip, and no more.
#[test]
fn a_window_below_the_path_is_sent_once_a_round_trip() {
    /// A minute may begin and end within a window.
    const BOUND: f64 = 0.002;
    let mut table = String::new();
    let mut all = Vec::new();
    for rtt_ms in [50, 100, 200, 600] {
        let link = LinkConfig::unlimited().propagation(Duration::from_millis(rtt_ms) / 2);
        let time = Duration::from_secs(60);
        let (got, _) = goodput(1, link, BufferUse::Mixed, Duration::from_secs(10), time);
        let expected = MIXED_BUFFER_BYTES as f64 * 8.0 / (rtt_ms as f64 / 1e3);
        writeln!(table, "{rtt_ms:>3} ms: {:.3} of window/RTT", got / expected).expect("a string takes it");
        all.push(got / expected);
    }
    assert!(all.iter().all(|share| (1.0 - BOUND..=1.0 + BOUND).contains(share)), "{table}");
    insta::assert_snapshot!(table, @r"
     50 ms: 1.000 of window/RTT
    100 ms: 1.000 of window/RTT
    200 ms: 1.000 of window/RTT
    600 ms: 1.000 of window/RTT
    ");
}

/// Mathis, Semke, Mahdavi and Ott, "The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm" (1997):
/// goodput ≤ C · MSS / (RTT · √p). For each segment lost by itself, and windows that do not depend on how often the
/// peer acknowledges (ours count what was acknowledged), C is 1.31. CUBIC in its Reno-friendly region is made to have
/// Reno's mean window (RFC 9438, 4.3), and short round trips keep it there.
#[test]
fn random_loss_bounds_goodput_as_mathis_says() {
    const C: f64 = 1.31;
    /// The formula knows no timeouts and no whole segments, which cost the more the smaller the window is: at 2 % it is
    /// nine segments.
    const SHARE_OF_BOUND: std::ops::Range<f64> = 0.7..1.0;
    let mut table = String::new();
    let mut all = Vec::new();
    for (rtt_ms, loss) in
        [(10, 0.000_5), (20, 0.001), (20, 0.002), (20, 0.005), (20, 0.01), (40, 0.01), (40, 0.02)]
    {
        let link = LinkConfig::unlimited()
            .propagation(Duration::from_millis(rtt_ms) / 2)
            .loss(Loss::Independent(loss));
        let (got, lost) =
            goodput(5, link, BufferUse::Bulk, Duration::from_secs(20), Duration::from_secs(100));
        let bound = C * SEGMENT_BYTES * 8.0 / (rtt_ms as f64 / 1e3 * libm::sqrt(loss));
        writeln!(
            table,
            "{rtt_ms} ms, {:.2} % ({:.3} %): {:>5.2} Mbit/s, {:.2} of the bound",
            loss * 100.0,
            lost * 100.0,
            got / 1e6,
            got / bound
        )
        .expect("a string takes it");
        all.push(got / bound);
    }
    assert!(all.iter().all(|share| SHARE_OF_BOUND.contains(share)), "{table}");
    insta::assert_snapshot!(table, @r"
    10 ms, 0.05 % (0.048 %): 63.51 Mbit/s, 0.94 of the bound
    20 ms, 0.10 % (0.098 %): 21.29 Mbit/s, 0.89 of the bound
    20 ms, 0.20 % (0.184 %): 15.45 Mbit/s, 0.91 of the bound
    20 ms, 0.50 % (0.460 %):  9.42 Mbit/s, 0.88 of the bound
    20 ms, 1.00 % (0.937 %):  6.22 Mbit/s, 0.82 of the bound
    40 ms, 1.00 % (0.945 %):  3.16 Mbit/s, 0.83 of the bound
    40 ms, 2.00 % (2.044 %):  1.95 Mbit/s, 0.73 of the bound
    ");
}
