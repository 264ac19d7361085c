//! Whose credentials a run uses: a profile's, the environment's, or the sandbox's own.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::api::{
    self, Name, Operation, OperationSpec, SECTIONS, SIMULATORS, Vendor, jd, shumei, tencent,
};
use crate::cli::{GlobalOptions, TargetSource};
use crate::config::{self, Account, Profile, Section};
use crate::error::{Error, Result};
use crate::net::{Options, proxy_without_password};
use crate::output::curl;
use crate::sandbox::demo;
use crate::sandbox::server::{DEFAULT_LISTEN, Sandbox};
use crate::settings;

/// Whose credentials the run uses.
pub(crate) enum Accounts {
    /// A profile's or the environment's.
    Profile(Box<Profile>),
    /// The sandbox's own, for the generation of the API that offers what is asked.
    Sandbox(Option<&'static OperationSpec>),
}

impl Accounts {
    pub(crate) fn load(global: &GlobalOptions, source: &TargetSource<'_>) -> Result<Self> {
        let action = match source {
            TargetSource::Targets(_, ask) => ask.find_action().ok(),
            TargetSource::File(..) => None,
        };
        Self::of(global, action)
    }

    /// Those of a command, whatever it asks; the sandbox's are for that kind of operation.
    pub(crate) fn of(
        global: &GlobalOptions,
        action: Option<&'static OperationSpec>,
    ) -> Result<Self> {
        if global.sandbox {
            SECTIONS.iter().try_for_each(|section| check_generation(section))?;
            return Ok(Self::Sandbox(action));
        }
        config::load::load(&settings::choice(global))
            .map(|profile| Self::Profile(Box::new(profile)))
    }

    pub(crate) fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Profile(profile) => Some(profile),
            Self::Sandbox(_) => None,
        }
    }

    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Profile(profile) => profile.name.as_deref(),
            Self::Sandbox(_) => Some(demo::PROFILE),
        }
    }

    /// What went over what, and was set aside.
    pub(crate) fn notes(&self, global: &GlobalOptions) -> Vec<String> {
        match self {
            Self::Profile(profile) => profile.notes().to_vec(),
            Self::Sandbox(_) if global.config.is_some() || global.profile.is_some() => {
                vec!["--sandbox uses demo credentials; -c and -p are set aside".into()]
            }
            Self::Sandbox(_) => Vec::new(),
        }
    }

    pub(crate) fn jd(&self) -> jd::Api {
        jd::Api::of(&self.api(&jd::SECTION))
    }

    pub(crate) fn tencent(&self) -> tencent::Api {
        tencent::Api::of(&self.api(&tencent::SECTION))
    }

    /// The generation of a vendor's API. The sandbox speaks each, and takes the environment's word for it.
    fn api(&self, section: &'static Section) -> Cow<'_, str> {
        match self {
            Self::Profile(profile) => profile.api(section).into(),
            Self::Sandbox(action) => {
                let action = action.filter(|action| action.vendor.as_str() == section.name);
                let only = action.and_then(|action| action.requires_api).unwrap_or_default();
                generation(section).map_or(only.into(), |(_, word)| word.into())
            }
        }
    }

    pub(crate) fn place(&self) -> shumei::ProfileCluster {
        match self {
            Self::Profile(profile) => {
                shumei::ProfileCluster::of(&profile.gather(&shumei::SECTION).0)
            }
            Self::Sandbox(_) => {
                shumei::ProfileCluster::Cluster(shumei::sandbox::CLUSTER.parse().ok())
            }
        }
    }

    pub(crate) fn connections(&self, connect: Duration) -> Options {
        let profile = self.profile();
        Options {
            connect,
            ca_file: profile.and_then(|profile| profile.ca_file.clone()),
            proxy: profile.and_then(|profile| profile.proxy.clone()),
        }
    }

    pub(crate) fn route(&self) -> curl::CurlRoute {
        self.profile().map_or_else(curl::CurlRoute::default, |profile| curl::CurlRoute {
            ca_file: profile.ca_file.clone(),
            proxy: profile.proxy.as_deref().map(proxy_without_password),
        })
    }

    /// Serves the sandbox for the length of the run. A dry run opens no socket, and names the address where
    /// `livectl sandbox` listens.
    pub(crate) fn start_sandbox(
        &self,
        global: &GlobalOptions,
        runtime: &Runtime,
    ) -> Result<SocketAddr> {
        match self {
            Self::Sandbox(_) if !global.dry_run => {
                let sandbox = runtime
                    .block_on(Sandbox::bind(
                        SocketAddr::from(([127, 0, 0, 1], 0)),
                        SIMULATORS.to_vec(),
                    ))
                    .map_err(|error| {
                        Error::internal(
                            anyhow::Error::new(error).context("cannot start the sandbox"),
                        )
                    })?;
                let address = sandbox.address();
                runtime.spawn(sandbox.serve());
                Ok(address)
            }
            Self::Sandbox(_) | Self::Profile(_) => Ok(DEFAULT_LISTEN),
        }
    }

    /// Opens every vendor that the run needs; fetches their secrets and no others.
    pub(crate) fn open(
        &self,
        operations: &[Box<dyn Operation>],
        simulator: SocketAddr,
    ) -> Result<Vec<Rc<dyn Vendor>>> {
        let is_used =
            |name: &Name| operations.iter().any(|operation| operation.spec().vendor == *name);
        let account = |section: &'static Section| match self {
            Self::Profile(profile) => profile.account(section),
            Self::Sandbox(_) => Ok(demo_account(section, &self.api(section), simulator)),
        };
        Name::ALL.into_iter().filter(is_used).map(|name| api::open(name, &account)).collect()
    }

    /// Every vendor that is configured, with what is missing of its keys; fetches no secret.
    pub(crate) fn configured(&self, simulator: SocketAddr) -> Vec<(Account, Vec<String>)> {
        let sections = SECTIONS.iter().copied();
        match self {
            Self::Profile(profile) => sections
                .filter(|section| profile.is_configured(section))
                .map(|section| profile.gather(section))
                .collect(),
            Self::Sandbox(_) => sections
                .map(|section| (demo_account(section, &self.api(section), simulator), Vec::new()))
                .collect(),
        }
    }
}

/// What the environment says of the generation of a vendor's API, and in which variable.
fn generation(section: &Section) -> Option<(String, String)> {
    let name = section.variable(section.key("api")?);
    let word = settings::variable(&name)?.to_string_lossy().into_owned();
    Some((name, word))
}

/// Refuses a word for a generation that the vendor does not have, as a profile's reader does.
fn check_generation(section: &Section) -> Result<()> {
    let (Some(key), Some((name, word))) = (section.key("api"), generation(section)) else {
        return Ok(());
    };
    (key.check)(&word).map_err(|why| Error::config(format!("environment variable {name}: {why}")))
}

fn demo_account(section: &'static Section, api: &str, address: SocketAddr) -> Account {
    let simulator = SIMULATORS.iter().find(|simulator| simulator.vendor == section.name);
    let credentials = simulator.map_or(&[][..], |simulator| simulator.credentials);
    let chosen = credentials.iter().find(|credentials| credentials.api == api);
    let mut values =
        chosen.or(credentials.first()).map_or(Vec::new(), |chosen| chosen.values.to_vec());
    let endpoint = format!("http://{address}");
    values.push(("endpoint", &endpoint));
    Account::made_up(section, demo::PROFILE, &values)
}
