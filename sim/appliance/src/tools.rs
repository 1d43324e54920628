//! Tools in sessions: who may use which, whether the customer is asked, and the way of what is said with them.
//!
//! A tool is open for one representative in one session, or it is not. Whatever a representative or a customer's client
//! says with a tool passes here, and goes no further unless that tool is open for that representative, and far enough.

mod doings;
mod shells;

use std::collections::BTreeMap;

use device::{ConnId, Lane};
use wire::customer::ApplianceToCustomer;
use wire::rep::{ApplianceToRep, Refusal, RepAnswer};
use wire::session::{Platform, SessionEvent, SessionKind};
use wire::tool::{
    Access, ClientKind, CommandFrom, PromptAnswer, PromptId, Tool, ToolCommand, ToolOffer, ToolPrompt,
    ToolRefusal, ToolState, UpdateFor,
};
use wire::{RepId, SessionId, SimTime};

pub use shells::RecordedShell;
pub(crate) use shells::{ShellRecording, pieces};

use crate::policy::{self, Prompting};
use crate::session::{CUSTOMER, Presence, Session, SessionRecord};
use crate::site::Site;
use crate::{Appliance, TimerKey};

type Answer = Result<RepAnswer, Refusal>;

/// What a peer did that said more with a tool than it may at once.
const TOO_MUCH: &str = "more of a tool in one message than it may hold";

/// The tools of one session. None of it survives a restart: nobody is in the session then.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    open: BTreeMap<(RepId, Tool), Access>,
    asking: BTreeMap<PromptId, Asking>,
    /// What the customer has said yes to, where that holds for the whole session.
    granted: BTreeMap<Tool, Access>,
    asked: u32,
    doings: doings::Doings,
}

/// A question that waits for the customer's answer.
#[derive(Clone, Copy, Debug)]
struct Asking {
    rep: RepId,
    tool: Tool,
    access: Access,
    until: SimTime,
    silence_allows: bool,
    each_time: bool,
}

impl Appliance {
    /// SCR-01, SYS-01, SHL-01 and their like: a representative wants to use a tool.
    pub(crate) fn open_tool(
        &mut self,
        now: SimTime,
        rep: RepId,
        id: SessionId,
        tool: Tool,
        access: Access,
    ) -> Answer {
        let session = self.running(id).filter(|session| session.member(rep).is_some());
        let session = session.ok_or(Refusal::NotAMember)?;
        let policy = session.record.decided(&self.site, rep);
        let access = access.min(policy.access(tool).ok_or(Refusal::NotPermitted)?);
        if let Some(refusal) = session.record.cannot(tool) {
            self.tell_tool(rep, id, tool, ToolState::Refused(refusal));
            return Ok(RepAnswer::Done);
        }
        if let Some(open) = session.tools.open.get(&(rep, tool)).copied().filter(|open| *open >= access) {
            self.tell_tool(rep, id, tool, ToolState::Open(open));
            return Ok(RepAnswer::Done);
        }
        let granted = session.tools.granted.get(&tool).is_some_and(|granted| *granted >= access);
        match policy.prompt(tool) {
            Prompting::Ask(policy::Asking { each_time, timeout, silence_allows })
                if each_time || !granted =>
            {
                let until = now + timeout;
                let asking = Asking { rep, tool, access, until, silence_allows, each_time };
                self.ask_customer(now, id, asking);
            }
            Prompting::Ask(_) | Prompting::Never => self.let_use(now, rep, id, tool, access),
        }
        Ok(RepAnswer::Done)
    }

    /// SCR-04: a representative is done with a tool, or no longer wants it.
    pub(crate) fn close_tool(&mut self, rep: RepId, id: SessionId, tool: Tool) -> Answer {
        let session = self.running(id).filter(|session| session.member(rep).is_some());
        session.ok_or(Refusal::NotAMember)?;
        self.shut(rep, id, tool);
        self.tell_tool(rep, id, tool, ToolState::Closed);
        Ok(RepAnswer::Done)
    }

    /// The customer has answered.
    pub(crate) fn answer_tool_prompt(
        &mut self,
        now: SimTime,
        id: SessionId,
        prompt: PromptId,
        answer: PromptAnswer,
    ) {
        // A question that is over was answered too late.
        let Some(asking) = self.tools_mut(id).asking.remove(&prompt) else { return };
        self.timers.remove(&(asking.until, TimerKey::ToolPromptOver(id, prompt)));
        match answer {
            PromptAnswer::Allow(access) => self.tool_granted(now, id, asking, access),
            PromptAnswer::Deny => self.tool_refused(now, id, asking, ToolRefusal::Declined),
        }
    }

