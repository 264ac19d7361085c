//! What can be asked, and of whom: [`Operation`], its [`OperationSpec`], and the [`Vendor`] who vouches for it.
//!
//! A new operation is one file in its vendor's folder and one line in [`OPERATIONS`]; a new vendor is one file, its
//! operations, and a line each in [`Name`] and [`Name::ALL`], [`SECTIONS`] and [`open`], beside its command and its sandbox.

pub mod jd;
pub mod operation;
pub mod request;
pub mod shumei;
pub mod signing;
pub mod tencent;
mod verdict;

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use bytes::Bytes;
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::{Map, Value};
use url::Url;

use crate::api::request::{Observation, Request, SignedRequest, SigningContext, Verification};
use crate::api::signing::percent_encoded;
use crate::config::{Account, Section};
use crate::error::{Error, Result};
use crate::net::endpoint::Endpoint;
use crate::outcome::{Code, Effect};
use crate::sandbox::simulator::Simulator;
use crate::secret::Secret;
use crate::time::Timestamp;
use operation::plain;

pub use operation::{Interner, OperationInput, PlanContext, Problem, Warnings};
pub(crate) use operation::{domain, flag, target};

/// Every operation that livectl knows.
pub static OPERATIONS: &[&OperationSpec] = &[
    &jd::timeout::SPEC,
    &jd::forbid::SPEC,
    &jd::permit::SPEC,
    &jd::drop::SPEC,
    &jd::forbidden::SPEC,
    &jd::online::SPEC,
    &tencent::forbid::SPEC,
    &tencent::resume::SPEC,
    &tencent::drop::SPEC,
    &tencent::status::SPEC,
    &shumei::close::SPEC,
];

/// Every vendor's part of the simulator.
pub static SIMULATORS: &[&Simulator] =
    &[&jd::sandbox::SIMULATOR, &tencent::sandbox::SIMULATOR, &shumei::sandbox::SIMULATOR];

/// What each vendor's section of a profile may hold.
pub static SECTIONS: &[&Section] = &[&jd::SECTION, &tencent::SECTION, &shumei::SECTION];

/// The companies that livectl speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// JD Cloud.
    Jd,
    /// Tencent Cloud.
    Tencent,
    /// Shumei (`DeepCleer`).
    Shumei,
}

impl Name {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Jd, Self::Tencent, Self::Shumei];

    /// The word for it in commands, files and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jd => "jd",
            Self::Tencent => "tencent",
            Self::Shumei => "shumei",
        }
    }

    /// The company's name in sentences.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Jd => "JD",
            Self::Tencent => "Tencent",
            Self::Shumei => "Shumei",
        }
    }
}

/// A kind of operation: who offers it, what it is called and does, and how one is read.
pub struct OperationSpec {
    /// Who offers it.
    pub vendor: Name,
    /// Its name in commands, files and JSON.
    pub name: &'static str,
    /// What it does to its target.
    pub effect: Effect,
    /// The keys that it takes beside vendor, action and target.
    pub keys: &'static [&'static str],
    /// The one generation of the vendor's API that offers it, where not all do.
    pub requires_api: Option<&'static str>,
    /// How many targets one request may carry.
    pub batch_size: usize,
    /// Reads one; the keys that it does not take are already refused.
    pub parse: Parse,
}

/// How an operation is read.
pub type Parse =
    fn(&OperationInput<'_>, &mut PlanContext<'_>) -> Result<Box<dyn Operation>, Problem>;

impl OperationSpec {
    /// `tencent forbid`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.vendor.as_str(), self.name)
    }

    /// What tells the target from others: the name of a domain is the same in capitals, that of a stream is not.
    #[must_use]
    pub fn identity<'t>(&self, target: &'t str) -> Cow<'t, str> {
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

