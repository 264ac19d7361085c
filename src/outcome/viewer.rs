//! [`ViewerState`]: whether viewers get a stream, as a look at its play URL finds it.

use tokio::time::Instant;

/// Whether viewers get a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ViewerState {
    /// Viewers get the stream.
    On,
    /// Viewers got the stream in this run, and get it no longer.
    Off,
}

impl ViewerState {
    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A change of what viewers get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What they get since this look; `None` where that is not known.
    pub state: Option<ViewerState>,
    /// When the look left that found it.
    pub at: Instant,
    /// Why the state is not known, and the next step for the operator.
    pub hint: Option<&'static str>,
}