    /// SCR-03: silence, which means what the policy says.
    pub(crate) fn tool_prompt_over(&mut self, now: SimTime, id: SessionId, prompt: PromptId) {
        if self.running(id).is_none() {
            return;
        }
        let Some(asking) = self.tools_mut(id).asking.remove(&prompt) else { return };
        self.tell_customer(id, &ApplianceToCustomer::PromptOver(prompt));
        if asking.silence_allows {
            self.tool_granted(now, id, asking, asking.access);
        } else {
            self.tool_refused(now, id, asking, ToolRefusal::NoAnswer);
        }
    }

    /// The customer takes a tool back, from everybody.
    pub(crate) fn stop_tool(&mut self, now: SimTime, id: SessionId, tool: Tool) {
        self.tools_mut(id).granted.remove(&tool);
        for rep in self.users_of(id, Some(tool)) {
            self.shut(rep, id, tool);
            self.note_access(now, id, SessionEvent::ServiceAccessRefused, tool, "stopped by the customer");
            self.tell_tool(rep, id, tool, ToolState::Refused(ToolRefusal::StoppedByCustomer));
        }
    }

    /// A representative is no longer in a session: their tools are closed, and what was asked for them is over.
    pub(crate) fn shut_tools_of(&mut self, id: SessionId, rep: RepId) {
        for tool in self.tools_in_use(id, rep) {
            self.shut(rep, id, tool);
        }
    }

    /// A representative has another console now, which knows of no open tool.
    pub(crate) fn shut_all_tools_of(&mut self, rep: RepId) {
        let sessions = self.sessions.values().filter(|session| session.member(rep).is_some());
        for id in sessions.map(|session| session.record.id).collect::<Vec<_>>() {
            self.shut_tools_of(id, rep);
        }
    }

    /// The customer is gone for good, and no tool is left to use.
    pub(crate) fn shut_all_tools(&mut self, id: SessionId) {
        for rep in self.users_of(id, None) {
            for tool in self.tools_in_use(id, rep) {
                self.shut(rep, id, tool);
                self.tell_tool(rep, id, tool, ToolState::Refused(ToolRefusal::CustomerAway));
            }
        }
    }

    /// The customer's client is back after a break, and knows nothing of what was open.
    pub(crate) fn take_up_tools(&mut self, now: SimTime, id: SessionId) {
        let session = self.session(id);
        let open = session.tools.open.iter();
        let opened = open.map(|((rep, tool), access)| ApplianceToCustomer::ToolOpened {
            member: session.member_id(*rep),
            tool: *tool,
            access: *access,
        });
        let asking = session.tools.asking.iter();
        let asked =
            asking.map(|(prompt, asking)| ApplianceToCustomer::Prompt(asking.told(now, *prompt, &self.site)));
        let news: Vec<ApplianceToCustomer> = opened.chain(asked).collect();
        for message in news {
            self.tell_customer(id, &message);
        }
        // Their consoles go on with what was interrupted.
        let open = &self.session(id).tools.open;
        let files = open.iter().filter(|((_, tool), _)| *tool == Tool::FileTransfer);
        let files: Vec<(RepId, Access)> = files.map(|((rep, _), access)| (*rep, *access)).collect();
        for (rep, access) in files {
            self.tell_tool(rep, id, Tool::FileTransfer, ToolState::Open(access));
        }
    }

    /// A representative uses a tool.
    pub(crate) fn rep_uses_tool(
        &mut self,
        now: SimTime,
        conn: ConnId,
        rep: RepId,
        id: SessionId,
        command: ToolCommand,
    ) {
        if !command.fits() {
            return self.conns.protocol_error(conn, TOO_MUCH);
        }
        let (tool, needed) = command.needs();
        let Some(session) = self.running(id).filter(|session| session.member(rep).is_some()) else { return };
        let open = session.tools.open.get(&(rep, tool)).copied();
        if open.is_none_or(|open| open < needed) {
            // It was closed meanwhile, and the console hears so.
            return;
        }
        let Some(command) = self.done_with(now, rep, id, command).filter(ToolCommand::fits) else { return };
        let member = self.session(id).member_id(rep);
        let lane = Lane::of_command(&command);
        self.tell_customer_in(id, lane, &ApplianceToCustomer::Tool(CommandFrom { member, command }));
    }

    /// The customer's client says what came of a tool.
    pub(crate) fn tool_says(&mut self, now: SimTime, conn: ConnId, id: SessionId, news: UpdateFor) {
        let UpdateFor { member, update } = news;
        if !update.fits() {
            return self.conns.protocol_error(conn, TOO_MUCH);
        }
        let session = self.session(id);
        let tool = update.tool();
        let mut users = session.tools.open.keys().filter(|(_, open)| *open == tool).map(|(rep, _)| *rep);
        // For whom it is open no longer, it is too late.
        let Some(rep) = users.find(|rep| session.member_id(*rep) == member) else { return };
        self.came_of(now, rep, id, &update);
        if let Some(shown) = self.signed_in.get(&rep) {
            let lane = Lane::of_update(&update);
            self.conns.send_in(shown.conn, lane, &ApplianceToRep::Tool { session: id, update });
        }
    }

