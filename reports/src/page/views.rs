//! What everybody saw: a program's view, whatever its shape, as a small card.

use maud::{Markup, html};
use recording::Views;
use serde_json::{Map, Value};

use crate::human;
use crate::page::diagram::{class, role};

/// The most rows of a list; more are counted.
const ROWS_MAX: usize = 8;
/// The most characters of a text.
const CHARS_MAX: usize = 120;
/// Views nest no deeper on a card.
const DEPTH_MAX: usize = 4;
/// The most columns for which a list of things is shown as a table.
const COLUMNS_MAX: usize = 5;

/// The most cards of a scenario; more are counted.
const CARDS_MAX: usize = 24;

/// A card per view.
pub(super) fn cards(views: &Views) -> Markup {
    html! {
        div.cards {
            @for (who, view) in views.iter().take(CARDS_MAX) {
                article.card.(class(Some(view.program))) {
                    header {
                        h5 { (who) }
                        @if let Some(role) = role(view.program) { small { (role) } }
                    }
                    @if view.shown.is_null() { p.none { "not running" } } @else { (value(&view.shown, 0)) }
                }
            }
        }
        @if views.len() > CARDS_MAX {
            p.note { "and " (human::count(views.len() - CARDS_MAX, "more view")) ". The recording has all." }
        }
    }
}

fn value(shown: &Value, depth: usize) -> Markup {
    match shown {
        Value::Null => html! { span.none { "–" } },
        Value::Bool(yes) => html! { @if *yes { "yes" } @else { span.none { "no" } } },
        Value::Number(number) => html! { (number) },
        Value::String(text) if text.is_empty() => html! { span.none { "–" } },
        Value::String(text) => html! { (super::diagram::shortened(text, CHARS_MAX)) },
        Value::Array(items) if items.is_empty() => html! { span.none { "none" } },
        Value::Object(fields) if fields.is_empty() => html! { span.none { "none" } },
        _ if depth == DEPTH_MAX => html! { span.none { "…" } },
        Value::Array(items) => list(items, depth + 1),
        Value::Object(fields) => html! {
            dl {
                @for (name, field) in fields {
                    div.wide[nests(field)] { dt { (human::words(name)) } dd { (value(field, depth + 1)) } }
                }
            }
        },
    }
}

fn list(items: &[Value], depth: usize) -> Markup {
    let rows = &items[..items.len().min(ROWS_MAX)];
    let more = items.len() - rows.len();
    html! {
        @if let Some(columns) = columns(items) {
            table {
                thead { tr { @for column in &columns { th { (human::words(column)) } } } }
                tbody {
                    @for row in rows {
                        tr { @for column in &columns { td { (value(&row[column.as_str()], depth + 1)) } } }
                    }
                }
            }
        } @else if items.iter().all(|item| !item.is_array() && !item.is_object()) {
            ul.plain { @for item in rows { li { (value(item, depth)) } } }
        } @else {
            ul { @for item in rows { li { (value(item, depth)) } } }
        }
        @if more > 0 { p.none { "and " (more) " more" } }
    }
}

/// Whether a value is too much for the right half of a card.
fn nests(field: &Value) -> bool {
    match field {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    }
}

/// The fields that all `items` have, where they are few and hold nothing that nests: such a list is a table.
fn columns(items: &[Value]) -> Option<Vec<String>> {
    let all: Vec<&Map<String, Value>> = items.iter().map(Value::as_object).collect::<Option<_>>()?;
    let columns: Vec<String> = all.first()?.keys().cloned().collect();
    let alike = all.iter().all(|fields| {
        fields.len() == columns.len()
            && fields
                .iter()
                .all(|(name, field)| columns.contains(name) && !field.is_object() && !field.is_array())
    });
    (alike && (1..=COLUMNS_MAX).contains(&columns.len())).then_some(columns)
}

#[cfg(test)]
mod tests {
    use recording::{Program, View};
    use serde_json::json;

    use super::*;

    fn card(shown: Value) -> String {
        let view = View { program: Program::JumpClient, shown };
        cards(&Views::from([("shop-pc-1".to_owned(), view)])).into_string()
    }

    #[test]
    fn a_program_that_is_gone_is_not_running() {
        assert!(card(Value::Null).contains("not running"));
        assert!(!card(json!({})).contains("not running"));
    }

    #[test]
    fn what_is_too_much_for_a_card_is_counted() {
        assert!(card(json!((0..20).collect::<Vec<_>>())).contains("and 12 more"));
        let deep = (0..10).fold(json!("the bottom"), |inner, _| json!({ "inner": inner }));
        assert!(!card(deep).contains("the bottom"));
        let view = View { program: Program::JumpClient, shown: Value::Null };
        let views: Views = (0..30).map(|index| (index.to_string(), view.clone())).collect();
        let page = cards(&views).into_string();
        assert_eq!(page.matches("<article").count(), CARDS_MAX);
        assert!(page.contains("and 6 more views"));
    }
}
