//! What fingers on the screen do to a remote machine (SET-04, SET-05, SET-08).

use serde::Serialize;
use strum::VariantArray as _;

/// What fingers can do on the screen.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    strum::Display,
    strum::EnumString,
    strum::VariantArray,
)]
#[strum(serialize_all = "lowercase")]
#[expect(missing_docs, reason = "each says of itself what the fingers do")]
pub enum Gesture {
    Tap,
    #[strum(serialize = "double-tap")]
    DoubleTap,
    #[strum(serialize = "drag with one finger")]
    OneFingerDrag,
    #[strum(serialize = "double-tap and drag")]
    DoubleTapAndDrag,
    Pinch,
    #[strum(serialize = "tap with two fingers")]
    TwoFingerTap,
    #[strum(serialize = "drag with two fingers")]
    TwoFingerDrag,
    #[strum(serialize = "drag with three fingers")]
    ThreeFingerDrag,
    #[strum(serialize = "tap with three fingers")]
    ThreeFingerTap,
    #[strum(serialize = "tap and hold")]
    TapAndHold,
}

/// What a gesture does.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumString,
)]
#[strum(serialize_all = "lowercase")]
#[expect(missing_docs, reason = "each says of itself what happens")]
pub enum GestureEffect {
    #[strum(serialize = "left-click")]
    LeftClick,
    #[strum(serialize = "double-click")]
    DoubleClick,
    #[strum(serialize = "move the pointer")]
    MovePointer,
    #[strum(serialize = "drag and drop")]
    DragAndDrop,
    Zoom,
    #[strum(serialize = "right-click")]
    RightClick,
    #[strum(serialize = "pan the screen")]
    Pan,
    #[strum(serialize = "scroll the mouse wheel")]
    Scroll,
    #[strum(serialize = "show or hide the keyboard")]
    ToggleKeyboard,
    #[strum(serialize = "locate the pointer")]
    LocatePointer,
}

/// One step of the walk-through of gestures (SET-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct GestureHelp {
    /// What the fingers do.
    pub gesture: Gesture,
    /// What comes of it.
    pub effect: GestureEffect,
}

impl Gesture {
    /// What this gesture does. `swapped`, scrolling and panning have traded places (SET-05).
    pub const fn effect(self, swapped: bool) -> GestureEffect {
        match (self, swapped) {
            (Self::Tap, _) => GestureEffect::LeftClick,
            (Self::DoubleTap, _) => GestureEffect::DoubleClick,
            (Self::OneFingerDrag, _) => GestureEffect::MovePointer,
            (Self::DoubleTapAndDrag, _) => GestureEffect::DragAndDrop,
            (Self::Pinch, _) => GestureEffect::Zoom,
            (Self::TwoFingerTap, _) => GestureEffect::RightClick,
            (Self::TwoFingerDrag, false) | (Self::ThreeFingerDrag, true) => GestureEffect::Pan,
            (Self::ThreeFingerDrag, false) | (Self::TwoFingerDrag, true) => GestureEffect::Scroll,
            (Self::ThreeFingerTap, _) => GestureEffect::ToggleKeyboard,
            (Self::TapAndHold, _) => GestureEffect::LocatePointer,
        }
    }

    /// The walk-through of all gestures (SET-08).
    pub fn help(swapped: bool) -> Vec<GestureHelp> {
        let all = Self::VARIANTS.iter();
        all.map(|gesture| GestureHelp { gesture: *gesture, effect: gesture.effect(swapped) }).collect()
    }
}

/// How far the pointer moves when the finger moves by `finger_px` on the shown picture, in half pixels of it. `scaled`,
/// it moves as far as the finger; otherwise half as far, so that it can be put down more precisely (SET-04).
pub const fn pointer_movement_half_px(finger_px: i32, scaled: bool) -> i32 {
    if scaled { finger_px.saturating_mul(2) } else { finger_px }
}
