//! The words that steps take in plain language: durations, links, machines, people.

use std::str::FromStr;
use std::time::Duration;

use cucumber::Parameter;
use fake_devices::DeviceKind;
use wire::tool::Tool;

use crate::act::{ConsoleKind, Interface};
use crate::places::Place;

/// A person's first name, as the cast knows them.
#[derive(Clone, Debug, PartialEq, Eq, Parameter, derive_more::Deref, derive_more::Display)]
#[param(name = "name", regex = "[A-Z][a-z]+")]
pub(crate) struct Name(String);

/// The longest time that a step may take, in seconds: ten years, in which heartbeats alone take a while.
const SPAN_S_MAX: f64 = 10.0 * 365.25 * 86_400.0;

/// A length of time: `2 seconds`, `1 day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Parameter)]
#[param(name = "duration", regex = "\\d+(?:\\.\\d+)? (?:(?:milli)?second|minute|hour|day|week)s?")]
pub(crate) struct Span(pub Duration);

/// A kind of link that people know: `hotel Wi-Fi`.
#[derive(Clone, Debug, PartialEq, Eq, Parameter)]
#[rustfmt::skip]
#[param(name = "link", regex = "office LAN|fibre|cable|DSL|hotel Wi-Fi|WebRTC test link|4G on a train|crowded 4G|4G|3G|satellite|data centre")]
pub(crate) struct LinkName(pub String);

/// A kind of machine: `Windows PC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Parameter)]
#[rustfmt::skip]
#[param(name = "device", regex = "Windows PC|Linux PC|Mac|Android phone|Android tablet|Zebra handheld|iPhone")]
pub(crate) struct Kind(pub DeviceKind);

/// A kind of console: `desktop` (on Windows), `Mac`, `Android`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Parameter)]
#[param(name = "console", regex = "desktop|Mac|Android")]
pub(crate) struct Console(pub ConsoleKind);

/// A place where people are: `the hotel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Parameter)]
#[param(name = "place", regex = "home|the office|the bank|the hotel|the road")]
pub(crate) struct PlaceName(pub Place);

/// A kind of interface: `Wi-Fi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Parameter)]
#[param(name = "interface", regex = "Ethernet|Wi-Fi|mobile data")]
pub(crate) struct InterfaceName(pub Interface);

/// A tool of a session: `screen sharing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Parameter)]
#[rustfmt::skip]
#[param(name = "tool", regex = "screen sharing|privacy screen|clipboard|special actions|canned scripts|reboot|file transfer|command shell|system information|elevation")]
pub(crate) struct ToolName(pub Tool);

/// How many there are of something, or how large it is: `1280`. What is above all numbers counts as the largest one:
/// the act says what it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Parameter)]
#[param(name = "count", regex = "\\d+")]
pub(crate) struct Count(pub u64);

/// A number that may have a fraction: `0.5`.
#[derive(Clone, Copy, Debug, PartialEq, Parameter)]
#[param(name = "number", regex = "\\d+(?:\\.\\d+)?")]
pub(crate) struct Number(pub f64);

impl FromStr for PlaceName {
    type Err = strum::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl FromStr for ToolName {
    type Err = strum::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl FromStr for InterfaceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "Ethernet" => Ok(Self(Interface::Ethernet)),
            "Wi-Fi" => Ok(Self(Interface::WiFi)),
            "mobile data" => Ok(Self(Interface::MobileData)),
            _ => Err(format!("expected `Ethernet`, `Wi-Fi` or `mobile data`, found `{text}`")),
        }
    }
}

impl FromStr for Count {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.parse().unwrap_or(u64::MAX)))
    }
}

impl FromStr for Number {
    type Err = std::num::ParseFloatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl FromStr for Name {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = || format!("expected a length of time such as `2 seconds`, found `{text}`");
        let (number, unit) = text.split_once(' ').ok_or_else(expected)?;
        let number: f64 = number.parse().map_err(|_| expected())?;
        let unit_s = match unit.trim_end_matches('s') {
            "millisecond" => 0.001,
            "second" => 1.0,
            "minute" => 60.0,
            "hour" => 3_600.0,
            "day" => 86_400.0,
            "week" => 604_800.0,
            _ => return Err(expected()),
        };
        let seconds = number * unit_s;
        if seconds > SPAN_S_MAX {
            return Err(format!("expected at most ten years, found `{text}`"));
        }
        Duration::try_from_secs_f64(seconds).map(Self).map_err(|_| expected())
    }
}

impl FromStr for LinkName {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Kind {
    type Err = strum::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl FromStr for Console {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "desktop" => Ok(Self(ConsoleKind::Desktop)),
            "Mac" => Ok(Self(ConsoleKind::Mac)),
            "Android" => Ok(Self(ConsoleKind::Android)),
            _ => Err(format!("expected `desktop`, `Mac` or `Android`, found `{text}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_plain_words() {
        let span = |text: &str| text.parse::<Span>().map(|span| span.0);
        assert_eq!(span("90 seconds"), Ok(Duration::from_secs(90)));
        assert_eq!(span("0.5 seconds"), Ok(Duration::from_millis(500)));
        assert_eq!(span("1 day"), Ok(Duration::from_secs(86_400)));
        assert_eq!(
            span("999999999999 days"),
            Err("expected at most ten years, found `999999999999 days`".into())
        );
        assert_eq!(
            span("2 fortnights"),
            Err("expected a length of time such as `2 seconds`, found `2 fortnights`".into())
        );
    }

    #[test]
    fn every_place_can_be_named() {
        use strum::VariantArray as _;
        let pattern =
            regex::Regex::new(&format!("^(?:{})$", PlaceName::REGEX)).expect("it is the parameter's own");
        for place in Place::VARIANTS {
            assert!(pattern.is_match(&place.to_string()), "steps do not know the place {place}");
            assert_eq!(place.to_string().parse(), Ok(PlaceName(*place)));
        }
    }

    #[test]
    fn every_tool_can_be_named() {
        use strum::VariantArray as _;
        let pattern =
            regex::Regex::new(&format!("^(?:{})$", ToolName::REGEX)).expect("it is the parameter's own");
        for tool in Tool::VARIANTS {
            assert!(pattern.is_match(&tool.to_string()), "steps do not know the tool {tool}");
            assert_eq!(tool.to_string().parse(), Ok(ToolName(*tool)));
        }
    }

    #[test]
    fn every_kind_of_machine_can_be_named() {
        use strum::VariantArray as _;
        let pattern =
            regex::Regex::new(&format!("^(?:{})$", Kind::REGEX)).expect("it is the parameter's own");
        for kind in DeviceKind::VARIANTS {
            assert!(pattern.is_match(&kind.to_string()), "steps do not know the machine {kind}");
            assert_eq!(kind.to_string().parse(), Ok(Kind(*kind)));
        }
    }

    #[test]
    fn counts_that_are_too_large_are_the_largest() {
        assert_eq!("1280".parse(), Ok(Count(1_280)));
        assert_eq!("99999999999999999999".parse(), Ok(Count(u64::MAX)));
    }

    #[test]
    fn every_link_preset_can_be_named() {
        let pattern =
            regex::Regex::new(&format!("^(?:{})$", LinkName::REGEX)).expect("it is the parameter's own");
        for name in fabric::AccessLink::preset_names() {
            assert!(pattern.is_match(name), "steps do not know the link {name:?}");
        }
    }
}
