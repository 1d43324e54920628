//! `rehearse export`, on the estate: only that has packets.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use insta::assert_snapshot;
use recording::{EntryKind, Recording};
use scenarios::Estate;

use crate::mock::Mock;
use crate::support::Folder;

const LINE: &str = "\
Feature: Captures
  Scenario: A line over hotel Wi-Fi
    Given the site \"acme\"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on hotel Wi-Fi
    When Alex generates a session key
    And Carla types Alex's session key on the portal
    And Alex accepts Carla's session
    And 5 seconds pass
    And Carla writes \"My screen is blue\"
    Then Alex reads \"My screen is blue\" from Carla
    When Alex's network goes down
    And Carla writes \"Hello?\"
    And 1 second passes
    And Alex's network comes back
    Then Alex reads \"Hello?\" from Carla

  Scenario: A line that nobody reads
    Given the site \"acme\"
    And Alex is signed in to the desktop console
    Then Alex reads \"My screen is green\" from Carla
";

const RECORDING: &str = "left/recordings/features-captures-2-seed-1.rehearsal";
const FAILED: &str = "left/recordings/features-captures-18-seed-1.rehearsal";

/// A folder with a recording of each scenario.
fn recorded() -> Folder {
    let folder = Folder::new(&[("features/captures.feature", LINE)]);
    let called = folder.call::<Estate>("run features --out left");
    assert_eq!(called.status, 1, "the second scenario fails: {called}");
    folder
}

fn captured(folder: &Folder, recording: &str) -> PathBuf {
    let called = folder.call::<Estate>(&format!("export {recording} --to pcapng --out it.pcapng"));
    assert_eq!((called.status, called.out.as_str(), called.err.as_str()), (0, "", ""));
    folder.path("it.pcapng")
}

