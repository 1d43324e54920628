//! The screen codec on work at a screen, beside others on the same frames: a table for each kind of work.
//!
//! `cargo bench -p benches --bench codec` prints all; names behind `--` choose kinds of work (`-- scroll drag`).

use std::env;

use benches::codec::{Codec, Figures, Footage, NOT_INSTALLED, Ours, Workload, peers, tiled_compare_ms};
use benches::table::{Mark, Row, Unit, table};
use screen::Quality;

/// Two seconds at this pace.
const FRAMES: usize = 60;
const FRAMES_A_SECOND: f64 = 30.0;
/// Frames to try out with: a switch shows each of its screens, and the first one again.
const FRAMES_TRIED: usize = 4;
const RUNS: usize = 5;

/// Columns that marks stand beside.
const TIGERVNC_LOSSLESS: &str = "TigerVNC lossless";
const TIGERVNC_Q5: &str = "TigerVNC q5";

/// What must hold, and what would be better still.
type Marks = [Option<Mark>; 2];

const NONE: Marks = [None, None];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let asked_for = |word: &str| arguments.iter().any(|argument| argument == word);
    let chosen: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with("--")).collect();
    let is_ours = |name: &&str| Workload::ALL.iter().any(|workload| workload.name() == *name);
    if !chosen.iter().all(is_ours) {
        // A filter that is meant for another bench.
        return;
    }
    // `cargo bench -- --test` passes both; `cargo test --benches` passes neither.
    if asked_for("--bench") && !asked_for("--test") {
        print_tables(&chosen);
    } else {
        try_out();
    }
}

