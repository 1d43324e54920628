//! The step that an act is written as in a feature.

use crate::act::{Act, ChatAudience, Target, Whose};

/// The text of the `When` step that does this act and nothing else; `None` for acts that no walk has.
///
/// What somebody may be refused is written as something that they try.
pub(crate) fn phrase(act: &Act) -> Option<String> {
    Some(match act {
        Act::RepSignsIn { rep, console, .. } => format!("{rep} signs in to the {console} console"),
        Act::RepSignsInAgain { rep, .. } => format!("{rep} signs in again"),
        Act::RepStartsConsoleAnew { rep } => format!("{rep} starts the console anew"),
        Act::RepSignsOut { rep } => format!("{rep} signs out"),
        Act::RepClosesConsole { rep } => format!("{rep} closes the console"),
        Act::ConsoleIsKilled { rep } => format!("{rep}'s console is killed"),
        Act::RepAccepts { rep, customer } => format!("{rep} tries to accept {customer}'s session"),
        Act::RepDeclines { rep, customer } => {
            format!("{rep} declines the invitation to {customer}'s session")
        }
        Act::RepUsesGetNext { rep } => format!("{rep} uses Get Next"),
        Act::RepAnswersAssignment { rep, customer, accepts } => {
            let answers = if *accepts { "accepts" } else { "rejects" };
            format!("{rep} {answers} the assignment of {customer}'s session")
        }
        Act::RepHolds { rep, customer } => format!("{rep} puts {customer}'s session on hold"),
        Act::RepEnds { rep, customer } => format!("{rep} ends {customer}'s session"),
        Act::RepLeaves { rep, customer } => format!("{rep} tries to leave {customer}'s session"),
        Act::RepTransfers { rep, customer, to: Target::Team(team) } => {
            format!("{rep} tries to transfer {customer}'s session to the {team} team")
        }
        Act::RepTransfers { rep, customer, to: Target::Rep(other) } => {
            format!("{rep} tries to transfer {customer}'s session to {other}")
        }
        Act::RepInvites { rep, colleague, customer } => {
            format!("{rep} tries to invite {colleague} to {customer}'s session")
        }
        Act::RepInvitesTeam { rep, team, customer } => {
            format!("{rep} tries to invite any representative of {team} to {customer}'s session")
        }
        Act::RepAsksForHelp { rep, issue, customer } => {
            format!("{rep} asks for help with {issue:?} in {customer}'s session")
        }
        Act::RepInvitesExternal { rep, name, email: None, customer } => {
            format!("{rep} invites {name}, who has no account, to {customer}'s session")
        }
        Act::RepCancelsInvitation { rep, to, customer } => {
            format!("{rep} cancels the invitation of {to:?} to {customer}'s session")
        }
        Act::ExternalJoins { external, console, .. } => {
            format!("{external} joins with the invitation on the {console} console")
        }
        Act::RepRemoves { rep, member, customer, confirms: true } => {
            format!("{rep} tries to remove {member} from {customer}'s session")
        }
        Act::RepSetsAutoAssignment { rep, on } => format!("{rep} turns automatic assignment {}", on_off(*on)),
        Act::RepSetsExtendedAvailability { rep, on } => {
            format!("{rep} turns extended availability {}", on_off(*on))
        }
        Act::RepLocksComputer { rep, locked: true } => format!("{rep} locks the computer"),
        Act::RepLocksComputer { rep, locked: false } => format!("{rep} unlocks the computer"),
        Act::RepTeamChats { rep, to: Target::Team(team), text } => {
            format!("{rep} writes {text:?} to the {team} team in team chat")
        }
        Act::RepTeamChats { rep, to: Target::Rep(other), text } => {
            format!("{rep} writes {text:?} to {other} in team chat")
        }
        Act::RepAddsNote { rep, customer, text } => {
            format!("{rep} adds the note {text:?} to {customer}'s session")
        }
        Act::RepChoosesAfterSession { rep, customer, action } => {
            format!("{rep} chooses \"{action}\" for the end of {customer}'s session")
        }
        Act::RepWrites { rep, customer, audience, text } => {
            let readers = match audience {
                ChatAudience::Everyone => "everyone",
                ChatAudience::RepresentativesOnly => "representatives only",
            };
            format!("{rep} writes {text:?} to {readers} in {customer}'s session")
        }
        Act::CustomerOpensPortal { customer, portal: None } => format!("{customer} opens the portal"),
        Act::CustomerPicksIssue { customer, issue } => {
            format!("{customer} picks the issue {issue:?} from the open page")
        }
        Act::CustomerPicksRep { customer, display_name } => {
            // The step wants the name that the feature uses.
            let name = display_name.split(' ').next().unwrap_or(display_name);
            format!("{customer} picks the representative {name} from the open page")
        }
        Act::CustomerWrites { customer, text } => format!("{customer} writes {text:?}"),
        Act::CustomerLeaves { customer } => format!("{customer} leaves"),
        Act::PowerFails { machine: Whose::Appliance } => "the appliance loses power".to_owned(),
        Act::PowerReturns { machine: Whose::Appliance } => "the appliance starts again".to_owned(),
        Act::PowerFails { machine: Whose::Person(name) } => format!("{name}'s device loses power"),
        Act::NetworkGoesDown { machine: Whose::Person(name) } => format!("{name}'s network goes down"),
        Act::NetworkComesBack { machine: Whose::Person(name) } => format!("{name}'s network comes back"),
        Act::MailHostIs { state } => format!("the mail host {state}"),
        Act::TimePasses { millis } if millis.is_multiple_of(1_000) => match millis / 1_000 {
            1 => "1 second passes".to_owned(),
            secs => format!("{secs} seconds pass"),
        },
        Act::TimePasses { millis } => format!("{millis} milliseconds pass"),
        _ => return None,
    })
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
