//! [`OperationSpec`] describes an operation, [`Operation`] is one that has been checked, [`PlanContext`] is what it is
//! checked against.
//!
//! The operations themselves are in the vendors' folders.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use hashbrown::HashSet;
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::{Map, Value};

use crate::api::name::VendorName;
use crate::api::operation_input::{OperationInput, PROFILE, Problem};
use crate::api::param::{Param, TargetSpec};
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
    pub alternatives: &'static [&'static str],
    /// The one version of the vendor's API that offers it, where not all do.
    pub requires_api: Option<&'static str>,
    /// How many targets one request may carry.
    pub batch_size: usize,
    /// The command takes `--verify`.
    pub has_verify: bool,
    /// How far its effect reaches beyond the target, as a sentence for the end of a run.
    pub reach: Option<&'static str>,
    /// Its request names the stream without the domain, which then limits nothing.
    pub leaves_out_domain: bool,
    /// The state of every item of its list, where it lists streams.
    pub item_state: &'static str,
    /// The states that it tells with an account, where it reads the state of a stream.
    pub states: fn(&Account) -> &'static [&'static str],
    /// Reads one; the keys that it does not take are already refused.
    pub parse: Parse,
}

/// Reads and checks an operation.
pub type Parse =
    fn(&OperationInput<'_>, &mut PlanContext<'_>) -> Result<Box<dyn Operation>, Problem>;

impl OperationSpec {
    /// An operation of one target a request, without parameters, at every version of the API.
    #[must_use]
    pub const fn new(
        vendor: VendorName,
        name: &'static str,
        effect: Effect,
        target: &'static TargetSpec,
        parse: Parse,
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
            parse,
        }
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
pub trait Operation: fmt::Debug {
    /// Its description.
    fn spec(&self) -> &'static OperationSpec;
    /// Its target.
    fn target(&self) -> &str;
    /// The domain of its stream, where streams of one name at two domains are two.
    fn domain(&self) -> Option<&str> {
        None
    }
    /// The application of its stream, where the target does not name it.
    fn app(&self) -> Option<&str> {
        None
    }
    /// Its settings as sent.
    fn settings(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    /// Its settings as they were asked, before a relative time was resolved.
    fn requested(&self) -> Vec<(&'static str, Value)> {
        self.settings()
    }
    /// The id of its line.
    fn id(&self) -> Option<&str> {
        None
    }
    /// The request for it, which may carry further targets of operations that it may travel with.
    fn request(&self, targets: &[&str]) -> Request;
    /// When its effect ends; it is not sent after that.
    fn until(&self) -> Option<Timestamp> {
        None
    }
    /// Its end counts from the run: once the recorded one has passed, the same operation is a new one.
    fn renews(&self) -> bool {
        false
    }
    /// When its effect ends that a journal records as applied at this moment, with this end.
    fn recorded_end(
        &self,
        _applied_at: Timestamp,
        recorded: Option<Timestamp>,
    ) -> Option<Timestamp> {
        recorded
    }
    /// The vendor counts the length of the ban in whole minutes.
    fn counts_minutes(&self) -> bool {
        false
    }
    /// Operations of one action with the same word here may travel in one request.
    fn batch_key(&self) -> Option<&Rc<str>> {
        None
    }
    /// The look that verifies it, where the API has one.
    fn check(&self) -> Option<Verification> {
        None
    }
    /// Why it has no such look here, where the profile could change that.
    fn unverified(&self) -> Option<&'static str> {
        None
    }
    /// One item of the list that it asks for, in the shape of all lists.
    fn list_item(&self, item: Value) -> ListItem {
        ListItem::unread(item)
    }
    /// Whether the list that it asks for has the item, where the vendor's answer may have more.
    fn lists(&self, _item: &ListItem) -> bool {
        true
    }
}

/// The operation as `apply` reads it, with the settings given.
#[must_use]
pub fn to_json(
    operation: &dyn Operation,
    settings: Vec<(&'static str, Value)>,
) -> Map<String, Value> {
    let action = operation.spec();
    let mut json = Map::with_capacity(3 + settings.len());
    json.insert("vendor".into(), action.vendor.as_str().into());
    json.insert("action".into(), action.name.into());
    json.insert("target".into(), operation.target().into());
    json.extend(settings.into_iter().map(|(key, value)| (key.to_owned(), value)));
    json
}

/// The operation as JSON, serialized without building a [`Value`].
pub struct OperationJson<'a> {
    operation: &'a dyn Operation,
    settings: Vec<(&'static str, Value)>,
    profile: Option<&'a str>,
}

impl<'a> OperationJson<'a> {
    /// The operation with its settings as sent and the profile of its run, so that another run can refuse it.
    #[must_use]
    pub fn as_sent(operation: &'a dyn Operation, profile: Option<&'a str>) -> Self {
        Self { operation, settings: operation.settings(), profile }
    }

    /// The operation with its settings as they were asked.
    #[must_use]
    pub fn as_asked(operation: &'a dyn Operation) -> Self {
        Self { operation, settings: operation.requested(), profile: None }
    }
}

impl Serialize for OperationJson<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let spec = self.operation.spec();
        let mut map = serializer.serialize_map(None)?;
        // Straight to text: a `Value` would allocate each key of each row.
        map.serialize_entry("vendor", spec.vendor.as_str())?;
        map.serialize_entry("action", spec.name)?;
        map.serialize_entry("target", self.operation.target())?;
        self.settings.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        self.profile.iter().try_for_each(|profile| map.serialize_entry(PROFILE, profile))?;
        map.end()
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
        self.accounts.iter().find(|account| account.section().name == vendor.as_str())
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

/// Notes for the operator, in the order in which they first came up, each once.
#[derive(Debug, Default)]
pub struct Warnings(Vec<String>);

impl Warnings {
    /// Adds one, unless it is there already.
    pub fn add(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// Takes them out.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.0)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Texts kept once, however many operations share them.
#[derive(Debug, Default)]
pub struct Interner(HashSet<Rc<str>>);

impl Interner {
    /// The one copy of the text.
    pub fn keep(&mut self, text: &str) -> Rc<str> {
        // A run of a million rows has few domains and reasons; without this each row would keep a copy.
        if let Some(word) = self.0.get(text) {
            return Rc::clone(word);
        }
        self.share(Rc::from(text))
    }

    /// Forgets what it has, where that is much: of lines that come without an end, each may have words of its own.
    pub fn trim(&mut self) {
        const MOST: usize = 1024;
        if self.0.len() > MOST {
            self.0.clear();
        }
    }

    /// The one copy of the text, which is this one where there was none.
    pub fn share(&mut self, text: Rc<str>) -> Rc<str> {
        if let Some(word) = self.0.get(&text) {
            return Rc::clone(word);
        }
        self.0.insert(Rc::clone(&text));
        text
    }
}
