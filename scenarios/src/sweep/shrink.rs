//! Delta debugging: of a list that fails, what is needed.

use std::collections::BTreeSet;

/// Above so many items, pairs are too many to try.
const PAIRS_OF_ITEMS_MAX: usize = 16;

/// Plays candidates, all shorter than the list that failed last: says which is the first to fail, and what of it was
/// needed to. A candidate may fail before its end, or leave out what makes no sense any more.
pub(crate) trait Fails<T>: FnMut(Vec<Vec<T>>) -> Option<Vec<T>> {}

impl<T, F: FnMut(Vec<Vec<T>>) -> Option<Vec<T>>> Fails<T> for F {}

/// A list that still fails, of which nothing can be left out.
///
/// What concerns one group (a person, a team) is left out as a whole first. Then halves are, then quarters, down to
/// single items. What is left may depend on one another two by two: of two people of whom one makes up for the other,
/// neither can be left out alone. So pairs follow, of groups, and of items where they are few.
pub(crate) fn shrink<T: Clone>(
    list: Vec<T>,
    groups_of: impl Fn(&T) -> BTreeSet<String>,
    mut fails: impl Fails<T>,
) -> Vec<T> {
    let mut list = list;
    loop {
        let before = list.len();
        list = without_groups(list, &groups_of, 1, &mut fails);
        list = without_chunks(list, &mut fails);
        list = without_groups(list, &groups_of, 2, &mut fails);
        list = without_pairs(list, &mut fails);
        if list.len() == before {
            return list;
        }
    }
}

/// Leaves out all that concerns one of the groups, or one of so many at once.
fn without_groups<T: Clone>(
    mut list: Vec<T>,
    groups_of: &impl Fn(&T) -> BTreeSet<String>,
    at_once: usize,
    fails: &mut impl Fails<T>,
) -> Vec<T> {
    loop {
        let groups: BTreeSet<String> = list.iter().flat_map(groups_of).collect();
        let groups: Vec<&String> = groups.iter().collect();
        let sets: Vec<Vec<&String>> = match at_once {
            1 => groups.iter().map(|group| vec![*group]).collect(),
            _ => pairs(groups.len()).map(|(one, other)| vec![groups[one], groups[other]]).collect(),
        };
        let without = |set: Vec<&String>| -> Vec<T> {
            let concerned = |item: &&T| groups_of(item).iter().any(|group| set.contains(&group));
            list.iter().filter(|item| !concerned(item)).cloned().collect()
        };
        let candidates: Vec<Vec<T>> =
            sets.into_iter().map(without).filter(|it| it.len() < list.len()).collect();
        match fails(candidates) {
            Some(shorter) => list = shorter,
            None => return list,
        }
    }
}

fn without_chunks<T: Clone>(mut list: Vec<T>, fails: &mut impl Fails<T>) -> Vec<T> {
    let mut chunk = list.len().div_ceil(2).max(1);
    while !list.is_empty() {
        let without = |from: usize| [&list[..from], &list[(from + chunk).min(list.len())..]].concat();
        // What comes later depends on what came before, so the end is tried first.
        let candidates = (0..list.len()).step_by(chunk).rev().map(without).collect();
        match fails(candidates) {
            Some(shorter) => {
                list = shorter;
                chunk = chunk.min(list.len().div_ceil(2)).max(1);
            }
            None if chunk == 1 => break,
            None => chunk = chunk.div_ceil(2),
        }
    }
    list
}

fn without_pairs<T: Clone>(mut list: Vec<T>, fails: &mut impl Fails<T>) -> Vec<T> {
    while list.len() <= PAIRS_OF_ITEMS_MAX {
        let without = |(one, other): (usize, usize)| {
            let kept = list.iter().enumerate().filter(|(place, _)| *place != one && *place != other);
            kept.map(|(_, item)| item.clone()).collect()
        };
        match fails(pairs(list.len()).map(without).collect()) {
            Some(shorter) => list = shorter,
            None => break,
        }
    }
    list
}

/// All pairs of different places.
fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |one| (one + 1..count).map(move |other| (one, other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first candidate that fails, up to the last item that it needs.
    fn first(fails: impl Fn(&[u32]) -> bool) -> impl FnMut(Vec<Vec<u32>>) -> Option<Vec<u32>> {
        move |candidates| {
            let found = candidates.into_iter().find(|list| fails(list))?;
            let end = (0..=found.len()).find(|end| fails(&found[..*end]))?;
            Some(found[..end].to_vec())
        }
    }

    fn needs(needed: &[u32]) -> impl Fn(&[u32]) -> bool {
        move |list| needed.iter().all(|item| list.contains(item))
    }

    fn ungrouped(_: &u32) -> BTreeSet<String> {
        BTreeSet::new()
    }

    #[test]
    fn what_is_needed_is_left_and_nothing_else() {
        let all: Vec<u32> = (0..200).collect();
        for needed in [vec![199], vec![0], vec![3, 77, 150], vec![10, 11, 12, 13, 190], (40..60).collect()] {
            assert_eq!(shrink(all.clone(), ungrouped, first(needs(&needed))), needed);
        }
    }

    #[test]
    fn the_work_grows_with_what_is_needed_and_not_with_the_list() {
        let mut played = 0;
        let all: Vec<u32> = (0..1_000).collect();
        let mut fails = first(needs(&[500, 501, 700]));
        shrink(all, ungrouped, |candidates: Vec<Vec<u32>>| {
            played += candidates.len();
            fails(candidates)
        });
        assert!(played < 200, "{played} lists were played");
    }

    /// 1 and 2 make up for one another, as do all odd and all even ones: neither can be left out alone.
    #[test]
    fn what_makes_up_for_another_goes_with_it() {
        let even_and_odd =
            |item: &u32| BTreeSet::from([if item.is_multiple_of(2) { "even" } else { "odd" }.to_owned()]);
        let balanced = |list: &[u32]| {
            let even = list.iter().filter(|item| item.is_multiple_of(2)).count();
            list.contains(&99) && list.len() == 2 * even + 1
        };
        let all: Vec<u32> = (0..20).chain([99]).collect();
        assert_eq!(shrink(all, even_and_odd, first(balanced)), [99]);
    }

    #[test]
    fn a_list_that_always_fails_comes_down_to_nothing() {
        assert_eq!(shrink(vec![1, 2, 3], ungrouped, first(|_| true)), Vec::<u32>::new());
    }
}
