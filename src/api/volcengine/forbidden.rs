//! `DescribeForbiddenStreamInfoByPage`: which streams of a domain may not push, and until when.
//!
//! The manual: <https://www.volcengine.com/docs/6469/1126843>.

use serde_json::{Map, Value};

use crate::api::live_list::{ItemMembers, ListAction};
use crate::api::live_specs::forbidden;
use crate::api::operation::OperationSpec;
use crate::api::request::Request;
use crate::api::response::Observation;
use crate::api::volcengine::place::{ITEM, list, page};
use crate::api::volcengine::profile::NAME;

/// Lists the streams of a domain that may not push.
pub static SPEC: OperationSpec = OperationSpec {
    details: "DescribeForbiddenStreamInfoByPage, with the end of each ban. Pages are read until one is short, since \
        Volcengine's count of the streams is an estimate. Bans that have ended are left out.",
    examples: &[
        "livectl --sandbox volcengine forbidden --domain push.example.com",
        "livectl --sandbox volcengine forbidden --app live -o json",
    ],
    ..forbidden(NAME, &ACTION)
};

static ACTION: ListAction = ListAction::new(
    |listed| list("DescribeForbiddenStreamInfoByPage", listed, read),
    |listed, item| {
        ItemMembers { since: "CreateTime", until: "EndTime", ..ITEM }.read(&listed.domain, item)
    },
);

fn read(_request: &Request, reply: &Map<String, Value>) -> Option<Observation> {
    let mut page = page(reply)?;
    let items = page.items.take()?;
    // A row whose ban cannot be read proves neither: then the list is not readable.
    let active: Vec<bool> =
        items.iter().map(|item| item.get("Status")?.as_bool()).collect::<Option<_>>()?;
    let items = items.into_iter().zip(active).filter_map(|(item, active)| active.then_some(item));
    Some(Observation { items: Some(items.collect()), ..page })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ended_bans_are_left_out() {
        let request = Request::get("/", Vec::new());
        let row = |name: &str, status: Value| json!({"Stream": name, "Status": status});
        let read = |rows: Vec<Value>| {
            let reply = json!({"Result": {"RoughCount": 7, "StreamInfoList": rows}});
            read(&request, reply.as_object().unwrap())
        };
        let seen = read(vec![row("a", json!(true)), row("b", json!(false))]).unwrap();
        assert_eq!(seen.items, Some(vec![row("a", json!(true))]));
        assert_eq!((seen.has_more, seen.total), (Some(false), None));
        // The length of the page as it came decides whether another follows.
        let ended = read(vec![row("b", json!(false)); 1000]).unwrap();
        assert_eq!((ended.items, ended.has_more), (Some(vec![]), Some(true)));
        for other in [json!(null), json!("true"), json!(1)] {
            assert!(read(vec![row("a", other.clone())]).is_none(), "{other}");
        }
    }
}
