//! The rep console alone, with a test in the appliance's place.

mod assignments;
mod attendance;
mod breaks;
mod desk;
mod elevation;
mod external;
mod hostile;
mod jumps;
mod keys;
mod pins;
mod queues;
mod reports;
mod sessions;
mod settings;
mod sharing;
mod signing_in;
mod states;
mod team_chat;
mod tools;
mod touch;
mod transfers;
