use super::*;

#[test]
fn secret_has_four_forms() {
    assert_eq!(jd_secret(&with_secret("\"canary-hunter2\"")).unwrap(), CANARY);

    let stage = with_secret("{ env = \"JD_SECRET\" }").env("JD_SECRET", CANARY);
    assert_eq!(jd_secret(&stage).unwrap(), CANARY);

    let stage = with_secret("{ file = \"jd.key\" }");
    stage.write("jd.key", CANARY);
    assert_eq!(jd_secret(&stage).unwrap(), CANARY);
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
fn one_trailing_line_end_of_a_file_is_dropped() {
    for (text, good) in [
        ("canary-hunter2\n", true),
        ("canary-hunter2\r\n", true),
        ("canary-hunter2\n\n", false),
        ("canary-\nhunter2", false),
        ("canary-hunter2\r", false),
        ("canary-\thunter2", false),
        ("\u{feff}canary-hunter2", false),
    ] {
        let stage = with_secret("{ file = \"jd.key\" }");
        stage.write("jd.key", text);
        assert_eq!(jd_secret(&stage).is_ok(), good, "{text:?}");
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
    let stage = with_secret("{ file = \"jd.key\" }");
    stage.write("jd.key", b"hunter2\xff");
    assert!(jd_secret(&stage).unwrap_err().contains("not UTF-8"));
    stage.write("jd.key", vec![b'a'; (64 << 10) + 1]);
    assert!(jd_secret(&stage).unwrap_err().contains("larger than 64 KiB"));
}

#[test]
fn secret_is_fetched_lazily() {
    let stage = with_secret("{ command = [\"/gone/program\"] }");
    assert!(stage.profile().account(&JD).is_ok());
}
