//! Panics of steps, caught with their place.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

/// A panic that was caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panic {
    /// What it said.
    pub(crate) message: String,
    /// `file:line:column`.
    pub(crate) place: Option<String>,
    /// The call stack, where `RUST_BACKTRACE` asks for it.
    pub(crate) backtrace: Option<String>,
}

thread_local! {
    /// `None` while this thread's panics go to the terminal as usual.
    static CAUGHT: RefCell<Option<Panic>> = const { RefCell::new(None) };
    static CATCHING: RefCell<bool> = const { RefCell::new(false) };
}

/// Runs `act`. A panic in it is returned and not printed.
pub(crate) fn catch<T>(act: impl FnOnce() -> T) -> Result<T, Panic> {
    install_hook();
    let outer = CATCHING.replace(true);
    // Whoever catches a step's panic looks at the world only to report it, and then drops it.
    let result = panic::catch_unwind(AssertUnwindSafe(act));
    CATCHING.set(outer);
    result.map_err(|payload| {
        let message = payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "panicked with a value that is no text".to_owned());
        let caught = CAUGHT.take();
        Panic {
            message,
            place: caught.as_ref().and_then(|panic| panic.place.clone()),
            backtrace: caught.and_then(|panic| panic.backtrace),
        }
    })
}

/// The hook is the process's: it keeps to the threads that are catching, and leaves the others to the one before.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CATCHING.with_borrow(|catching| *catching) {
                return before(info);
            }
            let backtrace = Backtrace::capture();
            CAUGHT.set(Some(Panic {
                message: String::new(),
                place: info.location().map(ToString::to_string),
                backtrace: (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string()),
            }));
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_keeps_its_message_and_place() {
        let panic = catch(|| assert_eq!(1, 2, "sums")).expect_err("it panicked");
        assert_eq!(panic.message, "assertion `left == right` failed: sums\n  left: 1\n right: 2");
        assert!(panic.place.is_some_and(|place| place.contains("harness/panics.rs:")));
        assert_eq!(catch(|| 3), Ok(3));
        assert_eq!(catch(|| catch(|| panic!("inner")).is_err()), Ok(true));
    }

    #[test]
    fn a_panic_without_text_is_told() {
        let panic = catch(|| panic::panic_any(7)).expect_err("it panicked");
        assert_eq!(panic.message, "panicked with a value that is no text");
    }
}
