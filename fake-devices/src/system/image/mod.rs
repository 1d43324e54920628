//! What lies on the disk of a machine before anybody has used it: one image for each system, shared by all machines.

mod texts;

use wire::session::Platform;

/// Something on the image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BaseEntry {
    /// Its whole path; `~` is the home of the machine's owner.
    pub(crate) path: &'static str,
    /// What is in it.
    pub(crate) content: Content,
}

/// What is in it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    /// Nothing: it is a folder.
    Folder,
    /// This.
    Text(&'static str),
    /// So many bytes that mean nothing.
    Filler(u32),
}

impl Content {
    /// Its length in bytes; `None` of a folder.
    pub(crate) fn bytes(self) -> Option<u64> {
        match self {
            Self::Folder => None,
            Self::Text(text) => Some(text.len() as u64),
            Self::Filler(bytes) => Some(u64::from(bytes)),
        }
    }

    /// At most `length` bytes of it from `offset` on.
    pub(crate) fn slice(self, offset: u64, length: usize) -> Vec<u8> {
        let end = self.bytes().unwrap_or(0).min(offset.saturating_add(length as u64));
        match self {
            Self::Text(text) if offset < end => text.as_bytes()[offset as usize..end as usize].to_vec(),
            Self::Filler(_) => (offset..end).map(filler).collect(),
            Self::Folder | Self::Text(_) => Vec::new(),
        }
    }
}

/// What is on the image of a system.
pub(crate) const fn of(platform: Platform) -> &'static [BaseEntry] {
    match platform {
        Platform::Windows => WINDOWS,
        Platform::Linux => LINUX,
        Platform::Mac => MAC,
        Platform::Android => ANDROID,
        Platform::Ios => IOS,
    }
}

/// A byte of a file that means nothing, by its place: the same whoever reads it, and of no use to a compressor.
fn filler(place: u64) -> u8 {
    let mixed = (place ^ place >> 7).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ mixed >> 29) as u8
}

const fn folder(path: &'static str) -> BaseEntry {
    BaseEntry { path, content: Content::Folder }
}

const fn text(path: &'static str, text: &'static str) -> BaseEntry {
    BaseEntry { path, content: Content::Text(text) }
}

const fn filled(path: &'static str, bytes: u32) -> BaseEntry {
    BaseEntry { path, content: Content::Filler(bytes) }
}

const WINDOWS: &[BaseEntry] = &[
    folder("C:\\Program Files"),
    folder("C:\\ProgramData"),
    folder("C:\\Temp"),
    filled("C:\\Program Files\\Harbour Mail\\harbour.exe", 4_812_288),
    text("C:\\Program Files\\Harbour Mail\\profiles.ini", texts::PROFILES),
    filled("C:\\Program Files\\Ledger 9\\ledger.exe", 7_340_032),
    filled("C:\\Program Files\\Ledger 9\\ledger.dll", 1_228_800),
    text("C:\\Program Files\\Ledger 9\\readme.txt", texts::LEDGER_README),
    filled("C:\\Windows\\explorer.exe", 2_756_608),
    filled("C:\\Windows\\notepad.exe", 201_216),
    filled("C:\\Windows\\System32\\cmd.exe", 289_792),
    filled("C:\\Windows\\System32\\config\\SAM", 65_536),
    filled("C:\\Windows\\System32\\config\\SYSTEM", 917_504),
    text("C:\\Windows\\System32\\drivers\\etc\\hosts", texts::HOSTS),
    filled("C:\\Windows\\System32\\kernel32.dll", 789_504),
    filled("C:\\Windows\\System32\\spoolsv.exe", 851_968),
    text("C:\\Windows\\Logs\\setup.log", texts::SETUP_LOG),
    text("C:\\Windows\\Logs\\print.log", texts::PRINT_LOG),
    folder("C:\\Users\\Public\\Desktop"),
    folder("C:\\Users\\Public\\Documents"),
    folder("~\\AppData\\Local\\Temp"),
    text("~\\AppData\\Local\\Ledger 9\\ledger.log", texts::LEDGER_LOG),
    text("~\\Desktop\\Passwords to change.txt", texts::TO_DO),
    text("~\\Documents\\Letter to the landlord.txt", texts::LETTER),
    text("~\\Documents\\Invoices.csv", texts::INVOICES),
    filled("~\\Documents\\Invoices 2026.xlsx", 48_640),
    filled("~\\Documents\\Floor plan.pdf", 1_310_720),
    filled("~\\Downloads\\ledger-9-setup.exe", 8_912_896),
    folder("~\\Music"),
    filled("~\\Pictures\\Summer party.jpg", 2_411_724),
    folder("~\\Videos"),
    folder("C:\\Users\\admin\\Desktop"),
    text("C:\\Users\\admin\\Documents\\Machine notes.txt", texts::MACHINE_NOTES),
];

