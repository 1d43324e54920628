//! Hands for file transfer.

use crate::act::{FILE_BYTES_MAX, FILES_MAX, FilesAct};
use crate::estate::Estate;
use crate::eyes::Seen;

impl Estate {
    pub(super) fn do_files_act(&mut self, act: FilesAct) -> Seen {
        match act {
            FilesAct::Lists { rep, customer, path } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.list_folder(now, device, session, &path)
                })
            }
            FilesAct::Uploads { rep, customer, local, remote, replaces } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.upload_file(now, device, session, &local, &remote, replaces)
                })
            }
            FilesAct::Downloads { rep, customer, remote, local, replaces } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.download_file(now, device, session, &remote, &local, replaces)
                })
            }
            FilesAct::Cancels { rep, customer, remote } => {
                let id =
                    self.see(|eyes| eyes.transfer(&rep, &customer, &remote).map(|transfer| transfer.id))?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.cancel_transfer(now, device, session, id)
                })
            }
            FilesAct::MakesFolder { rep, customer, path } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.make_remote_folder(now, device, session, &path)
                })
            }
            FilesAct::Deletes { rep, customer, path } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.delete_remote_file(now, device, session, &path)
                })
            }
            FilesAct::Moves { rep, customer, from, to } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.move_remote_file(now, device, session, &from, &to)
                })
            }
            FilesAct::Lies { bytes, .. } if bytes > FILE_BYTES_MAX => {
                Err(format!("expected a file of at most {FILE_BYTES_MAX} bytes, found one of {bytes}"))
            }
            FilesAct::ManyLie { number, .. } if number > FILES_MAX => {
                Err(format!("expected at most {FILES_MAX} files, found {number}"))
            }
            FilesAct::ManyLie { person, folder, number } => {
                let machine = self.cast.person(&person)?.machine;
                for place in 0..number {
                    let path = format!("{folder}/{place:0>200}");
                    self.world.device_mut(machine).put_file(&path, b"");
                }
                Ok(())
            }
            FilesAct::Lies { person, path, bytes } => {
                let machine = self.cast.person(&person)?.machine;
                self.world.device_mut(machine).put_file(&path, &content(bytes));
                Ok(())
            }
            FilesAct::DiskHasRoom { person, bytes } => {
                let machine = self.cast.person(&person)?.machine;
                self.world.device_mut(machine).set_disk_free(bytes);
                Ok(())
            }
        }
    }
}

/// Bytes of which no part is like another one that a mistake would put in its place.
fn content(bytes: u64) -> Vec<u8> {
    (0..bytes).map(|place| (place.wrapping_mul(2_654_435_761) >> 11) as u8).collect()
}
