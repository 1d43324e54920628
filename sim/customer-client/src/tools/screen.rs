//! Screen sharing, from the customer's machine: a picture for each representative who looks.
//!
//! Each viewer has a stream of frames, an encoder and a rate controller of their own: what one line cannot carry does not
//! slow another. A machine computes for a while over each frame; the clock stands still while code runs, so that a frame
//! waits for that long before it goes out.

use std::collections::BTreeMap;
use std::time::Duration;

use device::{CaptureRefused, Device, Rights, ScreenPermission, ScreenWork};
use screen::{
    Chroma, Controller, Encoded, Encoder, Pacing, Pictures, Quality, RateConfig, RateFigures, Rung, Scale,
    SentFrame, Text, Wanted, first_coat,
};
use wire::customer::CustomerToAppliance;
use wire::tool::{
    ClientKind, DisplayId, DisplayInfo, FRAME_PIECE_BYTES_MAX, FrameAck, FramePiece, InputEvent, Key,
    Performance, ScreenCommand, ScreenUpdate, Stamp, Tool, ToolUpdate,
};
use wire::{MemberId, Point, Rect, SimTime};

use crate::client::CustomerClient;

/// The longest text of a clipboard or of a script that is told, in bytes; the rest is left out.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// How long a screen that has not changed lately is left alone at the most: a change is seen that late.
const IDLE_LOOK_EVERY: Duration = Duration::from_millis(100);

/// After so long without a change, a screen is looked at less often.
const IDLE_AFTER: Duration = Duration::from_secs(1);

/// How often a machine looks whether a protected window is still open.
const PROTECTED_LOOK_EVERY: Duration = Duration::from_millis(250);

/// The streams of all who look, by their numbers in the session.
#[derive(Default)]
pub(crate) struct Screens {
    viewers: BTreeMap<MemberId, Viewer>,
    /// What each viewer has chosen, also while they do not look: a break of the line changes no choice.
    chosen: BTreeMap<MemberId, Chosen>,
    pacing: Pacing,
    streams: u32,
}

/// What a viewer has chosen to see, and how well.
#[derive(Clone, Copy, Default)]
struct Chosen {
    display: Option<DisplayId>,
    performance: Performance,
}

/// Somebody who looks.
struct Viewer {
    performance: Performance,
    /// What they were told of the machine's displays.
    displays: Vec<DisplayInfo>,
    display: DisplayId,
    rate: Box<dyn Controller>,
    stream: Option<Stream>,
    /// The protected window that they were told of.
    protected: Option<String>,
    /// What they were told of the permission to see the screen.
    permission: ScreenPermission,
    pointer: Option<Point>,
    /// When to look next.
    look_at: SimTime,
    changed_at: SimTime,
}

/// A picture that is being shown.
struct Stream {
    number: u32,
    next_frame: u32,
    encoder: Encoder,
    /// How many pixels of the picture have not been sent at all yet.
    unseen_px: u64,
    /// A frame that the machine still computes over.
    coming: Option<Coming>,
}

struct Coming {
    at: SimTime,
    captured: SimTime,
    frame: Encoded,
    /// More was there to be sent than the frame could hold.
    had_more: bool,
}

impl std::fmt::Debug for Screens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screens").field("viewers", &self.viewers.keys()).finish_non_exhaustive()
    }
}

impl CustomerClient {
    /// Pictures go out as others would pace them, for whoever begins to look from now on: an experiment, so that a line can
    /// be seen under each of them.
    pub fn set_pacing(&mut self, pacing: Pacing) {
        self.tools.screens.pacing = pacing;
    }

    /// What the rate controller makes of the line to a viewer; `None` where nobody of that number looks.
    pub fn rate_figures(&self, viewer: MemberId) -> Option<RateFigures> {
        Some(self.tools.screens.viewers.get(&viewer)?.rate.figures())
    }
}

