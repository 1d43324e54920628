//! File transfer on a session's page: the customer's folders, and files on their way between there and this machine.
//!
//! One file is on its way at a time, the others wait for it. A break of a connection, on whichever side, leaves what has
//! come, and the transfer goes on there once the tool is open again.

use device::{Device, Rights};
use serde::Serialize;
use wire::tool::{
    DirEntry, FILE_PIECE_BYTES_MAX, FILE_WINDOW_BYTES, FileChange, FileCommand, FileRefusal, FileUpdate,
    Tool, ToolCommand, TransferDirection, TransferId,
};
use wire::{SessionId, SimTime};

use crate::console::RepConsole;
use crate::error::ConsoleError;
use crate::hear::CONNECTION_LOST;

/// How many transfers that are over a page shows; the oldest go first.
const OVER_MAX: usize = 50;

/// How many changes to files a page shows; the oldest go first.
const CHANGES_MAX: usize = 50;

/// The files of a session's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FilesShown {
    /// The folder that was last listed.
    pub folder: Option<FolderShown>,
    /// The transfers, in the order in which they were asked for.
    pub transfers: Vec<TransferShown>,
    /// What became of folders that were to be made, and files that were to be deleted or moved; the latest last.
    pub changes: Vec<ChangeShown>,
    /// How many numbers were used so far.
    #[serde(skip)]
    numbered: u32,
}

/// A folder of the customer's machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FolderShown {
    /// Its path.
    pub path: String,
    /// What is in it, or why that cannot be told.
    pub entries: Result<Vec<DirEntry>, FileRefusal>,
    /// There is more in it, which did not fit.
    pub cut: bool,
}

/// What became of a file or folder of the customer's machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeShown {
    /// Its path.
    pub path: String,
    /// What was to be done.
    pub change: FileChange,
    /// Whether it was.
    pub outcome: Result<(), FileRefusal>,
}

/// A file on its way, or one that was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransferShown {
    /// Its number on this page.
    pub id: u32,
    /// Which way it goes.
    pub direction: TransferDirection,
    /// Its path on the customer's machine.
    pub remote: String,
    /// Its path on this one.
    pub local: String,
    /// How much has come to where it goes, in bytes.
    pub done: u64,
    /// How long it is, in bytes; of a download nobody knows before it begins.
    pub bytes: Option<u64>,
    /// How it stands.
    pub state: TransferState,
    /// From where on it was last sent: 0, unless it went on after a break.
    pub resumed_at: u64,
    #[serde(skip)]
    overwrite: bool,
    /// Its number on the wire: another one after each break, so that what comes late of the one before says nothing.
    #[serde(skip)]
    number: Option<TransferId>,
    /// How much of an upload was sent, once the other side has said where to begin.
    #[serde(skip)]
    sent: Option<u64>,
}

/// How a transfer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TransferState {
    /// It waits for the ones before it.
    Waiting,
    /// It is on its way.
    Running,
    /// The connection broke; it goes on when that is back.
    Paused,
    /// It is there.
    Done,
    /// It will not come, or not all of it.
    Failed(FileRefusal),
}

/// Verbs.
impl RepConsole {
    /// Lists a folder of the customer's machine; the empty path is where its user is at home.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or file transfer is not offered there.
    pub fn list_folder(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        path: &str,
    ) -> Result<(), ConsoleError> {
        self.must_offer(session, Tool::FileTransfer)?;
        self.touched(now);
        self.use_tool(session, ToolCommand::Files(FileCommand::List { path: path.to_owned() }))
    }

    /// Sends a file of this machine to the customer's. `overwrite`: one that lies there is replaced.
    ///
    /// # Errors
    /// There is no such page or file, the console is not connected, or file transfer is not offered there.
    pub fn upload_file(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        local: &str,
        remote: &str,
        overwrite: bool,
    ) -> Result<(), ConsoleError> {
        self.must_offer(session, Tool::FileTransfer)?;
        let bytes = device.file_size(Rights::User, local);
        let bytes = bytes.map_err(|why| ConsoleError::File { path: local.to_owned(), why })?;
        self.touched(now);
        let direction = TransferDirection::Upload;
        self.enqueue(device, session, direction, local, remote, Some(bytes), overwrite)
    }

