//! What an endpoint is told once, and where the usual figures come from.

use std::time::Duration;

/// Payload of a segment without options on Ethernet: 1,500 bytes less two headers (RFC 9293, 3.7.1).
pub const MSS_BYTES: u16 = 1_460;
/// Largest receive buffer of a Linux kernel: the third figure of `tcp_rmem`.
pub const RECEIVE_BUFFER_BYTES_MAX: usize = 6 * 1024 * 1024;
/// Largest send buffer of a Linux kernel: the third figure of `tcp_wmem`.
pub const SEND_BUFFER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// After how long `connect` fails: Linux's six repetitions of SYN, from one second on and doubling.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(127);
/// For how long data may stay unanswered: at least 100 s (RFC 9293, 3.8.3; RFC 5482).
pub const USER_TIMEOUT: Duration = Duration::from_secs(100);
/// How long a connection without a program waits for a silent peer: Linux's `tcp_fin_timeout`.
pub const LINGER_TIMEOUT: Duration = Duration::from_secs(60);
/// How long TIME-WAIT lasts: twice a maximum segment lifetime of 30 s, as Linux has it (RFC 9293, 3.4.2 and 3.6.1).
pub const TIME_WAIT: Duration = Duration::from_secs(60);
/// For how long an acknowledgement may wait for company: Linux's least; RFC 9293, 3.8.6.3, allows 500 ms.
pub const DELAYED_ACK: Duration = Duration::from_millis(40);

/// How an endpoint behaves. Durations count in whole milliseconds, rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Largest payload of a segment without options, in bytes: the MTU less 40 (RFC 9293, 3.7.1). At most
    /// [`MSS_BYTES`].
    pub mss: u16,
    /// How far the receive window may grow, in bytes.
    pub receive_buffer_max: usize,
    /// How far the send buffer may grow, in bytes.
    pub send_buffer_max: usize,
    /// For how long the handshake may take.
    pub connect_timeout: Duration,
    /// For how long the peer may leave data or FIN unanswered (RFC 9293, 3.8.3; RFC 5482).
    pub user_timeout: Duration,
    /// The same, once the program has let go; and for how long FIN-WAIT-2 waits then.
    pub linger_timeout: Duration,
    /// How long TIME-WAIT lasts (RFC 9293, 3.6.1).
    pub time_wait: Duration,
    /// Probes on an idle connection (RFC 9293, 3.8.4); usually off.
    pub keepalive: Option<Keepalive>,
    /// For how long an acknowledgement may wait for company (RFC 9293, 3.8.6.3).
    pub delayed_ack: Duration,
    /// Keeps small segments back while data is in flight (RFC 9293, 3.7.4).
    pub nagle: bool,
    /// Offers timestamps (RFC 7323, 3).
    pub timestamps: bool,
    /// Offers selective acknowledgements (RFC 2018).
    pub sack: bool,
    /// Leaves slow start when the round trip grows, before the queue overflows: the HyStart of Linux, which
    /// RFC 9406 grew out of; it has no conservative slow start.
    pub hystart: bool,
}

/// When an idle connection is asked whether it still lives (RFC 9293, 3.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// Silence before the first probe.
    pub idle: Duration,
    /// Silence between probes.
    pub interval: Duration,
    /// Probes without an answer before the connection is given up.
    pub probes: u8,
}

/// What Linux does to a socket with `SO_KEEPALIVE`: 2 hours, then 9 probes, 75 s apart.
impl Default for Keepalive {
    fn default() -> Self {
        Self { idle: Duration::from_secs(7_200), interval: Duration::from_secs(75), probes: 9 }
    }
}

/// As a Linux kernel is configured, with `TCP_NODELAY`.
impl Default for Config {
    fn default() -> Self {
        Self {
            mss: MSS_BYTES,
            receive_buffer_max: RECEIVE_BUFFER_BYTES_MAX,
            send_buffer_max: SEND_BUFFER_BYTES_MAX,
            connect_timeout: CONNECT_TIMEOUT,
            user_timeout: USER_TIMEOUT,
            linger_timeout: LINGER_TIMEOUT,
            time_wait: TIME_WAIT,
            keepalive: None,
            delayed_ack: DELAYED_ACK,
            nagle: false,
            timestamps: true,
            sack: true,
            hystart: true,
        }
    }
}

/// A [`Config`] in as few bytes as it goes, since every endpoint has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) mss: u16,
    pub(crate) send_max: u32,
    pub(crate) connect_timeout: Millis,
    pub(crate) user_timeout: Millis,
    pub(crate) linger_timeout: Millis,
    pub(crate) time_wait: Millis,
    pub(crate) delayed_ack: Millis,
    pub(crate) keepalive_idle: Millis,
    pub(crate) keepalive_interval: Millis,
    /// Zero: no keepalive.
    pub(crate) keepalive_probes: u8,
    pub(crate) nagle: bool,
    pub(crate) hystart: bool,
}

/// Whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Millis(u32);

impl Millis {
    fn round_up(duration: Duration) -> Self {
        Self(u32::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u32::MAX))
    }

    pub(crate) fn duration(self) -> Duration {
        Duration::from_millis(u64::from(self.0))
    }
}

/// The largest window that the scale option can say (RFC 7323, 2.3).
const WINDOW_BYTES_MAX: u32 = 1 << 30;
/// The least payload that an endpoint works with, whatever the peer says: Linux's `tcp_min_snd_mss`.
pub(crate) const MSS_BYTES_MIN: u16 = 48;

/// A buffer's size that can be worked with.
pub(crate) fn buffer_bytes(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX).clamp(u32::from(MSS_BYTES_MIN), WINDOW_BYTES_MAX)
}

impl Settings {
    pub(crate) fn new(config: &Config) -> Self {
        let keepalive = config.keepalive.unwrap_or_default();
        Self {
            mss: config.mss.clamp(MSS_BYTES_MIN, MSS_BYTES),
            send_max: buffer_bytes(config.send_buffer_max),
            connect_timeout: Millis::round_up(config.connect_timeout),
            user_timeout: Millis::round_up(config.user_timeout),
            linger_timeout: Millis::round_up(config.linger_timeout),
            time_wait: Millis::round_up(config.time_wait),
            delayed_ack: Millis::round_up(config.delayed_ack),
            keepalive_idle: Millis::round_up(keepalive.idle),
            keepalive_interval: Millis::round_up(keepalive.interval),
            keepalive_probes: if config.keepalive.is_some() { keepalive.probes.max(1) } else { 0 },
            nagle: config.nagle,
            hystart: config.hystart,
        }
    }
}
