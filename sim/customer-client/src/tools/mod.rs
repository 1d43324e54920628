//! What representatives do on this machine by their tools: the questions that the customer is asked, and what is open.

mod elevation;
mod files;
mod pin;
mod privacy;
mod screen;
mod shell;
mod system;

use std::collections::BTreeMap;
use std::time::Duration;

use device::{Deadline, Device, Timers};
use wire::customer::{ApplianceToCustomer, CustomerToAppliance};
use wire::tool::{
    Access, CommandFrom, PromptAnswer, PromptId, Tool, ToolCommand, ToolPrompt, ToolUpdate, UpdateFor,
};
use wire::{MemberId, PinId, SimTime};

use crate::client::CustomerClient;
use crate::verbs::CustomerError;
use crate::view::{PromptShown, ToolInUse};

/// Tools that were open before a break are open again so soon after it, or are not open any more.
const LOOKS_AGAIN_WITHIN: Duration = Duration::from_secs(2);

/// The tools that representatives have open on this machine.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    open: BTreeMap<(MemberId, Tool), Access>,
    screens: screen::Screens,
    privacy: Option<privacy::Privacy>,
    shells: shell::Shells,
    files: files::Files,
    timers: Timers<ToolTimer>,
    elevation: elevation::Elevation,
    /// The last order to pin the machine that was carried out.
    pinned: Option<PinId>,
}

/// What tools wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
enum ToolTimer {
    #[strum(serialize = "elevation not answered")]
    ElevationAnswer,
    /// Back after a break: whoever looked before has the tool open again by then, or has closed it meanwhile.
    #[strum(serialize = "nobody looks any more")]
    LooksAgain,
}

/// Verbs.
impl CustomerClient {
    /// Answers one of the questions whether a representative may use a tool (SCR-02, SCR-03).
    ///
    /// # Errors
    /// It is not on the screen.
    pub fn answer_prompt(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        prompt: PromptId,
        answer: PromptAnswer,
    ) -> Result<(), CustomerError> {
        if !self.view.prompts.iter().any(|shown| shown.id == prompt) {
            return Err(CustomerError::NothingAsked);
        }
        self.begin();
        self.forget_prompt(prompt);
        self.say(&CustomerToAppliance::AnswerPrompt { prompt, answer });
        Ok(())
    }

    /// Takes a tool back that a representative uses.
    ///
    /// # Errors
    /// Nobody uses it.
    pub fn stop_tool(
        &mut self,
        _now: SimTime,
        _device: &mut dyn Device,
        tool: Tool,
    ) -> Result<(), CustomerError> {
        if !self.view.tools.iter().any(|used| used.tool == tool) {
            return Err(CustomerError::NotInUse { tool });
        }
        self.begin();
        self.say(&CustomerToAppliance::StopTool(tool));
        Ok(())
    }
}

impl CustomerClient {
    /// Takes what the appliance says of tools.
    pub(crate) fn hear_of_tools(
        &mut self,
        now: SimTime,
        device: &mut dyn Device,
        message: ApplianceToCustomer,
    ) {
        match message {
            ApplianceToCustomer::Prompt(prompt) => self.show_prompt(now, prompt),
            ApplianceToCustomer::PromptOver(prompt) => self.forget_prompt(prompt),
            ApplianceToCustomer::ToolOpened { member, tool, access } => {
                self.tools.open.insert((member, tool), access);
                self.show_tools();
                self.tool_opened(now, device, member, tool);
            }
            ApplianceToCustomer::ToolClosed { member, tool } => {
                self.tools.open.remove(&(member, tool));
                self.show_tools();
                self.tool_closed(now, device, member, tool);
            }
            ApplianceToCustomer::Tool(CommandFrom { member, command }) => {
                let (tool, access) = command.needs();
                // The appliance holds to this, too; what runs on the customer's machine trusts nobody.
                if self.tools.open.get(&(member, tool)).is_some_and(|open| *open >= access) {
                    self.obey(now, device, member, command);
                }
            }
            ApplianceToCustomer::PortalPage(_)
            | ApplianceToCustomer::StartChecked(_)
            | ApplianceToCustomer::Package { .. }
            | ApplianceToCustomer::Joined { .. }
            | ApplianceToCustomer::Refused(_)
            | ApplianceToCustomer::Status(_)
            | ApplianceToCustomer::Log(_)
            | ApplianceToCustomer::HoldMessage(_)
            | ApplianceToCustomer::AskElevation { .. }
            | ApplianceToCustomer::InstallJumpClient(_)
            | ApplianceToCustomer::NobodyAvailable { .. }
            | ApplianceToCustomer::Ended { .. }
            | ApplianceToCustomer::Heartbeat
            | ApplianceToCustomer::Goodbye(_) => unreachable!("told apart by the caller"),
        }
    }

