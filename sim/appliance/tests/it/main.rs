//! The appliance alone, with a test at the other end of every connection.

mod office;
mod states;
