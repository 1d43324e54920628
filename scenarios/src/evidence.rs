//! What stands beside a failure: what everybody saw, what was last said, and how links and connections were.

use std::fmt;

use customer_client::CustomerView;
use fabric::{LinkCounters, MappingRow, Protocol};
use jump_client::JumpClientView;
use rep_console::RepConsoleView;
use wire::SimTime;
use wire::session::{Audience, LogEntry, LogItem};
use world::{Program, SeenMessage, World};

use crate::eyes::{Line, StageWords};

/// How many of a running log's last entries are printed.
const LOG_ENTRIES_MAX: usize = 12;

/// How many of a console's last notices are printed.
const NOTICES_MAX: usize = 3;

/// The evidence of this moment.
pub(crate) fn report(world: &World) -> String {
    let mut report = Report::default();
    report.line(0, format_args!("at {} of virtual time", world.now()));
    report.blank();
    report.line(0, format_args!("what everybody saw:"));
    for (id, program) in world.programs() {
        report.program(world.program_name(id), program);
    }
    report.blank();
    report.line(0, format_args!("the last messages on the wire:"));
    report.messages(world);
    report.links(world);
    report.nats(world);
    for (machine, name) in world.machines() {
        let netstat = world.netstat(machine);
        if netstat.lines().count() > 1 {
            report.blank();
            report.line(0, format_args!("netstat of {name}:"));
            for row in netstat.lines() {
                report.line(1, format_args!("{row}"));
            }
        }
    }
    report.0
}

#[derive(Default)]
struct Report(String);

impl Report {
    fn line(&mut self, depth: usize, text: fmt::Arguments<'_>) {
        self.0.push_str(&"  ".repeat(depth));
        self.0.push_str(text.to_string().trim_end());
        self.0.push('\n');
    }

    fn blank(&mut self) {
        self.0.push('\n');
    }

    fn program(&mut self, name: &str, program: &Program) {
        match program {
            Program::Appliance(appliance) => {
                let view = appliance.view();
                self.line(1, format_args!("{name}"));
                self.line(2, format_args!("signed in: {}", listed(&view.representatives)));
                let (waiting, owned) = (view.sessions_waiting, view.sessions_with_owner);
                self.line(2, format_args!("sessions: {waiting} waiting, {owned} with an owner"));
                if view.jump_clients_online > 0 {
                    self.line(2, format_args!("Jump Clients online: {}", view.jump_clients_online));
                }
            }
            Program::RepConsole(console) => self.console(name, console.view()),
            Program::CustomerClient(client) => self.customer(name, client.view()),
            Program::JumpClient(client) => self.jump_client(name, client.view()),
            Program::MailHost(host) => {
                self.line(1, format_args!("{name} ({})", host.view().state));
                for (address, mails) in &host.view().mailboxes {
                    let subjects: Vec<String> = mails.iter().map(|mail| mail.subject.clone()).collect();
                    self.line(2, format_args!("{address}: {}", listed(&subjects)));
                }
            }
        }
    }

    fn console(&mut self, name: &str, view: &RepConsoleView) {
        let who = view.profile.as_ref().map_or("nobody signed in".to_owned(), |profile| {
            format!("signed in as {}", profile.display_name)
        });
        self.line(1, format_args!("{name} ({}, {}, {who})", view.flavour, view.connection));
        for queue in &view.queues {
            let rows: Vec<String> = queue.rows.iter().map(|row| Line(row).to_string()).collect();
            self.line(2, format_args!("{} queue: {}", queue.name, listed(&rows)));
        }
        for asked in &view.assignments {
            self.line(2, format_args!("asked to take {}, from {}", asked.customer, asked.queue_name));
        }
        for page in &view.pages {
            let members: Vec<String> = page.members.iter().map(|member| member.name.clone()).collect();
            let owner = page.members.iter().find(|member| Some(member.id) == page.owner);
            let owner = owner.map_or("nobody", |member| &member.name);
            self.line(
                2,
                format_args!(
                    "session with {}: in it {}; owned by {owner}; the customer is: {}",
                    page.customer,
                    listed(&members),
                    page.presence
                ),
            );
            self.log(&page.log);
        }
        if let Some(key) = &view.key {
            self.line(2, format_args!("session key: {}, {}", key.key, key.url));
        }
        if !view.jump_items.is_empty() {
            let items: Vec<String> = view
                .jump_items
                .iter()
                .map(|item| format!("{} ({})", item.computer, if item.online { "online" } else { "offline" }))
                .collect();
            self.line(2, format_args!("Jump Items: {}", listed(&items)));
        }
        let from = view.notices.len().saturating_sub(NOTICES_MAX);
        for notice in &view.notices[from..] {
            self.line(2, format_args!("said at {}: {:?}", notice.at, notice.text));
        }
    }

    fn customer(&mut self, name: &str, view: &CustomerView) {
        self.line(1, format_args!("{name} ({}): {}", view.connection, StageWords(&view.stage)));
        self.log(&view.log);
        for line in &view.pending {
            self.line(2, format_args!("not confirmed: {:?}", line.text));
        }
    }

    fn jump_client(&mut self, name: &str, view: &JumpClientView) {
        self.line(1, format_args!("{name} ({}): {}", view.connection, view.standing));
        for prompt in &view.prompts {
            self.line(
                2,
                format_args!("asks whether {} may come in, until {}", prompt.representative, prompt.until),
            );
        }
    }

