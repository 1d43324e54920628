//! Packet captures: the blocks of the file, read back by a reader that knows only the format's grammar.

use std::fmt::Write;
use std::net::Ipv4Addr;

use reports::{Capture, CaptureInterface, CapturedPacket, pcapng};
use wire::SimTime;

fn sample() -> Capture {
    let carla = Ipv4Addr::new(10, 20, 0, 1);
    let appliance = Ipv4Addr::new(203, 0, 113, 10);
    let interface = |name: &str, address, rate| CaptureInterface {
        name: name.to_owned(),
        address,
        up_bits_per_s: rate,
        down_bits_per_s: rate,
    };
    let mut bytes = vec![0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0];
    bytes.extend(carla.octets());
    bytes.extend(appliance.octets());
    bytes.extend([0xc0, 0, 0x01, 0xbb, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0]);
    let packet = |at, interface, is_outbound, comments: &[&str]| CapturedPacket {
        at,
        interface,
        is_outbound,
        bytes: bytes.clone(),
        comments: comments.iter().map(|&comment| comment.to_owned()).collect(),
    };
    Capture {
        comment: "Chat: a line".to_owned(),
        interfaces: vec![
            interface("appliance", appliance, None),
            interface("Carla's PC", carla, Some(4_000_000)),
        ],
        names: vec![(appliance, "support.example.com".to_owned()), (carla, "Carla's PC".to_owned())],
        packets: vec![
            packet(SimTime::ZERO, 1, true, &["Given the site \"acme\"", "When Carla writes"]),
            packet(SimTime::from_nanos(40_000_001), 0, false, &[]),
            packet(SimTime::from_secs(86_400), 1, true, &["lost on the link"]),
        ],
    }
}

#[test]
fn a_capture_is_a_row_of_blocks() {
    insta::assert_snapshot!(blocks(&pcapng(&sample())), @r#"
    section, byte order 1a2b3c4d, version 1
      1: Chat: a line
      4: Rehearsal
    interface, link type 101
      2: appliance
      4: [203, 0, 113, 10, 255, 255, 255, 255]
      9: [9]
    interface, link type 101
      2: Carla's PC
      4: [10, 20, 0, 1, 255, 255, 255, 255]
      9: [9]
      16: [0, 9, 61, 0, 0, 0, 0, 0]
      17: [0, 9, 61, 0, 0, 0, 0, 0]
    names
      1: [10, 20, 0, 1, 99, 97, 114, 108, 97, 115, 45, 112, 99, 0]
      1: [203, 0, 113, 10, 115, 117, 112, 112, 111, 114, 116, 46, 101, 120, 97, 109, 112, 108, 101, 46, 99, 111, 109, 0]
    packet of 40 of 40 bytes at 0 ns on 1
      1: Given the site "acme"
      1: When Carla writes
      2: [2, 0, 0, 0]
    packet of 40 of 40 bytes at 40000001 ns on 0
      2: [1, 0, 0, 0]
    packet of 40 of 40 bytes at 86400000000000 ns on 1
      1: lost on the link
      2: [2, 0, 0, 0]
    "#);
}

#[test]
fn a_capture_of_nothing_is_a_file_all_the_same() {
    insta::assert_snapshot!(blocks(&pcapng(&Capture::default())), @"
    section, byte order 1a2b3c4d, version 1
      4: Rehearsal
    ");
}

#[test]
fn a_long_comment_is_cut_between_two_characters() {
    let mut capture = sample();
    capture.packets[0].comments = vec![format!("x{}", "é".repeat(40_000))];
    assert!(blocks(&pcapng(&capture)).contains("éé\n"));
}

/// A line per block and per option. Panics on what is no pcapng.
fn blocks(file: &[u8]) -> String {
    let mut lines = String::new();
    let mut rest = file;
    while !rest.is_empty() {
        let length = u32_at(rest, 4) as usize;
        assert_eq!(length % 4, 0, "a block of {length} bytes");
        let (block, after) = rest.split_at(length);
        assert_eq!(u32_at(block, length - 4) as usize, length, "the length stands at both ends");
        rest = after;
        let body = &block[8..length - 4];
        match u32_at(block, 0) {
            0x0a0d_0d0a => {
                writeln!(lines, "section, byte order {:x}, version {}", u32_at(body, 0), u32_at(body, 4))
                    .unwrap();
                options(&mut lines, &body[16..]);
            }
            1 => {
                writeln!(lines, "interface, link type {}", u32_at(body, 0)).unwrap();
                options(&mut lines, &body[8..]);
            }
            4 => {
                writeln!(lines, "names").unwrap();
                options(&mut lines, body);
            }
            6 => {
                let nanos = u64::from(u32_at(body, 4)) << 32 | u64::from(u32_at(body, 8));
                let bytes = u32_at(body, 12) as usize;
                let (at, interface) = (SimTime::from_nanos(nanos).as_nanos(), u32_at(body, 0));
                writeln!(lines, "packet of {bytes} of {} bytes at {at} ns on {interface}", u32_at(body, 16))
                    .unwrap();
                options(&mut lines, &body[20 + bytes.next_multiple_of(4)..]);
            }
            other => panic!("a block of kind {other}"),
        }
    }
    lines
}

fn options(lines: &mut String, mut options: &[u8]) {
    loop {
        let (code, length) = (u16_at(options, 0), usize::from(u16_at(options, 2)));
        let value = &options[4..4 + length];
        options = &options[4 + length.next_multiple_of(4)..];
        if code == 0 {
            return assert!(options.is_empty(), "nothing comes after the last option");
        }
        let is_text = !value.is_empty()
            && std::str::from_utf8(value).is_ok_and(|text| !text.contains(char::is_control));
        let value = if is_text { String::from_utf8_lossy(value).into_owned() } else { format!("{value:?}") };
        writeln!(lines, "  {code}: {value}").unwrap();
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap())
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}
