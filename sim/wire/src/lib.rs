//! What the parties say to one another, and the few things that all of them must agree on: the clock's
//! readings ([`SimTime`]), where chance comes from ([`Seed`]), ids, messages, and how messages become bytes.
//!
//! No behaviour beyond encode and decode lives here. A message travels in a [`frame`]; the first frame on a
//! connection is a [`Hello`], and it decides which pair of message types the connection speaks:
//!
//! | role | to the appliance | from the appliance |
//! |---|---|---|
//! | [`Role::RepConsole`] | [`rep::RepToAppliance`] | [`rep::ApplianceToRep`] |
//! | [`Role::Customer`] | [`customer::CustomerToAppliance`] | [`customer::ApplianceToCustomer`] |
//! | [`Role::JumpClient`] | [`jump::JumpToAppliance`] | [`jump::ApplianceToJump`] |

pub mod customer;
pub mod frame;
mod geometry;
mod hello;
mod ids;
pub mod jump;
mod kind;
pub mod pin;
pub mod rep;
mod seed;
pub mod session;
mod time;
pub mod tool;

pub use frame::{DecodeError, FrameError, FrameReader, Message, encode_frame};
pub use geometry::{Point, Rect, Size};
pub use hello::{Hello, HelloError, PROTOCOL_VERSION, Role};
pub use ids::*;
pub use kind::{Direction, kind_of_frame};
pub use seed::Seed;
pub use time::SimTime;
