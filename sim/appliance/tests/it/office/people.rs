//! What people do in an [`Office`]: representatives, customers, and the machines that Jump Clients stand on.

use wire::customer::{ApplianceToCustomer, CustomerToAppliance, Join, Start};
use wire::jump::{ApplianceToJump, JumpToAppliance};
use wire::rep::{Invitee, Refusal, RepAnswer, RepAsk, RepToAppliance};
use wire::session::{Audience, DeviceFacts, Platform, QueueEntry};
use wire::tool::ClientKind;
use wire::{JumpClientId, LineId, PortalId, RepId, RequestId, Role, SessionId, Token};

use super::Office;

/// Representatives.
impl Office {
    pub(crate) fn sign_in(&mut self, who: &str) {
        self.greet(who, Role::RepConsole);
        let user_name = who.trim_end_matches('\'').to_owned();
        let password = format!("{user_name}'s password");
        let answer = self.ask(who, RepAsk::SignIn { user_name, password });
        assert!(matches!(answer, Ok(RepAnswer::SignedIn(_))), "{answer:?}");
    }

    /// Asks, and gives the answer.
    pub(crate) fn ask(&mut self, who: &str, ask: RepAsk) -> Result<RepAnswer, Refusal> {
        let request = self.ask_later(who, ask);
        self.answer(who, request).expect("a question is answered at once")
    }

    /// Asks what is answered later.
    pub(crate) fn ask_later(&mut self, who: &str, ask: RepAsk) -> RequestId {
        let line = self.line(who);
        let request = RequestId(line.next_request);
        line.next_request += 1;
        self.say(who, &RepToAppliance::Ask { request, ask });
        request
    }

    /// The answer to a question, if it came.
    pub(crate) fn answer(&mut self, who: &str, request: RequestId) -> Option<Result<RepAnswer, Refusal>> {
        let answers = &mut self.line(who).answers;
        let place = answers.iter().position(|(answered, _)| *answered == request)?;
        Some(answers.remove(place).1)
    }

    /// The line that stands for somebody's session on a console, if one does.
    pub(crate) fn find_line(&mut self, who: &str, customer: &str) -> Option<QueueEntry> {
        self.sees(who).queue_lines.values().find(|line| line.customer == customer).cloned()
    }

    pub(crate) fn accept(&mut self, who: &str, customer: &str) -> Result<RepAnswer, Refusal> {
        let line = self.find_line(who, customer).expect("a line is on the screen");
        self.ask(who, RepAsk::Accept { entry: line.id })
    }

    pub(crate) fn invite(&mut self, who: &str, customer: &str, whom: RepId) -> Result<RepAnswer, Refusal> {
        let session = self.session_of(customer);
        self.ask(who, RepAsk::Invite { session, whom: Invitee::Rep(whom) })
    }

    /// Asks something about Carla's session.
    pub(crate) fn ask_about(
        &mut self,
        who: &str,
        ask: impl FnOnce(SessionId) -> RepAsk,
    ) -> Result<RepAnswer, Refusal> {
        let session = self.session_of("carla");
        self.ask(who, ask(session))
    }

    pub(crate) fn rep_says(
        &mut self,
        who: &str,
        session: SessionId,
        audience: Audience,
        text: &str,
    ) -> LineId {
        let line = self.line(who);
        line.next_line += 1;
        let line = LineId(line.next_line);
        self.say(who, &RepToAppliance::Chat { session, line, audience, text: text.to_owned() });
        line
    }
}

/// Customers.
impl Office {
    /// A customer asks for a session and gets it.
    pub(crate) fn arrive(&mut self, who: &str, start: Start) -> SessionId {
        self.greet(who, Role::Customer);
        self.join(who, start);
        self.session_of(who)
    }

    /// A customer asks for a session, with a new secret.
    pub(crate) fn join(&mut self, who: &str, start: Start) {
        self.asked += 1;
        let token = Token(self.seed.child(&format!("secret {}", self.asked)).as_bytes16());
        self.memberships.insert(who.to_owned(), (token, None));
        let join = self.join_message(who, start);
        self.say(who, &CustomerToAppliance::Join(join));
        self.note_session(who);
    }

