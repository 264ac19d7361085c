//! The command line of `livectl watch`; what it does is in [`crate::run::watch`].

use std::time::Duration;

use clap::Args;

use crate::run::watch::goal::WatchGoal;
use crate::time;

// The streams to look at, and what to wait for.
#[derive(Args, Debug)]
#[expect(missing_docs, reason = "clap would take them for the help of the command that has these")]
pub struct WatchOptions {
    /// The vendor to ask
    #[arg(value_name = "VENDOR")]
    pub vendor: Option<String>,
    /// Its streams; a lone `-` reads them from standard input
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Their push domain [default: the profile's]
    #[arg(long, value_name = "DOMAIN", allow_hyphen_values = true, requires = "vendor")]
    pub domain: Option<String>,
    /// Their application, at Tencent's API 3.0 [default: the profile's]
    #[arg(long, value_name = "APP", allow_hyphen_values = true, requires = "vendor")]
    pub app: Option<String>,
    /// Look at this play URL, as a viewer does from here
    #[arg(long, value_name = "URL", allow_hyphen_values = true)]
    pub play: Option<String>,
    /// Wait for this state: off, on or forbidden
    #[arg(long, value_name = "STATE", ignore_case = true, hide_possible_values = true)]
    pub until: Option<WatchGoal>,
    /// How long to look
    #[arg(long, value_name = "DUR", default_value = "2m", value_parser = time::limit)]
    pub within: Duration,
}
