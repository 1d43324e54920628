//! File transfer to and from this machine.
//!
//! A file that is being uploaded lies beside its place, under another name, until it is whole; a break of the
//! connection leaves what has come, so that the transfer can go on there. What nobody has gone on with is removed at
//! the end of the session.

use std::collections::BTreeMap;

use device::Device;
use wire::MemberId;
use wire::tool::{
    ClientKind, DirEntry, FILE_PIECE_BYTES_MAX, FILE_WINDOW_BYTES, FileChange, FileCommand, FileRefusal,
    FileUpdate, ToolUpdate, TransferDirection, TransferId,
};

use crate::client::CustomerClient;

/// The most transfers of one representative at a time.
pub(crate) const TRANSFERS_MAX: usize = 16;

/// The most files that may lie there half uploaded; who wants more is told that there are too many.
pub(crate) const PARTIAL_FILES_MAX: usize = 64;

/// The transfers that are under way, and what they have left.
#[derive(Debug, Default)]
pub(crate) struct Files {
    running: BTreeMap<(MemberId, TransferId), Transfer>,
    /// Where uploads have begun and not ended, with or without a transfer that goes on: by what the machine knows the
    /// file by, the path as it was written.
    partial: BTreeMap<String, String>,
}

#[derive(Debug)]
enum Transfer {
    Upload { path: String, identity: String, bytes: u64, received: u64, overwrite: bool },
    Download { path: String, bytes: u64, sent: u64, acknowledged: u64 },
}

impl CustomerClient {
    pub(super) fn obey_files(&mut self, device: &mut dyn Device, member: MemberId, command: FileCommand) {
        match command {
            FileCommand::List { path } => {
                let listed = self.may_transfer().and_then(|()| device.list_folder(self.rights(), &path));
                let (path, entries) = match listed {
                    Ok((whole, entries)) => (whole, Ok(entries)),
                    Err(why) => (path, Err(why)),
                };
                self.tell(member, cut(path, entries));
            }
            FileCommand::Upload { transfer, path, bytes, overwrite, resume } => {
                let begun = self.begin_upload(device, member, transfer, &path, bytes, overwrite, resume);
                match begun {
                    Ok(received) => {
                        self.tell_files(member, FileUpdate::Received { transfer, bytes: received });
                        self.finish_if_whole(device, member, transfer);
                    }
                    Err(why) => {
                        self.tell_done(member, transfer, (TransferDirection::Upload, path, 0), Err(why))
                    }
                }
            }
            FileCommand::Piece { transfer, offset, bytes } => {
                self.take_piece(device, member, transfer, offset, &bytes);
            }
            FileCommand::Download { transfer, path, from } => {
                match self.begin_download(device, member, transfer, &path, from) {
                    Ok(bytes) => {
                        self.tell_files(member, FileUpdate::Begins { transfer, bytes });
                        self.send_pieces(device, member, transfer);
                    }
                    Err(why) => {
                        self.tell_done(member, transfer, (TransferDirection::Download, path, 0), Err(why))
                    }
                }
            }
            FileCommand::Received { transfer, bytes } => {
                if let Some(Transfer::Download { acknowledged, sent, .. }) =
                    self.tools.files.running.get_mut(&(member, transfer))
                {
                    *acknowledged = bytes.clamp(*acknowledged, *sent);
                    self.send_pieces(device, member, transfer);
                }
            }
            FileCommand::Cancel { transfer } => {
                self.end_transfer(device, member, transfer, Err(FileRefusal::Cancelled));
            }
            FileCommand::MakeFolder { path } => {
                let done = self.may_transfer().and_then(|()| device.make_folder(self.rights(), &path));
                self.tell_changed(member, path, FileChange::FolderMade, done);
            }
            FileCommand::Delete { path } => {
                let done = self.may_transfer().and_then(|()| device.delete_file(self.rights(), &path));
                self.tell_changed(member, path, FileChange::Deleted, done);
            }
            FileCommand::Move { from, to } => {
                let done = self.may_transfer().and_then(|()| device.move_file(self.rights(), &from, &to));
                self.tell_changed(member, from, FileChange::Moved { to }, done);
            }
        }
    }