/// One thing that an operator asks of one target, checked and with nothing left open.
pub trait Operation: fmt::Debug {
    /// What kind it is.
    fn spec(&self) -> &'static OperationSpec;
    /// What it is asked of.
    fn target(&self) -> &str;
    /// Its settings as sent.
    fn settings(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    /// Its settings as they were asked, before a relative time was resolved.
    fn requested(&self) -> Vec<(&'static str, Value)> {
        self.settings()
    }
    /// The request for it, which may carry further targets of operations that it may travel with.
    fn request(&self, targets: &[&str]) -> Request;
    /// When its effect ends; it is not sent after that.
    fn until(&self) -> Option<Timestamp> {
        None
    }
    /// Operations of one action with the same word here may travel in one request.
    fn batch_key(&self) -> Option<&Rc<str>> {
        None
    }
    /// How to see whether it has taken effect, where the API can tell.
    fn check(&self) -> Option<Verification> {
        None
    }
    /// One item of the list that it asks for, in few words.
    fn item(&self, item: &Value) -> String {
        item.to_string()
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

/// The same, written without being put together first.
pub struct OperationJson<'a>(&'a dyn Operation, Vec<(&'static str, Value)>);

impl<'a> OperationJson<'a> {
    /// The operation with its settings as sent.
    #[must_use]
    pub fn as_sent(operation: &'a dyn Operation) -> Self {
        Self(operation, operation.settings())
    }

    /// The operation with its settings as they were asked.
    #[must_use]
    pub fn as_asked(operation: &'a dyn Operation) -> Self {
        Self(operation, operation.requested())
    }
}

impl Serialize for OperationJson<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(operation, settings) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("vendor", operation.spec().vendor.as_str())?;
        map.serialize_entry("action", operation.spec().name)?;
        map.serialize_entry("target", operation.target())?;
        settings.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

/// What vouches for a request: field names and their values, as the vendor's manual names them.
pub struct Signature(pub(crate) Vec<(&'static str, String)>);

impl Signature {
    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value)
    }
}

/// How a shell computes a [`Signature`] without a secret on the line.
pub struct ShellSignature {
    /// Assignments before `curl`.
    pub setup: String,
    /// For each field of the signature, the shell variable that holds it.
    pub fields: Vec<(&'static str, &'static str)>,
}

/// A shell command that signs its standard input by HMAC-SHA256: the key begins with `scheme` and the secret in `variable`,
/// and each word derives the next. It takes Perl, since `openssl` would show the key to every user of the machine.
pub(crate) fn shell_hmac(scheme: &str, variable: &str, words: &[&str]) -> String {
    format!(
        "KEY=\"${variable}\" perl -MDigest::SHA=hmac_sha256,hmac_sha256_hex -e \
         '$k=\"{scheme}$ENV{{KEY}}\"; $k=hmac_sha256($_,$k) for @ARGV; undef $/; print hmac_sha256_hex(<STDIN>,$k)' {}",
        words.join(" ")
    )
}

/// How a vendor's replies are built.
pub struct ResponseFormat {
    /// The field that holds the vendor's code, as our messages name it.
    pub field: &'static str,
    /// What a JSON object lacks that is not the vendor's.
    pub mark: &'static str,
    /// Refusals come with an HTTP status of 4xx, where others say 200.
    pub is_restful: bool,
    /// Reads a reply; `None` when it is not the vendor's.
    pub read: fn(&Map<String, Value>) -> Option<ApiStatus<'_>>,
}

/// What a vendor's reply says.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiStatus<'r> {
    /// It was done, as far as the format goes.
    pub is_success: bool,
    /// The vendor's code.
    pub code: Option<Code>,
    /// The vendor's words.
    pub message: Option<&'r str>,
}

/// Reads a reply whose verdict is an integer beside everything else: in the first of `fields`, where the others agree
/// when they are there. A success that another verdict contradicts is not the vendor's answer.
pub(crate) fn flat<'r>(
    reply: &'r Map<String, Value>,
    fields: &[&str],
    message: &[&str],
    success: i64,
) -> Option<ApiStatus<'r>> {
    let code = reply.get(fields[0]).and_then(integer)?;
    let agrees = |field: &&str| reply.get(*field).is_none_or(|value| integer(value) == Some(code));
    let is_proved = code != success || !verdict::is_contradicted(reply, fields);
    (is_proved && fields.iter().all(agrees)).then(|| ApiStatus {
        is_success: code == success,
        code: Some(Code::Number(code)),
        message: message.iter().find_map(|field| reply.get(*field)?.as_str()),
    })
}

/// Reads a page of a list: an array of objects, and how many of them all pages hold together. Of none there may be no array.
pub(crate) fn page(items: Option<&Value>, total: Option<&Value>) -> Option<Observation> {
    let total = u64::try_from(integer(total?)?).ok()?;
    let items = match items {
        None | Some(Value::Null) if total == 0 => Vec::new(),
        items => items?.as_array().filter(|items| items.iter().all(Value::is_object))?.clone(),
    };
    Some(Observation { items: Some(items), total: Some(total), ..Observation::default() })
}

/// An integer, or an integer in a string.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok().filter(|number: &i64| number.to_string() == *text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What a code other than success means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The operation is refused.
    Refused,
    /// The credentials are refused, and will be for every other target.
    Credentials,
    /// Too many requests.
    Throttled,
    /// The vendor's own fault; nobody can say whether it happened.
    Unclear,
}

