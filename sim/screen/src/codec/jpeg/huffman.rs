//! The typical Huffman codes of the standard (ITU-T T.81, K.3), as tables for writing and for reading.
//!
//! A symbol says how many zeros go before a coefficient, and how many bits it has. Codes of one length count upwards in
//! the order of their symbols, and go on from those that are shorter.

use super::lanes::BLOCK_PX;

/// The longest code, in bits.
pub(super) const CODE_BITS_MAX: u32 = 16;
/// The most bits that a coefficient has.
pub(super) const SIZE_BITS_MAX: u32 = 11;

/// The symbol of a block's end, and of sixteen zeros.
pub(super) const END: u8 = 0x00;
pub(super) const SIXTEEN_ZEROS: u8 = 0xf0;

/// How many codes there are of each length from one bit on, and the symbols of the first of them.
struct Code {
    lengths: [u8; CODE_BITS_MAX as usize],
    first: &'static [u8],
}

/// Coefficients of frequency zero: how much they differ from the last block's.
const BRIGHTNESS_MEANS: Code =
    Code { lengths: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], first: MEANS };
const COLOURS_MEANS: Code = Code { lengths: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], first: MEANS };
const MEANS: &[u8] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/// All others. Symbols that are not named have 16 bits, and come in their order.
const BRIGHTNESS_WAVES: Code = Code {
    lengths: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
    first: &[
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22,
        0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33,
        0x62, 0x72, 0x82,
    ],
};
const COLOURS_WAVES: Code = Code {
    lengths: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
    first: &[
        0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13,
        0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62,
        0x72, 0xd1, 0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1,
    ],
};

impl Code {
    /// All symbols in the order of their codes, and how many they are.
    const fn symbols(&self) -> ([u8; 256], usize) {
        let (mut symbols, mut count, mut known) = ([0; 256], 0, [false; 256]);
        while count < self.first.len() {
            symbols[count] = self.first[count];
            known[self.first[count] as usize] = true;
            count += 1;
        }
        // A coefficient that is not of frequency zero has 1 to 10 bits.
        let mut symbol = 0;
        while symbol < 256 && self.lengths[15] > 0 {
            if !known[symbol] && 0 < symbol % 16 && symbol % 16 <= 10 {
                symbols[count] = symbol as u8;
                count += 1;
            }
            symbol += 1;
        }
        (symbols, count)
    }
}

/// What is written for each symbol.
pub(super) struct Codes {
    /// The code, and in its lowest byte how many bits it has.
    codes: [u32; 256],
}

impl Codes {
    const fn new(code: &Code) -> Self {
        let (symbols, count) = code.symbols();
        let (mut codes, mut at, mut next, mut length) = ([0; 256], 0, 0, 1);
        while length <= CODE_BITS_MAX as usize {
            let mut left = code.lengths[length - 1];
            while left > 0 {
                codes[symbols[at] as usize] = next << 8 | length as u32;
                (at, next, left) = (at + 1, next + 1, left - 1);
            }
            (next, length) = (next << 1, length + 1);
        }
        assert!(at == count, "each symbol has a code");
        Self { codes }
    }

    /// The code of a symbol, and how many bits it has.
    pub(super) fn code(&self, symbol: u8) -> (u32, u32) {
        let code = self.codes[usize::from(symbol)];
        (code >> 8, code & 0xff)
    }
}

/// So many bits are looked up at once.
const BITS_AHEAD: u32 = 10;

/// What bits mean.
pub(super) struct Lookup {
    /// By the next bits, if the code is no longer than these.
    ahead: [Found; 1 << BITS_AHEAD],
    /// For each length, what of 16 bits lies behind its last code; and what leads from a code to its symbol's place.
    longer: [(u32, u32); CODE_BITS_MAX as usize + 1],
    symbols: [u8; 256],
}

/// What was found in a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The coefficient, if all of its bits were there.
    pub(super) value: i16,
    /// How many bits of it are still to be read.
    pub(super) value_bits: u8,
    /// Zeros before it, or [`ZEROS_AT_END`].
    pub(super) zeros: u8,
    /// How many bits this was. Zero: nothing was found.
    pub(super) bits: u8,
}

/// So many zeros stand for the end of a block.
pub(super) const ZEROS_AT_END: u8 = BLOCK_PX as u8;

impl Lookup {
    const fn new(code: &Code) -> Self {
        let (symbols, _) = code.symbols();
        let has_end = code.lengths[15] > 0;
        let (mut ahead, mut longer) = ([NOTHING; 1 << BITS_AHEAD], [(0, 0); CODE_BITS_MAX as usize + 1]);
        let (mut at, mut next, mut length) = (0, 0_u32, 1);
        while length <= CODE_BITS_MAX {
            let of_length = code.lengths[length as usize - 1] as u32;
            longer[length as usize] =
                ((next + of_length) << (CODE_BITS_MAX - length), (at as u32).wrapping_sub(next));
            let mut left = of_length;
            while left > 0 {
                if length <= BITS_AHEAD {
                    let free = BITS_AHEAD - length;
                    let mut rest = 0;
                    while rest < 1 << free {
                        ahead[(next << free | rest) as usize] =
                            found(symbols[at], has_end, length, rest, free);
                        rest += 1;
                    }
                }
                (at, next, left) = (at + 1, next + 1, left - 1);
            }
            (next, length) = (next << 1, length + 1);
        }
        Self { ahead, longer, symbols }
    }