    /// The customer's side is of another kind now (C2C-09, ELV-02).
    pub(crate) fn client_became(&mut self, now: SimTime, id: SessionId, kind: ClientKind) {
        if self.session(id).record.client == kind {
            return;
        }
        let name = self.session(id).record.customer.clone();
        let session = self.session_mut(id);
        session.record.client = kind;
        session.happened(
            now,
            CUSTOMER,
            &name,
            SessionEvent::ConferenceMemberStateChanged,
            format!("the client is now: {kind}"),
        );
    }

    fn ask_customer(&mut self, now: SimTime, id: SessionId, asking: Asking) {
        let tools = self.tools_mut(id);
        if tools.asking.values().any(|other| (other.rep, other.tool) == (asking.rep, asking.tool)) {
            return;
        }
        tools.asked += 1;
        let prompt = PromptId(tools.asked);
        tools.asking.insert(prompt, asking);
        self.timers.insert((asking.until, TimerKey::ToolPromptOver(id, prompt)));
        let message = ApplianceToCustomer::Prompt(asking.told(now, prompt, &self.site));
        self.tell_customer(id, &message);
        self.tell_tool(asking.rep, id, asking.tool, ToolState::Asking);
    }

    fn tool_granted(&mut self, now: SimTime, id: SessionId, asking: Asking, access: Access) {
        let Asking { rep, tool, each_time, .. } = asking;
        let access = access.min(asking.access);
        if !each_time {
            let granted = self.tools_mut(id).granted.entry(tool).or_insert(access);
            *granted = access.max(*granted);
        }
        self.let_use_if_possible(now, rep, id, tool, access);
        self.answer_the_same(now, id, tool);
    }

    /// A yes for the whole session answers whoever else has asked for as much, and needs not ask each time.
    fn answer_the_same(&mut self, now: SimTime, id: SessionId, tool: Tool) {
        let tools = &self.session(id).tools;
        let Some(granted) = tools.granted.get(&tool).copied() else { return };
        let same = |asking: &Asking| asking.tool == tool && !asking.each_time && asking.access <= granted;
        let answered = tools.asking.iter().filter(|(_, asking)| same(asking));
        for (prompt, asking) in answered.map(|(prompt, asking)| (*prompt, *asking)).collect::<Vec<_>>() {
            self.tools_mut(id).asking.remove(&prompt);
            self.timers.remove(&(asking.until, TimerKey::ToolPromptOver(id, prompt)));
            self.tell_customer(id, &ApplianceToCustomer::PromptOver(prompt));
            self.let_use_if_possible(now, asking.rep, id, tool, asking.access);
        }
    }

    fn let_use_if_possible(&mut self, now: SimTime, rep: RepId, id: SessionId, tool: Tool, access: Access) {
        match self.session(id).record.cannot(tool) {
            Some(refusal) => self.tell_tool(rep, id, tool, ToolState::Refused(refusal)),
            None => self.let_use(now, rep, id, tool, access),
        }
    }

    fn tool_refused(&mut self, now: SimTime, id: SessionId, asking: Asking, why: ToolRefusal) {
        self.note_access(now, id, SessionEvent::ServiceAccessRefused, asking.tool, &why.to_string());
        self.tell_tool(asking.rep, id, asking.tool, ToolState::Refused(why));
    }

    /// From now on the tool is open.
    fn let_use(&mut self, now: SimTime, rep: RepId, id: SessionId, tool: Tool, access: Access) {
        self.tools_mut(id).open.insert((rep, tool), access);
        let whom = self.site.rep(rep).display_name.clone();
        let detail = match (tool, access) {
            (Tool::ScreenSharing, Access::ViewOnly) => format!("view only, to {whom}"),
            (_, Access::ViewOnly | Access::Full) => format!("to {whom}"),
        };
        self.note_access(now, id, SessionEvent::ServiceAccessAllowed, tool, &detail);
        let member = self.session(id).member_id(rep);
        self.tell_customer(id, &ApplianceToCustomer::ToolOpened { member, tool, access });
        self.tell_tool(rep, id, tool, ToolState::Open(access));
    }

    /// Closes a tool, or takes back the question for it. The console is not told.
    fn shut(&mut self, rep: RepId, id: SessionId, tool: Tool) {
        let tools = self.tools_mut(id);
        let was_open = tools.open.remove(&(rep, tool)).is_some();
        let asked = tools.asking.iter().find(|(_, asking)| (asking.rep, asking.tool) == (rep, tool));
        if let Some((prompt, asking)) = asked.map(|(prompt, asking)| (*prompt, *asking)) {
            tools.asking.remove(&prompt);
            self.timers.remove(&(asking.until, TimerKey::ToolPromptOver(id, prompt)));
            self.tell_customer(id, &ApplianceToCustomer::PromptOver(prompt));
        }
        if tool == Tool::CommandShell {
            self.shells_closed(rep, id);
        }
        if was_open {
            let member = self.session(id).member_id(rep);
            self.tell_customer(id, &ApplianceToCustomer::ToolClosed { member, tool });
        }
    }

