//! TigerVNC's server on a display of its own, and a viewer that asks for one update after each frame.

mod server;
mod tight;
mod viewer;

use std::time::Duration;

use image::RgbaImage;
use screen::psnr_db;

use self::server::Server;
use self::viewer::Viewer;
use super::peer::PeerError;
use super::{COMPARED_EACH, Codec, Figures, Footage, ms};
use crate::calibration::Clock;

/// TigerVNC's server and its Tight encoding.
///
/// Its cost is what its process computes while a viewer is there, less what it computes for the same drawing with none:
/// it is the X server too. The viewer asks for an update once the server has taken note of a whole frame, so that each
/// update shows one frame, and none refreshes what was sent as JPEG before.
#[derive(Clone, Copy, Debug)]
pub struct TigerVnc {
    /// From 0 to 9, for pictures as JPEG; `None` for no loss anywhere.
    pub quality: Option<u8>,
    /// The best of so many runs counts.
    pub runs: usize,
}

/// The server collects changes for as long as this: at most 60 updates a second.
const NOTICED_WITHIN: Duration = Duration::from_millis(20);

/// What a run with a viewer came to. Times are of the server's process, drawing included.
struct Run {
    key: Duration,
    rest: Duration,
    key_bytes: u64,
    rest_bytes: u64,
    psnr_db: f64,
}

impl TigerVnc {
    /// What its viewer asks for on a fast link, unless told otherwise.
    pub const DEFAULT_QUALITY: u8 = 8;
}

impl Codec for TigerVnc {
    fn name(&self) -> String {
        match self.quality {
            Some(quality) => format!("TigerVNC q{quality}"),
            None => "TigerVNC lossless".to_owned(),
        }
    }

    fn is_lossless(&self) -> bool {
        self.quality.is_none()
    }

    fn measure(&self, footage: &Footage) -> Result<Figures, String> {
        self.figures(footage).map_err(|error| error.to_string())
    }
}

impl TigerVnc {
    fn figures(self, footage: &Footage) -> Result<Figures, PeerError> {
        let mut server = Server::start(footage.frames[0].dimensions())?;
        let number = (footage.frames.len() - 1) as f64;
        let (mut drawn, mut best) = (Duration::MAX, None::<Figures>);
        for _ in 0..self.runs {
            drawn = drawn.min(draw_alone(&mut server, footage)?);
            let run = self.once(&mut server, footage)?;
            let figures = Figures {
                encode_ms: ms(run.rest) / number,
                decode_ms: None,
                frame_kb: run.rest_bytes as f64 / 1_000.0 / number,
                key_ms: ms(run.key),
                key_kb: run.key_bytes as f64 / 1_000.0,
                psnr_db: Some(run.psnr_db),
            };
            // More bytes are those of a refresh that was quicker than a frame.
            let fewer = |best: Figures| Figures { frame_kb: best.frame_kb.min(figures.frame_kb), ..best };
            best = Some(best.map_or(figures, |best| fewer(best.better(figures))));
        }
        let best = best.ok_or_else(|| PeerError::unexpected("a run", "none"))?;
        Ok(Figures { encode_ms: best.encode_ms - ms(drawn) / number, ..best })
    }

    fn once(self, server: &mut Server, footage: &Footage) -> Result<Run, PeerError> {
        let Some((first, rest)) = footage.frames.split_first() else {
            return Err(PeerError::unexpected("frames", "none"));
        };
        let clock = Clock::new();
        server.show(first, None)?;
        let mut viewer = Viewer::connect(&server.socket(), self.quality, self.compression())?;
        let before = server.computed()?;
        viewer.update(false)?;
        let after_key = server.computed()?;
        let key_bytes = viewer.bytes();
        let mut least = self.compared(0, first, viewer.picture())?;
        for (number, (before, frame)) in (1..).zip(footage.frames.iter().zip(rest)) {
            if server.show(frame, Some(before))? {
                viewer.expect(before, frame);
                clock.nap(NOTICED_WITHIN);
                while viewer.is_waiting() {
                    viewer.update(true)?;
                }
            }
            least = least.min(self.compared(number, frame, viewer.picture())?);
        }
        Ok(Run {
            key: after_key - before,
            rest: server.computed()? - after_key,
            key_bytes,
            rest_bytes: viewer.bytes() - key_bytes,
            psnr_db: least,
        })
    }

    /// What its viewer asks for at its default quality is 2, with which the server compares what was drawn with what was
    /// there. Elsewhere it is 1, the quickest: no such comparison, and zlib at its lowest level.
    fn compression(self) -> u8 {
        if self.quality == Some(Self::DEFAULT_QUALITY) { 2 } else { 1 }
    }

    fn compared(self, number: usize, frame: &RgbaImage, shown: &RgbaImage) -> Result<f64, PeerError> {
        if self.is_lossless() {
            let is_exact = frame == shown;
            let found = || PeerError::unexpected("exact frames", format!("frame {number} with differences"));
            is_exact.then_some(f64::INFINITY).ok_or_else(found)
        } else if number.is_multiple_of(COMPARED_EACH) {
            Ok(psnr_db(shown, frame))
        } else {
            Ok(f64::INFINITY)
        }
    }
}

/// What the server computes to draw all frames but the first while nobody looks.
fn draw_alone(server: &mut Server, footage: &Footage) -> Result<Duration, PeerError> {
    server.show(&footage.frames[0], None)?;
    let before = server.computed()?;
    for pair in footage.frames.windows(2) {
        server.show(&pair[1], Some(&pair[0]))?;
    }
    Ok(server.computed()? - before)
}
