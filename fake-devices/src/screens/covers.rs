//! What covers a display: the sign-in screen, prompts, the privacy screen.

use std::sync::Arc;

use wire::{Point, Rect};

use super::controls::{ControlKind, Controls};
use super::draw::{Canvas, Colour, area};
use super::look::Look;
use super::scene::{Face, Layer, LayerKey};
use super::wallpaper;
use crate::DeviceKind;

/// Which cover it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CoverKind {
    /// Nobody is signed in, or the screen is locked.
    SignIn,
    /// Windows asks whether a program may have administrative rights; macOS asks for the password.
    Elevation,
    /// What Ctrl+Alt+Del brings on Windows.
    Security,
    /// Android asks whether an app may see the screen.
    Consent,
}

/// Something that lies over all windows and must be answered first.
#[derive(Clone, Debug)]
pub(super) struct Cover {
    pub(super) kind: CoverKind,
    /// Who asks, or whom one signs in as.
    pub(super) subject: Arc<str>,
    pub(super) controls: Controls,
}

/// How a prompt for administrative rights lets somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UacAsks {
    /// The user is an administrator, and says yes or no.
    Consent,
    /// The user is not: an administrator's name and password are asked for.
    Credentials,
}

/// The size of the box in the middle, in the design.
const BOX: (i32, i32) = (420, 330);

impl Cover {
    /// The sign-in screen of this user.
    pub(super) fn sign_in(user: impl Into<Arc<str>>) -> Self {
        let controls = Controls::new([
            (ControlKind::Secret, area(60, 150, 300, 50), "Password"),
            (ControlKind::MainButton, area(60, 216, 300, 36), "Sign in"),
            (ControlKind::Label, area(60, 262, 300, 26), ""),
        ]);
        Self { kind: CoverKind::SignIn, subject: user.into(), controls }
    }

    /// A prompt for administrative rights for this program.
    pub(super) fn elevation(program: &str, asks: UacAsks) -> Self {
        let controls = match asks {
            UacAsks::Consent => Controls::new([
                (ControlKind::MainButton, area(30, 268, 170, 38), "Yes"),
                (ControlKind::Button, area(220, 268, 170, 38), "No"),
            ]),
            UacAsks::Credentials => Controls::new([
                (ControlKind::Field, area(30, 138, 360, 50), "User name"),
                (ControlKind::Secret, area(30, 198, 360, 50), "Password"),
                (ControlKind::MainButton, area(30, 268, 170, 38), "Yes"),
                (ControlKind::Button, area(220, 268, 170, 38), "No"),
            ]),
        };
        Self { kind: CoverKind::Elevation, subject: program.into(), controls }
    }

    /// What Ctrl+Alt+Del brings.
    pub(super) fn security() -> Self {
        let button = |place: i32| area(110, 70 + place * 50, 200, 38);
        let controls = Controls::new([
            (ControlKind::Button, button(0), "Lock"),
            (ControlKind::Button, button(1), "Sign out"),
            (ControlKind::Button, button(2), "Task Manager"),
            (ControlKind::Button, button(3), "Cancel"),
        ]);
        Self { kind: CoverKind::Security, subject: "Security options".into(), controls }
    }

    /// Android asks for this app.
    pub(super) fn consent(app: &str) -> Self {
        let controls = Controls::new([
            (ControlKind::Button, area(60, 250, 140, 44), "Cancel"),
            (ControlKind::MainButton, area(212, 250, 148, 44), "Start now"),
        ]);
        Self { kind: CoverKind::Consent, subject: app.into(), controls }
    }

    /// The name of the window, if only an administrator's program may see and touch it on such a machine (ELV-03).
    pub(super) fn protected_window(&self, kind: DeviceKind) -> Option<&'static str> {
        match (self.kind, kind) {
            (CoverKind::SignIn, DeviceKind::WindowsPc) => Some("Sign-in screen"),
            (CoverKind::Elevation, DeviceKind::Mac) => Some("Administrator's password"),
            (CoverKind::Elevation, _) => Some("User Account Control"),
            (CoverKind::Security, _) => Some("Security options"),
            (CoverKind::SignIn | CoverKind::Consent, _) => None,
        }
    }

    /// What it is called.
    pub(super) fn title(&self) -> &'static str {
        match self.kind {
            CoverKind::SignIn => "Sign-in screen",
            CoverKind::Elevation => "User Account Control",
            CoverKind::Security => "Security options",
            CoverKind::Consent => "Start sharing",
        }
    }

    /// A place of the display, in the design from the corner of the box.
    pub(super) fn box_point(&self, look: Look, at: Point) -> Point {
        let place = box_area(look);
        look.design(Point { x: at.x - place.x, y: at.y - place.y })
    }

    /// Where the control with this label is on the display.
    pub(super) fn place_of(&self, look: Look, label: &str) -> Option<Point> {
        let Point { x, y } = self.controls.place_of(label)?;
        let place = box_area(look);
        Some(Point { x: place.x + look.px(x), y: place.y + look.px(y) })
    }

    pub(super) fn layer(&self, look: Look, clock: (u8, u8)) -> Layer {
        let see_through = match self.kind {
            CoverKind::SignIn | CoverKind::Security => false,
            CoverKind::Elevation => look.kind == DeviceKind::Mac,
            CoverKind::Consent => true,
        };
        let bounds = look.size.bounds();
        Layer {
            key: LayerKey::Cover,
            bounds,
            solid: (!see_through).then_some(bounds),
            face: Face::Cover(CoverFace {
                kind: self.kind,
                subject: Arc::clone(&self.subject),
                see_through,
                clock: (self.kind == CoverKind::SignIn).then_some(clock),
                controls: self.controls.clone(),
            }),
        }
    }
}

