//! Hands on a shared screen, and on the machine that it belongs to.

use device::Device as _;
use fake_devices::{FakeDevice, UacAsks};
use rep_console::{Gesture, Touch};
use wire::tool::{InputEvent, Key, MouseButton, RunAs, SpecialAction};
use wire::{Point, SimTime};

use crate::act::{MachineAct, MachineDeed, RunAsWho, ScreenAct, ScreenDeed};
use crate::estate::Estate;
use crate::eyes::Seen;

impl Estate {
    pub(super) fn do_screen_act(&mut self, act: ScreenAct) -> Seen {
        let ScreenAct { rep, customer, what } = act;
        match what {
            ScreenDeed::ShowDisplay { display } => {
                let id = self.see(|eyes| {
                    let displays = &eyes.page(&rep, &customer)?.tools.screen.displays;
                    displays.iter().find(|info| info.name == display).map(|info| info.id).ok_or_else(|| {
                        let names: Vec<&str> = displays.iter().map(|info| info.name.as_str()).collect();
                        format!("{rep}'s console lists the displays [{}]", names.join(", "))
                    })
                })?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.show_display(now, device, session, id)
                })
            }
            ScreenDeed::SetPerformance { performance } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.set_performance(now, device, session, performance)
                })
            }
            ScreenDeed::Click { name, button, times } => {
                let at = self.place_on_screen(&rep, &customer, &name)?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.click_at(now, device, session, at, button, times)
                })
            }
            ScreenDeed::ClickUnseen { name } => {
                let eyes = self.eyes();
                let place = eyes.device(&customer)?.place_of(eyes.now(), &name);
                let (_, at) = place.ok_or_else(|| format!("nothing there is called {name:?}"))?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.click_at(now, device, session, at, MouseButton::Left, 1)
                })
            }
            ScreenDeed::MovePointer { x, y } => {
                let display = self.eyes().page(&rep, &customer)?.tools.screen.showing.unwrap_or_default();
                let event = InputEvent::PointerTo { display, at: Point { x, y } };
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.remote_input(now, device, session, &[event])
                })
            }
            ScreenDeed::Drag { name, right_px, down_px } => {
                let at = self.place_on_screen(&rep, &customer, &name)?;
                let showing = self.eyes().page(&rep, &customer)?.tools.screen.showing;
                let display = showing.unwrap_or_default();
                let to = Point { x: at.x.saturating_add(right_px), y: at.y.saturating_add(down_px) };
                let button = |down| InputEvent::Button { button: MouseButton::Left, down };
                let events = [
                    InputEvent::PointerTo { display, at },
                    button(true),
                    InputEvent::PointerTo { display, at: to },
                    button(false),
                ];
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.remote_input(now, device, session, &events)
                })
            }
            ScreenDeed::Type { text } => self.on_page(&rep, &customer, |console, now, device, session| {
                console.type_remotely(now, device, session, &text)
            }),
            ScreenDeed::Press { keys } => {
                let keys = chord(&keys)?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.press_remotely(now, device, session, &keys)
                })
            }
            ScreenDeed::HoldKeys { keys, down } => {
                let events: Vec<InputEvent> =
                    chord(&keys)?.into_iter().map(|key| InputEvent::Key { key, down }).collect();
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.remote_input(now, device, session, &events)
                })
            }
            ScreenDeed::Touch { gesture, right_px, down_px } => {
                let gesture: Gesture = gesture.parse().map_err(|_| format!("no gesture is {gesture:?}"))?;
                let touch = if (right_px, down_px) == (0, 0) {
                    Touch::Still(gesture)
                } else {
                    Touch::Moved { gesture, dx_px: right_px, dy_px: down_px }
                };
                self.touch(&rep, &customer, touch)
            }
            ScreenDeed::PointAt { name } => {
                let to = self.place_on_screen(&rep, &customer, &name)?;
                self.finger_to(&rep, &customer, Gesture::OneFingerDrag, to)
            }
            ScreenDeed::DoubleTapAndDrag { name, to } => {
                let from = self.place_on_screen(&rep, &customer, &name)?;
                let to = self.place_on_screen(&rep, &customer, &to)?;
                self.finger_to(&rep, &customer, Gesture::OneFingerDrag, from)?;
                self.see(|eyes| {
                    let session = eyes.page(&rep, &customer)?.session;
                    let seen = eyes.console_program(&rep)?.remote_pointer(session);
                    if seen == Some(from) { Ok(()) } else { Err(format!("the pointer is at {seen:?}")) }
                })?;
                self.finger_to(&rep, &customer, Gesture::DoubleTapAndDrag, to)
            }
            ScreenDeed::PinchAt { name } => {
                let at = self.place_on_screen(&rep, &customer, &name)?;
                self.touch(&rep, &customer, Touch::Pinched(at))
            }
            ScreenDeed::PasteClipboard => self.on_page(&rep, &customer, |console, now, device, session| {
                console.paste_clipboard(now, device, session)
            }),
            ScreenDeed::FetchClipboard => self.on_page(&rep, &customer, |console, now, device, session| {
                console.fetch_clipboard(now, device, session)
            }),
            ScreenDeed::SetPrivacy { on } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.set_privacy(now, device, session, on)
                })
            }
            ScreenDeed::OpenSpecialActions => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.open_special_actions(now, device, session)
                })
            }
            ScreenDeed::SpecialAction { action, run_as } => {
                let action: SpecialAction =
                    action.parse().map_err(|_| format!("no special action is called {action:?}"))?;
                self.see(|eyes| {
                    let offered = &eyes.page(&rep, &customer)?.tools.screen.special_actions;
                    if offered.is_empty() {
                        Err("no list of special actions is open".to_owned())
                    } else {
                        Ok(())
                    }
                })?;
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.special_action(now, device, session, action, run_as.clone().into())
                })
            }
            ScreenDeed::RunScript { name, run_as } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.run_script(now, device, session, &name, run_as.clone().into())
                })
            }
            ScreenDeed::Reboot => self.on_page(&rep, &customer, |console, now, device, session| {
                console.reboot_remote(now, device, session)
            }),
            ScreenDeed::PickChoice { choice } => {
                self.on_page(&rep, &customer, |console, now, device, session| {
                    console.pick_choice(now, device, session, &choice)
                })
            }
        }
    }

    pub(super) fn do_machine_act(&mut self, act: MachineAct) -> Seen {
        let machine = self.machine(&act.machine)?;
        self.world.at_machine(machine, |device, now| happens(device, now, &act.what))
    }

    /// A finger moves the pointer from where it is to a place.
    fn finger_to(&mut self, rep: &str, customer: &str, gesture: Gesture, to: Point) -> Seen {
        let session = self.eyes().page(rep, customer)?.session;
        let from = self.eyes().console_program(rep)?.remote_pointer(session).unwrap_or_default();
        // A finger moves the pointer half as far as itself, unless the setting says otherwise.
        let far = if self.eyes().console(rep)?.scale_pointer { 1 } else { 2 };
        let (dx_px, dy_px) = ((to.x - from.x) * far, (to.y - from.y) * far);
        self.touch(rep, customer, Touch::Moved { gesture, dx_px, dy_px })
    }

    fn touch(&mut self, rep: &str, customer: &str, touch: Touch) -> Seen {
        self.on_page(rep, customer, |console, now, device, session| {
            console.touch(now, device, session, touch)
        })
    }

    /// Where something is on the screen that a representative sees. The picture must be there to be clicked.
    fn place_on_screen(&mut self, rep: &str, customer: &str, name: &str) -> Seen<Point> {
        self.see(|eyes| {
            eyes.remote_picture(rep, customer)?;
            let place = eyes.device(customer)?.place_of(eyes.now(), name);
            place
                .map(|(_, at)| at)
                .ok_or_else(|| format!("nothing on {customer}'s screen is called {name:?}"))
        })
    }
}

