//! The page that people read.

use crate::run::Run;

/// `index.html`: the whole run on one page that opens offline.
pub fn index_html(run: &Run) -> String {
    maud::html! { p { (run.passed()) " passed" } }.into_string()
}
