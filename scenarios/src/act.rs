//! Everything that anybody can do in a scenario: one closed vocabulary.
//!
//! Steps make acts, recordings carry them, and whatever else plays (generators, a player) speaks them too. People
//! are named as in the feature; what they act upon is named as they see it: a customer's name stands for that
//! customer's line in a queue and for their session.

mod elevation;
mod files;
mod link;
mod machine;
mod pin;
mod says;
mod screen;
mod shell;
mod start;
mod tool;

pub(crate) use elevation::ElevationAct;
pub(crate) use files::{FILE_BYTES_MAX, FILES_MAX, FilesAct};
pub use link::{Interface, LinkChange};
pub(crate) use machine::{MachineAct, MachineDeed};
pub(crate) use pin::PinAct;
pub(crate) use screen::{RunAsWho, ScreenAct, ScreenDeed};
pub(crate) use shell::{ShellAct, SystemAct};
pub(crate) use start::{PhoneApp, StartAct};
pub(crate) use tool::ToolAct;

use ::screen::Pacing;
use serde::{Deserialize, Serialize};
use wire::tool::Tool;

use crate::places::Place;

/// One thing that somebody does, or that befalls something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields say what the sentence of their act says")]
pub enum Act {
    /// A representative opens a console and signs in.
    RepSignsIn { rep: String, console: ConsoleKind, user_name: String, password: String, remember: bool },
    /// A representative types credentials into the console that is open.
    RepSignsInAgain { rep: String, user_name: String, password: String },
    /// A representative signs in with what the console has kept.
    RepSignsInRemembered { rep: String },
    /// A representative signs out.
    RepSignsOut { rep: String },
    /// A representative closes the console and opens it again.
    RepStartsConsoleAnew { rep: String },
    /// A representative makes a session key.
    RepGeneratesKey { rep: String, portal: Option<String>, valid_s: Option<u32> },
    /// A representative copies the URL of the last key.
    RepCopiesKeyUrl { rep: String },
    /// A representative accepts from a queue.
    RepAccepts { rep: String, customer: String },
    /// A representative double-clicks a line of a queue.
    RepDoubleClicks { rep: String, customer: String },
    /// A representative declines an invitation.
    RepDeclines { rep: String, customer: String },
    /// A representative uses Get Next.
    RepUsesGetNext { rep: String },
    /// A representative clicks a line to see its details, or to close them.
    RepClicksLine { rep: String, customer: String },
    /// A representative taps the star beside a team's queue.
    RepTapsStar { rep: String, queue: String },
    /// A representative sorts the queues by a column's content.
    RepSortsQueues { rep: String, by: String },
    /// A representative drags a column of the queues to the left end.
    RepMovesColumnFirst { rep: String, column: String },
    /// A representative puts a session on hold.
    RepHolds { rep: String, customer: String },
    /// A representative ends a session, or leaves it where they do not own it.
    RepEnds { rep: String, customer: String },
    /// A representative invites a colleague.
    RepInvites { rep: String, colleague: String, customer: String },
    /// A representative invites any representative of a team.
    RepInvitesTeam { rep: String, team: String, customer: String },
    /// A representative asks whoever can help with an issue.
    RepAsksForHelp { rep: String, issue: String, customer: String },
    /// A representative invites somebody who has no account; by mail where there is an address.
    RepInvitesExternal { rep: String, name: String, email: Option<String>, customer: String },
    /// A representative withdraws an invitation: to a colleague, a team, an issue or somebody without an account.
    RepCancelsInvitation { rep: String, to: String, customer: String },
    /// Somebody without an account opens a console and joins with an invitation's key.
    ExternalJoins { external: String, console: ConsoleKind, key: String },
    /// A representative asks to remove somebody from a session, and confirms it or not.
    RepRemoves { rep: String, member: String, customer: String, confirms: bool },
    /// A representative asks to remove somebody from a session; nothing happens before it is confirmed.
    RepAsksToRemove { rep: String, member: String, customer: String },
    /// A representative confirms the removal that was asked for, or drops it.
    RepConfirmsRemoval { rep: String, confirms: bool },
    /// A representative leaves a session that goes on.
    RepLeaves { rep: String, customer: String },
    /// A representative moves a session into another queue.
    RepTransfers { rep: String, customer: String, to: Target },
    /// A representative answers the prompt of an assignment.
    RepAnswersAssignment { rep: String, customer: String, accepts: bool },
    /// A representative turns automatic assignment on or off.
    RepSetsAutoAssignment { rep: String, on: bool },
    /// A representative turns extended availability on or off.
    RepSetsExtendedAvailability { rep: String, on: bool },
    /// A representative turns the console's sounds on or off.
    RepSetsSounds { rep: String, on: bool },
    /// A representative ticks or unticks a setting of screen sharing.
    RepSetsPreference { rep: String, preference: Preference, on: bool },
    /// A representative opens the Options menu of a session on a phone.
    RepOpensOptions { rep: String, customer: String },
    /// A representative picks an entry of that menu.
    RepPicksOption { rep: String, customer: String, option: String },
    /// A representative taps Back on a phone.
    RepTapsBack { rep: String },
    /// A representative locks the computer that the console runs on, or unlocks it.
    RepLocksComputer { rep: String, locked: bool },
    /// A representative says something to colleagues.
    RepTeamChats { rep: String, to: Target, text: String },
    /// A representative opens the team chat with a team or a colleague.
    RepOpensTeamChat { rep: String, with: Target },
    /// A representative adds a note to a session, even after it has ended.
    RepAddsNote { rep: String, customer: String, text: String },
    /// A representative chooses what the customer's machine does when the session is over.
    RepChoosesAfterSession { rep: String, customer: String, action: AfterSessionAction },
    /// A representative opens a session's report.
    RepOpensReport { rep: String, customer: String },
    /// A representative writes a line of chat.
    RepWrites { rep: String, customer: String, audience: ChatAudience, text: String },
    /// A representative minimises the chat of the session in front, or opens it.
    RepMinimisesChat { rep: String, minimised: bool },
    /// A representative goes to a session's page.
    RepShowsSession { rep: String, customer: String },
    /// A representative drags a tab to a place, counted from 1.
    RepMovesTab { rep: String, customer: String, place: usize },
    /// A representative takes a tab off the main window.
    RepDetachesTab { rep: String, customer: String },
    /// A representative asks for the Jump Items.
    RepListsJumpItems { rep: String },
    /// A representative jumps to a machine.
    RepJumps { rep: String, computer: String },
    /// A customer opens a portal in the browser.
    CustomerOpensPortal { customer: String, portal: Option<String> },
    /// A customer types a session key into the portal that is open.
    CustomerTypesKey { customer: String, key: String },
    /// A customer opens a URL.
    CustomerOpensUrl { customer: String, url: String },
    /// A customer picks an issue on the portal that is open.
    CustomerPicksIssue { customer: String, issue: String },
    /// A customer picks a representative on the portal that is open.
    CustomerPicksRep { customer: String, display_name: String },
    /// A customer gets the app from its store.
    CustomerInstallsApp { customer: String },
    /// A customer answers the agreement.
    CustomerAnswersAgreement { customer: String, accepts: bool },
    /// A customer answers whether the session may be recorded.
    CustomerAnswersRecording { customer: String, allows: bool },
    /// A customer writes a line of chat.
    CustomerWrites { customer: String, text: String },
    /// A customer clicks the Support Button on their computer.
    CustomerClicksSupportButton { customer: String, button: String },
    /// A customer follows a help link on a web page, which is shared from then on.
    CustomerFollowsHelpLink { customer: String, link: String, url: String, title: String, text: String },
    /// The browser of a customer who shares a web page goes to another one.
    CustomerShowsPage { customer: String, url: String, title: String, text: String },
    /// A customer leaves the session.
    CustomerLeaves { customer: String },
    /// A customer's client sends pictures by another controller, for whoever begins to look from now on.
    PicturesArePaced { customer: String, pacing: Pacing },
    /// Somebody does something about a tool of a session.
    Tool(ToolAct),
    /// A representative does something with a shared screen.
    Screen(ScreenAct),
    /// Something happens at a machine.
    Machine(MachineAct),
    /// A representative does something with command shells.
    Shell(ShellAct),
    /// A representative does something with system information.
    System(SystemAct),
    /// Somebody does something about files.
    Files(FilesAct),
    /// Somebody does something about elevation.
    Elevation(ElevationAct),
    /// A representative does something about pinning machines.
    Pin(PinAct),
    /// A customer begins with a chat in the browser, or with an app.
    Start(StartAct),
    /// The user of a machine answers a jump.
    UserAnswersJump { computer: String, accepts: bool },
    /// The user of a machine logs on or off.
    UserPresence { computer: String, present: bool },
    /// A machine loses its power.
    PowerFails { machine: Whose },
    /// A machine gets its power back.
    PowerReturns { machine: Whose },
    /// A representative's console is killed.
    ConsoleIsKilled { rep: String },
    /// Nothing gets from or to a machine any more.
    NetworkGoesDown { machine: Whose },
    /// It does again.
    NetworkComesBack { machine: Whose },
    /// Nothing gets through between a machine and the appliance, either way; both have their networks.
    WayIsCut { machine: Whose },
    /// What is sent between a machine and the appliance waits on the way.
    WayIsHeld { machine: Whose },
    /// The way between a machine and the appliance is open again; what waited goes on.
    WayIsOpen { machine: Whose },
    /// A machine is on another kind of link from now on.
    LinkBecomes { machine: Whose, link: String },
    /// The name server answers, or does not.
    NameServerIs { state: NameServerState },
    /// The mail host takes mail, or does not.
    MailHostIs { state: MailHostState },
    /// The name server does not know the appliance's name any more.
    NameIsGone,
    /// It does again.
    NameIsBack,
    /// The appliance has another address from now on, and its name leads there.
    ApplianceMoves,
    /// Somebody is at a place, and so is the device that they will use.
    PersonIsAt { person: String, place: Place },
    /// Somebody carries the device to another place.
    PersonMovesTo { person: String, place: Place },
    /// Somebody's device has mobile data beside what it uses.
    DeviceHasMobileData { person: String },
    /// An interface of somebody's device loses its network, and its address.
    InterfaceGoesDown { person: String, interface: Interface },
    /// It has its network back, at another address.
    InterfaceComesBack { person: String, interface: Interface },
    /// The router of somebody's place starts again, and forgets its mappings.
    RouterRestarts { person: String },
    /// The provider gives the router of somebody's place another address.
    RouterIsRenumbered { person: String },
    /// One thing about a machine's link changes.
    LinkChanges { machine: Whose, change: LinkChange },
    /// The firewall of somebody's place lets nothing out but to one port.
    FirewallLetsOut { person: String, port: u16 },
    /// The firewall of somebody's place forgets connections that are idle for so long, and drops what is left of them.
    FirewallForgets { person: String, after_s: u64 },
    /// A machine falls asleep.
    MachineSleeps { machine: Whose },
    /// A machine wakes.
    MachineWakes { machine: Whose },
    /// The clock on a machine's wall is set: ahead of the time by so much, or behind it.
    WallClockIsSet { machine: Whose, ahead_millis: i64 },
    /// A machine's own clock runs fast, or slow, in parts per million.
    ClockRuns { machine: Whose, ppm: i32 },
    /// A representative closes the console in order.
    RepClosesConsole { rep: String },
    /// Time passes.
    TimePasses { millis: u64 },
}

