//! Files by path.

use std::collections::BTreeMap;

use device::{Device as _, Rights, System as _};
use fake_devices::{DeviceKind, FakeDevice};
use wire::tool::FileRefusal;

use crate::screen::machine;

const USER: Rights = Rights::User;

/// Everything below a folder: contents of files, `None` for folders.
type Tree = BTreeMap<String, Option<Vec<u8>>>;

fn tree(device: &FakeDevice, folder: &str, into: &mut Tree) {
    let (whole, entries) = device.list_folder(USER, folder).expect("it may be listed");
    for entry in entries {
        let path = format!("{whole}/{}", entry.name);
        if entry.folder {
            into.insert(path.clone(), None);
            tree(device, &path, into);
        } else {
            let content = device.read_file_at(USER, &path, 0, usize::MAX).expect("it may be read");
            assert_eq!((entry.bytes, device.file_size(USER, &path)), (content.len() as u64, Ok(entry.bytes)));
            into.insert(path, Some(content));
        }
    }
}

fn put(device: &mut FakeDevice, path: &str, content: &[u8], replace: bool) -> Result<(), FileRefusal> {
    let mut at = device.begin_file(USER, path, content.len() as u64, replace)?;
    for piece in content[at as usize..].chunks(2) {
        at = device.extend_file(USER, path, at, piece)?;
    }
    device.finish_file(USER, path, replace)
}

/// A map of paths, and what should come of each change.
#[derive(Debug)]
struct Model(Tree);

impl Model {
    fn parent_is_folder(&self, path: &str) -> bool {
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        parent == HOME || self.0.get(parent) == Some(&None)
    }

    fn children(&self, path: &str) -> usize {
        self.0.keys().filter(|key| key.starts_with(&format!("{path}/"))).count()
    }

    fn place(&self, path: &str, replace: bool) -> Result<(), FileRefusal> {
        match self.0.get(path) {
            _ if !self.parent_is_folder(path) => Err(FileRefusal::NotFound),
            None => Ok(()),
            Some(Some(_)) if replace => Ok(()),
            Some(_) => Err(FileRefusal::Exists),
        }
    }

    fn put(&mut self, path: &str, content: &[u8], replace: bool) -> Result<(), FileRefusal> {
        self.place(path, replace)?;
        self.0.insert(path.to_owned(), Some(content.to_vec()));
        Ok(())
    }

    fn make(&mut self, path: &str) -> Result<(), FileRefusal> {
        self.place(path, false)?;
        self.0.insert(path.to_owned(), None);
        Ok(())
    }

    fn delete(&mut self, path: &str) -> Result<(), FileRefusal> {
        match self.0.get(path) {
            None => Err(FileRefusal::NotFound),
            Some(None) if self.children(path) > 0 => Err(FileRefusal::Exists),
            Some(_) => {
                self.0.remove(path);
                Ok(())
            }
        }
    }

    fn move_to(&mut self, from: &str, to: &str) -> Result<(), FileRefusal> {
        if !self.0.contains_key(from) {
            return Err(FileRefusal::NotFound);
        }
        self.place(to, false)?;
        if to.starts_with(&format!("{from}/")) {
            return Err(FileRefusal::Exists);
        }
        let moved: Vec<String> = self
            .0
            .keys()
            .filter(|key| *key == from || key.starts_with(&format!("{from}/")))
            .cloned()
            .collect();
        for old in moved {
            let content = self.0.remove(&old).expect("it is one of the keys");
            self.0.insert(format!("{to}{}", &old[from.len()..]), content);
        }
        Ok(())
    }
}

const HOME: &str = "/home/carla";