/// One company's conventions: how a request is vouched for, how a reply is read.
pub trait Vendor {
    /// Which company.
    fn name(&self) -> Name;
    /// Where the request goes.
    fn endpoint(&self, request: &Request) -> &Endpoint;
    /// Whether requests go to the vendor's own address, not to one that the profile names instead.
    fn uses_default_endpoint(&self) -> bool;
    /// Where at the vendor its targets are, when the profile tells that and not the operation.
    fn scope(&self) -> Option<String> {
        None
    }
    /// Computes what vouches for a request that leaves with this context; with [`authorize`](Self::authorize) this is signing.
    fn sign(&self, request: &Request, context: SigningContext) -> Signature;
    /// Puts a signature into a request.
    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest;
    /// The fields of the signature that nobody may see.
    fn secret_fields(&self) -> &'static [&'static str];
    /// The credentials to look for in foreign text.
    fn secret(&self) -> &Secret;
    /// The signature as a shell computes it.
    fn shell(&self, request: &Request) -> ShellSignature;
    /// How replies are built.
    fn format(&self) -> &'static ResponseFormat;
    /// What a code other than success means.
    fn classify_code(&self, code: &Code) -> ErrorClass;
    /// What the vendor's pages say of a code, or what to do about it.
    fn explain(&self, request: &Request, code: &Code) -> Option<String>;
    /// What to know when the vendor cannot be reached.
    fn when_unreachable(&self) -> Option<&'static str> {
        None
    }
    /// How the reply contradicts the request, where it repeats it.
    fn check_echo(&self, _draft: &Request, _reply: &Map<String, Value>) -> Option<String> {
        None
    }
    /// Whether a signature refused now with this code may be refused only because it was made before the date changed.
    fn is_stale(&self, _code: &Code, _signed: SigningContext, _now: Timestamp) -> bool {
        false
    }
}

/// The request with its query, each value encoded.
pub(crate) fn with_query<'q>(
    mut url: Url,
    query: impl IntoIterator<Item = (&'q str, &'q str)>,
) -> Url {
    let mut text = String::with_capacity(256);
    for (name, value) in query {
        text.push_str(if text.is_empty() { "" } else { "&" });
        text.extend([name, "="].into_iter().chain(percent_encoded(value)));
    }
    url.set_query(Some(&text));
    url
}

/// The JSON object of the vendor's own members and then the request's.
pub(crate) fn with_body(own: &[(&str, &str)], request: &Request) -> Bytes {
    struct Members<'a>(&'a [(&'a str, &'a str)], &'a Request);
    impl Serialize for Members<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
            self.1
                .body
                .iter()
                .flatten()
                .try_for_each(|(name, value)| map.serialize_entry(name, value))?;
            map.end()
        }
    }
    serde_json::to_vec(&Members(own, request)).expect("texts and numbers are always JSON").into()
}