/// A kind of console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleKind {
    /// On a PC.
    #[display("desktop")]
    Desktop,
    /// On a Mac.
    #[display("Mac")]
    Mac,
    /// On a phone with Android.
    #[display("Android")]
    Android,
}

/// Who may read a line of chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum ChatAudience {
    /// Everyone in the session.
    #[display("everyone")]
    Everyone,
    /// Its representatives.
    #[display("representatives only")]
    RepresentativesOnly,
}

/// Where a session can be moved to, and who can be talked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A team.
    #[display("the {_0} team")]
    Team(String),
    /// A representative.
    #[display("{_0}")]
    Rep(String),
}

/// What the customer's machine does when a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum AfterSessionAction {
    /// Nothing.
    #[display("nothing")]
    Nothing,
    /// It logs its user out.
    #[display("log out the user")]
    LogOut,
    /// It locks its screen.
    #[display("lock the computer")]
    Lock,
}

/// A setting of screen sharing, on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// The phone's screen does not dim while it shows another.
    #[display("Keep screen awake")]
    KeepScreenAwake,
    /// The remote pointer follows the finger's movement.
    #[display("Scale pointer movement")]
    ScalePointerMovement,
    /// Scrolling and panning trade their gestures.
    #[display("Swap scroll and pan gestures")]
    SwapScrollAndPan,
}

