//! What `netstat` would print on a host, for failure reports.

use std::fmt;
use std::net::SocketAddrV4;

use tcp::State;

use crate::fabric::Fabric;
use crate::ids::HostId;
use crate::sockets::Stage;

/// The connections and the listened-on ports of one host, ordered by local address, then peer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Netstat {
    /// One row for each.
    pub rows: Vec<NetstatRow>,
}

/// A connection, or a port listened on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetstatRow {
    /// This end.
    pub local: SocketAddrV4,
    /// The other end; `None` for a port listened on.
    pub peer: Option<SocketAddrV4>,
    /// Where it is in TCP's state machine; `None` for datagrams.
    pub state: Option<State>,
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
    /// What TCP knows of the path; `None` for what is no connection.
    pub path: Option<tcp::Info>,
}

impl Fabric {
    /// What `netstat` prints on the host.
    pub fn netstat(&self, host: HostId) -> Netstat {
        let address = self.host_address(host);
        let listening = self.listeners.range((host, 0)..=(host, u16::MAX)).map(|((_, port), _)| NetstatRow {
            local: SocketAddrV4::new(address, *port),
            peer: None,
            state: Some(State::Listen),
            unread_bytes: 0,
            unacknowledged_bytes: 0,
            bytes_in: 0,
            bytes_out: 0,
            retransmits: 0,
            path: None,
        });
        let connected = self.sockets.iter().filter(|(_, socket)| socket.host == host).map(|(_, socket)| {
            let endpoint = socket.endpoint.as_ref();
            let unread_bytes = endpoint.map_or(0, |endpoint| endpoint.unread());
            let bound = socket.stage == Stage::Bound;
            NetstatRow {
                local: socket.local,
                peer: (!bound).then_some(socket.remote),
                state: if bound {
                    None
                } else {
                    Some(endpoint.map_or(State::Closed, |endpoint| endpoint.state()))
                },
                unread_bytes,
                unacknowledged_bytes: endpoint.map_or(0, |endpoint| endpoint.unacknowledged()),
                bytes_in: socket.bytes_read + unread_bytes as u64,
                bytes_out: socket.bytes_out,
                retransmits: endpoint.map_or(0, |endpoint| endpoint.info().retransmits),
                path: endpoint.map(|endpoint| endpoint.info()),
            }
        });
        let mut rows: Vec<_> = listening.chain(connected).collect();
        rows.sort_by_key(|row| (row.local, row.peer));
        Netstat { rows }
    }
}

impl fmt::Display for Netstat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<21}  {:<21}  {:<12} {:>8} {:>8} {:>10} {:>10} {:>7} {:>7} {:>8}",
            "local", "peer", "state", "unread", "unacked", "in", "out", "retrans", "rtt ms", "cwnd"
        )?;
        for row in &self.rows {
            let peer = row.peer.map_or_else(|| "*".to_owned(), |peer| peer.to_string());
            let state = row.state.map_or_else(|| "UDP".to_owned(), |state| state.to_string());
            let rtt = row.path.and_then(|path| path.srtt);
            let rtt = rtt.map_or_else(|| "-".to_owned(), |rtt| format!("{:.1}", rtt.as_secs_f64() * 1e3));
            let cwnd = row.path.map_or_else(|| "-".to_owned(), |path| path.cwnd_bytes.to_string());
            writeln!(
                f,
                "{:<21}  {:<21}  {:<12} {:>8} {:>8} {:>10} {:>10} {:>7} {:>7} {:>8}",
                row.local.to_string(),
                peer,
                state,
                row.unread_bytes,
                row.unacknowledged_bytes,
                row.bytes_in,
                row.bytes_out,
                row.retransmits,
                rtt,
                cwnd
            )?;
        }
        Ok(())
    }
}
