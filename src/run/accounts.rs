//! The credentials that a run uses: a profile's, the environment's, or the sandbox's own.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;

use tokio::runtime::Runtime;

use crate::api::name::VendorName;
use crate::api::operation::{Operation, OperationSpec};
use crate::api::spec::{Api, Vendor, Vendors};
use crate::cli::global::GlobalOptions;
use crate::cli::operations::{LookLimits, TargetSource};
use crate::config::account::Account;
use crate::config::load::load;
use crate::config::profile::Profile;
use crate::config::section::Section;
use crate::config::selector::ProfileSelector;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::journal::run_record::AccountRecord;
use crate::net::endpoint::Endpoint;
use crate::net::proxy::without_login;
use crate::output::curl;
use crate::policy::rules::Policy;
use crate::run::invocation::Invocation;
use crate::run::settings::{self, Settings};
use crate::sandbox::demo;
use crate::sandbox::server::{DEFAULT_LISTEN, Sandbox};

/// The accounts of a command on these targets, or why there are none, and its settings.
// Bad input is reported before a bad profile, so the settings do without the profile at first.
pub(super) fn resolve(
    call: &Invocation<'_>,
    looks: LookLimits,
    source: &TargetSource,
) -> Result<(Result<Accounts>, Settings)> {
    let spec = match source {
        TargetSource::Targets(_, input) => call.vendors.find(input).ok(),
        TargetSource::File(..) => None,
    };
    let accounts = Accounts::of(call.vendors, call.global, spec);
    let profile = accounts.as_ref().ok().and_then(Accounts::profile);
    let settings = Settings::resolve(call.global, looks, profile)?;
    Ok((accounts, settings))
}

/// The accounts of a run.
pub(crate) struct Accounts {
    vendors: Vendors,
    source: AccountSource,
    /// The flags that name a profile, which the sandbox does not use.
    set_aside: Vec<&'static str>,
}

/// Where they come from.
enum AccountSource {
    /// A profile, or the environment.
    Profile(Box<Profile>),
    /// The sandbox, at the version of the API that offers this operation.
    Sandbox(Option<&'static OperationSpec>),
}

impl Accounts {
    /// The accounts that the flags choose; the sandbox's are for that kind of operation.
    pub(crate) fn of(
        vendors: Vendors,
        global: &GlobalOptions,
        spec: Option<&'static OperationSpec>,
    ) -> Result<Self> {
        if !global.sandbox {
            let sections = vendors.sections();
            return Self::of_profile(vendors, &settings::selector(global, &sections));
        }
        vendors.iter().try_for_each(|vendor| check_version(vendor.section))?;
        let flags = [("-c", global.config.is_some()), ("-p", global.profile.is_some())];
        let set_aside = flags.into_iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| flag);
        Ok(Self { vendors, source: AccountSource::Sandbox(spec), set_aside: set_aside.collect() })
    }

    /// The accounts of a profile, or of the environment.
    pub(crate) fn of_profile(vendors: Vendors, selector: &ProfileSelector<'_>) -> Result<Self> {
        let source = AccountSource::Profile(Box::new(load(selector)?));
        Ok(Self { vendors, source, set_aside: Vec::new() })
    }

    /// The account at a vendor without its secrets, and the problems of keys that are not set.
    fn gathered(&self, vendor: &'static Vendor, simulator: SocketAddr) -> (Account, Vec<String>) {
        match &self.source {
            AccountSource::Profile(profile) => profile.gather(vendor.section),
            AccountSource::Sandbox(spec) => (simulated(vendor, *spec, simulator), Vec::new()),
        }
    }

    /// The account at a vendor as records name it, the sandbox's at this address.
    pub(crate) fn record(&self, vendor: &'static Vendor, simulator: SocketAddr) -> AccountRecord {
        AccountRecord::of(vendor, &self.gathered(vendor, simulator).0)
    }

    pub(crate) fn profile(&self) -> Option<&Profile> {
        match &self.source {
            AccountSource::Profile(profile) => Some(profile),
            AccountSource::Sandbox(_) => None,
        }
    }

    pub(crate) fn is_sandbox(&self) -> bool {
        matches!(self.source, AccountSource::Sandbox(_))
    }

    /// Whether requests go to the sandbox, this program's own or a served one.
    pub(crate) fn is_simulated(&self) -> bool {
        self.profile().is_none_or(|profile| profile.is_sandbox)
    }

