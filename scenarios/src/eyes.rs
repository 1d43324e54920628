//! What can be seen: views of programs and witnesses of machines, and nothing deeper.
//!
//! Every look gives what it found or, as its error, what is there instead, in words for a failure report.

use std::fmt;

use appliance::SiteStatus;
use customer_client::{CustomerView, Stage};
use fake_devices::FakeDevice;
use image::RgbaImage;
use jump_client::JumpClientView;
use mail_host::DeliveredMail;
use rep_console::{
    Page, Queue, RepConsole, RepConsoleView, Row, ShareOptions, ShownAssignment, TransferShown,
};
use screen::RateFigures;
use wire::rep::JumpItem;
use wire::session::QueueEntryKind;
use wire::{MemberId, SessionId, SimTime};
use world::{Program, ProgramId, World};

use crate::cast::{Cast, Part};

/// What a look finds; the error says what is there instead.
pub type Seen<T = ()> = Result<T, String>;

/// Something to look with.
#[derive(Clone, Copy)]
pub struct Eyes<'a> {
    pub(crate) world: &'a World,
    pub(crate) cast: &'a Cast,
}

impl<'a> Eyes<'a> {
    /// The virtual clock.
    pub fn now(self) -> SimTime {
        self.world.now()
    }

    /// What a representative's first console shows.
    ///
    /// # Errors
    /// Nobody of that name has a console that runs.
    pub fn console(self, rep: &str) -> Seen<&'a RepConsoleView> {
        self.console_of(self.cast.console(rep)?)
    }

    /// What one console shows.
    ///
    /// # Errors
    /// It does not run.
    pub fn console_of(self, part: Part) -> Seen<&'a RepConsoleView> {
        match self.world.program(part.program) {
            Some(Program::RepConsole(console)) => Ok(console.view()),
            _ => Err(format!("{} does not run", self.world.program_name(part.program))),
        }
    }

    /// A representative's first console itself, for what it shows beside its view: pictures.
    ///
    /// # Errors
    /// It does not run.
    pub(crate) fn console_program(self, rep: &str) -> Seen<&'a RepConsole> {
        let part = self.cast.console(rep)?;
        match self.world.program(part.program) {
            Some(Program::RepConsole(console)) => Ok(console),
            _ => Err(format!("{rep}'s console does not run")),
        }
    }

    /// The picture of a customer's screen on a representative's console.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn remote_picture(self, rep: &str, customer: &str) -> Seen<&'a RgbaImage> {
        let session = self.page(rep, customer)?.session;
        let picture = self.console_program(rep)?.picture(session);
        picture.ok_or_else(|| format!("{rep}'s console shows no picture of {customer}'s screen"))
    }

    /// What a customer sees; for a computer with a Jump Client, what its last customer client shows.
    ///
    /// # Errors
    /// There is no customer of that name, or the program does not run.
    pub fn customer(self, name: &str) -> Seen<&'a CustomerView> {
        let computers = [&self.cast.jump_machines, &self.cast.computers];
        let Some(part) = computers.into_iter().find_map(|computers| computers.get(name)) else {
            return match self.world.program(self.cast.customer(name)?.program) {
                Some(Program::CustomerClient(client)) => Ok(client.view()),
                _ => Err(format!("{name}'s client does not run")),
            };
        };
        // The client that came last: a jump brings a new one each time.
        let clients = self.world.programs().filter_map(|(id, program)| match program {
            Program::CustomerClient(client) if self.world.machine_of(id) == part.machine => {
                Some(client.view())
            }
            _ => None,
        });
        clients.last().ok_or_else(|| format!("no customer client runs on {name}"))
    }

    /// What a customer's client makes of the lines of all who look at its screen.
    ///
    /// # Errors
    /// There is no customer of that name, or the program does not run.
    pub(crate) fn rates(self, name: &str) -> Seen<Vec<RateFigures>> {
        /// Members of a session are numbered from 0, and few.
        const MEMBERS: u32 = 16;
        match self.world.program(self.cast.customer(name)?.program) {
            Some(Program::CustomerClient(client)) => {
                Ok((0..MEMBERS).filter_map(|member| client.rate_figures(MemberId(member))).collect())
            }
            _ => Err(format!("{name}'s client does not run")),
        }
    }

    /// The Jump Client of a machine: the one that it came with, or one that was left on it since (JPN).
    ///
    /// # Errors
    /// There is no such machine, or none runs on it.
    pub(crate) fn jump_program(self, computer: &str) -> Seen<ProgramId> {
        if let Some(part) = self.cast.jump_machines.get(computer) {
            let runs = self.world.program(part.program).map(|_| part.program);
            return runs.ok_or_else(|| format!("the Jump Client of {computer} does not run"));
        }
        let machine = self.cast.jump_machine(computer)?.machine;
        let here = |id: &ProgramId| self.world.machine_of(*id) == machine;
        let clients = self.world.programs().filter(|(_, program)| matches!(program, Program::JumpClient(_)));
        let last = clients.map(|(id, _)| id).filter(here).last();
        last.ok_or_else(|| format!("no Jump Client runs on {computer}"))
    }

    /// A machine among the Jump Items of a representative's console, by its name.
    ///
    /// # Errors
    /// It is not there; the error lists those that are.
    pub fn jump_item(self, rep: &str, computer: &str) -> Seen<&'a JumpItem> {
        let items = &self.console(rep)?.jump_items;
        items.iter().find(|item| item.computer == computer).ok_or_else(|| {
            let names: Vec<&str> = items.iter().map(|item| item.computer.as_str()).collect();
            format!("{rep}'s console lists the Jump Items [{}]", names.join(", "))
        })
    }

    /// What the Jump Client of a machine shows.
    ///
    /// # Errors
    /// There is no such machine, or it does not run.
    pub fn jump_client(self, computer: &str) -> Seen<&'a JumpClientView> {
        match self.world.program(self.jump_program(computer)?) {
            Some(Program::JumpClient(client)) => Ok(client.view()),
            _ => Err(format!("the Jump Client of {computer} does not run")),
        }
    }

    /// The appliance's status page.
    ///
    /// # Errors
    /// There is no appliance, or it does not run.
    pub fn site_status(self) -> Seen<&'a SiteStatus> {
        match self.world.program(self.cast.appliance()?.program) {
            Some(Program::Appliance(appliance)) => Ok(appliance.view()),
            _ => Err("the appliance does not run".to_owned()),
        }
    }

    /// The mails in a mailbox of the mail host, the oldest first.
    ///
    /// # Errors
    /// There is no mail host, or it does not run.
    pub fn mailbox(self, address: &str) -> Seen<&'a [DeliveredMail]> {
        match self.world.program(self.cast.mail_host()?.program) {
            Some(Program::MailHost(host)) => Ok(host.view().mailbox(address)),
            _ => Err("the mail host does not run".to_owned()),
        }
    }

    /// The device of a person, or of a computer with a Jump Client.
    ///
    /// # Errors
    /// There is neither.
    pub fn device(self, whose: &str) -> Seen<&'a FakeDevice> {
        let machine = match self.cast.jump_machine(whose) {
            Ok(part) => part.machine,
            Err(_) => self.cast.person(whose)?.machine,
        };
        Ok(self.world.device(machine))
    }

    /// A queue on a representative's console, by its short name: a team's, or `Personal`.
    ///
    /// # Errors
    /// The console does not show it.
    pub fn queue(self, rep: &str, name: &str) -> Seen<&'a Queue> {
        let view = self.console(rep)?;
        let queue = view.queues.iter().find(|queue| queue.name == name);
        queue.ok_or_else(|| {
            let shown: Vec<&str> = view.queues.iter().map(|queue| queue.name.as_str()).collect();
            format!("{rep}'s console shows the queues [{}]", shown.join(", "))
        })
    }

    /// The line of a customer in one queue on a representative's console.
    ///
    /// # Errors
    /// It is not there; the error lists who is.
    pub fn row_in(self, rep: &str, queue: &str, customer: &str) -> Seen<&'a Row> {
        let queue = self.queue(rep, queue)?;
        queue.rows.iter().find(|row| row.customer == customer).ok_or_else(|| {
            let lines: Vec<String> = queue.rows.iter().map(|row| Line(row).to_string()).collect();
            format!("the {} queue on {rep}'s console has [{}]", queue.name, lines.join(", "))
        })
    }

    /// The line of a customer that a representative can accept, in whichever queue; invitations first.
    ///
    /// # Errors
    /// There is none; the error lists what there is.
    pub fn waiting_row(self, rep: &str, customer: &str) -> Seen<&'a Row> {
        let view = self.console(rep)?;
        let rows = || view.queues.iter().flat_map(|queue| &queue.rows).filter(|row| row.customer == customer);
        let invitation = rows().find(|row| matches!(row.what, QueueEntryKind::Invitation { .. }));
        let waiting = rows().find(|row| row.what == QueueEntryKind::Waiting);
        invitation.or(waiting).ok_or_else(|| {
            let lines: Vec<String> =
                view.queues.iter().flat_map(|queue| &queue.rows).map(|row| Line(row).to_string()).collect();
            format!("{rep}'s queues hold [{}]", lines.join(", "))
        })
    }

    /// Whether a customer stands in a queue on a representative's console, or an invitation to their session does.
    ///
    /// # Errors
    /// The console does not run, or nobody has the customer's name.
    pub fn sees_waiting(self, rep: &str, customer: &str) -> Seen<bool> {
        self.console(rep)?;
        self.cast.customer(customer)?;
        Ok(self.waiting_row(rep, customer).is_ok())
    }

    /// The prompt for a customer's session on a representative's console (EQL-05).
    ///
    /// # Errors
    /// There is none; the error lists those that there are.
    pub fn assignment(self, rep: &str, customer: &str) -> Seen<&'a ShownAssignment> {
        let shown = &self.console(rep)?.assignments;
        shown.iter().find(|shown| shown.customer == customer).ok_or_else(|| {
            let names: Vec<&str> = shown.iter().map(|shown| shown.customer.as_str()).collect();
            format!("{rep} is asked to take [{}]", names.join(", "))
        })
    }

    /// What Share Session offers on the page of a customer's session (SHR-01).
    ///
    /// # Errors
    /// The page is not open.
    pub fn share_options(self, rep: &str, customer: &str) -> Seen<ShareOptions> {
        let session = self.page(rep, customer)?.session;
        self.console(rep)?.share_options(session).ok_or_else(|| format!("{rep}'s console offers no sharing"))
    }

    /// A customer's session that a representative has open, or had.
    ///
    /// # Errors
    /// They have not, and had not.
    pub fn known_session(self, rep: &str, customer: &str) -> Seen<SessionId> {
        if let Ok(page) = self.page(rep, customer) {
            return Ok(page.session);
        }
        let closed = self.console(rep)?.closed.iter().rev().find(|closed| closed.customer == customer);
        closed
            .map(|closed| closed.session)
            .ok_or_else(|| format!("{rep} never had {customer}'s session open"))
    }

    /// The page of a customer's session on a representative's console.
    ///
    /// # Errors
    /// It is not open; the error lists the pages that are.
    pub fn page(self, rep: &str, customer: &str) -> Seen<&'a Page> {
        page_in(self.console(rep)?, rep, customer)
    }

    /// The latest transfer of a file in a customer's session, by its path on the customer's machine.
    ///
    /// # Errors
    /// There is none; the error lists those that there are.
    pub fn transfer(self, rep: &str, customer: &str, remote: &str) -> Seen<&'a TransferShown> {
        let transfers = &self.page(rep, customer)?.tools.files.transfers;
        transfers.iter().rev().find(|transfer| transfer.remote == remote).ok_or_else(|| {
            let known: Vec<&str> = transfers.iter().map(|transfer| transfer.remote.as_str()).collect();
            format!("the transfers are of [{}]", known.join(", "))
        })
    }

    /// Where a customer is on their way, in words.
    pub fn stage_words(self, customer: &str) -> String {
        match self.customer(customer) {
            Ok(view) => StageWords(&view.stage).to_string(),
            Err(error) => error,
        }
    }
}

