//! What hands do, and what comes of it.

use device::{Device as _, Rights, Screens as _};
use fake_devices::{DeviceKind, FakeDevice, Program, Workload};
use wire::tool::{DisplayId, InputEvent, Key, MouseButton};
use wire::{Point, SimTime, Size};

const NOW: SimTime = SimTime::from_secs(60);

/// A machine whose user lets programs see and touch it.
fn machine(kind: DeviceKind) -> FakeDevice {
    let mut device = FakeDevice::new(kind, "MACHINE", [10, 0, 0, 1]);
    device.ask_for_screens("Support");
    device.person_clicks(NOW, "Start now");
    device
}

fn inject(device: &mut FakeDevice, event: InputEvent) {
    device.inject(NOW, Rights::User, event).expect("nothing is protected");
}

fn point(device: &mut FakeDevice, at: Point) {
    inject(device, InputEvent::PointerTo { display: DisplayId(0), at });
}

fn button(device: &mut FakeDevice, button: MouseButton) {
    for down in [true, false] {
        inject(device, InputEvent::Button { button, down });
    }
}

fn place(device: &FakeDevice, name: &str) -> Point {
    let (display, at) = device.place_of(NOW, name).unwrap_or_else(|| panic!("{name:?} should be there"));
    assert_eq!(display, DisplayId(0));
    at
}

fn click(device: &mut FakeDevice, name: &str) {
    let at = place(device, name);
    point(device, at);
    button(device, MouseButton::Left);
}

fn drag(device: &mut FakeDevice, from: Point, to: Point) {
    point(device, from);
    inject(device, InputEvent::Button { button: MouseButton::Left, down: true });
    point(device, Point { x: i32::midpoint(from.x, to.x), y: i32::midpoint(from.y, to.y) });
    point(device, to);
    inject(device, InputEvent::Button { button: MouseButton::Left, down: false });
}

fn strike(device: &mut FakeDevice, keys: &[Key]) {
    for key in keys {
        inject(device, InputEvent::Key { key: *key, down: true });
    }
    for key in keys.iter().rev() {
        inject(device, InputEvent::Key { key: *key, down: false });
    }
}

fn types(device: &mut FakeDevice, text: &str) {
    text.chars().for_each(|letter| strike(device, &[Key::Char(letter)]));
}

#[test]
fn a_click_presses_exactly_the_button_under_it() {
    for kind in [DeviceKind::WindowsPc, DeviceKind::Mac, DeviceKind::LinuxPc, DeviceKind::AndroidPhone] {
        let mut device = machine(kind);
        let before = device.pressed_buttons().len();
        device.open_program(NOW, Program::Form);
        for name in ["Save", "Cancel", "Save"] {
            click(&mut device, name);
        }
        assert_eq!(device.pressed_buttons()[before..], ["Save", "Cancel", "Save"], "{kind}");
        // Beside them is nothing to press.
        let at = place(&device, "Save");
        point(&mut device, Point { x: at.x, y: at.y + 100 });
        button(&mut device, MouseButton::Left);
        assert_eq!(device.pressed_buttons().len(), before + 3, "{kind}");
    }
}

#[test]
fn a_window_in_front_takes_the_click() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.open_program(NOW, Program::Form);
    let save = place(&device, "Save");
    device.open_program(NOW, Program::Document);
    point(&mut device, save);
    button(&mut device, MouseButton::Left);
    assert_eq!(device.pressed_buttons().len(), 0);
    assert_eq!(device.front_window(NOW).as_deref(), Some("Administration guide"));
}

