//! Pictures that a person has looked at, kept pixel by pixel.
//!
//! With `UPDATE_GOLDENS=1` in the environment, the pictures are written instead of compared: look at them before they
//! are committed.

use std::path::Path;
use std::time::Duration;

use device::Screens as _;
use fake_devices::{DeviceKind, FakeDevice, Orientation, Program, UacAsks, Workload};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, RgbImage, RgbaImage};
use wire::tool::DisplayId;
use wire::{SimTime, Size};

/// 09:42 on the clock on the wall.
const NOW: SimTime = SimTime::from_secs(9 * 3_600 + 42 * 60);

fn machine(kind: DeviceKind, width: u16, height: u16) -> FakeDevice {
    let mut device = FakeDevice::new(kind, "GOLDEN", [10, 0, 0, 1]);
    device.set_display_size(DisplayId(0), Size { width, height });
    device
}

fn check(name: &str, device: &FakeDevice, now: SimTime) {
    compare(name, &device.picture(now, DisplayId(0)).expect("a machine has a first display"));
}

fn compare(name: &str, picture: &RgbaImage) {
    // Nothing shines through a screen.
    let picture = &DynamicImage::ImageRgba8(picture.clone()).to_rgb8();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(name).with_extension("png");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        save(picture, &kept);
        return;
    }
    let expected = image::open(&kept).unwrap_or_else(|error| panic!("{}: {error}", kept.display())).to_rgb8();
    if expected != *picture {
        let seen = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("png");
        save(picture, &seen);
        let pairs = expected.pixels().zip(picture.pixels());
        let differing = pairs.filter(|(expected, seen)| expected != seen).count();
        panic!(
            "expected the picture {}, found one of {:?} pixels, {differing} of which differ: {}",
            kept.display(),
            picture.dimensions(),
            seen.display()
        );
    }
}

fn save(picture: &RgbImage, path: &Path) {
    let file = std::fs::File::create(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
    picture.write_with_encoder(encoder).expect("a picture is a picture");
}

#[test]
fn desktops() {
    for (name, kind) in
        [("windows", DeviceKind::WindowsPc), ("mac", DeviceKind::Mac), ("linux", DeviceKind::LinuxPc)]
    {
        let mut device = machine(kind, 640, 400);
        device.open_program(NOW, Program::TaskManager);
        device.start_workload(NOW, Workload::Typing);
        check(name, &device, NOW + Duration::from_secs(10));
    }
}

#[test]
fn phones() {
    for (name, kind, width, height) in [
        ("android-phone", DeviceKind::AndroidPhone, 264, 300),
        ("android-tablet", DeviceKind::AndroidTablet, 360, 220),
        ("zebra", DeviceKind::Zebra, 264, 300),
        ("iphone", DeviceKind::Iphone, 300, 400),
    ] {
        check(name, &machine(kind, width, height), NOW);
    }
    let mut turned = machine(DeviceKind::AndroidPhone, 360, 640);
    turned.open_program(NOW, Program::Form);
    turned.set_orientation(Orientation::Landscape);
    check("android-landscape", &turned, NOW);
}

#[test]
fn programs() {
    for (name, program) in
        [("document", Program::Document), ("form", Program::Form), ("tasks", Program::TaskManager)]
    {
        let mut device = machine(DeviceKind::WindowsPc, 400, 300);
        device.open_program(NOW, program);
        check(name, &device, NOW + Duration::from_secs(3));
    }
}

#[test]
fn prompts() {
    let mut device = machine(DeviceKind::WindowsPc, 480, 360);
    device.show_uac("Remote support client", UacAsks::Credentials);
    check("uac", &device, NOW);
    device.dismiss_prompt();
    device.set_locked(true);
    check("sign-in", &device, NOW);
    device.set_locked(false);
    device.set_display_size(DisplayId(0), Size { width: 360, height: 280 });
    device.press_ctrl_alt_del(NOW);
    check("security", &device, NOW);
    device.set_display_size(DisplayId(0), Size { width: 640, height: 320 });
    device.set_privacy(true);
    compare("privacy", &device.seen_by_person(NOW, DisplayId(0)).expect("a machine has a first display"));

    let mut phone = machine(DeviceKind::AndroidPhone, 360, 420);
    phone.ask_for_screens("Support");
    check("consent", &phone, NOW);

    let mut mac = machine(DeviceKind::Mac, 480, 360);
    mac.open_program(NOW, Program::Document);
    mac.show_uac("Remote support client", UacAsks::Credentials);
    check("mac-password", &mac, NOW);
}
