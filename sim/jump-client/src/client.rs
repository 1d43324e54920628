//! The client's state, and what it does.

use std::time::Duration;

use device::{
    App, Deadline, Device, Input, Launch, LostReason, Outbox, Party, Protocol, Shown, Timers, Transmit,
    Uplink, UplinkConfig, UplinkEvent,
};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use wire::jump::{ApplianceToJump, JumpFailure, JumpPrompt, JumpToAppliance};
use wire::pin::PinMode;
use wire::{JumpId, Role, Seed, SimTime, Token};

use crate::identity::Identity;
use crate::view::{JumpClientView, Prompt, Standing};

/// By how much a client that was told to come back later may be later than that, so that those who were told the
/// same do not come in the same instant.
const RETRY_JITTER_MS_MAX: u64 = 250;

/// The most questions that a user is asked at once; whoever asks beyond that gets no answer.
const PROMPTS_MAX: usize = 8;

/// How a Jump Client is set up.
#[derive(Clone, Debug)]
pub struct JumpClientConfig {
    /// Where the appliance is.
    pub uplink: UplinkConfig,
    /// The token that its installer carries; one installer may serve many machines.
    pub installer: String,
    /// When it runs. The client itself does not mind: whoever drives its machine starts and stops it by this.
    pub mode: PinMode,
    /// It was brought by a pin, whose installer is good for it alone: turned away with that, it has no business on its
    /// machine, and removes itself.
    pub pinned: bool,
}

impl JumpClientConfig {
    /// A client from this installer, as a service.
    pub fn new(appliance_host: impl Into<String>, installer: impl Into<String>) -> Self {
        Self {
            uplink: UplinkConfig::new(appliance_host),
            installer: installer.into(),
            mode: PinMode::default(),
            pinned: false,
        }
    }
}

/// The Jump Client of a machine.
///
/// Told to come back later, it closes its connection and dials again at the time that it was given: an appliance
/// that is short of breath holds no connection of it meanwhile, and every return goes the same way.
#[derive(Debug)]
pub struct JumpClient {
    config: JumpClientConfig,
    uplink: Uplink<Jump>,
    outbox: Outbox<JumpClientEvent>,
    view: Shown<JumpClientView>,
    jitter: ChaCha8Rng,
    timers: Timers<Timer>,
    identity: Option<Identity>,
    /// Whether somebody was logged on when the appliance was last told.
    told_present: bool,
    /// What launching needs, for each prompt of the view.
    tokens: Vec<(JumpId, Token)>,
    /// Jumps that came to nothing while the appliance could not be told.
    untold: Vec<(JumpId, JumpFailure)>,
}

/// What happened, for whoever drives the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JumpClientEvent {
    /// The appliance could not be reached; the client goes on trying.
    NotReached(LostReason),
    /// The connection was lost; the client comes back.
    ConnectionLost(LostReason),
    /// The appliance has taken it in, for the first time or again.
    Admitted,
    /// The appliance told it to come back later.
    ToldToWait,
    /// The appliance does not know it; it has stopped for good.
    Unknown,
    /// A representative has unpinned the machine: it has removed itself (JPN-03).
    Removed,
    /// A user is asked (JMC-08).
    Asked(JumpId),
    /// The customer client was launched.
    Launched(JumpId),
    /// The jump will not become a session.
    Failed(JumpId, JumpFailure),
    /// The appliance called the jump off.
    CalledOff(JumpId),
}

/// Why the client does not do what the user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JumpClientError {
    /// Nobody asks.
    #[error("expected a question on the screen, found none")]
    NothingAsked,
}

/// What a Jump Client's connection speaks.
#[derive(Debug)]
pub struct Jump;

impl Protocol for Jump {
    type ToAppliance = JumpToAppliance;
    type FromAppliance = ApplianceToJump;
    const ROLE: Role = Role::JumpClient;
    const HEARTBEAT: JumpToAppliance = JumpToAppliance::Heartbeat;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// A user has not answered.
    Unanswered(JumpId),
}

impl From<Timer> for &'static str {
    fn from(Timer::Unanswered(_): Timer) -> Self {
        "jump prompt unanswered"
    }
}

impl JumpClient {
    /// A client that is not running yet.
    pub fn new(config: JumpClientConfig, seed: Seed, _now: SimTime) -> Self {
        Self {
            uplink: Uplink::new(config.uplink.clone(), seed.child("uplink")),
            config,
            outbox: Outbox::default(),
            view: Shown::default(),
            jitter: seed.child("told to wait").rng(),
            timers: Timers::default(),
            identity: None,
            told_present: false,
            tokens: Vec::new(),
            untold: Vec::new(),
        }
    }

    /// What a user of the machine sees.
    pub fn view(&self) -> &JumpClientView {
        &self.view
    }

