//! [`OperationSpec`] describes an operation, [`Operation`] is one that has been checked, [`PlanContext`] is what it is
//! checked against.
//!
//! The operations themselves are in the vendors' folders.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use serde_json::Value;

use crate::api::name::VendorName;
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Param, TargetSpec};
use crate::api::plan_texts::{Interner, Warnings};
use crate::api::request::{Request, Verification};
use crate::config::account::Account;
use crate::error::Error;
use crate::net::play_url::StreamNames;
use crate::outcome::answer::ListItem;
use crate::outcome::effect::Effect;
use crate::time::Timestamp;

/// An operation that a vendor offers: its name, its help, its parameters, and how one is read.
pub struct OperationSpec {
    /// Whose operation it is.
    pub vendor: VendorName,
    /// Its name in commands, files and JSON.
    pub name: &'static str,
    /// Other names for it, which help does not list: those of other clouds and of other vendors' operations.
    // An operator who knows one cloud types its word at another.
    pub aliases: &'static [&'static str],
    /// Its effect on the target.
    pub effect: Effect,
    /// Its target.
    pub target: &'static TargetSpec,
    /// One line of help, which begins with the effect.
    pub about: &'static str,
    /// Further paragraphs of help.
    pub details: &'static str,
    /// Command lines that work against the sandbox.
    pub examples: &'static [&'static str],
    /// Its parameters beside the target, in the order of the help.
    pub params: &'static [&'static Param],
    /// The names of parameters of which one has to be given, and not more.
    // An end is never assumed: without one, each vendor bans for another time, from seven days to for ever.
    pub alternatives: &'static [&'static str],
    /// The one version of the vendor's API that offers it, where not all do.
    pub requires_api: Option<&'static str>,
    /// How many targets one request may carry.
    // JD's older API alone documents how several streams go into a request, and only to permit them.
    pub batch_size: usize,
    /// The command takes `--verify`.
    pub has_verify: bool,
    /// How far its effect reaches beyond the target, as a sentence for the end of a run.
    // Tencent matches a ban by the stream's name alone, unless its support orders otherwise.
    pub reach: Option<&'static str>,
    /// Its request names the stream without the domain, which then limits nothing.
    // Volcengine's cut names a domain space, so what protects a stream of one domain protects its name everywhere.
    pub leaves_out_domain: bool,
    /// The state of every item of its list, where it lists streams.
    pub item_state: &'static str,
    /// The states that it reports with an account, where it reads the state of a stream.
    pub states: fn(&Account) -> &'static [&'static str],
    /// Reads one.
    pub reader: &'static dyn OperationReader,
}

/// Reads and checks operations of one kind. The keys that the kind does not take are already refused.
pub trait OperationReader: Sync {
    /// Reads an operation that this describes.
    fn read(
        &'static self,
        spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem>;
}

impl<F> OperationReader for F
where
    F: Fn(&OperationInput<'_>, &mut PlanContext<'_>) -> Result<Box<dyn Operation>, Problem> + Sync,
{
    fn read(
        &'static self,
        _spec: &'static OperationSpec,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        self(input, context)
    }
}

impl OperationSpec {
    /// An operation of one target a request, without parameters, at every version of the API.
    #[must_use]
    pub const fn new(
        vendor: VendorName,
        name: &'static str,
        effect: Effect,
        target: &'static TargetSpec,
        reader: &'static dyn OperationReader,
    ) -> Self {
        Self {
            vendor,
            name,
            aliases: &[],
            effect,
            target,
            about: "",
            details: "",
            examples: &[],
            params: &[],
            alternatives: &[],
            requires_api: None,
            batch_size: 1,
            has_verify: false,
            reach: None,
            leaves_out_domain: false,
            item_state: "",
            states: |_| &[],
            reader,
        }
    }

    /// Reads one; the keys that it does not take are already refused.
    pub fn read(
        &'static self,
        input: &OperationInput<'_>,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        self.reader.read(self, input, context)
    }

    /// `tencent forbid`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.vendor.as_str(), self.name)
    }

    /// Whether it lists what is at its target, which a flag names then.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.target.flag.is_some()
    }

    /// Whether the word names it, in whatever case.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        self.aliases.iter().chain([&self.name]).any(|name| name.eq_ignore_ascii_case(word))
    }

    /// Whether it takes this parameter at this version of the vendor's API; `None`: the version is not known.
    #[must_use]
    pub fn takes_at(&self, name: &str, api: Option<&str>) -> bool {
        let takes =
            |param: &&Param| param.name == name && (param.api.is_none() || param.api == api);
        self.params.iter().copied().any(|param| takes(&param))
    }

    /// Whether it takes this parameter.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        self.params.iter().any(|param| param.name == name)
    }

    /// The target in the form that is compared: a domain ignores case, a stream name does not.
    #[must_use]
    pub fn identity<'t>(&self, target: &'t str) -> Cow<'t, str> {
        // Here the target is the domain itself, and host names ignore case.
        if self.effect == Effect::DomainSetting {
            target.to_lowercase().into()
        } else {
            target.into()
        }
    }
}

impl fmt::Debug for OperationSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title())
    }
}

