//! What acts are in words: as recordings, reports and failures say them.

use std::fmt;
use std::time::Duration;

use super::Act;

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
            Self::RepInvitesTeam { rep, team, customer } => {
                write!(f, "{rep} invites any representative of {team} to {customer}'s session")
            }
            Self::RepAsksForHelp { rep, issue, customer } => {
                write!(f, "{rep} asks for help with {issue:?} in {customer}'s session")
            }
            Self::RepInvitesExternal { rep, name, email, customer } => {
                write!(f, "{rep} invites {name}, who has no account, to {customer}'s session")?;
                match email {
                    Some(email) => write!(f, " by mail to {email}"),
                    None => Ok(()),
                }
            }
            Self::RepCancelsInvitation { rep, to, customer } => {
                write!(f, "{rep} cancels the invitation of {to} to {customer}'s session")
            }
            Self::ExternalJoins { external, console, key } => {
                write!(f, "{external} joins on the {console} console with the invitation {key:?}")
            }
            Self::RepRemoves { rep, member, customer, confirms } => {
                write!(f, "{rep} asks to remove {member} from {customer}'s session")?;
                f.write_str(if *confirms { " and confirms it" } else { " and thinks better of it" })
            }
            Self::RepAsksToRemove { rep, member, customer } => {
                write!(f, "{rep} asks to remove {member} from {customer}'s session")
            }
            Self::RepConfirmsRemoval { rep, confirms: true } => write!(f, "{rep} confirms the removal"),
            Self::RepConfirmsRemoval { rep, confirms: false } => write!(f, "{rep} drops the removal"),
            Self::RepLeaves { rep, customer } => write!(f, "{rep} leaves {customer}'s session"),
            Self::RepTransfers { rep, customer, to } => {
                write!(f, "{rep} transfers {customer}'s session to {to}")
            }
            Self::RepAnswersAssignment { rep, customer, accepts } => {
                let does = if *accepts { "accepts" } else { "rejects" };
                write!(f, "{rep} {does} the assignment of {customer}'s session")
            }
            Self::RepSetsAutoAssignment { rep, on } => {
                write!(f, "{rep} turns automatic assignment {}", OnOff(*on))
            }
            Self::RepSetsExtendedAvailability { rep, on } => {
                write!(f, "{rep} turns extended availability {}", OnOff(*on))
            }
            Self::RepSetsSounds { rep, on } => write!(f, "{rep} turns sounds {}", OnOff(*on)),
            Self::RepSetsPreference { rep, preference, on } => {
                write!(f, "{rep} turns \"{preference}\" {}", OnOff(*on))
            }
            Self::RepOpensOptions { rep, customer } => {
                write!(f, "{rep} opens the options of {customer}'s session")
            }
            Self::RepPicksOption { rep, customer, option } => {
                write!(f, "{rep} picks {option:?} from the options of {customer}'s session")
            }
            Self::RepTapsBack { rep } => write!(f, "{rep} taps Back"),
            Self::RepLocksComputer { rep, locked: true } => write!(f, "{rep} locks the computer"),
            Self::RepLocksComputer { rep, locked: false } => write!(f, "{rep} unlocks the computer"),
            Self::RepTeamChats { rep, to, text } => write!(f, "{rep} writes {text:?} to {to} in team chat"),
            Self::RepOpensTeamChat { rep, with } => write!(f, "{rep} opens the team chat with {with}"),
            Self::RepAddsNote { rep, customer, text } => {
                write!(f, "{rep} adds the note {text:?} to {customer}'s session")
            }
            Self::RepChoosesAfterSession { rep, customer, action } => {
                write!(f, "{rep} chooses for the end of {customer}'s session: {action}")
            }
            Self::RepOpensReport { rep, customer } => {
                write!(f, "{rep} opens the report of {customer}'s session")
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
            Self::CustomerClicksSupportButton { customer, button } => {
                write!(f, "{customer} clicks the Support Button {button:?}")
            }
            Self::CustomerFollowsHelpLink { customer, link, url, .. } => {
                write!(f, "{customer} follows the help link {link:?} on {url}")
            }
            Self::CustomerShowsPage { customer, url, .. } => write!(f, "{customer}'s browser shows {url}"),
            Self::CustomerLeaves { customer } => write!(f, "{customer} leaves"),
            Self::PicturesArePaced { customer, pacing } => {
                write!(f, "{customer}'s client paces pictures by \"{pacing}\"")
            }
            Self::Tool(act) => act.fmt(f),
            Self::Screen(act) => act.fmt(f),
            Self::Machine(act) => act.fmt(f),
            Self::Shell(act) => act.fmt(f),
            Self::System(act) => act.fmt(f),
            Self::Files(act) => act.fmt(f),
            Self::Elevation(act) => act.fmt(f),
            Self::Pin(act) => act.fmt(f),
            Self::Start(act) => act.fmt(f),
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
            Self::MailHostIs { state } => write!(f, "the mail host {state}"),
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

/// How a switch stands.
struct OnOff(bool);

impl fmt::Display for OnOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "on" } else { "off" })
    }
}
