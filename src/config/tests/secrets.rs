use super::*;

#[test]
fn a_secret_may_simulator_the_file_the_environment_another_file_or_be_printed() {
    assert_eq!(jd_secret(&with_secret("\"canary-hunter2\"")).unwrap(), CANARY);

    let stage = with_secret("{ env = \"JD_SECRET\" }").env("JD_SECRET", CANARY);
    assert_eq!(jd_secret(&stage).unwrap(), CANARY);

    let stage = with_secret("{ file = \"jd.key\" }");
    stage.write("jd.key", CANARY);
    assert_eq!(jd_secret(&stage).unwrap(), CANARY);
}

#[test]
fn no_form_but_the_four_and_exactly_one_of_them() {
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
fn a_secret_of_several_lines_is_told_so_with_its_place() {
    let error = jd_secret(&with_secret("\"\"\"canary\nhunter2\"\"\"")).unwrap_err();
    assert_eq!(
        error,
        "config.toml:3:14: jd.secret_key of profile \"prod\": more than one line; a secret is one line\n\
         > fix it, then `livectl config check`"
    );
}

#[test]
fn an_empty_a_blank_and_a_placeholder_secret_are_refused() {
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
fn a_variable_that_is_not_set_and_a_file_that_is_not_there_are_named() {
    let error =
        jd_secret(&with_secret("{ env = \"JD_SECRET\" }").env("JD_SECRET", "")).unwrap_err();
    assert!(error.contains("environment variable JD_SECRET: not set, or empty"), "{error}");

    let error = jd_secret(&with_secret("{ file = \"jd.key\" }")).unwrap_err();
    assert!(error.contains("jd.key: there is no such file"), "{error}");

    let error = jd_secret(&with_secret("{ file = \".\" }")).unwrap_err();
    assert!(error.contains("a folder, not a file"), "{error}");
}

#[test]
fn what_is_not_text_or_has_no_end_is_refused() {
    let stage = with_secret("{ file = \"jd.key\" }");
    stage.write("jd.key", b"hunter2\xff");
    assert!(jd_secret(&stage).unwrap_err().contains("not UTF-8"));
    stage.write("jd.key", vec![b'a'; (64 << 10) + 1]);
    assert!(jd_secret(&stage).unwrap_err().contains("larger than 64 KiB"));
}

#[test]
fn a_secret_is_fetched_only_when_it_is_asked_for() {
    let stage = with_secret("{ command = [\"/gone/program\"] }");
    assert!(stage.profile().account(&JD).is_ok());
}
