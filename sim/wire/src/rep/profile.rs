//! Who somebody is, what they may do, and whom and what they can choose from.

use serde::{Deserialize, Serialize};

use crate::session::Platform;
use crate::{IssueId, JumpClientId, JumpGroupId, PortalId, RepId, TeamId};

/// What a signed-in representative is and may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct RepProfile {
    /// The account.
    pub id: RepId,
    /// The name that others see.
    pub display_name: String,
    /// The teams whose queues are shown (QUE-07).
    pub teams: Vec<Team>,
    /// What the account may do.
    pub permissions: Vec<Permission>,
    /// The portals that keys may be made for (KEY-07).
    pub portals: Vec<Portal>,
    /// How long a key is valid where nothing is chosen, in seconds.
    pub key_valid_s_default: u32,
    /// The longest validity that may be chosen, in seconds (KEY-06).
    pub key_valid_s_max: u32,
    /// The teams that the account is not in, for transfers and sharing (TRF-06, SHR-08).
    pub other_teams: Vec<Team>,
    /// The issues that help may be asked for (SHR-02).
    pub help_issues: Vec<HelpIssue>,
    /// After how long without a touch the account counts as idle, in seconds; never where there is none (EQL-15).
    pub idle_after_s: Option<u32>,
    /// Whether sessions may be assigned to it (SET-02).
    pub auto_assignment: bool,
    /// Whether it may be invited while it is not signed in (SHR-09).
    pub extended_availability: bool,
    /// Whether it is an external representative, who sees one session only (EXT-01).
    pub external: bool,
    /// The Jump Groups that it is a member of, and can pin machines to (JPN-01).
    pub jump_groups: Vec<JumpGroup>,
}

/// A Jump Group, as its members know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct JumpGroup {
    /// Which.
    pub id: JumpGroupId,
    /// Its name.
    pub name: String,
}

/// A team, as its members know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// Its name.
    pub name: String,
}

/// A portal, as representatives know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Portal {
    /// Which.
    pub id: PortalId,
    /// Its name.
    pub name: String,
}

/// An issue that help may be asked for (SHR-02).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct HelpIssue {
    /// Which.
    pub id: IssueId,
    /// What it is called.
    pub title: String,
}

/// A colleague who can be reached (SHR-04).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct Colleague {
    /// The account.
    pub id: RepId,
    /// The name that others see.
    pub name: String,
    /// The teams it is a member of.
    pub teams: Vec<TeamId>,
    /// Whether it is signed in; otherwise it has extended availability.
    pub signed_in: bool,
}

/// Something that an account may be allowed to do. Named as the public configuration API names them.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    arbitrary::Arbitrary,
    strum::Display,
    strum::EnumString,
    strum::VariantNames,
)]
pub enum Permission {
    /// Make session keys (KEY-01).
    #[strum(to_string = "generate session key")]
    GenerateSessionKey,
    /// Accept from team queues by hand (ACC-03).
    #[strum(to_string = "accept team sessions")]
    AcceptTeamSessions,
    /// Use Get Next (ACC-05).
    #[strum(to_string = "next session")]
    NextSession,
    /// Use Jump Clients (JMC-07).
    #[strum(to_string = "use Jump Clients")]
    UseJumpClients,
    /// Turn automatic assignment off (SET-02, EQL-17).
    #[strum(to_string = "disable auto assignment")]
    DisableAutoAssignment,
    /// Transfer sessions to teams that the account is not in (TRF-01, TRF-03).
    #[strum(to_string = "transfer to other teams")]
    TransferToOtherTeams,
    /// Share sessions with teams that the account is not in (SHR-08).
    #[strum(to_string = "share with other teams")]
    ShareWithOtherTeams,
    /// Invite somebody without an account (EXT-01).
    #[strum(to_string = "invite external rep")]
    InviteExternalRep,
    /// Turn extended availability on (SHR-09).
    #[strum(to_string = "extended availability")]
    ExtendedAvailability,
    /// Choose what the customer's machine does when the session is over (SUM-02).
    #[strum(to_string = "after-session action")]
    AfterSessionAction,
    /// Pin machines, and unpin them: leave Jump Clients on them from within sessions (JPN-01 to JPN-04).
    #[strum(to_string = "deploy Jump Clients")]
    DeployJumpClients,
}

/// A Jump Client, as representatives see it who may use it (JMC-03, JMC-04).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, arbitrary::Arbitrary)]
pub struct JumpItem {
    /// Which.
    pub id: JumpClientId,
    /// The machine's name.
    pub computer: String,
    /// Its operating system.
    pub platform: Platform,
    /// The Jump Group's name; `None` on the reader's personal list.
    pub group: Option<String>,
    /// Whether it is connected.
    pub online: bool,
    /// Whether somebody is logged on there (JMC-14).
    pub user_present: bool,
}
