//! How long machines compute for looking at their screens.
//!
//! The figures are ours: what a prototype of the codec took on one core of a server (0.19 ns for a pixel that is
//! compared, 4.5 ns for one that is encoded without loss, 7.8 ns for one that becomes part of a JPEG), times how much
//! slower a machine of the kind is than that core.

use std::time::Duration;

use device::ScreenWork;

use crate::DeviceKind;

/// Picoseconds for a pixel on the core that was measured.
const SCANNED_PS: u64 = 190;
const EXACT_PS: u64 = 4_500;
const JPEG_PS: u64 = 7_800;

/// How long a machine of this kind computes for so much work.
pub(super) fn working_time(kind: DeviceKind, work: ScreenWork) -> Duration {
    let ScreenWork { scanned_px, exact_px, jpeg_px } = work;
    let parts = [(scanned_px, SCANNED_PS), (exact_px, EXACT_PS), (jpeg_px, JPEG_PS)];
    let total = parts.iter().fold(0_u64, |sum, (pixels, ps)| sum.saturating_add(pixels.saturating_mul(*ps)));
    Duration::from_nanos(total.saturating_mul(slowness_tenths(kind)) / 10_000)
}

/// How much slower than that core, in tenths.
fn slowness_tenths(kind: DeviceKind) -> u64 {
    match kind {
        DeviceKind::Mac => 10,
        // An office PC of some years, which has other things to do as well.
        DeviceKind::WindowsPc | DeviceKind::LinuxPc => 15,
        DeviceKind::Iphone => 15,
        DeviceKind::AndroidTablet => 30,
        DeviceKind::AndroidPhone => 40,
        DeviceKind::Zebra => 80,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_screen_takes_milliseconds_on_a_pc_and_more_on_a_handheld() {
        let key_frame = ScreenWork { scanned_px: 1920 * 1080, exact_px: 1_500_000, jpeg_px: 573_600 };
        let millis = |kind| working_time(kind, key_frame).as_micros();
        assert_eq!(millis(DeviceKind::Mac), 11_618);
        assert_eq!(millis(DeviceKind::WindowsPc), 17_427);
        assert_eq!(millis(DeviceKind::Zebra), 92_944);
        let endless = ScreenWork { scanned_px: u64::MAX, exact_px: u64::MAX, jpeg_px: u64::MAX };
        assert!(working_time(DeviceKind::Zebra, endless) > Duration::from_secs(1), "and nothing runs over");
    }
}
