//! Laws of what is drawn.

use arbitrary::{Arbitrary, Unstructured};
use arbtest::arbtest;
use device::{Device as _, Rights, Screens as _};
use fake_devices::{DeviceKind, FakeDevice, Orientation, Program, UacAsks, Workload};
use image::RgbaImage;
use strum::VariantArray as _;
use wire::tool::{DisplayId, InputEvent, Key, MouseButton};
use wire::{Point, Rect, SimTime, Size};

/// Something that may befall a machine.
#[derive(Clone, Debug)]
enum Befalls {
    Hands(InputEvent),
    Person(InputEvent),
    Opens(Program),
    Elevated(Program),
    Works(Workload),
    Stops,
    Asks,
    Consents,
    Locks(bool),
    Turns(Orientation),
    Clipboard(u8),
    Passes,
}

fn befalls(u: &mut Unstructured<'_>, size: Size) -> arbitrary::Result<Befalls> {
    let program = *u.choose(Program::VARIANTS)?;
    Ok(match u.int_in_range(0..=19)? {
        0 | 1 => Befalls::Opens(program),
        2 => Befalls::Elevated(program),
        3 | 4 => Befalls::Works(*u.choose(Workload::VARIANTS)?),
        5 => Befalls::Stops,
        6 => Befalls::Asks,
        7 => Befalls::Consents,
        8 => Befalls::Locks(u.ratio(1, 3)?),
        9 => Befalls::Turns(if u.arbitrary()? { Orientation::Portrait } else { Orientation::Landscape }),
        10 => Befalls::Clipboard(u.arbitrary()?),
        11 => Befalls::Passes,
        12 => Befalls::Person(input(u, size)?),
        _ => Befalls::Hands(input(u, size)?),
    })
}

fn input(u: &mut Unstructured<'_>, size: Size) -> arbitrary::Result<InputEvent> {
    let down = u.arbitrary()?;
    Ok(match u.int_in_range(0..=9)? {
        0..=3 => {
            let at = Point {
                x: u.int_in_range(-10..=i32::from(size.width) + 10)?,
                y: u.int_in_range(-10..=i32::from(size.height) + 10)?,
            };
            InputEvent::PointerTo { display: DisplayId(u.int_in_range(0..=2)?), at }
        }
        4 | 5 => InputEvent::Button { button: MouseButton::Left, down },
        6 => InputEvent::Button { button: *u.choose(&[MouseButton::Right, MouseButton::Middle])?, down },
        7 => InputEvent::Wheel(u.int_in_range(-9..=9)?),
        8 => InputEvent::Key { key: Key::arbitrary(u)?, down },
        _ => InputEvent::Key { key: Key::Char(*u.choose(&['a', 'W', ' ', '\u{e4}', 'v', 'c'])?), down },
    })
}

fn happens(device: &mut FakeDevice, now: SimTime, befalls: &Befalls) {
    match befalls {
        Befalls::Hands(event) => {
            device.inject(now, Rights::Administrator, *event).expect("an administrator may");
        }
        Befalls::Person(event) => device.person_input(now, *event),
        Befalls::Opens(program) => device.open_program(now, *program),
        Befalls::Elevated(program) => device.open_elevated_program(now, *program),
        Befalls::Works(workload) => device.start_workload(now, *workload),
        Befalls::Stops => device.stop_workload(now),
        Befalls::Asks => {
            device.show_uac("Setup", UacAsks::Credentials);
        }
        Befalls::Consents => {
            device.ask_for_screens("Support");
        }
        Befalls::Locks(locked) => {
            device.set_locked(*locked);
            device.set_user_present(true);
        }
        Befalls::Turns(orientation) => device.set_orientation(*orientation),
        Befalls::Clipboard(number) => device.set_clipboard(&format!("{number} lines\nfrom afar")),
        Befalls::Passes => {}
    }
}

/// Of a size that is quickly painted.
fn small(kind: DeviceKind) -> FakeDevice {
    let mut device = FakeDevice::new(kind, "SMALL", [10, 0, 0, 1]);
    device.set_display_size(DisplayId(0), SIZE);
    device
}

const SIZE: Size = Size { width: 420, height: 300 };

#[test]
fn damage_never_misses_a_changed_pixel() {
    arbtest(|u| {
        let kind = *u.choose(DeviceKind::VARIANTS)?;
        let mut device = small(kind);
        if u.ratio(1, 4)? {
            device.add_display(Size { width: 200, height: 340 });
        }
        let mut now = SimTime::ZERO;
        let mut seen: Vec<Option<RgbaImage>> = vec![None; 2];
        for _ in 0..u.int_in_range(1..=14)? {
            now += std::time::Duration::from_millis(u.int_in_range(0..=1_500)?);
            let event = befalls(u, SIZE)?;
            happens(&mut device, now, &event);
            if u.ratio(1, 5)? {
                continue;
            }
            for display in device.displays() {
                let fresh = device.picture(now, display.id).expect("a display that is there");
                let capture = device.capture(now, display.id, Rights::Administrator).expect("may look");
                assert!(
                    *capture.picture == fresh,
                    "what was patched is not what is painted anew, after {event:?}"
                );
                let slot = &mut seen[usize::from(display.id.0)];
                match slot {
                    Some(before) if before.dimensions() == fresh.dimensions() => {
                        patch(before, &fresh, &capture.changed);
                        assert!(
                            *before == fresh,
                            "damage missed a pixel after {event:?}: {:?}",
                            capture.changed
                        );
                    }
                    _ => {
                        assert_eq!(
                            capture.changed,
                            [display.size.bounds()],
                            "the first look sees all as changed"
                        );
                        *slot = Some(fresh);
                    }
                }
            }
        }
        Ok(())
    })
    .budget_ms(6_000);
}

