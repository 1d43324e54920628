//! What a connection does in an ordinary life.

use tcp::{Config, Endpoint, Error, State};
use wire::SimTime;

use crate::link::{Link, Pair, pattern};

fn connected(links: [Link; 2]) -> Pair {
    let mut pair = Pair::new([Config::default(); 2], links, 1);
    let until = pair.now + std::time::Duration::from_secs(60);
    assert!(pair.run_until(until, |pair| {
        pair.ends.iter().flatten().filter(|end| end.state() == State::Established).count() == 2
    }));
    pair
}

/// Sends `total` bytes from 0 to 1 and reads them there.
fn transfer(pair: &mut Pair, total: usize, until: SimTime) -> Vec<u8> {
    let (mut sent, mut heard) = (0, Vec::new());
    pair.run_until(until, |pair| {
        if sent < total {
            let bytes = pattern(sent, (total - sent).min(65_536));
            sent += pair.with(0, |end, now, shared| end.send(now, &bytes, shared));
        }
        heard.extend(pair.read_all(1));
        heard.len() >= total
    });
    heard
}

#[test]
fn bytes_arrive_whole_and_both_ends_close() {
    let mut pair = connected([Link::with_delay(25); 2]);
    let until = SimTime::from_secs(60);
    let heard = transfer(&mut pair, 3_000_000, until);
    assert_eq!(heard.len(), 3_000_000);
    assert!(heard == pattern(0, 3_000_000));
    pair.with(0, |end, now, _| end.finish(now));
    pair.run_for(1.0);
    assert_eq!((pair.near().state(), pair.far().state()), (State::FinWait2, State::CloseWait));
    pair.with(1, |end, now, _| end.finish(now));
    pair.run_for(1.0);
    assert_eq!((pair.near().state(), pair.far().state()), (State::TimeWait, State::Closed));
    pair.run_for(60.0);
    assert_eq!((pair.near().state(), pair.near().error()), (State::Closed, None));
    assert_eq!(pair.shared.lent(), 0);
}

#[test]
fn bytes_arrive_whole_over_a_bad_line() {
    let link = Link { loss: 0.05, ..Link::with_delay(25) };
    let mut pair = connected([link; 2]);
    let heard = transfer(&mut pair, 300_000, SimTime::from_secs(600));
    assert!(heard == pattern(0, 300_000), "{} bytes arrived", heard.len());
}

#[test]
fn both_may_finish_at_once() {
    let mut pair = connected([Link::with_delay(25); 2]);
    pair.with(0, |end, now, _| end.finish(now));
    pair.with(1, |end, now, _| end.finish(now));
    pair.run_for(0.03);
    assert_eq!((pair.near().state(), pair.far().state()), (State::Closing, State::Closing));
    pair.run_for(1.0);
    assert_eq!((pair.near().state(), pair.far().state()), (State::TimeWait, State::TimeWait));
}

#[test]
fn a_reset_ends_it() {
    let mut pair = connected([Link::with_delay(25); 2]);
    pair.with(0, |end, now, _| end.abort(now));
    assert_eq!((pair.near().state(), pair.near().error()), (State::Closed, None));
    pair.run_for(0.1);
    assert_eq!((pair.far().state(), pair.far().error()), (State::Closed, Some(Error::Reset)));
    assert_eq!(pair.shared.lent(), 0);
}

#[test]
fn a_refusal_is_told_from_silence() {
    let config = Config::default();
    let mut shared = tcp::Shared::default();
    let now = SimTime::from_secs(1);
    let mut end = Endpoint::connect(&config, now, 1);
    let syn = end.poll_segment(now, &mut shared).unwrap();
    assert!(end.poll_segment(now, &mut shared).is_none());
    let refusal = tcp::answer_to_stray(&syn).unwrap();
    end.handle_segment(now, &refusal, &mut shared);
    assert_eq!((end.state(), end.error()), (State::Closed, Some(Error::Refused)));

    let silence = Link { loss: 1.0, ..Link::with_delay(25) };
    let mut pair = Pair::new([config; 2], [silence; 2], 1);
    pair.run_for(126.9);
    assert_eq!(pair.counters(0).offered, 7);
    assert_eq!(pair.near().state(), State::SynSent);
    pair.run_for(0.2);
    assert_eq!((pair.near().state(), pair.near().error()), (State::Closed, Some(Error::ConnectTimedOut)));
}

#[test]
fn a_shut_window_opens_again() {
    let mut pair = connected([Link::with_delay(25); 2]);
    let mut sent = 0;
    let until = pair.now + std::time::Duration::from_secs(30);
    pair.run_until(until, |pair| {
        let bytes = pattern(sent, 65_536);
        sent += pair.with(0, |end, now, shared| end.send(now, &bytes, shared));
        false
    });
    assert_eq!(pair.near().info().send_window_bytes, 0);
    assert_eq!(pair.near().state(), State::Established);
    // The update is lost; a probe finds out.
    pair.set_link(1, Link { loss: 1.0, ..Link::with_delay(25) });
    let mut heard = pair.read_all(1);
    pair.set_link(1, Link::with_delay(25));
    let until = pair.now + std::time::Duration::from_secs(120);
    assert!(pair.run_until(until, |pair| {
        heard.extend(pair.read_all(1));
        heard.len() == sent
    }));
    assert!(heard == pattern(0, sent));
}

#[test]
fn silence_is_noticed() {
    let mut pair = connected([Link::with_delay(25); 2]);
    pair.set_link(0, Link { loss: 1.0, ..Link::default() });
    pair.with(0, |end, now, shared| end.send(now, b"anyone?", shared));
    pair.run_for(99.0);
    assert_eq!(pair.near().state(), State::Established);
    pair.run_for(2.0);
    assert_eq!((pair.near().state(), pair.near().error()), (State::Closed, Some(Error::TimedOut)));
}
