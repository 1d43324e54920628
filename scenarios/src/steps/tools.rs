//! Tools of a session: offered, opened, allowed, declined, closed (SCR, SHL, SYS, ELV and their like).

use std::time::Duration;

use cucumber::{given, then, when};
use device::{ScreenPermission, Screens as _};
use wire::tool::{Access, Tool, ToolState};

use super::Step;
use crate::act::{Act, ToolAct};
use crate::estate::{Estate, PATIENCE};
use crate::eyes::{Eyes, Seen};
use crate::params::{Name, Span, ToolName};

crate::step_definitions!();

/// A tool is opened; the customer may be asked first (SCR-01).
#[when(expr = "{name} opens {tool} in {name}'s session")]
fn opens(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name) -> Step {
    estate.perform(open(&rep, &customer, tool.0, Access::Full))
}

/// The screen is opened to look at, and not to touch.
#[when(expr = "{name} opens {tool}, view only, in {name}'s session")]
fn opens_view_only(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name) -> Step {
    estate.perform(open(&rep, &customer, tool.0, Access::ViewOnly))
}

/// A tool is opened that may not be offered.
#[when(expr = "{name} tries to open {tool} in {name}'s session")]
fn tries_to_open(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name) {
    estate.attempt(&rep, open(&rep, &customer, tool.0, Access::Full));
}

/// A tool is closed; the session goes on (SCR-04).
#[when(expr = "{name} closes {tool} in {name}'s session")]
fn closes(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name) -> Step {
    let (rep, customer) = (rep.to_string(), customer.to_string());
    estate.perform(Act::Tool(ToolAct::Closes { rep, customer, tool: tool.0 }))
}

/// The customer says yes (SCR-02).
#[when(expr = "{name} allows {tool}")]
fn allows(estate: &mut Estate, customer: Name, tool: ToolName) -> Step {
    estate.perform(answer(&customer, tool.0, Some(Access::Full)))
}

/// The customer lets the screen be seen, and not touched.
#[when(expr = "{name} allows {tool}, view only")]
fn allows_view_only(estate: &mut Estate, customer: Name, tool: ToolName) -> Step {
    estate.perform(answer(&customer, tool.0, Some(Access::ViewOnly)))
}

/// The customer says no (SCR-03).
#[when(expr = "{name} declines {tool}")]
fn declines(estate: &mut Estate, customer: Name, tool: ToolName) -> Step {
    estate.perform(answer(&customer, tool.0, None))
}

/// The customer takes a tool back.
#[when(expr = "{name} stops {tool}")]
fn stops(estate: &mut Estate, customer: Name, tool: ToolName) -> Step {
    estate.perform(Act::Tool(ToolAct::Stops { customer: customer.to_string(), tool: tool.0 }))
}

/// Opened, asked for and allowed, all at once.
#[given(expr = "{name} has {tool} open in {name}'s session")]
fn has_open(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name) -> Step {
    estate.perform(open(&rep, &customer, tool.0, Access::Full))?;
    let asks = estate.eventually(PATIENCE, format!("{rep} asks for {}", tool.0), |eyes| {
        match eyes.page(&rep, &customer)?.tools.state(tool.0) {
            Some(ToolState::Asking) => Ok(true),
            Some(ToolState::Open(_)) => Ok(false),
            other => Err(words(other)),
        }
    })?;
    if asks {
        estate.perform(answer(&customer, tool.0, Some(Access::Full)))?;
    }
    is_open(estate, rep, tool, customer.clone())?;
    if tool.0 == Tool::ScreenSharing { lets_device_show(estate, customer) } else { Ok(()) }
}

/// A phone asks by itself, too, and is answered (AND-08); elsewhere there is nothing to answer.
fn lets_device_show(estate: &mut Estate, customer: Name) -> Step {
    let asks = estate.eventually(PATIENCE, "the device says whether it asks", |eyes| {
        Ok(eyes.device(&customer)?.screen_permission() != ScreenPermission::Granted)
    })?;
    if asks {
        super::machine::asks_to_see(estate, customer.clone(), None)?;
        estate.perform(super::machine::permission(&customer, true))?;
    }
    Ok(())
}