#[test]
fn typed_text_lands_where_the_keyboard_is() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.open_program(NOW, Program::Form);
    click(&mut device, "Phone");
    types(&mut device, "0815");
    click(&mut device, "Name");
    types(&mut device, "carla");
    assert_eq!(device.field_text(NOW, "Phone").as_deref(), Some("0815"));
    assert_eq!(device.field_text(NOW, "Name").as_deref(), Some("carla"));
    strike(&mut device, &[Key::Enter]);
    assert_eq!(device.pressed_buttons(), ["Save"]);

    device.open_program(NOW, Program::Editor);
    strike(&mut device, &[Key::Shift, Key::Char('h')]);
    types(&mut device, "ello\n\u{e4}\u{f6}");
    strike(&mut device, &[Key::Backspace]);
    assert_eq!(device.editor_text(NOW).as_deref(), Some("Hello\n\u{e4}"));
}

#[test]
fn chords_do_what_they_do_on_each_system() {
    for (kind, command, close) in [
        (DeviceKind::WindowsPc, Key::Ctrl, [Key::Alt, Key::F(4)]),
        (DeviceKind::LinuxPc, Key::Ctrl, [Key::Alt, Key::F(4)]),
        (DeviceKind::Mac, Key::Meta, [Key::Meta, Key::Char('q')]),
    ] {
        let mut device = machine(kind);
        device.open_program(NOW, Program::Editor);
        types(&mut device, "copy me");
        for letter in ['a', 'c'] {
            strike(&mut device, &[command, Key::Char(letter)]);
        }
        assert_eq!(device.clipboard(), Some("copy me"), "{kind}");
        device.set_clipboard("two\nlines");
        strike(&mut device, &[command, Key::Char('v')]);
        assert_eq!(device.editor_text(NOW).as_deref(), Some("two\nlines"), "{kind}");
        strike(&mut device, &close);
        assert_eq!(device.window_titles().len(), 0, "{kind}");
    }
}

#[test]
fn alt_tab_and_the_windows_key() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.open_program(NOW, Program::Editor);
    device.open_program(NOW, Program::Form);
    strike(&mut device, &[Key::Alt, Key::Tab]);
    assert_eq!(device.front_window(NOW).as_deref(), Some("Notes"));
    strike(&mut device, &[Key::Meta]);
    click(&mut device, "Task Manager");
    assert_eq!(device.front_window(NOW).as_deref(), Some("Task Manager"));
    inject(&mut device, InputEvent::Key { key: Key::Meta, down: true });
    inject(&mut device, InputEvent::Key { key: Key::Char('l'), down: true });
    assert!(device.is_locked());
}

#[test]
fn the_right_button_opens_a_menu() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.set_clipboard("from afar");
    device.open_program(NOW, Program::Editor);
    let (_, corner) = device.window_place(NOW, "Notes").expect("it is open");
    point(&mut device, Point { x: corner.x + 300, y: corner.y + 300 });
    button(&mut device, MouseButton::Right);
    click(&mut device, "Paste");
    assert_eq!(device.editor_text(NOW).as_deref(), Some("from afar"));
    point(&mut device, Point { x: 1_700, y: 700 });
    button(&mut device, MouseButton::Right);
    click(&mut device, "Properties");
    assert_eq!(device.front_window(NOW).as_deref(), Some("Session properties"));
    assert_eq!(device.pressed_buttons(), ["Paste", "Properties"]);
}

#[test]
fn a_double_click_opens_and_a_single_one_does_not() {
    let mut device = machine(DeviceKind::WindowsPc);
    click(&mut device, "Guide");
    assert_eq!(device.window_titles().len(), 0);
    click(&mut device, "Guide");
    assert_eq!(device.window_titles(), ["Administration guide"]);

    let mut slow = machine(DeviceKind::WindowsPc);
    let at = place(&slow, "Guide");
    for second in [1, 2] {
        let now = SimTime::from_secs(second);
        slow.person_input(now, InputEvent::PointerTo { display: DisplayId(0), at });
        for down in [true, false] {
            slow.person_input(now, InputEvent::Button { button: MouseButton::Left, down });
        }
    }
    assert_eq!(slow.window_titles().len(), 0, "a second apart is two clicks");

    let mut phone = machine(DeviceKind::AndroidPhone);
    click(&mut phone, "Guide");
    assert_eq!(phone.window_titles(), ["Administration guide"], "a finger taps once");
}

