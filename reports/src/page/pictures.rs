//! Screens, as the machine showed them and as a console did.

use maud::{Markup, html};
use recording::{EntryKind, Recording};
use wire::SimTime;

use crate::human;

/// The most pictures of one scenario on the page; the recording has all.
const PICTURES_MAX: usize = 4;

struct Picture<'a> {
    at: SimTime,
    /// Of what; of several things, where they look the same.
    of: Vec<&'a str>,
    width: u32,
    height: u32,
    png: &'a str,
}

/// The pictures of a recording, the newest of them where there are many; `None` if there are none.
pub(super) fn pictures(recording: &Recording) -> Option<Markup> {
    let mut all: Vec<Picture<'_>> = Vec::new();
    for entry in recording.entries() {
        let EntryKind::Picture { of, width, height, png } = &entry.kind else { continue };
        match all.last_mut().filter(|last| last.at == entry.at && last.png == png) {
            // A screen and what a console shows of it, most of the time.
            Some(last) => last.of.push(of),
            None if is_base64(png) => {
                all.push(Picture { at: entry.at, of: vec![of], width: *width, height: *height, png });
            }
            None => {}
        }
    }
    let left_out = all.len().saturating_sub(PICTURES_MAX);
    (!all.is_empty()).then(|| {
        html! {
            @if left_out > 0 {
                p.cut { (human::count(left_out, "earlier picture")) " not shown here. The recording has all." }
            }
            div.gallery {
                @for picture in &all[left_out..] {
                    @let of = picture.of.join(", and ");
                    figure {
                        img src={ "data:image/png;base64," (picture.png) } alt=(of) loading="lazy";
                        figcaption {
                            b { (of) }
                            @if picture.of.len() > 1 { ": they look the same," }
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
