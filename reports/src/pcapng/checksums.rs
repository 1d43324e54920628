//! Checksums of IPv4, TCP and UDP, which a simulation can do without and a protocol analyser cannot.

use std::borrow::Cow;

const IPV4_HEADER_BYTES_MIN: usize = 20;
const TCP: u8 = 6;
const UDP: u8 = 17;

/// The packet with all its checksums: those that are zero are worked out. What is no whole IPv4 packet stays as it is.
pub(super) fn with_checksums(packet: &[u8]) -> Cow<'_, [u8]> {
    filled(packet).map_or(Cow::Borrowed(packet), Cow::Owned)
}

fn filled(packet: &[u8]) -> Option<Vec<u8>> {
    let header_bytes = usize::from(packet.first()? & 0x0f) * 4;
    let is_ipv4 = packet[0] >> 4 == 4 && header_bytes >= IPV4_HEADER_BYTES_MIN;
    if !is_ipv4 || packet.len() < header_bytes {
        return None;
    }
    let mut packet = packet.to_vec();
    let (ip, transport) = packet.split_at_mut(header_bytes);
    if ip[10..12] == [0, 0] {
        let sum = checksum(&[ip]);
        ip[10..12].copy_from_slice(&sum.to_be_bytes());
    }
    let (at, least) = match ip[9] {
        TCP => (16, 20),
        UDP => (6, 8),
        _ => return Some(packet),
    };
    if transport.len() >= least && transport[at..at + 2] == [0, 0] {
        let length = u16::try_from(transport.len()).ok()?.to_be_bytes();
        let pseudo = [0, ip[9], length[0], length[1]];
        let sum = checksum(&[&ip[12..20], &pseudo, transport]);
        // In UDP a sum of zero means none (RFC 768).
        let sum = if ip[9] == UDP && sum == 0 { u16::MAX } else { sum };
        transport[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    }
    Some(packet)
}

/// The Internet checksum (RFC 1071) over parts of even length, but for the last.
fn checksum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let sum: u64 =
        words.map(|word| u64::from(u16::from_be_bytes([word[0], *word.get(1).unwrap_or(&0)]))).sum();
    let mut sum = sum;
    while sum > u64::from(u16::MAX) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet whose sums were worked out by hand, after RFC 1071, section 3.
    #[test]
    fn sums_are_filled_in_where_they_are_zero() {
        let mut packet = vec![0x45, 0, 0, 29, 0, 0, 0, 0, 64, UDP, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        packet.extend([0, 1, 0, 2, 0, 9, 0, 0, 0xff]);
        let whole = with_checksums(&packet);
        assert_eq!(whole[10..12], 0x66ce_u16.to_be_bytes());
        // 0a00+0001+0a00+0002 + 0011+0009 + 0001+0002+0009 + ff00 = 11329, folded 132a.
        assert_eq!(whole[26..28], (!0x132a_u16).to_be_bytes());
        assert_eq!(with_checksums(&whole), whole, "sums that are there stay");
    }

    #[test]
    fn what_is_no_packet_stays_as_it_is() {
        arbtest::arbtest(|u| {
            let bytes: Vec<u8> = u.arbitrary()?;
            assert_eq!(with_checksums(&bytes).len(), bytes.len());
            Ok(())
        });
        for odd in [&[][..], &[0x45; 19], &[0x60; 40], &[0x4f; 24]] {
            assert_eq!(with_checksums(odd), odd);
        }
    }
}
