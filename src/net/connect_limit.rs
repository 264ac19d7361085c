//! A time limit for connecting that each request sets for itself.
//!
//! Only a connect that fails within its own limit is known never to have sent anything. Owns that limit; the attempt's is
//! the client's.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tower_service::Service;

tokio::task_local! {
    static LIMIT: Duration;
}

/// The longest that name, TCP, proxy and TLS may take together within an attempt of this length.
#[must_use]
pub fn connect_limit(attempt: Duration) -> Duration {
    const MOST: Duration = Duration::from_secs(3);
    const MARGIN: Duration = Duration::from_millis(50);
    // The margin lets this limit fire before the attempt's. At the same moment either may win, and
    // the attempt's proves nothing.
    MOST.min(attempt).saturating_sub(MARGIN)
}

/// Runs a request whose connect has this limit.
pub(super) async fn within<F: Future>(limit: Duration, request: F) -> F::Output {
    // The library's `connect_timeout` is one for all requests of a client, but the time that is
    // left of a deadline differs from attempt to attempt.
    LIMIT.scope(limit, request).await
}

/// A connector that gives up at the limit of the request that it connects for.
#[derive(Clone)]
pub(super) struct ConnectLimit<S>(pub(super) S);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl<S, R> Service<R> for ConnectLimit<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, destination: R) -> Self::Future {
        // Read here, in the task of the request: the pool may finish the connection in another task,
        // for the next request.
        let limit = LIMIT.try_with(|limit| *limit).ok();
        let connection = self.0.call(destination);
        Box::pin(async move {
            match limit {
                None => connection.await,
                Some(limit) => tokio::time::timeout(limit, connection)
                    .await
                    .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into())),
            }
        })
    }
}
