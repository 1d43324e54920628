//! Shared parts of the benches, and the calibration of the network beside a kernel.

pub mod calibration;
