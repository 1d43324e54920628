//! The fabric from outside: connections, faults, links, and that a seed says it all.

mod closed_forms;
mod connections;
mod faults;
mod foreign;
mod links;
mod net;
mod schedules;
