//! The gate of the tools: what a console or a client may not do, it can not do by saying so.

use wire::customer::{CustomerToAppliance, StartRefusal};
use wire::rep::{Refusal, RepAnswer, RepAsk, RepToAppliance};
use wire::tool::{
    Access, ClientKind, ElevationCommand, ElevationUpdate, PromptAnswer, PromptId, Tool, ToolCommand,
    ToolRefusal, ToolState, ToolUpdate, UpdateFor,
};
use wire::{MemberId, PortalId, Role, SessionId};

use crate::office::{Office, SITE, VPN};

/// Blair may not use shells; the first portal chats by issue.
fn office() -> Office {
    let policy = "[session_policies]\ndefault = \"No shells\"\n\
                  [[session_policy]]\nname = \"No shells\"\ntools = { \"command shell\" = \"deny\" }\n\
                  [prompts]\nelevation_timeout_s = 25\n";
    let site = SITE.replacen("name = \"Main\"\n", "name = \"Main\"\nclick_to_chat = [\"issue\"]\n", 1);
    let mut office = Office::of(&format!("{site}{policy}"));
    office.sign_in("blair");
    office
}

/// Blair helps Carla, whose side is of this kind.
fn helping(kind: ClientKind) -> (Office, SessionId) {
    let mut office = office();
    office.greet("carla", Role::Customer);
    office.join_as("carla", VPN, kind);
    office.accept("blair", "carla").expect("a member of the team");
    let session = office.session_of("carla");
    (office, session)
}

fn open(office: &mut Office, session: SessionId, tool: Tool) -> Result<RepAnswer, Refusal> {
    office.ask("blair", RepAsk::OpenTool { session, tool, access: Access::Full })
}

fn elevation(command: ElevationCommand) -> ToolCommand {
    ToolCommand::Elevation(command)
}

/// The console does not offer what a policy denies; a console that asks for it anyway is refused.
#[test]
fn what_a_policy_denies_is_refused() {
    let (mut office, session) = helping(ClientKind::UserMode);
    let offered: Vec<Tool> = office.sees("blair").pages[&session].tools.iter().map(|it| it.tool).collect();
    assert!(!offered.contains(&Tool::CommandShell) && offered.contains(&Tool::ScreenSharing), "{offered:?}");
    assert_eq!(open(&mut office, session, Tool::CommandShell), Err(Refusal::NotPermitted));
    assert!(office.sees("blair").tools.is_empty());
}

/// C2C-07: a chat has no tool but the way out of it.
#[test]
fn a_chat_has_no_tools() {
    let (mut office, session) = helping(ClientKind::WebChat);
    open(&mut office, session, Tool::ScreenSharing).expect("an answer");
    let refused = ToolState::Refused(ToolRefusal::ChatOnly);
    assert_eq!(office.sees("blair").tools[&(session, Tool::ScreenSharing)], refused);
    open(&mut office, session, Tool::Elevation).expect("an answer");
    assert_eq!(office.sees("blair").tools[&(session, Tool::Elevation)], ToolState::Open(Access::Full));
    office.say("carla", &CustomerToAppliance::Became(ClientKind::UserMode));
    open(&mut office, session, Tool::ScreenSharing).expect("an answer");
    assert_eq!(office.sees("blair").tools[&(session, Tool::ScreenSharing)], ToolState::Asking);
    office.say(
        "carla",
        &CustomerToAppliance::AnswerPrompt { prompt: PromptId(1), answer: PromptAnswer::Allow(Access::Full) },
    );
    assert_eq!(office.sees("blair").tools[&(session, Tool::ScreenSharing)], ToolState::Open(Access::Full));
}

/// C2C-01, C2C-02: nobody chats where a portal has no click-to-chat, by saying that they do.
#[test]
fn nobody_chats_where_there_is_no_click_to_chat() {
    let mut office = office();
    office.greet("carla", Role::Customer);
    office.join_as("carla", VPN, ClientKind::UserMode);
    assert_eq!(office.sees("carla").refused, None);
    for (who, portal, refused) in
        [("dana", None, None), ("eli", Some(PortalId(1)), Some(StartRefusal::NotOffered))]
    {
        office.greet(who, Role::Customer);
        office.join_on(who, VPN, ClientKind::WebChat, portal);
        assert_eq!(office.sees(who).refused, refused, "{who}");
    }
}

/// How long the customer may think is the site's to say, and not the console's.
#[test]
fn the_site_says_how_long_elevation_is_thought_about() {
    let (mut office, session) = helping(ClientKind::UserMode);
    open(&mut office, session, Tool::Elevation).expect("an answer");
    let command = elevation(ElevationCommand::PromptCustomer { answer_within_ms: 1 });
    office.say("blair", &RepToAppliance::Tool { session, command });
    let asked = office.line("carla").customer_says.iter().find_map(|message| match message {
        wire::customer::ApplianceToCustomer::Tool(from) => Some(from.command.clone()),
        _ => None,
    });
    assert_eq!(asked, Some(elevation(ElevationCommand::PromptCustomer { answer_within_ms: 25_000 })));
}

/// What is said with a tool that is not open reaches nobody, in either direction.
#[test]
fn a_closed_tool_is_silent() {
    let (mut office, session) = helping(ClientKind::UserMode);
    let command = elevation(ElevationCommand::SwitchUser { user: "admin".into() });
    office.say("blair", &RepToAppliance::Tool { session, command: command.clone() });
    assert!(!office.line("carla").kinds.contains(&"SwitchUser"));
    let update = ToolUpdate::Elevation(ElevationUpdate::Done(ClientKind::Elevated));
    let news = CustomerToAppliance::Tool(UpdateFor { member: MemberId(2), update: update.clone() });
    office.say("carla", &news);
    assert!(office.sees("blair").tool_updates.is_empty());
    open(&mut office, session, Tool::Elevation).expect("an answer");
    office.say("blair", &RepToAppliance::Tool { session, command });
    office.say("carla", &news);
    assert!(office.line("carla").kinds.contains(&"SwitchUser"));
    assert_eq!(office.sees("blair").tool_updates, [update]);
}

/// ELV-06: Windows clients in user mode are told to ask by themselves, where the site says so; chats are not.
#[test]
fn windows_clients_ask_by_themselves_where_the_site_says_so() {
    let asked = |site: &str, kind: ClientKind| {
        let chat = site.replacen("name = \"Main\"\n", "name = \"Main\"\nclick_to_chat = [\"issue\"]\n", 1);
        let mut office = Office::of(&chat);
        office.sign_in("blair");
        office.greet("carla", Role::Customer);
        office.join_as("carla", VPN, kind);
        office.line("carla").kinds.contains(&"AskElevation")
    };
    let automatic = format!("{SITE}[elevation]\nautomatic = true\n");
    assert!(asked(&automatic, ClientKind::UserMode));
    assert!(!asked(&automatic, ClientKind::WebChat));
    assert!(!asked(SITE, ClientKind::UserMode));
}
