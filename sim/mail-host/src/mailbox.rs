//! Mail on the disk, and what its reader sees of it.

use device::Device;
use mail_parser::MessageParser;
use serde::{Deserialize, Serialize};
use wire::SimTime;

use crate::view::DeliveredMail;

/// How much mail the host keeps, in bytes; then it has no room for more until somebody clears it.
pub const STORE_BYTES_MAX: usize = 64 << 20;

const FILE: &str = "mail/mailboxes";
/// Length and checksum, four bytes each.
const HEAD_BYTES: usize = 8;

/// A mail as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mail {
    pub(crate) from: String,
    /// At least one.
    pub(crate) to: Vec<String>,
    pub(crate) at: SimTime,
    pub(crate) message: Vec<u8>,
}

/// The file that all mail is appended to.
#[derive(Debug, Default)]
pub(crate) struct Store {
    bytes: usize,
    mails: u64,
}

impl Store {
    /// Reads what a disk holds. A torn mail at the end is dropped: nobody was told that it was accepted.
    pub(crate) fn open(device: &mut dyn Device) -> (Self, Vec<Mail>) {
        let content = device.read_file(FILE).unwrap_or_default();
        let (mut mails, mut good) = (Vec::new(), 0);
        while let Some((mail, bytes)) = read(&content[good..]) {
            mails.push(mail);
            good += bytes;
        }
        if good < content.len() {
            device.write_file(FILE, &content[..good]);
            device.sync();
        }
        (Self { bytes: good, mails: mails.len() as u64 }, mails)
    }

    /// Keeps a mail, safe from power loss, and says under which number.
    pub(crate) fn keep(&mut self, device: &mut dyn Device, mail: &Mail) -> u64 {
        let body = postcard::to_stdvec(mail).expect("serialising to memory cannot fail");
        let mut record = (body.len() as u32).to_be_bytes().to_vec();
        record.extend(crc32fast::hash(&body).to_be_bytes());
        record.extend(body);
        device.append_file(FILE, &record);
        device.sync();
        self.bytes += record.len();
        self.mails += 1;
        self.mails
    }

    /// Whether there is room for more.
    pub(crate) fn has_room(&self) -> bool {
        self.bytes < STORE_BYTES_MAX
    }
}

/// The first mail in these bytes, and how long its record is.
fn read(content: &[u8]) -> Option<(Mail, usize)> {
    let (length, rest) = content.split_first_chunk::<4>()?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let body = rest.get(..length)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*checksum) {
        return None;
    }
    Some((postcard::from_bytes(body).ok()?, HEAD_BYTES + length))
}

impl Mail {
    /// The mail as each of its recipients sees it.
    pub(crate) fn delivered(&self, number: u64) -> impl Iterator<Item = DeliveredMail> {
        let parsed = MessageParser::default().parse(&self.message);
        let parsed = parsed.as_ref();
        let text = parsed.and_then(|message| message.body_text(0)).unwrap_or_default().replace("\r\n", "\n");
        // The end of a message's last line belongs to the message, and not to the text in it.
        let text = text.strip_suffix('\n').map_or_else(|| text.clone(), str::to_owned);
        let subject = parsed.and_then(|message| message.subject()).unwrap_or_default().to_owned();
        let message_id = parsed.and_then(|message| message.message_id()).map(str::to_owned);
        self.to.iter().map(move |to| DeliveredMail {
            number,
            from: self.from.clone(),
            to: to.clone(),
            subject: subject.clone(),
            text: text.clone(),
            message_id: message_id.clone(),
            at: self.at,
        })
    }
}
