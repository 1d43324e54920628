//! A stream of bytes as any peer might send it, to everything that reads one.

#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use wire::customer::{ApplianceToCustomer, CustomerToAppliance};
use wire::jump::{ApplianceToJump, JumpToAppliance};
use wire::rep::{ApplianceToRep, RepToAppliance};
use wire::{Direction, FrameError, FrameReader, Hello, Message, Role, encode_frame, kind_of_frame};

// The first byte is how long the pieces are in which the rest arrives.
fuzz_target!(|data: &[u8]| {
    let Some((piece, stream)) = data.split_first() else { return };
    let whole = frames(stream, stream.len().max(1));
    let in_pieces = frames(stream, usize::from(*piece) + 1);
    assert_eq!(whole, in_pieces, "frames depend on the pieces that they come in");
    for body in whole.0 {
        let _ = Hello::accept(&body);
        survives::<Hello>(&body);
        survives::<RepToAppliance>(&body);
        survives::<ApplianceToRep>(&body);
        survives::<CustomerToAppliance>(&body);
        survives::<ApplianceToCustomer>(&body);
        survives::<JumpToAppliance>(&body);
        survives::<ApplianceToJump>(&body);
        for role in [None, Some(Role::RepConsole), Some(Role::Customer), Some(Role::JumpClient)] {
            kind_of_frame(role, Direction::ToAppliance, &body);
            kind_of_frame(role, Direction::FromAppliance, &body);
        }
    }
});

/// The frames of a stream, and the error that ends it, if one does.
fn frames(stream: &[u8], piece_bytes: usize) -> (Vec<Vec<u8>>, Option<FrameError>) {
    let mut reader = FrameReader::default();
    let mut frames = Vec::new();
    for piece in stream.chunks(piece_bytes) {
        reader.push(piece);
        loop {
            match reader.next_frame() {
                Ok(Some(body)) => frames.push(body.to_vec()),
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
    }
    (frames, None)
}

/// What can be read can be written, and reads the same again.
fn survives<M: Message + PartialEq + Debug>(body: &[u8]) {
    let Ok(message) = M::from_frame(body) else { return };
    let frame = encode_frame(&message);
    let (_, again) = frame.split_first_chunk::<4>().expect("a frame begins with its length");
    assert_eq!(M::from_frame(again), Ok(message));
}
