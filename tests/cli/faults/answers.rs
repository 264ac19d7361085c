//! Faults of HTTP statuses and of bodies, and of several answers in turn.

use serde_json::json;

use super::{
    ALL, BY_SECOND, EVERY, ExpectedOutcome, FaultRow, JD, NEWER, OK, OPENAPI, Op, Remote, SHUMEI,
    TENCENT, V3, applied, not_applied, replies, reply, row, sends, signature, status, status_with,
    success, unknown,
};
use crate::fault_server::certificates::CertificateKind;
use crate::fault_server::request::ReceivedRequest;
use crate::fault_server::{ServerAct, ServerStep, http};

use CertificateKind::Good;
use Op::{
    Ban, Close, Cut, Forbid, OpenapiDrop, OpenapiOnline, Permit, Resume, Status, Timeout, V3Forbid,
};
use Remote::{Server, Tls};
use ServerStep::{Hang, Send};

fn is_read(attempts: usize) -> ExpectedOutcome {
    ExpectedOutcome { outcome: "read", attempts, kind: "", exit_code: 0 }
}

fn replies_bytes(body: impl Into<Vec<u8>>) -> impl Fn(Op) -> Remote {
    let body = body.into();
    move |_| Server(vec![ServerAct::answer(vec![Send(http("200 OK", "", &body))])])
}

