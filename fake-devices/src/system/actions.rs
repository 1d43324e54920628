//! Special actions (SPA-01 to SPA-03) and canned scripts (SPA-04).

use device::Rights;
use wire::SimTime;
use wire::session::Platform;
use wire::tool::{RunAs, SpecialAction};

use super::shell::{Ran, Shell};
use crate::{FakeDevice, Navigation, Program};

/// The longest script, in bytes.
const SCRIPT_BYTES_MAX: usize = 64 * 1024;
/// Why a script that is longer is not run.
const SCRIPT_TOO_LONG: &str = "expected a script of at most 65536 bytes";

/// A special action that was done: a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneAction {
    /// When.
    pub at: SimTime,
    /// Which.
    pub action: SpecialAction,
    /// As whom it runs: an account, or the system.
    pub user: String,
}

/// A script that ran: a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RanScript {
    /// When.
    pub at: SimTime,
    /// As whom: an account, or the system.
    pub user: String,
}

impl FakeDevice {
    pub(super) fn actions(&self, rights: Rights) -> Vec<SpecialAction> {
        use SpecialAction as A;
        let all: &[A] = match self.kind.platform() {
            Platform::Windows => &[
                A::CtrlAltDel,
                A::TaskManager,
                A::CommandPrompt,
                A::ControlPanel,
                A::EventViewer,
                A::LockScreen,
            ],
            Platform::Mac => &[A::Terminal, A::SystemSettings, A::ActivityMonitor, A::LockScreen],
            Platform::Linux => &[A::Terminal, A::SystemSettings, A::LockScreen],
            Platform::Android => &[A::Home, A::Back, A::RecentApps, A::SystemSettings],
            Platform::Ios => &[],
        };
        all.iter()
            .copied()
            .filter(|&action| rights == Rights::Administrator || !needs_elevation(action))
            .collect()
    }

    pub(super) fn act(
        &mut self,
        now: SimTime,
        rights: Rights,
        action: SpecialAction,
        run_as: &RunAs,
    ) -> Result<String, String> {
        if !self.actions(rights).contains(&action) {
            return Err(
                if needs_elevation(action) && self.actions(Rights::Administrator).contains(&action) {
                    format!("{action} needs administrative rights")
                } else {
                    format!("{action} is not possible on this machine")
                },
            );
        }
        if !is_program(action) && *run_as != RunAs::ActiveUser {
            return Err(format!("{action} is no program that somebody else could run"));
        }
        let actor = self.actor_as(rights, run_as)?;
        self.show(now, action, *run_as != RunAs::ActiveUser);
        let told = if is_program(action) {
            format!("{action} is open, as {}", actor.name)
        } else {
            format!("{action} is done")
        };
        self.system.actions.push(DoneAction { at: now, action, user: actor.name });
        Ok(told)
    }

    /// What one sees of it. A program that runs as somebody else is an administrator's, and protected.
    fn show(&mut self, now: SimTime, action: SpecialAction, elevated: bool) {
        use SpecialAction as A;
        let opens = match action {
            A::LockScreen => {
                self.locked = true;
                return;
            }
            A::CtrlAltDel => return self.press_ctrl_alt_del(now),
            A::Home => return self.navigate(now, Navigation::Home),
            A::Back => return self.navigate(now, Navigation::Back),
            A::RecentApps => return self.navigate(now, Navigation::RecentApps),
            A::TaskManager | A::ActivityMonitor => Program::TaskManager,
            A::CommandPrompt | A::Terminal => Program::Editor,
            A::ControlPanel | A::SystemSettings => Program::Form,
            A::EventViewer => Program::Document,
        };
        self.open_program_as(now, opens, &action.to_string(), elevated);
    }

    pub(super) fn script(
        &mut self,
        now: SimTime,
        rights: Rights,
        script: &str,
        run_as: &RunAs,
    ) -> Result<String, String> {
        if self.shell_name().is_empty() {
            return Err("not possible on this machine".to_owned());
        }
        if script.len() > SCRIPT_BYTES_MAX {
            return Err(SCRIPT_TOO_LONG.to_owned());
        }
        let actor = self.actor_as(rights, run_as)?;
        self.note_event(now, "Scripts", format!("a script ran as {}", actor.name));
        self.system.scripts.push(RanScript { at: now, user: actor.name.clone() });
        let mut shell = Shell::new(actor);
        let mut said = String::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match self.run_line(now, &mut shell, line) {
                Ran::Said { text, code: 0 } => said.push_str(&text),
                Ran::Said { text, code: _ } => return Err(said + &text),
                Ran::Cleared => {}
                Ran::Ended { code: 0 } => break,
                Ran::Ended { code } => return Err(format!("{said}ended with code {code}\n")),
                Ran::Pings(_) => return Err(said + "ping has no place in a script: nobody waits for it\n"),
            }
        }
        Ok(said)
    }
}

/// Whether the action is to open a program, which somebody else can run too (SPA-02, SPA-03).
fn is_program(action: SpecialAction) -> bool {
    use SpecialAction as A;
    match action {
        A::TaskManager
        | A::CommandPrompt
        | A::Terminal
        | A::ControlPanel
        | A::SystemSettings
        | A::EventViewer
        | A::ActivityMonitor => true,
        A::CtrlAltDel | A::LockScreen | A::Home | A::Back | A::RecentApps => false,
    }
}

/// Whether only a service can do it: the secure attention sequence comes from the keyboard or from the system.
fn needs_elevation(action: SpecialAction) -> bool {
    action == SpecialAction::CtrlAltDel
}
