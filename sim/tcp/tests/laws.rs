//! What holds whatever the line does, and whatever comes over it.

use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use arbtest::arbtest;
use tcp::{Config, Endpoint, Error, Flags, Keepalive, SackBlocks, Segment, Shared, State, Timestamps};
use wire::SimTime;

use crate::link::{Link, Pair, pattern};

/// A line of any kind that lets something through.
fn any_link(u: &mut Unstructured<'_>) -> arbitrary::Result<Link> {
    let share = |u: &mut Unstructured<'_>, max: u32| -> arbitrary::Result<f64> {
        Ok(f64::from(u.int_in_range(0..=max)?) / 1000.0)
    };
    let millis = |u: &mut Unstructured<'_>, max: u64| -> arbitrary::Result<Duration> {
        Ok(Duration::from_millis(u.int_in_range(0..=max)?))
    };
    Ok(Link {
        bits_per_s: if u.arbitrary()? { Some(u.int_in_range(100_000..=50_000_000)?) } else { None },
        delay: millis(u, 300)?,
        loss: share(u, 200)?,
        duplication: share(u, 300)?,
        scatter: if u.arbitrary()? { millis(u, 150)? } else { Duration::ZERO },
        jitter: if u.arbitrary()? { millis(u, 150)? } else { Duration::ZERO },
        queue_bytes: if u.arbitrary()? { Some(u.int_in_range(3_000..=200_000)?) } else { None },
    })
}

fn any_config(u: &mut Unstructured<'_>) -> arbitrary::Result<Config> {
    Ok(Config {
        mss: u.int_in_range(100..=1_460)?,
        receive_buffer_max: u.int_in_range(200..=300_000)?,
        send_buffer_max: u.int_in_range(1..=300_000)?,
        // Long enough for any line above.
        connect_timeout: Duration::from_secs(100_000),
        user_timeout: Duration::from_secs(100_000),
        linger_timeout: Duration::from_secs(100_000),
        nagle: u.arbitrary()?,
        timestamps: u.arbitrary()?,
        sack: u.arbitrary()?,
        hystart: u.arbitrary()?,
        keepalive: if u.arbitrary()? {
            Some(Keepalive { idle: Duration::from_secs(1), interval: Duration::from_secs(100), probes: 200 })
        } else {
            None
        },
        ..Config::default()
    })
}

#[test]
fn bytes_arrive_whole_and_in_order_whatever_the_line_does() {
    arbtest(|u| {
        let configs = [any_config(u)?, any_config(u)?];
        let links = [any_link(u)?, any_link(u)?];
        let totals = [u.int_in_range(0..=60_000_usize)?, u.int_in_range(0..=60_000_usize)?];
        let seed = u.arbitrary()?;
        let mut pair = Pair::new(configs, links, seed);
        let (mut sent, mut heard) = ([0; 2], [Vec::new(), Vec::new()]);
        let mut steps = 0_u32;
        let over = pair.run_until(SimTime::from_secs(50_000), |pair| {
            steps += 1;
            assert!(steps < 3_000_000, "it does not get on: {:?}", pair.near());
            for end in 0..2 {
                let Some(endpoint) = &pair.ends[end] else { continue };
                let state = endpoint.state();
                if endpoint.unread() > 0 {
                    let bytes = pair.read_all(end);
                    heard[end].extend(bytes);
                }
                if state.may_send() {
                    let (begin, total) = (sent[end], totals[end]);
                    if begin < total {
                        let bytes = pattern(begin, total - begin);
                        sent[end] += pair.with(end, |it, now, shared| it.send(now, &bytes, shared));
                    } else {
                        pair.with(end, |it, now, _| it.finish(now));
                    }
                }
            }
            pair.ends.iter().flatten().filter(|end| end.state() == State::Closed).count() == 2
        });
        assert!(over, "it has no end: {:?}\n{:?}", pair.near(), pair.ends[1]);
        for end in 0..2 {
            let bytes = pair.read_all(end);
            heard[end].extend(bytes);
            assert!(heard[end] == pattern(0, totals[1 - end]), "end {end} heard {} bytes", heard[end].len());
            // Whose last bytes arrived, but not the acknowledgement before the other end was over, can't know.
            let error = pair.ends[end].as_ref().and_then(Endpoint::error);
            let other = pair.ends[1 - end].as_ref().and_then(Endpoint::error);
            assert!(
                error.is_none() || error == Some(Error::Reset) && other.is_none(),
                "{error:?}, {other:?}"
            );
        }
        assert_eq!(pair.shared.lent(), 0);
        Ok(())
    })
    .budget_ms(4_000);
}

