mod accounts;
mod operations;

use std::rc::Rc;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::*;
use crate::api::name::VendorName;
use crate::api::operation::{Operation, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::operation_json::{OperationJson, to_json};
use crate::api::plan_texts::{Interner, Warnings};
use crate::api::request::Request;
use crate::api::setting::{check_endpoint, check_text};
use crate::api::signature::{ShellSignature, SigningContext, with_body};
use crate::api::spec::Api;
use crate::api::target::{domain, plain, target};
use crate::config::account::Account;
use crate::config::section::Section;
use crate::outcome::answer::Code;
use crate::time::Timestamp;

impl<'de: 'a, 'a> Deserialize<'de> for OperationInput<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        OperationInput::read(deserializer, &VENDORS.params())
    }
}

impl OperationInput<'_> {
    /// Reads it as an operation of livectl's vendors.
    pub(crate) fn parse(
        &self,
        context: &mut PlanContext<'_>,
    ) -> Result<Box<dyn Operation>, Problem> {
        VENDORS.read(self, context)
    }
}

/// The default API of a vendor, opened with an account of these keys.
pub(crate) fn open_api(name: VendorName, keys: &[(&'static str, &str)]) -> Rc<dyn Api> {
    let vendor = VENDORS.iter().find(|vendor| vendor.name == name).unwrap();
    vendor.open(&Account::made_up(vendor.section, "prod", keys)).unwrap()
}

/// Shumei's account, for a profile with this cluster.
pub(crate) fn shumei_in(cluster: &str) -> Vec<Account> {
    vec![Account::made_up(&shumei::SECTION, "prod", &[("cluster", cluster)])]
}

/// The accounts of a profile that chooses these versions of JD's and Tencent's APIs.
pub(crate) fn versions(jd: &str, tencent: &str) -> Vec<Account> {
    let sections = [(&jd::SECTION, jd), (&tencent::SECTION, tencent)];
    let account = |(section, api): (&'static Section, &str)| {
        let domain = (api == "v3").then_some(("domain", "push.example.com"));
        let values: Vec<_> = [("api", api)].into_iter().chain(domain).collect();
        Account::made_up(section, "prod", &values)
    };
    sections.map(account).into()
}

#[test]
fn domain_is_one_host_name() {
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
fn domain_has_the_greatest_length_of_dns() {
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
fn domain_error_names_the_reason() {
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
fn plain_text_is_visible_and_untrimmed() {
    for bad in ["", " a", "a ", "a\u{202e}b", "a\u{1b}b", "a\nb", "\u{3000}a"] {
        assert!(plain(bad).is_err(), "{bad:?}");
    }
    assert_eq!(plain("直播 间"), Ok("直播 间"));
    assert!(target("").is_err());
}

fn context() -> PlanContext<'static> {
    PlanContext::at("2026-11-21T10:00:00Z".parse().unwrap())
}

fn read_in(
    context: &mut PlanContext<'_>,
    line: &str,
) -> std::result::Result<Box<dyn Operation>, String> {
    let ask: OperationInput<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    ask.parse(context).map_err(|problem| format!("{}: {}", problem.key, problem.message))
}

fn read(line: &str) -> std::result::Result<Box<dyn Operation>, String> {
    read_in(&mut context(), line)
}

#[test]
fn line_has_operation_as_sent_and_asked() {
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
        (r#"{"vendor":"tencent","action":"resume","target":"c"}"#, "tencent resume", "{}", "{}"),
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
fn profile_text_is_visible_and_not_empty() {
    assert_eq!([check_text("u"), check_endpoint("http://127.0.0.1:1/x")], [Ok(()), Ok(())]);
    assert!(["", " u", "u\u{200b}"].into_iter().all(|text| check_text(text).is_err()));
    assert!(
        ["", "127.0.0.1:1", "ftp://a.com", "https://a.com?x"]
            .into_iter()
            .all(|text| check_endpoint(text).is_err())
    );
}

#[test]
fn numbers_are_read_as_digits() {
    let line =
        r#"{"vendor":"v","action":"a","target":"t","seconds":30,"until":-1,"for":"2\u0068"}"#;
    let ask: OperationInput<'_> = serde_json::from_str(line).unwrap();
    assert_eq!(
        ["seconds", "until", "for", "domain"].map(|key| ask.get(key)),
        [Some("30"), Some("-1"), Some("2h"), None]
    );
    assert_eq!(ask.settings().collect::<Vec<_>>(), ["seconds", "until", "for"]);
}

#[test]
fn operation_round_trip() {
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
            serde_json::to_string(&OperationJson::as_sent(&*operation, None)).unwrap(),
            written
        );
        assert_eq!(serde_json::to_string(&OperationJson::as_asked(&*operation)).unwrap(), line);
        assert_eq!(read(&as_map).unwrap().settings(), operation.settings());
    }
}

#[test]
fn vendor_trait_defaults() {
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
fn vendors_have_id_and_title() {
    assert_eq!(
        VENDORS.iter().map(|vendor| vendor.name.as_str()).collect::<Vec<_>>(),
        ["jd", "tencent", "shumei", "alibaba", "volcengine", "huawei"]
    );
    assert_eq!(
        VENDORS.iter().map(|vendor| vendor.name.title()).collect::<Vec<_>>(),
        ["JD", "Tencent", "Shumei", "Alibaba", "Volcengine", "Huawei"]
    );
}

#[test]
fn unknown_or_empty_key_is_a_problem() {
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
            "vendor: the vendors are jd, tencent, shumei",
        ),
        (
            r#"{"vendor":"jd","action":"cut","target":"a"}"#,
            "action: the actions of jd are timeout, forbid, permit, drop, forbidden, online and status",
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
fn notes_and_words_are_unique() {
    let (mut notes, mut words) = (Warnings::default(), Interner::default());
    ["a", "b", "a"].iter().for_each(|note| notes.add(*note));
    assert_eq!(notes.iter().collect::<Vec<_>>(), ["a", "b"]);
    assert!(Rc::ptr_eq(&words.keep("x"), &words.keep("x")));
    assert!(!Rc::ptr_eq(&words.keep("x"), &words.keep("y")));
}

/// The fields of a signature as a shell computes them from variables with the secrets.
#[cfg(unix)]
pub(super) fn computed(shell: &ShellSignature, secrets: &[(&str, &str)]) -> Vec<String> {
    let words: Vec<_> = shell.fields.iter().map(|(_, word)| format!("\"${word}\"")).collect();
    let script = format!("{} printf '%s\\n' {}", shell.setup, words.join(" "));
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .envs(secrets.iter().copied())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
