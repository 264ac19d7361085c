//! [`Vendor`]: a company, the versions of its API and its operations, as data; [`Api`]: one version of it, opened with an
//! account.
//!
//! Each vendor's folder declares its [`Vendor`]. Commands and help, the keys of `apply`, profile sections, the JSON Schema
//! and the sandbox read them through [`Vendors`].

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::api::annotation::annotated;
use crate::api::name::VendorName;
use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{ID, OperationInput, PROFILE, Problem};
use crate::api::reason::REASON;
use crate::api::request::Request;
use crate::api::response::{CredentialsDoubt, ErrorClass, ResponseFormat};
use crate::api::signature::{ShellSignature, Signature, SigningContext};
use crate::config::account::Account;
use crate::config::section::Section;
use crate::error::Result;
use crate::net::endpoint::Endpoint;
use crate::net::message::SignedRequest;
use crate::outcome::answer::Code;
use crate::sandbox::simulator::Simulator;
use crate::secret::Secret;
use crate::time::Timestamp;

/// A company whose streams livectl acts on.
pub struct Vendor {
    /// Its word and its title.
    pub name: VendorName,
    /// Its name in full.
    pub full_name: &'static str,
    /// The one-line help of its command.
    pub about: &'static str,
    /// Command lines that work against the sandbox.
    pub examples: &'static [&'static str],
    /// The keys of `[profiles.NAME.VENDOR]`.
    pub section: &'static Section,
    /// The versions of its API, the default first.
    pub apis: &'static [&'static ApiVersion],
    /// The endpoint of requests whose operation names no other; `None` when each run has to name one.
    pub endpoint: fn(&Account) -> Option<Endpoint>,
    /// Its operations, in the order of the help.
    pub operations: &'static [&'static OperationSpec],
    /// Its simulator.
    pub simulator: &'static Simulator,
    /// Settings of a profile that a run with `--sandbox` is planned with.
    pub sandbox_defaults: &'static [(&'static str, &'static str)],
    /// Its page in `docs/vendors/`, where it has one.
    pub page: Option<&'static VendorPage>,
}

/// A page of `docs/vendors/`, which `livectl help` prints by the vendor's word.
pub struct VendorPage {
    /// What it is about, in one line.
    pub about: &'static str,
    /// The page, as the build script has read it.
    pub blocks: &'static str,
}

/// A version of a vendor's API: all that does not depend on an account.
pub struct ApiVersion {
    /// Whose API it is.
    pub vendor: VendorName,
    /// The value of the key `api`; empty for a vendor with one API.
    pub id: &'static str,
    /// Its name in records.
    pub name: &'static str,
    /// The key by which records distinguish its accounts.
    pub identity: AccountIdentity,
    /// Requests a second without `--rate` and without `rate` in the profile.
    // Vendors count the requests of an account, whichever programs send them.
    pub rate: u32,
    /// Whether its quota is by the minute, so that a request that is throttled succeeds in the next minute only.
    // JD's OpenAPI allows 1000 a minute. Once they are used up, shorter waits only use up the attempts.
    pub has_minute_quota: bool,
    /// The call that `doctor --signed` makes; `None` where each operation of the API acts.
    pub signed_look: Option<SignedLook>,
    /// The address where the vendor serves it; empty where that depends on the account or the operation.
    pub endpoint: &'static str,
    /// Where the account lists the IP addresses that it accepts.
    pub address_list: Option<&'static str>,
    /// How replies are built.
    pub format: &'static ResponseFormat,
    /// The class of a code other than success.
    pub class: fn(&Code) -> ErrorClass,
    /// The meaning of a code by the vendor's pages, or how to fix its cause.
    pub hint: fn(&Request, &Code) -> Option<String>,
    /// Members of a response that may hold a secret of the account, such as the key in a push URL. They are never shown.
    pub secret_members: &'static [&'static str],
    /// The API with the credentials of an account; fetches its secret.
    pub open: fn(&Account) -> Result<Rc<dyn Api>>,
}

impl ApiVersion {
    /// The only version of a vendor's API, each of whose codes is a refusal without a hint.
    #[must_use]
    pub const fn new(
        vendor: VendorName,
        name: &'static str,
        format: &'static ResponseFormat,
        open: fn(&Account) -> Result<Rc<dyn Api>>,
    ) -> Self {
        Self {
            vendor,
            id: "",
            name,
            identity: AccountIdentity::None,
            rate: 20,
            has_minute_quota: false,
            signed_look: None,
            endpoint: "",
            address_list: None,
            format,
            class: |_| ErrorClass::Refused,
            hint: |_, _| None,
            secret_members: &[],
            open,
        }
    }
}

