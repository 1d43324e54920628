//! The customer client's package, and its download.

use device::ConnId;
use wire::customer::{ApplianceToCustomer, PACKAGE_PIECE_BYTES_MAX};
use wire::encode_frame;

use crate::Appliance;
use crate::conns::{CustomerPeer, Peer};

/// How many pieces are sent before the network is asked whether it has taken them.
const PIECES_AT_ONCE: usize = 4;

impl Appliance {
    /// A second wish while the first is being met starts again from the beginning, but not before the network has taken
    /// what was sent: whoever asks and does not read gets no more than that.
    pub(crate) fn fetch_package(&mut self, conn: ConnId, peer: CustomerPeer) {
        if peer.package_sent.is_some() {
            self.conns.set_peer(conn, Peer::Customer(CustomerPeer { package_sent: Some(0), ..peer }));
        } else {
            self.send_package(conn, peer, 0);
        }
    }

    /// Sends the next pieces; the rest follows when the network has taken them.
    pub(crate) fn send_package(&mut self, conn: ConnId, peer: CustomerPeer, sent: usize) {
        if self.package.is_empty() {
            self.package = pieces(self.site.customers.package_bytes);
        }
        let next = &self.package[sent..self.package.len().min(sent + PIECES_AT_ONCE)];
        for frame in next {
            self.conns.send_frame(conn, frame.clone());
        }
        let package_sent = (!next.is_empty()).then_some(sent + next.len());
        if package_sent.is_some() {
            self.conns.ask_writable(conn);
        }
        self.conns.set_peer(conn, Peer::Customer(CustomerPeer { package_sent, ..peer }));
    }
}

/// The frames that carry the package: the same for everybody, so they are made once.
fn pieces(total: u32) -> Vec<Vec<u8>> {
    let piece = |offset: u32| {
        let length = (total - offset).min(PACKAGE_PIECE_BYTES_MAX as u32);
        let bytes = (offset..offset + length).map(package_byte).collect();
        encode_frame(&ApplianceToCustomer::Package { offset, total, bytes })
    };
    (0..total).step_by(PACKAGE_PIECE_BYTES_MAX).map(piece).collect()
}

/// What no link could compress, and the same on every run.
fn package_byte(place: u32) -> u8 {
    (place.wrapping_mul(0x9E37_79B1) >> 24) as u8
}
