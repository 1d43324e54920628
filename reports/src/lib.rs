//! Recordings to pages and files that people and CI read.
//!
//! [`write_all`] takes a [`Run`] and leaves, in one folder:
//!
//! - `index.html`: one page that opens offline, for developers and for trainers;
//! - `junit.xml`: for CI systems;
//! - `results.json`: for scripts ([`recording::Results`]);
//! - `recordings/*.rehearsal`: what the page links to.
//!
//! [`pcapng`] makes a file for Wireshark of packets that somebody has captured, [`session_xml`] the public session
//! report of the support sessions in a recording.
//!
//! Every time in the page and in `junit.xml` is virtual: the same recordings give the same bytes.

mod human;
mod junit;
mod page;
mod pcapng;
mod run;
mod session_xml;
mod write;

pub use junit::junit_xml;
pub use page::index_html;
pub use pcapng::{Capture, CaptureInterface, CapturedPacket, pcapng};
pub use run::{Played, Run};
pub use session_xml::{SESSION_XML_EPOCH, session_xml};
pub use write::{WriteError, write_all};
