//! What moves by itself: pure functions of virtual time.

use std::time::Duration;

use wire::SimTime;

/// Something to look at that moves by itself, under the name that scenarios use. What each shows is what codecs are
/// commonly measured with.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum Workload {
    /// An editor in which the caret blinks, and a clock.
    #[strum(to_string = "idle")]
    Idle,
    /// Fifteen characters a second in an editor.
    #[strum(to_string = "typing")]
    Typing,
    /// A document of 1298 by 898 pixels that scrolls by 24 pixels thirty times a second.
    #[strum(to_string = "scrolling")]
    Scroll,
    /// A window of 800 by 600 pixels that is dragged by 8 pixels across and 3 down thirty times a second, to and fro.
    #[strum(to_string = "dragging")]
    Drag,
    /// A video of 640 by 360 pixels with thirty pictures a second.
    #[strum(to_string = "video")]
    Video,
    /// Three full screens in turn, one a second, as fast as a person switches.
    #[strum(to_string = "switching")]
    Switch,
}

impl Workload {
    const fn pictures_per_s(self) -> u64 {
        match self {
            Self::Idle | Self::Typing | Self::Scroll | Self::Drag | Self::Video => 30,
            Self::Switch => 1,
        }
    }

    /// How long each picture stands, in nanoseconds: who looks so often sees each of them.
    pub const fn picture_nanos(self) -> u64 {
        1_000_000_000 / self.pictures_per_s()
    }
}

/// How many pictures have come since a workload began.
pub(super) fn pictures(workload: Workload, since: SimTime, now: SimTime) -> u64 {
    let gone = now.as_nanos().saturating_sub(since.as_nanos());
    // In whole pictures, so that none is lost to rounding.
    (u128::from(gone) * u128::from(workload.pictures_per_s()) / NANOS_PER_S) as u64
}

/// When a workload that began at `since` changes the screen, from one moment (excluded) to another (included).
pub(super) fn changes(workload: Workload, since: SimTime, from: SimTime, to: SimTime) -> Vec<SimTime> {
    let each = match workload {
        // A character takes two pictures.
        Workload::Typing => 2,
        Workload::Idle | Workload::Scroll | Workload::Drag | Workload::Video | Workload::Switch => 1,
    };
    let first = pictures(workload, since, from.max(since)) + 1;
    let last = pictures(workload, since, to);
    (first..=last).filter(|picture| picture % each == 0).map(|picture| at(workload, since, picture)).collect()
}

/// When a picture of a workload comes: the first moment at which [`pictures`] counts it.
fn at(workload: Workload, since: SimTime, picture: u64) -> SimTime {
    let nanos = (u128::from(picture) * NANOS_PER_S).div_ceil(u128::from(workload.pictures_per_s()));
    since + Duration::from_nanos(nanos as u64)
}

const NANOS_PER_S: u128 = 1_000_000_000;

/// The character that the typing workload types at this place.
pub(super) fn letter(place: u64) -> char {
    let text = TYPED.as_bytes();
    char::from(text[(place % text.len() as u64) as usize])
}

/// Whether the caret shows: it blinks.
pub(super) fn caret_shows(now: SimTime) -> bool {
    (now.as_millis() / 500).is_multiple_of(2)
}

const TYPED: &str = "Dear Sir or Madam,\nthe printer on the second floor prints only every other page since\n\
    Monday. We have switched it off and on again, and changed the cable. When the\nqueue is empty it \
    works for a while. Could somebody have a look at it, please?\nThe serial number is 4711-0815. I am at \
    my desk until five.\nMany thanks, and kind regards\n\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_come_thirty_times_a_second_and_never_before_the_beginning() {
        let since = SimTime::from_secs(5);
        assert_eq!(pictures(Workload::Video, since, SimTime::from_secs(65)), 1_800);
        assert_eq!(pictures(Workload::Video, since, SimTime::ZERO), 0);
        assert_eq!(pictures(Workload::Switch, since, SimTime::from_millis(7_999)), 2);
        assert_eq!(pictures(Workload::Scroll, since, SimTime::MAX), 553_402_322_061);
    }

    #[test]
    fn a_change_comes_when_the_next_picture_counts() {
        let since = SimTime::from_millis(4_321);
        for workload in [Workload::Typing, Workload::Video, Workload::Switch] {
            let changes = changes(workload, since, SimTime::from_secs(5), SimTime::from_secs(8));
            assert_eq!(
                changes.len(),
                match workload {
                    Workload::Typing => 45,
                    Workload::Switch => 3,
                    _ => 90,
                }
            );
            for change in changes {
                let before = SimTime::from_nanos(change.as_nanos() - 1);
                assert_eq!(pictures(workload, since, before) + 1, pictures(workload, since, change));
            }
        }
    }

    #[test]
    fn scenarios_can_name_every_workload() {
        use strum::VariantArray as _;
        for workload in Workload::VARIANTS {
            assert_eq!(workload.to_string().parse(), Ok(*workload));
        }
    }
}