/// A segment near what the connection is about, and malicious.
fn any_segment(u: &mut Unstructured<'_>, shared: &mut Shared, near: [u32; 2]) -> arbitrary::Result<Segment> {
    let mut number = |base: u32| -> arbitrary::Result<u32> {
        Ok(match u.int_in_range(0..=3)? {
            0 => u32::arbitrary(u)?,
            1 => base,
            2 => base.wrapping_add(u.int_in_range(0..=5_000)?),
            _ => base.wrapping_sub(u.int_in_range(0..=5_000)?),
        })
    };
    let (seq, ack) = (number(near[0])?, number(near[1])?);
    let mut sack = SackBlocks::default();
    for _ in 0..4 {
        let (left, right) = (number(near[1])?, number(near[1])?);
        sack.push(left, right);
    }
    if u.arbitrary()? {
        sack = SackBlocks::default();
    }
    let len = if u.arbitrary()? { u.int_in_range(0..=1_460)? } else { 0 };
    Ok(Segment {
        seq,
        ack,
        flags: Flags::from_bits(if u.arbitrary()? { 0x10 } else { u.arbitrary()? }),
        window: u.arbitrary()?,
        mss: u.arbitrary()?,
        window_scale: u.arbitrary()?,
        sack_permitted: u.arbitrary()?,
        timestamps: if u.arbitrary()? {
            Some(Timestamps { value: u.arbitrary()?, echo: u.arbitrary()? })
        } else {
            None
        },
        sack,
        payload: shared.payloads.lend(len, |into| into.fill(7)),
    })
}

#[test]
fn malice_does_no_harm() {
    arbtest(|u| {
        let mut shared = Shared::default();
        let config = any_config(u)?;
        let mut now = SimTime::from_secs(1);
        let mut syn = Segment { flags: Flags::SYN, ..any_segment(u, &mut shared, [0, 0])? };
        if u.arbitrary()? {
            syn.timestamps = None;
        }
        let mut end = if u.arbitrary()? {
            Endpoint::connect(&config, now, 77)
        } else {
            Endpoint::accept(&config, now, 77, &syn)
        };
        let mut near = [syn.seq.wrapping_add(1), 78];
        for _ in 0..u.int_in_range(1..=200)? {
            match u.int_in_range(0..=9)? {
                0 => {
                    end.send(now, &[1; 9_000], &mut shared);
                }
                1 => {
                    end.read_with(now, &mut shared, |slice| slice.len() / 2 + 1);
                }
                2 if u.ratio(1, 20)? => end.finish(now),
                3 if u.ratio(1, 50)? => end.let_go(now),
                4 if u.ratio(1, 50)? => end.abort(now),
                5 => {
                    now += Duration::from_millis(u.int_in_range(0..=400)?);
                    end.handle_timeout(now, &mut shared);
                }
                6 => {
                    if let Some(at) = end.poll_timeout() {
                        now = now.max(at);
                        end.handle_timeout(now, &mut shared);
                    }
                }
                _ => {
                    now += Duration::from_micros(u.int_in_range(0..=3_000)?);
                    let segment = any_segment(u, &mut shared, near)?;
                    end.handle_segment(now, &segment, &mut shared);
                    shared.payloads.take_back(segment.payload);
                }
            }
            let mut sent = 0;
            while let Some(segment) = end.poll_segment(now, &mut shared) {
                near[1] = segment.seq.wrapping_add(segment.sequence_space());
                if segment.flags.ack() {
                    near[0] = segment.ack;
                }
                let mut bytes = Vec::new();
                let address = std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 1);
                segment.emit(address, address, &mut bytes);
                assert_eq!(bytes.len(), segment.wire_bytes());
                shared.payloads.take_back(segment.payload);
                sent += 1;
                assert!(sent < 100_000, "it talks without end");
            }
            let due = end.poll_timeout().is_some_and(|at| at <= now);
            if due {
                end.handle_timeout(now, &mut shared);
                while let Some(segment) = end.poll_segment(now, &mut shared) {
                    shared.payloads.take_back(segment.payload);
                }
            }
            if let Some(at) = end.poll_timeout() {
                assert!(at > now, "{at} is not later than {now}: {end:?}");
            }
        }
        end.release(&mut shared);
        assert_eq!(shared.lent(), 0);
        Ok(())
    })
    .budget_ms(2_000);
}

#[test]
fn bytes_and_segments_say_the_same() {
    arbtest(|u| {
        let mut shared = Shared::default();
        let mut segment = any_segment(u, &mut shared, [0, 0])?;
        if !segment.flags.syn() {
            (segment.mss, segment.window_scale, segment.sack_permitted) = (None, None, false);
        }
        if segment.timestamps.is_some() || segment.flags.syn() {
            segment.sack = SackBlocks::default();
        }
        let source = std::net::SocketAddrV4::new(std::net::Ipv4Addr::new(10, 0, 0, 1), u.arbitrary()?);
        let destination = std::net::SocketAddrV4::new(std::net::Ipv4Addr::new(10, 0, 0, 2), u.arbitrary()?);
        let mut bytes = vec![1, 2, 3];
        segment.emit(source, destination, &mut bytes);
        let bytes = &mut bytes[3..];
        assert_eq!(bytes.len(), segment.wire_bytes());
        let read = Segment::parse(*source.ip(), *destination.ip(), bytes, &mut shared.payloads);
        assert_eq!(read, Ok((source.port(), destination.port(), segment)));
        // Whatever bit is wrong, it shows; whatever bytes come, nothing breaks.
        let at = u.choose_index(bytes.len())?;
        bytes[at] ^= 1 << u.int_in_range(0..=7)?;
        assert!(Segment::parse(*source.ip(), *destination.ip(), bytes, &mut shared.payloads).is_err());
        let rest: Vec<u8> = u.arbitrary()?;
        let _ = Segment::parse(*source.ip(), *destination.ip(), &rest, &mut shared.payloads);
        Ok(())
    });
}
