//! The seam between a program and the machine that it runs on.
//!
//! The program's side is [`Party`]: a state machine that is told the time and given bytes, and that is polled for
//! what it wants done. The machine's side is [`Device`]: what a program may ask of the machine under it. Whoever
//! drives a party (the simulator's world, or a shell with real sockets) lends it its machine for each call, so
//! that the driver can look at the machine between calls.

mod machine;
mod outbox;
mod party;
mod shown;
mod timers;
mod uplink;

pub use machine::{App, Device, Launch, PackagedApp};
pub use outbox::Outbox;
pub use party::{CloseHow, Closed, ConnId, Deadline, Input, Party, Transmit};
pub use shown::Shown;
pub use timers::Timers;
pub use uplink::{
    HEARTBEAT_EVERY, LinkState, LostReason, OFFLINE_AFTER, Protocol, REDIAL_AFTER_MAX, REDIAL_AFTER_MIN,
    Uplink, UplinkConfig, UplinkEvent,
};
