//! libvpx by its own programs, `vpxenc` and `vpxdec`.

mod yuv;

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use screen::{Quality, psnr_db};

use super::peer::{PeerError, computed_by};
use super::{COMPARED_EACH, Codec, Figures, Footage, Ours, ms};

const FRAMES_A_SECOND: usize = 30;
/// An IVF file's own header, and that of each frame.
const FILE_HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 12;

/// VP9 in real time, tuned for screens, with 4:2:0 chroma, at the bit rate that ours has for the same footage when
/// pictures may be approximate, its first frame included.
///
/// Times are what the programs compute, less what they compute to start and to read a frame.
#[derive(Clone, Copy, Debug)]
pub struct Vp9 {
    /// The best of so many runs counts.
    pub runs: usize,
}

/// What the programs work on.
struct Files {
    folder: tempfile::TempDir,
    /// All frames, and the first one again.
    frames: PathBuf,
    nothing: PathBuf,
    stream: PathBuf,
    size: (u32, u32),
    number: usize,
    kbit_s: u64,
}

impl Codec for Vp9 {
    fn name(&self) -> String {
        "libvpx VP9 realtime".to_owned()
    }

    fn is_lossless(&self) -> bool {
        false
    }

    fn measure(&self, footage: &Footage) -> Result<Figures, String> {
        self.figures(footage).map_err(|error| error.to_string())
    }
}

impl Vp9 {
    fn figures(self, footage: &Footage) -> Result<Figures, PeerError> {
        let files = Files::new(footage)?;
        let number = files.number;
        let one = self.best(|| files.encode(&files.frames, 0, 1))?;
        let start = self.best(|| files.encode(&files.nothing, 0, 1))?;
        // The first frame once more, after all others have been read.
        let after_reading = self.best(|| files.encode(&files.frames, number, 1))?;
        let one_decoded = {
            files.encode(&files.frames, 0, 1)?;
            self.best(|| files.decode(&["--noblit"]))?
        };
        let all = self.best(|| files.encode(&files.frames, 0, number))?;
        let all_decoded = self.best(|| files.decode(&["--noblit"]))?;
        let reading_ms = ms(after_reading.saturating_sub(one)) / number as f64;
        let rest = (number - 1) as f64;
        let bytes = frame_bytes(&files.stream)?;
        if bytes.len() != number {
            return Err(PeerError::unexpected("all frames", bytes.len()));
        }
        // Of a few frames, the time of one can vary by more than the others take.
        Ok(Figures {
            encode_ms: ms(all.saturating_sub(one)) / rest - reading_ms,
            decode_ms: Some(ms(all_decoded.saturating_sub(one_decoded)) / rest),
            frame_kb: bytes[1..].iter().sum::<usize>() as f64 / 1_000.0 / rest,
            key_ms: ms(one.saturating_sub(start)) - reading_ms,
            key_kb: bytes[0] as f64 / 1_000.0,
            psnr_db: Some(files.psnr_db(footage)?),
        })
    }

    fn best(self, run: impl Fn() -> Result<Duration, PeerError>) -> Result<Duration, PeerError> {
        (0..self.runs).try_fold(Duration::MAX, |best, _| Ok(best.min(run()?)))
    }
}

impl Files {
    fn new(footage: &Footage) -> Result<Self, PeerError> {
        let folder = tempfile::tempdir()?;
        let [frames, nothing, stream] =
            ["frames.i420", "nothing.i420", "stream.ivf"].map(|name| folder.path().join(name));
        let number = footage.frames.len();
        let mut file = BufWriter::new(File::create(&frames)?);
        for frame in footage.frames.iter().chain(&footage.frames[..1]) {
            file.write_all(&yuv::i420(frame))?;
        }
        file.flush()?;
        File::create(&nothing)?;
        let size = footage.frames[0].dimensions();
        Ok(Self { folder, frames, nothing, stream, size, number, kbit_s: kbit_s_of_ours(footage) })
    }

    /// What it takes to encode some frames.
    fn encode(&self, frames: &Path, skipped: usize, number: usize) -> Result<Duration, PeerError> {
        let (width, height) = self.size;
        let mut command = Command::new("vpxenc");
        command.args(["--codec=vp9", "--ivf", "--i420", "--passes=1", "--quiet", "--disable-warnings"]);
        command.arg(format!("--width={width}")).arg(format!("--height={height}"));
        command.arg(format!("--fps={FRAMES_A_SECOND}/1"));
        command.args(["--rt", "--cpu-used=8", "--threads=1", "--lag-in-frames=0", "--kf-max-dist=100000"]);
        command.args(["--tune-content=screen", "--aq-mode=3", "--end-usage=cbr"]);
        command.arg(format!("--target-bitrate={}", self.kbit_s));
        command.arg(format!("--skip={skipped}")).arg(format!("--limit={number}"));
        computed_by(command.arg("-o").arg(&self.stream).arg(frames))
    }

    /// What it takes to decode the stream that was written last.
    fn decode(&self, arguments: &[&str]) -> Result<Duration, PeerError> {
        let mut command = Command::new("vpxdec");
        computed_by(command.args(["--threads=1", "--i420"]).args(arguments).arg(&self.stream))
    }

    /// The least of a sample of frames.
    fn psnr_db(&self, footage: &Footage) -> Result<f64, PeerError> {
        let shown = self.folder.path().join("shown.i420");
        self.decode(&["-o", &shown.to_string_lossy()])?;
        let mut file = BufReader::new(File::open(shown)?);
        let mut least = f64::INFINITY;
        for (number, frame) in footage.frames.iter().enumerate() {
            let mut shown = vec![0; yuv::i420_bytes(self.size)];
            file.read_exact(&mut shown)?;
            if number.is_multiple_of(COMPARED_EACH) {
                least = least.min(psnr_db(&yuv::rgba(&shown, self.size), frame));
            }
        }
        Ok(least)
    }
}

/// What ours comes to on average, in kilobits a second.
fn kbit_s_of_ours(footage: &Footage) -> u64 {
    let ours = Ours { quality: Quality::BALANCED, has_hints: false, runs: 1 };
    let figures = ours.measure(footage).expect("ours is always there");
    let number = footage.frames.len();
    let kilobytes = figures.key_kb + figures.frame_kb * (number - 1) as f64;
    (kilobytes * 8.0 * FRAMES_A_SECOND as f64 / number as f64).round() as u64
}

/// How long each frame of an IVF file is.
fn frame_bytes(stream: &Path) -> Result<Vec<usize>, PeerError> {
    let file = fs::read(stream)?;
    let (mut lengths, mut rest) = (Vec::new(), file.get(FILE_HEADER_BYTES..).unwrap_or_default());
    while let Some((header, after)) = rest.split_at_checked(FRAME_HEADER_BYTES) {
        let length = u32::from_le_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let after = after.get(length..);
        rest = after.ok_or_else(|| PeerError::unexpected("a whole frame", format!("{length} bytes")))?;
        lengths.push(length);
    }
    Ok(lengths)
}
