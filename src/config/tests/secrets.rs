use super::*;

#[test]
fn secret_has_four_forms() {
    assert_eq!(jd_secret(&with_secret("\"canary-hunter2\"")).unwrap(), CANARY);

    let fixture = with_secret("{ env = \"JD_SECRET\" }").env("JD_SECRET", CANARY);
    assert_eq!(jd_secret(&fixture).unwrap(), CANARY);

    let fixture = with_secret("{ file = \"jd.key\" }");
    fixture.write("jd.key", CANARY);
    assert_eq!(jd_secret(&fixture).unwrap(), CANARY);
}

#[test]
fn secret_takes_exactly_one_form() {
    for form in [
        "{}",
        "{ env = 1 }",
        "{ env = \"\" }",
        "{ env = \"A\", file = \"b\" }",
        "{ vault = \"hunter2\" }",
        "{ command = [] }",
        "{ command = [\"\"] }",
        "{ command = \"pass\" }",
        "{ command = [\"pass\", 1] }",
        "[\"hunter2\"]",
        "true",
    ] {
        let error = with_secret(form).error();
        assert!(
            error.starts_with("config.toml:3:14: secret_key in [profiles.prod.jd]: takes a string, or exactly one of"),
            "{form}: {error}"
        );
    }
}

#[test]
fn one_trailing_line_end_is_dropped() {
    for (text, good) in [
        ("canary-hunter2\n", true),
        ("canary-hunter2\r\n", true),
        ("canary-hunter2\n\n", false),
        ("canary-\nhunter2", false),
        ("canary-hunter2\r", false),
        ("canary-\thunter2", false),
        ("\u{feff}canary-hunter2", false),
    ] {
        let fixture = with_secret("{ file = \"jd.key\" }");
        fixture.write("jd.key", text);
        assert_eq!(jd_secret(&fixture).is_ok(), good, "{text:?}");
    }
}

#[test]
fn multiline_secret_is_located() {
    let error = jd_secret(&with_secret("\"\"\"canary\nhunter2\"\"\"")).unwrap_err();
    assert_eq!(
        error,
        "config.toml:3:14: jd.secret_key of profile \"prod\": more than one line; a secret is one line\n\
         > fix it, then `livectl config check`"
    );
}

#[test]
fn empty_blank_and_placeholder_secrets_are_refused() {
    for text in [
        "",
        " ",
        "...",
        "…",
        "YOUR_KEY",
        "your-secret",
        "<secret>",
        "changeme",
        "Change-Me",
        "xxx",
        "XXXXXXXX",
        "***",
        "TODO",
        "replace-me",
        " todo ",
        "***REMOVED***",
        "[REDACTED]",
        "__KEY__",
    ] {
        assert!(jd_secret(&with_secret(&format!("\"{text}\""))).is_err(), "{text:?}");
    }
    for text in ["xx", "xxxa", "yours", "todos", "a<b>", "5d41402abc4b2a76b9719d911017c592"] {
        assert!(jd_secret(&with_secret(&format!("\"{text}\""))).is_ok(), "{text:?}");
    }
}

#[test]
fn missing_variable_or_file_is_named() {
    let error =
        jd_secret(&with_secret("{ env = \"JD_SECRET\" }").env("JD_SECRET", "")).unwrap_err();
    assert!(error.contains("environment variable JD_SECRET: not set, or empty"), "{error}");

    let error = jd_secret(&with_secret("{ file = \"jd.key\" }")).unwrap_err();
    assert!(error.contains("jd.key: there is no such file"), "{error}");

    let error = jd_secret(&with_secret("{ file = \".\" }")).unwrap_err();
    assert!(error.contains("a folder, not a file"), "{error}");
}

#[test]
fn binary_and_endless_files_are_refused() {
    let fixture = with_secret("{ file = \"jd.key\" }");
    fixture.write("jd.key", b"hunter2\xff");
    assert!(jd_secret(&fixture).unwrap_err().contains("not UTF-8"));
    fixture.write("jd.key", vec![b'a'; (64 << 10) + 1]);
    assert!(jd_secret(&fixture).unwrap_err().contains("larger than 64 KiB"));
}

#[test]
fn secret_is_fetched_lazily() {
    let fixture = with_secret("{ command = [\"/gone/program\"] }");
    assert!(fixture.profile().account(&JD).is_ok());
}

