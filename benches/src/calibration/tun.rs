//! TUN devices, without which a kernel's packets stay in the kernel.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use smoltcp::phy::{Device as _, Medium, RxToken as _, TunTapInterface, TxToken as _};
use smoltcp::time::Instant;

/// One end of a TUN device: what the kernel sends comes out, and what is put in, the kernel receives.
///
/// It is gone when this is dropped.
pub struct Tun {
    device: TunTapInterface,
}

impl Tun {
    /// Makes a device of this name, which is down and has no address. Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(name: &str) -> io::Result<Self> {
        Ok(Self { device: TunTapInterface::new(name, Medium::Ip)? })
    }

    /// Shows the next packet that the kernel has sent to `take`, and says whether there was one.
    pub fn receive(&mut self, take: impl FnOnce(&[u8])) -> bool {
        // The time is for devices that stamp their packets.
        self.device.receive(Instant::ZERO).map(|(packet, _)| packet.consume(take)).is_some()
    }

    /// The kernel receives a packet. The device is up.
    pub fn send(&mut self, packet: &[u8]) {
        if let Some(token) = self.device.transmit(Instant::ZERO) {
            token.consume(packet.len(), |room| room.copy_from_slice(packet));
        }
    }
}

/// What of all that is needed for TUN devices and these programs is not there; `None` if nothing.
pub fn what_is_missing(programs: &[&str]) -> Option<String> {
    if !Path::new("/dev/net/tun").exists() {
        return Some("no /dev/net/tun".to_owned());
    }
    if let Some(program) = programs.iter().find(|program| !runs(program)) {
        return Some(format!("no program `{program}`"));
    }
    let name = format!("rhtry{}", std::process::id());
    Tun::new(&name).err().map(|error| format!("may not make a TUN device: {error}"))
}

fn runs(program: &str) -> bool {
    let flag = if program == "ip" { "-V" } else { "--version" };
    let mut command = Command::new(program);
    command.arg(flag).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