    /// The tool is closed, or the connection is gone: nothing is transferred any more. What has come of uploads stays,
    /// in case they go on.
    pub(super) fn stop_transfers(&mut self, member: MemberId) {
        self.tools.files.running.retain(|(whose, _), _| *whose != member);
    }

    /// The session is over: nobody will go on with what is half there.
    pub(super) fn abandon_uploads(&mut self, device: &mut dyn Device) {
        self.tools.files.running.clear();
        for path in std::mem::take(&mut self.tools.files.partial).into_values() {
            device.abandon_file(self.rights(), &path);
        }
    }

    /// AND-04.
    fn may_transfer(&self) -> Result<(), FileRefusal> {
        match self.view.client {
            ClientKind::Support | ClientKind::WebChat => Err(FileRefusal::NotPossible),
            ClientKind::UserMode | ClientKind::Elevated | ClientKind::SupportPlus => Ok(()),
        }
    }

    fn may_begin(&self, member: MemberId, transfer: TransferId) -> Result<(), FileRefusal> {
        self.may_transfer()?;
        let running = self.tools.files.running.keys();
        let theirs = running.filter(|(whose, other)| *whose == member && *other != transfer).count();
        if theirs < TRANSFERS_MAX { Ok(()) } else { Err(FileRefusal::TooMany) }
    }

    #[expect(clippy::too_many_arguments, reason = "they are what the command says")]
    fn begin_upload(
        &mut self,
        device: &mut dyn Device,
        member: MemberId,
        transfer: TransferId,
        path: &str,
        bytes: u64,
        overwrite: bool,
        resume: bool,
    ) -> Result<u64, FileRefusal> {
        self.may_begin(member, transfer)?;
        let identity = device.file_identity(self.rights(), path)?;
        let files = &self.tools.files;
        let of_others = |((whose, other), running): (&(MemberId, TransferId), &Transfer)| {
            matches!(running, Transfer::Upload { identity: taken, .. } if *taken == identity)
                && (*whose, *other) != (member, transfer)
        };
        if files.running.iter().any(of_others) {
            return Err(FileRefusal::Exists);
        }
        if files.partial.len() >= PARTIAL_FILES_MAX && !files.partial.contains_key(&identity) {
            return Err(FileRefusal::TooMany);
        }
        // What this session has not begun is none of ours to go on with.
        if !resume || !files.partial.contains_key(&identity) {
            device.abandon_file(self.rights(), path);
        }
        let begun = device.begin_file(self.rights(), path, bytes, overwrite);
        let begun = begun.and_then(|received| match received <= bytes {
            true => Ok(received),
            false => Err(FileRefusal::Changed),
        });
        let received = begun.inspect_err(|_| {
            self.tools.files.partial.remove(&identity);
            device.abandon_file(self.rights(), path);
        })?;
        self.tools.files.partial.insert(identity.clone(), path.to_owned());
        let upload = Transfer::Upload { path: path.to_owned(), identity, bytes, received, overwrite };
        self.tools.files.running.insert((member, transfer), upload);
        Ok(received)
    }

    fn take_piece(
        &mut self,
        device: &mut dyn Device,
        member: MemberId,
        transfer: TransferId,
        offset: u64,
        piece: &[u8],
    ) {
        let rights = self.rights();
        let Some(Transfer::Upload { path, bytes, received, .. }) =
            self.tools.files.running.get_mut(&(member, transfer))
        else {
            // It is over, and the representative hears so.
            return;
        };
        if offset != *received || piece.len() as u64 > *bytes - *received {
            return self.end_transfer(device, member, transfer, Err(FileRefusal::Changed));
        }
        match device.extend_file(rights, path, offset, piece) {
            Ok(length) => {
                *received = length;
                self.tell_files(member, FileUpdate::Received { transfer, bytes: length });
                self.finish_if_whole(device, member, transfer);
            }
            Err(why) => self.end_transfer(device, member, transfer, Err(why)),
        }
    }

    fn finish_if_whole(&mut self, device: &mut dyn Device, member: MemberId, transfer: TransferId) {
        let Some(Transfer::Upload { path, bytes, received, overwrite, .. }) =
            self.tools.files.running.get(&(member, transfer))
        else {
            return;
        };
        if received == bytes {
            let done = device.finish_file(self.rights(), path, *overwrite);
            self.end_transfer(device, member, transfer, done);
        }
    }

