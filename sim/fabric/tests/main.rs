//! The fabric from outside: connections, faults, links, places, datagrams, echoes, others' stacks, and that a seed says it all.

mod closed_forms;
mod connections;
mod datagrams;
mod echoes;
mod faults;
mod foreign;
mod links;
mod net;
mod places;
mod roaming;
mod schedules;