    /// Grows with every change of the view.
    pub fn view_revision(&self) -> u64 {
        self.view.revision()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<JumpClientEvent> {
        self.outbox.poll_event()
    }

    /// Whether it has removed itself from its machine: nothing starts it again.
    pub fn is_finished(&self) -> bool {
        self.view.standing == Standing::Removed
    }

    /// Somebody has logged on or off: the machine tells its services (JMC-14).
    pub fn user_presence_changed(&mut self, _now: SimTime, device: &mut dyn Device) {
        self.begin();
        self.tell_presence(device);
    }

    /// The user allows the oldest jump that they are asked about (JMC-09).
    ///
    /// # Errors
    /// They are asked about none.
    pub fn accept_jump(&mut self, _now: SimTime, device: &mut dyn Device) -> Result<(), JumpClientError> {
        let jump = self.view.prompts.first().ok_or(JumpClientError::NothingAsked)?.jump;
        self.begin();
        self.answered(device, jump, Ok(()));
        Ok(())
    }

    /// The user denies the oldest jump that they are asked about (JMC-10).
    ///
    /// # Errors
    /// They are asked about none.
    pub fn deny_jump(&mut self, _now: SimTime, device: &mut dyn Device) -> Result<(), JumpClientError> {
        let jump = self.view.prompts.first().ok_or(JumpClientError::NothingAsked)?.jump;
        self.begin();
        self.answered(device, jump, Err(JumpFailure::Declined));
        Ok(())
    }
}

impl Party for JumpClient {
    fn start(&mut self, now: SimTime, device: &mut dyn Device) {
        self.begin();
        self.identity = Identity::load(device);
        self.view.id = self.identity.map(|identity| identity.id);
        self.uplink.dial(now, &mut self.outbox);
        self.show_connection();
    }

    fn handle_input(&mut self, now: SimTime, device: &mut dyn Device, input: Input<'_>) {
        self.begin();
        self.uplink.handle_input(now, input, &mut self.outbox);
        self.attend(now, device);
    }

    fn handle_timeout(&mut self, now: SimTime, device: &mut dyn Device) {
        self.begin();
        self.uplink.handle_timeout(now, &mut self.outbox);
        self.attend(now, device);
        while let Some(Timer::Unanswered(jump)) = self.timers.pop_due(now) {
            let prompt = self.view.prompts.iter().find(|prompt| prompt.jump == jump);
            let silence_allows = prompt.is_some_and(|prompt| prompt.silence_allows);
            self.answered(device, jump, silence(silence_allows));
        }
        // The uplink wakes us for each heartbeat, which is often enough to look.
        self.tell_presence(device);
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.poll_transmit()
    }

    fn poll_timeout(&self) -> Option<Deadline> {
        [self.uplink.deadline(), self.timers.deadline()].into_iter().flatten().min()
    }
}

/// What the connection brings.
impl JumpClient {
    fn attend(&mut self, now: SimTime, device: &mut dyn Device) {
        while let Some(event) = self.uplink.poll(now, &mut self.outbox) {
            match event {
                UplinkEvent::Up => self.connected(device),
                UplinkEvent::Received(message) => self.hear(now, device, message),
                UplinkEvent::Down(why) => {
                    self.stand(Standing::NotAdmitted);
                    self.outbox.event(JumpClientEvent::ConnectionLost(why));
                }
                UplinkEvent::NotReached(why) => {
                    self.stand(Standing::NotAdmitted);
                    self.outbox.event(JumpClientEvent::NotReached(why));
                }
            }
        }
        self.show_connection();
    }

    fn connected(&mut self, device: &mut dyn Device) {
        let user_present = device.user_present();
        self.told_present = user_present;
        let device = device.facts();
        let message = match self.identity {
            Some(Identity { id, secret }) => JumpToAppliance::Return { id, secret, device, user_present },
            None => {
                let installer = self.config.installer.clone();
                JumpToAppliance::Register { installer, device, user_present }
            }
        };
        self.say(&message);
    }

    fn hear(&mut self, now: SimTime, device: &mut dyn Device, message: ApplianceToJump) {
        match message {
            ApplianceToJump::Registered { id, secret } => {
                let identity = Identity { id, secret };
                identity.save(device);
                self.identity = Some(identity);
                self.view.id = Some(id);
                self.admitted(device);
            }
            ApplianceToJump::Returned => self.admitted(device),
            ApplianceToJump::NotNow { retry_ms } => {
                let late = self.jitter.random_range(0..=RETRY_JITTER_MS_MAX);
                let wait = Duration::from_millis(u64::from(retry_ms) + late);
                self.uplink.redial_after(now, wait, &mut self.outbox);
                self.stand(Standing::ToldToWait);
                self.outbox.event(JumpClientEvent::ToldToWait);
            }
            ApplianceToJump::Unknown if self.config.pinned && self.identity.is_none() => {
                self.remove_itself(device);
            }
            ApplianceToJump::Unknown => {
                self.uplink.hang_up(&mut self.outbox);
                self.stand(Standing::Unknown);
                self.outbox.event(JumpClientEvent::Unknown);
            }
            ApplianceToJump::Uninstall => {
                if let Some(Identity { id, secret }) = self.identity {
                    self.say(&JumpToAppliance::Uninstalled { id, secret });
                }
                self.remove_itself(device);
            }
            ApplianceToJump::StartSession { jump, token, representative, prompt } => {
                self.hear_jump(now, device, jump, token, representative, prompt);
            }
            ApplianceToJump::CancelSession { jump } => {
                if self.put_away(jump).is_some() {
                    self.outbox.event(JumpClientEvent::CalledOff(jump));
                }
            }
            // The connection's end follows a goodbye by itself.
            ApplianceToJump::Heartbeat | ApplianceToJump::Goodbye(_) => {}
        }
    }

