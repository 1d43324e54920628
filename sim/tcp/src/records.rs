//! The scoreboard: a record for each segment in flight, in the order of the stream and in the order of sending.
//!
//! Records are found by offset (a binary search) and by age (a linked list), so that an acknowledgement costs what it
//! changes and not what is in flight (RFC 8985, 5.2 and 6.2).

use std::collections::VecDeque;
use std::ops::Index;

use wire::SimTime;

/// A segment in flight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) start: i64,
    /// When it last left.
    pub(crate) sent_at: SimTime,
    earlier: u32,
    later: u32,
    /// Sequence numbers in it; FIN has one.
    pub(crate) len: u16,
    marks: u8,
}

impl Record {
    /// The peer has it, and says so out of order.
    pub(crate) const SACKED: u8 = 1;
    /// Thought lost.
    pub(crate) const LOST: u8 = 2;
    /// Sent again, and that one is thought to be on its way.
    pub(crate) const RETRANSMITTED: u8 = 4;
    /// Was sent more than once.
    pub(crate) const EVER_RETRANSMITTED: u8 = 8;
    const LINKED: u8 = 16;

    pub(crate) fn end(&self) -> i64 {
        self.start + i64::from(self.len)
    }

    pub(crate) fn is(&self, mark: u8) -> bool {
        self.marks & mark != 0
    }

    pub(crate) fn set(&mut self, mark: u8) {
        self.marks |= mark;
    }

    pub(crate) fn clear(&mut self, mark: u8) {
        self.marks &= !mark;
    }
}

impl Index<usize> for Records {
    type Output = Record;

    fn index(&self, place: usize) -> &Record {
        &self.queue[place]
    }
}

/// All of them. Places count from the oldest part of the stream.
#[derive(Debug, Default)]
pub(crate) struct Records {
    queue: VecDeque<Record>,
    /// Serial number of the first; links hold serials, since places move.
    first: u32,
    linked: u32,
    oldest: u32,
    newest: u32,
}

impl Records {
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.linked = 0;
    }

    /// There is memory for some.
    pub(crate) fn has_room(&self) -> bool {
        self.queue.capacity() > 0
    }

    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(crate) fn get(&self, place: usize) -> Option<&Record> {
        self.queue.get(place)
    }

    pub(crate) fn get_mut(&mut self, place: usize) -> &mut Record {
        &mut self.queue[place]
    }

    pub(crate) fn front_mut(&mut self) -> Option<&mut Record> {
        self.queue.front_mut()
    }

    /// A segment that leaves for the first time.
    pub(crate) fn push(&mut self, start: i64, len: u16, sent_at: SimTime) {
        self.queue.push_back(Record { start, sent_at, earlier: 0, later: 0, len, marks: 0 });
        self.link_last(self.queue.len() - 1);
    }

    pub(crate) fn pop_front(&mut self) {
        self.unlink(0);
        self.queue.pop_front();
        self.first = self.first.wrapping_add(1);
    }

    /// Place of the first record that begins at `offset` or later.
    pub(crate) fn find(&self, offset: i64) -> usize {
        self.queue.partition_point(|record| record.start < offset)
    }

    /// The one that left before all others, of those in the order of sending.
    pub(crate) fn oldest(&self) -> Option<usize> {
        (self.linked > 0).then(|| self.place(self.oldest))
    }

    /// The one that left after that at `place`.
    pub(crate) fn later(&self, place: usize) -> Option<usize> {
        (self.serial(place) != self.newest).then(|| self.place(self.queue[place].later))
    }

    /// Takes a record out of the order of sending: it is no longer waited for.
    pub(crate) fn unlink(&mut self, place: usize) {
        let record = &mut self.queue[place];
        if !record.is(Record::LINKED) {
            return;
        }
        record.clear(Record::LINKED);
        let (earlier, later) = (record.earlier, record.later);
        let serial = self.serial(place);
        self.linked -= 1;
        if self.linked == 0 {
            return;
        }
        if serial == self.oldest {
            self.oldest = later;
        } else {
            let at = self.place(earlier);
            self.queue[at].later = later;
        }
        if serial == self.newest {
            self.newest = earlier;
        } else {
            let at = self.place(later);
            self.queue[at].earlier = earlier;
        }
    }

    /// Puts a record that leaves now at the end of the order of sending.
    pub(crate) fn link_last(&mut self, place: usize) {
        self.unlink(place);
        let serial = self.serial(place);
        let newest = self.newest;
        if self.linked == 0 {
            self.oldest = serial;
        } else {
            let at = self.place(newest);
            self.queue[at].later = serial;
        }
        let record = &mut self.queue[place];
        record.earlier = newest;
        record.set(Record::LINKED);
        self.newest = serial;
        self.linked += 1;
    }

    /// A number that stays a record's own as long as it is here.
    pub(crate) fn serial(&self, place: usize) -> u32 {
        self.first.wrapping_add(place as u32)
    }

    fn place(&self, serial: u32) -> usize {
        serial.wrapping_sub(self.first) as usize
    }
}