/// The vendor refuses, in words made of the request.
fn repeats(words: fn(&ReceivedRequest) -> String) -> impl Fn(Op) -> Remote {
    move |op| {
        let answer = move |request: &ReceivedRequest| {
            let body = op.fill(r#"{"$v":31337,"$msg":$words,"deep":[{$words:1}]}"#);
            vec![Send(http(
                "200 OK",
                "",
                body.replace("$words", &json!(words(request)).to_string()),
            ))]
        };
        Server(vec![ServerAct::OnRequest(Box::new(answer))])
    }
}

/// No answer of the vendor's, made of the request.
fn portal(words: fn(&ReceivedRequest) -> String) -> impl Fn(Op) -> Remote {
    move |_| {
        let answer = move |request: &ReceivedRequest| {
            vec![Send(http("200 OK", "", format!("<p>{}", words(request))))]
        };
        Server(vec![ServerAct::OnRequest(Box::new(answer))])
    }
}

fn encoded(request: &ReceivedRequest) -> String {
    crate::secrets::encodings(&signature(request)).join(" ")
}

const PAST: &str = "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n";
const FAR: &str = "Retry-After: Fri, 21 Nov 2098 10:00:00 GMT\r\n";
const HUGE: &str = "Retry-After: 99999999999999999999999999\r\n";

#[rustfmt::skip]
pub fn http_statuses() -> Vec<FaultRow> {
    vec![
        row("204_empty", EVERY, sends("HTTP/1.1 204 No Content\r\n\r\n"), unknown(2, "protocol")),
        row("200_empty", EVERY, replies(""), unknown(2, "protocol")),
        row("201_success", EVERY, status("201 Created"), applied(1)),
        row("301_other_host", EVERY, status_with("301 Moved Permanently", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("302_other_host", EVERY, status_with("302 Found", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("303_other_host", EVERY, status_with("303 See Other", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("307_other_host", EVERY, status_with("307 Temporary Redirect", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("308_other_host", EVERY, status_with("308 Permanent Redirect", "Location: http://elsewhere.test/\r\n"), not_applied(1, "redirect")),
        row("302_same_host", EVERY, status_with("302 Found", "Location: /elsewhere\r\n"), not_applied(1, "redirect")),
        row("302_loop", EVERY, status_with("302 Found", "Location: ?\r\n"), not_applied(1, "redirect")),
        row("302_nowhere", EVERY, status("302 Found"), not_applied(1, "redirect")),
        row("302_https_to_http", EVERY, |op| Tls(Good, vec![reply(op, "302 Found", "Location: http://127.0.0.1:1/\r\n")]), not_applied(1, "redirect")),
        row("304", EVERY, status("304 Not Modified"), not_applied(1, "redirect")),
        row("400", EVERY, status("400 Bad Request"), not_applied(1, "http")),
        row("401", EVERY, status("401 Unauthorized"), not_applied(1, "credentials")),
        row("403", EVERY, status("403 Forbidden"), not_applied(1, "http")),
        row("404", EVERY, status("404 Not Found"), not_applied(1, "http")),
        row("405", EVERY, status("405 Method Not Allowed"), not_applied(1, "http")),
        row("407_without_a_proxy", EVERY, status("407 Proxy Authentication Required"), not_applied(1, "http")),
        row("408", EVERY, status("408 Request Timeout"), unknown(2, "http")),
        row("409", EVERY, status("409 Conflict"), not_applied(1, "http")),
        row("413", EVERY, status("413 Content Too Large"), not_applied(1, "http")),
        row("418", EVERY, status("418 I'm a teapot"), not_applied(1, "http")),
        row("429", BY_SECOND, status("429 Too Many Requests"), not_applied(2, "throttled")),
        row("429_in_0_s", BY_SECOND, status_with("429 Too Many Requests", "Retry-After: 0\r\n"), not_applied(2, "throttled")),
        row("429_in_the_past", BY_SECOND, status_with("429 Too Many Requests", PAST), not_applied(2, "throttled")),
        row("429_in_the_far_future", EVERY, status_with("429 Too Many Requests", FAR), not_applied(1, "throttled")),
        row("429_in_an_hour", EVERY, status_with("429 Too Many Requests", "Retry-After: 3600\r\n"), not_applied(1, "throttled")),
        row("429_in_aeons", EVERY, status_with("429 Too Many Requests", HUGE), not_applied(1, "throttled")),
        row("429_in_junk", BY_SECOND, status_with("429 Too Many Requests", "Retry-After: -5 soon\r\n"), not_applied(2, "throttled")),
        row("500", EVERY, status("500 Internal Server Error"), unknown(2, "http")),
        row("502", EVERY, status("502 Bad Gateway"), unknown(2, "http")),
        row("503", EVERY, status("503 Service Unavailable"), unknown(2, "http")),
        row("503_in_an_hour", EVERY, status_with("503 Service Unavailable", "Retry-After: 3600\r\n"), unknown(1, "http")),
        row("503_in_junk", EVERY, status_with("503 Service Unavailable", "Retry-After: soon\r\n"), unknown(2, "http")),
        row("504", EVERY, status("504 Gateway Timeout"), unknown(2, "http")),
        row("520", EVERY, status("520 Web Server Returned an Unknown Error"), unknown(2, "http")),
        row("522", EVERY, status("522 Connection Timed Out"), unknown(2, "http")),
        row("524", EVERY, status("524 A Timeout Occurred"), unknown(2, "http")),
        row("999", EVERY, status("999 What"), unknown(2, "http")),
        row("captive_portal", EVERY, replies("<!doctype html><title>Log in</title><form action=/login>"), unknown(2, "protocol")),
        row("captive_portal_with_success", EVERY, replies("<script>x = $body</script>"), unknown(2, "protocol")),
        row("wrong_content_type", EVERY, status_with("200 OK", "Content-Type: text/html; charset=gbk\r\n"), applied(1)),
    ]
}

#[rustfmt::skip]
pub fn verdicts() -> Vec<FaultRow> {
    vec![
        row("empty_object", EVERY, replies("{}"), unknown(2, "protocol")),
        row("array", EVERY, replies("[$body]"), unknown(2, "protocol")),
        row("null", EVERY, replies("null"), unknown(2, "protocol")),
        row("number", ALL, replies("$ok"), unknown(2, "protocol")),
        row("word", EVERY, replies("\"ok\""), unknown(2, "protocol")),
        row("string_zero", ALL, replies(r#"{"$v":"$ok"}"#), applied(1)),
        row("string_float", ALL, replies(r#"{"$v":"$ok.0"}"#), unknown(2, "protocol")),
        row("string_blank", ALL, replies(r#"{"$v":" $ok"}"#), unknown(2, "protocol")),
        row("float_zero", ALL, replies(r#"{"$v":$ok.0}"#), unknown(2, "protocol")),
        row("exponent", ALL, replies(r#"{"$v":$oke0}"#), unknown(2, "protocol")),
        row("leading_zero", ALL, replies(r#"{"$v":0$ok}"#), unknown(2, "protocol")),
        row("huge_integer", ALL, replies(r#"{"$v":99999999999999999999999}"#), unknown(2, "protocol")),
        row("true", ALL, replies(r#"{"$v":true}"#), unknown(2, "protocol")),
        row("verdict_null", ALL, replies(r#"{"$v":null}"#), unknown(2, "protocol")),
        row("verdict_array", ALL, replies(r#"{"$v":[$ok]}"#), unknown(2, "protocol")),
        row("missing_field", ALL, replies(r#"{"$msg":"success","data":null}"#), unknown(2, "protocol")),
        row("field_in_capitals", ALL, |op| replies_bytes(op.fill(r#"{"$v":$ok}"#).to_uppercase())(op), unknown(2, "protocol")),
        row("duplicate_field", ALL, replies(r#"{"$v":$ok,"$v":$ok}"#), unknown(2, "protocol")),
        row("duplicate_field_differs", ALL, replies(r#"{"$v":31337,"$v":$ok}"#), unknown(2, "protocol")),
        row("duplicate_field_elsewhere", ALL, replies(r#"{"$v":$ok,"data":{"a":1,"a":2}}"#), unknown(2, "protocol")),
        row("nested_only", ALL, replies(r#"{"data":{"$v":$ok}}"#), unknown(2, "protocol")),
        row("jd_success", &[Forbid, Resume, Cut, Close, OpenapiDrop, V3Forbid], replies(r#"{"status":0}"#), unknown(2, "protocol")),
        row("tencent_success", &[Timeout, Ban, Permit, Close, OpenapiDrop, V3Forbid], replies(r#"{"ret":0}"#), unknown(2, "protocol")),
        row("shumei_success", &[Timeout, Ban, Permit, Forbid, Resume, Cut, OpenapiDrop, V3Forbid], replies(r#"{"code":1100}"#), unknown(2, "protocol")),
        row("shumei_success_value", &[Timeout, Permit, Forbid, Resume], replies(r#"{"$v":1100}"#), not_applied(1, "refused")),
        row("zero_is_no_success_value", SHUMEI, replies(r#"{"code":0}"#), not_applied(1, "refused")),
        row("success_with_error_message", ALL, replies(r#"{"$v":$ok,"$msg":"FATAL: no such channel"}"#), applied(1)),
        row("unknown_code", ALL, replies(r#"{"$v":31337,"$msg":"what?"}"#), not_applied(1, "refused")),
        row("refusal_without_words", ALL, replies(r#"{"$v":31337}"#), not_applied(1, "refused")),
        row("message_is_no_text", ALL, replies(r#"{"$v":31337,"$msg":{"a":[1]}}"#), not_applied(1, "refused")),
        row("negative", &[Forbid, Resume, Close], replies(r#"{"$v":-1}"#), not_applied(1, "refused")),
        row("jd_-1", JD, replies(r#"{"status":-1}"#), unknown(2, "http")),
        row("jd_1", JD, replies(r#"{"status":1}"#), not_applied(1, "refused")),
        row("jd_3", JD, replies(r#"{"status":3}"#), not_applied(1, "credentials")),
        row("jd_7", JD, replies(r#"{"status":7,"msg":"signature error"}"#), not_applied(1, "credentials")),
        row("jd_8", JD, replies(r#"{"status":8}"#), unknown(2, "http")),
        row("jd_12", JD, replies(r#"{"status":12}"#), not_applied(1, "refused")),
        row("jd_20", JD, replies(r#"{"status":20}"#), not_applied(1, "credentials")),
        row("jd_echo_absent", JD, replies(r#"{"status":0}"#), applied(1)),
        row("jd_echo_null", JD, replies(r#"{"status":0,"data":null}"#), applied(1)),
        row("jd_echo_of_other_seconds", &[Timeout], replies(r#"{"status":0,"data":{"PublishNormalTimeout":99}}"#), unknown(1, "echo")),
        row("jd_echo_in_other_words", &[Timeout], replies(r#"{"status":0,"data":{"publishNormalTimeout":" 30 "}}"#), applied(1)),
        row("jd_echo_of_another_domain", &[Ban, Permit], replies(r#"{"status":0,"data":"other.example.com"}"#), unknown(1, "echo")),
        row("jd_echo_in_capitals", &[Permit], replies(r#"{"status":0,"data":" PUSH.example.com "}"#), applied(1)),
        row("jd_echo_is_hostile", &[Permit], replies(r#"{"status":0,"data":"\u001b[2J\r\u202e"}"#), unknown(1, "echo")),
        row("tencent_20601", TENCENT, replies(r#"{"ret":20601,"message":"channel does not exist"}"#), not_applied(1, "refused")),
        row("tencent_ret_and_retcode_differ", TENCENT, replies(r#"{"ret":0,"retcode":7}"#), unknown(2, "protocol")),
        row("tencent_ret_and_retcode_agree", TENCENT, replies(r#"{"ret":0,"retcode":"0"}"#), applied(1)),
        row("shumei_1101", SHUMEI, replies(r#"{"code":1101}"#), unknown(2, "http")),
        row("shumei_1901", SHUMEI, replies(r#"{"code":1901}"#), not_applied(2, "throttled")),
        row("shumei_1902", SHUMEI, replies(r#"{"code":1902}"#), not_applied(1, "refused")),
        row("shumei_1903", SHUMEI, replies(r#"{"code":1903}"#), unknown(2, "http")),
        row("shumei_1904", SHUMEI, replies(r#"{"code":1904}"#), not_applied(1, "refused")),
        row("shumei_9100", SHUMEI, replies(r#"{"code":9100}"#), not_applied(1, "refused")),
        row("shumei_9101", SHUMEI, replies(r#"{"code":9101}"#), not_applied(1, "credentials")),
        row("gbk", ALL, |op| replies_bytes([op.fill(r#"{"$v":$ok,"$msg":""#).as_bytes(), b"\xb3\xc9\xb9\xa6\"}"].concat())(op), unknown(2, "protocol")),
        row("utf_16", EVERY, |op| replies_bytes(op.fill("\u{feff}$body").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>())(op), unknown(2, "protocol")),
        row("bom", EVERY, replies("\u{feff}$body"), unknown(2, "protocol")),
        row("blanks_around", EVERY, replies(" \r\n\t$body\r\n"), applied(1)),
        row("text_after", EVERY, replies("$body ok"), unknown(2, "protocol")),
        row("two_objects", EVERY, replies("$body$body"), unknown(2, "protocol")),
        row("cut_json", ALL, replies(r#"{"$v":$ok"#), unknown(2, "protocol")),
        row("comment", EVERY, replies("/* */$body"), unknown(2, "protocol")),
        row("jsonp", EVERY, replies("callback($body)"), unknown(2, "protocol")),
        row("single_quotes", ALL, replies("{'$v':$ok}"), unknown(2, "protocol")),
        row("nested_too_deeply", ALL, |op| replies_bytes(op.fill(r#"{"$v":$ok,"x":"#) + &"[".repeat(50_000) + &"]".repeat(50_000) + "}")(op), unknown(2, "protocol")),
        row("control_characters", ALL, replies("{\"$v\":31337,\"$msg\":\"\\u001b[31m\\r\\n\\u0007\\u009b2J\\u202e\\u200b\\u0000\"}"), not_applied(1, "refused")),
        row("raw_control_characters", ALL, replies("{\"$v\":$ok,\"$msg\":\"\x1b[2J\"}"), unknown(2, "protocol")),
        row("portal_with_ansi", EVERY, replies("\x1b]0;owned\x07\x1b[2J\r\u{9b}1m\u{202e}"), unknown(2, "protocol")),
        row("message_of_almost_1_mib", ALL, |op| replies_bytes(op.fill(r#"{"$v":31337,"$msg":""#) + &"长".repeat(349_000) + "\"}")(op), not_applied(1, "refused")),
        row("message_of_2_mib", ALL, |op| replies_bytes(op.fill(r#"{"$v":$ok,"$msg":""#) + &"x".repeat(2 << 20) + "\"}")(op), unknown(2, "protocol")),
        row("repeats_the_request", ALL, repeats(ReceivedRequest::text), not_applied(1, "refused")),
        row("repeats_the_signature", ALL, repeats(signature), not_applied(1, "refused")),
        row("repeats_the_signature_in_every_encoding", ALL, repeats(encoded), not_applied(1, "refused")),
        row("repeats_the_signature_in_capitals", ALL, repeats(|request| encoded(request).to_uppercase()), not_applied(1, "refused")),
        row("portal_repeats_the_request", EVERY, portal(|request| request.text().split_off(20)), unknown(2, "protocol")),
        row("portal_repeats_the_signature", EVERY, portal(signature), unknown(2, "protocol")),
        row("portal_repeats_the_signature_in_every_encoding", EVERY, portal(encoded), unknown(2, "protocol")),
        row("portal_repeats_the_signature_at_the_cut", EVERY, portal(|request| "x".repeat(185) + &signature(request)), unknown(2, "protocol")),
    ]
}

#[rustfmt::skip]
pub fn newer_verdicts() -> Vec<FaultRow> {
    let with = |status: &'static str, body: &'static str| move |_: Op| Server(vec![ServerAct::answer(vec![Send(http(status, "", body))])]);
    vec![
        row("newer_refusal", NEWER, replies("$no"), not_applied(1, "refused")),
        row("newer_id_is_no_text", NEWER, replies(r#"{"requestId":7,"result":{},"Response":{"RequestId":7}}"#), unknown(2, "protocol")),
        row("newer_id_is_null", NEWER, replies(r#"{"requestId":null,"result":{},"Response":{"RequestId":null}}"#), unknown(2, "protocol")),
        row("newer_id_is_missing", NEWER, replies(r#"{"result":{},"Response":{}}"#), unknown(2, "protocol")),
        row("newer_id_stands_twice", NEWER, replies(r#"{"requestId":"r","requestId":"r","Response":{"RequestId":"r","RequestId":"r"}}"#), unknown(2, "protocol")),
        row("newer_error_is_empty", NEWER, replies(r#"{"requestId":"r","error":{},"Response":{"RequestId":"r","Error":{}}}"#), unknown(2, "protocol")),
        row("newer_error_is_a_text", NEWER, replies(r#"{"requestId":"r","error":"no","Response":{"RequestId":"r","Error":"no"}}"#), unknown(2, "protocol")),
        row("newer_code_of_the_other_kind", NEWER, replies(r#"{"requestId":"r","error":{"code":"404"},"Response":{"RequestId":"r","Error":{"Code":404}}}"#), unknown(2, "protocol")),
        row("newer_error_beside_a_result", NEWER, replies(r#"{"requestId":"r","result":{},"error":{"code":400},"Response":{"RequestId":"r","Error":{"Code":"X"}}}"#), not_applied(1, "refused")),
        row("openapi_in_an_array", OPENAPI, replies(r#"[{"requestId":"r","result":{}}]"#), unknown(2, "protocol")),
        row("openapi_error_is_null", &[OpenapiDrop], replies(r#"{"requestId":"r","error":null,"result":null}"#), applied(1)),
        row("openapi_401", OPENAPI, with("401 Unauthorized", r#"{"requestId":"r","error":{"code":401,"status":"UNAUTHENTICATED","message":"no"}}"#), not_applied(1, "credentials")),
        row("openapi_403", OPENAPI, with("403 Forbidden", r#"{"requestId":"r","error":{"code":403,"status":"PERMISSION_DENIED","message":"no"}}"#), not_applied(1, "refused")),
        row("openapi_404", OPENAPI, with("404 Not Found", r#"{"requestId":"r","error":{"code":404,"status":"NOT_FOUND","message":"no"}}"#), not_applied(1, "refused")),
        row("openapi_404_of_somebody_else", OPENAPI, with("404 Not Found", r#"{"error":{"code":404}}"#), not_applied(1, "http")),
        row("openapi_500_in_a_200", OPENAPI, replies(r#"{"requestId":"r","error":{"code":500,"status":"INTERNAL","message":"no"}}"#), unknown(2, "http")),
        row("openapi_success_with_a_500", OPENAPI, with("500 Internal Server Error", r#"{"requestId":"r","result":{}}"#), unknown(2, "http")),
        row("v3_error_is_null", V3, replies(r#"{"Response":{"RequestId":"r","Error":null}}"#), unknown(2, "protocol")),
        row("v3_without_its_frame", V3, replies(r#"{"RequestId":"r"}"#), unknown(2, "protocol")),
        row("v3_signature_failure", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"AuthFailure.SignatureFailure","Message":"no"}}}"#), not_applied(1, "credentials")),
        row("v3_signature_expired", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"AuthFailure.SignatureExpire","Message":"no"}}}"#), not_applied(1, "credentials")),
        row("v3_limit_exceeded", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"RequestLimitExceeded.UinLimitExceeded","Message":"no"}}}"#), not_applied(2, "throttled")),
        row("v3_internal_error", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"InternalError.UpdateDataError","Message":"no"}}}"#), unknown(2, "http")),
        row("v3_hostile_code", V3, replies(r#"{"Response":{"RequestId":"r","Error":{"Code":"\u001b[2J\r\u202e","Message":"\u0007"}}}"#), not_applied(1, "refused")),
        row("v3_repeats_the_signature", V3, |_| Server(vec![ServerAct::OnRequest(Box::new(|request| {
            let words = encoded(request);
            let error = json!({"Response": {"RequestId": words, "Error": {"Code": words, "Message": words}}});
            vec![Send(http("200 OK", "", error.to_string()))]
        }))]), not_applied(1, "refused")),
        row("openapi_repeats_the_signature", OPENAPI, |_| Server(vec![ServerAct::OnRequest(Box::new(|request| {
            let words = encoded(request);
            let error = json!({"requestId": words, "error": {"code": 400, "status": words, "message": words}});
            vec![Send(http("400 Bad Request", "", error.to_string()))]
        }))]), not_applied(1, "refused")),
    ]
}

#[rustfmt::skip]
pub fn look_answers() -> Vec<FaultRow> {
    vec![
        row("status_refused", &[Status], replies(r#"{"ret":7,"message":"no"}"#), not_applied(1, "refused")),
        row("status_never_pushed", &[Status], replies(r#"{"ret":20601,"message":"no"}"#), applied(1)),
        row("status_without_output", &[Status], replies(r#"{"ret":0}"#), unknown(2, "protocol")),
        row("status_of_nothing", &[Status], replies(r#"{"ret":0,"output":[]}"#), unknown(2, "protocol")),
        row("status_is_new", &[Status], replies(r#"{"ret":0,"output":[{"status":9}]}"#), unknown(2, "protocol")),
        row("status_is_a_word", &[Status], replies(r#"{"ret":0,"output":[{"status":"live"}]}"#), unknown(2, "protocol")),
        row("status_is_hostile", &[Status], replies(r#"{"ret":0,"output":"\u001b[2J"}"#), unknown(2, "protocol")),
        row("list_is_empty", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":0,"onlineStreamInfos":[]}}"#), applied(1)),
        row("list_without_a_result", &[OpenapiOnline], replies(r#"{"requestId":"r"}"#), unknown(2, "protocol")),
        row("list_without_a_total", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"onlineStreamInfos":[]}}"#), unknown(2, "protocol")),
        row("list_with_a_negative_total", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":-1,"onlineStreamInfos":[]}}"#), unknown(2, "protocol")),
        row("list_with_a_total_in_quotes", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":"0","onlineStreamInfos":[]}}"#), applied(1)),
        row("list_that_is_none", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":1,"onlineStreamInfos":{"0":{}}}}"#), unknown(2, "protocol")),
        row("list_of_nothings", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":1,"onlineStreamInfos":[null]}}"#), unknown(2, "protocol")),
        row("list_of_hostile_names", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":1,"onlineStreamInfos":[{"appName":"\u001b[2J","\u202e":"\r"}]}}"#), applied(1)),
        row("list_that_stops_short", &[OpenapiOnline], replies(r#"{"requestId":"r","result":{"totalCount":7,"onlineStreamInfos":[]}}"#), is_read(1)),
    ]
}

#[rustfmt::skip]
pub fn sequences() -> Vec<FaultRow> {
    vec![
        row("503_then_success", EVERY, |op| Server(vec![reply(op, "503 Service Unavailable", ""), success(op)]), applied(2)).drop(unknown(1, "http")),
        row("429_then_success", BY_SECOND, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), success(op)]), applied(2)),
        row("reset_then_success", EVERY, |op| Server(vec![ServerAct::OnConnect(vec![ServerStep::Reset]), success(op)]), applied(2)).drop(unknown(1, "network")),
        row("hang_then_success", EVERY, |op| Server(vec![ServerAct::answer(vec![Hang]), success(op)]), applied(2)).hasty().drop(unknown(1, "timeout")),
        row("portal_then_success", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(http("200 OK", "", "<p>"))]), success(op)]), applied(2)).drop(unknown(1, "protocol")),
        row("doubt_then_refusal", EVERY, |op| Server(vec![ServerAct::answer(vec![ServerStep::Close]), ServerAct::answer(vec![Send(http("200 OK", "", op.fill("$no")))])]), unknown(2, "network")),
        row("doubt_then_404", EVERY, |op| Server(vec![reply(op, "500 Internal Server Error", ""), reply(op, "404 Not Found", "")]), unknown(2, "http")),
        row("doubt_then_redirect", EVERY, |op| Server(vec![ServerAct::OnConnect(vec![ServerStep::Reset]), reply(op, "302 Found", "")]), unknown(2, "network")),
        row("doubt_then_401", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(http("200 OK", "", "<p>"))]), reply(op, "401 Unauthorized", "")]), unknown(2, "protocol")),
        row("doubt_then_429", BY_SECOND, |op| Server(vec![reply(op, "500 Internal Server Error", ""), reply(op, "429 Too Many Requests", "")]), unknown(2, "http")),
        row("429_then_doubt", BY_SECOND, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), ServerAct::answer(vec![ServerStep::Close])]), unknown(2, "network")).drop(unknown(2, "network")),
        row("429_then_refusal", BY_SECOND, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), reply(op, "404 Not Found", "")]), not_applied(2, "http")),
        row("keepalive_reused", EVERY, |op| Server(vec![reply(op, "503 Service Unavailable", "Connection: keep-alive\r\n"), success(op)]), applied(2)).drop(unknown(1, "http")),
        row("keepalive_closed_while_idle", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(http("503 Service Unavailable", "Retry-After: 1\r\n", "")), ServerStep::Close]), success(op)]), applied(2)).drop(unknown(1, "http")),
        row("keepalive_closed_on_reuse", EVERY, |op| Server(vec![reply(op, "503 Service Unavailable", ""), ServerAct::answer(vec![ServerStep::Close])]), unknown(2, "network")).drop(unknown(1, "http")),
        row("keepalive_reset_on_reuse", BY_SECOND, |op| Server(vec![reply(op, "429 Too Many Requests", "Retry-After: 0\r\n"), ServerAct::answer(vec![ServerStep::Reset])]), unknown(2, "network")).drop(unknown(2, "network")),
        row("keepalive_with_an_answer_too_many", EVERY, |op| Server(vec![ServerAct::answer(vec![Send(http("503 Service Unavailable", "Retry-After: 1\r\n", "")), Send(op.fill(OK).into()), Hang]), reply(op, "404 Not Found", "")]), unknown(2, "http")),
    ]
}