    fn log(&mut self, log: &[LogEntry]) {
        let from = log.len().saturating_sub(LOG_ENTRIES_MAX);
        if from > 0 {
            self.line(3, format_args!("({from} earlier entries)"));
        }
        for LogEntry { at, by_name, what, .. } in &log[from..] {
            match what {
                LogItem::Said { text, audience: Audience::Everyone, .. } => {
                    self.line(3, format_args!("{at:>10}  {by_name}: {text:?}"));
                }
                LogItem::Said { text, audience, .. } => {
                    self.line(3, format_args!("{at:>10}  {by_name} to {audience}: {text:?}"));
                }
                LogItem::Happened { event, detail } => {
                    let parts: Vec<&str> = [by_name.as_str(), detail.as_str()]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect();
                    self.line(3, format_args!("{at:>10}  {event}  {}", parts.join(", ")));
                }
            }
        }
    }

    /// What links have done: bytes with their headers, packets by what became of them, and the queue in front of each.
    fn links(&mut self, world: &World) {
        let rows: Vec<String> = world
            .machines()
            .flat_map(|(machine, name)| {
                let (up, down) = world.link_counters(machine);
                [("up", up), ("down", down)].map(|(way, counters)| link_row(name, way, counters, world.now()))
            })
            .chain(world.lines().flat_map(|(zone, up, down)| {
                let name = format!("{zone} line");
                [("up", up), ("down", down)]
                    .map(|(way, counters)| link_row(&name, way, counters, world.now()))
            }))
            .flatten()
            .collect();
        if rows.is_empty() {
            return;
        }
        self.blank();
        self.line(0, format_args!("the links that carried something:"));
        self.line(
            1,
            format_args!(
                "{:<24} {:<4} {:>8} {:>11} {:>6} {:>10} {:>10} {:>11} {:>11} {:>7}",
                "machine",
                "way",
                "packets",
                "bytes",
                "lost",
                "queue full",
                "queue high",
                "mean wait",
                "max wait",
                "used"
            ),
        );
        for row in rows {
            self.line(1, format_args!("{row}"));
        }
    }

    /// What each NAT has open.
    fn nats(&mut self, world: &World) {
        for (zone, mappings) in world.nat_tables().filter(|(_, mappings)| !mappings.is_empty()) {
            self.blank();
            self.line(0, format_args!("the NAT of {zone}:"));
            self.line(1, format_args!("{:<4} {:<21}  {:<21}  {:<21}  idle", "", "inside", "outside", "with"));
            for MappingRow { protocol, inside, external, remote, idle, forgotten_after } in mappings {
                let protocol = match protocol {
                    Protocol::Tcp => "TCP",
                    Protocol::Udp => "UDP",
                    Protocol::Icmp => "ICMP",
                };
                let [inside, external, remote] = [inside, external, remote].map(|end| end.to_string());
                let (idle, after) = (idle.as_secs(), forgotten_after.as_secs());
                self.line(
                    1,
                    format_args!(
                        "{protocol:<4} {inside:<21}  {external:<21}  {remote:<21}  {idle} of {after} s"
                    ),
                );
            }
        }
    }

    /// The last messages, neighbours of one kind on one line.
    fn messages(&mut self, world: &World) {
        let messages: Vec<&SeenMessage> = world.last_messages().collect();
        let alike = |a: &&SeenMessage, b: &&SeenMessage| (&a.from, &a.to, a.kind) == (&b.from, &b.to, b.kind);
        for run in messages.chunk_by(alike) {
            let [first, .., last] = run else {
                let SeenMessage { sent, from, to, kind, bytes, .. } = run[0];
                self.line(
                    1,
                    format_args!("{sent:>10}  {from} -> {to}: {kind} ({bytes} bytes), {}", arrival(run[0])),
                );
                continue;
            };
            let bytes: u32 = run.iter().map(|message| message.bytes).sum();
            let SeenMessage { sent, from, to, kind, .. } = first;
            let count = run.len();
            self.line(
                1,
                format_args!(
                    "{sent:>10}  {from} -> {to}: {count} times {kind} ({bytes} bytes), the last {}",
                    arrival(last)
                ),
            );
        }
    }
}

/// A direction of a link that carried or dropped something, as a row.
fn link_row(name: &str, direction: &str, counters: LinkCounters, now: SimTime) -> Option<String> {
    let LinkCounters { packets, bytes, queue_drops, lost, .. } = counters;
    let LinkCounters { queue_bytes_high, queue_nanos_sum, queue_nanos_max, busy_nanos, .. } = counters;
    if packets + queue_drops == 0 {
        return None;
    }
    let millis = |nanos: u64| format!("{:.1} ms", nanos as f64 / 1e6);
    // What still has to be sent may make it more than all.
    let used = busy_nanos as f64 / now.as_nanos().max(1) as f64;
    let used = format!("{:.1} %", used.min(1.0) * 100.0);
    let (wait, wait_high) =
        (millis(queue_nanos_sum.checked_div(packets).unwrap_or(0)), millis(queue_nanos_max));
    Some(format!(
        "{name:<24} {direction:<4} {packets:>8} {bytes:>11} {lost:>6} {queue_drops:>10} {queue_bytes_high:>10} \
         {wait:>11} {wait_high:>11} {used:>7}"
    ))
}

fn arrival(message: &SeenMessage) -> String {
    message.delivered.map_or("never arrived".to_owned(), |at| format!("arrived {at}"))
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