/// Against a plain map, over what the image brings, with a power cut now and then: every change is safe at once.
#[test]
fn files_are_a_map_of_paths() {
    let paths = [
        "Documents",
        "Documents/letter.txt",
        "Documents/invoices.csv",
        "Desktop",
        "Desktop/a",
        "b",
        "b/a",
        "b/a/c",
    ];
    arbtest::arbtest(|u| {
        let mut device = machine(DeviceKind::LinuxPc);
        let mut model = Model(Tree::new());
        tree(&device, HOME, &mut model.0);
        model.0.retain(|path, _| !path.contains("Pictures") && !path.contains("Downloads"));
        while !u.is_empty() {
            let path = format!("{HOME}/{}", u.choose(&paths)?);
            match u.int_in_range(0..=5)? {
                0 => {
                    let content = vec![u.arbitrary::<u8>()?; u.int_in_range(0..=3)?];
                    let replace = u.arbitrary()?;
                    let done = put(&mut device, &path, &content, replace);
                    assert_eq!(done, model.put(&path, &content, replace), "put {path}");
                }
                1 => assert_eq!(device.make_folder(USER, &path), model.make(&path), "make {path}"),
                2 => assert_eq!(device.delete_file(USER, &path), model.delete(&path), "delete {path}"),
                3 | 4 => {
                    let to = format!("{HOME}/{}", u.choose(&paths)?);
                    let done = device.move_file(USER, &path, &to);
                    assert_eq!(done, model.move_to(&path, &to), "move {path} to {to}");
                }
                _ => {
                    device.power_loss();
                    device.set_user_present(true);
                }
            }
            let mut found = Tree::new();
            for name in ["Documents", "Desktop", "b"] {
                let path = format!("{HOME}/{name}");
                match device.list_folder(USER, &path) {
                    Ok(_) => {
                        found.insert(path.clone(), None);
                        tree(&device, &path, &mut found);
                    }
                    Err(_) => {
                        if let Some(content) = device.file_at(&path) {
                            found.insert(path, Some(content));
                        }
                    }
                }
            }
            let seen: Tree = model
                .0
                .iter()
                .filter(|(path, _)| !path.contains("/."))
                .map(|(a, b)| (a.clone(), b.clone()))
                .collect();
            assert_eq!(found, seen);
        }
        Ok(())
    })
    .size_min(200)
    .size_max(800);
}

#[test]
fn a_file_that_comes_is_seen_as_a_part_until_it_is_whole() {
    let mut device = machine(DeviceKind::WindowsPc);
    let path = "Documents\\plan.pdf";
    let names = |device: &FakeDevice| -> Vec<String> {
        let (_, entries) = device.list_folder(USER, "Documents").expect("it is there");
        entries.into_iter().map(|entry| entry.name).filter(|name| name.starts_with("plan")).collect()
    };
    assert_eq!(device.finish_file(USER, path, false), Err(FileRefusal::NotFound));
    assert_eq!(device.begin_file(USER, path, 6, false), Ok(0));
    assert_eq!(device.extend_file(USER, path, 0, b"abc"), Ok(3));
    assert_eq!(names(&device), ["plan.pdf.part"]);
    assert_eq!(device.begin_file(USER, path, 6, false), Ok(3), "it goes on where it stopped");
    assert_eq!(device.extend_file(USER, path, 4, b"x"), Err(FileRefusal::Changed));
    assert_eq!(device.extend_file(USER, path, 3, b"def"), Ok(6));
    assert_eq!(device.finish_file(USER, path, false), Ok(()));
    assert_eq!(names(&device), ["plan.pdf"]);
    assert_eq!(device.begin_file(USER, "DOCUMENTS\\Plan.PDF", 6, false), Err(FileRefusal::Exists));
    assert_eq!(device.begin_file(USER, path, 2, true), Ok(0));
    device.abandon_file(USER, path);
    assert_eq!(names(&device), ["plan.pdf"]);
    device.power_loss();
    assert_eq!(device.file_at("C:\\Users\\carla\\Documents\\plan.pdf").as_deref(), Some(&b"abcdef"[..]));
    assert_eq!(device.list_folder(USER, "").err(), Some(FileRefusal::AccessDenied), "nobody is logged on");
}