    /// Gets a file of the customer's machine to this one. `overwrite`: one that lies here is replaced.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or file transfer is not offered there.
    pub fn download_file(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        remote: &str,
        local: &str,
        overwrite: bool,
    ) -> Result<(), ConsoleError> {
        self.must_offer(session, Tool::FileTransfer)?;
        self.touched(now);
        self.enqueue(device, session, TransferDirection::Download, local, remote, None, overwrite)
    }

    /// Calls a transfer off; nothing is left of it.
    ///
    /// # Errors
    /// There is no such page, or no such transfer that is not over.
    pub fn cancel_transfer(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        session: SessionId,
        id: u32,
    ) -> Result<(), ConsoleError> {
        let page = self.view.page(session).ok_or(ConsoleError::NoSuchPage(session))?;
        let transfer =
            page.tools.files.transfers.iter().find(|transfer| transfer.id == id && !transfer.is_over());
        let number = transfer.ok_or(ConsoleError::NoSuchTransfer)?.number;
        self.touched(now);
        if let Some(transfer) = number {
            self.say_files(session, FileCommand::Cancel { transfer });
        }
        self.fail(device, session, id, FileRefusal::Cancelled);
        Ok(())
    }

    /// Makes a folder on the customer's machine.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or file transfer is not offered there.
    pub fn make_remote_folder(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        path: &str,
    ) -> Result<(), ConsoleError> {
        self.change_remote(now, session, FileCommand::MakeFolder { path: path.to_owned() })
    }

    /// Deletes a file of the customer's machine.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or file transfer is not offered there.
    pub fn delete_remote_file(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        path: &str,
    ) -> Result<(), ConsoleError> {
        self.change_remote(now, session, FileCommand::Delete { path: path.to_owned() })
    }

    /// Moves a file of the customer's machine, or gives it another name.
    ///
    /// # Errors
    /// There is no such page, the console is not connected, or file transfer is not offered there.
    pub fn move_remote_file(
        &mut self,
        now: SimTime,
        _device: &mut dyn Device,
        session: SessionId,
        from: &str,
        to: &str,
    ) -> Result<(), ConsoleError> {
        self.change_remote(now, session, FileCommand::Move { from: from.to_owned(), to: to.to_owned() })
    }
}

impl RepConsole {
    pub(super) fn hear_of_files(&mut self, device: &mut dyn Device, session: SessionId, update: FileUpdate) {
        let Some(files) = self.files_mut(session) else { return };
        match update {
            FileUpdate::Listed { path, entries, cut } => {
                files.folder = Some(FolderShown { path, entries, cut });
            }
            FileUpdate::Changed { path, change, outcome } => {
                if files.changes.len() == CHANGES_MAX {
                    files.changes.remove(0);
                }
                files.changes.push(ChangeShown { path, change, outcome });
            }
            FileUpdate::Interrupted => files.pause(),
            FileUpdate::Received { transfer, bytes } => {
                if let Some(upload) = files.running(transfer) {
                    upload.received(bytes);
                    self.send_pieces(device, session);
                }
            }
            FileUpdate::Begins { transfer, bytes } => self.begin_download(device, session, transfer, bytes),
            FileUpdate::Piece { transfer, offset, bytes } => {
                self.take_piece(device, session, transfer, offset, &bytes);
            }
            FileUpdate::Done { transfer, outcome, .. } => {
                let Some(id) = files.running(transfer).map(|running| running.id) else { return };
                match outcome {
                    Ok(()) => self.finish(device, session, id),
                    Err(why) => self.fail(device, session, id, why),
                }
            }
        }
    }

