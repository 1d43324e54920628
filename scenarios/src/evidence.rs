//! What stands beside a failure: what everybody saw, what was last said, and how the connections were.

use std::fmt::Write as _;

use serde_json::Value;
use world::World;

/// The longest list that is printed whole.
const ITEMS_MAX: usize = 12;

/// The evidence of this moment.
pub(crate) fn report(world: &World) -> String {
    let mut text = String::new();
    line(&mut text, &format!("at {} of virtual time", world.now()));
    line(&mut text, "");
    line(&mut text, "what everybody saw:");
    for (id, program) in world.programs() {
        line(&mut text, &format!("  {}", world.program_name(id)));
        let mut lines = Vec::new();
        flatten(&program.view_json(), String::new(), &mut lines);
        for item in lines {
            line(&mut text, &format!("    {item}"));
        }
    }
    line(&mut text, "");
    line(&mut text, "the last messages on the wire:");
    for message in world.last_messages_text().lines() {
        line(&mut text, &format!("  {message}"));
    }
    for (machine, name) in world.machines() {
        let netstat = world.netstat(machine);
        if netstat.lines().count() > 1 {
            line(&mut text, "");
            line(&mut text, &format!("netstat of {name}:"));
            for row in netstat.lines() {
                line(&mut text, &format!("  {row}"));
            }
        }
    }
    text
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("memory takes it");
}

/// A view as `path: value` lines; what is empty says nothing and is left out.
fn flatten(value: &Value, path: String, lines: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                flatten(value, below(name), lines);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            lines.push(format!("{path}: {}", Value::Array(items.clone())));
        }
        Value::Array(items) => {
            let skipped = items.len().saturating_sub(ITEMS_MAX);
            if skipped > 0 {
                lines.push(format!("{path}: ({skipped} earlier ones left out)"));
            }
            for (place, item) in items.iter().enumerate().skip(skipped) {
                flatten(item, format!("{path}[{place}]"), lines);
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => lines.push(format!("{path}: {value}")),
    }
}
