//! The first frame on every connection.

use serde::{Deserialize, Serialize};

use crate::frame::{DecodeError, Message};

/// The version of the messages in this crate. Both sides must speak the same.
pub const PROTOCOL_VERSION: u16 = 2;

const MAGIC: [u8; 4] = *b"RHSL";

/// Who is dialling.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, arbitrary::Arbitrary,
)]
pub enum Role {
    /// A representative console.
    RepConsole,
    /// A customer: their browser on the portal, or the customer client.
    Customer,
    /// A Jump Client.
    JumpClient,
}

/// Says what the connection is for. The dialling side sends it before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Hello {
    magic: [u8; 4],
    version: u16,
    role: Role,
}

impl Hello {
    /// The greeting of a `role` that speaks this crate's version.
    pub fn new(role: Role) -> Self {
        Self { magic: MAGIC, version: PROTOCOL_VERSION, role }
    }

    /// Reads a greeting from a frame's body and says who dials.
    ///
    /// # Errors
    /// The body is no greeting, or one of another version.
    pub fn accept(body: &[u8]) -> Result<Role, HelloError> {
        let hello = Self::from_frame(body)?;
        if hello.magic != MAGIC {
            return Err(HelloError::NoGreeting { found: hello.magic });
        }
        if hello.version != PROTOCOL_VERSION {
            return Err(HelloError::Version { found: hello.version });
        }
        Ok(hello.role)
    }
}

impl Message for Hello {
    fn kind(&self) -> &'static str {
        "Hello"
    }
}

/// Why a first frame is no greeting that we can go on from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HelloError {
    /// The frame does not decode.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It does not begin as ours do.
    #[error("expected a greeting that begins with {MAGIC:?}, found {found:?}")]
    NoGreeting {
        /// What it begins with.
        found: [u8; 4],
    },
    /// It speaks another version.
    #[error("expected protocol version {PROTOCOL_VERSION}, found {found}")]
    Version {
        /// The peer's version.
        found: u16,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(hello: Hello) -> Result<Role, String> {
        let frame = crate::encode_frame(&hello);
        Hello::accept(&frame[4..]).map_err(|error| error.to_string())
    }

    #[test]
    fn only_our_own_version_is_accepted() {
        let ours = Hello::new(Role::JumpClient);
        assert_eq!(accept(ours), Ok(Role::JumpClient));
        assert_eq!(accept(Hello { version: 9, ..ours }), Err("expected protocol version 2, found 9".into()));
        assert_eq!(
            accept(Hello { magic: *b"HTTP", ..ours }),
            Err("expected a greeting that begins with [82, 72, 83, 76], found [72, 84, 84, 80]".into())
        );
    }
}
