//! The operating system of fake machines, as programs and people at a shell see it.

mod actions;
mod paths;
mod rights;
mod screen;
mod sessions;
mod tables;
