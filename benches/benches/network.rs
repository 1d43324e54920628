//! The fabric beside other simulators on the same work: one table.
//!
//! `cargo bench -p benches --bench network` builds each peer in `benches/peers` and runs it, a process for each figure.
//! Names behind `--` choose peers (`-- bach madsim`); `-- ours` chooses none.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use benches::table::{Mark, Row, Unit, table};
use benches::work::{Clients, SEGMENT_BYTES, busy_time};
use benches::{Estate, TRANSFER_BYTES, Transfer, turmoil};

/// The columns, in order.
const PEERS: [&str; 4] = ["turmoil 0.7.2", "turmoil-net 0.1.0", "madsim 0.2.34", "bach 0.2.0 (UDP)"];
const TURMOIL: usize = 0;
const MADSIM: usize = 2;

const HOUR_S: f64 = 3_600.0;
const DAY_S: f64 = 24.0 * HOUR_S;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let asked_for = |word: &str| arguments.iter().any(|argument| argument == word);
    if asked_for(MEMORY_OF) {
        return tell_memory(asked_for("heartbeats"));
    }
    let chosen: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with("--")).collect();
    let is_ours = |name: &&str| *name == "ours" || PEERS.iter().any(|peer| name_of(peer) == *name);
    if !chosen.iter().all(is_ours) {
        // A filter that is meant for another bench.
        return;
    }
    // `cargo bench -- --test` passes both; `cargo test --benches` passes neither.
    if asked_for("--bench") && !asked_for("--test") {
        print_table(&chosen);
    } else {
        try_out();
    }
}

