//! What an administrator says of the tools in a session, beside session policies.

use std::time::Duration;

use wire::session::Platform;

/// A canned script (SPA-04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its name.
    pub name: String,
    /// What is run.
    pub text: String,
    /// Where it can be run.
    pub platforms: Vec<Platform>,
}

/// Command shells.
#[derive(Clone, Copy, Debug)]
pub struct ShellRules {
    /// Whether each is recorded, as a video and as a transcript (SHL-07, SHL-08).
    pub record: bool,
}

/// Elevation.
#[derive(Clone, Copy, Debug)]
pub struct ElevationRules {
    /// Whether Windows clients ask for it by themselves when a session begins (ELV-06).
    pub automatic: bool,
}

/// What customers are asked beside what session policies are about.
#[derive(Clone, Copy, Debug)]
pub struct PromptRules {
    /// How long a customer may take to answer a request for elevation, of either kind (open point 17).
    pub elevation_timeout: Duration,
}

/// How a customer begins on a portal (POR-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StartMethod {
    /// By a session key.
    SessionKey,
    /// By choosing an issue.
    Issue,
    /// By choosing a representative.
    Representative,
}

/// A Jump Group, and the policies of the machines in it.
#[derive(Clone, Debug)]
pub struct JumpGroup {
    /// Its name.
    pub name: String,
    /// The session policy while somebody is at the machine, as a place in the site's list.
    pub attended_policy: Option<usize>,
    /// The session policy while nobody is.
    pub unattended_policy: Option<usize>,
}