/// The vendor with the credentials of its account; fetches its secret.
pub fn open(
    name: Name,
    account: &dyn Fn(&'static Section) -> Result<Account>,
) -> Result<Rc<dyn Vendor>> {
    Ok(match name {
        Name::Jd => jd::open(&account(&jd::SECTION)?)?,
        Name::Tencent => tencent::open(&account(&tencent::SECTION)?)?,
        Name::Shumei => Rc::new(shumei::Shumei::open(&account(&shumei::SECTION)?)?),
    })
}

/// Where requests go, unless an operation says otherwise; `None` when each run has to name a cluster.
#[must_use]
pub fn endpoint(account: &Account) -> Option<Endpoint> {
    account.endpoint().or_else(|| shumei::host(account.text("cluster")?)?.parse().ok())
}

/// A value that the profile's schema has already checked, read for use.
pub(crate) fn setting<T: std::str::FromStr>(account: &Account, key: &str) -> Result<T>
where
    T::Err: fmt::Display,
{
    let text = account.text(key).unwrap_or_default();
    text.parse().map_err(|error| Error::config(format!("{key}: {error}")))
}

/// The check of a key that holds an endpoint.
pub(crate) fn check_endpoint(text: &str) -> Result<(), String> {
    text.parse::<Endpoint>().map(drop).map_err(str::to_owned)
}

/// The check of a key whose text has no rule but to be there.
pub(crate) fn check_text(text: &str) -> Result<(), String> {
    plain(text).map(drop)
}

#[cfg(test)]
mod tests {
    mod accounts;
    mod operations;

    use super::*;

    #[test]
    fn a_domain_is_one_host_name() {
        for good in [
            "push.example.com",
            "a",
            "直播.example.com",
            "a_b.example.com",
            "a-b.example.com",
            "10.0.0.1",
        ] {
            assert_eq!(domain(good, "target"), Ok(good));
        }
        for bad in [
            "",
            "a,b",
            "http://a.com",
            "a.com/x",
            "a.com:80",
            "a..com",
            ".a",
            "a.",
            "-a.com",
            "a-.com",
            "a&b.com",
            "a b",
            " a",
            "a\u{200b}b",
            "*.a.com",
        ] {
            assert!(domain(bad, "target").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_is_as_long_as_names_may_be_and_no_longer() {
        for (label, is_good) in [(63, true), (64, false)] {
            assert_eq!(
                domain(&format!("{}.com", "a".repeat(label)), "target").is_ok(),
                is_good,
                "{label}"
            );
        }
        for (length, is_good) in [(253, true), (254, false)] {
            let name = "ab.".repeat(90);
            let name = format!("{}{}", &name[..249], "a".repeat(length - 249));
            assert_eq!(domain(&name, "target").is_ok(), is_good, "{length}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_domain_is_said() {
        for (bad, says) in [
            ("http://a.com", "without http://"),
            ("a.com,b.com", "not with commas"),
            ("a.com/live", "without a path"),
            ("a.com:80", "without a port"),
            ("*.a.com", "one host name such as"),
            (" a.com", "begins or ends with a blank"),
            ("", "it is empty"),
            ("a\u{200b}.com", "the character \\u{200b}, which cannot be seen"),
        ] {
            let problem = domain(bad, "domain").unwrap_err();
            assert_eq!(problem.key, "domain");
            assert!(problem.message.contains(says), "{bad}: {}", problem.message);
        }
    }

    #[test]
    fn a_target_is_refused_rather_than_trimmed() {
        for bad in ["", " a", "a ", "a\u{202e}b", "a\u{1b}b", "a\nb", "\u{3000}a"] {
            assert!(target(bad).is_err(), "{bad:?}");
        }
        assert_eq!(target("直播 间"), Ok("直播 间"));
    }

    fn context() -> PlanContext<'static> {
        PlanContext::at("2026-11-21T10:00:00Z".parse().unwrap())
    }

    fn read_in(
        context: &mut PlanContext<'_>,
        line: &str,
    ) -> std::result::Result<Box<dyn Operation>, String> {
        let ask: OperationInput<'_> =
            serde_json::from_str(line).map_err(|error| error.to_string())?;
        ask.parse(context).map_err(|problem| format!("{}: {}", problem.key, problem.message))
    }

    fn read(line: &str) -> std::result::Result<Box<dyn Operation>, String> {
        read_in(&mut context(), line)
    }

    #[test]
    fn a_line_is_an_operation_as_sent_and_as_asked() {
        for (line, title, sent, asked) in [
            (
                r#"{"vendor":"jd","action":"timeout","target":"a.com","seconds":30}"#,
                "jd timeout",
                r#"{"seconds":30}"#,
                r#"{"seconds":30}"#,
            ),
            (
                r#"{"vendor":"JD","action":"Timeout","target":"a.com","seconds":"30"}"#,
                "jd timeout",
                r#"{"seconds":30}"#,
                r#"{"seconds":30}"#,
            ),
            (
                r#"{"vendor":"jd","action":"permit","target":"a\/b","domain":"a\u002ecom"}"#,
                "jd permit",
                r#"{"domain":"a.com"}"#,
                r#"{"domain":"a.com"}"#,
            ),
            (
                r#"{"vendor":"tencent","action":"forbid","target":"c","until":1795262400}"#,
                "tencent forbid",
                r#"{"until":"2026-11-21T12:00:00Z"}"#,
                r#"{"until":"1795262400"}"#,
            ),
            (
                r#"{"vendor":"tencent","action":"forbid","target":"c","for":"2h"}"#,
                "tencent forbid",
                r#"{"until":"2026-11-21T12:00:00Z"}"#,
                r#"{"for":"2h"}"#,
            ),
            (
                r#"{"vendor":"tencent","action":"resume","target":"c"}"#,
                "tencent resume",
                "{}",
                "{}",
            ),
            (
                r#"{"vendor":"shumei","action":"close","target":"r","cluster":"xjp"}"#,
                "shumei close",
                r#"{"cluster":"sg"}"#,
                r#"{"cluster":"sg"}"#,
            ),
        ] {
            let operation = read(line).unwrap();
            let json = |settings: Vec<(&'static str, Value)>| {
                Value::Object(
                    settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
                )
                .to_string()
            };
            assert_eq!(operation.spec().title(), title);
            assert_eq!(format!("{:?}", operation.spec()), title);
            assert_eq!(
                (json(operation.settings()).as_str(), json(operation.requested()).as_str()),
                (sent, asked),
                "{line}"
            );
            assert_eq!(operation.until().is_some(), title == "tencent forbid");
        }
    }

    #[test]
    fn a_text_of_the_profile_is_there_and_can_be_seen() {
        assert_eq!([check_text("u"), check_endpoint("http://127.0.0.1:1/x")], [Ok(()), Ok(())]);
        assert!(["", " u", "u\u{200b}"].into_iter().all(|text| check_text(text).is_err()));
        assert!(
            ["", "127.0.0.1:1", "ftp://a.com", "https://a.com?x"]
                .into_iter()
                .all(|text| check_endpoint(text).is_err())
        );
    }

    #[test]
    fn a_number_is_taken_as_its_digits() {
        let line =
            r#"{"vendor":"v","action":"a","target":"t","seconds":30,"until":-1,"for":"2\u0068"}"#;
        let ask: OperationInput<'_> = serde_json::from_str(line).unwrap();
        assert_eq!(
            [&ask.seconds, &ask.until, &ask.duration, &ask.domain].map(Option::as_deref),
            [Some("30"), Some("-1"), Some("2h"), None]
        );
        assert_eq!(ask.settings().collect::<Vec<_>>(), ["seconds", "for", "until"]);
    }

    #[test]
    fn an_operation_that_is_written_out_can_be_read_again() {
        for (line, written) in [
            (
                r#"{"vendor":"tencent","action":"forbid","target":"c","for":"2h"}"#,
                r#"{"vendor":"tencent","action":"forbid","target":"c","until":"2026-11-21T12:00:00Z"}"#,
            ),
            (
                r#"{"vendor":"jd","action":"permit","target":"a/b","domain":"a.com"}"#,
                r#"{"vendor":"jd","action":"permit","target":"a/b","domain":"a.com"}"#,
            ),
        ] {
            let operation = read(line).unwrap();
            let as_map = Value::Object(to_json(&*operation, operation.settings())).to_string();
            assert_eq!(as_map, written);
            assert_eq!(
                serde_json::to_string(&OperationJson::as_sent(&*operation)).unwrap(),
                written
            );
            assert_eq!(serde_json::to_string(&OperationJson::as_asked(&*operation)).unwrap(), line);
            assert_eq!(read(&as_map).unwrap().settings(), operation.settings());
        }
    }

    #[test]
    fn a_vendor_without_a_rule_of_its_own_contradicts_nothing_and_holds_no_signature_for_old() {
        let shumei = shumei::tests::account("k");
        let request = Request::get("/", vec![]);
        let at: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        assert_eq!(shumei.when_unreachable(), None);
        assert_eq!(shumei.check_echo(&request, &Map::new()), None);
        assert!(!shumei.is_stale(
            &Code::Number(9101),
            SigningContext::fresh(at),
            at + chrono::TimeDelta::days(2)
        ));
    }

    #[test]
    fn companies_have_a_word_for_files_and_a_name_for_sentences() {
        assert_eq!(Name::ALL.map(Name::as_str), ["jd", "tencent", "shumei"]);
        assert_eq!(Name::ALL.map(Name::title), ["JD", "Tencent", "Shumei"]);
    }

    #[test]
    fn a_key_that_is_not_the_actions_or_holds_no_text_is_a_problem() {
        for (line, says) in [
            (
                r#"{"vendor":"jd","action":"timeout","target":"a.com","seconds":30,"domain":"b.com"}"#,
                "domain: jd timeout takes no `domain`",
            ),
            (
                r#"{"vendor":"tencent","action":"resume","target":"c","for":"2h"}"#,
                "for: tencent resume takes no `for`",
            ),
            (
                r#"{"vendor":"tencent","action":"forbid","target":"c","for":null}"#,
                "a string or a whole number",
            ),
            (
                r#"{"vendor":"tencent","action":"forbid","target":"c","until":-1}"#,
                "until: a moment is written",
            ),
            (
                r#"{"vendor":"jd","action":"timeout","target":"a.com","seconds":3.5}"#,
                "a string or a whole number",
            ),
            (r#"{"vendor":"jd","action":"timeout","target":"a.com"}"#, "seconds: it is missing"),
            (
                r#"{"vendor":"aws","action":"timeout","target":"a.com"}"#,
                "vendor: the vendors are jd, tencent and shumei",
            ),
            (
                r#"{"vendor":"jd","action":"ban","target":"a"}"#,
                "action: the actions of jd are timeout, forbid, permit, drop, forbidden and online",
            ),
            (
                r#"{"vendor":"shumei","action":"ban","target":"a"}"#,
                "action: the actions of shumei are close",
            ),
        ] {
            let problem = read(line).unwrap_err();
            assert!(problem.contains(says), "{line}: {problem}");
        }
    }

    #[test]
    fn a_note_is_said_once_and_a_word_is_kept_once() {
        let (mut notes, mut words) = (Warnings::default(), Interner::default());
        ["a", "b", "a"].iter().for_each(|note| notes.add(*note));
        assert_eq!(notes.iter().collect::<Vec<_>>(), ["a", "b"]);
        assert!(Rc::ptr_eq(&words.keep("x"), &words.keep("x")));
        assert!(!Rc::ptr_eq(&words.keep("x"), &words.keep("y")));
    }

    /// What a shell computes for the fields of a signature, when the variable holds the secret.
    #[cfg(unix)]
    pub(super) fn computed(shell: &ShellSignature, variable: &str, secret: &str) -> Vec<String> {
        let words: Vec<_> = shell.fields.iter().map(|(_, word)| format!("\"${word}\"")).collect();
        let script = format!("{} printf '%s\\n' {}", shell.setup, words.join(" "));
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .env(variable, secret)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}