    fn users_of(&self, id: SessionId, tool: Option<Tool>) -> Vec<RepId> {
        let tools = &self.session(id).tools;
        let open = tools.open.keys().copied();
        let asking = tools.asking.values().map(|asking| (asking.rep, asking.tool));
        let of_tool = open.chain(asking).filter(|(_, used)| tool.is_none_or(|tool| tool == *used));
        let mut users: Vec<RepId> = of_tool.map(|(rep, _)| rep).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    fn tools_in_use(&self, id: SessionId, rep: RepId) -> Vec<Tool> {
        let tools = &self.session(id).tools;
        let open = tools.open.keys().copied();
        let asking = tools.asking.values().map(|asking| (asking.rep, asking.tool));
        open.chain(asking).filter(|(user, _)| *user == rep).map(|(_, tool)| tool).collect()
    }

    /// CHT-07: permissions are in the running log.
    fn note_access(&mut self, now: SimTime, id: SessionId, event: SessionEvent, tool: Tool, detail: &str) {
        let name = self.session(id).record.customer.clone();
        self.session_mut(id).happened(now, CUSTOMER, &name, event, format!("{tool}: {detail}"));
    }

    fn tell_tool(&mut self, rep: RepId, id: SessionId, tool: Tool, state: ToolState) {
        if let Some(shown) = self.signed_in.get(&rep) {
            let lane = Lane::of_tool(tool);
            self.conns.send_in(shown.conn, lane, &ApplianceToRep::ToolState { session: id, tool, state });
        }
    }

    fn tell_customer(&mut self, id: SessionId, message: &ApplianceToCustomer) {
        self.tell_customer_in(id, Lane::Urgent, message);
    }

    fn tell_customer_in(&mut self, id: SessionId, lane: Lane, message: &ApplianceToCustomer) {
        if let Some(conn) = self.session(id).conn {
            self.conns.send_in(conn, lane, message);
        }
    }

    /// The tools of a session. They are not stored, so that nothing else is to be done about them.
    fn tools_mut(&mut self, id: SessionId) -> &mut Tools {
        &mut self.sessions.get_mut(&id).expect("ids in the appliance's tables lead to sessions").tools
    }
}

impl Asking {
    fn told(self, now: SimTime, id: PromptId, site: &Site) -> ToolPrompt {
        ToolPrompt {
            id,
            by: site.rep(self.rep).display_name.clone(),
            tool: self.tool,
            access: self.access,
            answer_within_ms: self.until.since(now).as_millis() as u32,
            silence_allows: self.silence_allows,
        }
    }
}

impl SessionRecord {
    /// Why the customer's side cannot do this now.
    fn cannot(&self, tool: Tool) -> Option<ToolRefusal> {
        if self.presence != Presence::Connected {
            return Some(ToolRefusal::CustomerAway);
        }
        if self.kind == SessionKind::Browser || !possible(tool, self.device.platform, self.client) {
            return Some(ToolRefusal::NotPossible);
        }
        (self.client == ClientKind::WebChat && tool != Tool::Elevation).then_some(ToolRefusal::ChatOnly)
    }
}

impl Session {
    /// The tools that a member may use, as far as the customer's side has them.
    pub(crate) fn offers_for(&self, site: &Site, rep: RepId) -> Vec<ToolOffer> {
        if self.record.kind == SessionKind::Browser {
            return Vec::new();
        }
        let offers = self.record.decided(site, rep).offers().into_iter();
        offers.filter(|offer| possible(offer.tool, self.record.device.platform, self.record.client)).collect()
    }
}

/// Whether a machine's client has such a tool at all.
fn possible(tool: Tool, platform: Platform, client: ClientKind) -> bool {
    let mobile = matches!(platform, Platform::Android | Platform::Ios);
    match tool {
        Tool::ScreenSharing | Tool::Clipboard | Tool::SystemInformation | Tool::SpecialActions => true,
        Tool::PrivacyScreen | Tool::CannedScripts | Tool::Reboot | Tool::CommandShell => !mobile,
        // AND-04. The client says so of itself, since the appliance does not know which Android it runs on.
        Tool::FileTransfer => client != ClientKind::Support,
        // ELV-05; a chat in a browser can become the full client anywhere (C2C-08).
        Tool::Elevation => {
            client == ClientKind::WebChat || matches!(platform, Platform::Windows | Platform::Mac)
        }
    }
}