fn patch(before: &mut RgbaImage, after: &RgbaImage, changed: &[Rect]) {
    for rect in changed {
        for y in rect.y.cast_unsigned()..rect.y.cast_unsigned() + rect.height {
            for x in rect.x.cast_unsigned()..rect.x.cast_unsigned() + rect.width {
                before.put_pixel(x, y, *after.get_pixel(x, y));
            }
        }
    }
}

#[test]
fn whoever_looks_changes_nothing() {
    arbtest(|u| {
        let kind = *u.choose(DeviceKind::VARIANTS)?;
        let (mut watched, mut alone) = (small(kind), small(kind));
        let mut now = SimTime::ZERO;
        for _ in 0..u.int_in_range(1..=14)? {
            now += std::time::Duration::from_millis(u.int_in_range(0..=1_500)?);
            let event = befalls(u, SIZE)?;
            for device in [&mut watched, &mut alone] {
                happens(device, now, &event);
            }
            if u.arbitrary()? {
                let later = now + std::time::Duration::from_millis(u.int_in_range(0..=100)?);
                watched.capture(later, DisplayId(0), Rights::Administrator).expect("may look");
                now = later;
            }
        }
        assert!(watched.picture(now, DisplayId(0)) == alone.picture(now, DisplayId(0)));
        assert_eq!(watched.pressed_buttons(), alone.pressed_buttons());
        assert_eq!(watched.editor_text(now), alone.editor_text(now));
        Ok(())
    })
    .budget_ms(4_000);
}

#[test]
fn a_screen_that_nobody_looks_at_is_not_there() {
    let device = FakeDevice::new(DeviceKind::WindowsPc, "FRONT-DESK-3", [10, 0, 0, 7]);
    assert_eq!(device.displays()[0].size, Size { width: 1920, height: 1080 });
    assert_eq!(device.pressed_buttons().len(), 0);
    assert!(format!("{device:?}").contains("FakeScreens { kind: WindowsPc, state: None }"));
}

#[test]
fn each_workload_damages_what_it_moves() {
    let pixels = |workload: Workload| {
        let mut device = FakeDevice::new(DeviceKind::WindowsPc, "PC", [10, 0, 0, 1]);
        device.start_workload(SimTime::ZERO, workload);
        device.capture(SimTime::ZERO, DisplayId(0), Rights::User).expect("may look");
        let mut pixels = 0;
        for picture in 1..=12 {
            let now = SimTime::from_nanos(picture * (workload.picture_nanos() + 1));
            let capture = device.capture(now, DisplayId(0), Rights::User).expect("may look");
            pixels += capture
                .changed
                .iter()
                .map(|rect| u64::from(rect.width) * u64::from(rect.height))
                .sum::<u64>();
        }
        pixels / 12
    };
    assert_eq!(pixels(Workload::Idle), 0, "the caret blinks twice a second");
    assert!((100..8_000).contains(&pixels(Workload::Typing)), "{}", pixels(Workload::Typing));
    assert_eq!(pixels(Workload::Scroll), 1298 * 898);
    assert!((480_000..540_000).contains(&pixels(Workload::Drag)), "{}", pixels(Workload::Drag));
    assert!((230_400..236_000).contains(&pixels(Workload::Video)), "{}", pixels(Workload::Video));
    assert!(pixels(Workload::Switch) > 1_000_000, "{}", pixels(Workload::Switch));
}

#[test]
fn phones_turn_and_displays_come_and_go() {
    let mut phone = FakeDevice::new(DeviceKind::AndroidPhone, "Pixel", [10, 0, 0, 1]);
    let upright = Size { width: 1080, height: 2400 };
    assert_eq!(phone.displays()[0].size, upright);
    phone.set_orientation(Orientation::Landscape);
    assert_eq!(phone.displays()[0].size, Size { width: 2400, height: 1080 });
    phone.set_orientation(Orientation::Landscape);
    phone.set_orientation(Orientation::Portrait);
    assert_eq!(phone.displays()[0].size, upright);

    let mut pc = FakeDevice::new(DeviceKind::LinuxPc, "build", [10, 0, 0, 1]);
    let second = pc.add_display(Size { width: 1280, height: 1024 });
    assert_eq!(pc.displays()[1].origin, Point { x: 1920, y: 0 });
    assert!(pc.capture(SimTime::ZERO, second, Rights::User).is_ok());
    pc.remove_last_display();
    assert!(pc.capture(SimTime::ZERO, second, Rights::User).is_err());
    assert_eq!(pc.displays().len(), 1);
}
