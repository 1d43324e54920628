//! Programs that do something to look at. What they show is a function of what was done with them and of the time.

mod document;
mod editor;
mod form;
mod tasks;
mod video;

use std::sync::Arc;

use wire::tool::Key;
use wire::{Point, Rect, SimTime};

use super::controls::Controls;
use super::draw::Canvas;
use super::look::Look;
use document::{Document, DocumentFace};
pub(super) use editor::Editor;
use editor::EditorFace;
use form::{Form, FormFace};
use tasks::{Tasks, TasksFace};
use video::{Video, VideoFace};

/// A program that one can open, under the name that scenarios use.
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
    strum::VariantArray,
)]
pub enum Program {
    /// A text file, to type into.
    #[strum(to_string = "editor")]
    Editor,
    /// A long document with headings and pictures, to scroll.
    #[strum(to_string = "document")]
    Document,
    /// A video that plays: 640 by 360 pixels.
    #[strum(to_string = "video")]
    Video,
    /// Fields, a check box and buttons.
    #[strum(to_string = "form")]
    Form,
    /// What runs on the machine.
    #[strum(to_string = "task manager")]
    TaskManager,
    /// A small window about the document, to drag around.
    #[strum(to_string = "properties")]
    Properties,
}

impl Program {
    /// What its window is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Editor => "Notes",
            Self::Document => "Administration guide",
            Self::Video => "Training video",
            Self::Form => "Customer details",
            Self::TaskManager => "Task Manager",
            Self::Properties => "Session properties",
        }
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Editor => "\u{1F4DD}",
            Self::Document => "\u{1F4D6}",
            Self::Video => "\u{1F3AC}",
            Self::Form => "\u{1F4CB}",
            Self::TaskManager => "\u{1F4CA}",
            Self::Properties => "\u{1F4C4}",
        }
    }

    /// How large its window is to begin with, in the design, without the title bar.
    pub(super) fn window_size(self) -> (i32, i32) {
        match self {
            Self::Editor => (860, 560),
            Self::Document => (1298, 898),
            Self::Video => (680, 440),
            Self::Form => (440, 380),
            Self::TaskManager => (620, 430),
            Self::Properties => (798, 568),
        }
    }
}

/// A program that is open.
#[derive(Clone, Debug)]
pub(super) enum Running {
    Editor(Editor),
    Document(Document),
    Video(Video),
    Form(Form),
    Tasks(Tasks),
    /// The document again, in a small window.
    Properties(Document),
}

/// What one sees of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Editor(EditorFace),
    Document(DocumentFace),
    Video(VideoFace),
    Form(FormFace),
    Tasks(TasksFace),
}

impl Running {
    /// It is opened.
    pub(super) fn new(now: SimTime, program: Program) -> Self {
        match program {
            Program::Editor => Self::Editor(Editor::default()),
            Program::Document => Self::Document(Document::default()),
            Program::Video => Self::Video(Video::new(now)),
            Program::Form => Self::Form(Form::default()),
            Program::TaskManager => Self::Tasks(Tasks::default()),
            Program::Properties => Self::Properties(Document::default()),
        }
    }

    /// Which it is.
    pub(super) fn program(&self) -> Program {
        match self {
            Self::Editor(_) => Program::Editor,
            Self::Document(_) => Program::Document,
            Self::Video(_) => Program::Video,
            Self::Form(_) => Program::Form,
            Self::Tasks(_) => Program::TaskManager,
            Self::Properties(_) => Program::Properties,
        }
    }

    /// Catches up with the time. In one step or in many, it comes to the same.
    pub(super) fn advance(&mut self, now: SimTime) {
        if let Self::Editor(editor) = self {
            editor.advance(now);
        }
    }

    /// What it shows on a ground so large, in the design.
    pub(super) fn content(&self, now: SimTime, size: (i32, i32), front: bool) -> Content {
        match self {
            Self::Editor(editor) => Content::Editor(editor.face(now, size, front)),
            Self::Document(document) | Self::Properties(document) => Content::Document(document.face(now)),
            Self::Video(video) => Content::Video(video.face(now)),
            Self::Form(form) => Content::Form(form.face()),
            Self::Tasks(tasks) => Content::Tasks(tasks.face(now)),
        }
    }

    /// Its buttons and fields, if it has any.
    pub(super) fn controls(&self) -> Option<&Controls> {
        match self {
            Self::Form(form) => Some(&form.controls),
            Self::Tasks(tasks) => Some(&tasks.controls),
            Self::Editor(_) | Self::Document(_) | Self::Video(_) | Self::Properties(_) => None,
        }
    }

    fn controls_mut(&mut self) -> Option<&mut Controls> {
        match self {
            Self::Form(form) => Some(&mut form.controls),
            Self::Tasks(tasks) => Some(&mut tasks.controls),
            Self::Editor(_) | Self::Document(_) | Self::Video(_) | Self::Properties(_) => None,
        }
    }

