//! Where all chance comes from.

use std::fmt;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The source of every random choice below one point of the tree.
///
/// A run has one seed. Whoever needs chance of its own takes a child by name, so that a new draw in one place
/// shifts no other: `seed.child("appliance").child("session-keys")`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// The root of a run: what `--seed N` names.
    pub fn from_number(number: u64) -> Self {
        Self(blake3::derive_key("rehearsal 2026 seed of a run", &number.to_le_bytes()))
    }

    /// The seed of the part called `name`, independent of every other name's.
    pub fn child(&self, name: &str) -> Self {
        Self(*blake3::keyed_hash(&self.0, name.as_bytes()).as_bytes())
    }

    /// A generator that starts here. The same seed gives the same draws, on every machine.
    pub fn rng(&self) -> ChaCha8Rng {
        ChaCha8Rng::from_seed(self.0)
    }

    /// The first sixteen bytes, for secrets that are drawn once.
    pub fn as_bytes16(&self) -> [u8; 16] {
        let (head, _) = self.0.split_first_chunk().expect("a seed has 32 bytes");
        *head
    }

    /// The first eight bytes, for generators with a small state.
    pub fn as_u64(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seed({:016x}…)", self.as_u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_differ_by_name_and_by_root() {
        let root = Seed::from_number(7);
        assert_eq!(root.child("keys"), root.child("keys"));
        assert_ne!(root.child("keys"), root.child("jitter"));
        assert_ne!(root.child("keys"), Seed::from_number(8).child("keys"));
    }

    #[test]
    fn the_numbers_are_the_same_on_every_machine() {
        assert_eq!(format!("{:?}", Seed::from_number(0)), "Seed(c2191909e7e76805…)");
    }
}