/// One operation on one target, checked and with every value decided.
// An operation that wraps another overrides what it changes; everything else is the other's.
pub trait Operation: fmt::Debug {
    /// The operation that it wraps.
    fn inner(&self) -> Option<&dyn Operation> {
        None
    }
    /// Its description.
    fn spec(&self) -> &'static OperationSpec;
    /// Its target.
    fn target(&self) -> &str;
    /// The domain of its stream, where streams of one name at two domains are two.
    fn domain(&self) -> Option<&str> {
        self.inner()?.domain()
    }
    /// The application of its stream, where the target does not name it.
    fn app(&self) -> Option<&str> {
        self.inner()?.app()
    }
    /// Its settings as sent.
    fn settings(&self) -> Vec<(&'static str, Value)> {
        self.inner().map(Operation::settings).unwrap_or_default()
    }
    /// Its settings as they were asked, before a relative time was resolved.
    // `--resume` compares these: `--for 2h` is another moment in each run.
    fn requested(&self) -> Vec<(&'static str, Value)> {
        self.inner().map_or_else(|| self.settings(), Operation::requested)
    }
    /// The id of its line.
    fn id(&self) -> Option<&str> {
        self.inner()?.id()
    }
    /// The request for it, which may carry further targets of operations that it may travel with.
    fn request(&self, targets: &[&str]) -> Request;
    /// When its effect ends; it is not sent after that.
    fn until(&self) -> Option<Timestamp> {
        self.inner()?.until()
    }
    /// Its end counts from the run: once the recorded one has passed, the same operation is a new one.
    fn renews(&self) -> bool {
        self.inner().is_some_and(Operation::renews)
    }
    /// When its effect ends that a journal records as applied at this moment, with this end.
    // JD counts a length from the arrival of the request, so its end is known only afterwards.
    fn recorded_end(&self, applied: Timestamp, recorded: Option<Timestamp>) -> Option<Timestamp> {
        self.inner().map_or(recorded, |inner| inner.recorded_end(applied, recorded))
    }
    /// The vendor counts the length of the ban in whole minutes.
    // JD's older API alone: a printed command with other lengths would be refused there.
    fn counts_minutes(&self) -> bool {
        self.inner().is_some_and(Operation::counts_minutes)
    }
    /// Operations of one action with the same word here may travel in one request.
    fn batch_key(&self) -> Option<&Rc<str>> {
        self.inner()?.batch_key()
    }
    /// The look that verifies it, where the API has one.
    fn check(&self) -> Option<Verification> {
        self.inner()?.check()
    }
    /// Why it has no such look here, where the profile could change that.
    fn unverified(&self) -> Option<&'static str> {
        self.inner()?.unverified()
    }
    /// One item of the list that it asks for, in the shape of all lists.
    fn list_item(&self, item: Value) -> ListItem {
        match self.inner() {
            Some(inner) => inner.list_item(item),
            None => ListItem::unread(item),
        }
    }
    /// Whether the list that it asks for has the item, where the vendor's answer may have more.
    fn lists(&self, item: &ListItem) -> bool {
        self.inner().is_none_or(|inner| inner.lists(item))
    }
}

/// The parts of the name of the operation's stream.
#[must_use]
pub fn stream_names(operation: &dyn Operation) -> StreamNames<'_> {
    let target = operation.target();
    let path = target.split_once('/').filter(|_| operation.spec().target.has_application());
    let (app, stream) = path.map_or((operation.app(), target), |(app, name)| (Some(app), name));
    StreamNames { domain: operation.domain(), app, stream }
}

/// The profile that a run uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunProfile {
    /// No profile could be read.
    Unknown,
    /// The environment alone.
    Environment,
    /// The profile of this name.
    Named(String),
}

/// The facts of a run that an [`OperationInput`] is checked against.
pub struct PlanContext<'a> {
    /// The moment of planning, which every relative time counts from.
    pub now: Timestamp,
    /// The profile of the run.
    pub profile: RunProfile,
    /// Targets are taken exactly as they are.
    pub is_exact: bool,
    /// The operations come from a file: its lines have keys where a command has flags, and one whose end has passed is
    /// skipped when its turn comes.
    pub is_file: bool,
    /// Each vendor's account as far as the profile describes it; none where no profile could be read.
    pub accounts: Vec<Account>,
    /// The reason of each acting operation that has none itself.
    pub reason: Option<Rc<str>>,
    /// The end that an earlier run resolved for an operation as it was asked, when this run resumes that one.
    pub kept_end: &'a dyn Fn(&dyn Operation) -> Option<Timestamp>,
    /// The missing configuration of an operation that is otherwise right.
    pub missing: Option<Error>,
    /// Notes for the operator, each once.
    pub notes: Warnings,
    /// Texts that many operations share.
    pub words: Interner,
}

impl PlanContext<'static> {
    /// Planned at this moment, with nothing known of the profile, of earlier runs or of reasons.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            profile: RunProfile::Unknown,
            is_exact: false,
            is_file: false,
            accounts: Vec::new(),
            reason: None,
            kept_end: &|_| None,
            missing: None,
            notes: Warnings::default(),
            words: Interner::default(),
        }
    }
}

impl PlanContext<'_> {
    /// The vendor's account, as far as the profile describes it.
    #[must_use]
    pub fn account(&self, vendor: VendorName) -> Option<&Account> {
        self.accounts.iter().find(|account| account.section.name == vendor.as_str())
    }

    /// A setting as the operator writes it: a flag with the placeholder or the value of its value, or a key.
    #[must_use]
    pub fn key(&self, name: &str, value: Option<&str>) -> String {
        match value {
            _ if self.is_file => format!("`{name}`"),
            Some(value) => format!("--{name} {value}"),
            None => format!("--{name}"),
        }
    }

    /// The version of the vendor's API that the profile chooses; `None` where no profile could be read.
    #[must_use]
    pub fn api(&self, vendor: VendorName) -> Option<&str> {
        self.account(vendor).map(Account::api)
    }
}