    /// The mouse goes down here, in the design from the content's corner, on a ground so large.
    pub(super) fn press(&mut self, at: Point, size: (i32, i32)) {
        match self {
            Self::Editor(editor) => editor.press(at, size),
            Self::Tasks(tasks) => tasks.press(at),
            Self::Document(_) | Self::Video(_) | Self::Form(_) | Self::Properties(_) => {}
        }
        if let Some(controls) = self.controls_mut() {
            controls.press(at);
        }
    }

    /// It goes up again. The button that this pressed, if any.
    pub(super) fn release(&mut self, at: Point) -> Option<Arc<str>> {
        let pressed = self.controls_mut()?.release(at)?;
        self.pressed(&pressed);
        Some(pressed)
    }

    /// The finger turned out to scroll.
    pub(super) fn let_go(&mut self) {
        if let Some(controls) = self.controls_mut() {
            controls.let_go();
        }
    }

    /// Scrolls down by so much of the design, or up.
    pub(super) fn scroll(&mut self, by: i32) {
        match self {
            Self::Document(document) | Self::Properties(document) => document.scroll(by),
            Self::Editor(editor) => editor.scroll(by),
            Self::Video(_) | Self::Form(_) | Self::Tasks(_) => {}
        }
    }

    /// A character is typed. The button that this pressed, if any.
    pub(super) fn type_char(&mut self, letter: char) -> Option<Arc<str>> {
        match self {
            Self::Editor(editor) => {
                editor.type_char(letter);
                None
            }
            Self::Video(_) | Self::Document(_) | Self::Properties(_) => None,
            Self::Form(_) | Self::Tasks(_) => {
                let pressed = self.controls_mut()?.type_char(letter)?;
                self.pressed(&pressed);
                Some(pressed)
            }
        }
    }

    /// Another key is struck. The button that this pressed, if any.
    pub(super) fn strike(&mut self, key: Key, shift: bool) -> Option<Arc<str>> {
        match self {
            Self::Editor(editor) => {
                editor.strike(key);
                None
            }
            Self::Document(document) | Self::Properties(document) => {
                document.strike(key);
                None
            }
            Self::Video(_) => None,
            Self::Form(_) | Self::Tasks(_) => {
                let pressed = self.controls_mut()?.strike(key, shift)?;
                self.pressed(&pressed);
                Some(pressed)
            }
        }
    }

    /// Marks all, as Ctrl+A does.
    pub(super) fn mark_all(&mut self) {
        match self {
            Self::Editor(editor) => editor.mark_all(),
            Self::Form(_) | Self::Tasks(_) => self.controls_mut().into_iter().for_each(Controls::mark_all),
            Self::Document(_) | Self::Video(_) | Self::Properties(_) => {}
        }
    }

    /// The text that is marked.
    pub(super) fn marked_text(&self) -> Option<String> {
        match self {
            Self::Editor(editor) => editor.marked_text(),
            Self::Form(_) | Self::Tasks(_) => self.controls()?.marked_text().map(str::to_owned),
            Self::Document(_) | Self::Video(_) | Self::Properties(_) => None,
        }
    }

    fn pressed(&mut self, label: &str) {
        match self {
            Self::Form(form) => form.pressed(label),
            Self::Tasks(tasks) => tasks.pressed(label),
            Self::Editor(_) | Self::Document(_) | Self::Video(_) | Self::Properties(_) => {}
        }
    }
}

impl Content {
    /// Adds where it looks other than `before`, from the content's corner.
    pub(super) fn changes(&self, look: Look, before: &Self, all: Rect, rects: &mut Vec<Rect>) {
        match (self, before) {
            (Self::Editor(new), Self::Editor(old)) => new.changes(look, old, all, rects),
            (Self::Video(new), Self::Video(old)) => new.changes(look, old, all, rects),
            (Self::Form(new), Self::Form(old)) => new.changes(look, old, rects),
            (Self::Tasks(new), Self::Tasks(old)) => new.changes(look, old, rects),
            (new, old) => {
                if new != old {
                    rects.push(all);
                }
            }
        }
    }

    /// How many pixels further down it shows what it showed before; `None` if it shows something else, or the same.
    pub(super) fn scrolled(&self, look: Look, before: &Self) -> Option<i32> {
        match (self, before) {
            (Self::Document(new), Self::Document(old)) => new.scrolled(look, old),
            (Self::Document(_) | Self::Editor(_) | Self::Video(_) | Self::Form(_) | Self::Tasks(_), _) => {
                None
            }
        }
    }

    /// Paints it on a ground so large, in pixels.
    pub(super) fn paint(&self, look: Look, all: Rect, canvas: &mut Canvas<'_>) {
        match self {
            Self::Editor(face) => face.paint(look, all, canvas),
            Self::Document(face) => face.paint(look, all, canvas),
            Self::Video(face) => face.paint(look, all, canvas),
            Self::Form(face) => face.paint(look, all, canvas),
            Self::Tasks(face) => face.paint(look, all, canvas),
        }
    }
}
