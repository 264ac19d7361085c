//! An operation as somebody wrote it, and what it takes to read one: [`OperationInput`], its [`PlanContext`], and the rules that targets of
//! several vendors share.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use hashbrown::HashSet;
use serde::Deserialize;
use serde_json::Value;

use super::{Name, OPERATIONS, Operation, OperationSpec, jd, shumei, tencent};
use crate::api::request::{Request, Verification};
use crate::error::Error;
use crate::outcome::Effect;
use crate::text::is_deceptive;
use crate::time::Timestamp;

/// An operation as somebody wrote it: flags, a JSON line or a CSV row. Every value is still a text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationInput<'a> {
    /// The vendor's name.
    #[serde(borrow)]
    pub vendor: Cow<'a, str>,
    /// The action's name.
    #[serde(borrow)]
    pub action: Cow<'a, str>,
    /// What it is asked of.
    #[serde(borrow)]
    pub target: Cow<'a, str>,
    /// Whole seconds of a time-out.
    #[serde(borrow, default, deserialize_with = "word")]
    pub seconds: Option<Cow<'a, str>>,
    /// The domain that a stream is pushed to.
    #[serde(borrow, default, deserialize_with = "word")]
    pub domain: Option<Cow<'a, str>>,
    /// How long.
    #[serde(borrow, default, deserialize_with = "word", rename = "for")]
    pub duration: Option<Cow<'a, str>>,
    /// Until when.
    #[serde(borrow, default, deserialize_with = "word")]
    pub until: Option<Cow<'a, str>>,
    /// Which of Shumei's clusters.
    #[serde(borrow, default, deserialize_with = "word")]
    pub cluster: Option<Cow<'a, str>>,
    /// Without an end: `true`.
    #[serde(borrow, default, deserialize_with = "word")]
    pub permanent: Option<Cow<'a, str>>,
    /// An audio stream rather than a video stream: `true`.
    #[serde(borrow, default, deserialize_with = "word")]
    pub audio: Option<Cow<'a, str>>,
    /// The application whose streams are listed.
    #[serde(borrow, default, deserialize_with = "word")]
    pub app: Option<Cow<'a, str>>,
    /// The stream that is listed.
    #[serde(borrow, default, deserialize_with = "word")]
    pub stream: Option<Cow<'a, str>>,
    /// Why.
    #[serde(borrow, default, deserialize_with = "word")]
    pub reason: Option<Cow<'a, str>>,
}

impl<'a> OperationInput<'a> {
    /// The settings that stand in it.
    pub fn settings(&self) -> impl Iterator<Item = &'static str> + use<'a, '_> {
        [
            ("seconds", &self.seconds),
            ("domain", &self.domain),
            ("for", &self.duration),
            ("until", &self.until),
            ("cluster", &self.cluster),
            ("permanent", &self.permanent),
            ("audio", &self.audio),
            ("app", &self.app),
            ("stream", &self.stream),
            (REASON, &self.reason),
        ]
        .into_iter()
        .filter_map(|(key, value)| value.as_ref().map(|_| key))
    }

    /// Reads the operation, with every rule of its action.
    pub fn parse(&self, context: &mut PlanContext<'_>) -> Result<Box<dyn Operation>, Problem> {
        let action = self.find_action()?;
        if let Some(key) = self.settings().find(|key| !takes(action, key)) {
            return Err(Problem::new(key, format!("{} takes no `{key}`", action.title())));
        }
        check_offer(action, context.api(action.vendor))?;
        let operation = (action.parse)(self, context)?;
        let common = context.reason.clone().filter(|_| takes(action, REASON));
        match self.reason.as_deref().or(common.as_deref()) {
            Some(reason) => reasoned(operation, reason, &mut context.words),
            None => Ok(operation),
        }
    }

    /// The kind of operation that it asks for.
    pub fn find_action(&self) -> Result<&'static OperationSpec, Problem> {
        let of_vendor: Vec<_> = OPERATIONS
            .iter()
            .filter(|action| self.vendor.eq_ignore_ascii_case(action.vendor.as_str()))
            .collect();
        if of_vendor.is_empty() {
            let names = Name::ALL.map(Name::as_str);
            return Err(Problem::new("vendor", format!("the vendors are {}", listed(&names))));
        }
        // The vendors' own pages write Forbid and forbid.
        of_vendor
            .iter()
            .find(|action| self.action.eq_ignore_ascii_case(action.name))
            .map(|action| **action)
            .ok_or_else(|| {
                let names: Vec<_> = of_vendor.iter().map(|action| action.name).collect();
                Problem::new(
                    "action",
                    format!("the actions of {} are {}", self.vendor, listed(&names)),
                )
            })
    }
}

