//! The endpoint from outside: on small links, against smoltcp, against chance and malice.

mod basics;
mod goodput;
mod interop;
mod laws;
mod link;
mod states;
mod traces;
