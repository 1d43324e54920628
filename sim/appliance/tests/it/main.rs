//! The appliance alone, with a test at the other end of every connection.

mod chat;
mod durability;
mod fallback;
mod keys;
mod mortal;
mod office;
mod portal;
mod site;
mod states;
