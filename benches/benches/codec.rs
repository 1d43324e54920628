//! The screen codec on work at a screen, beside others on the same frames: a table for each kind of work.
//!
//! `cargo bench -p benches --bench codec` prints all; names behind `--` choose kinds of work (`-- scroll drag`).

use std::env;

use benches::codec::{Codec, Figures, Footage, Ours, Workload, peers, tiled_compare_ms};
use benches::table::{Mark, Row, Unit, table};
use screen::Quality;

/// Two seconds at 30 frames a second.
const FRAMES: usize = 60;
/// Frames to try out with: a switch shows each of its screens, and the first one again.
const FRAMES_TRIED: usize = 4;
const RUNS: usize = 5;

/// Columns that marks stand beside, where they are there.
const TIGERVNC_LOSSLESS: &str = "TigerVNC lossless";
const TIGERVNC_DEFAULT: &str = "TigerVNC q5";

/// Which of a peer's figures a row is about.
type FigureOf = dyn Fn(&Figures) -> Option<f64>;

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

/// Everything that is linked here, once.
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
        let (names, rows) = rows(workload, &footage, limit);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        println!("\n### {}\n\nL is {limit:.3} ms.\n\n{}", workload.name(), table(&names, &rows));
    }
}

/// The table of one kind of work. Marks are those of the goals for the codec; `L` is the compare.
fn rows(workload: Workload, footage: &Footage, limit: f64) -> (Vec<String>, Vec<Row>) {
    let ours = |quality, has_hints| {
        Ours { quality, has_hints, runs: RUNS }.measure(footage).expect("ours is always there")
    };
    let (plain, hinted) = (ours(Quality::LOSSLESS, false), ours(Quality::LOSSLESS, true));
    let lossy = ours(Quality::BALANCED, false);
    // Each screen of a switch is new once.
    let plain_of_new = (workload == Workload::Switch).then(|| {
        let few = Ours { quality: Quality::LOSSLESS, has_hints: false, runs: RUNS };
        few.measure(&workload.footage(3)).expect("ours is always there")
    });
    let (names, others): (Vec<String>, Vec<Result<Figures, String>>) =
        peers().iter().map(|peer| (peer.name(), peer.measure(footage))).unzip();

    let beside = |times: f64, name: &str| {
        names.iter().position(|column| column == name).map(|column| Mark::Beside(times, column))
    };
    let lossless = |times| [beside(times, TIGERVNC_LOSSLESS), None];
    let figures = |hold, reach| [Some(Mark::Figure(hold)), Some(Mark::Figure(reach))];
    let (mut rows, none) = (Vec::new(), [None, None]);
    let mut row = |work, unit, ours: f64, of: Option<&FigureOf>, [hold, reach]: [Option<Mark>; 2]| {
        let peer = |figures: &Result<Figures, String>| match of {
            Some(of) => figures.clone().and_then(|figures| of(&figures).ok_or_else(|| "-".to_owned())),
            None => Err("-".to_owned()),
        };
        rows.push(Row { work, unit, ours, peers: others.iter().map(peer).collect(), hold, reach });
    };

    let [in_compares, in_ms, in_bytes] = match workload {
        Workload::Idle | Workload::Typing => [[Some(Mark::Figure(1.15)), None], none, none],
        Workload::Scroll => [figures(6.0, 4.0), lossless(5.0), lossless(20.0)],
        Workload::Drag => [figures(8.0, 5.0), lossless(2.0), lossless(3.0)],
        Workload::Video => [none, none, none],
        Workload::Switch => [figures(12.0, 8.0), none, lossless(50.0)],
    };
    row("lossless, a frame", Unit::Milliseconds, plain.encode_ms, Some(&|peer| Some(peer.encode_ms)), in_ms);
    row("the same, in L", Unit::Times, plain.encode_ms / limit, None, in_compares);
    if let Some(new) = &plain_of_new {
        let ms = new.encode_ms;
        row("content that was not seen, in L", Unit::Times, ms / limit, None, figures(24.0, 18.0));
        row("its bytes", Unit::Kilobytes, new.frame_kb, None, none);
    }
    let with_hints = match workload {
        Workload::Idle | Workload::Typing => [None, Some(Mark::Figure(0.05))],
        Workload::Scroll | Workload::Drag | Workload::Video | Workload::Switch => none,
    };
    row("the same with hints of damage, in L", Unit::Times, hinted.encode_ms / limit, None, with_hints);
    let decode_ms = plain.decode_ms.unwrap_or_default();
    row("decoding it", Unit::Milliseconds, decode_ms, Some(&|peer| peer.decode_ms), none);
    row("to encoding", Unit::Times, decode_ms / plain.encode_ms, None, [Some(Mark::Figure(1.0 / 3.0)), None]);
    if workload == Workload::Scroll {
        row("decoding it, in L", Unit::Times, decode_ms / limit, None, [Some(Mark::Figure(0.5)), None]);
    }
    row("its bytes", Unit::Kilobytes, plain.frame_kb, Some(&|peer| Some(peer.frame_kb)), in_bytes);
    if workload == Workload::Typing {
        // Fifteen characters, and thirty frames, in a second.
        let kilobits = plain.frame_kb * 30.0 * 8.0;
        row("15 characters a second", Unit::Kilobits, kilobits, None, [Some(Mark::Figure(20.0)), None]);
    }
    row(
        "lossless, the first frame",
        Unit::Milliseconds,
        plain.key_ms,
        Some(&|peer| Some(peer.key_ms)),
        lossless(2.5),
    );
    row("the same, in L", Unit::Times, plain.key_ms / limit, None, figures(45.0, 30.0));
    row("its bytes", Unit::Kilobytes, plain.key_kb, Some(&|peer| Some(peer.key_kb)), lossless(1.0 / 0.65));
    let beside_lossy = match workload {
        Workload::Video => [beside(1.0 / 1.2, TIGERVNC_DEFAULT), beside(1.0, TIGERVNC_DEFAULT)],
        Workload::Idle | Workload::Typing | Workload::Scroll | Workload::Drag | Workload::Switch => none,
    };
    row(
        "balanced, a frame",
        Unit::Milliseconds,
        lossy.encode_ms,
        Some(&|peer| Some(peer.encode_ms)),
        beside_lossy,
    );
    row(
        "decoding it",
        Unit::Milliseconds,
        lossy.decode_ms.unwrap_or_default(),
        Some(&|peer| peer.decode_ms),
        none,
    );
    row("its bytes", Unit::Kilobytes, lossy.frame_kb, Some(&|peer| Some(peer.frame_kb)), none);
    row("balanced, the first frame", Unit::Milliseconds, lossy.key_ms, Some(&|peer| Some(peer.key_ms)), none);
    row("its bytes", Unit::Kilobytes, lossy.key_kb, Some(&|peer| Some(peer.key_kb)), none);
    let apart = lossy.psnr_db.unwrap_or(f64::INFINITY);
    row(
        "its worst frame",
        Unit::Decibels,
        apart,
        Some(&|peer| peer.psnr_db),
        [Some(Mark::Figure(38.0)), None],
    );
    (names, rows)
}
