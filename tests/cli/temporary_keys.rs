//! Temporary credentials at the newer APIs: how the security token is sent, and that nothing shows it.

use crate::prelude::*;

const TOKEN: &str = "canary-token-4717/+=:";
const TOKEN_BASE64: &str = "Y2FuYXJ5LXRva2VuLTQ3MTcvKz06";

const RUNS: [(&str, &str, &str); 2] = [
    (
        "jd drop live/cam1 --domain push.example.com",
        "x-jdcloud-security-token",
        "LIVECTL_JD_SECURITY_TOKEN",
    ),
    ("tencent drop 8888_a", "x-tc-token", "LIVECTL_TENCENT_SECURITY_TOKEN"),
];

/// A profile whose keys are temporary at both newer APIs.
fn home(endpoint: &str) -> TestHome {
    let token = format!("security_token = \"{TOKEN}\"");
    TestHome::with_config(
        &newer_profile(endpoint)
            .replace("api = \"openapi\"", &format!("api = \"openapi\"\n{token}"))
            .replace("api = \"v3\"", &format!("api = \"v3\"\n{token}")),
    )
}

/// Refuses, and echoes the whole request.
fn echoing(request: &ReceivedRequest) -> MockResponse {
    let echo = format!("{:?} {}", request.headers, request.body);
    let body = if request.header("x-tc-action").is_some() {
        let error = json!({"Code": "AuthFailure.TokenFailure", "Message": echo});
        json!({"Response": {"RequestId": "r", "Error": error}})
    } else {
        json!({"requestId": "r", "error": {"code": 400, "status": "X", "message": echo}})
    };
    response(200, body.to_string())
}

fn args<'a>(line: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    line.split(' ').chain(more.iter().copied()).collect()
}

fn shown(ran: &RunOutput) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

#[test]
fn security_token_is_sent_and_never_shown() {
    for (line, header, variable) in RUNS {
        let server = RecordingServer::start(echoing);
        let home = home(&server.url());
        let ran = home.run(args(line, &["-o", "json", "-v", "--journal", "j"])).exits(5);

        let expected = if header == "x-tc-token" { TOKEN } else { TOKEN_BASE64 };
        assert_eq!(server.only_request().header(header), Some(expected), "{line}");
        let signed = server.only_request().header("authorization").unwrap().contains(header);
        assert_eq!(signed, header != "x-tc-token", "{line}");
        let secrets = [TOKEN.to_owned(), TOKEN_BASE64.to_owned()];
        assert_eq!(leak(&shown(&ran), &secrets), None, "{line}: {ran:?}");
        assert_eq!(leak_in_files(home.folder.path(), &secrets), None, "{line}");
        assert!(header != "x-tc-token" || ran.stdout.contains("check security_token"), "{ran:?}");

        // The environment gives the token too.
        let ran = TestHome::newer(&server.url()).run_with(&[(variable, TOKEN)], args(line, &[]));
        assert_eq!(server.requests()[1].header(header), Some(expected), "{line}: {ran:?}");
        let without = TestHome::newer(&server.url()).run(args(line, &[]));
        assert_eq!(server.requests()[2].header(header), None, "{line}: {without:?}");
    }
}

#[test]
fn dry_run_blanks_the_security_token() {
    for (line, header, variable) in RUNS {
        let home = home("https://api.example.com");
        let ran = home.run(args(line, &["-n", "-o", "json"]));
        assert_eq!(ran.json()["results"][0]["request"]["headers"][header], "***", "{ran:?}");
        let ran = home.run(args(line, &["-n", "-o", "curl"])).prints(variable);
        let secrets = [TOKEN.to_owned(), TOKEN_BASE64.to_owned()];
        assert_eq!(leak(&ran.stdout, &secrets), None, "{ran:?}");
        let ran = home.run(["config", "show"]).prints("security_token");
        assert_eq!(leak(&shown(&ran), &secrets), None, "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn shell_line_sends_the_same_token() {
    for (line, header, variable) in RUNS {
        let server = RecordingServer::start(echoing);
        let home = home(&server.url());
        let planned = home.run(args(line, &["-n", "-o", "curl"]));
        home.run_curl(
            &planned.stdout,
            &[
                ("LIVECTL_JD_SECRET_ACCESS_KEY", OPENAPI_SECRET),
                ("LIVECTL_TENCENT_SECRET_KEY", V3_SECRET),
                (variable, TOKEN),
            ],
        );
        let expected = if header == "x-tc-token" { TOKEN } else { TOKEN_BASE64 };
        assert_eq!(server.only_request().header(header), Some(expected), "{planned:?}");
    }
}

/// The sandbox verifies both signatures and both tokens.
#[test]
fn sandbox_accepts_temporary_keys() {
    let sandbox = super::fixture::ServedSandbox::start();
    let profile = format!(
        "[profiles.t.jd]\napi = \"openapi\"\naccess_key_id = \"JDC_livectl_temporary\"\n\
         secret_access_key = \"a27c60e1b3f94d5880d2c7e6194f3b05\"\n\
         security_token = \"livectl-sandbox-security-token\"\nendpoint = \"http://{0}\"\n\
         [profiles.t.tencent]\napi = \"v3\"\nsecret_id = \"AKIDlivectlTemporary\"\n\
         secret_key = \"7b3f0c9d5e814a62a1f4d6083c27e95b\"\ndomain = \"push.example.com\"\n\
         security_token = \"livectl-sandbox-security-token\"\nendpoint = \"http://{0}\"\n",
        sandbox.address.trim_start_matches("http://")
    );
    sandbox.home.write_config(&profile);
    for (line, ..) in RUNS {
        sandbox.home.run_line(line).exits(0);
    }
    sandbox.home.write_config(&profile.replace("security-token", "other"));
    for (line, ..) in RUNS {
        let ran = sandbox.home.run_json(line);
        assert_eq!(ran.only_result()["error"]["kind"], "credentials", "{ran:?}");
    }
}
