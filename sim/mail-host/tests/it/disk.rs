//! What is accepted is kept.

use crate::desk::{Desk, LINE, OPENING};

fn deliver(desk: &mut Desk, text: &str) -> String {
    desk.connect(LINE);
    desk.say(format!("{OPENING}DATA\r\n\r\n{text}\r\n.\r\nQUIT\r\n"))
}

#[test]
fn mail_outlives_a_power_loss() {
    let mut desk = Desk::new();
    assert!(deliver(&mut desk, "one").contains("250 kept as 1"));
    desk.device.power_loss();
    let before = desk.view().clone();
    let mut desk = Desk::on(desk.device);
    assert_eq!(*desk.view(), before);
    assert_eq!(desk.view().mailbox("kim@example.org")[0].text, "one");
    assert!(deliver(&mut desk, "two").contains("250 kept as 2"));
    assert_eq!(Desk::on(desk.device).view().delivered().len(), 2);
}

#[test]
fn a_torn_end_is_dropped_and_what_follows_is_read_again() {
    let mut desk = Desk::new();
    deliver(&mut desk, "one");
    deliver(&mut desk, "two");
    let (path, content) = {
        let (path, content) = desk.device.disk().files().next().expect("mail is in a file");
        (path.to_owned(), content.to_vec())
    };
    let one = content.len() / 2;
    for length in 0..content.len() {
        device::Device::write_file(&mut desk.device, &path, &content[..length]);
        let mut again = Desk::on(desk.device);
        assert_eq!(again.view().delivered().len(), usize::from(length >= one), "{length}");
        deliver(&mut again, "three");
        desk = Desk::on(again.device);
        assert_eq!(desk.view().delivered().len(), 1 + usize::from(length >= one), "{length}");
    }
}

/// Whatever stands on the disk: the host starts.
#[test]
fn whatever_the_disk_holds_it_starts() {
    arbtest::arbtest(|u| {
        let mut desk = Desk::new();
        deliver(&mut desk, "one");
        let path = desk.device.disk().files().next().expect("mail is in a file").0.to_owned();
        let mut content = device::Device::read_file(&desk.device, &path).expect("it is there");
        while !u.is_empty() {
            let place = u.choose_index(content.len())?;
            content[place] = u.arbitrary()?;
        }
        device::Device::write_file(&mut desk.device, &path, &content);
        let mut desk = Desk::on(desk.device);
        assert!(deliver(&mut desk, "two").contains("250 kept"));
        Ok(())
    });
}
