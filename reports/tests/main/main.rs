//! What the reports of a run look like.

mod sample;