/// The tool can be used (SCR-02).
#[then(expr = "{name} can use {tool} in {name}'s session")]
fn is_open(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name) -> Step {
    stands(estate, &rep, tool.0, &customer, ToolState::Open(Access::Full))
}

/// The screen can be seen, and not touched.
#[then(expr = "{name} can use {tool}, view only, in {name}'s session")]
fn is_open_view_only(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name) -> Step {
    stands(estate, &rep, tool.0, &customer, ToolState::Open(Access::ViewOnly))
}

/// The tool is closed, and nothing is wrong (SCR-04).
#[then(expr = "{tool} is closed for {name} in {name}'s session")]
fn is_closed(estate: &mut Estate, tool: ToolName, rep: Name, customer: Name) -> Step {
    stands(estate, &rep, tool.0, &customer, ToolState::Closed)
}

/// The customer has not answered yet.
#[then(expr = "{name} waits for an answer about {tool} in {name}'s session")]
fn is_asking(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name) -> Step {
    stands(estate, &rep, tool.0, &customer, ToolState::Asking)
}

/// There will be no tool, and the console says why (SCR-03).
#[then(expr = "{name} reads that {tool} is refused in {name}'s session: {string}")]
fn is_refused(estate: &mut Estate, rep: Name, tool: ToolName, customer: Name, why: String) -> Step {
    estate.eventually(PATIENCE, format!("{} is refused: {why}", tool.0), |eyes| {
        match eyes.page(&rep, &customer)?.tools.state(tool.0) {
            Some(ToolState::Refused(refusal)) if refusal.to_string() == why => Ok(()),
            other => Err(words(other)),
        }
    })
}

/// What a console lists among the tools, and what it does not (SYS-01, PRV-01).
#[rustfmt::skip]
#[then(regex = r"^([A-Z][a-z]+) (is|is not) offered (screen sharing|privacy screen|clipboard|special actions|canned scripts|reboot|file transfer|command shell|system information|elevation) in ([A-Z][a-z]+)'s session$")]
fn is_offered(estate: &mut Estate, rep: Name, is: String, tool: ToolName, customer: Name) -> Step {
    let wanted = is == "is";
    estate.eventually(PATIENCE, format!("{rep} {is} offered {}", tool.0), |eyes| {
        let tools = &eyes.page(&rep, &customer)?.tools;
        let offered: Vec<String> = tools.offered.iter().map(|offer| offer.tool.to_string()).collect();
        if tools.offers(tool.0) == wanted { Ok(()) } else { Err(format!("offered: {}", offered.join(", "))) }
    })
}

