//! The appliance alone, with a test at the other end of every connection.

mod durability;
mod fallback;
mod keys;
mod mortal;
mod office;
mod site;
mod states;
