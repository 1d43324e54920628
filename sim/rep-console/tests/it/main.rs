//! The rep console alone, with a test in the appliance's place.

mod breaks;
mod desk;
mod hostile;
mod jumps;
mod keys;
mod queues;
mod sessions;
mod signing_in;
mod states;
