//! What the commands of both shells do with files; each says it in its own words.

use wire::tool::{DirEntry, FileRefusal};

use super::{Ran, Shell};
use crate::FakeDevice;
use crate::system::files::Found;

/// Why a command leaves a path alone.
#[derive(Clone, Copy, Debug)]
enum Refused {
    /// The system refuses it.
    ByTheSystem(FileRefusal),
    /// It is a folder, and the command is for files.
    IsFolder,
    /// It is a folder, and there is something in it.
    NotEmpty,
}

impl From<FileRefusal> for Refused {
    fn from(refusal: FileRefusal) -> Self {
        Self::ByTheSystem(refusal)
    }
}

impl FakeDevice {
    /// Runs `happens` for each path, and says what was refused.
    fn for_each_path(
        &mut self,
        shell: &Shell,
        command: &str,
        paths: &[&str],
        mut happens: impl FnMut(&mut Self, &str) -> Result<String, Refused>,
    ) -> Ran {
        let (mut text, mut code) = (String::new(), 0);
        for &path in paths {
            let whole = self.path_for(&shell.actor, &shell.folder, path);
            let refused = match whole.map_err(Refused::from).and_then(|whole| happens(self, &whole)) {
                Ok(said) => {
                    text.push_str(&said);
                    continue;
                }
                Err(refused) => refused,
            };
            code = 1;
            text.push_str(&match refused {
                Refused::ByTheSystem(refusal) => self.says_refused(command, path, refusal),
                Refused::IsFolder => self.says_wrong(command, path, "Is a directory"),
                Refused::NotEmpty => self.says_wrong(command, path, "Directory not empty"),
            });
        }
        Ran::Said { text, code }
    }

    pub(super) fn show_files(&mut self, shell: &Shell, command: &str, paths: &[&str]) -> Ran {
        let actor = &shell.actor;
        self.for_each_path(shell, command, paths, |device, whole| {
            let content = device.read(actor, whole, 0, super::SAID_BYTES_MAX)?;
            Ok(String::from_utf8_lossy(&content).replace('\r', ""))
        })
    }

    pub(super) fn delete_files(&mut self, shell: &Shell, command: &str, paths: &[&str]) -> Ran {
        let actor = &shell.actor;
        self.for_each_path(shell, command, paths, |device, whole| match device.found(whole) {
            // Folders have a command of their own.
            Some(Found::Folder) => Err(Refused::IsFolder),
            Some(Found::File(_)) | None => Ok(device.delete(actor, whole).map(|()| String::new())?),
        })
    }

    pub(super) fn delete_folders(&mut self, shell: &Shell, command: &str, paths: &[&str]) -> Ran {
        let actor = &shell.actor;
        self.for_each_path(shell, command, paths, |device, whole| match device.found(whole) {
            Some(Found::Folder) => match device.delete(actor, whole) {
                Ok(()) => Ok(String::new()),
                Err(FileRefusal::Exists) => Err(Refused::NotEmpty),
                Err(refusal) => Err(refusal.into()),
            },
            Some(Found::File(_)) | None => Err(FileRefusal::NotFound.into()),
        })
    }

    pub(super) fn make_folders(&mut self, shell: &Shell, command: &str, paths: &[&str]) -> Ran {
        let actor = &shell.actor;
        self.for_each_path(shell, command, paths, |device, whole| {
            Ok(device.make(actor, whole).map(|()| String::new())?)
        })
    }

    /// Makes files that are not there, and leaves alone those that are.
    pub(super) fn touch_files(&mut self, shell: &Shell, command: &str, paths: &[&str]) -> Ran {
        let actor = &shell.actor;
        self.for_each_path(shell, command, paths, |device, whole| match device.found(whole) {
            Some(_) => Ok(String::new()),
            None => Ok(device.write(actor, whole, &[]).map(|()| String::new())?),
        })
    }

    /// Copies or moves a file; into a folder, it keeps its name.
    pub(super) fn put_elsewhere(
        &mut self,
        shell: &Shell,
        command: &str,
        from: &str,
        to: &str,
        moves: bool,
    ) -> Ran {
        let actor = &shell.actor;
        let source = match self.path_for(actor, &shell.folder, from) {
            Ok(source) if self.found(&source).is_some() => source,
            Ok(_) => return Ran::failed(self.says_refused(command, from, FileRefusal::NotFound)),
            Err(refusal) => return Ran::failed(self.says_refused(command, from, refusal)),
        };
        let done = self.path_for(actor, &shell.folder, to).and_then(|target| {
            let name = self.layout().split(&source).map_or("", |(_, name)| name);
            let target = match self.found(&target) {
                Some(Found::Folder) => self.layout().join(&target, name),
                Some(Found::File(_)) | None => target,
            };
            if moves {
                if let (Some(Found::File(_)), true) = (self.found(&target), target != source) {
                    self.delete(actor, &target)?;
                }
                return self.rename_to(actor, &source, &target);
            }
            let content = self.read(actor, &source, 0, usize::MAX)?;
            self.write(actor, &target, &content)
        });
        match done {
            Ok(()) => Ran::ok(""),
            Err(refusal) => Ran::failed(self.says_refused(command, to, refusal)),
        }
    }

    /// Goes to a folder.
    pub(super) fn change_folder(&mut self, shell: &mut Shell, path: &str) -> Result<(), FileRefusal> {
        let whole = self.path_for(&shell.actor, &shell.folder, path)?;
        self.list(&shell.actor, &whole)?;
        shell.folder = whole;
        Ok(())
    }

    /// The folder at a path and what is in it; of a file, the folder that it lies in and itself.
    pub(super) fn look_into(
        &self,
        shell: &Shell,
        path: &str,
    ) -> Result<(String, Vec<DirEntry>), FileRefusal> {
        let whole = self.path_for(&shell.actor, &shell.folder, path)?;
        if let (Some(Found::File(bytes)), Some((folder, name))) =
            (self.found(&whole), self.layout().split(&whole))
        {
            self.size(&shell.actor, &whole)?;
            let entry = DirEntry { name: name.to_owned(), folder: false, bytes };
            return Ok((folder.to_owned(), vec![entry]));
        }
        let entries = self.list(&shell.actor, &whole)?;
        Ok((whole, entries))
    }
}