impl CustomerClient {
    pub(super) fn sharing_began(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId) {
        let displays = device.displays();
        let Chosen { display, performance } =
            self.tools.screens.chosen.get(&member).copied().unwrap_or_default();
        let display = display.filter(|chosen| displays.iter().any(|display| display.id == *chosen));
        let display = display.or(displays.first().map(|display| display.id)).unwrap_or_default();
        self.tell(member, ToolUpdate::Screen(ScreenUpdate::Displays(displays.clone())));
        let dither = self.frames.child(&member.to_string()).as_u64();
        let config = RateConfig { performance, cap_bits_per_s: None, dither };
        let rate = self.tools.screens.pacing.controller(now, config);
        self.tools.screens.viewers.insert(
            member,
            Viewer {
                performance,
                displays,
                display,
                rate,
                stream: None,
                protected: None,
                permission: ScreenPermission::NotAsked,
                pointer: None,
                look_at: now,
                changed_at: now,
            },
        );
    }

    pub(super) fn sharing_ended(&mut self, device: &mut dyn Device, member: MemberId) {
        self.tools.screens.viewers.remove(&member);
        // A broken line changes nothing on the machine: whoever comes back looks on.
        let broken = self.member.is_some() && !self.is_connected();
        if !broken {
            self.give_up_unused_screens(device);
        }
    }

    /// AND-08: once nobody looks, the person's permission is over, and so is the question.
    pub(super) fn give_up_unused_screens(&mut self, device: &mut dyn Device) {
        if self.tools.screens.viewers.is_empty() {
            device.give_up_screens();
        }
    }

    /// Does what a representative wants of the screen, and of what hangs on it.
    pub(super) fn obey_screen(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        member: MemberId,
        command: ScreenCommand,
    ) {
        match command {
            ScreenCommand::ShowDisplay(display) => self.tools.screens.show(now, member, display),
            ScreenCommand::SetPerformance(performance) => {
                self.tools.screens.set_performance(now, member, performance);
            }
            ScreenCommand::FrameShown(ack) => self.tools.screens.acked(now, member, ack),
            ScreenCommand::Restart => self.tools.screens.restart(now, member),
            ScreenCommand::Input(event) => self.inject(now, device, member, &[event]),
            ScreenCommand::TypeText(text) => {
                let keys = text.chars().map(key_of);
                let events: Vec<InputEvent> =
                    keys.flat_map(|key| [true, false].map(|down| InputEvent::Key { key, down })).collect();
                self.inject(now, device, member, &events);
            }
            ScreenCommand::PasteClipboard(text) => device.set_clipboard(&text),
            ScreenCommand::FetchClipboard => {
                let text = device.clipboard_text().map(cut);
                self.tell(member, ToolUpdate::Screen(ScreenUpdate::Clipboard(text)));
            }
            ScreenCommand::SetPrivacy(on) => self.set_privacy(now, device, member, on),
            ScreenCommand::SpecialAction { action, run_as } => {
                let outcome =
                    device.run_special_action(now, self.rights(), action, &run_as).map(cut).map_err(cut);
                let done = ScreenUpdate::ActionDone {
                    tool: Tool::SpecialActions,
                    name: action.to_string(),
                    outcome,
                };
                self.tell(member, ToolUpdate::Screen(done));
            }
            ScreenCommand::RunScript { name, script, run_as } => {
                let outcome = device.run_script(now, self.rights(), &script, &run_as).map(cut).map_err(cut);
                self.tell(
                    member,
                    ToolUpdate::Screen(ScreenUpdate::ActionDone { tool: Tool::CannedScripts, name, outcome }),
                );
            }
            ScreenCommand::Reboot => self.reboot(device, member),
            ScreenCommand::ListSpecialActions => self.list_special_actions(device, member),
        }
    }

    /// SPA-01: what there is to do on this machine, with the rights that the client has now.
    pub(super) fn list_special_actions(&mut self, device: &dyn Device, member: MemberId) {
        let actions = device.special_actions(self.rights());
        self.tell(member, ToolUpdate::Screen(ScreenUpdate::SpecialActions(actions)));
    }

