//! The appliance alone, with a test at the other end of every connection.

mod chat;
mod connections;
mod durability;
mod fallback;
mod jumps;
mod keys;
mod leaks;
mod mortal;
mod networks;
mod office;
mod portal;
mod sign_in;
mod site;
mod states;
