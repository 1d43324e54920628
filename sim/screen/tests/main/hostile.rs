//! Bytes that no encoder wrote.

use screen::{Decoder, Encoder, Quality, SimTime, Size, Wanted};

use crate::drawing::Workload;
use crate::workloads::UNLIMITED;

const SIZE: Size = Size { width: 200, height: 130 };

/// Frames of all kinds.
fn frames() -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for quality in [Quality::LOSSLESS, Quality::BALANCED, Quality::LOWEST] {
        let mut encoder = Encoder::new(SIZE);
        for workload in Workload::ALL {
            for number in 0..3 {
                encoder.damaged(&[SIZE.bounds()]);
                let wanted = Wanted { quality, ..UNLIMITED };
                let frame = encoder.encode(SimTime::ZERO, &workload.frame(SIZE, number), &wanted);
                frames.extend(frame.map(|frame| frame.bytes));
            }
        }
    }
    frames
}

#[test]
fn no_bytes_make_it_panic() {
    let frames = frames();
    arbtest::arbtest(|u| {
        let mut decoder = Decoder::new(SIZE);
        for _ in 0..u.int_in_range(1..=4)? {
            let mut bytes = if u.ratio(1, 8)? { u.arbitrary()? } else { u.choose(&frames)?.clone() };
            for _ in 0..u.int_in_range(0..=3)? {
                if let Some(last) = bytes.len().checked_sub(1) {
                    bytes[u.int_in_range(0..=last.min(1_000))?] = u.arbitrary()?;
                }
            }
            if let Ok(written) = decoder.decode(&bytes) {
                for rect in written {
                    assert_eq!(rect.intersection(SIZE.bounds()), Some(rect));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn a_frame_cut_short_or_for_another_screen_is_an_error() {
    let frames = frames();
    let first = &frames[0];
    for length in 1..first.len() {
        assert!(Decoder::new(SIZE).decode(&first[..length]).is_err(), "{length} bytes");
    }
    let smaller = Size { width: 100, height: 60 };
    assert!(Decoder::new(smaller).decode(first).is_err());
    assert_eq!(Decoder::new(SIZE).decode(&[]), Ok(Vec::new()));
}
