//! The rep console alone, with a test in the appliance's place.

mod desk;
mod sessions;
