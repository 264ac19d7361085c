use super::*;
use crate::config::value::FileLocation;

#[test]
fn profile_has_its_values_and_defaults() {
    let fixture = ConfigFixture::new(GOOD);

    let profile = fixture.profile();
    let account = profile.account(&JD).unwrap();

    assert_eq!(profile.name.as_deref(), Some("prod"));
    assert_eq!(account.text("username"), Some("jcloud_00"));
    assert_eq!(account.text("endpoint"), Some("https://opencdn.jcloud.com"));
    assert_eq!(account.origin("endpoint"), Some(&Origin::Default));
    assert_eq!(account.secret("secret_key").unwrap().expose(), CANARY);
    assert!(matches!(
        account.origin("username"),
        Some(Origin::File(FileLocation { line: 3, column: 12, .. }))
    ));
}

#[test]
fn app_id_may_be_quoted() {
    for app_id in ["\"1251234567\"", "1251234567", "1_251_234_567"] {
        let fixture = ConfigFixture::new(format!(
            "[profiles.a.tencent]\napp_id = {app_id}\napi_key = \"k\"\n"
        ));
        assert_eq!(fixture.profile().account(&TENCENT).unwrap().text("app_id"), Some("1251234567"));
    }
}

#[test]
fn every_problem_is_located() {
    let fixture = ConfigFixture::new(
        "default_profile = \"gone\"\nallow_share = true\n[profiles.prod]\nrate = \"5\"\ntimeout = \"8\"\nproxy = \"ftp://u:hunter2@p\"\n\
         [profiles.prod.jd]\nsecret_kye = \"canary-hunter2\"\nusername = 5\nsecret_key = 12345\n\
         [profiles.other.tencent]\nendpoint = \"fcgi.hunter2.com\"\nsign_ttl = \"60\"\napp_id = 1.5\napi_key = { env = \"A\", file = \"b\" }\n\
         [profiles.other.tencet]\n",
    );

    assert_eq!(
        fixture.error(),
        r#"config.toml:1:19: default_profile names no profile of this file; it has "other", "prod"
config.toml:2:1: unknown key "allow_share" at the top; did you mean "allow_shared"?
config.toml:4:8: rate in [profiles.prod]: takes a whole number, without quotes
config.toml:5:11: timeout in [profiles.prod]: a duration is written like 90s, 30m, 2h, 3d or 2h30m
config.toml:6:9: proxy in [profiles.prod]: a proxy is a URL such as http://proxy.example.com:3128, over http or https
config.toml:8:1: unknown key "secret_kye" in [profiles.prod.jd]; did you mean "secret_key"?
config.toml:9:12: username in [profiles.prod.jd]: takes a string, in quotes
config.toml:10:14: secret_key in [profiles.prod.jd]: takes a string, or exactly one of { env = "NAME" }, { file = "PATH" } and { command = ["PROGRAM", "ARGUMENT"] }
config.toml:12:12: endpoint in [profiles.other.tencent]: an endpoint is a URL such as https://host or http://host:8080/prefix
config.toml:13:12: sign_ttl in [profiles.other.tencent]: takes a whole number, without quotes
config.toml:14:10: app_id in [profiles.other.tencent]: takes a string or a whole number
config.toml:15:11: api_key in [profiles.other.tencent]: takes a string, or exactly one of { env = "NAME" }, { file = "PATH" } and { command = ["PROGRAM", "ARGUMENT"] }
config.toml:16:17: unknown key "tencet" in [profiles.other]; did you mean "tencent"?"#
    );
}

#[test]
fn syntax_and_key_errors_are_reported_together() {
    let fixture = ConfigFixture::new(
        "[profiles.a.jd]\nusername = jcloud\nsecret_key = \"x\nendpont = \"https://a\"\n",
    );
    assert_eq!(
        fixture.error(),
        "config.toml:2:12: text values need quotes\n\
         config.toml:3:16: a string that does not end, or contains a control character; check the quotes\n\
         config.toml:4:1: unknown key \"endpont\" in [profiles.a.jd]; did you mean \"endpoint\"?"
    );
}

#[test]
fn columns_are_characters() {
    let fixture =
        ConfigFixture::new("\u{feff}[profiles.\"直播\"]\n\"直播键\" = 1\r\n  rate = -1\n");
    assert_eq!(
        fixture.error(),
        "config.toml:2:1: unknown key \"直播键\" in [profiles.\"直播\"]\n\
         config.toml:3:10: rate in [profiles.\"直播\"]: takes a whole number, 0 or more"
    );
    let fixture = ConfigFixture::new("profiles = { \"直播\" = { rate = true } }\n");
    assert!(fixture.error().starts_with("config.toml:1:30: rate in"), "{}", fixture.error());
}

#[test]
fn duplicate_key_or_table_is_refused() {
    let fixture = ConfigFixture::new(
        "[profiles.a.jd]\nusername = \"a\"\nusername = \"b\"\n[profiles.a.jd]\n",
    );
    assert_eq!(
        fixture.error(),
        "config.toml:3:1: this key or table is already set further up; keep one of them\n\
         config.toml:4:13: this key or table is already set further up; keep one of them"
    );
}

#[test]
fn windows_path_gets_a_quoting_hint() {
    let fixture = with_secret("{ file = \"C:\\Users\\hunter2\\jd.key\" }");
    let error = fixture.error();
    assert!(error.contains("config.toml:3:") && error.contains("single quotes"), "{error}");
    assert!(with_secret(r"{ file = 'C:\Users\jd.key' }").load().is_ok());
}

