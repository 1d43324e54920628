//! The appliance alone, with a test at the other end of every connection.

mod chat;
mod connections;
mod durability;
mod equilibrium;
mod fallback;
mod jumps;
mod keys;
mod leaks;
mod mail;
mod mortal;
mod networks;
mod office;
mod pins;
mod policies;
mod portal;
mod sharing;
mod sign_in;
mod site;
mod states;
mod talk;
mod tools;
mod usage;
mod waiting;
