//! Pages, chat, and what closes them.

use rep_console::Flavour;
use wire::QueueEntryId;
use wire::SessionId;
use wire::rep::{ApplianceToRep, RepAnswer, SessionClosed};
use wire::session::Audience;

use crate::desk::{TIER_1, anns_desk, answer, entry, said, session};

#[test]
fn a_waiting_customer_is_accepted_talked_to_and_let_go() {
    let mut desk = anns_desk(Flavour::Desktop);
    desk.say(ApplianceToRep::EntryShown(entry(7, TIER_1, "Dana")));
    desk.act(|console, now, device| console.double_click_entry(now, device, QueueEntryId(7))).expect("shown");
    answer(&mut desk, Ok(RepAnswer::Accepted { session: SessionId(7) }));
    desk.say(ApplianceToRep::EntryGone { entry: QueueEntryId(7) });
    desk.say(ApplianceToRep::SessionShown(session(7)));
    let line = Audience::Everyone;
    desk.act(|console, now, device| console.send_chat(now, device, SessionId(7), line, "hello"))
        .expect("open");
    desk.say(ApplianceToRep::Log {
        session: SessionId(7),
        entries: vec![said(1, 2, 1, "hello"), said(2, 1, 1, "hi")],
    });
    let page = desk.party.view().page(SessionId(7)).expect("its page is open");
    assert_eq!(
        page.chat().map(|(entry, text)| (entry.by_name.as_str(), text)).collect::<Vec<_>>(),
        [("Ann", "hello"), ("Dana", "hi")]
    );
    assert_eq!((page.pending.len(), page.unread), (0, 0));
    desk.act(|console, now, device| console.end(now, device, SessionId(7))).expect("open");
    desk.say(ApplianceToRep::SessionClosed { session: SessionId(7), why: SessionClosed::Ended });
    answer(&mut desk, Ok(RepAnswer::Done));
    assert_eq!(desk.party.view().pages, []);
    insta::assert_snapshot!(desk.story(), @r#"
    says Ask { request: RequestId(2), ask: Accept { entry: QueueEntryId(7) } }
    event Answered { request: RequestId(2), refusal: None }
    event PageOpened(SessionId(7))
    says Chat { session: SessionId(7), line: LineId(1), audience: Everyone, text: "hello" }
    says Ask { request: RequestId(3), ask: End { session: SessionId(7) } }
    event PageClosed(SessionId(7))
    event Answered { request: RequestId(3), refusal: None }
    "#);
}
