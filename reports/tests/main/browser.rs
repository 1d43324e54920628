//! The page in a browser, where one is installed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use reports::index_html;

use crate::sample;

const BROWSERS: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Runs after the page's own script: tries the filters, and leaves what it found in the page.
const PROBE: &str = r#"<script>
const shown = () => document.getElementById("shown").textContent;
const set = (id, value) => {
  const field = document.getElementById(id);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const visible = () => [...document.querySelectorAll("details.scenario:not([hidden]) h3")].map((h) => h.textContent);
const found = [`ready: ${document.documentElement.classList.contains("ready")}`, `all: ${shown()}`];
set("text", "next BO takes");
found.push(`by text: ${shown()}, ${visible()}`);
set("text", "no such words");
found.push(`by none: ${shown()}, note ${document.getElementById("nothing").hidden ? "hidden" : "shown"}`);
set("text", "");
set("tag", "KEY-04");
found.push(`by tag: ${shown()}, ${visible()}`);
set("tag", "");
document.querySelector("input[value=failed]").click();
found.push(`by status: ${shown()}, ${document.querySelectorAll("section.feature:not([hidden])").length} features`);
document.getElementById("open").click();
found.push(`opened: ${document.querySelectorAll("details[open]").length}`);
document.querySelector("input[name=status]").click();
document.querySelector(".tag").click();
found.push(`by a click on a tag: ${shown()}`);
found.push(`errors: ${window.errors.length} ${window.errors}`);
document.body.dataset.found = found.join("\n");
</script></body>"#;

#[test]
fn the_script_runs_and_filters() {
    let Some(browser) = installed() else {
        // Not by `println!`, which the test harness keeps to itself when a test passes.
        writeln!(
            io::stderr(),
            "skipped the_script_runs_and_filters: none of {} is installed",
            BROWSERS.join(", ")
        )
        .unwrap();
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let watch = "<script>window.errors = []; addEventListener('error', (event) => errors.push(event.message));</script></head>";
    let page = index_html(&sample::run()).replacen("</head>", watch, 1).replacen("</body>", PROBE, 1);
    let path = folder.path().join("index.html");
    fs::write(&path, page).unwrap();
    let dom = dump(&browser, &path);
    let found =
        dom.split("data-found=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| {
            panic!("expected the probe's findings in the page, came {dom:.2000}");
        });
    insta::assert_snapshot!(found, @"
    ready: true
    all: 6 shown
    by text: 1 of 6 shown, The one who waits longest is taken first
    by none: 0 of 6 shown, note shown
    by tag: 1 of 6 shown, A key brings the customer to the rep
    by status: 2 of 6 shown, 1 features
    opened: 2
    by a click on a tag: 1 of 6 shown
    errors: 0
    ");
}

fn installed() -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    BROWSERS.iter().find_map(|name| {
        env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
    })
}

fn dump(browser: &Path, page: &Path) -> String {
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