/// A call that changes nothing and shows whether the vendor accepts the credentials.
#[derive(Clone, Copy, Debug)]
pub struct SignedLook {
    /// The operation, one without effect.
    pub action: &'static str,
    /// Its target, which need not exist.
    pub target: &'static str,
    /// Settings that it needs, each for an account that has none of that name.
    pub settings: &'static [(&'static str, &'static str)],
}

impl SignedLook {
    /// A look at a stream that does not exist, at a domain that is made up unless the account names one.
    pub const OF_A_STREAM: Self = Self {
        action: "status",
        target: "live/livectl-doctor",
        settings: &[("domain", "push.example.com")],
    };
}

/// The key of a profile that distinguishes accounts. It is recorded, so it is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountIdentity {
    /// The profile has nothing but a secret.
    None,
    /// This key names the account.
    Account(&'static str),
    /// This key names one of the account's keys, which is replaced now and then.
    Key(&'static str),
}

/// A version of a vendor's API with an account: signs requests, reads responses.
pub trait Api {
    /// Which version of which API.
    fn version(&self) -> &'static ApiVersion;
    /// Whose API it is.
    fn name(&self) -> VendorName {
        self.version().vendor
    }
    /// Where the account's requests go, unless each operation decides that.
    fn own_endpoint(&self) -> Option<&Endpoint>;
    /// Where the request goes.
    fn endpoint(&self, request: &Request) -> &Endpoint {
        let chosen = self.own_endpoint().or(request.endpoint);
        chosen.expect("a run without an endpoint for an operation is refused when it is planned")
    }
    /// Whether requests go to the vendor's own address, not to one that the profile names instead.
    fn uses_default_endpoint(&self) -> bool {
        self.own_endpoint().is_none_or(|own| own.as_str() == self.version().endpoint)
    }
    /// Whether the request leaves this machine.
    fn is_remote(&self, request: &Request) -> bool {
        self.uses_default_endpoint() || !self.endpoint(request).is_loopback()
    }
    // Two steps, so that the preview, the curl line and the redactor take the way of the real request.
    /// Computes the signature of a request that leaves with this context. [`authorize`](Self::authorize) inserts it.
    fn sign(&self, request: &Request, context: SigningContext) -> Signature;
    /// Puts a signature into a request.
    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest;
    /// The fields of the signature that are never shown.
    // A signature of an older API covers no parameter: whoever sees it can send any call for a while.
    fn secret_fields(&self) -> &'static [&'static str];
    /// The credentials to redact in text from outside.
    fn secrets(&self) -> Vec<&Secret>;
    /// The signature as a shell computes it.
    fn shell(&self, request: &Request) -> ShellSignature;
    /// The class of a code other than success.
    fn classify_code(&self, code: &Code) -> ErrorClass {
        (self.version().class)(code)
    }
    /// The meaning of a code by the vendor's pages, or how to fix its cause.
    fn explain(&self, request: &Request, code: &Code) -> Option<String> {
        (self.version().hint)(request, code)
    }
    /// The other meaning that a refusal with this code may have, where the vendor documents no code for wrong credentials.
    fn credentials_doubt(&self, _code: &Code) -> Option<CredentialsDoubt> {
        None
    }
    /// A hint for when the vendor cannot be reached.
    // An API that a vendor calls obsolete may be gone, and a region that is misspelt has no host.
    fn when_unreachable(&self) -> Option<&'static str> {
        None
    }
    /// How the reply contradicts the request, where it repeats it.
    // A success that names another target is not the answer to this request.
    fn check_echo(&self, _request: &Request, _response: &Map<String, Value>) -> Option<String> {
        None
    }
    /// Whether a signature refused now with this code may be refused only because it was made before the date changed.
    // JD's older API signs a date, so a request that waits over midnight needs another signature.
    fn is_stale(&self, _code: &Code, _signed: SigningContext, _now: Timestamp) -> bool {
        false
    }
}

impl Vendor {
    /// The API that the account chooses; fetches its secret.
    pub fn open(&self, account: &Account) -> Result<Rc<dyn Api>> {
        (self.version(account.api()).open)(account)
    }

    /// The version of that id, else the default.
    #[must_use]
    pub fn version(&self, id: &str) -> &'static ApiVersion {
        self.apis.iter().find(|api| api.id == id).unwrap_or(&self.apis[0])
    }
}

/// The vendors of a program.
#[derive(Clone, Copy, Default)]
pub struct Vendors(pub &'static [&'static Vendor]);