    pub(crate) fn name(&self) -> Option<&str> {
        match &self.source {
            AccountSource::Profile(profile) => profile.name.as_deref(),
            AccountSource::Sandbox(_) => Some(demo::PROFILE),
        }
    }

    /// Notes on settings that were overridden or ignored.
    pub(crate) fn notes(&self) -> Vec<String> {
        let of_profile = self.profile().map(|profile| profile.notes.clone());
        let mut notes = of_profile.unwrap_or_default();
        if !self.set_aside.is_empty() {
            let verb = if self.set_aside.len() == 1 { "is" } else { "are" };
            let flags = self.set_aside.join(" and ");
            notes.push(format!("--sandbox uses demo credentials; {flags} {verb} set aside"));
        }
        notes
    }

    /// The policy of the profile file.
    // The sandbox reads no profile file.
    pub(crate) fn policy(&self) -> Cow<'_, Policy> {
        self.profile().map_or_else(Cow::default, |profile| Cow::Borrowed(&profile.protection))
    }

    /// The profile file; `None` where the environment alone is used.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.profile()?.file.as_deref()
    }

    /// The accounts at these vendors, as records name them.
    pub(crate) fn records(
        &self,
        opened: &[Rc<dyn Api>],
        simulator: SocketAddr,
    ) -> BTreeMap<String, AccountRecord> {
        let used =
            self.vendors.iter().filter(|vendor| opened.iter().any(|api| api.name() == vendor.name));
        let record = |vendor: &'static Vendor| {
            (vendor.name.as_str().to_owned(), self.record(vendor, simulator))
        };
        used.map(record).collect()
    }

    /// Each vendor's account, or that of the only vendor, as far as it is known without its secrets, to plan with.
    pub(crate) fn planned(&self, only: Option<&str>) -> Vec<Account> {
        // Without secrets: for a plan that is refused, no secret's program must have run.
        self.vendors
            .iter()
            .filter(|vendor| only.is_none_or(|name| name == vendor.name.as_str()))
            .map(|vendor| match &self.source {
                AccountSource::Profile(profile) => profile.gather(vendor.section).0,
                AccountSource::Sandbox(spec) => {
                    demo_account(vendor, &demo_version(vendor, *spec), vendor.sandbox_defaults)
                }
            })
            .collect()
    }

    pub(crate) fn route(&self) -> curl::CurlRoute {
        self.profile().map_or_else(curl::CurlRoute::default, |profile| curl::CurlRoute {
            ca_file: profile.ca_file.clone(),
            proxy: profile.proxy.as_deref().map(without_login),
        })
    }

    /// Serves the sandbox for the length of the run.
    // A dry run opens no socket, and names the address where `livectl sandbox` listens.
    pub(crate) fn start_sandbox(&self, is_dry_run: bool, runtime: &Runtime) -> Result<SocketAddr> {
        if is_dry_run || !self.is_sandbox() {
            return Ok(DEFAULT_LISTEN);
        }
        // A free port: several runs may use their sandboxes at the same time.
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let bound = runtime.block_on(Sandbox::bind(listen, self.vendors.simulators()));
        let sandbox = bound.map_err(|error| {
            Error::internal(anyhow::Error::new(error).context("cannot start the sandbox"))
        })?;
        let address = sandbox.address();
        runtime.spawn(sandbox.serve());
        Ok(address)
    }

    /// Opens every API that the run needs.
    // Their secrets are fetched and no others: a vendor's that the run does not use may be incomplete.
    pub(crate) fn open(
        &self,
        operations: &[Box<dyn Operation>],
        simulator: SocketAddr,
        console: Console,
    ) -> Result<Vec<Rc<dyn Api>>> {
        let is_used = |vendor: &&Vendor| {
            operations.iter().any(|operation| operation.spec().vendor == vendor.name)
        };
        let open = |vendor| self.open_vendor(vendor, simulator, console);
        self.vendors.iter().filter(is_used).map(open).collect()
    }

    fn open_vendor(
        &self,
        vendor: &Vendor,
        simulator: SocketAddr,
        console: Console,
    ) -> Result<Rc<dyn Api>> {
        match &self.source {
            AccountSource::Profile(profile) => {
                let account = profile.account(vendor.section)?.fetched()?;
                account.length_notes().iter().for_each(|note| console.note(note));
                vendor.open(&account)
            }
            AccountSource::Sandbox(spec) => vendor.open(&simulated(vendor, *spec, simulator)),
        }
    }

    /// Opens the API of every vendor that is configured, with its secrets, and returns why others of them cannot be used. Fails
    /// where none can be.
    // For lines that come: which vendors they name is not known at the start, and one broken account must not stop the others.
    pub(crate) fn open_configured(
        &self,
        simulator: SocketAddr,
        console: Console,
    ) -> Result<ConfiguredApis> {
        let (mut apis, mut unusable) = (Vec::new(), HashMap::new());
        for vendor in self.vendors.iter().filter(|vendor| self.is_configured(vendor)) {
            match self.open_vendor(vendor, simulator, console) {
                Ok(api) => apis.push(api),
                Err(error) => {
                    let name = vendor.name.as_str();
                    let what = format!("{name} cannot be used, and its lines are skipped: {error}");
                    console.note(&what);
                    unusable.insert(vendor.name, error);
                }
            }
        }
        if apis.is_empty() {
            let none = || Error::config("the profile has no account at any vendor");
            return Err(unusable.into_values().next().unwrap_or_else(none));
        }
        Ok(ConfiguredApis { apis, unusable })
    }

    /// Every vendor that is configured; fetches no secret.
    // For `doctor`, whose probes of a route need none.
    pub(crate) fn configured(&self, simulator: SocketAddr) -> Vec<ConfiguredVendor> {
        let of = |vendor| {
            let (account, missing) = self.gathered(vendor, simulator);
            ConfiguredVendor { endpoint: (vendor.endpoint)(&account), account, missing }
        };
        self.vendors.iter().filter(|vendor| self.is_configured(vendor)).map(of).collect()
    }

    fn is_configured(&self, vendor: &Vendor) -> bool {
        self.profile().is_none_or(|profile| profile.is_configured(vendor.section))
    }
}

