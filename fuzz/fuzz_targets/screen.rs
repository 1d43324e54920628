//! Frames of a screen's stream, each with its length before it, as a viewer might get them from anybody.

#![no_main]

use libfuzzer_sys::fuzz_target;
use screen::{Decoder, Size};

const SIZE: Size = Size { width: 200, height: 130 };

fuzz_target!(|data: &[u8]| {
    let (mut decoder, mut twin) = (Decoder::new(SIZE), Decoder::new(SIZE));
    let mut rest = data;
    while let Some(([low, high], behind)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(behind.len());
        let (frame, behind) = behind.split_at(length);
        rest = behind;
        let written = decoder.decode(frame);
        assert_eq!(written, twin.decode(frame), "two viewers see the same");
        match written {
            Ok(written) => {
                assert!(written.iter().all(|rect| rect.intersection(SIZE.bounds()) == Some(*rect)));
            }
            // What is shown after an error is undefined.
            Err(error) => {
                assert!(!error.to_string().is_empty());
                return;
            }
        }
        assert!(decoder.picture() == twin.picture());
        assert!(decoder.picture().pixels().all(|pixel| pixel.0[3] == 255), "a screen is opaque");
    }
});
