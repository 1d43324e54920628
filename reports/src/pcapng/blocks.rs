//! The grammar of the file: blocks with their length before and after, fields padded to 32 bits, little-endian.

/// The most bytes of one option: longer texts are cut. Far below what the format can say (65,535), which some readers
/// do not take.
const OPTION_BYTES_MAX: usize = 8_192;

/// A block that is being written.
pub(super) struct Block {
    kind: u32,
    body: Vec<u8>,
}

/// Options at the end of a block.
#[derive(Default)]
pub(super) struct Options(Vec<u8>);

impl Block {
    pub(super) fn new(kind: u32) -> Self {
        Self { kind, body: Vec::new() }
    }

    pub(super) fn u16(&mut self, number: u16) {
        self.body.extend(number.to_le_bytes());
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.body.extend(number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.body.extend(number.to_le_bytes());
    }

    pub(super) fn padded(&mut self, bytes: &[u8]) {
        pad_onto(&mut self.body, bytes);
    }

    /// A record: a code, a length, a value.
    pub(super) fn field(&mut self, code: u16, value: &[u8]) {
        field_onto(&mut self.body, code, value);
    }

    pub(super) fn options(&mut self, options: Options) {
        self.body.extend(options.0);
        self.field(Options::END, &[]);
    }

    pub(super) fn write(self, file: &mut Vec<u8>) {
        const AROUND_BYTES: usize = 12;
        let length = u32::try_from(self.body.len() + AROUND_BYTES).expect("a block is shorter than 4 GiB");
        file.extend(self.kind.to_le_bytes());
        file.extend(length.to_le_bytes());
        file.extend(self.body);
        file.extend(length.to_le_bytes());
    }
}

impl Options {
    pub(super) const COMMENT: u16 = 1;
    const END: u16 = 0;

    pub(super) fn bytes(&mut self, code: u16, value: &[u8]) {
        field_onto(&mut self.0, code, value);
    }

    pub(super) fn text(&mut self, code: u16, text: &str) {
        self.bytes(code, &text.as_bytes()[..text.floor_char_boundary(OPTION_BYTES_MAX)]);
    }
}

fn field_onto(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    body.extend(code.to_le_bytes());
    body.extend(u16::try_from(value.len()).expect("a value is cut to what 16 bits count").to_le_bytes());
    pad_onto(body, value);
}

fn pad_onto(body: &mut Vec<u8>, bytes: &[u8]) {
    body.extend(bytes);
    body.resize(body.len().next_multiple_of(4), 0);
}