#[test]
fn a_full_disk_takes_no_more() {
    let mut device = machine(DeviceKind::Mac);
    device.set_disk_free(5);
    assert_eq!(device.begin_file(USER, "a", 6, false), Err(FileRefusal::DiskFull));
    assert_eq!(device.begin_file(USER, "b", 4, false), Ok(0));
    assert_eq!(device.extend_file(USER, "b", 0, b"1234"), Ok(4));
    assert_eq!(device.disk_free(), 1);
    assert_eq!(device.extend_file(USER, "b", 4, b"56"), Err(FileRefusal::DiskFull));
    assert_eq!(device.delete_file(USER, "Documents/Invoices.csv"), Ok(()));
    assert_eq!(device.extend_file(USER, "b", 4, b"56"), Ok(6), "there is room again");
}

#[test]
fn what_programs_keep_lies_on_the_same_disk() {
    for (kind, path) in [
        (DeviceKind::WindowsPc, "C:\\ProgramData\\jump-client\\identity.json"),
        (DeviceKind::LinuxPc, "/var/lib/jump-client/identity.json"),
        (DeviceKind::Mac, "/Library/Application Support/jump-client/identity.json"),
    ] {
        let mut device = machine(kind);
        device.write_file("jump-client/identity.json", b"{}");
        assert_eq!(device.file_at(path).as_deref(), Some(&b"{}"[..]));
        assert_eq!(device.file_size(Rights::Administrator, path), Ok(2));
        device.delete_file(Rights::Administrator, path).expect("an administrator may");
        assert_eq!(device.read_file("jump-client/identity.json"), None);
        // And what lies by a whole path is a program's to read and to change.
        let hosts = if kind == DeviceKind::WindowsPc {
            "c:\\windows\\SYSTEM32\\drivers\\etc\\hosts"
        } else {
            "/etc/hosts"
        };
        let before = device.read_file(hosts).expect("the image has it");
        device.append_file(hosts, b"10.0.0.9 files\n");
        assert_eq!(device.read_file(hosts).map(|now| now.len()), Some(before.len() + 15));
        device.power_loss();
        assert_eq!(device.read_file(hosts), Some(before), "it was not synced");
        device.remove_file(hosts);
        assert_eq!(device.file_at(hosts), None);
    }
}

#[test]
fn big_files_are_read_piece_by_piece() {
    let device = machine(DeviceKind::AndroidPhone);
    let path = "/sdcard/Download/boarding-pass.pdf";
    let whole = device.read_file_at(USER, path, 0, usize::MAX).expect("it may be read");
    assert_eq!(device.file_size(USER, path), Ok(whole.len() as u64));
    arbtest::arbtest(|u| {
        let (from, length) = (u.int_in_range(0..=whole.len() + 9)?, u.int_in_range(0..=40_000)?);
        let piece = device.read_file_at(USER, path, from as u64, length).expect("it may be read");
        let from = from.min(whole.len());
        assert_eq!(piece, whole[from..whole.len().min(from + length)]);
        Ok(())
    });
    assert_eq!(device.read_file_at(USER, path, u64::MAX, 5), Ok(vec![]));
}

#[test]
fn what_everybody_counts_on_stays() {
    let mut device = machine(DeviceKind::WindowsPc);
    for kept in ["C:\\", "C:\\Users", "C:\\Users\\carla", "C:\\Windows", "C:\\ProgramData"] {
        let moved = device.move_file(Rights::Administrator, kept, "C:\\Temp\\x");
        assert_eq!(moved, Err(FileRefusal::AccessDenied), "{kept}");
    }
    let into_itself = device.move_file(USER, "Documents", "Documents\\Old");
    assert_eq!(into_itself, Err(FileRefusal::Exists));
    assert_eq!(device.delete_file(USER, "Documents\\Invoices.csv"), Ok(()));
    assert_eq!(device.delete_file(USER, "Documents\\Invoices.csv"), Err(FileRefusal::NotFound));
    assert_eq!(device.delete_file(USER, "C:\\Windows\\notepad.exe"), Err(FileRefusal::AccessDenied));
    assert_eq!(device.delete_file(Rights::Administrator, "C:\\Windows\\notepad.exe"), Ok(()));
}