    /// The client has other rights: whoever has the list of special actions open has another one (SPA-02).
    pub(super) fn list_special_actions_anew(&mut self, device: &dyn Device) {
        let open = self.tools.open.keys().filter(|(_, tool)| *tool == Tool::SpecialActions);
        for member in open.map(|(member, _)| *member).collect::<Vec<_>>() {
            self.list_special_actions(device, member);
        }
    }

    /// Lets everybody see what is to be seen, as far as their lines carry it.
    pub(crate) fn share_screens(&mut self, now: SimTime, device: &mut dyn Device) {
        let viewers: Vec<MemberId> = self.tools.screens.due(now);
        for member in viewers {
            self.send_coming(now, member);
            self.look(now, device, member);
        }
    }

    /// When the next frame is ready, or may be.
    pub(crate) fn next_look(&self) -> Option<SimTime> {
        self.tools.screens.viewers.values().map(Viewer::wakes_at).min()
    }

    /// A frame that the machine has computed goes out.
    fn send_coming(&mut self, now: SimTime, member: MemberId) {
        let piece_bytes = self.piece_bytes(FRAME_PIECE_BYTES_MAX);
        let Some(viewer) = self.tools.screens.viewers.get_mut(&member) else { return };
        let Some(stream) = &mut viewer.stream else { return };
        let Some(Coming { frame, had_more, captured, .. }) = stream.coming.take_if(|coming| coming.at <= now)
        else {
            return;
        };
        let (number, index) = (stream.number, stream.next_frame);
        stream.next_frame += 1;
        let bytes = frame.bytes.len();
        let only_refined = frame.only_refines;
        viewer.rate.sent(now, SentFrame { stream: number, frame: index, bytes, had_more, only_refined });
        let pieces = frame.bytes.chunks(piece_bytes);
        let last = pieces.len().saturating_sub(1);
        for (place, piece) in pieces.enumerate() {
            let piece = FramePiece {
                stream: number,
                frame: index,
                last: place == last,
                captured: Stamp::of(captured),
                bytes: piece.to_vec(),
            };
            self.tell(member, ToolUpdate::Screen(ScreenUpdate::Piece(piece)));
        }
    }

    /// Looks at the display that a viewer watches, and lets the machine compute the frame for what is new.
    fn look(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId) {
        let rights = self.rights();
        let Some(viewer) = self.tools.screens.viewers.get_mut(&member) else { return };
        if viewer.look_at > now || viewer.stream.as_ref().is_some_and(|stream| stream.coming.is_some()) {
            return;
        }
        if viewer.displays_changed(device) {
            let displays = viewer.displays.clone();
            self.tell(member, ToolUpdate::Screen(ScreenUpdate::Displays(displays)));
            return self.look(now, device, member);
        }
        let Some(info) = viewer.displays.iter().find(|info| info.id == viewer.display).cloned() else {
            viewer.look_at = now + PROTECTED_LOOK_EVERY;
            return;
        };
        if !self.may_look(now, device, member) {
            return;
        }
        let viewer = self.tools.screens.viewers.get(&member).expect("it was just seen");
        if viewer.stream.is_none() {
            self.begin_stream(device, member, &info);
        }
        self.capture(now, device, member, rights);
    }