    /// JPN-03: app and identity are gone from the machine, and so is the program.
    fn remove_itself(&mut self, device: &mut dyn Device) {
        for (jump, _) in std::mem::take(&mut self.tokens) {
            self.timers.cancel(Timer::Unanswered(jump));
        }
        self.view.prompts.clear();
        self.uplink.hang_up(&mut self.outbox);
        Identity::forget(device);
        device.uninstall(App::JumpClient);
        self.identity = None;
        self.stand(Standing::Removed);
        self.outbox.event(JumpClientEvent::Removed);
    }

    fn admitted(&mut self, device: &mut dyn Device) {
        self.stand(Standing::Admitted);
        self.outbox.event(JumpClientEvent::Admitted);
        for (jump, why) in std::mem::take(&mut self.untold) {
            self.say(&JumpToAppliance::JumpFailed { jump, why });
        }
        self.tell_presence(device);
    }

    /// JMC-08, JMC-12, JMC-13.
    fn hear_jump(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        jump: JumpId,
        token: Token,
        representative: String,
        prompt: Option<JumpPrompt>,
    ) {
        if self.tokens.iter().any(|(asked, _)| *asked == jump) {
            return;
        }
        match prompt {
            None => self.launch(device, jump, token),
            Some(JumpPrompt { timeout_s, silence_allows }) if device.user_present() => {
                if self.view.prompts.len() == PROMPTS_MAX {
                    return self.fail(jump, JumpFailure::NoAnswer);
                }
                let until = now + Duration::from_secs(timeout_s.into());
                self.tokens.push((jump, token));
                self.timers.set(Timer::Unanswered(jump), until);
                self.view.prompts.push(Prompt { jump, representative, until, silence_allows });
                self.view.asked += 1;
                self.outbox.event(JumpClientEvent::Asked(jump));
            }
            Some(JumpPrompt { silence_allows: true, .. }) => self.launch(device, jump, token),
            Some(JumpPrompt { silence_allows: false, .. }) => self.fail(jump, JumpFailure::NoAnswer),
        }
    }

    /// The user has answered, or their silence has.
    fn answered(&mut self, device: &mut dyn Device, jump: JumpId, answer: Result<(), JumpFailure>) {
        let Some(token) = self.put_away(jump) else { return };
        match answer {
            Ok(()) => self.launch(device, jump, token),
            Err(why) => self.fail(jump, why),
        }
    }

    fn launch(&mut self, device: &mut dyn Device, jump: JumpId, token: Token) {
        device.launch(Launch::CustomerClientForJump { jump, token });
        self.outbox.event(JumpClientEvent::Launched(jump));
    }

    fn fail(&mut self, jump: JumpId, why: JumpFailure) {
        if self.view.standing == Standing::Admitted {
            self.say(&JumpToAppliance::JumpFailed { jump, why });
        } else {
            self.untold.push((jump, why));
        }
        self.outbox.event(JumpClientEvent::Failed(jump, why));
    }

    /// Takes a question off the screen; gives what launching would need.
    fn put_away(&mut self, jump: JumpId) -> Option<Token> {
        let place = self.tokens.iter().position(|(asked, _)| *asked == jump)?;
        let (_, token) = self.tokens.remove(place);
        self.timers.cancel(Timer::Unanswered(jump));
        self.view.prompts.retain(|prompt| prompt.jump != jump);
        Some(token)
    }

    /// Tells the appliance who is there, if that has changed (JMC-14).
    fn tell_presence(&mut self, device: &mut dyn Device) {
        let user_present = device.user_present();
        if self.view.standing == Standing::Admitted && self.told_present != user_present {
            self.told_present = user_present;
            self.say(&JumpToAppliance::Presence { user_present });
        }
    }

    fn begin(&self) {
        self.outbox.begin("the jump client");
    }

    fn say(&mut self, message: &JumpToAppliance) {
        self.uplink.send(message, &mut self.outbox);
    }

    fn stand(&mut self, standing: Standing) {
        self.view.set(|view| &mut view.standing, standing);
    }

    fn show_connection(&mut self) {
        let state = self.uplink.state();
        self.view.set(|view| &mut view.connection, state);
    }
}

/// What an unanswered question comes to (JMC-11).
fn silence(allows: bool) -> Result<(), JumpFailure> {
    if allows { Ok(()) } else { Err(JumpFailure::NoAnswer) }
}
