//! The seam between a program and the machine that it runs on.
//!
//! The program's side is [`Party`]: a state machine that is told the time and given bytes, and that is polled for
//! what it wants done. The machine's side is [`Device`]: what a program may ask of the machine under it. Whoever
//! drives a party (the simulator's world, or a shell with real sockets) lends it its machine for each call, so
//! that the driver can look at the machine between calls.

mod lanes;
mod machine;
mod outbox;
mod party;
mod screens;
mod send_queue;
mod shown;
mod system;
mod terminal;
mod timers;
mod uplink;
mod window;

pub use lanes::{Lane, Lanes, QUANTUM_BYTES};
pub use machine::{App, Device, Launch, PackagedApp, Sound};
pub use outbox::Outbox;
pub use party::{CloseHow, Closed, ConnId, Deadline, Input, Party, Transmit};
pub use screens::{
    Capture, CaptureRefused, InputRefused, ProtectedWindow, Rights, ScreenPermission, ScreenWork, Screens,
};
pub use send_queue::SendQueue;
pub use shown::Shown;
pub use system::{
    Account, CredentialCheck, SHELL_LOOK_AGAIN_AFTER, ShellHandle, ShellOutput, System, SystemRefused,
};
pub use terminal::{TERMINAL_LINE_CHARS_MAX, Terminal};
pub use timers::Timers;
pub use uplink::{
    HEARTBEAT_EVERY, LinkState, LostReason, OFFLINE_AFTER, Protocol, REDIAL_AFTER_MAX, REDIAL_AFTER_MIN,
    Uplink, UplinkConfig, UplinkEvent,
};
