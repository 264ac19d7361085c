//! Runs that reach no vendor: `--sandbox`, and profiles with `sandbox = true`. Every row says so.

use crate::prelude::*;

/// The rows of a table, without its header.
fn rows(stdout: &str) -> Vec<&str> {
    stdout.lines().skip(1).collect()
}

#[test]
fn every_row_names_the_sandbox() {
    let served = ServedSandbox::start();
    for flags in ["", " -q"] {
        for line in [
            "tencent forbid 1234 5678 --for 2h",
            "jd permit live/a live/b --domain push.example.com",
            "shumei close a b",
            "tencent forbid 8888_gone --for 2h",
        ] {
            let embedded = TestHome::empty().run_line(&format!("--sandbox {line}{flags}"));
            let served = served.home.run_line(&format!("{line}{flags}"));
            for output in [embedded, served] {
                let rows = rows(&output.stdout);
                let is_of_sandbox = |row: &&str| row.to_lowercase().contains("sandbox");
                assert!(!rows.is_empty() && rows.iter().all(is_of_sandbox), "{output:?}");
            }
        }
    }
    assert!(!served.address.is_empty());
}

#[test]
fn sandbox_profile_takes_loopback_only() {
    let of_sandbox = |endpoint| format!("{}[profiles.prod]\nsandbox = true\n", profile(endpoint));
    for (endpoint, code) in [
        ("http://127.0.0.1:9", 0),
        ("http://[::1]:9", 0),
        ("http://localhost:9", 0),
        ("https://opencdn.jcloud.com", 3),
        ("http://192.168.1.1:9", 3),
    ] {
        let home = TestHome::with_config(&of_sandbox(endpoint));
        home.run_line("tencent resume a -n").exits(code);
    }
    let home = TestHome::with_config(&of_sandbox("X").replace("endpoint = \"X\"\n", ""));
    // No endpoint is the vendor's own.
    home.run_line("tencent resume a -n").exits(3);
}

#[test]
fn profile_may_not_be_called_sandbox() {
    let home = TestHome::with_config(&profile("http://127.0.0.1:9").replace("prod", "sandbox"));
    home.run_line("tencent resume a -n").exits(3).reports("sandbox");
}

#[test]
fn served_sandbox_takes_a_cluster() {
    let served = ServedSandbox::start();
    let line =
        json!({"vendor": "shumei", "action": "close", "target": "1639825145166", "cluster": "sh"});
    let output = served.home.run_with_input("apply - -o json", line.to_string());
    assert_eq!(output.outcomes(), ["applied"], "{output:?}");
    assert_eq!(output.only_result()["operation"]["cluster"], "sh");
    served.home.run_json("shumei close a --cluster sg").with_outcomes(["applied"]);
}