    /// AND-08: where the system leaves it to the person, they are asked by it, beside what the client has asked them; whoever
    /// waits for it hears so. A no takes the tool back.
    fn may_look(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId) -> bool {
        let mut permission = device.screen_permission();
        if permission == ScreenPermission::NotAsked {
            device.ask_for_screens(self.program_name());
            permission = device.screen_permission();
        }
        let viewer = self.tools.screens.viewers.get_mut(&member).expect("it was just seen");
        let told = std::mem::replace(&mut viewer.permission, permission);
        match permission {
            ScreenPermission::Granted => return true,
            ScreenPermission::NotAsked | ScreenPermission::Asked => {
                viewer.look_at = now + PROTECTED_LOOK_EVERY;
                if told != permission {
                    self.tell(member, ToolUpdate::Screen(ScreenUpdate::PermissionAsked));
                }
            }
            ScreenPermission::Denied if told == ScreenPermission::Denied => viewer.look_at = SimTime::MAX,
            ScreenPermission::Denied => {
                // The tool is closed for all who have it open; until then nobody looks any more.
                let viewers = self.tools.screens.viewers.iter_mut();
                let members: Vec<MemberId> = viewers
                    .map(|(member, viewer)| {
                        (viewer.look_at, viewer.permission) = (SimTime::MAX, ScreenPermission::Denied);
                        *member
                    })
                    .collect();
                for member in members {
                    self.tell(member, ToolUpdate::Screen(ScreenUpdate::PermissionDenied));
                }
                self.say(&CustomerToAppliance::StopTool(Tool::ScreenSharing));
            }
        }
        false
    }