    /// File transfer is open: what waits begins, and what was interrupted goes on.
    pub(super) fn go_on_transferring(&mut self, session: SessionId) {
        let Some(files) = self.files_mut(session) else { return };
        if files.transfers.iter().any(|transfer| transfer.state == TransferState::Running) {
            return;
        }
        let number = TransferId(files.numbered + 1);
        let stands = |wanted| move |transfer: &&mut TransferShown| transfer.state == wanted;
        let paused = files.transfers.iter().any(|transfer| transfer.state == TransferState::Paused);
        let wanted = if paused { TransferState::Paused } else { TransferState::Waiting };
        let Some(next) = files.transfers.iter_mut().find(stands(wanted)) else { return };
        files.numbered = number.0;
        (next.state, next.number, next.sent, next.resumed_at) =
            (TransferState::Running, Some(number), None, next.done);
        let (path, resume) = (next.remote.clone(), wanted == TransferState::Paused);
        let command = match next.direction {
            TransferDirection::Upload => FileCommand::Upload {
                transfer: number,
                path,
                bytes: next.bytes.unwrap_or_default(),
                overwrite: next.overwrite,
                resume,
            },
            TransferDirection::Download => FileCommand::Download { transfer: number, path, from: next.done },
        };
        self.say_files(session, command);
    }

    /// File transfer is closed. Without a connection that is a break, and transfers wait; otherwise somebody wants no
    /// more of them.
    pub(super) fn stop_transferring(&mut self, session: SessionId) {
        let broken = !self.admitted;
        let Some(files) = self.files_mut(session) else { return };
        if broken {
            return files.pause();
        }
        let mut litter = Vec::new();
        for transfer in files.transfers.iter_mut().filter(|transfer| !transfer.is_over()) {
            transfer.state = TransferState::Failed(FileRefusal::Cancelled);
            litter.extend(transfer.litter());
        }
        self.litter.append(&mut litter);
    }

    /// The session goes on after a break: so do its transfers.
    pub(crate) fn take_up_transfers(&mut self, session: SessionId) {
        let page = self.view.page(session);
        if page.is_some_and(|page| page.tools.files.transfers.iter().any(|transfer| !transfer.is_over())) {
            self.want_tool(session, Tool::FileTransfer);
        }
    }

    /// A page closes. Where a break did that, its transfers go on once the representative has the session again;
    /// otherwise what has half come there goes.
    pub(crate) fn keep_transfers(&mut self, session: SessionId, why: &str) {
        let Some(files) = self.files_mut(session) else { return };
        let files = std::mem::take(files);
        if why == CONNECTION_LOST && self.login.is_some() {
            self.interrupted.insert(session, files);
        } else {
            self.litter.extend(files.litter());
        }
    }

    /// The page of a session opens again that a break had closed.
    pub(crate) fn take_back_transfers(&mut self, session: SessionId) {
        if let Some(kept) = self.interrupted.remove(&session)
            && let Some(files) = self.files_mut(session)
        {
            *files = kept;
            self.take_up_transfers(session);
        }
    }

    /// Nobody is signed in any more.
    pub(crate) fn forget_transfers(&mut self) {
        for files in std::mem::take(&mut self.interrupted).into_values() {
            self.litter.extend(files.litter());
        }
    }

