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
            Self::AndroidPhone => Platform::Android,
            Self::Iphone => Platform::Ios,
        }
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