#[test]
fn vendor_outside_a_profile_is_redirected() {
    let fixture = ConfigFixture::new("[jd]\nusername = \"a\"\n");
    assert_eq!(
        fixture.error(),
        "config.toml:1:2: \"jd\" belongs to a profile; move it under [profiles.NAME]"
    );
}

#[test]
fn control_characters_are_escaped() {
    let fixture = ConfigFixture::new(
        "[profiles.a.jd]\n\"k\\u001b[2Jy\" = 1\nusername = \"a\\u202eb\"\n[profiles.\"a\\u200bb\"]\n",
    );
    assert_eq!(
        fixture.error(),
        "config.toml:2:1: unknown key \"k\\u{1b}[2Jy\" in [profiles.a.jd]\n\
         config.toml:3:12: username in [profiles.a.jd]: contains a line break, a control character or an invisible one\n\
         config.toml:4:11: the name of a profile must not be empty or contain an invisible character"
    );
    assert!(ConfigFixture::new(GOOD).flag("\x1b[2J").error().contains("\\u{1b}[2J"));
}

#[test]
fn no_typing_mistake_reveals_a_value() {
    let good = "default_profile = \"a\"\n[profiles.a]\nproxy = \"http://u:canary-hunter2@p\"\n[profiles.a.jd]\nusername = \"u\"\n\
                secret_key = \"canary-hunter2\"\n[profiles.a.tencent]\nsign_ttl = 60\napi_key = 'canary-hunter2'\n\
                app_id = 12\n[profiles.a.shumei]\naccess_key = { command = [\"canary-hunter2\"] }\n";
    let path = Path::new("config.toml");
    for at in 0..=good.len() {
        for typed in [
            "", "\"", "'", "=", "[", "]", "{", "}", ",", "#", "\n", ".", " ", "\\", "\"\"\"",
            "\u{1}", "é",
        ] {
            for taken in [0, 1, 2] {
                let after = (at + taken).min(good.len());
                let text = format!("{}{typed}{}", &good[..at], &good[after..]);
                let problems = parser::parse(&text, path, SECTIONS).problems.join("\n");
                assert!(
                    !problems.contains("canary") && !problems.contains("unter2"),
                    "{text}\n---\n{problems}"
                );
            }
        }
    }
}

#[test]
fn surplus_problems_are_counted() {
    let text = (0..20_000).map(|n| format!("k{n} = 1")).collect::<Vec<_>>().join("\n");
    let problems = parser::parse(&text, Path::new("c"), SECTIONS).problems;
    assert_eq!((problems.len(), problems[100].as_str()), (101, "c: 19900 further problems"));
}

#[test]
fn empty_or_padded_text_is_refused() {
    for (value, why) in [("", "empty"), ("  ", "empty"), ("a ", "whitespace")] {
        let fixture = ConfigFixture::new(format!("[profiles.a.jd]\nusername = \"{value}\"\n"));
        assert!(fixture.error().contains(why), "{value:?}");
    }
}

#[test]
fn invalid_utf8_is_located() {
    let fixture = ConfigFixture::new(b"[profiles.a.jd]\nusername = \"\xd6\"\n");
    assert_eq!(fixture.error(), "config.toml:2:13: not UTF-8; save the file as UTF-8");
}

#[test]
fn folder_and_large_file_are_refused() {
    let mut fixture = ConfigFixture::new(GOOD);
    fixture.config = Some(fixture.dir.path().to_owned());
    assert!(fixture.error().ends_with(": a folder, not a file"));

    let fixture = ConfigFixture::new(vec![b'#'; (1 << 20) + 1]);
    assert_eq!(fixture.error(), "config.toml: larger than 1024 KiB, the limit for it");
}

#[test]
fn settings_are_read_relative_to_the_file() {
    let fixture = ConfigFixture::new(format!(
        "[profiles.a]\nca_file = \"ca.pem\"\nproxy = \"http://p:1\"\nrate = 0\nconcurrency = 2\ntimeout = \"1500ms\"\nmax_targets = 500\n{}",
        GOOD.replace("prod", "a")
    ));

    let profile = fixture.profile();

    assert_eq!(profile.ca_file, Some(fixture.path().with_file_name("ca.pem")));
    assert_eq!(profile.proxy.as_deref(), Some("http://p:1"));
    assert_eq!(
        (profile.rate, profile.concurrency, profile.max_targets),
        (Some(0), Some(2), Some(500))
    );
    assert_eq!(profile.timeout, Some(Duration::from_millis(1500)));
}

#[test]
fn missing_setting_is_left_to_its_flag() {
    let profile = ConfigFixture::new(GOOD).profile();
    assert_eq!(
        (profile.rate, profile.concurrency, profile.timeout, profile.max_targets),
        (None, None, None, None)
    );
}

#[test]
fn cluster_and_endpoint_may_coexist() {
    let fixture = ConfigFixture::new(
        "[profiles.a.shumei]\naccess_key = \"k\"\ncluster = \"sh\"\nendpoint = \"https://s\"\n",
    );
    assert!(fixture.profile().account(&SHUMEI).is_ok());
}

#[test]
fn setting_obeys_the_rule_of_its_flag() {
    for setting in [
        "rate = -1",
        "concurrency = 0",
        "max_targets = 0",
        "timeout = \"50ms\"",
        "proxy = \"socks5://p\"",
    ] {
        let error = ConfigFixture::new(format!("[profiles.a]\n{setting}\n")).error();
        assert!(error.starts_with("config.toml:2:"), "{setting}: {error}");
    }
}