/// Everything that is linked here, once.
#[expect(clippy::print_stdout, reason = "what was left out is said")]
fn try_out() {
    let few = Clients { number: 3, period: Some(Duration::from_secs(1)) };
    Estate::connected(few).run_for(few.step());
    Transfer::connected().run();
    assert!(turmoil::speed(few) > 0.0 && turmoil::bulk(SEGMENT_BYTES) > Duration::ZERO);
    println!(
        "network: ours and turmoil were tried; the peers in benches/peers are built by `cargo bench` only"
    );
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the bench is for")]
fn print_table(chosen: &[&str]) {
    let peers: Vec<Peer> = PEERS.iter().map(|peer| Peer::built(name_of(peer), chosen)).collect();
    let mut rows = Vec::new();
    let mut measure =
        |work, unit, ours: &dyn Fn() -> f64, asked: Option<&Asked>, [hold, reach]: [Option<Mark>; 2]| {
            eprintln!("measuring {work}");
            let ours = ours();
            let nobody = || Err("-".to_owned());
            let peers =
                peers.iter().map(|peer| asked.map_or_else(nobody, |asked| peer.figure(asked))).collect();
            rows.push(Row { work, unit, ours, peers, hold, reach });
            ours
        };
    let figures = |hold, reach| [Some(Mark::Figure(hold)), Some(Mark::Figure(reach))];

    let beating = |number, period_s| Clients { number, period: Some(Duration::from_secs(period_s)) };
    let [ten, hundred, thousand] = [10, 100, 1_000].map(|number| beating(number, 5));
    let ten_thousand = beating(10_000, 5);
    let beside = |hold, reach, peer| [Some(Mark::Beside(hold, peer)), Some(Mark::Beside(reach, peer))];
    let none = [None, None];
    measure("heartbeats, 10 hosts", Unit::Speed, &|| Estate::speed(ten), Some(&Asked::Estate(ten)), none);
    let few = measure(
        "heartbeats, 100 hosts",
        Unit::Speed,
        &|| Estate::speed(hundred),
        Some(&Asked::Estate(hundred)),
        beside(10_000.0, 25_000.0, TURMOIL),
    );
    measure(
        "heartbeats, 1,000 hosts",
        Unit::Speed,
        &|| Estate::speed(thousand),
        Some(&Asked::Estate(thousand)),
        beside(1.0, 2.0, MADSIM),
    );
    let many = measure("heartbeats, 10,000 hosts", Unit::Speed, &|| Estate::speed(ten_thousand), None, none);
    measure("cost of a host, 10,000 to 100", Unit::Times, &|| few / many / 100.0, None, figures(1.3, 1.1));

    let (payload, packet) = bulk();
    measure("64 MiB, 1,460 bytes of it", Unit::Nanoseconds, &|| payload, Some(&Asked::Payload), none);
    measure("64 MiB, a packet", Unit::Nanoseconds, &|| packet, Some(&Asked::Packet), figures(600.0, 400.0));

    let office = beating(50, 12);
    measure(
        "50 hosts, heartbeats each 12 s",
        Unit::Span,
        &|| Estate::speed(office),
        Some(&Asked::Estate(office)),
        figures(12.0 * HOUR_S, 2.0 * DAY_S),
    );
    let idle = Clients { number: 50, period: None };
    measure(
        "50 hosts, connected and idle",
        Unit::Span,
        &|| Estate::speed(idle),
        Some(&Asked::Estate(idle)),
        figures(30.0 * DAY_S, 365.0 * DAY_S),
    );
    measure(
        "peak memory, 10,000 idle hosts",
        Unit::Mebibytes,
        &|| memory("idle"),
        None,
        [Some(Mark::Figure(256.0)), None],
    );
    measure("the same after 44 heartbeats each", Unit::Mebibytes, &|| memory("heartbeats"), None, none);
    println!("\nHeartbeats in virtual seconds, and 50 hosts in virtual time, per wall second.\n");
    println!("{}", table(&PEERS, &rows));
    for (peer, name) in peers.iter().zip(PEERS) {
        if let Peer::Absent(why) = peer {
            println!("{name}: {why}");
        }
    }
}

/// What a packet costs, and 1,460 bytes of payload, in ns.
fn bulk() -> (f64, f64) {
    const TRANSFERS: u32 = 9;
    let transfers = (0..TRANSFERS).map(|_| {
        let transfer = Transfer::connected();
        let start = busy_time();
        let packets = transfer.run().packets;
        (busy_time() - start, packets)
    });
    let (wall, packets) = transfers.min().expect("there are some");
    (per_segment(wall), wall.as_nanos() as f64 / packets as f64)
}

fn per_segment(wall: Duration) -> f64 {
    wall.as_nanos() as f64 / (TRANSFER_BYTES as f64 / SEGMENT_BYTES as f64)
}

/// What peers are asked for.
enum Asked {
    Estate(Clients),
    Payload,
    Packet,
}

/// Somebody to be compared with.
enum Peer {
    /// It is linked here.
    Turmoil,
    /// It is a process for each figure.
    Apart { name: &'static str },
    /// It cannot be had, and why.
    Absent(String),
}

impl Peer {
    #[expect(clippy::print_stderr, reason = "a build takes minutes, and says so")]
    fn built(name: &'static str, chosen: &[&str]) -> Self {
        if !chosen.is_empty() && !chosen.contains(&name) {
            return Self::Absent("not asked for".to_owned());
        }
        if name == name_of(PEERS[TURMOIL]) {
            return Self::Turmoil;
        }
        eprintln!("building {name}");
        match cargo("build", name, &[]).output() {
            Ok(Output { status, .. }) if status.success() => Self::Apart { name },
            Ok(Output { stderr, .. }) => Self::Absent(format!("not built: {}", first_error(&stderr))),
            Err(error) => Self::Absent(format!("not built: {error}")),
        }
    }

    fn figure(&self, asked: &Asked) -> Result<f64, String> {
        match (self, asked) {
            (Self::Turmoil, Asked::Estate(clients)) => Ok(turmoil::speed(*clients)),
            (Self::Turmoil, Asked::Payload) => Ok(per_segment(turmoil::bulk(TRANSFER_BYTES))),
            (Self::Turmoil, Asked::Packet) => Err("-".to_owned()),
            (Self::Apart { name }, Asked::Estate(Clients { number, period: Some(period) })) => {
                answer(name, &["heartbeats", &number.to_string(), &period.as_secs().to_string()], 0)
            }
            (Self::Apart { name }, Asked::Estate(Clients { number, period: None })) => {
                answer(name, &["idle", &number.to_string()], 0)
            }
            (Self::Apart { name }, Asked::Payload) => answer(name, &["bulk", &TRANSFER_BYTES.to_string()], 0),
            (Self::Apart { name }, Asked::Packet) => answer(name, &["bulk", &TRANSFER_BYTES.to_string()], 1),
            (Self::Absent(why), _) => Err(why.split(':').next().unwrap_or_default().to_owned()),
        }
    }
}

/// Runs the peer, and reads one of the figures of the line that it answers with.
fn answer(name: &str, asked: &[&str], place: usize) -> Result<f64, String> {
    let output = cargo("run", name, asked).output().map_err(|error| format!("not run: {error}"))?;
    if !output.status.success() {
        return Err(format!("failed: {}", first_error(&output.stderr)));
    }
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let figures = line.strip_prefix(&asked.join(" "));
    let figure = figures.and_then(|figures| figures.split_whitespace().nth(place));
    match figure {
        Some("-") => Err("-".to_owned()),
        Some(figure) => figure.parse().map_err(|_| format!("expected a figure, found {line:?}")),
        None => Err(format!("expected {asked:?} and figures, found {line:?}")),
    }
}

/// A call of cargo on the peer's own workspace, lock file and target folder, with the flags that it needs.
fn cargo(verb: &str, name: &str, arguments: &[&str]) -> Command {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name).join("Cargo.toml");
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([verb, "--release", "--locked", "--manifest-path"]).arg(manifest);
    command.arg("--target-dir").arg(target_folder().join("peers").join(name));
    if !arguments.is_empty() {
        command.arg("--quiet").arg("--").args(arguments);
    }
    // Flags of our own build are not theirs.
    for flags in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"] {
        command.env_remove(flags);
    }
    if name == name_of(PEERS[MADSIM]) {
        command.env("RUSTFLAGS", "--cfg madsim");
    }
    command.stdin(Stdio::null());
    command
}