    /// The session is there again after a break.
    pub(crate) fn take_up_tools(&mut self, now: SimTime) {
        self.take_up_elevation();
        self.tools.timers.set(ToolTimer::LooksAgain, now + LOOKS_AGAIN_WITHIN);
    }

    /// Does what tools have waited for.
    fn tools_due(&mut self, now: SimTime, device: &mut dyn Device) {
        while let Some(timer) = self.tools.timers.pop_due(now) {
            match timer {
                ToolTimer::ElevationAnswer => self.elevation_timed_out(),
                ToolTimer::LooksAgain => self.give_up_unused_screens(device),
            }
        }
    }

    /// The connection or the session is gone, and every tool with it.
    pub(crate) fn drop_tools(&mut self, now: SimTime, device: &mut dyn Device) {
        for (member, tool) in std::mem::take(&mut self.tools.open).into_keys() {
            self.tool_closed(now, device, member, tool);
        }
        if self.member.is_none() {
            self.abandon_uploads(device);
            device.give_up_screens();
        }
        self.show_tools();
        if !self.view.prompts.is_empty() {
            self.view.prompts.clear();
        }
    }

    /// Says what came of a tool.
    pub(crate) fn tell(&mut self, member: MemberId, update: ToolUpdate) {
        // What a machine has to say may be of any length; what does not fit is cut where it is made, and never sent.
        if !update.fits() {
            return;
        }
        self.say(&CustomerToAppliance::Tool(UpdateFor { member, update }));
    }

    /// Does what is due.
    pub(crate) fn work_with_tools(&mut self, now: SimTime, device: &mut dyn Device) {
        self.watch_privacy(now, device);
        self.share_screens(now, device);
        self.look_at_shells(now, device);
        self.tools_due(now, device);
    }

    /// When something is due.
    pub(crate) fn tools_deadline(&self) -> Option<Deadline> {
        let answer = self.tools.timers.deadline();
        let look = self.next_look().map(|at| Deadline { at, why: "look at the screen" });
        let privacy =
            self.next_privacy_look().map(|at| Deadline { at, why: "look whether the customer is back" });
        let shell = self.next_shell_look().map(|at| Deadline { at, why: "look at a shell" });
        let due = [answer, look, privacy, shell].into_iter().flatten().min_by_key(|deadline| deadline.at);
        due.filter(|deadline| deadline.at != SimTime::MAX)
    }

    fn tool_opened(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId, tool: Tool) {
        match tool {
            Tool::ScreenSharing => self.sharing_began(now, device, member),
            Tool::SpecialActions => self.list_special_actions(device, member),
            Tool::PrivacyScreen
            | Tool::Clipboard
            | Tool::CannedScripts
            | Tool::Reboot
            | Tool::FileTransfer
            | Tool::CommandShell
            | Tool::SystemInformation
            | Tool::Elevation => {}
        }
    }

    fn tool_closed(&mut self, _now: SimTime, device: &mut dyn Device, member: MemberId, tool: Tool) {
        match tool {
            Tool::ScreenSharing => self.sharing_ended(device, member),
            Tool::PrivacyScreen => self.end_privacy_of(device, member),
            Tool::FileTransfer => self.stop_transfers(member),
            Tool::CommandShell => self.close_shells(device, member),
            Tool::Elevation => self.elevation_closed(member),
            Tool::Clipboard
            | Tool::SpecialActions
            | Tool::CannedScripts
            | Tool::Reboot
            | Tool::SystemInformation => {}
        }
    }

    fn obey(&mut self, now: SimTime, device: &mut dyn Device, member: MemberId, command: ToolCommand) {
        match command {
            ToolCommand::Screen(command) => self.obey_screen(now, device, member, command),
            ToolCommand::Shell(command) => self.obey_shell(now, device, member, command),
            ToolCommand::System(command) => self.obey_system(now, device, member, command),
            ToolCommand::Files(command) => self.obey_files(device, member, command),
            ToolCommand::Elevation(command) => self.obey_elevation(now, device, member, command),
        }
    }

    fn show_prompt(&mut self, now: SimTime, prompt: ToolPrompt) {
        let ToolPrompt { id, by, tool, access, answer_within_ms, silence_allows } = prompt;
        self.view.prompts.retain(|shown| shown.id != id);
        let answer_by = now + Duration::from_millis(answer_within_ms.into());
        self.view.prompts.push(PromptShown { id, by, tool, access, answer_by, silence_allows });
    }

    fn forget_prompt(&mut self, prompt: PromptId) {
        if self.view.prompts.iter().any(|shown| shown.id == prompt) {
            self.view.prompts.retain(|shown| shown.id != prompt);
        }
    }

    fn show_tools(&mut self) {
        let open = self.tools.open.iter();
        let used =
            open.map(|((member, tool), access)| ToolInUse { member: *member, tool: *tool, access: *access });
        let used = used.collect();
        self.view.set(|view| &mut view.tools, used);
    }
}
