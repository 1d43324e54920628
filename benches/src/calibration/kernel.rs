//! The kernel's own TCP on cases' links: network namespaces, TUN devices, iperf3.

use std::io;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fabric::Direction;
use serde_json::Value;

use super::cases::Case;
use super::emulator::{Lane, run};
use super::figures::{Figures, millis};
use super::real_time::Clock;
use super::tun::Tun;

/// What each namespace is told, so that a machine's own tuning does not matter: the kernel's defaults.
const SYSCTLS: [&str; 5] = [
    "net.ipv4.tcp_rmem=4096 131072 6291456",
    "net.ipv4.tcp_wmem=4096 16384 4194304",
    "net.ipv4.tcp_no_metrics_save=1",
    "net.ipv6.conf.all.disable_ipv6=1",
    "net.ipv6.conf.default.disable_ipv6=1",
];

/// Longer than the largest window here, so that nothing is lost but on the link.
const DEVICE_QUEUE_PACKETS: u32 = 10_000;

/// Why a kernel was not measured.
#[derive(Debug, thiserror::Error)]
pub enum KernelError {
    /// A device or a program did not start.
    #[error("{what}: {source}")]
    System {
        /// Which.
        what: String,
        /// What the system says.
        source: io::Error,
    },
    /// A program failed.
    #[error("expected `{command}` to succeed, it said: {said}")]
    Failed {
        /// The command line.
        command: String,
        /// Its output.
        said: String,
    },
}

/// The settings of this machine's kernel that matter here, one a line.
pub fn settings() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_else(|_| "?\n".to_owned());
    let mut text = format!("kernel {}", read("/proc/sys/kernel/osrelease"));
    for name in
        ["hystart", "hystart_detect", "hystart_low_window", "beta", "fast_convergence", "tcp_friendliness"]
    {
        text += &format!("tcp_cubic {name} {}", read(&format!("/sys/module/tcp_cubic/parameters/{name}")));
    }
    for name in [
        "tcp_sack",
        "tcp_dsack",
        "tcp_timestamps",
        "tcp_recovery",
        "tcp_early_retrans",
        "tcp_frto",
        "tcp_reordering",
        "tcp_window_scaling",
        "tcp_moderate_rcvbuf",
        "tcp_adv_win_scale",
        "tcp_slow_start_after_idle",
        "tcp_ecn",
        "tcp_min_rtt_wlen",
        "tcp_limit_output_bytes",
        "tcp_comp_sack_delay_ns",
    ] {
        text += &format!("net.ipv4.{name} {}", read(&format!("/proc/sys/net/ipv4/{name}")));
    }
    text
}

/// Runs iperf3 over the links of all cases at once, for so long, and says what came of each. The link of a case draws
/// from the seed beside it.
///
/// # Errors
/// If a device, a namespace or iperf3 fails.
pub fn measure(cases: &[(&Case, u64)], time: Duration) -> Result<Vec<Figures>, KernelError> {
    let mut homes = Vec::new();
    let mut lanes = Vec::new();
    for (place, (case, seed)) in cases.iter().enumerate() {
        let (fabric, hosts) = case.fabric(*seed);
        let mut ends = Vec::new();
        let mut names = Vec::new();
        for (side, host) in ["a", "b"].into_iter().zip(hosts) {
            let name = format!("rh{}{side}{place}", std::process::id() % 100_000);
            let tun = Tun::new(&name).map_err(|source| KernelError::System { what: name.clone(), source })?;
            ends.push((host, tun));
            homes.push(Namespace::with(&name, usize::from(side == "b"))?);
            names.push(name);
        }
        lanes.push(Lane::new(fabric, ends));
    }
    let done = AtomicBool::new(false);
    let clock = Clock::new();
    let mut steps_made = vec![0; cases.len()];
    let outputs = std::thread::scope(|scope| {
        let programs = scope.spawn(|| {
            let outputs = iperf3(&clock, &homes, cases, time);
            done.store(true, Ordering::Release);
            outputs
        });
        run(&clock, &mut lanes, |lanes, now| {
            for ((lane, (case, _)), made) in lanes.iter_mut().zip(cases).zip(&mut steps_made) {
                if let Some(began) = lane.began {
                    let sender = lane.ends[0].0;
                    case.step(&mut lane.fabric, now, sender, now.since(began), made);
                }
            }
            !done.load(Ordering::Acquire)
        });
        programs.join().expect("it does not panic")
    })?;
    Ok(outputs.iter().zip(&lanes).map(|(output, lane)| figures(output, lane)).collect())
}