/// A text, or a number taken as its digits. Null is refused: it is more often a mistake of the program that wrote the line
/// than a wish for the default.
fn word<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'de, str>>, D::Error> {
    struct Word;
    impl<'de> serde::de::Visitor<'de> for Word {
        type Value = Cow<'de, str>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string or a whole number")
        }
        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok(Cow::Borrowed(text))
        }
        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Cow::Owned(text.to_owned()))
        }
        fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
            Ok(Cow::Borrowed(if flag { "true" } else { "false" }))
        }
        fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
            Ok(Cow::Owned(number.to_string()))
        }
        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Cow::Owned(number.to_string()))
        }
    }
    deserializer.deserialize_any(Word).map(Some)
}

/// Refuses an operation that only another generation of the vendor's API offers than the one chosen.
fn check_offer(action: &OperationSpec, chosen: Option<&str>) -> Result<(), Problem> {
    let (Some(only), Some(chosen)) = (action.requires_api, chosen) else { return Ok(()) };
    if only == chosen {
        return Ok(());
    }
    let (vendor, title, name) = (action.vendor.as_str(), action.vendor.title(), action.name);
    Err(Problem::new(
        "action",
        format!(
            "{title} offers no {name} with `api = \"{chosen}\"`; set LIVECTL_{}_API={only}, or `api = \"{only}\"` in the profile's [{vendor}]",
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

/// A key that is a flag: `true`, or `false` for the same as not there.
pub(crate) fn flag(value: Option<&Cow<'_, str>>, key: &'static str) -> Result<bool, Problem> {
    match value.map(AsRef::as_ref) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Problem::new(key, "it is true or false")),
    }
}

/// What is wrong with an [`OperationInput`], and in which of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `target`, or the name of a setting.
    pub key: &'static str,
    /// What is wrong and what is right, without the key.
    pub message: String,
}

impl Problem {
    /// A problem with one key.
    pub fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self { key, message: message.into() }
    }
}

/// What an [`OperationInput`] is read against.
pub struct PlanContext<'a> {
    /// The moment of planning, which every relative time counts from.
    pub now: Timestamp,
    /// The generation of JD's API that the profile chooses; `None` when there is no telling.
    pub jd: Option<jd::Api>,
    /// The generation of Tencent's API that the profile chooses; `None` when there is no telling.
    pub tencent: Option<tencent::Api>,
    /// What the profile says of Shumei's clusters.
    pub place: shumei::ProfileCluster,
    /// The reason of every operation that acts and gives none of its own.
    pub reason: Option<Rc<str>>,
    /// The end that an earlier run resolved for an operation as it was asked, when this run resumes that one.
    pub kept_end: &'a dyn Fn(&dyn Operation) -> Option<Timestamp>,
    /// What the profile lacks for an operation that is otherwise right.
    pub missing: Option<Error>,
    /// Things that the operator should know, each said once.
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
            jd: None,
            tencent: None,
            place: shumei::ProfileCluster::Cluster(None),
            reason: None,
            kept_end: &|_| None,
            missing: None,
            notes: Warnings::default(),
            words: Interner::default(),
        }
    }
}

