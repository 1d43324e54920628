//! Everything that anybody can do in a scenario: one closed vocabulary.
//!
//! Steps make acts, recordings carry them, and whatever else plays (generators, a player) speaks them too. People
//! are named as in the feature; what they act upon is named as they see it: a customer's name stands for that
//! customer's line in a queue and for their session.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

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
            Self::TimePasses { millis } => write!(f, "{:?} pass", Duration::from_millis(*millis)),
        }
    }
}
