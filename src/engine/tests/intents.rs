//! Signals that come while an intent is being recorded.

use super::*;

/// Two signals, or one, that are there before anything can leave.
fn cancelled(signals: &[Interruption]) -> (Vec<LogEvent>, String) {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = Journal::open(&path, History::new(VENDORS)).unwrap();
    let case = |name| TestOperation { kind: 4, name, replies: Vec::new() };
    let operations =
        plan([case(1), case(2), case(3)].iter().map(TestOperation::line), base(), &|_| None);
    let transport =
        ScriptedVendors { journal: Some(&journal), ..ScriptedVendors::new(HashMap::new()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let (sender, mut interruptions) = unbounded_channel();
        signals.iter().for_each(|signal| sender.send(*signal).unwrap());
        transport.start.set(Some(Instant::now()));
        let limits = RunSetup { concurrency: 2, ..RunSetup::default() }.limits();
        let engine = Engine {
            transport: &transport,
            operations: Rows::Listed(&operations),
            limits,
            clock: Rc::new(base),
            observer: &transport,
            viewers: &NoViewers,
        };
        let batches = batch::batches(&operations, |_| true).into_iter();
        engine
            .run(
                batches.map(|(name, batches)| (vendor(name), batches)).collect(),
                &mut interruptions,
            )
            .await;
    });
    let events = transport.events.into_inner();
    drop(journal);
    (events, std::fs::read_to_string(path).unwrap())
}

#[test]
fn request_waiting_for_its_intent_is_cancelled() {
    for signals in [&[Interruption::Gently][..], &[Interruption::Gently, Interruption::AtOnce]] {
        let (events, journal) = cancelled(signals);
        let skipped = |event: &LogEvent| match event {
            LogEvent::Settled(_, outcome) => {
                outcome.status == Status::Skipped
                    && outcome.fault.as_ref().unwrap().kind == FaultKind::Interrupted
            }
            LogEvent::Left(_) | LogEvent::Came(..) => false,
        };
        assert!(events.len() == 3 && events.iter().all(skipped), "{events:?}");
        assert_eq!(journal, "intent\nintent\n");
    }
}