impl PlanContext<'_> {
    fn api(&self, vendor: Name) -> Option<&'static str> {
        match vendor {
            Name::Jd => self.jd.map(jd::Api::as_str),
            Name::Tencent => self.tencent.map(tencent::Api::as_str),
            Name::Shumei => None,
        }
    }
}

/// Remarks for the operator, in the order in which they first came up, each once.
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
        if let Some(word) = self.0.get(text) {
            return Rc::clone(word);
        }
        let word: Rc<str> = Rc::from(text);
        self.0.insert(Rc::clone(&word));
        word
    }
}

/// A target as the vendor will get it: not empty, nothing in it that cannot be seen, no blanks at its ends.
pub(crate) fn target(text: &str) -> Result<&str, Problem> {
    plain(text).map_err(|message| Problem::new("target", message))
}

pub(super) fn plain(text: &str) -> Result<&str, String> {
    if text.is_empty() {
        return Err("it is empty".into());
    }
    if let Some(c) = text.chars().find(|c| is_deceptive(*c)) {
        return Err(format!("it holds the character {}, which cannot be seen", c.escape_unicode()));
    }
    if text.trim() != text {
        return Err("it begins or ends with a blank".into());
    }
    Ok(text)
}

/// One host name, as the vendor will get it.
pub(crate) fn domain<'t>(text: &'t str, key: &'static str) -> Result<&'t str, Problem> {
    let wrong = |message: &str| Err(Problem::new(key, message.to_owned()));
    plain(text).map_err(|message| Problem::new(key, message))?;
    if text.contains("://") {
        return wrong("a domain is a host name alone, without http://");
    }
    if text.contains(',') {
        return wrong(
            "a domain is one host name; give several as several targets, not with commas",
        );
    }
    if text.contains('/') {
        return wrong("a domain is a host name alone, without a path");
    }
    if text.contains(':') {
        return wrong("a domain is a host name alone, without a port");
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() > 253 || !text.split('.').all(is_label) {
        return wrong("a domain is one host name such as push.example.com");
    }
    Ok(text)
}

/// An operation with the operator's reason for it, which goes into the journal, and to the vendor where the API takes one.
#[derive(Debug)]
struct Reasoned {
    operation: Box<dyn Operation>,
    reason: Rc<str>,
}

impl Operation for Reasoned {
    fn spec(&self) -> &'static OperationSpec {
        self.operation.spec()
    }

    fn target(&self) -> &str {
        self.operation.target()
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let mut settings = self.operation.settings();
        settings.push((REASON, (*self.reason).into()));
        settings
    }

    /// A reason is not a setting: the same operation for another reason is done before.
    fn requested(&self) -> Vec<(&'static str, Value)> {
        self.operation.requested()
    }

    fn request(&self, targets: &[&str]) -> Request {
        let mut request = self.operation.request(targets);
        if let (Some(member), Some(body)) = (request.reason, &mut request.body) {
            body.push((member, (*self.reason).into()));
        }
        request
    }

    fn until(&self) -> Option<Timestamp> {
        self.operation.until()
    }

    fn batch_key(&self) -> Option<&Rc<str>> {
        self.operation.batch_key()
    }

    fn check(&self) -> Option<Verification> {
        self.operation.check()
    }

    fn item(&self, item: &Value) -> String {
        self.operation.item(item)
    }
}

/// The setting that every operation takes that acts.
const REASON: &str = "reason";

fn takes(action: &OperationSpec, key: &str) -> bool {
    action.keys.contains(&key) || key == REASON && action.effect != Effect::None
}

/// The longest reason that a vendor takes, in bytes.
const LONGEST_REASON: usize = 2048;

fn reasoned(
    operation: Box<dyn Operation>,
    text: &str,
    words: &mut Interner,
) -> Result<Box<dyn Operation>, Problem> {
    plain(text).map_err(|message| Problem::new(REASON, message))?;
    if text.len() > LONGEST_REASON {
        return Err(Problem::new(REASON, format!("a reason has at most {LONGEST_REASON} bytes")));
    }
    Ok(Box::new(Reasoned { operation, reason: words.keep(text) }))
}
