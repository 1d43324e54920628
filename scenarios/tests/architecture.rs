//! Holds the workspace against the map: the table of `ARCHITECTURE.md`, and the rules of the house for manifests.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use toml::{Table, Value};

#[test]
fn the_workspace_is_as_the_map_draws_it() {
    let map = Map::read(&text(&root().join("ARCHITECTURE.md")));
    let metadata = metadata();
    let workspace = Workspace::of(&metadata);
    let mut problems = map.problems(&workspace);
    for member in metadata.workspace_packages() {
        let folder = member.manifest_path.parent().expect("a manifest stands in a folder");
        let folder = folder.strip_prefix(&metadata.workspace_root).expect("a member is inside").as_str();
        problems.extend(map.misplaced(&member.name, folder));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_manifest_keeps_the_rules_of_the_house() {
    let metadata = metadata();
    let root_manifest = text(&root().join("Cargo.toml"));
    let mut problems = workspace_problems(&root_manifest.parse().expect("cargo has read it"));
    for member in metadata.workspace_packages() {
        let manifest = text(member.manifest_path.as_std_path()).parse().expect("cargo has read it");
        problems.extend(manifest_problems(&member.name, &manifest));
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn exceptions_from_determinism_are_listed() {
    let mut found = BTreeSet::new();
    for member in metadata().workspace_packages() {
        let folder = member.manifest_path.parent().expect("a manifest stands in a folder");
        for file in rust_files(folder.as_std_path()) {
            let code = text(&file);
            let lints = ["disallowed_methods", "disallowed_types", "iter_over_hash_type"];
            if lints.iter().any(|lint| code.contains(&format!("clippy::{lint}"))) {
                let file = file.strip_prefix(root()).expect("a member is inside");
                found.insert(file.to_str().expect("our names are UTF-8").replace('\\', "/"));
            }
        }
    }
    let document = text(&root().join("DETERMINISM.md"));
    let (_, exceptions) = document.split_once("\n| file | why |\n").expect("a table of exceptions");
    let rows = exceptions.lines().take_while(|line| line.starts_with('|')).skip(1);
    let listed: BTreeSet<String> = rows.filter_map(|row| row.split('`').nth(1).map(str::to_owned)).collect();
    assert_eq!(
        found, listed,
        "expected DETERMINISM.md to list every file that switches off a lint which guards determinism (left: the code; right: the list)"
    );
}

/// The table of `ARCHITECTURE.md`, by crate.
#[derive(Debug, Default)]
struct Map {
    rows: BTreeMap<String, Row>,
}

#[derive(Debug)]
struct Row {
    /// `None` for a crate that is still to come.
    drawer: Option<String>,
    may_use: BTreeSet<String>,
    in_tests_also: BTreeSet<String>,
    never: BTreeSet<String>,
}

impl Map {
    /// Reads the table out of the document.
    fn read(document: &str) -> Self {
        const HEADING: &str = "| crate | folder | may use | in tests also | must never reach |";
        let lines = document.lines().skip_while(|line| *line != HEADING);
        let rows: Vec<&str> = lines.skip(2).take_while(|line| line.starts_with('|')).collect();
        assert!(!rows.is_empty(), "expected a table in ARCHITECTURE.md under {HEADING:?}, found none");
        let mut map = Self::default();
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [crates, folder, may_use, in_tests_also, never] = cells[..] else {
                panic!("expected five columns in ARCHITECTURE.md's table, found {row:?}");
            };
            let crates = names(crates);
            let above = map.rows.keys().cloned().collect();
            for name in &crates {
                let mut never = names(never);
                if row.contains("one another") {
                    never.extend(crates.iter().filter(|other| *other != name).cloned());
                }
                let drawer = match folder {
                    "later" => None,
                    "top" => Some(String::new()),
                    drawer => Some(format!("{}/", drawer.trim_matches('`'))),
                };
                let may_use = if may_use == "all above" { BTreeSet::clone(&above) } else { names(may_use) };
                let in_tests_also = names(in_tests_also);
                map.rows.insert(name.clone(), Row { drawer, may_use, in_tests_also, never });
            }
        }
        map
    }

    /// Everything between crates that the table does not allow.
    fn problems(&self, workspace: &Workspace) -> Vec<String> {
        let mut problems = Vec::new();
        for name in &workspace.members {
            let Some(row) = self.rows.get(name) else {
                problems.push(format!(
                    "`{name}` is not on the map: say in ARCHITECTURE.md's table whom it may use, or take it out of the workspace"
                ));
                continue;
            };
            problems.extend(workspace.edges_of(name).filter_map(|edge| row.problem(edge)));
            problems.extend(row.never.iter().filter_map(|never| {
                let way = workspace.way(name, never)?;
                Some(format!(
                    "`{name}` reaches `{never}`, which ARCHITECTURE.md says it never does: {}; take out the dependency that brings it, or its feature",
                    way.join(" → ")
                ))
            }));
        }
        let built = |name: &&String| !workspace.members.contains(*name);
        let missing = self.rows.iter().filter(|(_, row)| row.drawer.is_some()).map(|(name, _)| name);
        problems.extend(missing.filter(built).map(|name| {
            format!("`{name}` is on the map and not in the workspace: mark it in ARCHITECTURE.md's table as `later`, or build it")
        }));
        problems
    }

    /// A crate that stands elsewhere than in its drawer, under its own name.
    fn misplaced(&self, name: &str, folder: &str) -> Option<String> {
        let drawer = self.rows.get(name)?.drawer.as_deref()?;
        let expected = format!("{drawer}{name}");
        (folder != expected).then(|| {
            format!("`{name}` stands in {folder}: ARCHITECTURE.md's table puts it in {expected}; move one of the two")
        })
    }
}

impl Row {
    /// What is wrong with an edge of this row's crate, if anything.
    fn problem(&self, edge: &Edge) -> Option<String> {
        let Edge { from, to, kind } = edge;
        let in_tests = *kind == DependencyKind::Development;
        if self.may_use.contains(to) || in_tests && self.in_tests_also.contains(to) {
            return None;
        }
        let list = |names: &BTreeSet<String>| {
            let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            if quoted.is_empty() { "nothing of ours".to_owned() } else { quoted.join(", ") }
        };
        let allowed = match (in_tests, self.in_tests_also.is_empty()) {
            (true, false) => format!("{}, in tests also {}", list(&self.may_use), list(&self.in_tests_also)),
            _ => list(&self.may_use),
        };
        Some(format!(
            "`{from}` uses `{to}` ({} of its Cargo.toml): ARCHITECTURE.md lets it use {allowed}; move what both need to a crate that both may use (`wire`, if it travels), or change the table and say why",
            Section(*kind)
        ))
    }
}

/// The names in a cell, each between backticks.
fn names(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The section of a manifest that a kind of dependency stands in.
struct Section(DependencyKind);

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            DependencyKind::Development => "[dev-dependencies]",
            DependencyKind::Build => "[build-dependencies]",
            _ => "[dependencies]",
        })
    }
}

