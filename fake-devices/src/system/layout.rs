//! How paths are written on a machine, and where things lie.

use wire::session::Platform;

/// The longest path, in bytes.
const PATH_BYTES_MAX: usize = 1_024;

/// Where things lie on one kind of system.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Between the parts of a path.
    pub(crate) separator: char,
    /// The one root.
    pub(crate) root: &'static str,
    /// The folder of everybody's homes.
    pub(crate) homes: &'static str,
    /// Where an administrator's own program is at home.
    pub(crate) system_home: &'static str,
    /// Where programs keep what is theirs: their relative paths begin here.
    pub(crate) program_data: &'static str,
    /// Where everybody may write, beside their own home.
    pub(crate) open_folders: &'static [&'static str],
    /// What only administrators may look into, beside others' homes.
    pub(crate) closed_folders: &'static [&'static str],
}

const WINDOWS: Layout = Layout {
    separator: '\\',
    root: "C:\\",
    homes: "C:\\Users",
    system_home: "C:\\Windows\\System32",
    program_data: "C:\\ProgramData",
    open_folders: &["C:\\Users\\Public", "C:\\Temp"],
    closed_folders: &["C:\\Windows\\System32\\config"],
};

const LINUX: Layout = Layout {
    separator: '/',
    root: "/",
    homes: "/home",
    system_home: "/root",
    program_data: "/var/lib",
    open_folders: &["/tmp"],
    closed_folders: &["/root", "/etc/shadow"],
};

const MAC: Layout = Layout {
    separator: '/',
    root: "/",
    homes: "/Users",
    system_home: "/var/root",
    program_data: "/Library/Application Support",
    open_folders: &["/tmp", "/Users/Shared"],
    closed_folders: &["/var/root", "/etc/master.passwd"],
};

const ANDROID: Layout = Layout {
    separator: '/',
    root: "/",
    homes: "/sdcard",
    system_home: "/",
    program_data: "/data/data",
    open_folders: &["/sdcard"],
    closed_folders: &["/data"],
};

/// An app's own files are all that can be seen of an iPhone (IFT-01).
const IOS: Layout = Layout {
    separator: '/',
    root: "/",
    homes: "/Files",
    system_home: "/Files",
    program_data: "/Library",
    open_folders: &["/Files"],
    closed_folders: &["/Library"],
};

impl Layout {
    pub(crate) fn of(platform: Platform) -> &'static Self {
        match platform {
            Platform::Windows => &WINDOWS,
            Platform::Linux => &LINUX,
            Platform::Mac => &MAC,
            Platform::Android => &ANDROID,
            Platform::Ios => &IOS,
        }
    }

    /// Whether small and capital letters are the same in a path.
    pub(crate) fn folds_case(&self) -> bool {
        self.separator == '\\'
    }

    /// Whether a path says where it begins.
    pub(crate) fn is_absolute(&self, path: &str) -> bool {
        let bytes = path.as_bytes();
        path.starts_with(self.separator)
            || path.starts_with('/')
            || self.folds_case() && bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
    }

    /// A path as written, begun in the folder `from`, as a whole path without `.` and `..`; `None` if it can be no
    /// path of this machine.
    pub(crate) fn whole(&self, from: &str, home: &str, path: &str) -> Option<String> {
        let unusual = |c: char| c.is_control() || self.folds_case() && "<>\"|?*".contains(c);
        if path.len() > PATH_BYTES_MAX || path.contains(unusual) {
            return None;
        }
        let (from, path) = match path.strip_prefix('~') {
            Some(rest) if !self.folds_case() && (rest.is_empty() || rest.starts_with('/')) => {
                (home, rest.trim_start_matches('/'))
            }
            _ if self.is_absolute(path) => (self.root, self.below_root(path)?),
            _ => (from, path),
        };
        let mut parts: Vec<&str> = self.parts(from).collect();
        for part in path.split([self.separator, '/']) {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                _ if part.contains(':') && self.folds_case() => return None,
                _ => parts.push(part),
            }
        }
        let mut whole = self.root.to_owned();
        whole.push_str(&parts.join(&self.separator.to_string()));
        (whole.len() <= PATH_BYTES_MAX).then_some(whole)
    }

    /// The parts of a whole path, below its root.
    pub(crate) fn parts<'a>(&self, whole: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        let separator = self.separator;
        whole[self.root.len()..].split(separator).filter(|part| !part.is_empty())
    }

    /// The folder that a whole path lies in, and its last part; `None` for the root.
    pub(crate) fn split<'a>(&self, whole: &'a str) -> Option<(&'a str, &'a str)> {
        let below = &whole[self.root.len()..];
        if below.is_empty() {
            return None;
        }
        let at = below.rfind(self.separator);
        let folder = at.map_or(self.root, |at| &whole[..self.root.len() + at]);
        Some((folder, &below[at.map_or(0, |at| at + 1)..]))
    }

    /// The whole path of something in a folder.
    pub(crate) fn join(&self, folder: &str, name: &str) -> String {
        if folder == self.root {
            format!("{folder}{name}")
        } else {
            format!("{folder}{}{name}", self.separator)
        }
    }

    /// Whether a whole path is a folder's, or of something below it.
    pub(crate) fn is_within(&self, whole: &str, folder: &str) -> bool {
        folder == self.root
            || whole
                .strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(self.separator))
    }

    /// What an absolute path says below the root; `None` on another drive than the one there is.
    fn below_root<'a>(&self, path: &'a str) -> Option<&'a str> {
        match path.split_once(':') {
            Some((drive, rest)) if self.folds_case() => drive.eq_ignore_ascii_case("c").then_some(rest),
            _ => Some(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_the_machine_reads_them() {
        let home = "C:\\Users\\carla";
        for (from, path, whole) in [
            (home, "", Some("C:\\Users\\carla")),
            (home, "Documents", Some("C:\\Users\\carla\\Documents")),
            (home, "..\\..\\..\\..", Some("C:\\")),
            (home, "c:/Windows/./Temp/", Some("C:\\Windows\\Temp")),
            (home, "\\Temp", Some("C:\\Temp")),
            (home, "D:\\", None),
            (home, "a:b", None),
            (home, "what?", None),
        ] {
            assert_eq!(WINDOWS.whole(from, home, path).as_deref(), whole, "{path}");
        }
        for (path, whole) in
            [("~/a", "/home/carla/a"), ("~a", "/tmp/~a"), ("/etc//../", "/"), ("a:b?", "/tmp/a:b?")]
        {
            assert_eq!(LINUX.whole("/tmp", "/home/carla", path).as_deref(), Some(whole), "{path}");
        }
        assert_eq!(LINUX.whole("/", "/", &"x".repeat(PATH_BYTES_MAX)), None);
    }

    #[test]
    fn a_path_splits_where_it_was_joined() {
        for layout in [&WINDOWS, &LINUX] {
            for folder in [layout.root, layout.homes] {
                assert_eq!(layout.split(&layout.join(folder, "a")), Some((folder, "a")));
            }
            assert_eq!(layout.split(layout.root), None);
        }
        assert!(!LINUX.is_within("/rooted", "/root"));
    }
}