#[test]
fn padded_secret_is_refused_from_every_source() {
    for padded in
        [" canary-hunter2", "canary-hunter2 ", "canary-hunter2\u{a0}", "canary-hunter2\u{3000}"]
    {
        let file = with_secret("{ file = \"jd.key\" }");
        file.write("jd.key", format!("{padded}\n"));
        let command = with_secret(&format!("{{ command = [\"printf\", \"{padded}\"] }}"));
        let environment = ConfigFixture::empty()
            .env("LIVECTL_JD_USERNAME", "u")
            .env("LIVECTL_JD_SECRET_KEY", padded);
        for (fixture, origin) in [
            (with_secret(&format!("\"{padded}\"")), "config.toml:3:14: jd.secret_key"),
            (with_secret("{ env = \"A\" }").env("A", padded), "environment variable A: "),
            (file, "jd.key: "),
            (command, "the output of `printf`: "),
            (environment, "environment variable LIVECTL_JD_SECRET_KEY: jd.secret_key: "),
        ] {
            let error = jd_secret(&fixture).unwrap_err();
            assert!(error.contains(origin), "{padded:?}: {error}");
            assert!(error.contains("has leading or trailing whitespace"), "{padded:?}: {error}");
            assert!(!fixture.check().is_ok());
        }
    }
}

#[test]
fn whitespace_around_any_text_is_refused() {
    for section in ALL_SECTIONS.iter() {
        for key in section.keys.iter().filter(|key| key.env && key.kind != ValueKind::Secret) {
            let name = section.variable(key);
            let error = ConfigFixture { sections: &ALL_SECTIONS, ..ConfigFixture::empty() }
                .env(&name, "x ")
                .error();
            let message =
                format!("environment variable {name}: has leading or trailing whitespace");
            assert!(error.lines().any(|line| line == message), "{error}");
        }
    }
}

#[test]
fn unexpanded_variable_is_refused() {
    for (text, advice) in [
        ("${MY_KEY}", "{ env = \"MY_KEY\" }"),
        ("{{ key }}", "{ env = \"JD_SECRET\" }"),
        ("op://vault/jd", "{ command = ["),
        ("null", "put the real value"),
    ] {
        let sources = [
            with_secret(&format!("\"{text}\"")),
            with_secret("{ env = \"A\" }").env("A", text),
            with_secret(&format!("{{ command = [\"echo\", \"{text}\"] }}")),
        ];
        for fixture in sources {
            let error = jd_secret(&fixture).unwrap_err();
            assert!(error.contains("still a placeholder") && error.contains(advice), "{error}");
        }
    }
    let fixture =
        ConfigFixture::new("[profiles.a.jd]\nusername = \"${JD_USER}\"\nsecret_key = \"k3y\"\n");
    let error = fixture.shown(&fixture.profile().account(&JD).unwrap_err());
    assert!(error.starts_with("config.toml:2:12: jd.username"), "{error}");
    assert!(error.contains("{ env = \"JD_USER\" }"), "{error}");
}

#[test]
fn optional_text_must_not_be_a_placeholder() {
    let fixture = ConfigFixture::new(
        "[profiles.a.tencent]\napi = \"v3\"\nsecret_id = \"i\"\nsecret_key = \"k3y\"\ndomain = \"a.test\"\n\
         app_name = \"${APP}\"\n",
    );
    let error = fixture.shown(&fixture.profile().account(&TENCENT).unwrap_err());
    assert!(error.starts_with("config.toml:6:12: tencent.app_name"), "{error}");
}

#[test]
fn placeholder_in_a_proxy_login_is_refused() {
    for login in ["me:${PW}", "%24%7BTOKEN%7D", "me:changeme"] {
        let error =
            ConfigFixture::new(format!("[profiles.a]\nproxy = \"http://{login}@p.test:1\"\n"))
                .error();
        assert!(
            error.contains("proxy in [profiles.a]: its user name or password is still a"),
            "{error}"
        );
    }
}

#[test]
fn home_folder_is_expanded_in_every_path() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("jd.key"), CANARY).unwrap();
    let path = home.path().to_str().unwrap();
    #[cfg(unix)]
    fs::set_permissions(
        home.path().join("jd.key"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();

    let fixture = with_secret("{ file = \"~/jd.key\" }").env("HOME", path);
    assert_eq!(jd_secret(&fixture).unwrap(), CANARY);

    let fixture = ConfigFixture::new("[profiles.a]\nca_file = \"~/ca.pem\"\n").env("HOME", path);
    assert_eq!(fixture.profile().ca_file, Some(home.path().join("ca.pem")));

    fs::copy(ConfigFixture::new(GOOD).path(), home.path().join("own.toml")).unwrap();
    let fixture = ConfigFixture::empty().env("HOME", path).env("LIVECTL_CONFIG", "~/own.toml");
    assert_eq!(fixture.profile().file, Some(home.path().join("own.toml")));
}

#[cfg(unix)]
#[test]
fn program_in_the_home_folder_is_run() {
    let home = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/bin/echo", home.path().join("print")).unwrap();
    let fixture = with_secret("{ command = [\"~/print\", \"canary-hunter2\"] }")
        .env("HOME", home.path().to_str().unwrap());
    assert_eq!(jd_secret(&fixture).unwrap(), CANARY);
}