/// Who depends on whom.
#[derive(Debug, Default)]
struct Workspace {
    members: BTreeSet<String>,
    /// Between members, as their manifests say.
    edges: Vec<Edge>,
    /// From each package, ours or not, to what is linked in with it: members by name, others as `name version`.
    links: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug)]
struct Edge {
    from: String,
    to: String,
    kind: DependencyKind,
}

impl Workspace {
    fn of(metadata: &Metadata) -> Self {
        let members = metadata.workspace_packages();
        let names: BTreeSet<String> = members.iter().map(|package| package.name.to_string()).collect();
        let edges = members.iter().flat_map(|package| {
            let ours = package.dependencies.iter().filter(|dependency| names.contains(&dependency.name));
            ours.map(|dependency| Edge {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                kind: dependency.kind,
            })
        });
        let edges = edges.collect();

        let label = |package: &Package| match names.contains(package.name.as_str()) {
            true => package.name.to_string(),
            false => format!("{} {}", package.name, package.version),
        };
        let labels: BTreeMap<_, String> =
            metadata.packages.iter().map(|package| (&package.id, label(package))).collect();
        let mut links = BTreeMap::<String, BTreeSet<String>>::new();
        for node in &metadata.resolve.as_ref().expect("cargo resolves unless told not to").nodes {
            let linked = node.deps.iter().filter(|dependency| {
                dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
            });
            let linked = linked.map(|dependency| labels[&dependency.pkg].clone());
            links.entry(labels[&node.id].clone()).or_default().extend(linked);
        }
        Self { members: names, edges, links }
    }