    /// What the system calls the program that asks.
    fn program_name(&self) -> &'static str {
        match self.view.client {
            ClientKind::SupportPlus => "Support+",
            ClientKind::WebChat | ClientKind::UserMode | ClientKind::Elevated | ClientKind::Support => {
                "Support"
            }
        }
    }

    /// What is shown has changed by what this client did: whoever looks wants to see it.
    pub(super) fn screen_changed(&mut self, now: SimTime) {
        self.tools.screens.look_soon(now);
    }

    fn begin_stream(&mut self, device: &mut dyn Device, member: MemberId, info: &DisplayInfo) {
        let screens = &mut self.tools.screens;
        screens.streams += 1;
        let number = screens.streams;
        let viewer = screens.viewers.get_mut(&member).expect("it was just seen");
        let unseen_px = u64::from(info.size.width) * u64::from(info.size.height);
        let encoder = Encoder::new(info.size);
        viewer.stream = Some(Stream { number, next_frame: 0, encoder, unseen_px, coming: None });
        viewer.pointer = None;
        // A new encoder takes all of it as damaged by itself; others who watch this display miss nothing by it.
        device.look_anew(info.id);
        let begins = ScreenUpdate::StreamBegins { stream: number, display: info.id, size: info.size };
        self.tell(member, ToolUpdate::Screen(begins));
    }

    fn capture(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId, rights: Rights) {
        let screens = &mut self.tools.screens;
        let viewer = screens.viewers.get_mut(&member).expect("it was just seen");
        let display = viewer.display;
        let Some(budget) = viewer.rate.next_frame(now) else {
            viewer.look_at = viewer.rate.poll_timeout().unwrap_or(SimTime::MAX).max(now);
            return;
        };
        let seen = match device.capture(now, display, rights) {
            Ok(seen) => seen,
            // Between two looks a display may go, and a permission.
            Err(CaptureRefused::NoSuchDisplay | CaptureRefused::NotPermitted) => {
                viewer.look_at = now + PROTECTED_LOOK_EVERY;
                return;
            }
            Err(CaptureRefused::Protected(window)) => {
                viewer.look_at = now + PROTECTED_LOOK_EVERY;
                if viewer.protected.replace(window.window.clone()).as_ref() != Some(&window.window) {
                    let update = ScreenUpdate::Protected { window: window.window };
                    self.tell(member, ToolUpdate::Screen(update));
                }
                return;
            }
        };
        let mut news = Vec::new();
        if viewer.protected.take().is_some() {
            news.push(ScreenUpdate::Unprotected);
        }
        if let Some(pointer) = seen.pointer.filter(|pointer| viewer.pointer != Some(*pointer)) {
            viewer.pointer = Some(pointer);
            news.push(ScreenUpdate::PointerAt(pointer));
        }
        // What this look has seen, others who watch the same display have not.
        screens.damaged(now, display, &seen.changed);
        let viewer = screens.viewers.get_mut(&member).expect("it was just seen");
        let focus = viewer.pointer;
        let stream = viewer.stream.as_mut().expect("it has begun");
        let rung = match stream.unseen_px {
            0 => budget.rung,
            pixels => first_coat(budget.rung, viewer.rate.figures().rate_bits_per_s, pixels),
        };
        let wanted = Wanted {
            quality: quality_of(&rung),
            budget_bytes: budget.bytes,
            refine_bytes: budget.refine_bytes,
            focus,
        };
        let frame = stream.encoder.encode(now, seen.picture, &wanted);
        viewer.look_at = match frame {
            Some(frame) => {
                let work = ScreenWork {
                    scanned_px: frame.work.scanned_px as u64,
                    exact_px: frame.work.exact_px as u64,
                    jpeg_px: frame.work.jpeg_px as u64,
                };
                stream.unseen_px = stream.unseen_px.saturating_sub(work.exact_px + work.jpeg_px);
                let had_more = stream.encoder.has_work(now).is_some_and(|at| at <= now);
                let at = now + device.working_time(work);
                stream.coming = Some(Coming { at, captured: now, frame, had_more });
                // Once it has gone out, the controller says when the next one may follow.
                at
            }
            None => viewer.idle_until(now, budget.interval),
        };
        for update in news {
            self.tell(member, ToolUpdate::Screen(update));
        }
    }

    /// Does with mouse and keyboard what a representative does, and looks at once what came of it. What is kept from a
    /// protected window keeps nothing else: a key that went down before it opened goes up.
    fn inject(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId, events: &[InputEvent]) {
        let rights = self.rights();
        let blocked = events.iter().filter(|event| device.inject(now, rights, **event).is_err()).count();
        if blocked > 0 {
            self.tell(member, ToolUpdate::Screen(ScreenUpdate::InputBlocked));
        } else if let Some((display, at)) = events.iter().rev().find_map(pointed_to) {
            self.point(display, at);
        }
        self.tools.screens.look_soon(now);
    }

    /// The pointer is where hands have put it. That is told at once, and not only with the next picture.
    fn point(&mut self, display: DisplayId, at: Point) {
        let viewers = self.tools.screens.viewers.iter_mut();
        let looks = viewers.filter(|(_, viewer)| viewer.display == display && viewer.stream.is_some());
        let mut told = Vec::new();
        for (member, viewer) in looks {
            // Where nobody has seen a pointer there may be none: on a phone.
            if viewer.pointer.is_some_and(|pointer| pointer != at) {
                viewer.pointer = Some(at);
                told.push(*member);
            }
        }
        for member in told {
            self.tell(member, ToolUpdate::Screen(ScreenUpdate::PointerAt(at)));
        }
    }
}

impl Screens {
    /// Who has a frame that is ready, or may have a new one.
    fn due(&self, now: SimTime) -> Vec<MemberId> {
        let due = self.viewers.iter().filter(|(_, viewer)| viewer.wakes_at() <= now);
        due.map(|(member, _)| *member).collect()
    }

    fn damaged(&mut self, now: SimTime, display: DisplayId, changed: &[Rect]) {
        if changed.is_empty() {
            return;
        }
        for viewer in self.viewers.values_mut().filter(|viewer| viewer.display == display) {
            viewer.changed_at = now;
            if let Some(stream) = &mut viewer.stream {
                stream.encoder.damaged(changed);
            }
        }
    }

    /// Hands have done something, and whoever looks wants to see it.
    fn look_soon(&mut self, now: SimTime) {
        for viewer in self.viewers.values_mut() {
            viewer.changed_at = now;
            // Not before the line may carry another frame: the controller says so when it is asked.
            viewer.look_at = viewer.look_at.min(now);
        }
    }