fn figures(output: &Value, lane: &Lane) -> Figures {
    let streams = output["end"]["streams"].as_array().map_or(&[][..], Vec::as_slice);
    let bits = |stream: &Value| stream["receiver"]["bits_per_second"].as_f64().unwrap_or(f64::NAN);
    Figures {
        flows_mbit_per_s: streams.iter().map(|stream| bits(stream) / 1e6).collect(),
        retransmits: output["end"]["sum_sent"]["retransmits"].as_u64().unwrap_or_default(),
        late_ms: millis(lane.lateness.quantile(0.999)),
        ..Figures::of_link(&lane.fabric.link_counters(lane.ends[0].0, Direction::Up))
    }
}

/// Servers and clients in their namespaces, and what the clients print.
fn iperf3(
    clock: &Clock,
    homes: &[Namespace],
    cases: &[(&Case, u64)],
    time: Duration,
) -> Result<Vec<Value>, KernelError> {
    let address = Case::ADDRESSES[1].to_string();
    let seconds = time.as_secs().to_string();
    let mut servers = Vec::new();
    for pair in homes.chunks(2) {
        servers.push(Running(start(pair[1].inside("nice").args(["-n", "-10", "iperf3", "-s", "-1"]))?));
    }
    clock.nap(Duration::from_millis(500));
    let mut clients = Vec::new();
    for (pair, (case, _)) in homes.chunks(2).zip(cases) {
        let flows = case.flows.to_string();
        let mut client = pair[0].inside("timeout");
        // A busy control connection may be late on a bad link.
        client.args(["--signal=KILL", &(time.as_secs() + 30).to_string(), "nice", "-n", "-10", "iperf3"]);
        client.args(["-c", &address, "-t", &seconds, "-P", &flows, "-C", "cubic", "-J"]);
        clients.push(start(&mut client)?);
    }
    let mut outputs = Vec::new();
    for (client, (case, _)) in clients.into_iter().zip(cases) {
        let output = client.wait_with_output();
        let Output { stdout, .. } =
            output.map_err(|source| KernelError::System { what: "iperf3".to_owned(), source })?;
        let json: Option<Value> = serde_json::from_slice(&stdout).ok();
        outputs.push(json.filter(|json| json["end"]["streams"].is_array()).ok_or_else(|| {
            KernelError::Failed {
                command: format!("iperf3 on {}", case.name),
                said: String::from_utf8_lossy(&stdout).into_owned(),
            }
        })?);
    }
    Ok(outputs)
}

/// Stopped when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(command: &mut Command) -> Result<Child, KernelError> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    child.map_err(|source| KernelError::System { what: format!("{command:?}"), source })
}

/// A network namespace with a TUN device in it; gone when it is dropped.
struct Namespace {
    name: String,
}

impl Namespace {
    /// With the device of the same name, as this end of the link.
    fn with(name: &str, end: usize) -> Result<Self, KernelError> {
        let (own, other) = (Case::ADDRESSES[end], Case::ADDRESSES[1 - end]);
        ip(&format!("netns add {name}"))?;
        let home = Self { name: name.to_owned() };
        for setting in SYSCTLS {
            // Not every kernel has IPv6 to switch off.
            let _ = finish(home.inside("sysctl").args(["-q", "-w", setting]));
        }
        ip(&format!("link set {name} netns {name}"))?;
        for command in [
            format!("addr add {own}/32 dev {name}"),
            format!("link set {name} mtu {} txqueuelen {DEVICE_QUEUE_PACKETS} up", fabric::MTU_BYTES),
            "link set lo up".to_owned(),
            // From the first segment on: iperf3 chooses only once it is connected, and a socket that began with BBR
            // is paced for good.
            format!("route add {other}/32 dev {name} congctl cubic"),
        ] {
            ip(&format!("-n {name} {command}"))?;
        }
        // No pacing and no queue of its own kind below TCP.
        let limit = DEVICE_QUEUE_PACKETS.to_string();
        finish(home.inside("tc").args(["qdisc", "replace", "dev", name, "root", "pfifo", "limit", &limit]))?;
        Ok(home)
    }

    fn inside(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, program]);
        command
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // It goes with the machine at the latest.
        let _ = ip(&format!("netns del {}", self.name));
    }
}

fn ip(arguments: &str) -> Result<(), KernelError> {
    finish(Command::new("ip").args(arguments.split(' ')))
}

fn finish(command: &mut Command) -> Result<(), KernelError> {
    let output =
        command.output().map_err(|source| KernelError::System { what: format!("{command:?}"), source })?;
    if output.status.success() {
        return Ok(());
    }
    Err(KernelError::Failed {
        command: format!("{command:?}"),
        said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
