//! Answers of every vendor, of gateways and of captive portals, classified at every API.
//!
//! An endpoint may lead to the wrong service: a proxy, a portal, another vendor's host. Whatever
//! it answers, no target counts as applied or read unless the answer is this API's own success.

use serde_json::json;

use super::*;
use crate::api::request::{Request, ResponseReader};
use crate::api::response::Observation;
use crate::api::signature::SigningContext;
use crate::api::spec::Api;
use crate::engine::classify::classify;
use crate::net::message::Response;
use crate::outcome::Status;
use crate::secret::redact::Redactor;

/// The services whose answers are tried; all but the last are APIs that livectl calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Jd,
    JdOpenApi,
    Tencent,
    TencentV3,
    Shumei,
    Alibaba,
    Volcengine,
    Huawei,
    Other,
}

use Service::{Alibaba, Huawei, Jd, JdOpenApi, Other, Shumei, Tencent, TencentV3, Volcengine};

fn classifiers() -> Vec<(Service, Box<dyn Api>)> {
    vec![
        (Jd, Box::new(jd::tests::account("u", "k3y-of-jd"))),
        (JdOpenApi, Box::new(jd::openapi::tests::account("i", "k3y-of-jd", "https://a.cn"))),
        (Tencent, Box::new(tencent::tests::account("key-of-tencent"))),
        (TencentV3, Box::new(tencent::v3::tests::account())),
        (Shumei, Box::new(shumei::tests::account("key-of-shumei"))),
        (Alibaba, Box::new(alibaba::acs3::tests::account())),
        (Volcengine, Box::new(volcengine::openapi::tests::account())),
        (Huawei, Box::new(huawei::v1::tests::account())),
    ]
}