    fn begin_download(
        &mut self,
        device: &mut dyn Device,
        member: MemberId,
        transfer: TransferId,
        path: &str,
        from: u64,
    ) -> Result<u64, FileRefusal> {
        self.may_begin(member, transfer)?;
        let bytes = device.file_size(self.rights(), path)?;
        if from > bytes {
            return Err(FileRefusal::Changed);
        }
        let download = Transfer::Download { path: path.to_owned(), bytes, sent: from, acknowledged: from };
        self.tools.files.running.insert((member, transfer), download);
        Ok(bytes)
    }

    /// Sends as much of a download as may be on its way.
    fn send_pieces(&mut self, device: &mut dyn Device, member: MemberId, transfer: TransferId) {
        let rights = self.rights();
        let piece_bytes = self.piece_bytes(FILE_PIECE_BYTES_MAX) as u64;
        loop {
            let Some(Transfer::Download { path, bytes, sent, acknowledged }) =
                self.tools.files.running.get_mut(&(member, transfer))
            else {
                return;
            };
            if acknowledged == bytes {
                return self.end_transfer(device, member, transfer, Ok(()));
            }
            let length = (*bytes - *sent).min(piece_bytes);
            if length == 0 || *sent + length > *acknowledged + FILE_WINDOW_BYTES {
                return;
            }
            let read = device.file_size(rights, path).and_then(|size| match size == *bytes {
                true => device.read_file_at(rights, path, *sent, length as usize),
                false => Err(FileRefusal::Changed),
            });
            match read {
                Ok(piece) if piece.len() as u64 == length => {
                    let offset = *sent;
                    *sent += length;
                    self.tell_files(member, FileUpdate::Piece { transfer, offset, bytes: piece });
                }
                Ok(_) => return self.end_transfer(device, member, transfer, Err(FileRefusal::Changed)),
                Err(why) => return self.end_transfer(device, member, transfer, Err(why)),
            }
        }
    }

    /// A transfer is over, one way or the other. Of an upload that failed nothing is left.
    fn end_transfer(
        &mut self,
        device: &mut dyn Device,
        member: MemberId,
        transfer: TransferId,
        outcome: Result<(), FileRefusal>,
    ) {
        let what = match self.tools.files.running.remove(&(member, transfer)) {
            Some(Transfer::Upload { path, identity, received, .. }) => {
                self.tools.files.partial.remove(&identity);
                if outcome.is_err() {
                    device.abandon_file(self.rights(), &path);
                }
                (TransferDirection::Upload, path, received)
            }
            Some(Transfer::Download { path, acknowledged, .. }) => {
                (TransferDirection::Download, path, acknowledged)
            }
            None => return,
        };
        self.tell_done(member, transfer, what, outcome);
    }

    fn tell_done(
        &mut self,
        member: MemberId,
        transfer: TransferId,
        (direction, path, bytes): (TransferDirection, String, u64),
        outcome: Result<(), FileRefusal>,
    ) {
        self.tell_files(member, FileUpdate::Done { transfer, direction, path, bytes, outcome });
    }

    fn tell_changed(
        &mut self,
        member: MemberId,
        path: String,
        change: FileChange,
        outcome: Result<(), FileRefusal>,
    ) {
        self.tell_files(member, FileUpdate::Changed { path, change, outcome });
    }

    fn tell_files(&mut self, member: MemberId, update: FileUpdate) {
        self.tell(member, ToolUpdate::Files(update));
    }
}

/// As many entries of a folder as one message takes, and whether those are all.
fn cut(path: String, entries: Result<Vec<DirEntry>, FileRefusal>) -> ToolUpdate {
    let mut update = ToolUpdate::Files(FileUpdate::Listed { path, entries, cut: false });
    while !update.fits() {
        match &mut update {
            ToolUpdate::Files(FileUpdate::Listed { entries: Ok(entries), cut, .. })
                if !entries.is_empty() =>
            {
                entries.truncate(entries.len() * 7 / 8);
                *cut = true;
            }
            // A path that came in one message goes back in one.
            _ => break,
        }
    }
    update
}
