//! Screens, as the machine showed them and as a console did.

use maud::{Markup, html};
use recording::{EntryKind, Recording};
use wire::SimTime;

use crate::human;

/// The most pictures of one scenario on the page; the recording has all.
const PICTURES_MAX: usize = 4;

struct Picture<'a> {
    at: SimTime,
    of: &'a str,
    width: u32,
    height: u32,
    png: &'a str,
}

/// The pictures of a recording, the newest of them where there are many; `None` if there are none.
pub(super) fn pictures(recording: &Recording) -> Option<Markup> {
    let all = recording.entries().iter().filter_map(|entry| match &entry.kind {
        EntryKind::Picture { of, width, height, png } if is_base64(png) => {
            Some(Picture { at: entry.at, of, width: *width, height: *height, png })
        }
        _ => None,
    });
    let all: Vec<Picture<'_>> = all.collect();
    let left_out = all.len().saturating_sub(PICTURES_MAX);
    (!all.is_empty()).then(|| {
        html! {
            @if left_out > 0 {
                p.cut { (human::count(left_out, "earlier picture")) " not shown here. The recording has all." }
            }
            div.gallery {
                @for picture in &all[left_out..] {
                    figure {
                        img src={ "data:image/png;base64," (picture.png) } alt=(picture.of) loading="lazy";
                        figcaption {
                            b { (picture.of) }
                            " " (picture.width) " × " (picture.height) " at " (human::moment(picture.at))
                        }
                    }
                }
            }
        }
    })
}

/// Whether a text of somebody else's may stand in the address of a picture.
fn is_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}
