//! Rules for the account of each vendor, at each version of its API.

use super::*;
use crate::output::curl;
use crate::output::preview::blanked;
use crate::secret::Secret;

const SECRET: &str = "k3y-that-nobody-sees";

/// An account that a profile describes with these keys, and those that it must have.
fn account(name: VendorName, keys: &[(&'static str, &str)]) -> Rc<dyn Api> {
    let of = |key: &'static str| (key, if key == "app_id" { "1234" } else { "user.example.com" });
    let secrets =
        ["secret_key", "api_key", "secret_access_key", "access_key"].map(|key| (key, SECRET));
    let texts =
        ["username", "app_id", "access_key_id", "secret_id", "domain", "project_id"].map(of);
    let region = ("region", "cn-north-4");
    let values = [&secrets[..], &texts, &[region], keys].concat();
    open_api(name, &values)
}

/// Each vendor at each version of its API, and its default endpoint.
fn all() -> [(Rc<dyn Api>, &'static str); 8] {
    [
        (account(jd::profile::NAME, &[]), "https://opencdn.jcloud.com"),
        (account(jd::profile::NAME, &[("api", "openapi")]), "https://live.jdcloud-api.com"),
        (account(tencent::profile::NAME, &[]), "http://fcgi.video.qcloud.com"),
        (account(tencent::profile::NAME, &[("api", "v3")]), "https://live.tencentcloudapi.com"),
        (account(shumei::profile::NAME, &[]), "https://api-videostream-sh.fengkongcloud.com"),
        (account(alibaba::profile::NAME, &[]), "https://live.aliyuncs.com"),
        (account(volcengine::profile::NAME, &[]), "https://live.volcengineapi.com"),
        (account(huawei::profile::NAME, &[]), "https://live.cn-north-4.myhuaweicloud.com"),
    ]
}

fn request() -> Request {
    Request {
        name: Some("DropLiveStream"),
        endpoint: Some(shumei::cluster::Cluster::Sh.endpoint(shumei::cluster::Media::Video)),
        ..Request::post("/path", [("domain", "a.com".into())])
    }
}

fn context() -> SigningContext {
    SigningContext { at: "2026-11-21T10:00:00Z".parse().unwrap(), nonce: 7 }
}

#[test]
fn account_uses_the_default_endpoint_of_its_api() {
    for (vendor, home) in all() {
        assert_eq!(vendor.endpoint(&request()).as_str(), home);
        assert!(vendor.uses_default_endpoint(), "{home}");
    }
    let elsewhere = ("endpoint", "http://127.0.0.1:1/x");
    for (name, api) in [
        (jd::profile::NAME, "legacy"),
        (jd::profile::NAME, "openapi"),
        (tencent::profile::NAME, "legacy"),
        (tencent::profile::NAME, "v3"),
        (shumei::profile::NAME, ""),
        (alibaba::profile::NAME, ""),
        (volcengine::profile::NAME, ""),
        (huawei::profile::NAME, ""),
    ] {
        let vendor = account(name, &[("api", api), elsewhere]);
        assert_eq!(
            (vendor.name(), vendor.endpoint(&request()).as_str()),
            (name, "http://127.0.0.1:1/x")
        );
        assert!(!vendor.uses_default_endpoint(), "{api}");
    }
}

#[test]
fn shown_request_has_no_signature() {
    for (vendor, home) in all() {
        let signature = vendor.sign(&request(), context());
        let hidden: Vec<_> =
            vendor.secret_fields().iter().map(|field| signature.get(field).to_owned()).collect();
        let preview = format!("{:?}", blanked(&*vendor, &request(), signature));
        assert!(preview.contains("***"), "{home}: {preview}");
        assert_eq!(hidden.len(), 1, "{home}");
        assert!(hidden[0].len() >= 20 && !preview.contains(&hidden[0]), "{home}: {preview}");
        assert!(!preview.contains(SECRET), "{home}: {preview}");
        let secrets: Vec<_> = vendor.secrets().into_iter().map(Secret::expose).collect();
        assert_eq!(secrets, [SECRET]);
    }
}

#[test]
fn security_token_is_a_secret_too() {
    const TOKEN: &str = "t0ken-that-nobody-sees";
    for (name, api) in [
        (jd::profile::NAME, "openapi"),
        (tencent::profile::NAME, "v3"),
        (alibaba::profile::NAME, ""),
        (volcengine::profile::NAME, ""),
        (huawei::profile::NAME, ""),
    ] {
        let vendor = account(name, &[("api", api), ("security_token", TOKEN)]);
        let signature = vendor.sign(&request(), context());
        let fields: Vec<_> = signature.0.iter().map(|(field, _)| *field).collect();
        assert_eq!(vendor.secret_fields().len(), 2, "{name:?} {api}");
        let token = signature.get(vendor.secret_fields()[1]).to_owned();
        assert!(!token.is_empty(), "{api}");

        let preview = format!("{:?}", blanked(&*vendor, &request(), signature));
        assert!(!preview.contains(TOKEN) && !preview.contains(&token), "{api}: {preview}");
        assert_eq!(preview.matches("***").count(), 2, "{api}: {preview}");

        let secrets: Vec<_> = vendor.secrets().into_iter().map(Secret::expose).collect();
        assert_eq!(secrets, [SECRET, TOKEN]);

        let shell = vendor.shell(&request());
        let computed: Vec<_> = shell.fields.iter().map(|(field, _)| *field).collect();
        assert_eq!(computed, fields, "{api}");
        let line = curl::line(&*vendor, &request(), &curl::CurlRoute::default());
        let variable = format!("LIVECTL_{}_SECURITY_TOKEN", name.as_str().to_uppercase());
        assert!(line.contains(&variable), "{api}: {line}");
        assert!([TOKEN, &token].iter().all(|token| !line.contains(token)), "{api}: {line}");
    }
}

#[test]
fn shell_computes_the_signature_without_secrets() {
    for (vendor, home) in all() {
        let shell = vendor.shell(&request());
        let proven: Vec<_> =
            vendor.sign(&request(), context()).0.into_iter().map(|(field, _)| field).collect();
        assert_eq!(
            shell.fields.iter().map(|(field, _)| *field).collect::<Vec<_>>(),
            proven,
            "{home}"
        );
        assert!(!shell.setup.contains(SECRET), "{home}");
        for (_, variable) in
            shell.fields.iter().filter(|(_, variable)| !variable.starts_with("LIVECTL_"))
        {
            assert!(shell.setup.contains(&format!("{variable}=$")), "{home}: {variable}");
        }
    }
}

#[test]
fn only_jd_legacy_detects_an_old_signature() {
    let later = "2026-11-21T16:00:00Z".parse().unwrap();
    let stale: Vec<_> = all()
        .iter()
        .map(|(vendor, _)| vendor.is_stale(&Code::Number(7), context(), later))
        .collect();
    assert_eq!(stale, [true, false, false, false, false, false, false, false]);
}

#[test]
fn only_tencent_legacy_is_obsolete() {
    let gone: Vec<_> =
        all().iter().map(|(vendor, _)| vendor.when_unreachable().is_some()).collect();
    assert_eq!(gone, [false, false, true, false, false, false, false, false]);
}

#[test]
fn endpoint_is_known_without_secrets() {
    let known = |name: VendorName, keys: &[(&'static str, &str)]| {
        VENDORS
            .iter()
            .find(|vendor| vendor.name == name)
            .and_then(|vendor| (vendor.endpoint)(&Account::made_up(vendor.section, "prod", keys)))
            .map(|endpoint| endpoint.to_string())
    };
    for (name, keys, place) in [
        (jd::profile::NAME, vec![], Some("https://opencdn.jcloud.com")),
        (jd::profile::NAME, vec![("api", "openapi")], Some("https://live.jdcloud-api.com")),
        (
            tencent::profile::NAME,
            vec![("endpoint", "http://127.0.0.1:1")],
            Some("http://127.0.0.1:1"),
        ),
        (shumei::profile::NAME, vec![], None),
        (
            shumei::profile::NAME,
            vec![("cluster", "xjp")],
            Some("https://api-videostream-xjp.fengkongcloud.com"),
        ),
        (
            shumei::profile::NAME,
            vec![("cluster", "xjp"), ("endpoint", "http://127.0.0.1:1")],
            Some("http://127.0.0.1:1"),
        ),
    ] {
        assert_eq!(known(name, &keys).as_deref(), place, "{keys:?}");
    }
}

#[test]
fn shumei_endpoint_comes_from_the_profile() {
    use shumei::cluster::{Cluster, ProfileCluster};
    let place = |keys: &[(&'static str, &str)]| {
        ProfileCluster::of(&Account::made_up(&shumei::SECTION, "prod", keys))
    };
    assert_eq!(place(&[]), ProfileCluster::Cluster(None));
    assert_eq!(place(&[("cluster", "xjp")]), ProfileCluster::Cluster(Some(Cluster::Sg)));
    assert_eq!(
        place(&[("cluster", "sh"), ("endpoint", "http://127.0.0.1:1")]),
        ProfileCluster::Endpoint
    );
}
