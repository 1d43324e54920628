//! The customer's client alone, with a test in the appliance's place.

mod breaks;
mod browser;
mod desk;
mod elevation;
mod endings;
mod hostile;
mod pins;
mod stages;
mod tools;
mod way;
