//! `DescribeLiveStreamOnlineList`: which streams of a domain, or of all of them, are pushed now.
//!
//! The manual: <https://cloud.tencent.com/document/api/267/20472>. The legacy API has no such operation.

use serde_json::{Map, Value};

use crate::api::live_list::{APP, ListAction, LiveList, listed_domain};
use crate::api::live_specs::online;
use crate::api::name::VendorName;
use crate::api::operation::{OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::Param;
use crate::api::request::{PageParameter, Request, ResponseReader};
use crate::api::response::{Observation, page};
use crate::api::target::flag;
use crate::api::tencent::profile::{NAME, V3};
use crate::outcome::answer::ListItem;
use crate::time::Timestamp;

/// Lists the streams that are pushed now.
pub static SPEC: OperationSpec = OperationSpec {
    about: "Changes nothing: lists the streams that are pushed now",
    details: "Tencent's API 3.0 alone offers it (DescribeLiveStreamOnlineList): `api = \"v3\"` in the profile. All pages \
        are read. Tencent advises one call a minute, and a stream may be listed up to a minute late.",
    examples: &[
        "livectl --sandbox tencent online",
        "livectl --sandbox tencent online --all-domains -o json",
    ],
    params: &[&APP, &ALL_DOMAINS],
    requires_api: Some(V3),
    ..online(NAME, &ACTION)
};

static ACTION: ListAction = ListAction {
    domain: one_domain_or_all,
    filters_exactly: true,
    ..ListAction::new(request, item)
};

static ALL_DOMAINS: Param = Param::switch("all-domains", "Of every domain of the account");

/// The target that means every domain.
const EVERY_DOMAIN: &str = "*";

/// How many streams a page has.
// Tencent takes up to 300,000 and advises few large pages. With long names so many would not fit
// into the 16 MiB that are read of a page.
const PAGE: u32 = 20_000;

/// The domain whose streams are listed, or [`EVERY_DOMAIN`].
fn one_domain_or_all<'a>(
    input: &'a OperationInput<'_>,
    context: &'a PlanContext<'_>,
    vendor: VendorName,
) -> Result<&'a str, Problem> {
    let is_left_out = input.target.is_empty() && !context.is_file;
    match &*input.target {
        EVERY_DOMAIN => Ok(EVERY_DOMAIN),
        _ if !flag(input.get(ALL_DOMAINS.name), ALL_DOMAINS.name)? => {
            listed_domain(input, context, vendor)
        }
        _ if is_left_out => Ok(EVERY_DOMAIN),
        _ if context.is_file => Err(Problem::new(
            ALL_DOMAINS.name,
            format!("the target names one domain; every domain is `{EVERY_DOMAIN}`"),
        )),
        _ => Err(Problem::new(ALL_DOMAINS.name, "give --domain or --all-domains, not both")),
    }
}

/// The domain that a list names, unless it is of every domain.
fn named(listed: &LiveList) -> Option<&str> {
    Some(&*listed.domain).filter(|domain| *domain != EVERY_DOMAIN)
}

fn request(listed: &LiveList) -> Request {
    let filters = [("DomainName", named(listed)), ("AppName", listed.app.as_deref())];
    let filters = filters.into_iter().filter_map(|(name, text)| Some((name, text?.into())));
    let pages = [("PageNum", 1.into()), ("PageSize", PAGE.into())];
    Request {
        name: Some("DescribeLiveStreamOnlineList"),
        question: Some(ResponseReader::new(read)),
        page: Some(PageParameter::number("PageNum")),
        ..Request::post("/", filters.chain(pages))
    }
}

fn item(listed: &LiveList, item: Value) -> ListItem {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    ListItem {
        // Without the application: the target is the channel.
        target: text("StreamName"),
        domain: text("DomainName").or_else(|| named(listed).map(str::to_owned)),
        app: text("AppName").or_else(|| listed.app.as_deref().map(str::to_owned)),
        since: pushed_since(&item),
        until: None,
        vendor: item,
    }
}

/// When a stream went on air.
fn pushed_since(item: &Value) -> Option<Timestamp> {
    let times = item.get("PublishTimeList")?.as_array()?.iter();
    let times = times.filter_map(|time| time.get("PublishTime")?.as_str()?.parse().ok());
    // Several encoders may push one stream; it is on air since the first of them.
    times.min()
}

