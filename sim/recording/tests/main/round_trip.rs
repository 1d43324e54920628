//! What was written is what is read.

use std::time::Duration;

use arbitrary::{Result, Unstructured};
use recording::{EntryKind, Header, Program, Recorder, Recording, StepStatus, View, Views};
use serde_json::{Map, Value};
use wire::SimTime;

/// A recorder that has taken down a few hundred random happenings, with what it should have written: every entry
/// but views, and everybody's view after every change.
fn random(u: &mut Unstructured<'_>) -> Result<(Recorder, Vec<EntryKind>, Vec<Views>)> {
    let mut recorder = Recorder::new(Header { seed: u.arbitrary()?, ..Header::default() });
    let (mut kinds, mut history, mut views) = (Vec::new(), Vec::new(), Views::new());
    let mut under_way = Vec::new();
    let mut at = SimTime::ZERO;
    while !u.is_empty() {
        at += Duration::from_nanos(u.int_in_range(0..=3_000_000)?);
        if u.ratio(2, 3)? {
            let who = format!("program {}", u.int_in_range(0..=2)?);
            let shown = random_view(u, 3)?;
            let view = View { program: Program::RepConsole, shown: shown.clone() };
            let changed = views.get(&who) != Some(&view);
            assert_eq!(recorder.record_view(at, &who, Program::RepConsole, shown), changed);
            views.insert(who, view);
            if changed {
                history.push(views.clone());
            }
        } else {
            let kind = random_kind(u, &mut under_way, recorder.entries())?;
            kinds.push(kind.clone());
            recorder.record(at, kind);
        }
    }
    Ok((recorder, kinds, history))
}

fn random_kind(u: &mut Unstructured<'_>, under_way: &mut Vec<u64>, next: u64) -> Result<EntryKind> {
    if u.arbitrary()? && !under_way.is_empty() {
        let sent = under_way.remove(u.choose_index(under_way.len())?);
        return Ok(EntryKind::MessageDelivered { sent });
    }
    Ok(match u.int_in_range(0..=4)? {
        0 => EntryKind::ActPerformed { act: random_view(u, 2)?, says: text(u)? },
        1 => EntryKind::StepEnded { status: StepStatus::Undefined, failure: None },
        2 => EntryKind::StepBegan {
            keyword: text(u)?,
            text: text(u)?,
            argument: Some(text(u)?),
            line: u.arbitrary()?,
        },
        3 => EntryKind::Trouble { text: text(u)? },
        _ => {
            under_way.push(next);
            let (conn, bytes) = (u.arbitrary()?, u.arbitrary()?);
            EntryKind::MessageSent { from: text(u)?, to: text(u)?, conn, kind: text(u)?, bytes }
        }
    })
}

fn random_view(u: &mut Unstructured<'_>, depth: u32) -> Result<Value> {
    let kinds = if depth == 0 { 3 } else { 5 };
    Ok(match u.int_in_range(0..=kinds)? {
        0 => Value::Null,
        1 => u.arbitrary::<bool>()?.into(),
        2 => u.arbitrary::<i64>()?.into(),
        3 => text(u)?.into(),
        4 => (0..u.int_in_range(0..=4)?).map(|_| random_view(u, depth - 1)).collect::<Result<_>>()?,
        _ => {
            let field = |_| Ok((text(u)?, random_view(u, depth - 1)?));
            (0..3).map(field).collect::<Result<Map<String, Value>>>()?.into()
        }
    })
}

/// Short and from a small alphabet, so that names meet, and with what JSON and JSON Pointer escape.
fn text(u: &mut Unstructured<'_>) -> Result<String> {
    let chars =
        (0..u.int_in_range(0..=2)?).map(|_| u.choose(&['a', 'b', '/', '~', '"', '\n', 'é', '0']).copied());
    chars.collect()
}

#[test]
fn what_was_written_is_what_is_read() {
    arbtest::arbtest(|u| {
        let (recorder, kinds, _) = random(u)?;
        let (header, digest) = (recorder.header().clone(), recorder.digest());
        let recording = Recording::read(&recorder.finish()).unwrap();
        assert_eq!(recording.header(), &header);
        assert_eq!(recording.digest(), digest);
        let is_view =
            |kind: &&EntryKind| matches!(kind, EntryKind::ViewChanged { .. } | EntryKind::Keyframe { .. });
        let read: Vec<&EntryKind> =
            recording.entries().iter().map(|entry| &entry.kind).filter(|kind| !is_view(kind)).collect();
        assert_eq!(read, kinds.iter().collect::<Vec<_>>());
        Ok(())
    })
    .size_max(2_000);
}

#[test]
fn patches_and_keyframes_give_the_views_back() {
    let mut keyframes = 0;
    arbtest::arbtest(|u| {
        let (recorder, _, history) = random(u)?;
        let last = recorder.views().clone();
        let recording = Recording::read(&recorder.finish()).unwrap();
        let mut expected = history.iter();
        for (index, entry) in recording.entries().iter().enumerate() {
            match entry.kind {
                EntryKind::ViewChanged { .. } => {
                    assert_eq!(&recording.views_at(index), expected.next().unwrap(), "after entry {index}");
                }
                EntryKind::Keyframe { .. } => keyframes += 1,
                _ => {}
            }
        }
        assert_eq!(expected.next(), None);
        assert_eq!(recording.final_views(), last);
        Ok(())
    })
    .size_min(500)
    .size_max(6_000);
    assert!(keyframes > 0, "no recording was long enough to have a keyframe");
}