    fn edges_of(&self, name: &str) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.from == name)
    }

    /// A shortest way from a package to another of that name, both included.
    fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut found_from = BTreeMap::from([(from, None)]);
        let mut waiting = VecDeque::from([from]);
        while let Some(here) = waiting.pop_front() {
            if here.split(' ').next() == Some(to) {
                let way = std::iter::successors(Some(here), |step| found_from[step]);
                let mut way: Vec<String> = way.map(str::to_owned).collect();
                way.reverse();
                return Some(way);
            }
            for next in self.links.get(here).into_iter().flatten() {
                if !found_from.contains_key(next.as_str()) {
                    found_from.insert(next, Some(here));
                    waiting.push_back(next);
                }
            }
        }
        None
    }
}

/// What is wrong with the root's manifest.
fn workspace_problems(manifest: &Table) -> Vec<String> {
    let found = |path: &[&str]| look_up(manifest, path).map_or("nothing".to_owned(), Value::to_string);
    let rules: [(&[&str], _, _); 4] = [
        (&["workspace", "package", "version"], "0.0.0", "no crate is published, so no version says anything"),
        (&["workspace", "lints", "rust", "unsafe_code"], "forbid", "nothing here needs it"),
        (&["workspace", "lints", "clippy", "disallowed_methods"], "warn", "it keeps the wall clock out"),
        (&["workspace", "lints", "clippy", "iter_over_hash_type"], "warn", "that order is chance"),
    ];
    let asked = rules.map(|(path, expected, why)| (path, format!("{expected:?}"), why));
    let broken = asked.into_iter().filter(|(path, expected, _)| found(path) != *expected);
    let told = broken.map(|(path, expected, why)| {
        format!("Cargo.toml: expected {} = {expected}, found {}: {why}", path.join("."), found(path))
    });
    told.collect()
}

/// What is wrong with a member's manifest.
fn manifest_problems(name: &str, manifest: &Table) -> Vec<String> {
    let inherited = |path: &[&str]| {
        look_up(manifest, path).and_then(|value| value.get("workspace")) == Some(&Value::Boolean(true))
    };
    let mut expected = vec![(vec!["lints"], "else our lints do not hold in it".to_owned())];
    for key in ["version", "edition", "rust-version", "license", "publish"] {
        expected.push((vec!["package", key], "it is said once, for all".to_owned()));
    }
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for dependency in manifest.get(section).and_then(Value::as_table).into_iter().flatten() {
            let why = "versions are chosen once, in the root's [workspace.dependencies]".to_owned();
            expected.push((vec![section, dependency.0], why));
        }
    }
    let broken = expected.into_iter().filter(|(path, _)| !inherited(path));
    broken
        .map(|(path, why)| format!("`{name}`: expected {}.workspace = true: {why}", path.join(".")))
        .collect()
}

fn look_up<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(*key))
}

