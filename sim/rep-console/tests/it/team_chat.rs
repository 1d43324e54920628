//! Team chat at the console (TMC), and its bubble (QUE-14).

use std::time::Duration;

use device::{Closed, Sound};
use rep_console::{ConsoleError, Flavour, QueueMark, TEAM_CHAT_LINES_MAX};
use wire::rep::{ApplianceToRep, RepAnswer, TeamChatTo};
use wire::session::CHAT_LINE_BYTES_MAX;
use wire::{RepId, TeamId};

use crate::desk::{
    ANN, BILLING, BO, Desk, TEAM, TIER_1, admit, anns_desk, answer, colleague, desk, team_line,
};

const TO_TEAM: TeamChatTo = TeamChatTo::Team(TEAM);

fn hear(desk: &mut Desk, from: RepId, to: TeamChatTo, text: &str) {
    desk.say(ApplianceToRep::TeamChat(team_line(from, to, text)));
}

fn open(desk: &mut Desk, with: TeamChatTo) {
    desk.act(|console, now, device| console.open_team_chat(now, device, with)).expect("signed in");
}

fn bubble(desk: &Desk) -> (u32, QueueMark) {
    let queue = desk.party.view().queue(TIER_1).expect("shown");
    (queue.unread_chat, queue.mark())
}

/// TMC-01, TMC-02: a line that one has sent is shown when it comes back.
#[test]
fn lines_are_asked_for_and_shown_as_they_come() {
    let mut desk = anns_desk(Flavour::Mobile);
    let chat = |desk: &mut Desk, to, text: &str| {
        desk.act(|console, now, device| console.team_chat(now, device, to, text)).map(|_| ())
    };
    chat(&mut desk, TO_TEAM, "Lunch?").expect("connected");
    assert_eq!(desk.party.view().team_chat, []);
    hear(&mut desk, ANN, TO_TEAM, "Lunch?");
    answer(&mut desk, Ok(RepAnswer::Done));
    chat(&mut desk, TeamChatTo::Rep(BO), "You, too?").expect("connected");
    hear(&mut desk, ANN, TeamChatTo::Rep(BO), "You, too?");
    hear(&mut desk, BO, TeamChatTo::Rep(ANN), "Of course");
    hear(&mut desk, BO, TO_TEAM, "I am in");
    let with = |with| -> Vec<&str> {
        desk.party.view().team_chat_with(with).map(|line| line.text.as_str()).collect()
    };
    assert_eq!(with(TO_TEAM), ["Lunch?", "I am in"]);
    assert_eq!(with(TeamChatTo::Rep(BO)), ["You, too?", "Of course"]);
    assert_eq!(with(TeamChatTo::Rep(RepId(2))), Vec::<&str>::new());
    assert_eq!(with(TeamChatTo::Rep(ANN)), Vec::<&str>::new(), "Ann talks to others, and not to herself");
    assert_eq!(with(TeamChatTo::Team(BILLING)), Vec::<&str>::new());

    assert_eq!(chat(&mut desk, TO_TEAM, ""), Err(ConsoleError::EmptyLine));
    let longest = "x".repeat(CHAT_LINE_BYTES_MAX);
    chat(&mut desk, TO_TEAM, &longest).expect("not too long");
    let too_long = chat(&mut desk, TO_TEAM, &format!("{longest}x"));
    assert_eq!(too_long, Err(ConsoleError::LineTooLong { bytes: CHAT_LINE_BYTES_MAX + 1 }));
}

/// QUE-13, QUE-14: the bubble takes the star's place until that team's chat is in front.
#[test]
fn unread_lines_put_a_bubble_where_the_star_was() {
    let mut desk = anns_desk(Flavour::Mobile);
    assert_eq!(bubble(&desk), (0, QueueMark::None));
    desk.act(|console, now, device| console.tap_star(now, device, TIER_1)).expect("a phone");
    assert_eq!(bubble(&desk), (0, QueueMark::Star));
    hear(&mut desk, BO, TeamChatTo::Rep(ANN), "to one alone");
    hear(&mut desk, ANN, TO_TEAM, "one's own");
    assert_eq!(bubble(&desk), (0, QueueMark::Star));
    hear(&mut desk, BO, TO_TEAM, "Lunch?");
    open(&mut desk, TeamChatTo::Rep(BO));
    hear(&mut desk, BO, TO_TEAM, "At noon?");
    assert_eq!(bubble(&desk), (2, QueueMark::Bubble));
    open(&mut desk, TO_TEAM);
    assert_eq!(bubble(&desk), (0, QueueMark::Star));
    hear(&mut desk, BO, TO_TEAM, "Anybody?");
    assert_eq!(bubble(&desk), (0, QueueMark::Star), "it is in front");
    desk.act(|console, now, device| console.close_team_chat(now, device));
    hear(&mut desk, BO, TO_TEAM, "Nobody.");
    assert_eq!(bubble(&desk), (1, QueueMark::Bubble));
    hear(&mut desk, BO, TeamChatTo::Team(TeamId(99)), "of a team that Ann is not in");
    desk.cut(Closed::Reset);
    desk.wait(Duration::from_secs(2));
    desk.accept();
    admit(&mut desk);
    assert_eq!(bubble(&desk), (1, QueueMark::Bubble), "a break reads nothing");
}

/// SET-01: news sound; one's own lines are none.
#[test]
fn lines_of_others_sound() {
    let mut desk = anns_desk(Flavour::Desktop);
    hear(&mut desk, ANN, TO_TEAM, "Lunch?");
    assert_eq!(desk.device.sounds(), []);
    hear(&mut desk, BO, TO_TEAM, "Yes");
    assert_eq!(desk.device.sounds(), [Sound::TeamChat]);
    desk.act(|console, now, device| console.set_sounds(now, device, false));
    hear(&mut desk, BO, TO_TEAM, "Now");
    assert_eq!(desk.device.sounds().len(), 1);
}

/// TMC-03.
#[test]
fn own_teams_and_who_is_there_are_listed() {
    let mut desk_of_ann = anns_desk(Flavour::Desktop);
    let (bo, away) = (colleague(BO, "Bo", TEAM, true), colleague(RepId(2), "Cy", TEAM, false));
    desk_of_ann.say(ApplianceToRep::Colleagues(vec![bo.clone(), away]));
    let targets = desk_of_ann.party.view().team_chat_targets();
    assert_eq!(targets.teams.iter().map(|team| team.id).collect::<Vec<_>>(), [TEAM]);
    assert_eq!(targets.representatives, [bo]);
    let mut nobody = desk(Flavour::Desktop);
    assert_eq!(nobody.party.view().team_chat_targets().teams, []);
    let opened = nobody.act(|console, now, device| console.open_team_chat(now, device, TO_TEAM));
    assert_eq!(opened, Err(ConsoleError::NotSignedIn));
}

#[test]
fn the_oldest_lines_give_way_and_signing_out_takes_all() {
    let mut desk = anns_desk(Flavour::Desktop);
    for number in 0..=TEAM_CHAT_LINES_MAX {
        hear(&mut desk, BO, TO_TEAM, &number.to_string());
    }
    let lines = &desk.party.view().team_chat;
    assert_eq!((lines.len(), lines[0].text.as_str()), (TEAM_CHAT_LINES_MAX, "1"));
    desk.act(|console, now, device| console.sign_out(now, device)).expect("signed in");
    assert_eq!((desk.party.view().team_chat.len(), desk.party.view().team_chat_open), (0, None));
}
