//! The customer's client alone, with a test in the appliance's place.

mod breaks;
mod desk;
mod hostile;
mod stages;
mod way;
