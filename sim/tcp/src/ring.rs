//! Bytes of a stream at the places that their offsets say, in buffers that are lent.

use crate::flight::Flight;
use crate::receiver::Gaps;
use crate::records::Records;
use crate::segment::PayloadPool;

/// What all endpoints of one network share: what they need while they have something to do, and give back then.
#[derive(Debug, Default)]
#[expect(clippy::vec_box, reason = "the boxes are lent as they are: an endpoint without one is small")]
pub struct Shared {
    /// Buffers of segments' payloads.
    pub payloads: PayloadPool,
    pub(crate) buffers: Buffers,
    pub(crate) flights: Vec<Box<Flight>>,
    pub(crate) gaps: Vec<Box<Gaps>>,
    pub(crate) records: Vec<Records>,
    pub(crate) boxes_lent: usize,
}

impl Shared {
    /// Buffers and other state that endpoints have at the moment.
    pub fn lent(&self) -> usize {
        self.buffers.lent + self.boxes_lent
    }

    pub(crate) fn lend_flight(&mut self) -> Box<Flight> {
        self.boxes_lent += 1;
        self.flights.pop().unwrap_or_default()
    }

    pub(crate) fn take_back_flight(&mut self, mut flight: Box<Flight>) {
        flight.reset();
        self.boxes_lent -= 1;
        self.flights.push(flight);
    }

    pub(crate) fn lend_records(&mut self) -> Records {
        self.records.pop().unwrap_or_default()
    }

    pub(crate) fn take_back_records(&mut self, mut records: Records) {
        records.clear();
        if records.has_room() {
            self.records.push(records);
        }
    }

    pub(crate) fn lend_gaps(&mut self) -> Box<Gaps> {
        self.boxes_lent += 1;
        self.gaps.pop().unwrap_or_default()
    }

    pub(crate) fn take_back_gaps(&mut self, mut gaps: Box<Gaps>) {
        gaps.reset();
        self.boxes_lent -= 1;
        self.gaps.push(gaps);
    }
}

const SMALLEST_BUFFER_BYTES: usize = 2048;
/// A buffer larger than this is not kept when it comes back: 10,000 connections may each have had one once.
const KEPT_BUFFERS_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Buffers of powers of two, by size.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    free: Vec<Vec<Box<[u8]>>>,
    free_bytes: usize,
    lent: usize,
}

impl Buffers {
    fn lend(&mut self, len: usize) -> Box<[u8]> {
        let len = len.next_power_of_two().max(SMALLEST_BUFFER_BYTES);
        self.lent += 1;
        match self.free.get_mut(class(len)).and_then(Vec::pop) {
            Some(buffer) => {
                self.free_bytes -= len;
                buffer
            }
            None => vec![0; len].into_boxed_slice(),
        }
    }

    fn take_back(&mut self, buffer: Box<[u8]>) {
        self.lent -= 1;
        let (len, class) = (buffer.len(), class(buffer.len()));
        if self.free_bytes + len > KEPT_BUFFERS_BYTES_MAX {
            return;
        }
        self.free_bytes += len;
        if self.free.len() <= class {
            self.free.resize_with(class + 1, Vec::new);
        }
        self.free[class].push(buffer);
    }
}

fn class(len: usize) -> usize {
    (len / SMALLEST_BUFFER_BYTES).trailing_zeros() as usize
}

/// Part of a stream: the byte at `offset` lies at `offset` modulo the buffer's length. Who uses it knows which
/// offsets are in it; without any, it has no buffer.
#[derive(Debug, Default)]
pub(crate) struct ByteRing {
    buffer: Box<[u8]>,
}

impl ByteRing {
    /// Makes room for the offsets from `begin` to `end`; what is there from `begin` to `kept_end` stays.
    pub(crate) fn reserve(&mut self, begin: i64, kept_end: i64, end: i64, buffers: &mut Buffers) {
        let need = (end - begin) as usize;
        if need <= self.buffer.len() {
            return;
        }
        let mut larger = Self { buffer: buffers.lend(need) };
        if !self.buffer.is_empty() {
            let (first, second) = self.slices(begin, kept_end);
            larger.write(begin, first);
            larger.write(begin + first.len() as i64, second);
            buffers.take_back(std::mem::take(&mut self.buffer));
        }
        *self = larger;
    }

    /// Gives the buffer back.
    pub(crate) fn clear(&mut self, buffers: &mut Buffers) {
        if !self.buffer.is_empty() {
            buffers.take_back(std::mem::take(&mut self.buffer));
        }
    }

    /// Writes to offsets for which [`ByteRing::reserve`] made room.
    pub(crate) fn write(&mut self, offset: i64, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let at = self.place(offset);
        let (first, second) = bytes.split_at(bytes.len().min(self.buffer.len() - at));
        self.buffer[at..at + first.len()].copy_from_slice(first);
        self.buffer[..second.len()].copy_from_slice(second);
    }

    /// The bytes from `begin` to `end`, in two pieces if they go over the buffer's end.
    pub(crate) fn slices(&self, begin: i64, end: i64) -> (&[u8], &[u8]) {
        if begin >= end {
            return (&[], &[]);
        }
        let (at, len) = (self.place(begin), (end - begin) as usize);
        let first = len.min(self.buffer.len() - at);
        (&self.buffer[at..at + first], &self.buffer[..len - first])
    }

    /// Copies the bytes from `begin` on.
    pub(crate) fn copy_to(&self, begin: i64, into: &mut [u8]) {
        let (first, second) = self.slices(begin, begin + into.len() as i64);
        into[..first.len()].copy_from_slice(first);
        into[first.len()..].copy_from_slice(second);
    }

    fn place(&self, offset: i64) -> usize {
        offset as usize & (self.buffer.len() - 1)
    }
}
