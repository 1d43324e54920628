//! Letters: rasterised once per thread, then stamped.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, PxScale};

/// A typeface in a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Font {
    typeface: Typeface,
    px: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Typeface {
    Ui,
    Mono,
}

impl Font {
    /// The typeface of windows and menus, with an em of so many pixels.
    pub(crate) fn ui(px: i32) -> Self {
        Self { typeface: Typeface::Ui, px: px.clamp(4, 400) as u16 }
    }

    /// One in which all letters are as wide.
    pub(crate) fn mono(px: i32) -> Self {
        Self { typeface: Typeface::Mono, px: px.clamp(4, 400) as u16 }
    }

    /// Pixels of its em.
    pub(crate) fn px(self) -> u16 {
        self.px
    }
}

/// A letter, ready to be stamped.
#[derive(Debug)]
pub(super) struct Glyph {
    /// From the pen to its first column.
    pub(super) left: i32,
    /// From the base line up to its first row.
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
    /// How far the pen goes on.
    pub(super) advance: i32,
    /// How much of each pixel it covers, row after row.
    pub(super) coverage: Box<[u8]>,
}

/// How far apart base lines are.
pub(super) fn line_height(font: Font) -> i32 {
    i32::from(font.px) * 4 / 3
}

/// How far the pen goes for a line of text.
pub(crate) fn width(font: Font, text: &str) -> i32 {
    let mut pen = 0;
    each(font, text, |glyph| {
        pen += glyph.advance;
        true
    });
    pen
}

/// The letters of a text, one after the other, until `stamp` has enough. A letter that no font has is a box.
pub(super) fn each(font: Font, text: &str, mut stamp: impl FnMut(&Glyph) -> bool) {
    SHEETS.with_borrow_mut(|sheets| {
        let sheet = sheets.entry(font).or_default();
        for letter in text.chars() {
            let glyph = match sheet.plain.get_mut(letter as usize) {
                Some(slot) => slot.get_or_insert_with(|| rasterised(font, letter)),
                None => sheet.others.entry(letter).or_insert_with(|| rasterised(font, letter)),
            };
            if !stamp(glyph) {
                return;
            }
        }
    });
}

/// The letters of one font that somebody has written so far.
struct Sheet {
    plain: [Option<Glyph>; 128],
    others: BTreeMap<char, Glyph>,
}

impl Default for Sheet {
    fn default() -> Self {
        Self { plain: [const { None }; 128], others: BTreeMap::new() }
    }
}

thread_local! {
    // A letter looks the same in every thread: nobody can tell who drew it first.
    static SHEETS: RefCell<BTreeMap<Font, Sheet>> = const { RefCell::new(BTreeMap::new()) };
}

static UBUNTU: LazyLock<FontRef<'static>> = LazyLock::new(|| parsed(epaint_default_fonts::UBUNTU_LIGHT));
static HACK: LazyLock<FontRef<'static>> = LazyLock::new(|| parsed(epaint_default_fonts::HACK_REGULAR));
static NOTO_EMOJI: LazyLock<FontRef<'static>> =
    LazyLock::new(|| parsed(epaint_default_fonts::NOTO_EMOJI_REGULAR));
static EMOJI_ICON: LazyLock<FontRef<'static>> = LazyLock::new(|| parsed(epaint_default_fonts::EMOJI_ICON));

fn parsed(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the fonts that are compiled in are fonts")
}

fn rasterised(font: Font, letter: char) -> Glyph {
    let sources: [&FontRef<'static>; 4] = match font.typeface {
        Typeface::Ui => [&UBUNTU, &HACK, &NOTO_EMOJI, &EMOJI_ICON],
        Typeface::Mono => [&HACK, &UBUNTU, &NOTO_EMOJI, &EMOJI_ICON],
    };
    if letter.is_control() {
        return Glyph { left: 0, top: 0, width: 0, height: 0, advance: 0, coverage: Box::default() };
    }
    let has = |source: &&FontRef<'static>| source.glyph_id(letter).0 != 0;
    let source = sources.into_iter().find(has).unwrap_or(sources[0]);
    let id = source.glyph_id(letter);
    let em = source.units_per_em().unwrap_or(1000.0);
    let scale = f32::from(font.px) / em;
    let advance = (source.h_advance_unscaled(id) * scale + 0.5) as i32;
    let px_scale = PxScale::from(source.height_unscaled() * scale);
    let Some(outlined) = source.outline_glyph(id.with_scale(px_scale)) else {
        return Glyph { left: 0, top: 0, width: 0, height: 0, advance, coverage: Box::default() };
    };
    let bounds = outlined.px_bounds();
    let (width, height) = (bounds.width() as i32, bounds.height() as i32);
    let mut coverage = vec![0; (width * height) as usize].into_boxed_slice();
    outlined.draw(|x, y, cover| {
        // Thin strokes on light ground want to be a little darker than they are.
        let cover = (cover * 1.25).clamp(0.0, 1.0);
        coverage[(y as i32 * width + x as i32) as usize] = (cover * 255.0 + 0.5) as u8;
    });
    Glyph { left: bounds.min.x as i32, top: -bounds.min.y as i32, width, height, advance, coverage }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_as_wide_as_their_typeface_says() {
        assert_eq!(width(Font::mono(14), "iiii"), width(Font::mono(14), "WWWW"));
        assert!(width(Font::ui(14), "iiii") < width(Font::ui(14), "WWWW"));
        assert_eq!(width(Font::ui(14), "\u{7}"), 0);
    }

    #[test]
    fn symbols_come_from_whichever_font_has_them() {
        for symbol in ['\u{1F4C1}', '\u{1F5D1}', '\u{2709}', '\u{1F512}', '\u{25A1}', '\u{D7}'] {
            each(Font::ui(24), &symbol.to_string(), |glyph| {
                assert!(glyph.coverage.iter().any(|cover| *cover > 128), "{symbol:?}");
                true
            });
        }
    }
}
