//! What a connection is for, which bounds its buffers.

use serde::{Deserialize, Serialize};
use tcp::Config;

use crate::fabric::{CONNECT_TIMEOUT, LINGER_TIMEOUT, UNANSWERED_TIMEOUT};

/// What a connection is for, which bounds its buffers: they grow as bytes come, and an idle end has none.
///
/// An end chooses for itself: `connect` says it for the dialling end, `listen` for the accepting one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BufferUse {
    /// Messages of a few kilobytes: at most [`CONTROL_BUFFER_BYTES`] each way.
    Control,
    /// Messages with a download among them, and the choice of a listener that does not know who will dial: at most
    /// [`MIXED_BUFFER_BYTES`] each way, which fills 5 Mbit/s at a round trip of 100 ms.
    Mixed,
    /// Screens and files: as a kernel does it by default, at most [`BULK_RECEIVE_BYTES`] in and [`BULK_SEND_BYTES`]
    /// out, which fills 300 Mbit/s at a round trip of 100 ms.
    Bulk,
}

/// Receive buffer, and send buffer, of a [`BufferUse::Control`] connection.
pub const CONTROL_BUFFER_BYTES: usize = 8 * 1024;
/// Receive buffer, and send buffer, of a [`BufferUse::Mixed`] connection.
pub const MIXED_BUFFER_BYTES: usize = 64 * 1024;
/// Receive buffer of a [`BufferUse::Bulk`] connection: Linux's `tcp_rmem` goes as far.
pub const BULK_RECEIVE_BYTES: usize = 6 * 1024 * 1024;
/// Send buffer of a [`BufferUse::Bulk`] connection: Linux's `tcp_wmem` goes as far.
pub const BULK_SEND_BYTES: usize = 4 * 1024 * 1024;

impl BufferUse {
    pub(crate) fn config(self) -> Config {
        let (receive_buffer_max, send_buffer_max) = match self {
            Self::Control => (CONTROL_BUFFER_BYTES, CONTROL_BUFFER_BYTES),
            Self::Mixed => (MIXED_BUFFER_BYTES, MIXED_BUFFER_BYTES),
            Self::Bulk => (BULK_RECEIVE_BYTES, BULK_SEND_BYTES),
        };
        Config {
            receive_buffer_max,
            send_buffer_max,
            connect_timeout: CONNECT_TIMEOUT,
            user_timeout: UNANSWERED_TIMEOUT,
            linger_timeout: LINGER_TIMEOUT,
            ..Config::default()
        }
    }
}
