//! The codec from outside: pictures in, pictures out.

mod drawing;
mod hostile;
mod laws;
mod workloads;