    /// What the uppermost bits say.
    #[inline(always)]
    pub(super) fn find(&self, window: u64) -> Found {
        let found = self.ahead[(window >> (u64::BITS - BITS_AHEAD)) as usize];
        if found.bits > 0 { found } else { self.find_longer(window) }
    }

    #[cold]
    fn find_longer(&self, window: u64) -> Found {
        let next = (window >> (u64::BITS - CODE_BITS_MAX)) as u32;
        for length in BITS_AHEAD + 1..=CODE_BITS_MAX {
            let (end, offset) = self.longer[length as usize];
            if next < end {
                let place = (next >> (CODE_BITS_MAX - length)).wrapping_add(offset);
                let symbol = self.symbols[place as usize % self.symbols.len()];
                return Found { value: 0, value_bits: symbol & 0xf, zeros: symbol >> 4, bits: length as u8 };
            }
        }
        NOTHING
    }
}

const NOTHING: Found = Found { value: 0, value_bits: 0, zeros: 0, bits: 0 };

/// What a symbol means, if it is followed by bits of which so many are known.
const fn found(symbol: u8, has_end: bool, length: u32, rest: u32, known: u32) -> Found {
    let (zeros, size) = (symbol >> 4, symbol & 0xf);
    if has_end && symbol == END {
        return Found { value: 0, value_bits: 0, zeros: ZEROS_AT_END, bits: length as u8 };
    }
    if size as u32 > known {
        return Found { value: 0, value_bits: size, zeros, bits: length as u8 };
    }
    let value = value(rest >> (known - size as u32), size as u32);
    Found { value, value_bits: 0, zeros, bits: (length + size as u32) as u8 }
}

/// The number that bits stand for: those of the upper half by themselves, the others for what is as far below zero.
pub(super) const fn value(bits: u32, length: u32) -> i16 {
    let is_negative = length > 0 && bits >> (length - 1) == 0;
    if is_negative { bits as i16 - ((1 << length) - 1) as i16 } else { bits as i16 }
}

/// What is needed for one kind of coefficients, to write or to read.
pub(super) struct Pair<T> {
    pub(super) means: T,
    pub(super) waves: T,
}

pub(super) static BRIGHTNESS_CODES: Pair<Codes> =
    Pair { means: Codes::new(&BRIGHTNESS_MEANS), waves: Codes::new(&BRIGHTNESS_WAVES) };
pub(super) static COLOURS_CODES: Pair<Codes> =
    Pair { means: Codes::new(&COLOURS_MEANS), waves: Codes::new(&COLOURS_WAVES) };
pub(super) static BRIGHTNESS_LOOKUP: Pair<Lookup> =
    Pair { means: Lookup::new(&BRIGHTNESS_MEANS), waves: Lookup::new(&BRIGHTNESS_WAVES) };
pub(super) static COLOURS_LOOKUP: Pair<Lookup> =
    Pair { means: Lookup::new(&COLOURS_MEANS), waves: Lookup::new(&COLOURS_WAVES) };

/// Where the coefficients are that follow one another, in a turned block: along the diagonals, there and back.
pub(super) const WALK: [u8; BLOCK_PX] = walk();

const fn walk() -> [u8; BLOCK_PX] {
    let (mut walk, mut at, mut diagonal) = ([0; BLOCK_PX], 0, 0_usize);
    while diagonal < 15 {
        let (first, last) = (diagonal.saturating_sub(7), if diagonal < 7 { diagonal } else { 7 });
        let mut step = first;
        while step <= last {
            // Odd diagonals go down, even ones up.
            let row = if diagonal % 2 == 1 { step } else { first + last - step };
            walk[at] = ((diagonal - row) * 8 + row) as u8;
            (at, step) = (at + 1, step + 1);
        }
        diagonal += 1;
    }
    walk
}

/// The tables as a JPEG file has them, each behind its number.
#[cfg(test)]
pub(super) fn definitions() -> [(u8, Vec<u8>); 4] {
    let all = [
        (0x00, &BRIGHTNESS_MEANS),
        (0x10, &BRIGHTNESS_WAVES),
        (0x01, &COLOURS_MEANS),
        (0x11, &COLOURS_WAVES),
    ];
    all.map(|(number, code)| {
        let (symbols, count) = code.symbols();
        (number, [&code.lengths[..], &symbols[..count]].concat())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_found() {
        for code in [&BRIGHTNESS_MEANS, &BRIGHTNESS_WAVES, &COLOURS_MEANS, &COLOURS_WAVES] {
            let (codes, lookup) = (Codes::new(code), Lookup::new(code));
            let (symbols, count) = code.symbols();
            for symbol in &symbols[..count] {
                let ((code, length), size) = (codes.code(*symbol), u32::from(symbol & 0xf));
                for bits in [0, (1 << size) - 1] {
                    let window = u64::from(code << size | bits) << (u64::BITS - length - size);
                    let found = lookup.find(window);
                    let zeros =
                        if length > 0 && count > 12 && *symbol == END { ZEROS_AT_END } else { symbol >> 4 };
                    assert_eq!(
                        (found.zeros, u32::from(found.bits + found.value_bits)),
                        (zeros, length + size)
                    );
                    if found.value_bits == 0 {
                        assert_eq!(found.value, value(bits, size));
                    }
                }
            }
        }
        assert_eq!([0, 1, 2, 3].map(|bits| value(bits, 2)), [-3, -2, 2, 3]);
        assert_eq!(BRIGHTNESS_LOOKUP.waves.find(u64::MAX).bits, 0, "no code is all ones");
    }
}
