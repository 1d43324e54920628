//! What is done with tools, as the running log tells it, and what the appliance adds to it on the way.

use wire::session::SessionEvent;
use wire::tool::{
    ElevationCommand, FileChange, FileUpdate, ScreenCommand, ScreenUpdate, ShellUpdate, SystemUpdate,
    ToolCommand, ToolUpdate, TransferDirection,
};
use wire::{RepId, SessionId, SimTime};

use super::shells::OpenShells;
use crate::Appliance;

/// How many doings the running log of a session tells of; what is done beyond is done, and not told.
pub(crate) const DOINGS_TOLD_MAX: u32 = 10_000;

/// The longest words for one of them, in bytes: paths and names come from machines that nobody vouches for.
const DETAIL_BYTES_MAX: usize = 1_024;

/// What is under way with the tools of one session.
#[derive(Debug, Default)]
pub(crate) struct Doings {
    pub(super) shells: OpenShells,
    told: u32,
}

impl Appliance {
    /// A command goes to the customer's client: as it is, with more, or not at all.
    pub(super) fn done_with(
        &mut self,
        _now: SimTime,
        rep: RepId,
        id: SessionId,
        command: ToolCommand,
    ) -> Option<ToolCommand> {
        match command {
            ToolCommand::Screen(ScreenCommand::RunScript { name, run_as, .. }) => {
                // SPA-04: nobody runs a script that is not theirs to run, and nobody writes one.
                let script = self.session(id).record.script(&self.site, rep, &name)?;
                Some(ToolCommand::Screen(ScreenCommand::RunScript { name, script, run_as }))
            }
            ToolCommand::Elevation(command) => Some(ToolCommand::Elevation(self.elevation_within(command))),
            ToolCommand::Screen(_)
            | ToolCommand::Shell(_)
            | ToolCommand::System(_)
            | ToolCommand::Files(_) => Some(command),
        }
    }

    /// How long a customer may think about an elevation is the site's to say (open point 17).
    fn elevation_within(&self, command: ElevationCommand) -> ElevationCommand {
        let answer_within_ms = self.site.prompts.elevation_timeout.as_millis() as u32;
        match command {
            ElevationCommand::ToFullClient { .. } => ElevationCommand::ToFullClient { answer_within_ms },
            ElevationCommand::PromptCustomer { .. } => ElevationCommand::PromptCustomer { answer_within_ms },
            ElevationCommand::ByCredentials { .. } | ElevationCommand::SwitchUser { .. } => command,
        }
    }

    /// Something came of a tool; what members should be able to read later is noted.
    pub(super) fn came_of(&mut self, now: SimTime, rep: RepId, id: SessionId, update: &ToolUpdate) {
        match update {
            ToolUpdate::Shell(ShellUpdate::Opened { shell, name }) => {
                self.shell_opened(now, rep, id, *shell, name);
            }
            ToolUpdate::Shell(ShellUpdate::Output { shell, bytes }) => {
                self.shell_said(now, rep, id, *shell, bytes);
            }
            ToolUpdate::Shell(ShellUpdate::Closed { shell, .. }) => self.shell_closed(rep, id, *shell),
            ToolUpdate::Screen(_)
            | ToolUpdate::System(_)
            | ToolUpdate::Files(_)
            | ToolUpdate::Elevation(_) => {}
        }
        let (event, detail) = match update {
            ToolUpdate::Screen(ScreenUpdate::ActionDone { name, outcome, .. }) => {
                let detail = match outcome {
                    Ok(_) => name.clone(),
                    Err(why) => format!("{name}: {why}"),
                };
                (SessionEvent::SpecialActionExecuted, detail)
            }
            ToolUpdate::Shell(ShellUpdate::Opened { name, .. }) => {
                (SessionEvent::CommandShellSessionStarted, name.clone())
            }
            ToolUpdate::System(SystemUpdate::Table(table)) => {
                (SessionEvent::SystemInformationRetrieved, table.category.clone())
            }
            ToolUpdate::Files(update) => match file_event(update) {
                Some(told) => told,
                None => return,
            },
            ToolUpdate::Screen(_)
            | ToolUpdate::Shell(_)
            | ToolUpdate::System(_)
            | ToolUpdate::Elevation(_) => return,
        };
        let doings = &mut self.tools_mut(id).doings;
        if doings.told == DOINGS_TOLD_MAX {
            return;
        }
        doings.told += 1;
        let detail = shortened(&detail, DETAIL_BYTES_MAX).to_owned();
        let name = self.site.rep(rep).display_name.clone();
        let session = self.session_mut(id);
        let member = session.member_id(rep);
        session.happened(now, member, &name, event, detail);
    }
}

/// What became of a file, as the public report has it. What did not come to be of a folder, a deletion or a move has no
/// event there.
fn file_event(update: &FileUpdate) -> Option<(SessionEvent, String)> {
    match update {
        FileUpdate::Done { direction, path, bytes, outcome, .. } => {
            let event = match (direction, outcome) {
                (TransferDirection::Upload, Ok(())) => SessionEvent::FileUpload,
                (TransferDirection::Upload, Err(_)) => SessionEvent::FileUploadFailed,
                (TransferDirection::Download, Ok(())) => SessionEvent::FileDownload,
                (TransferDirection::Download, Err(_)) => SessionEvent::FileDownloadFailed,
            };
            let detail = match outcome {
                Ok(()) => format!("{path} ({bytes} bytes)"),
                Err(why) => format!("{path}: {why}"),
            };
            Some((event, detail))
        }
        FileUpdate::Changed { path, change, outcome: Ok(()) } => Some(match change {
            FileChange::FolderMade => (SessionEvent::DirectoryCreated, path.clone()),
            FileChange::Deleted => (SessionEvent::FileDeleted, path.clone()),
            FileChange::Moved { to } => (SessionEvent::FileMoved, format!("{path} to {to}")),
        }),
        FileUpdate::Changed { outcome: Err(_), .. }
        | FileUpdate::Listed { .. }
        | FileUpdate::Received { .. }
        | FileUpdate::Begins { .. }
        | FileUpdate::Piece { .. }
        | FileUpdate::Interrupted => None,
    }
}

/// As much of a text as fits into so many bytes, whole characters only.
pub(super) fn shortened(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}
