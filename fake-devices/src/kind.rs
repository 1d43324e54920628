//! Which machines there are. A new one is a variant and a row.

use wire::session::Platform;

/// A kind of machine, under the name that scenarios use.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    strum::Display,
    strum::EnumString,
    strum::VariantArray,
    strum::VariantNames,
)]
pub enum DeviceKind {
    /// A desktop or laptop with Windows.
    #[strum(serialize = "Windows PC")]
    WindowsPc,
    /// A desktop or laptop with Linux.
    #[strum(serialize = "Linux PC")]
    LinuxPc,
    /// A Mac.
    #[strum(serialize = "Mac")]
    Mac,
    /// A phone with Android.
    #[strum(serialize = "Android phone")]
    AndroidPhone,
    /// A tablet with Android.
    #[strum(serialize = "Android tablet")]
    AndroidTablet,
    /// A handheld computer of a warehouse, with Android and a scanner.
    #[strum(serialize = "Zebra handheld")]
    Zebra,
    /// A phone with iOS.
    #[strum(serialize = "iPhone")]
    Iphone,
}

impl DeviceKind {
    /// Its operating system.
    pub const fn platform(self) -> Platform {
        match self {
            Self::WindowsPc => Platform::Windows,
            Self::LinuxPc => Platform::Linux,
            Self::Mac => Platform::Mac,
            Self::AndroidPhone | Self::AndroidTablet | Self::Zebra => Platform::Android,
            Self::Iphone => Platform::Ios,
        }
    }

    /// Whether apps come from a store, as they do on phones and tablets.
    pub const fn has_store(self) -> bool {
        matches!(self.platform(), Platform::Android | Platform::Ios)
    }

    /// Whether it runs Android.
    pub const fn is_android(self) -> bool {
        matches!(self.platform(), Platform::Android)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray as _;

    #[test]
    fn scenarios_can_name_every_kind() {
        for kind in DeviceKind::VARIANTS {
            assert_eq!(kind.to_string().parse(), Ok(*kind));
        }
    }
}
