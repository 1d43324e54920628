//! Bytes that may go out, by the time that has passed.

use std::time::Duration;

use wire::SimTime;

use super::{bytes_in, nanos, nanos_of};

/// A bucket that fills at a rate. What a frame leaves in it, the next frame may use; what a frame takes too much, the
/// next ones lack.
#[derive(Debug)]
pub(super) struct Bucket {
    bytes: i64,
    filled_at: SimTime,
}

impl Bucket {
    pub(super) fn new(now: SimTime, bytes: i64) -> Self {
        Self { bytes, filled_at: now }
    }

    /// Fills it up to now. It never holds more than `most`.
    pub(super) fn fill(&mut self, now: SimTime, bits_per_s: u64, most: i64) {
        let gained = bytes_in(nanos(now - self.filled_at), bits_per_s);
        if gained == 0 {
            return;
        }
        self.filled_at = now;
        let gained = i64::try_from(gained).unwrap_or(i64::MAX);
        self.bytes = self.bytes.saturating_add(gained).min(most);
    }

    pub(super) fn take(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    pub(super) fn bytes(&self) -> i64 {
        self.bytes
    }

    /// How long from the last filling until there are `wanted`.
    pub(super) fn full_at(&self, wanted: i64, bits_per_s: u64) -> SimTime {
        let missing = u64::try_from(wanted.saturating_sub(self.bytes)).unwrap_or(0);
        // A nanosecond more, since both ways round down.
        self.filled_at + Duration::from_nanos(nanos_of(missing + 1, bits_per_s).saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_what_the_rate_gives_and_not_more() {
        arbtest::arbtest(|u| {
            let rate = u.int_in_range(8_000..=100_000_000_u64)?;
            let (mut now, mut bucket, mut taken) = (SimTime::ZERO, Bucket::new(SimTime::ZERO, 0), 0_u64);
            for _ in 0..u.int_in_range(1..=20)? {
                now += Duration::from_micros(u.int_in_range(0..=50_000)?);
                bucket.fill(now, rate, i64::MAX);
                let bytes = u.int_in_range(0..=100_000_usize)?;
                bucket.take(bytes);
                taken += bytes as u64;
            }
            let given = i64::try_from(bytes_in(now.as_nanos(), rate)).expect("less than a gigabyte");
            let short = given - (bucket.bytes() + i64::try_from(taken).expect("less than a gigabyte"));
            assert!((0..=20).contains(&short), "{short} bytes short of {given}");
            Ok(())
        });
    }

    #[test]
    fn it_is_full_when_it_says() {
        arbtest::arbtest(|u| {
            let rate = u.int_in_range(8_000..=100_000_000_u64)?;
            let mut bucket = Bucket::new(SimTime::from_secs(1), u.int_in_range(-50_000..=0)?);
            let wanted = u.int_in_range(1..=50_000)?;
            bucket.fill(bucket.full_at(wanted, rate), rate, i64::MAX);
            assert!((wanted..=wanted + 20).contains(&bucket.bytes()));
            Ok(())
        });
    }
}