/// The vendors that are configured.
pub(crate) struct ConfiguredApis {
    /// Those that can be used.
    pub(crate) apis: Vec<Rc<dyn Api>>,
    /// Why others cannot.
    pub(crate) unusable: HashMap<VendorName, Error>,
}

/// A vendor of which the profile or the environment gives something.
pub(crate) struct ConfiguredVendor {
    pub(crate) account: Account,
    /// `None` where each run names its endpoint.
    pub(crate) endpoint: Option<Endpoint>,
    /// The problems of keys that are not set.
    pub(crate) missing: Vec<String>,
}

/// The version of a vendor's API that the environment chooses, and in which variable.
fn chosen_version(section: &Section) -> Option<(String, String)> {
    let name = section.variable(section.key("api")?);
    let word = settings::variable(&name)?.to_string_lossy().into_owned();
    Some((name, word))
}

/// Refuses a version that the vendor does not have, as a profile's reader does.
fn check_version(section: &Section) -> Result<()> {
    let (Some(key), Some((name, word))) = (section.key("api"), chosen_version(section)) else {
        return Ok(());
    };
    (key.check)(&word).map_err(|why| Error::config(format!("environment variable {name}: {why}")))
}

/// The version that the sandbox is used at: the environment's, else the one that the operation requires.
// An operation of the newer API alone would be refused at the older one, with no profile in which to choose.
fn demo_version(vendor: &Vendor, spec: Option<&OperationSpec>) -> Cow<'static, str> {
    let only = spec.filter(|spec| spec.vendor == vendor.name).and_then(|spec| spec.requires_api);
    chosen_version(vendor.section)
        .map_or_else(|| only.unwrap_or_default().into(), |(_, word)| word.into())
}

fn simulated(vendor: &Vendor, spec: Option<&OperationSpec>, address: SocketAddr) -> Account {
    let endpoint = format!("http://{address}");
    demo_account(vendor, &demo_version(vendor, spec), &[("endpoint", &endpoint)])
}

fn demo_account(vendor: &Vendor, version: &str, further: &[(&'static str, &str)]) -> Account {
    let version = vendor.version(version).id;
    let credentials = vendor.simulator.credentials;
    let values = credentials.iter().find(|credentials| credentials.api == version);
    let values = values.map_or(&[][..], |credentials| credentials.values);
    Account::made_up(vendor.section, demo::PROFILE, &[values, further].concat())
}
