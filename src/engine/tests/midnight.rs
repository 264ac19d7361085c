//! A clock that passes Beijing's midnight between two attempts.

use super::*;
use crate::input::rows::Rows;

/// JD as it would be in Beijing: a date that is not today's is a wrong signature.
struct MidnightVendor {
    clock: Clock,
    dates: RefCell<Vec<String>>,
    settled: RefCell<Vec<Outcome>>,
}

impl Transport for MidnightVendor {
    async fn send(
        &self,
        request: &SignedRequest,
        _timeout: Duration,
    ) -> Result<Response, SendError> {
        let on_arrival = (self.clock)();
        let body: Value = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
        let today = (on_arrival + TimeDelta::hours(8)).format("%Y%m%d").to_string();
        let is_right =
            body["signature"] == crate::api::signing::md5_hex(&[&today, "u", "secret-of-jd"]);
        self.dates.borrow_mut().push(today);
        let body = json!({"status": if is_right { 0 } else { 7 }, "msg": ""}).to_string();
        Ok(Response::new(200, body))
    }
}

impl Observer for MidnightVendor {
    fn settled(&self, _row: usize, outcome: Outcome) {
        self.settled.borrow_mut().push(outcome);
    }

    async fn intent(&self, _rows: &[u32], _attempt: u32) -> bool {
        true
    }

    fn detail(&self, _text: &dyn Fn() -> String) {}

    fn note(&self, _text: &str) {}

    fn failure(&self) -> Option<Fault> {
        None
    }
}

/// Runs two domains, each look at the clock 60 ms after the last.
fn run(start: &str, attempts: u32) -> MidnightVendor {
    let (start, looks) = (start.parse::<Timestamp>().unwrap(), Cell::new(0));
    let clock: Clock = Rc::new(move || {
        looks.set(looks.get() + 1);
        start + TimeDelta::milliseconds(60 * looks.get())
    });
    let transport = MidnightVendor {
        clock: Rc::clone(&clock),
        dates: RefCell::default(),
        settled: RefCell::default(),
    };
    let inputs = ["a.com", "b.com"].map(|domain| {
        json!({"vendor": "jd", "action": "timeout", "target": domain, "seconds": 30}).to_string()
    });
    let operations = plan(inputs, start, &|_| None);
    let limits = Limits {
        concurrency: 1,
        rate: Some(0),
        attempts,
        timeout: Duration::from_secs(8),
        deadline: Duration::from_secs(30),
        max_failures: 10,
        verify: None,
        verify_viewers: Duration::from_secs(90),
        hold: None,
    };
    let runtime = paused_runtime();
    runtime.block_on(async {
        let (_sender, mut interruptions) = unbounded_channel();
        let batches = batch::batches(&operations, |_| true)
            .into_iter()
            .map(|(name, batches)| (vendor(name), batches));
        let engine = Engine {
            transport: &transport,
            operations: Rows::Listed(&operations),
            limits,
            clock,
            observer: &transport,
            viewers: &NoViewers,
        };
        engine.run(batches.collect(), &mut interruptions).await;
    });
    transport
}

#[test]
fn outdated_signature_is_renewed() {
    // Signed 40 ms before midnight, received 20 ms after it.
    let transport = run("2026-11-21T15:59:59.900Z", 3);

    assert_eq!(*transport.dates.borrow(), ["20261122", "20261122", "20261122"]);
    let mut attempts: Vec<_> = transport
        .settled
        .borrow()
        .iter()
        .map(|outcome| (outcome.status, outcome.attempts))
        .collect();
    attempts.sort_by_key(|(_, attempts)| *attempts);
    assert_eq!(attempts, [(Status::Applied, 1), (Status::Applied, 2)]);
}

#[test]
fn outdated_signature_does_not_stop_the_vendor() {
    let transport = run("2026-11-21T15:59:59.900Z", 1);

    let mut settled: Vec<_> = transport
        .settled
        .borrow()
        .iter()
        .map(|outcome| (outcome.status, outcome.attempts))
        .collect();
    settled.sort_by_key(|(status, _)| *status == Status::Applied);
    assert_eq!(settled, [(Status::NotApplied, 1), (Status::Applied, 1)]);
}