fn read(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let response = reply.get("Response")?;
    page(response.get("OnlineInfo"), response.get("TotalNum"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tencent::SECTION;
    use crate::config::account::Account;
    use serde_json::json;

    fn read_in(
        is_file: bool,
        has_domain: bool,
        keys: &[(&'static str, &str)],
    ) -> Result<String, String> {
        let profile = if has_domain { &[("domain", "push.example.com")][..] } else { &[] };
        let values = [&[("api", "v3"), ("app_name", "live")], profile].concat();
        let mut context = PlanContext {
            is_file,
            accounts: vec![Account::made_up(&SECTION, "prod", &values)],
            ..PlanContext::at("2026-11-21T10:00:00Z".parse().unwrap())
        };
        let mut input = OperationInput::new("tencent", "online");
        for (key, value) in keys {
            input.set(key, value);
        }
        let operation = SPEC.read(&input, &mut context).map_err(|problem| problem.message)?;
        let body: Map<_, _> = operation
            .request(&[])
            .body
            .unwrap()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Ok(format!("{} {}", operation.target(), Value::Object(body)))
    }

    #[test]
    fn list_is_of_one_domain_or_all() {
        let page = r#""PageNum":1,"PageSize":20000}"#;
        for (is_file, keys, expected) in [
            (false, &[][..], "push.example.com {\"DomainName\":\"push.example.com\","),
            (false, &[("target", "a.cn")], "a.cn {\"DomainName\":\"a.cn\","),
            (
                false,
                &[("target", "a.cn"), ("app", "show")],
                "a.cn {\"DomainName\":\"a.cn\",\"AppName\":\"show\",",
            ),
            (false, &[("all-domains", "true")], "* {"),
            (false, &[("all-domains", "true"), ("app", "show")], "* {\"AppName\":\"show\","),
            (true, &[("target", "*")], "* {"),
            (true, &[("target", "*"), ("all-domains", "true")], "* {"),
            (
                true,
                &[("target", "a.cn"), ("all-domains", "false")],
                "a.cn {\"DomainName\":\"a.cn\",",
            ),
        ] {
            assert_eq!(read_in(is_file, true, keys), Ok(format!("{expected}{page}")), "{keys:?}");
        }
        assert!(read_in(false, false, &[("all-domains", "true")]).is_ok());
        for (is_file, has_domain, keys, words) in [
            (false, false, &[][..], "no domain is named"),
            (true, true, &[], "it is empty"),
            (true, true, &[("all-domains", "true")], "every domain is `*`"),
            (true, true, &[("target", "a.cn"), ("all-domains", "true")], "every domain is `*`"),
            (false, true, &[("target", "a.cn"), ("all-domains", "true")], "not both"),
            (false, true, &[("target", "a,b")], "one host name"),
            (false, true, &[("app", "")], "empty"),
        ] {
            let message = read_in(is_file, has_domain, keys).unwrap_err();
            assert!(message.contains(words), "{keys:?}: {message}");
        }
    }

    #[test]
    fn items_have_the_shape_of_all_lists() {
        let item = |domain: &str, vendor: &Value| {
            let input = OperationInput::new("tencent", "online").on(domain).with("app", "show");
            let mut context = PlanContext::at("2026-11-21T10:00:00Z".parse().unwrap());
            let online = SPEC.read(&input, &mut context).unwrap();
            let item = serde_json::to_value(online.list_item(vendor.clone())).unwrap();
            assert_eq!(item["vendor"], *vendor);
            ["target", "domain", "app", "since", "until"].map(|key| item[key].clone())
        };
        let time = |at: &str| json!({"PublishTime": at});
        let vendor = json!({
            "StreamName": "a", "AppName": "live", "DomainName": "b.cn",
            "PublishTimeList": [time("2026-11-21T11:00:00Z"), time("2026-11-21T10:00:00Z"), time("soon")],
        });
        let expected =
            [json!("a"), json!("b.cn"), json!("live"), json!("2026-11-21T10:00:00Z"), json!(null)];
        assert_eq!(item("a.cn", &vendor), expected);
        let bare = json!({"StreamName": "a", "PublishTimeList": []});
        assert_eq!(
            item("a.cn", &bare),
            [json!("a"), json!("a.cn"), json!("show"), json!(null), json!(null)]
        );
        assert_eq!(item("*", &bare)[1], json!(null));
        assert_eq!(item("*", &json!({}))[0], json!(null));
    }

    #[test]
    fn page_has_the_total_of_all_pages() {
        let read = |response: Value| {
            let reply = json!({"Response": response});
            super::read(&Request::get("/", vec![]), reply.as_object().unwrap())
        };
        let stream = json!({"StreamName": "a", "AppName": "live", "DomainName": "a.cn"});
        let page = read(json!({"RequestId": "r", "TotalNum": 7, "OnlineInfo": [&stream]})).unwrap();
        assert_eq!((page.items, page.total), (Some(vec![stream.clone()]), Some(7)));
        let empty = read(json!({"RequestId": "r", "TotalNum": 0})).unwrap();
        assert_eq!((empty.items, empty.total), (Some(vec![]), Some(0)));
        for other in [json!({}), json!({"OnlineInfo": [stream]}), json!({"TotalNum": 1})] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
    }
}
