//! What a frame may cost, and how good it is to be.

use wire::Point;

/// What the encoder is asked for with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How good what is sent at first is to be.
    pub quality: Quality,
    /// Bytes that the frame may have. They are held to within the error of an estimate; something is always sent.
    pub budget_bytes: usize,
    /// Bytes of these that may go to making exact what is shown approximately, and has been still.
    pub refine_bytes: usize,
    /// Where somebody looks: the pointer, or the caret. What is near goes first.
    pub focus: Option<Point>,
}

/// How good what is sent at first is to be. What is still becomes exact whatever this says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Tiles of more than 256 colours.
    pub pictures: Pictures,
    /// All other tiles.
    pub text: Text,
}

/// How tiles of many colours are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pictures {
    /// To the pixel.
    Exact,
    /// As JPEG.
    Jpeg {
        /// From 1 to 100, as libjpeg counts; what lies outside is moved to the nearer end.
        q: u8,
        /// How fine the colours are.
        chroma: Chroma,
        /// How fine the picture is.
        scale: Scale,
    },
}

/// How finely JPEG keeps colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chroma {
    /// Of every pixel (4:4:4).
    Full,
    /// One for four pixels (4:2:0).
    Quarter,
}

/// How large a picture is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// As it is.
    Full,
    /// With half as many columns and rows.
    Half,
}

/// How tiles of few colours are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Text {
    /// To the pixel.
    Exact,
    /// With eight bits a pixel: three of red, three of green, two of blue.
    EightBit,
}

impl Quality {
    /// Everything to the pixel.
    pub const LOSSLESS: Self = Self { pictures: Pictures::Exact, text: Text::Exact };
    /// Text to the pixel, pictures as most people would not tell from it (38 dB and more).
    pub const BALANCED: Self = Self::jpeg(75, Chroma::Quarter, Scale::Full);
    /// The least that is worth to be looked at.
    pub const LOWEST: Self = Self { text: Text::EightBit, ..Self::jpeg(40, Chroma::Quarter, Scale::Half) };

    /// Text to the pixel, pictures as JPEG.
    pub const fn jpeg(q: u8, chroma: Chroma, scale: Scale) -> Self {
        Self { pictures: Pictures::Jpeg { q, chroma, scale }, text: Text::Exact }
    }

    /// Whether a viewer may be shown this, as long as nothing better was sent.
    pub(super) fn allows(self, shown: Shown) -> bool {
        match shown {
            Shown::Exact => true,
            Shown::Approximate => self.pictures != Pictures::Exact,
            Shown::EightBit => self.text == Text::EightBit,
        }
    }
}

/// How well the viewer is shown a tile; the worst part of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    /// To the pixel.
    Exact,
    /// A picture came as JPEG.
    Approximate,
    /// With eight bits a pixel.
    EightBit,
}
