//! What a message costs on its way into bytes and back.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wire::rep::{ApplianceToRep, RepToAppliance};
use wire::session::{
    Audience, CustomerPresence, DeviceFacts, LogEntry, LogItem, Platform, Priority, QueueEntry,
    QueueEntryKind, SessionKind,
};
use wire::{
    FrameReader, LineId, MemberId, Message, QueueEntryId, QueueId, SessionId, SimTime, TeamId, encode_frame,
};

fn queue_line() -> ApplianceToRep {
    ApplianceToRep::EntryShown(QueueEntry {
        id: QueueEntryId(4_711),
        queue: QueueId::Team(TeamId(3)),
        session: SessionId(1_234),
        what: QueueEntryKind::Waiting,
        customer: "Carla".into(),
        device: DeviceFacts {
            computer: "FRONT-DESK-3".into(),
            platform: Platform::Windows,
            private_ip: [10, 20, 0, 7],
        },
        issue: Some("VPN does not connect".into()),
        priority: Priority::High,
        presence: CustomerPresence::Connected,
        waited_ms: 61_000,
        age_ms: 65_000,
        kind: SessionKind::Support,
        overdue: false,
    })
}

/// What a colleague gets who joins a session late: its whole log.
fn log_of(lines: u32) -> ApplianceToRep {
    let entries = (1..=lines).map(|seq| LogEntry {
        seq,
        at: SimTime::from_secs(seq.into()),
        by: MemberId(1),
        by_name: "Carla".into(),
        what: LogItem::Said {
            text: "It began this morning, right after the update.".into(),
            audience: Audience::Everyone,
            line: LineId(seq),
        },
    });
    ApplianceToRep::Log { session: SessionId(1_234), entries: entries.collect() }
}

fn one<M: Message>(c: &mut Criterion, name: &str, message: &M) {
    let frame = encode_frame(message);
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Bytes(frame.len() as u64));
    group.bench_function("encode", |b| b.iter(|| encode_frame(black_box(message))));
    group.bench_function("decode", |b| {
        b.iter(|| {
            let mut reader = FrameReader::default();
            reader.push(black_box(&frame));
            let body = reader.next_frame().expect("we made it").expect("it is whole");
            M::from_frame(body).expect("we made it")
        });
    });
    group.finish();
}

fn wire(c: &mut Criterion) {
    one(c, "heartbeat", &RepToAppliance::Heartbeat);
    one(c, "queue line", &queue_line());
    one(c, "log of 100 lines", &log_of(100));
}

criterion_group!(benches, wire);
criterion_main!(benches);