/// The screen is offered, and its mouse and keyboard are not.
#[then(expr = "{name} is offered no more than to see {name}'s screen")]
fn is_offered_view_only(estate: &mut Estate, rep: Name, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{rep} is offered {customer}'s screen, view only"), |eyes| {
        let offered = &eyes.page(&rep, &customer)?.tools.offered;
        match offered.iter().find(|offer| offer.tool == Tool::ScreenSharing) {
            Some(offer) if offer.access == Access::ViewOnly => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
}

/// Whether the page says that the customer is asked first.
#[then(
    regex = r"^using (.+) in ([A-Z][a-z]+)'s session (asks the customer|does not ask) by ([A-Z][a-z]+)'s page$"
)]
fn says_whether_it_asks(
    estate: &mut Estate,
    tool: ToolName,
    customer: Name,
    asks: String,
    rep: Name,
) -> Step {
    let wanted = asks == "asks the customer";
    estate.eventually(PATIENCE, format!("using {} {asks}", tool.0), |eyes| {
        let offered = &eyes.page(&rep, &customer)?.tools.offered;
        match offered.iter().find(|offer| offer.tool == tool.0) {
            Some(offer) if offer.prompts == wanted => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
}

/// The question on the customer's screen, and whose it is (SCR-01).
#[then(expr = "{name} is asked whether {name} may use {tool}")]
fn is_asked(estate: &mut Estate, customer: Name, rep: Name, tool: ToolName) -> Step {
    let by = estate.display_name(&rep).unwrap_or_else(|why| panic!("{why}"));
    estate.eventually(PATIENCE, format!("{customer} is asked about {} by {by}", tool.0), |eyes| {
        let prompts = &eyes.customer(&customer)?.prompts;
        let asked = |shown: &customer_client::PromptShown| (shown.tool, shown.by == by) == (tool.0, true);
        if prompts.iter().any(asked) { Ok(()) } else { Err(asked_words(eyes, &customer)?) }
    })
}

/// The customer is not asked anything for that time.
#[then(expr = "for {duration} {name} is asked nothing")]
fn is_asked_nothing(estate: &mut Estate, time: Span, customer: Name) -> Step {
    estate.never(time.0, format!("{customer} is asked nothing"), |eyes| {
        let asked = !eyes.customer(&customer)?.prompts.is_empty();
        asked.then(|| asked_words(eyes, &customer)).transpose()
    })
}

/// No question is on the customer's screen.
#[then(expr = "{name} is no longer asked anything")]
fn no_longer_asked(estate: &mut Estate, customer: Name) -> Step {
    estate.eventually(PATIENCE, format!("{customer} is asked nothing"), |eyes| {
        if eyes.customer(&customer)?.prompts.is_empty() { Ok(()) } else { Err(asked_words(eyes, &customer)?) }
    })
}

/// The customer sees that somebody uses a tool, or that nobody does.
#[then(regex = r"^([A-Z][a-z]+) sees that (somebody uses|nobody uses) (.+)$")]
fn sees_use(estate: &mut Estate, customer: Name, whether: String, tool: ToolName) -> Step {
    let wanted = whether.starts_with("somebody");
    estate.eventually(PATIENCE, format!("{whether} {}", tool.0), |eyes| {
        let used = &eyes.customer(&customer)?.tools;
        if used.iter().any(|used| used.tool == tool.0) == wanted {
            Ok(())
        } else {
            Err(format!("in use: {used:?}"))
        }
    })
}

fn stands(estate: &mut Estate, rep: &Name, tool: Tool, customer: &Name, wanted: ToolState) -> Step {
    let within = PATIENCE.max(Duration::from_secs(1));
    estate.eventually(within, format!("{tool} for {rep}: {}", words(Some(wanted))), |eyes| {
        let seen = eyes.page(rep, customer)?.tools.state(tool);
        if seen == Some(wanted) { Ok(()) } else { Err(words(seen)) }
    })
}

/// How a tool stands, in words.
fn words(state: Option<ToolState>) -> String {
    match state {
        None => "nobody has wanted it".to_owned(),
        Some(ToolState::Closed) => "closed".to_owned(),
        Some(ToolState::Asking) => "the customer is being asked".to_owned(),
        Some(ToolState::Open(Access::Full)) => "open".to_owned(),
        Some(ToolState::Open(Access::ViewOnly)) => "open, view only".to_owned(),
        Some(ToolState::Refused(why)) => format!("refused: {why}"),
    }
}

fn asked_words(eyes: Eyes<'_>, customer: &str) -> Seen<String> {
    let prompts = &eyes.customer(customer)?.prompts;
    let asked: Vec<String> = prompts.iter().map(|shown| format!("{} by {}", shown.tool, shown.by)).collect();
    Ok(format!("{customer} is asked about [{}]", asked.join(", ")))
}

fn open(rep: &Name, customer: &Name, tool: Tool, access: Access) -> Act {
    Act::Tool(ToolAct::Opens { rep: rep.to_string(), customer: customer.to_string(), tool, access })
}

fn answer(customer: &Name, tool: Tool, allows: Option<Access>) -> Act {
    Act::Tool(ToolAct::Answers { customer: customer.to_string(), tool, allows })
}