const LINUX: &[BaseEntry] = &[
    filled("/bin/bash", 1_446_024),
    filled("/bin/ls", 142_312),
    text("/etc/fstab", texts::FSTAB),
    text("/etc/hosts", texts::HOSTS),
    text("/etc/os-release", texts::OS_RELEASE),
    text("/etc/passwd", texts::PASSWD),
    text("/etc/resolv.conf", texts::RESOLV),
    text("/etc/shadow", "carla:!:20000::::::\nadmin:!:20000::::::\n"),
    folder("/home/admin"),
    folder("/opt"),
    text("/root/notes.txt", texts::MACHINE_NOTES),
    folder("/tmp"),
    filled("/usr/bin/ledger", 6_815_744),
    text("/usr/share/doc/ledger/README", texts::LEDGER_README),
    folder("/var/lib"),
    text("/var/log/cups/error_log", texts::PRINT_LOG),
    text("/var/log/syslog", texts::SYSLOG),
    text("~/.config/ledger/ledger.log", texts::LEDGER_LOG),
    folder("~/Desktop"),
    text("~/Documents/invoices.csv", texts::INVOICES),
    text("~/Documents/letter.txt", texts::LETTER),
    filled("~/Downloads/ledger-9.deb", 8_388_608),
    filled("~/Pictures/summer-party.jpg", 2_411_724),
];

const MAC: &[BaseEntry] = &[
    filled("/Applications/Ledger 9.app/Contents/MacOS/Ledger 9", 7_864_320),
    text("/Applications/Ledger 9.app/Contents/Resources/Read me.txt", texts::LEDGER_README),
    filled("/Applications/Harbour Mail.app/Contents/MacOS/Harbour Mail", 5_242_880),
    folder("/Library/Application Support"),
    filled("/System/Library/CoreServices/Finder.app/Contents/MacOS/Finder", 9_437_184),
    folder("/Users/Shared"),
    folder("/Users/admin/Documents"),
    filled("/bin/zsh", 1_377_872),
    text("/etc/hosts", texts::HOSTS),
    text("/etc/master.passwd", "carla:*:501:20::0:0::/Users/carla:/bin/zsh\n"),
    folder("/tmp"),
    text("/var/log/cups/error_log", texts::PRINT_LOG),
    text("/var/log/system.log", texts::SYSLOG),
    text("/var/root/notes.txt", texts::MACHINE_NOTES),
    folder("~/Desktop"),
    text("~/Documents/Invoices.csv", texts::INVOICES),
    text("~/Documents/Letter to the landlord.txt", texts::LETTER),
    filled("~/Downloads/Ledger 9.dmg", 9_437_184),
    text("~/Library/Logs/Ledger 9/ledger.log", texts::LEDGER_LOG),
    filled("~/Pictures/Summer party.jpg", 2_411_724),
];

const ANDROID: &[BaseEntry] = &[
    folder("/data/data"),
    filled("/sdcard/DCIM/Camera/IMG_0001.jpg", 3_145_728),
    filled("/sdcard/DCIM/Camera/IMG_0002.jpg", 2_883_584),
    text("/sdcard/Documents/Packing list.txt", texts::TO_DO),
    filled("/sdcard/Download/boarding-pass.pdf", 184_320),
    text("/sdcard/Download/invoices.csv", texts::INVOICES),
    folder("/sdcard/Music"),
    folder("/sdcard/Pictures"),
    text("/system/build.prop", texts::BUILD_PROP),
    filled("/system/bin/sh", 307_768),
];

const IOS: &[BaseEntry] =
    &[text("/Files/Notes.txt", texts::TO_DO), filled("/Files/Screenshot.png", 412_160), folder("/Library")];
