//! Why the appliance says no, or no longer.

use serde::{Deserialize, Serialize};

use crate::pin::PinObstacle;

/// Why the appliance will not. Each is shown to the representative in words.
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
)]
pub enum Refusal {
    /// User name or password are wrong (LOG-01).
    #[strum(to_string = "wrong user name or password")]
    WrongCredentials,
    /// The question needs a signed-in representative.
    #[strum(to_string = "not signed in")]
    NotSignedIn,
    /// The account lacks the permission.
    #[strum(to_string = "not permitted")]
    NotPermitted,
    /// The wanted validity is above the site's maximum (KEY-06).
    #[strum(to_string = "validity is above the site's maximum")]
    ValidityTooLong,
    /// The portal does not exist, or is not one that the account may use (KEY-07).
    #[strum(to_string = "portal is not available to this account")]
    PortalNotAllowed,
    /// Somebody else took it, or it went away (ACC-09, SHR-20).
    #[strum(to_string = "no longer available")]
    Gone,
    /// Get Next found nothing that waits.
    #[strum(to_string = "nobody is waiting")]
    NobodyWaiting,
    /// Only the session's owner may do this (SHR-11).
    #[strum(to_string = "only the owner may do this")]
    OwnerOnly,
    /// The asker is no member of that session.
    #[strum(to_string = "not a member of this session")]
    NotAMember,
    /// Who asks cannot answer an assignment that is no longer theirs (EQL-10).
    #[strum(to_string = "the assignment is over")]
    AssignmentOver,
    /// The session stands in that queue already.
    #[strum(to_string = "it is there already")]
    AlreadyThere,
    /// The invitation is no longer active, or was used before (EXT-03, SHR-10).
    #[strum(to_string = "the invitation is no longer active")]
    InvitationOver,
    /// Nobody of the team is signed in or has extended availability (SHR-08).
    #[strum(to_string = "nobody of that team is available")]
    NobodyAvailable,
    /// An account without an address cannot be mailed (SHR-09).
    #[strum(to_string = "the account has no mail address")]
    NoMailAddress,
    /// That machine or session cannot do this (SUM-02).
    #[strum(to_string = "not possible here")]
    NotPossible,
    /// An owner who shares the session with nobody ends it, holds it or transfers it (open point 9).
    #[strum(to_string = "nobody else is in the session")]
    NobodyElse,
    /// There are too many of these.
    #[strum(to_string = "there are too many already")]
    TooMany,
    /// That colleague already has an active invitation to this session, or is in it (SHR-13).
    #[strum(to_string = "already invited")]
    AlreadyInvited,
    /// That colleague is not signed in.
    #[strum(to_string = "representative is not available")]
    RepNotAvailable,
    /// The Jump Client is not connected.
    #[strum(to_string = "the Jump Client is offline")]
    Offline,
    /// The user of that machine said no (JMC-10).
    #[strum(to_string = "the user declined")]
    Declined,
    /// The user of that machine did not answer, and silence means no (JMC-11, JMC-13).
    #[strum(to_string = "the user did not answer")]
    NoAnswer,
    /// The machine did not start the session in time.
    #[strum(to_string = "the machine did not respond")]
    NoResponse,
    /// The account may not sign in from where the console is, as the appliance sees it (LOG-07, LOG-08).
    #[strum(to_string = "this account may not sign in from this network")]
    NetworkRestricted,
    /// That machine can not be pinned, or not so (JPN-04).
    #[strum(to_string = "{0}")]
    CanNotPin(PinObstacle),
}

/// Why a representative is no longer in a session.
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
)]
pub enum SessionClosed {
    /// The owner ended it (CLS-01, CLS-02).
    #[strum(to_string = "the session was ended")]
    Ended,
    /// The reader put it on hold (CLS-04).
    #[strum(to_string = "on hold")]
    OnHold,
    /// The reader left it (CLS-06).
    #[strum(to_string = "left")]
    Left,
    /// The reader transferred it (TRF-03, TRF-04).
    #[strum(to_string = "transferred")]
    Transferred,
    /// The owner removed the reader (RMV-01).
    #[strum(to_string = "removed by the owner")]
    Removed,
}

/// Why the appliance closes a connection.
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
)]
pub enum Goodbye {
    /// Something arrived that is no message, or not in its turn.
    #[strum(to_string = "protocol error")]
    ProtocolError,
    /// The same account signed in elsewhere.
    #[strum(to_string = "signed in elsewhere")]
    SignedInElsewhere,
    /// Nothing was heard for too long.
    #[strum(to_string = "nothing was heard for too long")]
    Silent,
    /// The session that an external representative was invited to goes on without them, or not at all (EXT-01).
    #[strum(to_string = "the invitation is over")]
    InvitationOver,
}
