//! One attempt: record the intent, sign, send, classify.
//!
//! Owns the order of these steps, and the last look at the limits before a request leaves. Whether another attempt
//! follows is the scheduler's decision.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::api::request::Request;
use crate::api::signature::SigningContext;
use crate::api::spec::Api;
use crate::engine::classify::classify;
use crate::engine::context::{Engine, Observer, ViewerProbe};
use crate::engine::job::{Completion, InFlight, Job, NotSent, VendorContext};
use crate::engine::retry::{AttemptResult, Retry};
use crate::net::client::Transport;
use crate::net::message::SignedRequest;
use crate::net::send_error::{Delivery, SendError};
use crate::outcome::fault::Fault;
use crate::secret::redact::Redactor;
use crate::time::Timestamp;

/// Probes that begin to look, with their rows.
pub(super) type OpenedProbes = UnboundedSender<(u32, Box<dyn ViewerProbe>)>;

/// Whether a request has left this process; after that, an internal fault leaves its outcome unknown.
pub static HAS_SENT: AtomicBool = AtomicBool::new(false);

impl<T: Transport, O: Observer> Engine<'_, T, O> {
    /// One attempt.
    pub(super) async fn attempt(&self, opened: &OpenedProbes, in_flight: &InFlight) -> Completion {
        // Not bound to a name first: such a future is kept twice. So is the argument of an async
        // function. The task of a row took 3,816 bytes with both, 944 without.
        AssertUnwindSafe(self.try_attempt(opened, in_flight))
            // A panic ends this attempt, not the run: the other targets are in flight and must be reported.
            .catch_unwind()
            .await
            .unwrap_or_else(|_| {
                let fault = Fault::internal();
                Ok(Box::new(match in_flight.sent.get() {
                    Some(_) => AttemptResult::unknown(Retry::No, fault),
                    None => AttemptResult::not_applied(Retry::No, fault),
                }))
            })
    }

    async fn try_attempt(&self, opened: &OpenedProbes, in_flight: &InFlight) -> Completion {
        let (context, job) = (&*in_flight.context, &in_flight.job);
        if !self.is_recorded(job).await {
            return Err(NotSent::Unrecorded);
        }
        // A slow disk may have made several intents durable at once.
        let turn = context.departures.borrow_mut().reserve(Instant::now());
        if let Some(turn) = turn {
            tokio::time::sleep_until(turn).await;
        }
        // Asked again: the deadline, the ban's end or a signal may have come during these waits.
        let (at, now) = ((self.clock)(), Instant::now());
        self.check_limits(in_flight, at, now)?;
        // Before the request is built: whatever fails from here on must not be reported as not sent.
        in_flight.sent.set(Some((at, now)));
        HAS_SENT.store(true, Ordering::Relaxed);
        self.open_probes(job, opened);

        // JD takes a duration. What is left until the end is computed for each attempt, so that a
        // retry does not lengthen the ban.
        let request = self.request(job).leaving_at(at);
        // Never the signature of an earlier attempt: its time may have passed while the retry waited.
        let signing = SigningContext::fresh(at);
        let (signed, redactor) = self.sign(context, &request, signing);
        let timeout = self.limits.timeout.min(self.time_left(job, now));
        let vendor = &*context.vendor;
        Ok(Box::new(match self.transport.send(&signed, timeout).await {
            Ok(response) => {
                classify(vendor, &request, signing, &response, (self.clock)(), &redactor)
            }
            Err(error) => into_result(error, vendor, &redactor),
        }))
    }

    /// Makes durable what has to be on disk before the request leaves; false where that failed.
    async fn is_recorded(&self, job: &Job) -> bool {
        // A run that is killed before the response comes must leave a doubt in the journal, not a gap.
        // A look changes nothing, so a verification leaves no intent; but what it looks at is
        // recorded before.
        match &job.verification {
            None => self.observer.intent(job.batch.rows(), job.attempts + 1).await,
            Some(verification) => verification.has_looked() || self.observer.written().await,
        }
    }

    /// Opens the probes of the targets of a first request, whose first looks leave together with it.
    fn open_probes(&self, job: &Job, opened: &OpenedProbes) {
        if job.is_look || job.first_sent.is_some() {
            return;
        }
        for row in job.batch.rows() {
            if let Some(probe) = self.viewers.open(*row as usize) {
                // The receiver lives as long as the attempts do.
                let _ = opened.send((*row, probe));
            }
        }
    }

    /// Fails where the request must not leave now.
    fn check_limits(
        &self,
        in_flight: &InFlight,
        at: Timestamp,
        now: Instant,
    ) -> Result<(), NotSent> {
        if in_flight.is_cancelled.get() {
            return Err(NotSent::Cancelled);
        }
        if let Some(until) = self.passed_end(&in_flight.job, &|| at) {
            return Err(NotSent::Expired(until));
        }
        if in_flight.job.is_late(&self.limits, now) { Err(NotSent::Late) } else { Ok(()) }
    }

    /// The end of the job's operation, where it has passed.
    // Sent all the same, `applied` would claim a ban that does not exist.
    pub(super) fn passed_end(&self, job: &Job, now: &dyn Fn() -> Timestamp) -> Option<Timestamp> {
        // A look sends no end, and may leave when a short ban has ended by itself.
        if job.verification.is_some() {
            return None;
        }
        self.operations.get(job.first_row()).until().filter(|until| *until <= now())
    }

    /// The time that the job's deadline, or its verification, still allows.
    fn time_left(&self, job: &Job, now: Instant) -> Duration {
        match (&job.verification, job.started) {
            // `--deadline` bounds the operation; the looks after it have `--verify-timeout`.
            (Some(verification), _) => verification.time_left(now),
            (None, Some(started)) => (started + self.limits.deadline) - now,
            (None, None) => self.limits.deadline,
        }
    }

    /// The request that a job sends next.
    pub(super) fn request(&self, job: &Job) -> Request {
        let look = job.verification.as_ref().and_then(|pending| pending.spec.as_ref());
        let mut request = if let Some(look) = look {
            look.request.clone()
        } else {
            self.operations.request(job.batch.rows())
        };
        for _ in 0..job.step {
            // A step is only made where there is a request for it.
            let Some(next) = request.next.take() else { break };
            request = *next;
        }
        if job.page > 1 { request.turned_to(job.page) } else { request }
    }

    /// The signed request, and the redactor that knows its signature.
    fn sign(
        &self,
        VendorContext { vendor, redactors, .. }: &VendorContext,
        request: &Request,
        context: SigningContext,
    ) -> (SignedRequest, Rc<Redactor>) {
        let signature = vendor.sign(request, context);
        let signed = vendor.authorize(request, &signature);
        let secrets = self.transport.secrets().iter().chain(vendor.secrets());
        let hidden = vendor.secret_fields().iter().map(|field| signature.get(field));
        (signed, redactors.hiding(secrets, hidden))
    }
}

/// The result of a request without a whole response.
fn into_result(error: SendError, vendor: &dyn Api, redactor: &Redactor) -> AttemptResult {
    let retry = match (error.out_of_files, error.retry) {
        (true, _) => Retry::OutOfFiles,
        (false, true) => Retry::Backoff(None),
        (false, false) => Retry::No,
    };
    // An endpoint in the profile is more likely wrong than the vendor's documented one.
    let own = (!vendor.uses_default_endpoint()).then_some("check the endpoint that is set");
    let hints: Vec<_> = own.into_iter().chain(vendor.when_unreachable()).collect();
    let hint = error.fault.hint.or_else(|| (!hints.is_empty()).then(|| hints.join("; ")));
    let fault =
        Fault { message: redactor.text(&error.fault.message).into_owned(), hint, ..error.fault };
    match error.sent {
        Delivery::NotSent => AttemptResult::not_applied(retry, fault),
        Delivery::Unknown => AttemptResult::unknown(retry, fault),
    }
}
