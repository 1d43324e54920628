//! Frames: a length of four bytes, big-endian, then that many bytes of one message in postcard's encoding.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest body that a frame may have, in bytes. A peer that announces more is cut off before any of it is
/// stored.
pub const FRAME_BYTES_MAX: usize = 256 * 1024;

const LENGTH_BYTES: usize = 4;

/// One of the message types of this crate.
pub trait Message: Serialize + DeserializeOwned {
    /// What a person calls this message, as diagrams and reports print it: the variant's name.
    fn kind(&self) -> &'static str;

    /// Reads a message from a frame's body.
    ///
    /// # Errors
    /// The bytes are no message of this type, or more bytes follow it.
    fn from_frame(body: &[u8]) -> Result<Self, DecodeError> {
        match postcard::take_from_bytes(body) {
            Ok((message, [])) => Ok(message),
            Ok((_, rest)) => Err(DecodeError::BytesLeft { left: rest.len(), of: body.len() }),
            Err(error) => Err(DecodeError::NoSuchMessage { of: body.len(), reason: error.to_string() }),
        }
    }
}

/// Why a frame's body is no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Reading stopped with an error.
    #[error("expected a message, found {of} bytes that are none: {reason}")]
    NoSuchMessage {
        /// Bytes in the frame.
        of: usize,
        /// What the decoder says.
        reason: String,
    },
    /// A message was read, and bytes were left.
    #[error("expected one message in the frame of {of} bytes, found {left} bytes behind it")]
    BytesLeft {
        /// Bytes behind the message.
        left: usize,
        /// Bytes in the frame.
        of: usize,
    },
}

/// A stream of bytes that can't be cut into frames; nothing sensible can follow on that connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a frame of at most {FRAME_BYTES_MAX} bytes, found one of {announced}")]
pub struct FrameError {
    /// The length that the peer announced, in bytes.
    pub announced: u32,
}

/// A message as the bytes that travel: the frame's length, then its body.
///
/// # Panics
/// If the message is longer than [`FRAME_BYTES_MAX`]: senders bound what they put in.
pub fn encode_frame(message: &impl Serialize) -> Vec<u8> {
    let mut frame =
        postcard::to_extend(message, vec![0; LENGTH_BYTES]).expect("serialising to memory cannot fail");
    let body = frame.len() - LENGTH_BYTES;
    assert!(body <= FRAME_BYTES_MAX, "a message of {body} bytes is longer than FRAME_BYTES_MAX");
    frame[..LENGTH_BYTES].copy_from_slice(&(body as u32).to_be_bytes());
    frame
}

/// Cuts a stream of bytes into frames, whatever the pieces it arrives in.
///
/// It holds at most one frame and one received piece; a stream that breaks the rules stays broken.
#[derive(Debug, Default)]
pub struct FrameReader {
    buffer: Vec<u8>,
    /// How much of `buffer` has been handed out.
    taken: usize,
}

impl FrameReader {
    /// Adds what arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            self.buffer.drain(..self.taken);
            self.taken = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The body of the next whole frame, or `None` until more arrives.
    ///
    /// # Errors
    /// The next frame announces more than [`FRAME_BYTES_MAX`].
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, FrameError> {
        let rest = &self.buffer[self.taken..];
        let Some((length, body)) = rest.split_first_chunk::<LENGTH_BYTES>() else { return Ok(None) };
        let announced = u32::from_be_bytes(*length);
        let length = announced as usize;
        if length > FRAME_BYTES_MAX {
            return Err(FrameError { announced });
        }
        let Some(body) = body.get(..length) else { return Ok(None) };
        self.taken += LENGTH_BYTES + length;
        Ok(Some(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::CustomerToAppliance;
    use crate::jump::JumpToAppliance;
    use crate::rep::{ApplianceToRep, RepToAppliance};

    #[test]
    fn messages_survive_the_trip_in_any_pieces() {
        arbtest::arbtest(|u| {
            let sent: Vec<RepToAppliance> = u.arbitrary()?;
            let stream: Vec<u8> = sent.iter().flat_map(encode_frame).collect();
            let mut reader = FrameReader::default();
            let mut seen: Vec<RepToAppliance> = Vec::new();
            let mut rest = stream.as_slice();
            while !rest.is_empty() {
                let (piece, later) = rest.split_at(u.int_in_range(1..=rest.len())?);
                reader.push(piece);
                while let Some(body) = reader.next_frame().expect("we sent no long frame") {
                    seen.push(Message::from_frame(body).expect("we sent a message"));
                }
                rest = later;
            }
            assert_eq!(seen, sent);
            Ok(())
        });
    }

    #[test]
    fn hostile_bytes_are_an_error_and_never_more() {
        arbtest::arbtest(|u| {
            let bytes: &[u8] = u.bytes(u.len())?;
            let mut reader = FrameReader::default();
            reader.push(bytes);
            while let Ok(Some(body)) = reader.next_frame() {
                let _ = RepToAppliance::from_frame(body);
            }
            let _ = RepToAppliance::from_frame(bytes);
            let _ = ApplianceToRep::from_frame(bytes);
            let _ = CustomerToAppliance::from_frame(bytes);
            let _ = JumpToAppliance::from_frame(bytes);
            Ok(())
        });
    }

    #[test]
    fn a_frame_may_be_as_long_as_the_limit_and_no_longer() {
        let mut reader = FrameReader::default();
        reader.push(&(FRAME_BYTES_MAX as u32).to_be_bytes());
        assert_eq!(reader.next_frame(), Ok(None));
        let mut reader = FrameReader::default();
        reader.push(&(FRAME_BYTES_MAX as u32 + 1).to_be_bytes());
        assert_eq!(
            reader.next_frame().expect_err("one byte too many").to_string(),
            "expected a frame of at most 262144 bytes, found one of 262145"
        );
    }

    #[test]
    fn what_follows_a_message_in_its_frame_is_an_error() {
        let frame = encode_frame(&JumpToAppliance::Heartbeat);
        let mut body = frame[LENGTH_BYTES..].to_vec();
        body.push(0);
        assert_eq!(
            JumpToAppliance::from_frame(&body).expect_err("a byte too many").to_string(),
            "expected one message in the frame of 2 bytes, found 1 bytes behind it"
        );
    }
}
