//! Whose credentials a run uses: a profile's, the environment's, or the sandbox's own.

use std::net::SocketAddr;
use std::rc::Rc;

use tokio::runtime::Runtime;

use crate::cli::Global;
use crate::config::{self, Account, Profile, Section};
use crate::error::{Error, Result};
use crate::output::curl;
use crate::sandbox::{self, Sandbox, demo};
use crate::settings;
use crate::transport::proxy_without_password;
use crate::vendor::{self, Name, Operation, Vendor, shumei};

/// Whose credentials the run uses.
pub(crate) enum Accounts {
    /// A profile's or the environment's.
    Profile(Box<Profile>),
    /// The sandbox's own.
    Sandbox,
}

impl Accounts {
    pub(crate) fn load(global: &Global) -> Result<Self> {
        if global.sandbox {
            return Ok(Self::Sandbox);
        }
        config::load(&settings::choice(global)).map(|profile| Self::Profile(Box::new(profile)))
    }

    pub(crate) fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Profile(profile) => Some(profile),
            Self::Sandbox => None,
        }
    }

    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Profile(profile) => profile.name.as_deref(),
            Self::Sandbox => Some(demo::PROFILE),
        }
    }

    pub(crate) fn notes(&self) -> &[String] {
        self.profile().map_or(&[], Profile::notes)
    }

    pub(crate) fn place(&self) -> shumei::Place {
        match self {
            Self::Profile(profile) => match profile.account(&shumei::SECTION) {
                Ok(account) => shumei::Place::of(&account),
                Err(_) => shumei::Place::Cluster(None),
            },
            Self::Sandbox => shumei::Place::Cluster(demo::SHUMEI_CLUSTER.parse().ok()),
        }
    }

    pub(crate) fn route(&self) -> curl::Route {
        self.profile().map_or_else(curl::Route::default, |profile| curl::Route {
            ca_file: profile.ca_file.clone(),
            proxy: profile.proxy.as_deref().map(proxy_without_password),
        })
    }

    /// Serves the sandbox for the length of the run. A dry run opens no socket, and names the address where
    /// `livectl sandbox` listens.
    pub(crate) fn start_sandbox(&self, global: &Global, runtime: &Runtime) -> Result<SocketAddr> {
        match self {
            Self::Sandbox if !global.dry_run => {
                let sandbox = runtime
                    .block_on(Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0))))
                    .map_err(|error| Error::internal(anyhow::Error::new(error).context("cannot start the sandbox")))?;
                let address = sandbox.address();
                runtime.spawn(sandbox.serve());
                Ok(address)
            }
            Self::Sandbox | Self::Profile(_) => Ok(sandbox::DEFAULT_LISTEN),
        }
    }

    /// Opens every vendor that the run needs; fetches their secrets and no others.
    pub(crate) fn open(&self, operations: &[Box<dyn Operation>], stand_in: SocketAddr) -> Result<Vec<Rc<dyn Vendor>>> {
        let is_used = |name: &Name| operations.iter().any(|operation| operation.action().vendor == *name);
        let account = |section: &'static Section| match self {
            Self::Profile(profile) => profile.account(section),
            Self::Sandbox => Ok(demo_account(section, stand_in)),
        };
        Name::ALL.into_iter().filter(is_used).map(|name| vendor::open(name, &account)).collect()
    }
}

fn demo_account(section: &'static Section, address: SocketAddr) -> Account {
    let mut values = match section.name {
        "jd" => vec![("username", demo::JD_USERNAME), ("secret_key", demo::JD_SECRET_KEY)],
        "tencent" => vec![("app_id", demo::TENCENT_APP_ID), ("api_key", demo::TENCENT_API_KEY)],
        _ => vec![("access_key", demo::SHUMEI_ACCESS_KEY)],
    };
    let endpoint = format!("http://{address}");
    values.push(("endpoint", &endpoint));
    Account::made_up(section, demo::PROFILE, &values)
}
