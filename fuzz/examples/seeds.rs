//! Writes the seeds: files that each target understands, from which the fuzzer sets out.

use std::fs;
use std::path::Path;

use arbitrary::{Arbitrary, Unstructured};
use image::{Rgba, RgbaImage};
use recording::{EntryKind, Header, LinkUse, Outcome, Program, Recorder, StepStatus};
use screen::{Chroma, Encoder, Quality, Scale, Size, Wanted};
use serde_json::json;
use wire::customer::{ApplianceToCustomer, CustomerToAppliance};
use wire::jump::{ApplianceToJump, JumpToAppliance};
use wire::rep::{ApplianceToRep, RepToAppliance};
use wire::{Hello, Message, Role, Seed, SimTime, encode_frame};

/// Messages of one type in a seed.
const MESSAGES: u64 = 12;

fn main() -> std::io::Result<()> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let write = |name: &str, content: &[u8]| {
        let file = seeds.join(name);
        fs::create_dir_all(file.parent().expect("a seed lies in its target's folder"))?;
        fs::write(file, content)
    };
    write("wire/rep", &stream::<RepToAppliance>(Role::RepConsole))?;
    write("wire/to-rep", &stream::<ApplianceToRep>(Role::RepConsole))?;
    write("wire/customer", &stream::<CustomerToAppliance>(Role::Customer))?;
    write("wire/to-customer", &stream::<ApplianceToCustomer>(Role::Customer))?;
    write("wire/jump", &stream::<JumpToAppliance>(Role::JumpClient))?;
    write("wire/to-jump", &stream::<ApplianceToJump>(Role::JumpClient))?;
    write("site/acme.toml", include_bytes!("../../features/sites/acme.toml"))?;
    write("site/networks.toml", include_bytes!("../../features/sites/networks.toml"))?;
    write("site/equilibrium.toml", include_bytes!("../../features/sites/equilibrium.toml"))?;
    write("site/waiting.toml", include_bytes!("../../features/sites/waiting.toml"))?;
    write("site/least.toml", LEAST_SITE.as_bytes())?;
    write("screen/lossless", &screen_stream(Quality::LOSSLESS))?;
    write("screen/balanced", &screen_stream(Quality::BALANCED))?;
    write("screen/full-chroma", &screen_stream(Quality::jpeg(85, Chroma::Full, Scale::Full)))?;
    write("screen/lowest", &screen_stream(Quality::LOWEST))?;
    write("recording/file.rehearsal", &recorder().finish())?;
    let lines = recorder().finish_lines();
    let header_bytes = lines.iter().take_while(|byte| **byte != b'\n').count() + 1;
    write("recording/lines.json", &lines)?;
    write("recording/entries.json", &lines[header_bytes..])?;
    write("recording/empty.rehearsal", &Recorder::new(header()).finish())
}

/// A greeting and some messages, in frames, to arrive in pieces of 64 bytes.
fn stream<M: Message + for<'a> Arbitrary<'a>>(role: Role) -> Vec<u8> {
    let mut stream = vec![63];
    stream.extend(encode_frame(&Hello::new(role)));
    for number in 0..MESSAGES {
        let chance: Vec<u8> = (0..16)
            .flat_map(|block| Seed::from_number(number).child(&format!("{block}")).as_bytes16())
            .collect();
        let message = M::arbitrary(&mut Unstructured::new(&chance));
        stream.extend(encode_frame(&message.expect("there are bytes enough for any message")));
    }
    stream
}

/// Frames with their lengths: something like text beside something like a photograph, which move, vanish and come back.
fn screen_stream(quality: Quality) -> Vec<u8> {
    let size = Size { width: 200, height: 130 };
    let mut encoder = Encoder::new(size);
    let wanted = Wanted { quality, budget_bytes: 20_000, refine_bytes: 2_000, focus: None };
    let mut stream = Vec::new();
    for frame in 0..8_u32 {
        let scrolled = frame * 5 % 15;
        let picture = RgbaImage::from_fn(200, 130, |x, y| {
            let (right, down) = (x.wrapping_mul(0x9e37_79b1), (y + scrolled).wrapping_mul(0x85eb_ca77));
            let mixed = (right ^ down).wrapping_mul(0x2c1b_3c6d) >> 24;
            let colour = match x {
                _ if frame == 5 => [40, 60, 90],
                0..120 => [(mixed as u8 / 86) * 127; 3],
                _ => [x as u8, (y + scrolled) as u8, (mixed % 32) as u8 + 100],
            };
            Rgba([colour[0], colour[1], colour[2], 255])
        });
        encoder.damaged(&[size.bounds()]);
        let now = SimTime::from_millis(u64::from(frame) * 200);
        if let Some(frame) = encoder.encode(now, &picture, &wanted) {
            let length = u16::try_from(frame.bytes.len()).expect("the budget is less");
            stream.extend(length.to_le_bytes());
            stream.extend(frame.bytes);
        }
    }
    stream
}

const LEAST_SITE: &str = r#"name = "Least"
host = "support.example.com"

[[portal]]
name = "Main"
"#;

fn header() -> Header {
    Header {
        feature: "Chat".into(),
        path: "features/chat.feature".into(),
        rule: None,
        scenario: "Both sides write and read".into(),
        line: 7,
        tags: vec!["CHT-01".into()],
        site: String::new(),
        seed: 1,
        commit: None,
    }
}

/// One entry of every kind, or nearly.
fn recorder() -> Recorder {
    let mut recorder = Recorder::new(header());
    let at = SimTime::from_millis;
    let (keyword, text) = ("When".to_owned(), "Carla writes \"Hello\"".to_owned());
    recorder.record(at(0), EntryKind::StepBegan { keyword, text, argument: None, line: 8 });
    let act = json!({"customer_writes": {"customer": "Carla", "text": "Hello"}});
    recorder.record(at(0), EntryKind::ActPerformed { act, says: "Carla writes \"Hello\"".into() });
    for count in 0..3 {
        let shown = json!({"stage": "in session", "lines": vec!["Hello"; count]});
        recorder.record_view(at(count as u64), "Carla's client", Program::CustomerClient, shown);
    }
    let (from, to) = ("Carla's client".to_owned(), "appliance".to_owned());
    let sent =
        recorder.record(at(3), EntryKind::MessageSent { from, to, conn: 0, kind: "Chat".into(), bytes: 14 });
    recorder.record(at(40), EntryKind::MessageDelivered { sent });
    let (session, name) = ("session-1".to_owned(), "Chat Message".to_owned());
    let detail = "Hello".to_owned();
    let who = "Carla".into();
    recorder
        .record(at(40), EntryKind::SessionEvent { session, name, who, detail, by: Some(1), audience: None });
    let used = LinkUse { bytes: 54, queue_bytes_max: 54, packets: 1, ..LinkUse::default() };
    let (host, from) = ("Carla's PC".to_owned(), Some(at(0)));
    recorder.record(at(41), EntryKind::LinkSample { host, from, until: None, up: used, down: used });
    recorder.record(at(41), EntryKind::StepEnded { status: StepStatus::Passed, failure: None });
    recorder.record(at(41), EntryKind::Ended { outcome: Outcome::Passed });
    recorder
}
