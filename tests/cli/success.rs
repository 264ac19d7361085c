//! Success is proved, never assumed: every vendor's answers, and those of gateways, portals and other clouds, at every
//! endpoint of every API.

use crate::prelude::*;

/// The API that an answer is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ApiOrigin {
    JdLegacy,
    JdOpenapi,
    TencentLegacy,
    TencentV3,
    Shumei,
    /// A gateway, a portal, another cloud.
    Elsewhere,
}

use ApiOrigin::{Elsewhere, JdLegacy, JdOpenapi, Shumei, TencentLegacy, TencentV3};

/// One answer: the API that it is written for, an HTTP status and a body.
type Answer = (ApiOrigin, u16, &'static str);

/// The successes that each API documents, for the operations that act.
const SUCCESSES: &[Answer] = &[
    (JdLegacy, 200, r#"{"status":0,"msg":"","data":{"PublishNormalTimeout":30}}"#),
    (JdLegacy, 200, r#"{"status":0,"msg":"成功"}"#),
    (JdLegacy, 200, r#"{"status":"0","msg":"Successful","data":null}"#),
    (JdOpenapi, 200, r#"{"requestId":"r-1","result":{}}"#),
    (TencentLegacy, 200, r#"{"ret":0,"message":"success"}"#),
    (TencentLegacy, 200, r#"{"ret":0,"retcode":0,"message":"","errmsg":"","output":[]}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":"3c140219-cfe9-470e-b241-907877d6fb03"}}"#),
    (Shumei, 200, r#"{"requestId":" 0b5d","code":1100,"message":"成功"}"#),
];

/// The refusals that each API documents, and answers that only look like its success.
#[rustfmt::skip]
const FAILURES: &[Answer] = &[
    (JdLegacy, 200, r#"{"status":-1,"msg":"exception"}"#),
    (JdLegacy, 200, r#"{"status":1,"msg":"failed","data":null}"#),
    (JdLegacy, 200, r#"{"status":2,"msg":"a parameter is empty"}"#),
    (JdLegacy, 200, r#"{"status":7,"msg":"signature incorrect"}"#),
    (JdLegacy, 200, r#"{"status":8,"msg":"interface failed"}"#),
    (JdLegacy, 200, r#"{"status":15,"msg":"not your domain"}"#),
    (JdLegacy, 200, r#"{"status":20,"msg":"user does not exist"}"#),
    (JdOpenapi, 400, r#"{"requestId":"r","error":{"code":400,"status":"INVALID_ARGUMENT","message":"no"}}"#),
    (JdOpenapi, 401, r#"{"error":{"message":"sign result is not same [gw]","status":"ACCESS_ERROR","code":401},"requestId":"r"}"#),
    (JdOpenapi, 403, r#"{"error":{"message":"Your IP address is not allowed","status":"HTTP_FORBIDDEN","code":403},"requestId":"r"}"#),
    (JdOpenapi, 404, r#"{"error":{"message":"no route and no API found with those values","status":"NOT_FOUND","code":404},"requestId":"r"}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","error":{"code":404,"status":"NOT_FOUND","message":"no"}}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","result":{},"error":{"code":500,"status":"INTERNAL","message":"no"}}"#),
    (JdOpenapi, 200, r#"{"requestId":"r"}"#),
    (JdOpenapi, 200, r#"{"requestId":"","result":{}}"#),
    (JdOpenapi, 200, r#"{"result":{}}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","code":"Throttling"}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","success":false}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","result":{},"code":1902,"message":"no"}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","result":{},"code":"Throttling"}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","result":{},"success":false}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","result":{},"status":500}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","result":{},"Error":{"Code":"InternalError"}}"#),
    (JdOpenapi, 200, r#"{"requestId":"r","result":{},"errors":[{"message":"no"}]}"#),
    (TencentLegacy, 200, r#"{"ret":1,"message":"appid is invalid"}"#),
    (TencentLegacy, 200, r#"{"ret":20601,"message":"channel does not exist"}"#),
    (TencentLegacy, 200, r#"{"ret":0,"retcode":7,"message":"no"}"#),
    (TencentLegacy, 200, r#"{"retcode":0,"message":"success"}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":"r","Error":{"Code":"InvalidParameterValue","Message":"no"}}}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":"r","Error":{"Code":"ResourceNotFound.ChannelNotExist","Message":"no"}}}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":"r","Error":{"Code":"InternalError.CallOtherSvrError","Message":"no"}}}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":"r","Error":{"Code":"AuthFailure.UnauthorizedOperation","Message":"no"}}}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":""}}"#),
    (TencentV3, 200, r#"{"Response":{}}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":"r","Error":null}}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":"r"},"Error":{"Code":"InternalError"}}"#),
    (TencentV3, 200, r#"{"Response":{"RequestId":"r"},"code":4000,"message":"no"}"#),
    (Shumei, 200, r#"{"requestId":"r","code":1101,"message":"processing"}"#),
    (Shumei, 200, r#"{"requestId":"r","code":1901,"message":"QPS limit exceeded"}"#),
    (Shumei, 200, r#"{"requestId":"r","code":1902,"message":"invalid parameters"}"#),
    (Shumei, 200, r#"{"requestId":"r","code":1903,"message":"service failure"}"#),
    (Shumei, 200, r#"{"requestId":"r","code":1904,"message":"stream count exceeded"}"#),
    (Shumei, 200, r#"{"requestId":"r","code":9100,"message":"insufficient balance"}"#),
    (Shumei, 200, r#"{"requestId":"r","code":9101,"message":"no permission"}"#),
];

/// Answers that no vendor gives, whatever else they may be.
#[rustfmt::skip]
const ELSEWHERE: &[Answer] = &[
    (Elsewhere, 200, ""),
    (Elsewhere, 204, ""),
    (Elsewhere, 200, "OK"),
    (Elsewhere, 200, "success"),
    (Elsewhere, 200, "0"),
    (Elsewhere, 200, "true"),
    (Elsewhere, 200, "null"),
    (Elsewhere, 200, "{}"),
    (Elsewhere, 200, "[]"),
    (Elsewhere, 200, r#"{"ok":true}"#),
    (Elsewhere, 200, r#"{"success":true}"#),
    (Elsewhere, 200, r#"{"success":false,"errors":[{"code":10000}]}"#),
    (Elsewhere, 200, r#"{"result":"success"}"#),
    (Elsewhere, 200, r#"{"result":{},"success":true,"errors":[]}"#),
    (Elsewhere, 200, r#"{"status":"ok"}"#),
    (Elsewhere, 200, r#"{"status":"UP"}"#),
    (Elsewhere, 200, r#"{"code":0,"message":"success","data":null}"#),
    (Elsewhere, 200, r#"{"code":200,"msg":"ok"}"#),
    (Elsewhere, 200, r#"{"code":"Success","requestId":"r"}"#),
    (Elsewhere, 200, r#"{"errcode":0,"errmsg":"ok"}"#),
    (Elsewhere, 200, r#"{"errno":0,"error":0}"#),
    (Elsewhere, 200, r#"{"retcode":0}"#),
    (Elsewhere, 200, r#"{"data":null,"errors":[{"message":"no"}]}"#),
    (Elsewhere, 200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#),
    (Elsewhere, 200, r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#),
    // Other clouds.
    (Elsewhere, 200, r#"{"RequestId":"16A96B9A-F203-4EC5-8E43-CB92E68F4CD8"}"#),
    (Elsewhere, 400, r#"{"RequestId":"r","HostId":"live.aliyuncs.com","Code":"InvalidDomain.NotFound","Message":"no"}"#),
    (Elsewhere, 400, r#"{"RequestId":"r","Code":"Throttling.User","Message":"no"}"#),
    (Elsewhere, 200, r#"{"ResponseMetadata":{"RequestId":"r","Action":"ForbidStream","Version":"2023-01-01","Service":"live","Region":"cn-north-1"}}"#),
    (Elsewhere, 400, r#"{"ResponseMetadata":{"RequestId":"r","Error":{"Code":"InvalidParameter","Message":"no"}}}"#),
    (Elsewhere, 400, r#"{"error_code":"LIVE.100011001","error_msg":"no"}"#),
    (Elsewhere, 200, r#"{"request_id":"r","error":{"code":"Unauthorized"}}"#),
    // Gateways.
    (Elsewhere, 403, r#"{"message":"Forbidden"}"#),
    (Elsewhere, 200, r#"{"message":"Endpoint request timed out"}"#),
    (Elsewhere, 404, r#"{"message":"no Route matched with those values"}"#),
    (Elsewhere, 404, r#"{"error_msg":"404 Route Not Found"}"#),
    (Elsewhere, 404, r#"{"timestamp":1795262400000,"status":404,"error":"Not Found","path":"/"}"#),
    (Elsewhere, 200, r#"{"timestamp":1795262400000,"status":500,"error":"Internal Server Error"}"#),
    (Elsewhere, 400, r#"{"type":"about:blank","title":"Bad Request","status":400}"#),
    (Elsewhere, 401, r#"{"message":"No API key found in request"}"#),
    (Elsewhere, 500, r#"{"message":"Internal server error"}"#),
    (Elsewhere, 502, "<html><head><title>502 Bad Gateway</title></head><hr><center>nginx</center></html>"),
    (Elsewhere, 503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"),
    (Elsewhere, 504, r#"{"message":"Endpoint request timed out"}"#),
    // Captive portals and their probes.
    (Elsewhere, 200, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"),
    (Elsewhere, 200, "Microsoft Connect Test"),
    (Elsewhere, 200, r#"{"captive":true,"user-portal-url":"https://portal.test/"}"#),
    (Elsewhere, 200, r#"<script>location="https://portal.test/?ret=0&status=0&code=1100"</script>"#),
    (Elsewhere, 302, ""),
    (Elsewhere, 511, "<html><meta http-equiv=refresh content='0; url=https://portal.test/'></html>"),
];

/// Every answer.
fn answers() -> Vec<Answer> {
    [SUCCESSES, FAILURES, ELSEWHERE].concat()
}

/// One operation at one API.
#[derive(Clone, Copy)]
struct TestedOperation {
    api: ApiOrigin,
    vendor: &'static str,
    action: &'static str,
    /// The settings beside the target.
    settings: fn(&str) -> Value,
}

fn tested(
    api: ApiOrigin,
    vendor: &'static str,
    action: &'static str,
    settings: fn(&str) -> Value,
) -> TestedOperation {
    TestedOperation { api, vendor, action, settings }
}

/// Every operation of the legacy APIs, or of the newer ones, with Shumei's among the first.
fn tested_operations(is_newer: bool) -> Vec<TestedOperation> {
    let none = |_: &str| json!({});
    let domain = |domain: &str| json!({"domain": domain});
    let ban = |domain: &str| json!({"domain": domain, "for": "1h"});
    let end = |_: &str| json!({"for": "1h"});
    let (jd, tencent) = if is_newer { (JdOpenapi, TencentV3) } else { (JdLegacy, TencentLegacy) };
    let mut operations = vec![
        tested(jd, "jd", "forbid", ban),
        tested(jd, "jd", "permit", domain),
        tested(tencent, "tencent", "forbid", end),
        tested(tencent, "tencent", "resume", none),
        tested(tencent, "tencent", "drop", none),
        tested(tencent, "tencent", "status", none),
    ];
    operations.extend(if is_newer {
        vec![tested(jd, "jd", "drop", domain), tested(jd, "jd", "online", none)]
    } else {
        vec![
            tested(jd, "jd", "timeout", |_| json!({"seconds": 30})),
            tested(jd, "jd", "forbidden", none),
            tested(Shumei, "shumei", "close", none),
            tested(Shumei, "shumei", "close", |_| json!({"audio": true})),
        ]
    });
    operations
}

impl TestedOperation {
    /// The line of `apply` whose request gets the answer of this number.
    fn line(self, number: usize) -> Value {
        let is_audio = (self.settings)("")["audio"] == true;
        let name = format!("answer{number}x-{}{}", self.action, u8::from(is_audio));
        let host = format!("answer{number}x.{}.example.com", self.action);
        let target = match (self.vendor, self.action) {
            ("jd", "timeout" | "forbidden" | "online") => host.clone(),
            ("jd", _) => format!("live/{name}"),
            _ => name,
        };
        let mut line = json!({"vendor": self.vendor, "action": self.action, "target": target});
        let settings = (self.settings)(&host);
        line.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        line
    }

    /// Whether this answer is a success of this operation, by the vendor's own rule.
    fn is_success(self, (origin, _, body): Answer) -> bool {
        let is_echo_of_another = self.action != "timeout" && body.contains("PublishNormalTimeout");
        origin == self.api
            && SUCCESSES.iter().any(|(.., success)| *success == body)
            && !is_echo_of_another
    }

    fn is_look(self) -> bool {
        ["status", "forbidden", "online"].contains(&self.action)
    }

    /// Whether this answer stops the rest of the vendor, or its queue for a minute.
    fn stops(self, (origin, status, body): Answer) -> bool {
        let is_refused_for_all = match self.api {
            JdLegacy => body.contains(r#""status":7"#) || body.contains(r#""status":20"#),
            JdOpenapi => body.contains("IP address"),
            Shumei => body.contains("9101"),
            _ => false,
        };
        status == 401 || (origin == self.api && is_refused_for_all)
    }
}

/// The number in the name of the target.
fn number(request: &ReceivedRequest) -> usize {
    let text = request.text();
    let (_, rest) = text.split_once("answer").unwrap();
    rest.split_once('x').unwrap().0.parse().unwrap()
}

fn by_number(request: &ReceivedRequest) -> MockResponse {
    let (_, status, body) = answers()[number(request)];
    response(status, body).retry_now().header("location", "https://portal.test/")
}

fn homes(server: &RecordingServer) -> [(bool, TestHome); 2] {
    [(false, server.home()), (true, server.newer_home())]
}

const APPLY: &str =
    "apply - -o json --attempts 1 --rate 0 -j 16 --max-failures 0 --max-targets 10000";

#[test]
fn only_the_vendors_own_success_is_applied() {
    let server = RecordingServer::start(by_number);
    let answers = answers();
    let mut tried = BTreeMap::new();
    for (is_newer, home) in homes(&server) {
        let operations = tested_operations(is_newer);
        let cases: Vec<_> = operations
            .iter()
            .flat_map(|operation| answers.iter().enumerate().map(move |case| (*operation, case)))
            .collect();
        let (single, together): (Vec<_>, Vec<_>) =
            cases.into_iter().partition(|(operation, (_, answer))| operation.stops(**answer));
        let runs = single.into_iter().map(|case| vec![case]).chain([together]);
        for run in runs {
            let input = lines(run.iter().map(|(operation, (number, _))| operation.line(*number)));
            let results = home.run_with_input(APPLY, input).results();
            assert_eq!(results.len(), run.len());
            for ((operation, (_, answer)), result) in run.into_iter().zip(results) {
                let outcome = result["outcome"].as_str().unwrap();
                let (action, api) = (operation.action, operation.api);
                let what = format!("{api:?} {action}: {answer:?}: {result}");
                if operation.is_look() {
                    // A look's own answers are the subject of other tests.
                    let is_own = answer.0 == api;
                    assert!(is_own || ["not_applied", "unknown"].contains(&outcome), "{what}");
                } else {
                    let expected = operation.is_success(*answer);
                    assert_eq!(outcome == "applied", expected, "{what}");
                    assert_eq!(result["ok"], expected, "{what}");
                    assert!(["applied", "not_applied", "unknown"].contains(&outcome), "{what}");
                }
                *tried.entry(format!("{api:?}")).or_insert(0) += 1;
            }
        }
    }
    let total: usize = tried.values().sum();
    assert!(total > 1_500 && tried.len() == 5, "{tried:?}");
}

#[test]
fn every_operation_has_documented_successes() {
    for is_newer in [false, true] {
        for operation in tested_operations(is_newer) {
            let successes = answers().into_iter().filter(|answer| operation.is_success(*answer));
            assert!(operation.is_look() || successes.count() > 0, "{}", operation.action);
        }
    }
}