/// Where cargo has put this bench: it stands in `TARGET/PROFILE/deps`.
fn target_folder() -> PathBuf {
    let bench = env::current_exe().expect("the system knows what it runs");
    bench.ancestors().nth(3).expect("cargo has put it there").to_owned()
}

fn name_of(peer: &str) -> &str {
    peer.split(' ').next().unwrap_or_default()
}

fn first_error(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().find(|line| line.starts_with("error")).or(text.lines().last());
    line.unwrap_or("it did not say why").replace('|', "/")
}

/// Asks this program to be 10,000 hosts and nothing else.
const MEMORY_OF: &str = "--memory-of";

/// The peak of such a process, in MiB.
fn memory(kind: &str) -> f64 {
    let bench = env::current_exe().expect("the system knows what it runs");
    let output = Command::new(bench).args([MEMORY_OF, kind]).output().expect("it has just been run");
    let told = String::from_utf8_lossy(&output.stdout);
    told.trim().parse().unwrap_or(f64::NAN)
}

#[expect(clippy::print_stdout, reason = "its parent reads it")]
fn tell_memory(beating: bool) {
    const HEARTBEATS: u32 = 44;
    let period = Duration::from_secs(5);
    let mut estate = Estate::connected(Clients { number: 10_000, period: beating.then_some(period) });
    if beating {
        estate.run_for(period * (HEARTBEATS - 2));
    }
    // Where there is no such file, there is no figure.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    let peak_kib: f64 = peak.and_then(|kib| kib.trim().parse().ok()).unwrap_or(f64::NAN);
    println!("{}", peak_kib / 1_024.0);
    drop(estate);
}
