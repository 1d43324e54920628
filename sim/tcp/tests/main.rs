//! The endpoint from outside: on small links, against smoltcp, against chance and malice.

mod basics;
mod link;