/// The page of a customer's session in a console's view.
///
/// # Errors
/// It is not open; the error lists the pages that are.
pub(crate) fn page_in<'v>(view: &'v RepConsoleView, rep: &str, customer: &str) -> Seen<&'v Page> {
    view.pages.iter().find(|page| page.customer == customer).ok_or_else(|| {
        let open: Vec<&str> = view.pages.iter().map(|page| page.customer.as_str()).collect();
        let told = view
            .last_notice()
            .map(|notice| format!("; the console last said {notice:?}"))
            .unwrap_or_default();
        format!("{rep} has the sessions of [{}] open{told}", open.join(", "))
    })
}

/// A line of a queue, as a report names it.
pub(crate) struct Line<'a>(pub(crate) &'a Row);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(row) = self;
        match &row.what {
            QueueEntryKind::Waiting => write!(f, "{} waiting", row.customer),
            QueueEntryKind::InSession => write!(f, "{} in session", row.customer),
            QueueEntryKind::Invitation { from } => write!(f, "invitation to {} from {from}", row.customer),
        }
    }
}

/// Where a customer is, in words.
pub(crate) struct StageWords<'a>(pub(crate) &'a Stage);

impl fmt::Display for StageWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Stage::Idle => f.write_str("nothing is open"),
            Stage::OpeningPortal => f.write_str("the portal is being opened"),
            Stage::Portal(page) => write!(f, "the portal {:?} is open", page.name),
            Stage::Checking => f.write_str("the start method is being checked"),
            Stage::Downloading { received, total } => write!(f, "downloading, {received} of {total} bytes"),
            Stage::AppNeeded => f.write_str("the app store is open"),
            Stage::ChooseApp(_) => f.write_str("asked which app to go on with"),
            Stage::ChooseSite { .. } => f.write_str("the app asks for the support site"),
            Stage::ChatName => f.write_str("the browser asks for a name"),
            Stage::ChatPrompt => f.write_str("asked whether to chat"),
            Stage::Agreement(text) => write!(f, "asked to agree to {text:?}"),
            Stage::RecordingPrompt => f.write_str("asked whether the session may be recorded"),
            Stage::Joining => f.write_str("joining"),
            Stage::Waiting { position, .. } => write!(f, "waiting at place {position}"),
            Stage::InSession { representatives } => {
                let names: Vec<&str> = representatives.iter().map(|rep| rep.name.as_str()).collect();
                write!(f, "in session with {}", names.join(", "))
            }
            Stage::OnHold => f.write_str("on hold"),
            Stage::Reconnecting { was } => write!(f, "reconnecting (was: {})", StageWords(was)),
            Stage::NobodyAvailable { message, .. } => write!(f, "nobody is available: {message}"),
            Stage::Ended { why } => write!(f, "the session is over: {why}"),
            Stage::Refused { why } => write!(f, "refused: {why}"),
            Stage::Closed => f.write_str("the window is closed"),
        }
    }
}
