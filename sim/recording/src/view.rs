//! What everybody sees, and how it changes.

use std::collections::BTreeMap;

use json_patch::{Patch, PatchOperation};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most path segments of a patch operation. With serde_json's limit on nesting (128) it bounds how deep a view
/// grows, whatever a hostile file asks for.
pub const VIEW_DEPTH_MAX: usize = 64;

/// What everybody sees at a moment, by name.
pub type Views = BTreeMap<String, View>;

/// What one person sees on one program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Which kind of program shows it.
    pub program: Program,
    /// The program's view, as it serialises it.
    pub shown: Value,
}

/// The kind of program that shows a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// A representative console.
    RepConsole,
    /// A customer client.
    CustomerClient,
    /// A Jump Client.
    JumpClient,
    /// The appliance, as its administrator sees it.
    Appliance,
    /// Somebody's mail host, as its administrator sees it (since 1.2).
    MailHost,
    /// One that a newer minor version knows.
    #[serde(other)]
    Other,
}

/// The patch from what `who` sees in `views` to `shown`, which takes its place. `None` if nothing changed.
pub(crate) fn change(views: &mut Views, who: &str, program: Program, shown: Value) -> Option<Patch> {
    let Some(view) = views.get_mut(who) else {
        let patch = json_patch::diff(&Value::Null, &shown);
        views.insert(who.to_owned(), View { program, shown });
        return Some(patch);
    };
    let patch = json_patch::diff(&view.shown, &shown);
    *view = View { program, shown };
    (!patch.is_empty()).then_some(patch)
}

/// Changes what `who` sees by `patch`; says why where that cannot be. `views` is spoilt then.
pub(crate) fn apply(views: &mut Views, who: &str, program: Program, patch: &Patch) -> Result<(), String> {
    for operation in patch.iter() {
        // A `copy` could double a view with every line: a small file would ask for all memory.
        if !matches!(
            operation,
            PatchOperation::Add(_) | PatchOperation::Remove(_) | PatchOperation::Replace(_)
        ) {
            return Err(
                "expected a patch of `add`, `remove` and `replace`, came another operation".to_owned()
            );
        }
        let depth = operation.path().tokens().take(VIEW_DEPTH_MAX + 1).count();
        if depth > VIEW_DEPTH_MAX {
            return Err(format!("expected a path of at most {VIEW_DEPTH_MAX} segments, came a longer one"));
        }
    }
    let view = views.entry(who.to_owned()).or_insert(View { program, shown: Value::Null });
    view.program = program;
    json_patch::patch_unsafe(&mut view.shown, patch).map_err(|error| error.to_string())
}
