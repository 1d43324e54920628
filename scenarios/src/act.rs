//! Everything that anybody can do in a scenario: one closed vocabulary.
//!
//! Steps make acts, recordings carry them, and whatever else plays (generators, a player) speaks them too. People
//! are named as in the feature; what they act upon is named as they see it: a customer's name stands for that
//! customer's line in a queue and for their session.

use std::fmt;
use std::time::Duration;

use fabric::{CapacityTrace, InterfaceKind, Jitter, LinkConfig, Loss, Queue, Rate, Reordering};
use serde::{Deserialize, Serialize};

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
    /// A customer leaves the session.
    CustomerLeaves { customer: String },
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

/// A kind of interface of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
pub enum Interface {
    /// A cable.
    #[display("Ethernet")]
    Ethernet,
    /// A wireless LAN.
    #[display("Wi-Fi")]
    WiFi,
    /// A mobile carrier's network.
    #[display("mobile data")]
    MobileData,
}

impl Interface {
    /// As the fabric has it.
    pub(crate) const fn kind(self) -> InterfaceKind {
        match self {
            Self::Ethernet => InterfaceKind::Ethernet,
            Self::WiFi => InterfaceKind::WiFi,
            Self::MobileData => InterfaceKind::MobileData,
        }
    }
}

/// One thing about a link, both ways.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, derive_more::Display)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields say what the sentence of their change says")]
pub enum LinkChange {
    /// It carries so much.
    #[display("carries {bits_per_s} bit/s")]
    Rate { bits_per_s: u64 },
    /// Each packet takes so much longer.
    #[display("delays by {millis} ms")]
    Delay { millis: u64 },
    /// Packets take up to so much longer, each for itself.
    #[display("has {millis} ms of jitter")]
    Jitter { millis: u64 },
    /// It loses this share, each packet for itself.
    #[display("loses {percent} % of packets")]
    Loss { percent: f64 },
    /// It loses this share, in bursts of so many packets on average.
    #[display("loses {percent} % of packets in bursts of {packets}")]
    BurstLoss { percent: f64, packets: f64 },
    /// It delivers this share twice.
    #[display("duplicates {percent} % of packets")]
    Duplicates { percent: f64 },
    /// It holds this share back, so that others overtake.
    #[display("reorders {percent} % of packets")]
    Reorders { percent: f64 },
    /// Its queue holds so much and drops at the tail.
    #[display("queues up to {kib} KiB")]
    DropTail { kib: usize },
    /// Its queue is kept short by CoDel.
    #[display("queues by CoDel")]
    CoDel,
    /// What it carries follows a trace in mahimahi's format.
    #[display("follows the trace {name:?}")]
    Trace { name: String, text: String },
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

impl LinkChange {
    /// The link as it is afterwards.
    ///
    /// # Errors
    /// There cannot be such a link, or nothing of that name.
    pub(crate) fn apply(&self, link: LinkConfig) -> Result<LinkConfig, String> {
        let share = |percent: f64| percent / 100.0;
        let bytes = link.queue.bytes();
        let changed = match self {
            Self::Rate { bits_per_s } => LinkConfig { rate: Rate::BitsPerSecond(*bits_per_s), ..link },
            Self::Delay { millis } => link.propagation(Duration::from_millis(*millis)),
            Self::Jitter { millis } => link.jitter(Jitter::Uniform { max: Duration::from_millis(*millis) }),
            Self::Loss { percent } => link.loss(Loss::Independent(share(*percent))),
            Self::BurstLoss { percent, packets } => {
                // Good times cannot be shorter than a packet.
                let percent_max = 100.0 * packets / (packets + 1.0);
                if *packets < 1.0 {
                    return Err(format!("expected bursts of at least 1 packet, got {packets}"));
                } else if *percent > percent_max {
                    return Err(format!(
                        "expected at most {percent_max:.1} % in bursts of {packets}, got {percent} %"
                    ));
                }
                link.loss(Loss::bursts(share(*percent), *packets))
            }
            Self::Duplicates { percent } => link.duplicate(share(*percent)),
            Self::Reorders { percent } => {
                link.reorder(Reordering::HeldBack { share: share(*percent), by: HELD_BACK })
            }
            Self::DropTail { kib } => link.queue(Queue::DropTail { bytes: kib.saturating_mul(1_024) }),
            Self::CoDel => link.queue(Queue::CoDel { bytes }),
            Self::Trace { name, text } => {
                let trace =
                    CapacityTrace::parse(text).map_err(|error| format!("the trace {name:?}: {error}"))?;
                LinkConfig { rate: Rate::Trace(trace), ..link }
            }
        };
        changed.check().map_err(|error| error.to_string())?;
        Ok(changed)
    }
}

/// For how long packets are held back that others overtake: some ten of them at 10 Mbit/s.
const HELD_BACK: Duration = Duration::from_millis(12);

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

/// A plain sentence.
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RepSignsIn { rep, console, user_name, .. } => {
                write!(f, "{rep} signs in to the {console} console as {user_name:?}")
            }
            Self::RepSignsInAgain { rep, user_name, .. } => write!(f, "{rep} signs in as {user_name:?}"),
            Self::RepSignsInRemembered { rep } => write!(f, "{rep} signs in with what the console remembers"),
            Self::RepSignsOut { rep } => write!(f, "{rep} signs out"),
            Self::RepStartsConsoleAnew { rep } => write!(f, "{rep} starts the console anew"),
            Self::RepGeneratesKey { rep, portal, valid_s } => {
                write!(f, "{rep} generates a session key")?;
                if let Some(portal) = portal {
                    write!(f, " for the portal {portal:?}")?;
                }
                match valid_s {
                    Some(valid_s) => write!(f, " that is valid for {valid_s} seconds"),
                    None => Ok(()),
                }
            }
            Self::RepCopiesKeyUrl { rep } => write!(f, "{rep} copies the URL of the session key"),
            Self::RepAccepts { rep, customer } => write!(f, "{rep} accepts {customer}'s session"),
            Self::RepDoubleClicks { rep, customer } => write!(f, "{rep} double-clicks {customer}'s line"),
            Self::RepDeclines { rep, customer } => {
                write!(f, "{rep} declines the invitation to {customer}'s session")
            }
            Self::RepUsesGetNext { rep } => write!(f, "{rep} uses Get Next"),
            Self::RepClicksLine { rep, customer } => write!(f, "{rep} clicks {customer}'s line"),
            Self::RepTapsStar { rep, queue } => write!(f, "{rep} taps the star beside the {queue} queue"),
            Self::RepSortsQueues { rep, by } => write!(f, "{rep} sorts the queues by {by}"),
            Self::RepMovesColumnFirst { rep, column } => {
                write!(f, "{rep} moves the column {column:?} to the front")
            }
            Self::RepHolds { rep, customer } => write!(f, "{rep} puts {customer}'s session on hold"),
            Self::RepEnds { rep, customer } => write!(f, "{rep} ends {customer}'s session"),
            Self::RepInvites { rep, colleague, customer } => {
                write!(f, "{rep} invites {colleague} to {customer}'s session")
            }
            Self::RepWrites { rep, customer, audience, text } => {
                write!(f, "{rep} writes {text:?} to {audience} in {customer}'s session")
            }
            Self::RepMinimisesChat { rep, minimised: true } => write!(f, "{rep} minimises the chat"),
            Self::RepMinimisesChat { rep, minimised: false } => write!(f, "{rep} opens the chat"),
            Self::RepShowsSession { rep, customer } => write!(f, "{rep} returns to {customer}'s session"),
            Self::RepMovesTab { rep, customer, place } => {
                write!(f, "{rep} drags {customer}'s tab to place {place}")
            }
            Self::RepDetachesTab { rep, customer } => write!(f, "{rep} detaches {customer}'s tab"),
            Self::RepListsJumpItems { rep } => write!(f, "{rep} refreshes the Jump Items"),
            Self::RepJumps { rep, computer } => write!(f, "{rep} jumps to {computer}"),
            Self::CustomerOpensPortal { customer, portal: None } => write!(f, "{customer} opens the portal"),
            Self::CustomerOpensPortal { customer, portal: Some(portal) } => {
                write!(f, "{customer} opens the portal {portal:?}")
            }
            Self::CustomerTypesKey { customer, key } => write!(f, "{customer} types the session key {key:?}"),
            Self::CustomerOpensUrl { customer, url } => write!(f, "{customer} opens {url}"),
            Self::CustomerPicksIssue { customer, issue } => write!(f, "{customer} picks the issue {issue:?}"),
            Self::CustomerPicksRep { customer, display_name } => {
                write!(f, "{customer} picks the representative {display_name:?}")
            }
            Self::CustomerInstallsApp { customer } => write!(f, "{customer} installs the app"),
            Self::CustomerAnswersAgreement { customer, accepts } => {
                write!(f, "{customer} {} the agreement", if *accepts { "accepts" } else { "declines" })
            }
            Self::CustomerAnswersRecording { customer, allows } => {
                write!(f, "{customer} {} recording", if *allows { "allows" } else { "refuses" })
            }
            Self::CustomerWrites { customer, text } => write!(f, "{customer} writes {text:?}"),
            Self::CustomerLeaves { customer } => write!(f, "{customer} leaves"),
            Self::UserAnswersJump { computer, accepts } => {
                write!(f, "the user of {computer} {} the jump", if *accepts { "accepts" } else { "denies" })
            }
            Self::UserPresence { computer, present } => {
                write!(f, "the user of {computer} logs {}", if *present { "on" } else { "off" })
            }
            Self::PowerFails { machine } => write!(f, "{machine} loses power"),
            Self::PowerReturns { machine } => write!(f, "{machine} starts again"),
            Self::ConsoleIsKilled { rep } => write!(f, "{rep}'s console is killed"),
            Self::NetworkGoesDown { machine } => write!(f, "the network of {machine} goes down"),
            Self::NetworkComesBack { machine } => write!(f, "the network of {machine} comes back"),
            Self::WayIsCut { machine } => write!(f, "the way between {machine} and the appliance is cut"),
            Self::WayIsHeld { machine } => write!(f, "packets between {machine} and the appliance are held"),
            Self::WayIsOpen { machine } => {
                write!(f, "the way between {machine} and the appliance is open again")
            }
            Self::LinkBecomes { machine, link } => write!(f, "{machine} is on {link}"),
            Self::NameServerIs { state } => write!(f, "the name server {state}"),
            Self::NameIsGone => f.write_str("the name of the appliance can not be found"),
            Self::NameIsBack => f.write_str("the name of the appliance can be found again"),
            Self::ApplianceMoves => f.write_str("the appliance moves to another address"),
            Self::PersonIsAt { person, place } => write!(f, "{person} is at {place}"),
            Self::PersonMovesTo { person, place } => write!(f, "{person} moves to {place}"),
            Self::DeviceHasMobileData { person } => write!(f, "{person}'s device has mobile data too"),
            Self::InterfaceGoesDown { person, interface } => write!(f, "{person} loses the {interface}"),
            Self::InterfaceComesBack { person, interface } => write!(f, "{person} has the {interface} back"),
            Self::RouterRestarts { person } => write!(f, "the router where {person} is starts again"),
            Self::RouterIsRenumbered { person } => {
                write!(f, "the router where {person} is gets another address")
            }
            Self::LinkChanges { machine, change } => write!(f, "the link of {machine} {change}"),
            Self::FirewallLetsOut { person, port } => {
                write!(f, "the firewall where {person} is lets out port {port} only")
            }
            Self::FirewallForgets { person, after_s } => {
                write!(f, "the firewall where {person} is forgets connections idle for {after_s} s")
            }
            Self::MachineSleeps { machine } => write!(f, "{machine} falls asleep"),
            Self::MachineWakes { machine } => write!(f, "{machine} wakes"),
            Self::WallClockIsSet { machine, ahead_millis } => {
                let by = Duration::from_millis(ahead_millis.unsigned_abs());
                let way = if *ahead_millis < 0 { "behind" } else { "ahead" };
                write!(f, "the clock of {machine} is set {by:?} {way}")
            }
            Self::ClockRuns { machine, ppm } => write!(f, "the clock of {machine} runs {ppm} ppm fast"),
            Self::RepClosesConsole { rep } => write!(f, "{rep} closes the console"),
            Self::TimePasses { millis } => write!(f, "{:?} pass", Duration::from_millis(*millis)),
        }
    }
}