fn happens(device: &mut FakeDevice, now: SimTime, what: &MachineDeed) -> Seen {
    match what {
        MachineDeed::Open { program, elevated } => {
            let program = MachineDeed::program(program)?;
            if *elevated {
                device.open_elevated_program(now, program);
            } else {
                device.open_program(now, program);
            }
        }
        MachineDeed::CloseFront => {
            if !device.close_front_window(now) {
                return Err("no window is open".to_owned());
            }
        }
        MachineDeed::Start { workload } => device.start_workload(now, MachineDeed::workload(workload)?),
        MachineDeed::Stop => device.stop_workload(now),
        MachineDeed::Click { name } => {
            if !device.person_clicks(now, name) {
                return Err(format!("nothing on the screen is called {name:?}"));
            }
        }
        MachineDeed::Type { text } => device.person_types(now, text),
        MachineDeed::CtrlAltDel => device.press_ctrl_alt_del(now),
        MachineDeed::Copy { text } => device.set_clipboard(text),
        MachineDeed::AddDisplay { width, height } => {
            device.add_display(MachineDeed::size(*width, *height)?);
        }
        MachineDeed::RemoveDisplay => device.remove_last_display(),
        MachineDeed::Resize { display, width, height } => {
            let place = display.checked_sub(1).ok_or("displays are counted from 1")?;
            let size = MachineDeed::size(*width, *height)?;
            device.set_display_size(wire::tool::DisplayId(place), size);
        }
        MachineDeed::Turn { landscape } => device.set_orientation(MachineDeed::orientation(*landscape)),
        MachineDeed::AskForRights { program } => {
            if !device.show_uac(program, UacAsks::Consent) {
                return Err("this machine asks no such thing".to_owned());
            }
        }
    }
    Ok(())
}

/// Keys that are pressed together: `Ctrl+A`. A keyboard's letters are small ones until Shift is one of the keys.
fn chord(keys: &str) -> Result<Vec<Key>, String> {
    let mut keys = keys.split('+').map(key).collect::<Result<Vec<Key>, String>>()?;
    if keys.len() > 1 {
        for key in &mut keys {
            if let Key::Char(letter) = key {
                *letter = letter.to_ascii_lowercase();
            }
        }
    }
    Ok(keys)
}

/// A key by its name: `Ctrl`, `F5`, `a`.
fn key(name: &str) -> Result<Key, String> {
    let named = match name {
        "Enter" => Key::Enter,
        "Tab" => Key::Tab,
        "Backspace" => Key::Backspace,
        "Del" => Key::Delete,
        "Escape" => Key::Escape,
        "Home" => Key::Home,
        "End" => Key::End,
        "Page Up" => Key::PageUp,
        "Page Down" => Key::PageDown,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Shift" => Key::Shift,
        "Ctrl" => Key::Ctrl,
        "Alt" => Key::Alt,
        "Windows" => Key::Meta,
        other => {
            let function = other.strip_prefix('F').and_then(|number| number.parse().ok()).map(Key::F);
            let mut letters = other.chars();
            let letter = letters.next().filter(|_| letters.next().is_none()).map(Key::Char);
            return function.or(letter).ok_or_else(|| format!("no key is called {other:?}"));
        }
    };
    Ok(named)
}

impl From<RunAsWho> for RunAs {
    fn from(who: RunAsWho) -> Self {
        match who {
            RunAsWho::ActiveUser => Self::ActiveUser,
            RunAsWho::System => Self::System,
            RunAsWho::User { name, password } => Self::User { name, password },
        }
    }
}