/// Successes, each with the service whose success it is.
const SUCCESSES: &[(Service, &str)] = &[
    (Jd, r#"{"status":0,"msg":"成功","data":"push.example.com "}"#),
    (Jd, r#"{"status":0,"msg":"Successful","data":{"PublishNormalTimeout":10}}"#),
    (Jd, r#"{"status":0,"msg":"","data":{"total":0,"streams":[]}}"#),
    (Jd, r#"{"status":"0","data":null}"#),
    (JdOpenApi, r#"{"requestId":"bk2u6ppfqtgq","result":{}}"#),
    (JdOpenApi, r#"{"requestId":"r","result":{"totalCount":0,"onlineStreamInfos":[]}}"#),
    (JdOpenApi, r#"{"requestId":"r","result":{"streamInfo":{"streamName":"a","status":"off"}}}"#),
    (Tencent, r#"{"ret":0,"message":"success"}"#),
    (Tencent, r#"{"ret":0,"retcode":0,"errmsg":"return successfully.","output":[]}"#),
    (TencentV3, r#"{"Response":{"RequestId":"4a4e8d3e"}}"#),
    (TencentV3, r#"{"Response":{"StreamState":"forbid","RequestId":"4a4e8d3e"}}"#),
    (TencentV3, r#"{"Response":{"TotalNum":0,"OnlineInfo":[],"RequestId":"4a4e8d3e"}}"#),
    (Shumei, r#"{"requestId":" 0b5d","code":1100,"message":"成功"}"#),
    (
        Volcengine,
        r#"{"ResponseMetadata":{"RequestId":"2018","Action":"ForbidStream"},"Result":{}}"#,
    ),
    (Volcengine, r#"{"ResponseMetadata":{"RequestId":"2018"}}"#),
    // Other clouds, and services whose word for success is another.
    (Alibaba, r#"{"RequestId":"16A96B9A-F203-4EC5"}"#),
    (Alibaba, r#"{"RequestId":"16A96B9A-F203-4EC5","StreamState":"offline","Type":"push"}"#),
    (Alibaba, r#"{"RequestId":"r","TotalNum":0,"StreamUrls":{"StreamUrl":[]}}"#),
    (Huawei, r#"{"total":0,"blocks":[]}"#),
    (
        Huawei,
        r#"{"total_num":0,"total_page":0,"offset":0,"limit":10,"request_id":"r","streams":[]}"#,
    ),
    (Other, r#"{"request_id":"bd3ac"}"#),
    (Other, r#"{"code":0,"message":"ok","data":{}}"#),
    (Other, r#"{"code":200,"msg":"success","success":true}"#),
    (Other, r#"{"code":"OK","requestId":"r"}"#),
    (Other, r#"{"errcode":0,"errmsg":"ok"}"#),
    (Other, r#"{"success":true,"result":{},"errors":[],"messages":[]}"#),
    (Other, r#"{"jsonrpc":"2.0","result":{},"id":1}"#),
];

/// Refusals and answers of strangers; none is a success of anything.
const FAILURES: &[&str] = &[
    // JD's gateway, older API.
    r#"{"status":1,"msg":"failed","data":null}"#,
    r#"{"status":2,"msg":"a parameter is empty"}"#,
    r#"{"status":7,"msg":"signature error","data":""}"#,
    r#"{"status":20,"msg":"no such user"}"#,
    r#"{"status":-1,"msg":"exception"}"#,
    r#"{"status":0,"code":500,"message":"upstream"}"#,
    r#"{"status":0,"error":"upstream timed out"}"#,
    r#"{"status":0,"success":false}"#,
    r#"{"status":0,"errors":[{"message":"no"}]}"#,
    // JD's OpenAPI.
    r#"{"error":{"message":"sign result is not same [gw]","status":"ACCESS_ERROR","code":401},"requestId":"r"}"#,
    r#"{"requestId":"r","error":{"code":403,"status":"HTTP_FORBIDDEN","message":"m"}}"#,
    r#"{"requestId":"r","error":{"code":404,"status":"NOT_FOUND","message":"m"}}"#,
    r#"{"requestId":"r","error":{"code":429,"status":"RATE_LIMIT","message":"m"}}"#,
    r#"{"requestId":"r","error":{"code":500,"status":"INTERNAL","message":"m"}}"#,
    r#"{"requestId":"r","error":{"code":400},"result":{}}"#,
    r#"{"requestId":"r"}"#,
    r#"{"requestId":"r","message":"accepted"}"#,
    r#"{"requestId":"r","result":"failed"}"#,
    r#"{"requestId":"r","result":false}"#,
    r#"{"requestId":"","result":{}}"#,
    r#"{"requestId":"  ","result":{}}"#,
    r#"{"requestId":null,"result":{}}"#,
    r#"{"result":{}}"#,
    r#"{"requestId":"r","result":{},"code":"Throttling"}"#,
    r#"{"requestId":"r","result":null,"code":500}"#,
    r#"{"requestId":"r","result":{},"success":false}"#,
    r#"{"requestId":"r","result":{},"status":"FAILED"}"#,
    r#"{"requestId":"r","result":{},"Error":{"Code":"X"}}"#,
    r#"{"requestId":"r","result":{},"errors":["no"]}"#,
    // Tencent's older API.
    r#"{"ret":3,"message":"appid is invalid"}"#,
    r#"{"ret":20601,"retcode":20601,"errmsg":"no such channel"}"#,
    r#"{"ret":0,"retcode":10003,"errmsg":"sign is invalid"}"#,
    r#"{"ret":0,"retcode":"","message":"m"}"#,
    r#"{"retcode":0,"errmsg":"ok"}"#,
    r#"{"ret":0,"errcode":-1}"#,
    // Tencent's API 3.0.
    r#"{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"m"},"RequestId":"r"}}"#,
    r#"{"Response":{"Error":{"Code":"InternalError","Message":"m"},"RequestId":"r"}}"#,
    r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"m"},"RequestId":"r"}}"#,
    r#"{"Response":{"RequestId":""}}"#,
    r#"{"Response":{"RequestId":"r"},"code":4100,"message":"m"}"#,
    r#"{"Response":{"RequestId":"r"},"error":"no"}"#,
    r#"{"code":4100,"message":"(4100) signature","codeDesc":"AuthFailure"}"#,
    // Shumei.
    r#"{"requestId":"r","code":1101,"message":"processing"}"#,
    r#"{"requestId":"r","code":1901,"message":"QPS"}"#,
    r#"{"requestId":"r","code":1902,"message":"invalid parameters"}"#,
    r#"{"requestId":"r","code":1903,"message":"service failure"}"#,
    r#"{"requestId":"r","code":9101,"message":"no permission"}"#,
    r#"{"requestId":"r","code":1100,"error":{"message":"no"}}"#,
    // Other clouds.
    r#"{"RequestId":"16A9","HostId":"live.aliyuncs.com","Code":"Throttling.User","Message":"m"}"#,
    r#"{"RequestId":"16A9","Code":"OK"}"#,
    r#"{"RequestId":"16A9","code":"InvalidParam"}"#,
    r#"{"RequestId":""}"#,
    r#"{"ResponseMetadata":{"RequestId":"2018","Error":{"Code":"InvalidParameter","Message":"m"}}}"#,
    r#"{"ResponseMetadata":{"RequestId":"2018","Error":{"Code":"CommonErr","CodeN":0}},"Result":{}}"#,
    r#"{"ResponseMetadata":{"RequestId":"2018","Error":null}}"#,
    r#"{"ResponseMetadata":{"RequestId":""}}"#,
    r#"{"ResponseMetadata":{"RequestId":"2018"},"Error":{"Code":"X"}}"#,
    r#"{"error_code":"LIVE.100011001","error_msg":"m"}"#,
    // Gateways and frameworks.
    r#"{"requestId":"r","code":"Throttling","message":"m"}"#,
    r#"{"requestId":"r","success":false,"message":"m"}"#,
    r#"{"timestamp":1763719200000,"status":404,"error":"Not Found","path":"/v1/streams"}"#,
    r#"{"message":"no Route matched with those values","request_id":"r"}"#,
    r#"{"error_msg":"404 Route Not Found"}"#,
    r#"{"message":"Missing Authentication Token"}"#,
    r#"{"message":"Forbidden","requestId":"r"}"#,
    r#"{"errorMessage":"Task timed out","errorType":"Sandbox.Timedout","requestId":"r"}"#,
    r#"{"statusCode":401,"message":"Access denied due to missing subscription key"}"#,
    r#"{"fault":{"faultstring":"Rate limit quota violation","detail":{"errorcode":"x"}}}"#,
    r#"{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}"#,
    r#"{"code":5,"message":"Not Found","details":[]}"#,
    r#"{"kind":"Status","status":"Failure","reason":"NotFound","code":404}"#,
    r#"{"type":"about:blank","title":"Bad Gateway","status":502,"detail":"m"}"#,
    r#"{"errors":[{"code":"1","detail":"m"}]}"#,
    r#"{"data":null,"errors":[{"message":"m"}]}"#,
    r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"m"},"id":1}"#,
    r#"{"success":false,"errors":[{"code":1000}],"messages":[],"result":null}"#,
    // Captive portals and block pages.
    r#"{"captive":true,"user-portal-url":"https://portal.example.com"}"#,
    r#"{"error":"not_online_error","res":"not_online_error","ecode":0}"#,
    r#"dr1003({"result":0,"msg":"","ret_code":2})"#,
    r#"{"result":"fail","message":"login"}"#,
    "<!DOCTYPE html><html><head><title>Login</title></head></html>",
    "<script>top.self.location.href='http://10.0.0.1/eportal/'</script>",
    "<html><head><meta http-equiv=\"refresh\" content=\"0;url=/login\"></head></html>",
    "Success",
    "",
];

#[test]
fn foreign_answers_are_never_applied() {
    let classifiers = classifiers();
    let failures: Vec<_> = FAILURES.iter().map(|body| (Other, *body)).collect();
    let mut tried = 0;
    for (api, vendor) in &classifiers {
        for (service, body) in SUCCESSES.iter().chain(&failures) {
            for http_status in [200, 201, 202, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503] {
                let is_own = match api {
                    // What acts succeeds without a body there; a list is no success of it.
                    Huawei => http_status == 204 && body.is_empty(),
                    _ => service == api && http_status < 300,
                };
                let result = classified(&**vendor, http_status, body);
                let expected = is_own.then_some(Status::Applied);
                assert_eq!(
                    (result == Status::Applied).then_some(result),
                    expected,
                    "{api:?} answered HTTP {http_status} {body}"
                );
                tried += 1;
            }
        }
    }
    assert_eq!(tried, (SUCCESSES.len() + FAILURES.len()) * 13 * classifiers.len());
    assert!(tried > 100 * 13 * 5, "{tried}");
}

/// The same answers to a request that looks: at Huawei, whose acts succeed without a body, they reach the format.
#[test]
fn foreign_answers_are_never_read() {
    let look = look();
    let failures: Vec<_> = FAILURES.iter().map(|body| (Other, *body)).collect();
    let mut read = 0;
    for (api, vendor) in &classifiers() {
        for (service, body) in SUCCESSES.iter().chain(&failures) {
            for http_status in [200, 204, 302, 400, 401, 403, 404, 429, 500, 503] {
                let status = classified_as(&**vendor, &look, http_status, body);
                let is_own = service == api && http_status < 300;
                let is_read = !matches!(status, Status::NotApplied | Status::Unknown);
                assert_eq!(is_read, is_own, "{api:?} answered HTTP {http_status} {body}");
                read += usize::from(is_read);
            }
        }
    }
    let own = SUCCESSES.iter().filter(|(service, _)| *service != Other).count();
    assert_eq!(read, own * 2);
}

#[test]
fn foreign_verdict_beside_a_success_is_unknown() {
    let verdicts = [
        ("code", json!("Throttling")),
        ("code", json!(500)),
        ("errcode", json!(-1)),
        ("error", json!("no")),
        ("Error", json!({"Code": "X"})),
        ("errors", json!([{"message": "no"}])),
        ("success", json!(false)),
        ("status", json!("FAILED")),
        ("ret", json!(7)),
        ("statusCode", json!(503)),
    ];
    let look = look();
    let mut tried = 0;
    for (api, vendor) in &classifiers() {
        for (_, body) in SUCCESSES.iter().filter(|(service, _)| service == api) {
            let object: Map<String, Value> = serde_json::from_str(body).unwrap();
            for (name, verdict) in &verdicts {
                if object.contains_key(*name) {
                    continue;
                }
                let mut object = object.clone();
                object.insert((*name).to_owned(), verdict.clone());
                let body = Value::Object(object).to_string();
                assert_ne!(classified(&**vendor, 200, &body), Status::Applied, "{api:?} {body}");
                let read = classified_as(&**vendor, &look, 200, &body);
                assert!(matches!(read, Status::NotApplied | Status::Unknown), "{api:?} {body}");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

fn classified(vendor: &dyn Api, http_status: u16, body: &str) -> Status {
    classified_as(vendor, &Request::get("/", vec![]), http_status, body)
}

fn classified_as(vendor: &dyn Api, request: &Request, http_status: u16, body: &str) -> Status {
    let context = SigningContext::fresh(base());
    let response = Response::new(http_status, body.to_owned());
    classify(vendor, request, context, &response, base(), &Redactor::default()).status
}

/// A request that looks, whose reader reads every answer that is a success of the API.
fn look() -> Request {
    let reader = ResponseReader::new(|_, _| Some(Observation::state("live")));
    Request { question: Some(reader), ..Request::get("/", vec![]) }
}