impl Vendors {
    /// Each of them, in the order of the help.
    pub fn iter(self) -> impl Iterator<Item = &'static Vendor> {
        self.0.iter().copied()
    }

    /// This version of this vendor's API, by their words.
    #[must_use]
    pub fn api(self, vendor: &str, id: &str) -> Option<&'static ApiVersion> {
        let vendor = self.iter().find(|own| own.name.as_str() == vendor)?;
        vendor.apis.iter().copied().find(|api| api.id == id)
    }

    /// All operations.
    pub fn operations(self) -> impl Iterator<Item = &'static OperationSpec> {
        self.iter().flat_map(|vendor| vendor.operations.iter().copied())
    }

    /// The sections of a profile.
    #[must_use]
    pub fn sections(self) -> Vec<&'static Section> {
        self.iter().map(|vendor| vendor.section).collect()
    }

    /// Their simulators.
    #[must_use]
    pub fn simulators(self) -> Vec<&'static Simulator> {
        self.iter().map(|vendor| vendor.simulator).collect()
    }

    /// The names of all parameters, each once, the id and the profile.
    #[must_use]
    pub fn params(self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for param in self.operations().flat_map(|spec| spec.params.iter()) {
            if param.name != REASON.name && !names.contains(&param.name) {
                names.push(param.name);
            }
        }
        names.extend([REASON.name, ID, PROFILE]);
        names
    }

    /// The operation that the input asks for.
    pub fn find(self, input: &OperationInput<'_>) -> Result<&'static OperationSpec, Problem> {
        let Some(vendor) =
            self.iter().find(|vendor| input.vendor.eq_ignore_ascii_case(vendor.name.as_str()))
        else {
            let names: Vec<_> = self.iter().map(|vendor| vendor.name.as_str()).collect();
            return Err(Problem::new("vendor", format!("the vendors are {}", listed(&names))));
        };
        // In any case: the vendors' own pages write `Forbid` and `forbid`.
        let mut operations = vendor.operations.iter().copied();
        operations.find(|spec| spec.is_called(&input.action)).ok_or_else(|| {
            let names: Vec<_> = vendor.operations.iter().map(|spec| spec.name).collect();
            let names = listed(&names);
            Problem::new("action", format!("the actions of {} are {names}", input.vendor))
        })
    }

    /// Reads an operation, with every rule of its kind.
    pub fn read(
        self,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        let spec = self.find(input)?;
        let of_operation = |key: &&str| *key != PROFILE && *key != ID;
        let mut settings = input.settings().filter(of_operation);
        // Refused, never ignored: without a misspelt `until`, another ban would be sent.
        if let Some(key) = settings.find(|key| !spec.takes(key)) {
            return Err(Problem::new(key, format!("{} takes no `{key}`", spec.title())));
        }
        let api = context.api(spec.vendor);
        check_offer(spec, api)?;
        // Where no profile could be read the version is not known, and the profile's own fault is
        // reported instead.
        let mut settings = input.settings().filter(|key| of_operation(key) && api.is_some());
        if let Some(key) = settings.find(|key| !spec.takes_at(key, api)) {
            return Err(other_version(spec, key));
        }
        let operation = spec.read(input, context)?;
        let common = context.reason.clone().filter(|_| spec.takes(REASON.name));
        let reason = input.get(REASON.name).or(common.as_deref());
        annotated(operation, reason, input.get(ID), &mut context.words)
    }
}

/// The problem of a parameter that only another version of the vendor's API takes.
fn other_version(spec: &OperationSpec, key: &'static str) -> Problem {
    let param = spec.params.iter().find(|param| param.name == key);
    let only = param.and_then(|param| param.api).unwrap_or_default();
    let title = spec.vendor.title();
    let message = format!("only {title}'s API with `api = \"{only}\"` takes it; leave it out here");
    Problem::new(key, message)
}

/// Refuses an operation that only another version of the vendor's API offers than the one chosen.
fn check_offer(spec: &OperationSpec, chosen: Option<&str>) -> Result<(), Problem> {
    let (Some(only), Some(chosen)) = (spec.requires_api, chosen) else { return Ok(()) };
    if only == chosen {
        return Ok(());
    }
    let (vendor, title, name) = (spec.vendor.as_str(), spec.vendor.title(), spec.name);
    Err(Problem::new(
        "action",
        format!(
            "{title} offers no {name} with `api = \"{chosen}\"`; set `api = \"{only}\"` and the keys of that version in the profile's [{vendor}], or LIVECTL_{}_API={only} and its keys in the environment, without -p",
            vendor.to_uppercase()
        ),
    ))
}

fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}
