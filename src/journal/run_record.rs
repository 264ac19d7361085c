//! The records that open and close a run in a journal: who ran what, with which accounts, and how it ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::spec::{AccountIdentity, Vendor};
use crate::config::account::Account;
use crate::process;

/// The first record of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Always [`SCHEMA`](crate::journal::record::SCHEMA).
    pub schema: String,
    /// Always `run`.
    pub record: String,
    /// When it began.
    pub at: String,
    /// Its id.
    pub run: String,
    /// Who ran it.
    pub by: RunAuthor,
    /// The version of livectl.
    pub version: String,
    /// The command line as typed, cut at 4 KiB, URLs in it without user info and query.
    pub command: String,
    /// The profile file; null where the environment alone was used.
    pub config: Option<String>,
    /// The profile; null where the environment alone was used.
    pub profile: Option<String>,
    /// The account at each vendor of the run.
    pub accounts: BTreeMap<String, AccountRecord>,
    /// The targets that `--even-protected` names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub even_protected: Vec<String>,
    /// Its lines came while it lasted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follows: bool,
    /// The run that it undoes.
    pub undoes: Option<String>,
}

/// Who ran a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAuthor {
    /// The user.
    pub user: Option<String>,
    /// The user who called `sudo`.
    pub sudo_user: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// The process.
    pub pid: u32,
}

impl RunAuthor {
    /// This process.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self {
            user: process::user(),
            // Under `sudo` every user is root.
            sudo_user: std::env::var("SUDO_USER").ok().filter(|name| !name.is_empty()),
            host: process::host(),
            pid: std::process::id(),
        }
    }
}

/// An account of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The version of the vendor's API.
    pub api: String,
    /// Where requests went.
    pub endpoint: Option<String>,
    /// The id of the key that signs: an app id, a user name or a key id. Never a secret.
    pub id: Option<String>,
}

impl AccountRecord {
    /// The account at this vendor.
    #[must_use]
    pub fn of(vendor: &Vendor, account: &Account) -> Self {
        let version = vendor.version(account.api());
        let id = match version.identity {
            AccountIdentity::None => None,
            AccountIdentity::Account(key) | AccountIdentity::Key(key) => account.text(key),
        };
        Self {
            api: version.name.into(),
            endpoint: (vendor.endpoint)(account).map(|endpoint| endpoint.as_str().into()),
            id: id.map(str::to_owned),
        }
    }
}

/// The last record of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndRecord {
    /// Always [`SCHEMA`](crate::journal::record::SCHEMA).
    pub schema: String,
    /// Always `end`.
    pub record: String,
    /// When it ended.
    pub at: String,
    /// The run's id.
    pub run: String,
    /// Its exit code.
    pub exit: u8,
}
