//! What a person would call a frame that went by: for diagrams, never for behaviour.

use crate::customer::{ApplianceToCustomer, CustomerToAppliance};
use crate::frame::Message;
use crate::jump::{ApplianceToJump, JumpToAppliance};
use crate::rep::{ApplianceToRep, RepToAppliance};
use crate::{Hello, Role};

/// Which way a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the side that dialled.
    ToAppliance,
    /// To the side that dialled.
    FromAppliance,
}

/// The kind of the message in a frame's `body`, on a connection of `role` (`None` before its greeting).
///
/// `None` where the body is no message of that connection.
pub fn kind_of_frame(role: Option<Role>, direction: Direction, body: &[u8]) -> Option<&'static str> {
    fn kind<M: Message>(body: &[u8]) -> Option<&'static str> {
        M::from_frame(body).ok().map(|message| message.kind())
    }
    match (role, direction) {
        (None, Direction::ToAppliance) => kind::<Hello>(body),
        (None, Direction::FromAppliance) => None,
        (Some(Role::RepConsole), Direction::ToAppliance) => kind::<RepToAppliance>(body),
        (Some(Role::RepConsole), Direction::FromAppliance) => kind::<ApplianceToRep>(body),
        (Some(Role::Customer), Direction::ToAppliance) => kind::<CustomerToAppliance>(body),
        (Some(Role::Customer), Direction::FromAppliance) => kind::<ApplianceToCustomer>(body),
        (Some(Role::JumpClient), Direction::ToAppliance) => kind::<JumpToAppliance>(body),
        (Some(Role::JumpClient), Direction::FromAppliance) => kind::<ApplianceToJump>(body),
    }
}