fn box_area(look: Look) -> Rect {
    let (width, height) = (look.px(BOX.0), look.px(BOX.1));
    area((look.width() - width) / 2, (look.height() - height) / 2, width, height)
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CoverFace {
    kind: CoverKind,
    subject: Arc<str>,
    see_through: bool,
    clock: Option<(u8, u8)>,
    controls: Controls,
}

impl CoverFace {
    /// Adds where it looks other than `before`, from its corner.
    pub(super) fn changes(&self, look: Look, before: &Self, all: Rect, rects: &mut Vec<Rect>) {
        if (self.kind, &self.subject) != (before.kind, &before.subject) {
            rects.push(all);
            return;
        }
        if self.clock != before.clock {
            rects.push(clock_area(look));
        }
        let from = rects.len();
        self.controls.changes(look, &before.controls, rects);
        let place = box_area(look);
        let origin = Point { x: place.x, y: place.y };
        rects[from..].iter_mut().for_each(|rect| *rect = super::draw::moved(*rect, origin));
    }

    /// Paints it.
    pub(super) fn paint(&self, look: Look, canvas: &mut Canvas<'_>) {
        let all = canvas.bounds();
        if self.see_through {
            canvas.veil(all, Colour::BLACK, 110);
        } else {
            wallpaper::paint(look, wallpaper::Ground::Owner, canvas);
            canvas.veil(all, Colour::hex(0x060a14), 150);
        }
        if let Some((hours, minutes)) = self.clock {
            canvas.text_centred(
                clock_area(look),
                look.ui(64),
                Colour::WHITE,
                &format!("{hours:02}:{minutes:02}"),
            );
        }
        let place = box_area(look);
        let mut canvas = canvas.within(place);
        // A phone is not as wide as the box; nothing stands at its sides.
        let inner = if look.touch() { look.area(area(40, 0, BOX.0 - 80, BOX.1)) } else { canvas.bounds() };
        match self.kind {
            CoverKind::SignIn => {
                canvas.round_veil(inner, look.px(12), Colour::hex(0xf4f6fa), 235);
                let face = look.area(area(170, 20, 80, 80));
                canvas.round(face, look.px(40), look.accent());
                canvas.text_centred(face, look.ui(48), Colour::WHITE, "\u{1F464}");
                let name = look.area(area(0, 106, BOX.0, 30));
                canvas.text_centred(name, look.ui(22), Colour::hex(0x1c1e24), &self.subject);
            }
            CoverKind::Elevation => {
                canvas.round(inner, look.px(8), Colour::hex(0xfafafc));
                canvas.fill(look.area(area(0, 0, BOX.0, 44)), look.accent());
                let heading = if look.kind == DeviceKind::Mac {
                    "Administrator's password"
                } else {
                    "User Account Control"
                };
                canvas.text_left(look.area(area(30, 0, 380, 44)), look.ui(17), Colour::WHITE, heading);
                let ink = Colour::hex(0x1c1e24);
                canvas.text_left(
                    look.area(area(30, 56, 380, 26)),
                    look.ui(15),
                    ink,
                    "A program asks to change this computer:",
                );
                canvas.text_left(look.area(area(30, 84, 380, 34)), look.ui(20), ink, &self.subject);
            }
            CoverKind::Security => {
                canvas.text_centred(
                    look.area(area(0, 10, BOX.0, 40)),
                    look.ui(24),
                    Colour::WHITE,
                    &self.subject,
                );
            }
            CoverKind::Consent => {
                canvas.round(inner, look.px(22), Colour::hex(0xf2f6f4));
                let ink = Colour::hex(0x16221e);
                canvas.text_centred(
                    look.area(area(0, 26, BOX.0, 40)),
                    look.ui(30),
                    look.accent(),
                    "\u{1F4F1}",
                );
                canvas.text_centred(
                    look.area(area(0, 76, BOX.0, 30)),
                    look.ui(19),
                    ink,
                    &format!("Start sharing with {}?", self.subject),
                );
                let lines = [
                    "The app will see everything on your screen,",
                    "also passwords and messages that appear,",
                    "until you stop sharing.",
                ];
                for (text, line) in lines.into_iter().zip(0..) {
                    canvas.text_centred(
                        look.area(area(0, 122 + line * 28, BOX.0, 26)),
                        look.ui(15),
                        ink,
                        text,
                    );
                }
            }
        }
        self.controls.paint(look, &mut canvas);
    }
}

fn clock_area(look: Look) -> Rect {
    let place = box_area(look);
    area(0, place.y - look.px(110), look.width(), look.px(90))
}

/// What the person sees while a representative has turned the view off (PRV-02).
pub(super) fn paint_curtain(look: Look, canvas: &mut Canvas<'_>) {
    let all = canvas.bounds();
    canvas.fill(all, Colour::hex(0x101216));
    let (width, height) = (all.width.cast_signed(), all.height.cast_signed());
    let lines = [
        (34, "\u{1F512}"),
        (26, "Your representative has turned the view off"),
        (17, "Your screen, mouse and keyboard will be back when they are done."),
        (17, "To take control back now, press Ctrl+Alt+Del."),
    ];
    for ((px, text), place) in lines.into_iter().zip(0..) {
        let line = area(0, height / 2 + look.px(place * 44 - 90), width, look.px(40));
        canvas.text_centred(line, look.ui(px), Colour::hex(0xe8ecf2), text);
    }
}