/// How the mail host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum MailHostState {
    /// As it should be.
    #[display("takes mail")]
    Healthy,
    /// It takes nothing for now.
    #[display("asks senders to come back later")]
    Greylisting,
    /// Its mailboxes have no room left.
    #[display("is full")]
    Full,
    /// It takes mail for nobody.
    #[display("knows no recipient")]
    RefusesRecipients,
    /// It says nothing more once a mail was sent, and keeps nothing of it.
    #[display("hangs")]
    Hangs,
    /// It cuts connections off in the middle of a mail.
    #[display("breaks off")]
    BreaksOff,
}

/// How the name server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum NameServerState {
    /// As it should be.
    #[display("answers")]
    Healthy,
    /// It answers nothing.
    #[display("is silent")]
    Silent,
    /// It says that it has failed.
    #[display("fails")]
    Failing,
    /// It answers late.
    #[display("takes {millis} ms to answer")]
    Slow {
        /// By how much.
        millis: u64,
    },
}

/// Whose machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The appliance's.
    #[display("the appliance")]
    Appliance,
    /// A representative's or a customer's.
    #[display("{_0}'s device")]
    Person(String),
    /// One that is known by its own name.
    #[display("{_0}")]
    Computer(String),
}

impl Act {
    /// As recordings write it.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("an act is plain data")
    }

    /// Whether somebody wants something of a customer's screen.
    pub(crate) fn is_about_screens(&self) -> bool {
        match self {
            Self::Screen(_) => true,
            Self::Tool(ToolAct::Opens { tool, .. }) => *tool == Tool::ScreenSharing,
            _ => false,
        }
    }

    /// Whether it is something that goes wrong, rather than something that somebody does.
    pub fn is_fault(&self) -> bool {
        matches!(
            self,
            Self::PowerFails { .. }
                | Self::PowerReturns { .. }
                | Self::ConsoleIsKilled { .. }
                | Self::NetworkGoesDown { .. }
                | Self::NetworkComesBack { .. }
                | Self::WayIsCut { .. }
                | Self::WayIsHeld { .. }
                | Self::WayIsOpen { .. }
                | Self::LinkBecomes { .. }
                | Self::NameServerIs { .. }
                | Self::MailHostIs { .. }
                | Self::NameIsGone
                | Self::NameIsBack
                | Self::ApplianceMoves
                | Self::LinkChanges { .. }
                | Self::PersonMovesTo { .. }
                | Self::InterfaceGoesDown { .. }
                | Self::InterfaceComesBack { .. }
                | Self::RouterRestarts { .. }
                | Self::RouterIsRenumbered { .. }
                | Self::FirewallLetsOut { .. }
                | Self::FirewallForgets { .. }
                | Self::MachineSleeps { .. }
                | Self::MachineWakes { .. }
                | Self::WallClockIsSet { .. }
                | Self::ClockRuns { .. }
        )
    }
}
