//! The representative console: signing in, queues, assignments, session pages, sharing, chat, session keys, jump items.
//!
//! [`RepConsole`] is a [`device::Party`]. What the representative sees is a [`RepConsoleView`]; what they can do are
//! the console's verbs. Desktop and mobile consoles are one program with different [`Flavour`]s.

mod answers;
mod assignments;
mod attendance;
mod config;
mod console;
mod error;
mod gestures;
mod hear;
mod kept;
mod options;
mod pages;
mod pin;
mod queues;
mod report;
mod rows;
mod settings;
mod sharing;
mod team_chat;
mod tools;
mod transfer;
mod verbs;
mod view;

pub use assignments::{ShownAssignment, Switch};
pub use config::{Flavour, KeyGenerationWay, RepConsoleConfig};
pub use console::{Rep, RepConsole, RepConsoleEvent};
pub use error::ConsoleError;
pub use gestures::{Gesture, GestureEffect, GestureHelp, pointer_movement_half_px};
pub use options::OptionEntry;
pub use pin::{PinOptions, Unpinning};
pub use report::{ShownReport, ShownShellRecord};
pub use rows::{Column, Queue, QueueMark, Row, SortBy};
pub use sharing::{Removal, ShareOptions, ShareWay, ShownInvitation, TeamToInvite};
pub use team_chat::{TEAM_CHAT_LINES_MAX, TeamChatTargets};
pub use tools::screen::{ActionOutcome, RunAsWay, SHOWN_FRAMES_MAX, ScreenView, ShownFrame};
pub use tools::touch::{Touch, Zoom};
pub use tools::{
    ChangeShown, ElevationState, ElevationWay, FetchedTable, FilesShown, FolderShown, KeyRow, PageElevation,
    PageTools, SHELL_LINES_MAX, ShellEnded, ShellKey, ShellMenuEntry, ShellShown, ShellsShown, Swipe,
    SystemShown, ToolShown, TransferShown, TransferState,
};
pub use transfer::TransferTargets;
pub use verbs::KeyOptions;
pub use view::{
    Account, KeyDialog, Notice, Page, PageClosed, PendingLine, Popup, RepConsoleView, ShownKey, StartMethod,
};
