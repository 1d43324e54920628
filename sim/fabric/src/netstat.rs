//! What `netstat` would print on a host, for failure reports.

use std::fmt;
use std::net::SocketAddrV4;

use serde::Serialize;

use crate::tcp::TcpState;

/// The connections and the listened-on ports of one host, ordered by local address, then peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Netstat {
    /// One row for each.
    pub rows: Vec<NetstatRow>,
}

/// A connection, or a port listened on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NetstatRow {
    /// This end.
    pub local: SocketAddrV4,
    /// The other end; `None` for a port listened on.
    pub peer: Option<SocketAddrV4>,
    /// Where it is in TCP's state machine.
    pub state: TcpState,
    /// Bytes that have arrived and were not read.
    pub unread_bytes: usize,
    /// Bytes that the program sent and the peer has not acknowledged.
    pub unacknowledged_bytes: usize,
    /// Bytes that have arrived in order so far.
    pub bytes_in: u64,
    /// Bytes that the program has sent so far.
    pub bytes_out: u64,
    /// Segments sent more than once.
    pub retransmits: u32,
}

impl fmt::Display for Netstat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<21}  {:<21}  {:<12} {:>8} {:>8} {:>10} {:>10} {:>7}",
            "local", "peer", "state", "unread", "unacked", "in", "out", "retrans"
        )?;
        for row in &self.rows {
            let peer = row.peer.map_or_else(|| "*".to_owned(), |peer| peer.to_string());
            writeln!(
                f,
                "{:<21}  {:<21}  {:<12} {:>8} {:>8} {:>10} {:>10} {:>7}",
                row.local.to_string(),
                peer,
                row.state,
                row.unread_bytes,
                row.unacknowledged_bytes,
                row.bytes_in,
                row.bytes_out,
                row.retransmits
            )?;
        }
        Ok(())
    }
}