#[test]
fn a_capture_reads_as_the_scenario() {
    let folder = recorded();
    let file = fs::read(captured(&folder, RECORDING)).expect("a capture");
    let all = told(&file);
    // What is lost on the way, and the digest, are TCP's affair.
    let fates = ["lost", "dropped", "held", "section"];
    let steps: Vec<&str> =
        all.lines().filter(|line| !fates.iter().any(|fate| line.starts_with(fate))).collect();
    assert_snapshot!(steps.join("\n"), @r#"
    interface: appliance
    interface: name server
    interface: Alex's device
    interface: Carla's device
    name: [10, 20, 0, 1] alexs-device
    name: [10, 20, 0, 2] carlas-device
    name: [198, 51, 100, 53] name-server
    name: [203, 0, 113, 10] support.example.com
    Given the site "acme"
    And Alex is signed in to the desktop console
    passed: And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on hotel Wi-Fi
    When Alex generates a session key
    passed: When Alex generates a session key
    And Carla types Alex's session key on the portal
    passed: And Carla types Alex's session key on the portal
    And Alex accepts Carla's session
    passed: And Alex accepts Carla's session
    And 5 seconds pass
    passed: And 5 seconds pass
    And Carla writes "My screen is blue"
    passed: And Carla writes "My screen is blue"
    Then Alex reads "My screen is blue" from Carla
    passed: Then Alex reads "My screen is blue" from Carla
    When Alex's network goes down
    And Carla writes "Hello?"
    passed: And Carla writes "Hello?"
    And 1 second passes
    passed: And 1 second passes
    And Alex's network comes back
    Then Alex reads "Hello?" from Carla
    passed: Then Alex reads "Hello?" from Carla
    "#);
    assert!(
        all.starts_with("section: Captures: A line over hotel Wi-Fi | features/captures.feature:2, seed 1"),
        "{all}"
    );
    assert!(all.contains("dropped: the receiver's host is unplugged"), "{all}");
    // The same again, to the byte.
    assert_eq!(fs::read(captured(&folder, RECORDING)).expect("a capture"), file);
    let failed = fs::read(captured(&folder, FAILED)).expect("a capture");
    assert!(told(&failed).contains("FAILED: Then Alex reads \"My screen is green\" from Carla"));
}

#[test]
fn tshark_reads_a_capture() {
    let Some(tshark) = installed("tshark") else {
        // Not by `println!`, which the test harness keeps to itself when a test passes.
        writeln!(io::stdout(), "skipped: tshark is not installed").expect("standard output");
        return;
    };
    let folder = recorded();
    let at_carla = folder.path("carla.pcapng");
    let arguments =
        ["export", RECORDING, "--to", "pcapng", "--at", "Carla's device", "--out", "carla.pcapng"];
    assert_eq!(folder.call_with::<Estate>(arguments).status, 0);
    let file = captured(&folder, RECORDING);
    let read = |arguments: &[&str]| tshark_says(&tshark, &file, arguments);
    assert_eq!(tshark_says(&tshark, &at_carla, &["-Y", "_ws.malformed"]), "", "no packet is malformed");
    let directions = tshark_says(&tshark, &at_carla, &["-T", "fields", "-e", "frame.packet_flags_direction"]);
    assert!(directions.contains('1') && directions.contains('2'), "packets come and go: {directions}");
    assert_eq!(read(&["-Y", "_ws.malformed"]), "", "no packet is malformed");
    assert_eq!(read(&["-Y", "_ws.expert.severity >= 8388608"]), "", "no packet is an error");
    let checksums =
        ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"];
    let good = read(
        &[
            &checksums[..],
            &["-Y", "ip.checksum.status == 1 && (tcp.checksum.status == 1 || udp.checksum.status == 1)"],
        ]
        .concat(),
    );
    let all = read(&[]);
    assert_eq!(good.lines().count(), all.lines().count(), "every sum is right");
    let bytes = fs::read(&file).expect("a capture");
    assert_eq!(all.lines().count(), blocks(&bytes).filter(|(kind, _)| *kind == PACKET).count());

    let mut hosts: Vec<_> =
        read(&["-N", "n", "-T", "fields", "-e", "ip.src_host"]).lines().map(str::to_owned).collect();
    hosts.sort();
    hosts.dedup();
    assert_snapshot!(hosts.join("\n"), @"
    alexs-device
    carlas-device
    name-server
    support.example.com
    ");
    let mut interfaces: Vec<_> =
        read(&["-T", "fields", "-e", "frame.interface_name", "-e", "frame.packet_flags_direction"])
            .lines()
            .map(str::to_owned)
            .collect();
    interfaces.sort();
    interfaces.dedup();
    assert_snapshot!(interfaces.join("\n"), @"
    Alex's device	0x00000002
    Carla's device	0x00000002
    appliance	0x00000002
    name server	0x00000002
    ");
    let comments =
        read(&["-Y", "frame.comment contains \"Carla writes\"", "-T", "fields", "-e", "frame.comment"]);
    assert!(comments.contains("And Carla writes \"My screen is blue\""), "{comments}");
    assert!(
        !read(&["-Y", "frame.comment contains \"unplugged\""]).is_empty(),
        "a packet on an unplugged link"
    );
    let said: String = "My screen is blue".bytes().map(|byte| format!("{byte:02x}")).collect();
    let streams = read(&["-T", "fields", "-e", "tcp.stream"]);
    let last: u32 = streams.lines().filter_map(|stream| stream.parse().ok()).max().expect("a stream");
    let heard = (0..=last).filter(|stream| {
        read(&["-q", "-z", &format!("follow,tcp,raw,{stream}")]).replace('\n', "").contains(&said)
    });
    assert_eq!(heard.count(), 2, "the line goes from Carla to the appliance, and from there to Alex");
}

#[test]
fn a_page_of_one_recording() {
    let folder = recorded();
    let called = folder.call::<Estate>(&format!("export {RECORDING} --to html"));
    assert_eq!(called.status, 0, "{called}");
    assert!(called.out.starts_with("<!DOCTYPE html>") && called.out.contains("My screen is blue"));
    assert!(!called.out.contains(".rehearsal\""), "no recording lies beside it");
}

#[test]
fn what_cannot_be_exported_is_said() {
    let folder = recorded();
    let call = |arguments: &str| folder.call::<Estate>(&format!("export {arguments}")).to_string();
    fs::write(folder.path("no.rehearsal"), "no").expect("a file");
    let mut said = call("left/none.rehearsal --to pcapng");
    said += &call("no.rehearsal --to html");
    said += &call(&format!("{RECORDING} --to gif"));
    said += &call(&format!("{RECORDING} --to pcapng --out no/such/folder"));
    said += &call(&format!("{RECORDING} --to pcapng --at Nobody"));
    let changed = LINE.replace("is blue", "is red");
    fs::write(folder.path("features/captures.feature"), &changed).expect("a file");
    let otherwise = call(&format!("{RECORDING} --to pcapng"));
    let digest = |word: &str| word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hidden =
        |word: &str| if digest(word.trim_end_matches([',', ':'])) { "DIGEST" } else { word }.to_owned();
    said += &otherwise.split(' ').map(hidden).collect::<Vec<_>>().join(" ");
    fs::write(folder.path("features/captures.feature"), changed.replace("A line over", "Lines over"))
        .expect("a file");
    said += &call(&format!("{RECORDING} --to pcapng"));
    fs::write(folder.path("features/captures.feature"), format!("\n\n\n{LINE}")).expect("a file");
    said += &call(&format!("{RECORDING} --to pcapng"));
    fs::remove_file(folder.path("features/captures.feature")).expect("a file");
    said += &call(&format!("{RECORDING} --to pcapng"));
    let said = said.replace(&folder.path("").display().to_string(), "FOLDER/");
    assert_snapshot!(said, @r#"
    exit 2
    error: left/none.rehearsal: expected a recording: No such file or directory (os error 2)
    exit 2
    error: no.rehearsal: expected a recording: expected zstd data, came damage after 0 entries
    exit 2
    error: the form `gif` is not built yet; there are `html`, `pcapng`, `cast` and `session-xml`
    exit 2
    error: cannot write the reports: FOLDER/no/such/folder: No such file or directory (os error 2)
    exit 2
    error: expected a machine (appliance, name server, Alex's device, Carla's device), found "Nobody"
    exit 2
    error: expected features/captures.feature:2 to play as it was recorded, with digest DIGEST came digest DIGEST the programs, the feature or the site have changed since
    make a new recording: cargo rehearse run features/captures.feature:2 --seed 1
    exit 2
    error: expected the scenario "A line over hotel Wi-Fi" at features/captures.feature:2, found "Lines over hotel Wi-Fi"
    make a new recording of it
    exit 2
    error: expected the scenario "A line over hotel Wi-Fi" at features/captures.feature:2, found features/captures.feature:2: no scenario stands at this line
        scenarios of this feature begin at 5, 21

    nothing was played: 1 problem to solve first
    make a new recording of it
    exit 2
    error: expected the scenario "A line over hotel Wi-Fi" at features/captures.feature:2, found expected a feature file or a folder at FOLDER/features/captures.feature:2: No such file or directory (os error 2)
    make a new recording of it
    "#);
}

#[test]
fn a_stage_without_packets_says_so() {
    let folder = Folder::new(&[("features/f.feature", "Feature: F\n  Scenario: S\n    When 1 is added\n")]);
    assert_eq!(folder.call::<Mock>("run features --out left").status, 0);
    let called = folder.call::<Mock>("export left/recordings/features-f-2-seed-1.rehearsal --to pcapng");
    assert_eq!(called.status, 2);
    assert_snapshot!(called.err.lines().nth(1).unwrap_or_default(), @"this time it failed: the stage could not be set: expected a stage with packets to capture, this one has none");
}

/// What a capture tells beside the packets themselves: who is in it, and every comment. How many packets there are
/// between two comments is TCP's affair.
fn told(file: &[u8]) -> String {
    let mut lines = Vec::new();
    for (kind, body) in blocks(file) {
        match kind {
            SECTION => lines.extend(texts(&body[16..], 1).map(|comment| format!("section: {comment}"))),
            INTERFACE => lines.extend(texts(&body[8..], 2).map(|name| format!("interface: {name}"))),
            NAMES => lines.extend(fields(body).filter(|(code, _)| *code == 1).map(|(_, value)| {
                let (address, name) = value.split_at(4);
                format!("name: {address:?} {}", String::from_utf8_lossy(name).trim_end_matches('\0'))
            })),
            PACKET => lines.extend(texts(packet_options(body), 1)),
            other => panic!("a block of kind {other}"),
        }
    }
    lines.iter().map(|line| line.replace('\n', " | ") + "\n").collect()
}

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const NAMES: u32 = 4;
const PACKET: u32 = 6;

fn blocks(mut file: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let length =
            file.get(4..8).map(|bytes| u32::from_le_bytes(bytes.try_into().expect("four")) as usize)?;
        let (block, rest) = file.split_at(length);
        file = rest;
        Some((u32::from_le_bytes(block[..4].try_into().expect("four")), &block[8..length - 4]))
    })
}

fn packet_options(body: &[u8]) -> &[u8] {
    let bytes = u32::from_le_bytes(body[12..16].try_into().expect("four")) as usize;
    &body[20 + bytes.next_multiple_of(4)..]
}

fn texts(options: &[u8], wanted: u16) -> impl Iterator<Item = String> {
    let wanted = fields(options).filter(move |(code, _)| *code == wanted);
    wanted.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}

fn fields(mut options: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let number = |at: usize| Some(u16::from_le_bytes(options.get(at..at + 2)?.try_into().expect("two")));
        let (code, length) = (number(0)?, usize::from(number(2)?));
        let value = &options[4..4 + length];
        options = &options[4 + length.next_multiple_of(4)..];
        Some((code, value))
    })
}