/// Everything that is linked here, once, and the peers that are installed.
#[expect(clippy::print_stdout, reason = "what was tried is said")]
fn try_out() {
    for workload in Workload::ALL {
        let footage = workload.footage(FRAMES_TRIED);
        for (quality, has_hints) in [(Quality::LOSSLESS, true), (Quality::BALANCED, false)] {
            let figures = Ours { quality, has_hints, runs: 1 }.measure(&footage);
            assert!(figures.is_ok_and(|figures| figures.key_kb > 0.0));
        }
    }
    println!(
        "codec: {FRAMES_TRIED} frames of each kind of work were encoded and decoded, lossless and balanced"
    );
    // Text, and pictures that move.
    let footage = Workload::Video.footage(FRAMES_TRIED);
    for peer in peers(1) {
        let name = peer.name();
        match peer.measure(&footage) {
            Ok(figures) => {
                let psnr_db = figures.psnr_db.expect("each peer's pictures are looked at");
                assert!(psnr_db > 30.0, "expected {name} to show the frames, found {psnr_db} dB");
                assert!(figures.key_kb > figures.frame_kb && figures.frame_kb > 0.0, "{name}: {figures:?}");
                println!("codec: {name} was given {FRAMES_TRIED} frames of a moving picture");
            }
            Err(why) => {
                assert_eq!(why, NOT_INSTALLED, "{name}");
                println!("codec: {name} is {NOT_INSTALLED}");
            }
        }
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the tables are what the bench is for")]
fn print_tables(chosen: &[&str]) {
    let mut compared = None;
    for workload in Workload::ALL {
        if !chosen.is_empty() && !chosen.contains(&workload.name()) {
            continue;
        }
        eprintln!("drawing {}", workload.name());
        let footage = workload.footage(FRAMES);
        let limit = *compared.get_or_insert_with(|| tiled_compare_ms(&footage.frames));
        eprintln!("measuring {}", workload.name());
        let columns: Vec<Column> = peers(RUNS).iter().map(|peer| Column::new(&**peer, &footage)).collect();
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let rows = rows(workload, &footage, &columns, limit);
        println!("\n### {}\n\nL is {limit:.3} ms.\n\n{}", workload.name(), table(&names, &rows));
        for Column { name, figures, .. } in &columns {
            if let Err(why) = figures {
                println!("{name}: {why}");
            }
        }
    }
}

/// A column beside ours.
struct Column {
    name: String,
    is_lossless: bool,
    figures: Result<Figures, String>,
}

impl Column {
    fn new(peer: &dyn Codec, footage: &Footage) -> Self {
        Self { name: peer.name(), is_lossless: peer.is_lossless(), figures: peer.measure(footage) }
    }

    /// One of its figures, or what stands in its place.
    fn cell(&self, of: impl Fn(&Figures) -> Option<f64>) -> Result<f64, String> {
        match &self.figures {
            Ok(figures) => of(figures).ok_or_else(|| "-".to_owned()),
            Err(why) if why == NOT_INSTALLED => Err(why.clone()),
            Err(_) => Err("failed".to_owned()),
        }
    }
}

/// The rows of a table while it grows.
struct Rows<'a> {
    columns: &'a [Column],
    rows: Vec<Row>,
}

impl Rows<'_> {
    /// A mark beside a column.
    fn beside(&self, times: f64, name: &str) -> Option<Mark> {
        self.columns.iter().position(|column| column.name == name).map(|column| Mark::Beside(times, column))
    }

    fn alone(&mut self, work: &'static str, unit: Unit, ours: f64, [hold, reach]: Marks) {
        let peers = self.columns.iter().map(|_| Err("-".to_owned())).collect();
        self.rows.push(Row { work, unit, ours, peers, hold, reach });
    }

    /// A row beside those who show what is exact as ours does here, or who do not.
    fn among(
        &mut self,
        is_lossless: bool,
        (work, unit): (&'static str, Unit),
        ours: f64,
        of: impl Fn(&Figures) -> Option<f64>,
        marks: Marks,
    ) {
        self.alone(work, unit, ours, marks);
        let row = self.rows.last_mut().expect("it has just been pushed");
        for (cell, column) in row.peers.iter_mut().zip(self.columns) {
            if column.is_lossless == is_lossless {
                *cell = column.cell(&of);
            }
        }
    }
}

/// The table of one kind of work. Marks are those of the goals for the codec; `L` is the compare.
fn rows(workload: Workload, footage: &Footage, columns: &[Column], limit: f64) -> Vec<Row> {
    let mut rows = Rows { columns, rows: Vec::new() };
    lossless_rows(&mut rows, workload, footage, limit);
    lossy_rows(&mut rows, workload, footage);
    rows.rows
}

fn measured(quality: Quality, has_hints: bool, footage: &Footage) -> Figures {
    Ours { quality, has_hints, runs: RUNS }.measure(footage).expect("ours is always there")
}

fn lossless_rows(rows: &mut Rows<'_>, workload: Workload, footage: &Footage, limit: f64) {
    let plain = measured(Quality::LOSSLESS, false, footage);
    let hinted = measured(Quality::LOSSLESS, true, footage);
    let decode_ms = plain.decode_ms.unwrap_or_default();
    let figures = |hold, reach| [Some(Mark::Figure(hold)), Some(Mark::Figure(reach))];
    let at_most = |hold| [Some(Mark::Figure(hold)), None];
    let tigervnc = |rows: &Rows<'_>, times| [rows.beside(times, TIGERVNC_LOSSLESS), None];
    let [in_compares, in_ms, in_bytes] = match workload {
        Workload::Idle | Workload::Typing => [at_most(1.15), NONE, NONE],
        Workload::Scroll => [figures(6.0, 4.0), tigervnc(rows, 5.0), tigervnc(rows, 20.0)],
        Workload::Drag => [figures(8.0, 5.0), tigervnc(rows, 2.0), tigervnc(rows, 3.0)],
        Workload::Video => [NONE, NONE, NONE],
        Workload::Switch => [figures(12.0, 8.0), NONE, tigervnc(rows, 50.0)],
    };
    let with_hints = match workload {
        Workload::Idle | Workload::Typing => [None, Some(Mark::Figure(0.05))],
        Workload::Scroll | Workload::Drag | Workload::Video | Workload::Switch => NONE,
    };

    let what = ("lossless, a frame", Unit::Milliseconds);
    rows.among(true, what, plain.encode_ms, |peer| Some(peer.encode_ms), in_ms);
    rows.alone("the same, in L", Unit::Times, plain.encode_ms / limit, in_compares);
    rows.alone("the same with hints of damage, in L", Unit::Times, hinted.encode_ms / limit, with_hints);
    let what = ("decoding it", Unit::Milliseconds);
    rows.among(true, what, decode_ms, |peer| peer.decode_ms, NONE);
    rows.alone("to encoding", Unit::Times, decode_ms / plain.encode_ms, at_most(1.0 / 3.0));
    if workload == Workload::Scroll {
        rows.alone("decoding it, in L", Unit::Times, decode_ms / limit, at_most(0.5));
    }
    let what = ("its bytes", Unit::Kilobytes);
    rows.among(true, what, plain.frame_kb, |peer| Some(peer.frame_kb), in_bytes);
    let kbit_s = plain.frame_kb * 8.0 * FRAMES_A_SECOND;
    match workload {
        Workload::Idle => {
            rows.alone("a caret and a clock", Unit::Kilobits, kbit_s, NONE);
            let still = Footage {
                frames: vec![footage.frames[0].clone(); FRAMES],
                damage: vec![footage.damage[0].clone(); FRAMES],
            };
            let kbit_s = measured(Quality::LOSSLESS, false, &still).frame_kb * 8.0 * FRAMES_A_SECOND;
            rows.alone("a screen at rest", Unit::Kilobits, kbit_s, at_most(0.1));
        }
        Workload::Typing => rows.alone("15 characters a second", Unit::Kilobits, kbit_s, at_most(20.0)),
        Workload::Switch => new_content_rows(rows, limit),
        Workload::Scroll | Workload::Drag | Workload::Video => {}
    }
    let what = ("lossless, the first frame", Unit::Milliseconds);
    let marks = tigervnc(rows, 2.5);
    rows.among(true, what, plain.key_ms, |peer| Some(peer.key_ms), marks);
    rows.alone("the same, in L", Unit::Times, plain.key_ms / limit, figures(45.0, 30.0));
    let marks = tigervnc(rows, 1.0 / 0.65);
    rows.among(true, ("its bytes", Unit::Kilobytes), plain.key_kb, |peer| Some(peer.key_kb), marks);
}

/// Each screen of a switch is new once. Those who keep no screens need as long for what they have shown before.
fn new_content_rows(rows: &mut Rows<'_>, limit: f64) {
    let new = measured(Quality::LOSSLESS, false, &Workload::Switch.footage(3));
    let what = ("content that was not seen", Unit::Milliseconds);
    let marks = [rows.beside(2.5, TIGERVNC_LOSSLESS), None];
    rows.among(true, what, new.encode_ms, |peer| Some(peer.encode_ms), marks);
    let marks = [24.0, 18.0].map(|figure| Some(Mark::Figure(figure)));
    rows.alone("the same, in L", Unit::Times, new.encode_ms / limit, marks);
    let marks = [rows.beside(1.0 / 0.7, TIGERVNC_LOSSLESS), None];
    rows.among(true, ("its bytes", Unit::Kilobytes), new.frame_kb, |peer| Some(peer.frame_kb), marks);
}

fn lossy_rows(rows: &mut Rows<'_>, workload: Workload, footage: &Footage) {
    let lossy = measured(Quality::BALANCED, false, footage);
    let hinted = measured(Quality::BALANCED, true, footage);
    let is_video = workload == Workload::Video;
    let q5 = |rows: &Rows<'_>, times| is_video.then(|| rows.beside(times, TIGERVNC_Q5)).flatten();

    let what = ("balanced, a frame", Unit::Milliseconds);
    let marks = [q5(rows, 1.0 / 1.2), q5(rows, 1.0)];
    rows.among(false, what, lossy.encode_ms, |peer| Some(peer.encode_ms), marks);
    let what = ("the same with hints of damage", Unit::Milliseconds);
    rows.among(false, what, hinted.encode_ms, |peer| Some(peer.encode_ms), NONE);
    let what = ("decoding it", Unit::Milliseconds);
    rows.among(false, what, lossy.decode_ms.unwrap_or_default(), |peer| peer.decode_ms, NONE);
    let marks = [q5(rows, 1.0), None];
    rows.among(false, ("its bytes", Unit::Kilobytes), lossy.frame_kb, |peer| Some(peer.frame_kb), marks);
    let what = ("balanced, the first frame", Unit::Milliseconds);
    rows.among(false, what, lossy.key_ms, |peer| Some(peer.key_ms), NONE);
    rows.among(false, ("its bytes", Unit::Kilobytes), lossy.key_kb, |peer| Some(peer.key_kb), NONE);
    let what = ("its worst frame", Unit::Decibels);
    let marks = [Some(Mark::Figure(38.0)), q5(rows, 1.0)];
    rows.among(false, what, lossy.psnr_db.unwrap_or(f64::INFINITY), |peer| peer.psnr_db, marks);
}