#[test]
fn icons_and_windows_are_dragged_and_dropped() {
    let mut device = machine(DeviceKind::LinuxPc);
    let (report, bin) = (place(&device, "Report.txt"), place(&device, "Recycle bin"));
    let to = Point { x: 900, y: 500 };
    drag(&mut device, report, to);
    assert_eq!(place(&device, "Report.txt"), to);
    drag(&mut device, to, bin);
    assert_eq!(device.bin(), ["Report.txt"]);
    assert_eq!(device.place_of(NOW, "Report.txt"), None);

    device.open_program(NOW, Program::Form);
    let (_, before) = device.window_place(NOW, "Customer details").expect("it is open");
    let title = place(&device, "Customer details");
    drag(&mut device, title, Point { x: title.x + 120, y: title.y + 45 });
    let (_, after) = device.window_place(NOW, "Customer details").expect("it is open");
    assert_eq!((after.x - before.x, after.y - before.y), (120, 45));
}

#[test]
fn a_window_is_dragged_to_another_display() {
    let mut device = machine(DeviceKind::WindowsPc);
    let second = device.add_display(Size { width: 1280, height: 1024 });
    device.open_program(NOW, Program::Form);
    let title = place(&device, "Customer details");
    point(&mut device, title);
    inject(&mut device, InputEvent::Button { button: MouseButton::Left, down: true });
    inject(&mut device, InputEvent::PointerTo { display: second, at: Point { x: 600, y: 300 } });
    inject(&mut device, InputEvent::Button { button: MouseButton::Left, down: false });
    assert_eq!(device.window_place(NOW, "Customer details").expect("it is open").0, second);
    assert_eq!(device.pointer(), Some((second, Point { x: 600, y: 300 })));
}

#[test]
fn the_wheel_and_the_finger_scroll() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.open_program(NOW, Program::Document);
    point(&mut device, Point { x: 900, y: 500 });
    inject(&mut device, InputEvent::Wheel(-3));
    assert_eq!(device.scrolled_px(NOW), Some(216));
    inject(&mut device, InputEvent::Wheel(1));
    assert_eq!(device.scrolled_px(NOW), Some(144));

    let mut phone = machine(DeviceKind::AndroidPhone);
    phone.open_program(NOW, Program::Document);
    drag(&mut phone, Point { x: 500, y: 1_500 }, Point { x: 500, y: 900 });
    assert_eq!(phone.scrolled_px(NOW), Some(200), "three pixels of this display for one of the design");
}

#[test]
fn phones_go_back_and_home() {
    let mut phone = machine(DeviceKind::Zebra);
    click(&mut phone, "Customers");
    click(&mut phone, "Home");
    assert_eq!(phone.front_window(NOW), None);
    click(&mut phone, "Recent apps");
    assert_eq!(phone.front_window(NOW).as_deref(), Some("Customer details"));
    click(&mut phone, "Back");
    assert_eq!(phone.window_titles().len(), 0);
}

#[test]
fn nobody_has_hands_on_an_iphone_from_afar() {
    let mut phone = machine(DeviceKind::Iphone);
    click(&mut phone, "Guide");
    assert_eq!(phone.window_titles().len(), 0);
    assert!(phone.person_clicks(NOW, "Guide"));
    assert_eq!(phone.window_titles(), ["Administration guide"]);
}

#[test]
fn workloads_go_on_as_if_somebody_sat_there() {
    let mut device = machine(DeviceKind::WindowsPc);
    device.start_workload(NOW, Workload::Scroll);
    assert_eq!(device.scrolled_px(NOW + std::time::Duration::from_secs(2)), Some(24 * 60));
    device.start_workload(NOW, Workload::Drag);
    let place = |millis| {
        let later = NOW + std::time::Duration::from_millis(millis);
        device.window_place(later, "Session properties").expect("it is open").1
    };
    let (from, to) = (place(0), place(334));
    assert_eq!((to.x - from.x, to.y - from.y), (80, 30), "ten pictures later");
}