fn installed(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn tshark_says(tshark: &Path, file: &Path, arguments: &[&str]) -> String {
    let output = Command::new(tshark).arg("-r").arg(file).args(arguments).output().expect("tshark runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const SHELLS: &str = "\
Feature: Shells
  Scenario: Two of them
    Given the site \"recorded\"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And Alex has command shell open in Carla's session
    And Alex has a shell open in Carla's session
    And Alex types \"echo one\" into the shell of Carla's session
    And the shell of Carla's session on Alex's console shows \"one\"
    And Alex closes the shell in front of Carla's session
    And Alex has a shell open in Carla's session
    And Alex types \"echo two\" into the shell of Carla's session
    And the shell of Carla's session on Alex's console shows \"two\"
    When Alex ends Carla's session
    And 1 second passes
";

#[test]
fn a_recorded_shell_is_exported_as_a_cast() {
    let site = include_str!("../../../features/sites/recorded.toml");
    let folder = Folder::new(&[("features/shells.feature", SHELLS), ("features/sites/recorded.toml", site)]);
    let called = folder.call::<Estate>("run features --out left");
    assert_eq!(called.status, 0, "{called}");
    let recording = "left/recordings/features-shells-2-seed-1.rehearsal";
    let export = |more: &str| folder.call::<Estate>(&format!("export {recording} --to cast {more}"));
    let which = export("--out it.cast");
    assert_eq!(which.status, 2, "{which}");
    assert!(which.err.contains("expected `--shell` with a number of 1 to 2:\n  1  cmd.exe in "), "{which}");
    for (number, said, other) in [(1, "echo one", "echo two"), (2, "echo two", "echo one")] {
        let called = export(&format!("--shell {number} --out it.cast"));
        assert_eq!((called.status, called.err.as_str()), (0, ""));
        let cast = fs::read_to_string(folder.path("it.cast")).expect("a cast");
        let mut lines = cast.lines();
        let header = lines.next().unwrap_or_default();
        assert!(header.starts_with("{\"version\": 2, \"width\": 100, \"height\": 30, "), "{header}");
        let events: Vec<(f64, String, String)> =
            lines.map(|line| serde_json::from_str(line).expect("an event of a cast")).collect();
        assert!(events.is_sorted_by(|(one, ..), (next, ..)| one <= next), "{cast}");
        assert!(events.iter().all(|(_, kind, _)| kind == "o"), "{cast}");
        let all: String = events.into_iter().map(|(_, _, text)| text).collect();
        assert!(all.contains(said) && !all.contains(other), "{cast}");
    }
}

#[test]
fn a_failure_tells_of_links_and_connections() {
    let folder = Folder::new(&[("features/captures.feature", LINE)]);
    let called = folder.call::<Estate>("run features --name nobody");
    let from = called.out.find("the links that carried something:").expect("a table");
    let table: Vec<_> =
        called.out[from..].lines().take_while(|line| !line.is_empty()).map(str::trim_end).collect();
    assert_snapshot!(table.join("\n"), @"
    the links that carried something:
          machine                  way   packets       bytes   lost queue full queue high   mean wait    max wait    used
          appliance                up         14         880      0          0        265      0.0 ms      0.0 ms   0.0 %
          appliance                down       21        1177      0          0         78      0.0 ms      0.0 ms   0.0 %
          name server              up          1          81      0          0         81      0.0 ms      0.0 ms   0.0 %
          name server              down        1          65      0          0         65      0.0 ms      0.0 ms   0.0 %
          Alex's device            up         22        1242      0          0        192      0.0 ms      0.0 ms   0.0 %
          Alex's device            down       15         961      0          0        265      0.0 ms      0.0 ms   0.0 %
    ");
    assert!(called.out[from..].contains("netstat of Alex's device:"), "{called}");
    let file = fs::read(folder.path("target/rehearsals/recordings/features-captures-18-seed-1.rehearsal"))
        .expect("a recording");
    let recording = Recording::read(&file).expect("a recording");
    let told: Vec<_> = recording
        .entries()
        .iter()
        .filter_map(|entry| match &entry.kind {
            EntryKind::Netstat { host, rows } => Some(format!("{host}: {}", rows.len())),
            _ => None,
        })
        .collect();
    assert_snapshot!(told.join(", "), @"appliance: 2, Alex's device: 1");
}
