//! Lines, cut out of what arrives.

/// Cuts a stream of bytes into lines that end with CR LF. It holds at most one line and one received piece.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// How much of `buffer` has been handed out.
    taken: usize,
    /// The line was too long, and its rest is not kept.
    skips: bool,
}

/// A line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// All of it, without its end.
    Whole(&'a [u8]),
    /// It is longer than it may be.
    TooLong,
}

impl Lines {
    /// Adds what arrived.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next line of at most `bytes_max` bytes, its end not counted; `None` until more arrives.
    pub(crate) fn next(&mut self, bytes_max: usize) -> Option<Line<'_>> {
        let rest = &self.buffer[self.taken..];
        let Some(length) = rest.windows(2).position(|two| two == b"\r\n") else {
            // The last byte may be half of an end.
            if rest.len() > bytes_max + 1 {
                self.skips = true;
                self.taken = self.buffer.len() - 1;
            }
            return None;
        };
        let from = self.taken;
        self.taken += length + 2;
        if std::mem::take(&mut self.skips) || length > bytes_max {
            return Some(Line::TooLong);
        }
        Some(Line::Whole(&self.buffer[from..from + length]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In any pieces, lines are what cutting all at once gives.
    #[test]
    fn lines_are_the_same_in_any_pieces() {
        arbtest::arbtest(|u| {
            let alphabet = [b'a', b'b', b'\r', b'\n'];
            let mut stream = Vec::new();
            for _ in 0..u.int_in_range(0..=40)? {
                stream.push(*u.choose(&alphabet)?);
            }
            let bytes_max = u.int_in_range(1..=6)?;
            let text = String::from_utf8(stream.clone()).expect("it is ASCII");
            let mut expected: Vec<Option<String>> =
                text.split("\r\n").map(|line| (line.len() <= bytes_max).then(|| line.to_owned())).collect();
            expected.pop();
            let (mut lines, mut seen) = (Lines::default(), Vec::new());
            let mut rest = stream.as_slice();
            while !rest.is_empty() {
                let (piece, later) = rest.split_at(u.int_in_range(1..=rest.len())?);
                lines.push(piece);
                while let Some(line) = lines.next(bytes_max) {
                    seen.push(match line {
                        Line::Whole(line) => Some(String::from_utf8_lossy(line).into_owned()),
                        Line::TooLong => None,
                    });
                }
                rest = later;
            }
            assert_eq!(seen, expected);
            Ok(())
        });
    }
}
