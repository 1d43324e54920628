//! `Xvnc`, and a program of ours that draws on its screen.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use image::RgbaImage;
use screen::TILE_SIDE_PX;
use tempfile::TempDir;
use x11rb::connection::Connection as _;
use x11rb::protocol::shm::ConnectionExt as _;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateGCAux, ImageFormat};
use x11rb::rust_connection::RustConnection;

use super::super::peer::{PeerError, Process};

const SIDE: usize = TILE_SIDE_PX as usize;
const PIXEL_BYTES: usize = 4;

/// A server with a display that nobody else uses. It ends with its last program, which is this one: fields are dropped in
/// this order.
pub(super) struct Server {
    connection: RustConnection,
    process: Process,
    folder: TempDir,
    screen: Screen,
    memory: File,
}

/// What drawing needs to know.
struct Screen {
    width: u16,
    height: u16,
    depth: u8,
    root: u32,
    context: u32,
    segment: u32,
}

impl Server {
    /// Starts it with a screen of this size, to be looked at by a socket in a folder of its own only.
    pub(super) fn start((width, height): (u32, u32)) -> Result<Self, PeerError> {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new("Xvnc");
        command.args(["-displayfd", "1", "-geometry", &format!("{width}x{height}"), "-depth", "24"]);
        command.args(["-terminate", "-SecurityTypes", "None", "-rfbport", "-1", "-rfbunixpath"]);
        command.arg(folder.path().join(SOCKET));
        let mut process = Process::start(command.stdout(Stdio::piped()).stderr(Stdio::null()))?;
        let mut display = String::new();
        if let Some(stdout) = process.child().stdout.take() {
            BufReader::new(stdout).read_line(&mut display)?;
        }
        if display.is_empty() {
            return Err(PeerError::unexpected("the number of a display", "nothing"));
        }
        let (connection, number) = RustConnection::connect(Some(&format!(":{}", display.trim())))?;
        let (root, depth) = {
            let screen = &connection.setup().roots[number];
            (screen.root, screen.root_depth)
        };
        let (context, segment) = (connection.generate_id()?, connection.generate_id()?);
        connection.create_gc(context, root, &CreateGCAux::new())?.check()?;
        let shared = connection.shm_create_segment(segment, width * height * PIXEL_BYTES as u32, true)?;
        let memory = File::from(shared.reply()?.shm_fd);
        let (width, height) = (width as u16, height as u16);
        let screen = Screen { width, height, depth, root, context, segment };
        Ok(Self { connection, process, folder, screen, memory })
    }

    /// Where a viewer is answered.
    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join(SOCKET)
    }

    /// What it has computed in all, once it does nothing more.
    pub(super) fn computed(&self) -> Result<Duration, PeerError> {
        self.process.computed_at_rest()
    }

    /// Draws a picture, tile by tile where it differs from the one before, and says whether it does. All is drawn when
    /// this returns.
    pub(super) fn show(
        &mut self,
        picture: &RgbaImage,
        before: Option<&RgbaImage>,
    ) -> Result<bool, PeerError> {
        let strip_bytes = picture.width() as usize * PIXEL_BYTES * SIDE;
        let mut differs = false;
        for (number, strip) in picture.as_raw().chunks(strip_bytes).enumerate() {
            let before = before.and_then(|before| before.as_raw().chunks(strip_bytes).nth(number));
            let columns = self.differing(strip, before);
            if columns.is_empty() {
                continue;
            }
            differs = true;
            let pixels: Vec<u8> =
                strip.chunks(PIXEL_BYTES).flat_map(|pixel| [pixel[2], pixel[1], pixel[0], 0]).collect();
            self.memory.write_all_at(&pixels, (number * strip_bytes) as u64)?;
            let (row, rows) = ((number * SIDE) as u16, (strip.len() * SIDE / strip_bytes) as u16);
            for column in columns {
                self.put(column, row, rows)?;
            }
        }
        // An answer comes after all that was asked before.
        self.connection.get_input_focus()?.reply()?;
        Ok(differs)
    }

    /// The first columns of a strip's tiles that differ.
    fn differing(&self, strip: &[u8], before: Option<&[u8]>) -> Vec<u16> {
        let row_bytes = usize::from(self.screen.width) * PIXEL_BYTES;
        let is_same = |left: usize| {
            let bytes = left * PIXEL_BYTES..((left + SIDE) * PIXEL_BYTES).min(row_bytes);
            before.is_some_and(|before| {
                let mut rows = strip.chunks(row_bytes).zip(before.chunks(row_bytes));
                rows.all(|(row, before)| row[bytes.clone()] == before[bytes.clone()])
            })
        };
        let lefts = (0..usize::from(self.screen.width)).step_by(SIDE);
        lefts.filter(|left| !is_same(*left)).map(|left| left as u16).collect()
    }

    fn put(&self, column: u16, row: u16, rows: u16) -> Result<(), PeerError> {
        let Screen { width, height, depth, root, context, segment } = self.screen;
        self.connection.shm_put_image(
            root,
            context,
            width,
            height,
            column,
            row,
            (SIDE as u16).min(width - column),
            rows,
            column as i16,
            row as i16,
            depth,
            ImageFormat::Z_PIXMAP.into(),
            false,
            segment,
            0,
        )?;
        Ok(())
    }
}

const SOCKET: &str = "rfb";
