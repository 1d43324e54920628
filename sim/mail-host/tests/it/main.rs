//! The mail host alone, with a test in its clients' place.

mod desk;
mod disk;
mod hostile;
mod talk;
