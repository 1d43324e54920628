//! What a person sees, with a count of changes.

use std::ops::{Deref, DerefMut};

/// A view that knows whether it may have changed, so that a watcher need not compare it after every step.
///
/// Reading is free; every mutable borrow counts as a change. So look before you borrow: a heartbeat that changes
/// nothing must not borrow mutably.
#[derive(Clone, Debug, Default)]
pub struct Shown<V> {
    view: V,
    revision: u64,
}

impl<V> Shown<V> {
    /// A view as it is before the first change.
    pub fn new(view: V) -> Self {
        Self { view, revision: 0 }
    }

    /// How often it may have changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Sets a part of the view, and counts a change only if it differs.
    pub fn set<T: PartialEq>(&mut self, part: impl Fn(&mut V) -> &mut T, value: T) {
        let slot = part(&mut self.view);
        if *slot != value {
            *slot = value;
            self.revision += 1;
        }
    }
}

impl<V> Deref for Shown<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.view
    }
}

impl<V> DerefMut for Shown<V> {
    fn deref_mut(&mut self) -> &mut V {
        self.revision += 1;
        &mut self.view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_have_changed_counts() {
        let mut shown = Shown::new((1, 2));
        let _ = shown.0 + shown.1;
        assert_eq!(shown.revision(), 0);
        shown.set(|view| &mut view.0, 1);
        assert_eq!(shown.revision(), 0);
        shown.set(|view| &mut view.0, 5);
        shown.1 = 7;
        assert_eq!((shown.revision(), *shown), (2, (5, 7)));
    }
}