/// Every Rust file in a folder and below.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = entries.map(|entry| entry.expect("a folder can be read to its end").path());
    files
        .flat_map(|path| match path.is_dir() {
            true => rust_files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    folder.expect("a member has a folder above it").to_owned()
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// What cargo knows of this machine's build, from the lock file as it is.
fn metadata() -> Metadata {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let version = Command::new(cargo).arg("-vV").output().expect("cargo has built this test");
    let version = String::from_utf8(version.stdout).expect("cargo speaks UTF-8");
    let host =
        version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo says what it runs on");
    // Other machines' dependencies need not have been downloaded.
    let options = ["--locked", "--filter-platform", host].map(str::to_owned).to_vec();
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(options)
        .exec()
        .unwrap_or_else(|error| panic!("expected cargo to know the workspace: {error}"))
}

/// The checks themselves, on maps and workspaces with planted mistakes.
mod planted {
    use super::*;

    const MAP: &str = "\
Some words.

| crate | folder | may use | in tests also | must never reach |
|---|---|---|---|---|
| `wire` | `sim` | nothing of ours | | `tokio` |
| `console`, `client` | `sim` | `wire` | `fakes` | one another, `fakes`, `tokio` |
| `fakes` | top | `wire` | | |
| `shell` | later | `wire` | | |
| `play` | top | all above | | |

| `not a row`, since the table is over |
";

    /// A workspace in lines: `a is a member`, `a uses b`, `a tests with b`, `a builds with b`, and `a links b 1.2` for
    /// others' packages.
    fn workspace(lines: &str) -> Workspace {
        let mut workspace = Workspace::default();
        for line in lines.lines().map(str::trim) {
            let verbs = [" is ", " uses ", " tests with ", " builds with ", " links "];
            let verb = verbs.into_iter().find(|verb| line.contains(verb)).expect("a verb");
            let (from, to) = line.split_once(verb).expect("it was just found");
            let (from, to) = (from.to_owned(), to.to_owned());
            let kind = match verb {
                " uses " => DependencyKind::Normal,
                " tests with " => DependencyKind::Development,
                " builds with " => DependencyKind::Build,
                _ => DependencyKind::Unknown,
            };
            if verb == " is " {
                workspace.members.insert(from);
                continue;
            }
            if matches!(verb, " uses " | " links ") {
                workspace.links.entry(from.clone()).or_default().insert(to.clone());
            }
            if kind != DependencyKind::Unknown {
                workspace.edges.push(Edge { from, to, kind });
            }
        }
        workspace
    }

    const MEMBERS: &str =
        "wire is a member\nconsole is a member\nclient is a member\nfakes is a member\nplay is a member\n";

    #[track_caller]
    fn problems(lines: &str) -> String {
        Map::read(MAP).problems(&workspace(&(MEMBERS.to_owned() + lines))).join("\n")
    }

    #[test]
    fn what_the_map_allows_passes() {
        let sound = "console uses wire\nconsole tests with fakes\nconsole tests with wire\nplay uses console
                     play tests with fakes\nplay builds with wire\nplay links tokio\nwire links serde";
        assert_eq!(problems(sound), "");
    }

    #[test]
    fn a_forbidden_edge_of_any_kind_is_told_with_its_remedy() {
        insta::assert_snapshot!(problems("console uses play"), @"`console` uses `play` ([dependencies] of its Cargo.toml): ARCHITECTURE.md lets it use `wire`; move what both need to a crate that both may use (`wire`, if it travels), or change the table and say why");
        insta::assert_snapshot!(problems("wire tests with console"), @"`wire` uses `console` ([dev-dependencies] of its Cargo.toml): ARCHITECTURE.md lets it use nothing of ours; move what both need to a crate that both may use (`wire`, if it travels), or change the table and say why");
        insta::assert_snapshot!(problems("client builds with fakes"), @"`client` uses `fakes` ([build-dependencies] of its Cargo.toml): ARCHITECTURE.md lets it use `wire`; move what both need to a crate that both may use (`wire`, if it travels), or change the table and say why");
        insta::assert_snapshot!(problems("client tests with play"), @"`client` uses `play` ([dev-dependencies] of its Cargo.toml): ARCHITECTURE.md lets it use `wire`, in tests also `fakes`; move what both need to a crate that both may use (`wire`, if it travels), or change the table and say why");
    }

    #[test]
    fn what_is_never_to_be_reached_is_found_behind_others() {
        insta::assert_snapshot!(problems("console uses wire\nwire links tokio-util 1.2\nwire links tokio 1.4"), @r"
        `console` reaches `tokio`, which ARCHITECTURE.md says it never does: console → wire → tokio 1.4; take out the dependency that brings it, or its feature
        `wire` reaches `tokio`, which ARCHITECTURE.md says it never does: wire → tokio 1.4; take out the dependency that brings it, or its feature
        ");
        insta::assert_snapshot!(problems("fakes uses client\nclient uses fakes\nconsole links fakes"), @r"
        `client` uses `fakes` ([dependencies] of its Cargo.toml): ARCHITECTURE.md lets it use `wire`; move what both need to a crate that both may use (`wire`, if it travels), or change the table and say why
        `client` reaches `fakes`, which ARCHITECTURE.md says it never does: client → fakes; take out the dependency that brings it, or its feature
        `console` reaches `client`, which ARCHITECTURE.md says it never does: console → fakes → client; take out the dependency that brings it, or its feature
        `console` reaches `fakes`, which ARCHITECTURE.md says it never does: console → fakes; take out the dependency that brings it, or its feature
        `fakes` uses `client` ([dependencies] of its Cargo.toml): ARCHITECTURE.md lets it use `wire`; move what both need to a crate that both may use (`wire`, if it travels), or change the table and say why
        ");
    }

    #[test]
    fn a_crate_and_its_row_need_one_another() {
        let map = Map::read(MAP);
        insta::assert_snapshot!(map.problems(&workspace("wire is a member\nscreen is a member")).join("\n"), @r"
        `screen` is not on the map: say in ARCHITECTURE.md's table whom it may use, or take it out of the workspace
        `client` is on the map and not in the workspace: mark it in ARCHITECTURE.md's table as `later`, or build it
        `console` is on the map and not in the workspace: mark it in ARCHITECTURE.md's table as `later`, or build it
        `fakes` is on the map and not in the workspace: mark it in ARCHITECTURE.md's table as `later`, or build it
        `play` is on the map and not in the workspace: mark it in ARCHITECTURE.md's table as `later`, or build it
        ");
        assert_eq!(map.misplaced("wire", "sim/wire"), None);
        assert_eq!(map.misplaced("fakes", "fakes"), None);
        insta::assert_snapshot!(map.misplaced("wire", "sim/wires").expect("another name"), @"`wire` stands in sim/wires: ARCHITECTURE.md's table puts it in sim/wire; move one of the two");
        insta::assert_snapshot!(map.misplaced("fakes", "sim/fakes").expect("another drawer"), @"`fakes` stands in sim/fakes: ARCHITECTURE.md's table puts it in fakes; move one of the two");
    }

    #[test]
    #[should_panic(expected = "expected a table in ARCHITECTURE.md")]
    fn a_map_without_its_table_is_no_map() {
        Map::read("| crate | may use |\n|---|---|\n| `wire` | |\n");
    }

    #[test]
    fn manifests_that_go_their_own_way_are_told() {
        let own_way = "package.name = 'x'\npackage.version = '1.2.3'\npackage.edition.workspace = true
                       dependencies.wire = { path = '../wire' }\ndev-dependencies.insta.workspace = true
                       lints.clippy.todo = 'allow'";
        let manifest = own_way.parse().expect("it is TOML");
        insta::assert_snapshot!(manifest_problems("x", &manifest).join("\n"), @r"
        `x`: expected lints.workspace = true: else our lints do not hold in it
        `x`: expected package.version.workspace = true: it is said once, for all
        `x`: expected package.rust-version.workspace = true: it is said once, for all
        `x`: expected package.license.workspace = true: it is said once, for all
        `x`: expected package.publish.workspace = true: it is said once, for all
        `x`: expected dependencies.wire.workspace = true: versions are chosen once, in the root's [workspace.dependencies]
        ");
        let lax = "workspace.package.version = '0.0.0'\nworkspace.lints.rust.unsafe_code = 'warn'";
        insta::assert_snapshot!(workspace_problems(&lax.parse().expect("it is TOML")).join("\n"), @r#"
        Cargo.toml: expected workspace.lints.rust.unsafe_code = "forbid", found "warn": nothing here needs it
        Cargo.toml: expected workspace.lints.clippy.disallowed_methods = "warn", found nothing: it keeps the wall clock out
        Cargo.toml: expected workspace.lints.clippy.iter_over_hash_type = "warn", found nothing: that order is chance
        "#);
    }
}