    /// A customer asks for a session in which their side is of this kind.
    pub(crate) fn join_as(&mut self, who: &str, start: Start, client: ClientKind) {
        self.join_on(who, start, client, None);
    }

    /// A customer asks so, on this portal, and accepts what it has to be accepted.
    pub(crate) fn join_on(&mut self, who: &str, start: Start, client: ClientKind, portal: Option<PortalId>) {
        self.asked += 1;
        let token = Token(self.seed.child(&format!("secret {}", self.asked)).as_bytes16());
        self.memberships.insert(who.to_owned(), (token, None));
        let join = Join { client, portal, agreement: Some(true), ..self.join_message(who, start) };
        self.say(who, &CustomerToAppliance::Join(join));
        self.note_session(who);
    }

    /// What a customer asks with, on the main portal.
    pub(crate) fn join_message(&self, who: &str, start: Start) -> Join {
        Join {
            token: self.memberships[who].0,
            start,
            portal: None,
            name: who.to_owned(),
            agreement: None,
            recording: None,
            device: machine(who),
            client: ClientKind::UserMode,
        }
    }

    pub(crate) fn note_session(&mut self, who: &str) {
        let says = self.line(who).customer_says.iter();
        let joined = says.rev().find_map(|message| match message {
            ApplianceToCustomer::Joined { session } => Some(*session),
            _ => None,
        });
        if let (Some(session), Some(membership)) = (joined, self.memberships.get_mut(who)) {
            membership.1 = Some(session);
        }
    }

    /// The session that a customer was told of, if they were.
    pub(crate) fn joined(&self, who: &str) -> Option<SessionId> {
        self.memberships[who].1
    }

    pub(crate) fn session_of(&self, who: &str) -> SessionId {
        self.memberships[who].1.unwrap_or_else(|| panic!("{who} has no session"))
    }

    /// A customer comes back on a new connection.
    pub(crate) fn resume(&mut self, who: &str, have_seq: u32) {
        let (token, session) = self.memberships[who];
        self.greet(who, Role::Customer);
        let session = session.expect("there is a session to come back to");
        self.say(who, &CustomerToAppliance::Resume { session, token, have_seq });
    }

    pub(crate) fn customer_says(&mut self, who: &str, text: &str) -> LineId {
        let line = self.line(who);
        line.next_line += 1;
        let line = LineId(line.next_line);
        self.say(who, &CustomerToAppliance::Chat { line, text: text.to_owned() });
        line
    }
}

/// Jump Clients.
impl Office {
    /// A Jump Client is installed on a machine, and registers.
    pub(crate) fn register(&mut self, who: &str, installer: &str) -> JumpClientId {
        self.greet(who, Role::JumpClient);
        let register = JumpToAppliance::Register {
            installer: installer.into(),
            device: machine(who),
            user_present: true,
        };
        self.say(who, &register);
        self.note_identity(who);
        self.identities.get(who).unwrap_or_else(|| panic!("{who} is not registered")).0
    }

    /// A Jump Client keeps what it is told about itself.
    pub(crate) fn note_identity(&mut self, who: &str) {
        if let Some(ApplianceToJump::Registered { id, secret }) = self.line(who).jump_says.last() {
            let identity = (*id, *secret);
            self.identities.insert(who.to_owned(), identity);
        }
    }

    /// What it knows of itself, if it has registered.
    pub(crate) fn identity_of(&self, who: &str) -> Option<(JumpClientId, Token)> {
        self.identities.get(who).copied()
    }

    pub(crate) fn is_registered(&self, who: &str) -> bool {
        self.identities.contains_key(who)
    }

    /// A Jump Client comes back on a new connection; gives what it is told.
    pub(crate) fn come_back(&mut self, who: &str) -> ApplianceToJump {
        self.greet(who, Role::JumpClient);
        let (id, secret) = self.identities[who];
        self.say(who, &JumpToAppliance::Return { id, secret, device: machine(who), user_present: true });
        self.line(who).jump_says.pop().expect("whoever comes back is answered")
    }
}

pub(crate) fn machine(name: &str) -> DeviceFacts {
    DeviceFacts { computer: name.to_uppercase(), platform: Platform::Windows, private_ip: [10, 0, 0, 7] }
}