    /// Removes what nobody wants the rest of.
    pub(crate) fn tidy_up(&mut self, device: &mut dyn Device) {
        for path in std::mem::take(&mut self.litter) {
            device.abandon_file(Rights::User, &path);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are what the two verbs say")]
    fn enqueue(
        &mut self,
        device: &mut dyn Device,
        session: SessionId,
        direction: TransferDirection,
        local: &str,
        remote: &str,
        bytes: Option<u64>,
        overwrite: bool,
    ) -> Result<(), ConsoleError> {
        let Some(files) = self.files_mut(session) else { return Err(ConsoleError::NoSuchPage(session)) };
        if files.transfers.iter().filter(|transfer| transfer.is_over()).count() > OVER_MAX {
            let oldest = files.transfers.iter().position(TransferShown::is_over);
            oldest.map(|place| files.transfers.remove(place));
        }
        let id = files.transfers.last().map_or(1, |last| last.id + 1);
        files.transfers.push(TransferShown {
            id,
            direction,
            remote: remote.to_owned(),
            local: local.to_owned(),
            done: 0,
            bytes,
            state: TransferState::Waiting,
            resumed_at: 0,
            overwrite,
            number: None,
            sent: None,
        });
        let open = self.view.page(session).and_then(|page| page.tools.open(Tool::FileTransfer));
        match open {
            Some(_) => self.go_on_transferring(session),
            None => self.want_tool(session, Tool::FileTransfer),
        }
        self.tidy_up(device);
        Ok(())
    }

    /// Sends as much of an upload as may be on its way.
    fn send_pieces(&mut self, device: &mut dyn Device, session: SessionId) {
        let piece_bytes = self.piece_bytes(FILE_PIECE_BYTES_MAX) as u64;
        loop {
            let Some(files) = self.files_mut(session) else { return };
            let running =
                files.transfers.iter_mut().find(|transfer| transfer.state == TransferState::Running);
            let Some(TransferShown {
                id, number: Some(number), sent: Some(sent), bytes, done, local, ..
            }) = running
            else {
                return;
            };
            let (id, transfer, offset) = (*id, *number, *sent);
            let bytes = bytes.unwrap_or_default();
            let length = bytes.saturating_sub(offset).min(piece_bytes);
            if length == 0 || offset + length > *done + FILE_WINDOW_BYTES {
                return;
            }
            *sent = offset + length;
            let read = device.file_size(Rights::User, local).and_then(|size| match size == bytes {
                true => device.read_file_at(Rights::User, local, offset, length as usize),
                false => Err(FileRefusal::Changed),
            });
            match read {
                Ok(piece) => self.say_files(session, FileCommand::Piece { transfer, offset, bytes: piece }),
                Err(why) => {
                    self.say_files(session, FileCommand::Cancel { transfer });
                    return self.fail(device, session, id, why);
                }
            }
        }
    }

    fn begin_download(
        &mut self,
        device: &mut dyn Device,
        session: SessionId,
        transfer: TransferId,
        bytes: u64,
    ) {
        let Some(running) = self.files_mut(session).and_then(|files| files.running(transfer)) else { return };
        if running.direction != TransferDirection::Download {
            return;
        }
        let (id, known) = (running.id, running.bytes);
        let begun = match known {
            Some(known) if known == bytes => return,
            Some(_) => Err(FileRefusal::Changed),
            None => {
                running.bytes = Some(bytes);
                device.abandon_file(Rights::User, &running.local);
                device.begin_file(Rights::User, &running.local, bytes, running.overwrite)
            }
        };
        if let Err(why) = begun {
            self.say_files(session, FileCommand::Cancel { transfer });
            self.fail(device, session, id, why);
        }
    }

    fn take_piece(
        &mut self,
        device: &mut dyn Device,
        session: SessionId,
        transfer: TransferId,
        offset: u64,
        piece: &[u8],
    ) {
        let Some(running) = self.files_mut(session).and_then(|files| files.running(transfer)) else { return };
        let (TransferDirection::Download, Some(bytes)) = (running.direction, running.bytes) else { return };
        let id = running.id;
        let fits = offset == running.done && piece.len() as u64 <= bytes - running.done;
        let put = match fits {
            true => device.extend_file(Rights::User, &running.local, offset, piece),
            false => Err(FileRefusal::Changed),
        };
        match put {
            Ok(length) => {
                running.done = length;
                self.say_files(session, FileCommand::Received { transfer, bytes: length });
            }
            Err(why) => {
                self.say_files(session, FileCommand::Cancel { transfer });
                self.fail(device, session, id, why);
            }
        }
    }

    /// All of a transfer is there.
    fn finish(&mut self, device: &mut dyn Device, session: SessionId, id: u32) {
        let Some(transfer) = self.files_mut(session).and_then(|files| files.by_id(id)) else { return };
        let whole = transfer.bytes == Some(transfer.done);
        let finished = match transfer.direction {
            _ if !whole => Err(FileRefusal::Changed),
            TransferDirection::Upload => Ok(()),
            TransferDirection::Download => {
                device.finish_file(Rights::User, &transfer.local, transfer.overwrite)
            }
        };
        match finished {
            Ok(()) => {
                transfer.state = TransferState::Done;
                self.go_on_transferring(session);
            }
            Err(why) => self.fail(device, session, id, why),
        }
    }

    /// A transfer will not come to its end. Of a download, nothing is left.
    fn fail(&mut self, device: &mut dyn Device, session: SessionId, id: u32, why: FileRefusal) {
        let Some(transfer) = self.files_mut(session).and_then(|files| files.by_id(id)) else { return };
        let litter = transfer.litter();
        transfer.state = TransferState::Failed(why);
        self.litter.extend(litter);
        self.tidy_up(device);
        let open = self.view.page(session).and_then(|page| page.tools.open(Tool::FileTransfer));
        if open.is_some() {
            self.go_on_transferring(session);
        }
    }

    fn change_remote(
        &mut self,
        now: SimTime,
        session: SessionId,
        command: FileCommand,
    ) -> Result<(), ConsoleError> {
        self.must_offer(session, Tool::FileTransfer)?;
        self.touched(now);
        self.use_tool(session, ToolCommand::Files(command))
    }

    fn say_files(&mut self, session: SessionId, command: FileCommand) {
        self.say_tool(session, ToolCommand::Files(command));
    }

    fn files_mut(&mut self, session: SessionId) -> Option<&mut FilesShown> {
        self.page_tools_mut(session).map(|tools| &mut tools.files)
    }
}

impl FilesShown {
    /// The transfer with this number on the wire, while it runs.
    fn running(&mut self, number: TransferId) -> Option<&mut TransferShown> {
        let running = |transfer: &&mut TransferShown| {
            transfer.state == TransferState::Running && transfer.number == Some(number)
        };
        self.transfers.iter_mut().find(running)
    }

    fn by_id(&mut self, id: u32) -> Option<&mut TransferShown> {
        self.transfers.iter_mut().find(|transfer| transfer.id == id)
    }

    /// What lies on this machine of downloads that are not over.
    fn litter(&self) -> impl Iterator<Item = String> {
        self.transfers.iter().filter(|transfer| !transfer.is_over()).filter_map(TransferShown::litter)
    }

    fn pause(&mut self) {
        for transfer in self.transfers.iter_mut().filter(|transfer| transfer.state == TransferState::Running)
        {
            (transfer.state, transfer.number, transfer.sent) = (TransferState::Paused, None, None);
        }
    }
}

impl TransferShown {
    /// How much of it has come, in percent, rounded down. An empty file has come once it is there.
    pub fn percent(&self) -> u8 {
        match (self.state, self.bytes) {
            (TransferState::Done, _) => 100,
            (_, None | Some(0)) => 0,
            (_, Some(bytes)) => (u128::from(self.done) * 100 / u128::from(bytes)).min(100) as u8,
        }
    }

    /// Whether nothing more comes of it.
    pub fn is_over(&self) -> bool {
        matches!(self.state, TransferState::Done | TransferState::Failed(_))
    }

    /// The other side has so much of an upload. The first time, that is where to begin.
    fn received(&mut self, bytes: u64) {
        if self.direction == TransferDirection::Download {
            return;
        }
        let all = self.bytes.unwrap_or_default();
        match self.sent {
            None => {
                self.done = bytes.min(all);
                (self.sent, self.resumed_at) = (Some(self.done), self.done);
            }
            Some(sent) => self.done = bytes.clamp(self.done, sent),
        }
    }

    /// What lies on this machine of a download that has begun.
    fn litter(&self) -> Option<String> {
        (self.direction == TransferDirection::Download && self.bytes.is_some()).then(|| self.local.clone())
    }
}