    fn show(&mut self, now: SimTime, member: MemberId, display: DisplayId) {
        self.chosen.entry(member).or_default().display = Some(display);
        if let Some(viewer) = self.viewers.get_mut(&member)
            && viewer.display != display
        {
            viewer.display = display;
            viewer.begin_anew(now);
        }
    }

    fn set_performance(&mut self, now: SimTime, member: MemberId, performance: Performance) {
        self.chosen.entry(member).or_default().performance = performance;
        if let Some(viewer) = self.viewers.get_mut(&member) {
            viewer.performance = performance;
            viewer.rate.set_performance(now, performance);
            viewer.look_at = viewer.look_at.min(now);
        }
    }

    fn acked(&mut self, now: SimTime, member: MemberId, ack: FrameAck) {
        if let Some(viewer) = self.viewers.get_mut(&member)
            && viewer.stream.as_ref().is_some_and(|stream| stream.number == ack.stream)
        {
            let waited = viewer.look_at == SimTime::MAX || viewer.rate.poll_timeout().is_some();
            viewer.rate.acked(now, ack);
            if waited {
                viewer.look_at = viewer.look_at.min(now);
            }
        }
    }

    fn restart(&mut self, now: SimTime, member: MemberId) {
        if let Some(viewer) = self.viewers.get_mut(&member) {
            viewer.begin_anew(now);
        }
    }
}

impl Viewer {
    fn wakes_at(&self) -> SimTime {
        let coming = self.stream.as_ref().and_then(|stream| stream.coming.as_ref());
        coming.map_or(self.look_at, |coming| coming.at)
    }

    fn begin_anew(&mut self, now: SimTime) {
        self.stream = None;
        self.rate.forget_in_flight(now);
        self.look_at = now;
    }

    /// Takes note of displays that came, went, or have another size now. A picture of one of them begins anew.
    fn displays_changed(&mut self, device: &dyn Device) -> bool {
        let displays = device.displays();
        if displays == self.displays {
            return false;
        }
        let info = |of: &[DisplayInfo]| of.iter().find(|info| info.id == self.display).cloned();
        if info(&displays) != info(&self.displays) {
            self.stream = None;
        }
        if info(&displays).is_none() {
            self.display = displays.first().map_or(DisplayId(0), |first| first.id);
        }
        self.displays = displays;
        true
    }

    /// When to look again at a screen on which nothing is new.
    fn idle_until(&self, now: SimTime, interval: Duration) -> SimTime {
        let pause = if now.since(self.changed_at) > IDLE_AFTER { IDLE_LOOK_EVERY } else { interval };
        let look = now + pause.max(interval);
        let refines = self.stream.as_ref().and_then(|stream| stream.encoder.has_work(now));
        refines.map_or(look, |at| at.max(now + interval).min(look))
    }
}

/// What a rung of the controller's ladder asks of the encoder.
fn quality_of(rung: &Rung) -> Quality {
    let pictures = if rung.lossless {
        Pictures::Exact
    } else {
        Pictures::Jpeg {
            q: rung.jpeg_quality,
            chroma: if rung.full_chroma { Chroma::Full } else { Chroma::Quarter },
            scale: if rung.half_size { Scale::Half } else { Scale::Full },
        }
    };
    Quality { pictures, text: if rung.palette { Text::EightBit } else { Text::Exact } }
}

/// Where an event puts the pointer.
fn pointed_to(event: &InputEvent) -> Option<(DisplayId, Point)> {
    match event {
        InputEvent::PointerTo { display, at } => Some((*display, *at)),
        InputEvent::Button { .. } | InputEvent::Wheel(_) | InputEvent::Key { .. } => None,
    }
}

/// A text that fits a message: its beginning, where it is longer.
fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
    text
}

/// The key that writes a character.
fn key_of(char: char) -> Key {
    match char {
        '\n' => Key::Enter,
        '\t' => Key::Tab,
        char => Key::Char(char),
    }
}
