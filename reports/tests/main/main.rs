//! What the reports of a run look like.

mod browser;
mod files;
mod junit;
mod outline;
mod page;
mod pcapng;
mod sample;
mod session_xml;
