use super::*;

#[test]
fn file_precedence_is_flag_variable_default() {
    let mut fixture = ConfigFixture::new(GOOD);
    let by_variable = fixture.write("variable.toml", GOOD.replace("prod", "variable"));
    let by_flag = fixture.write("flag.toml", GOOD.replace("prod", "flag"));
    assert_eq!(fixture.profile().name.as_deref(), Some("prod"));

    fixture = fixture.env("LIVECTL_CONFIG", by_variable.to_str().unwrap());
    assert_eq!(fixture.profile().name.as_deref(), Some("variable"));

    fixture.config = Some(by_flag.clone());
    assert_eq!(fixture.profile().name.as_deref(), Some("flag"));
    assert_eq!(fixture.selected(|selector| selector.path().unwrap()), by_flag);
}

#[test]
fn empty_variable_counts_as_not_set() {
    let fixture = ConfigFixture::new(GOOD)
        .env("LIVECTL_CONFIG", "")
        .env("LIVECTL_PROFILE", "")
        .env("LIVECTL_JD_USERNAME", "");
    let profile = fixture.profile();
    assert_eq!(profile.account(&JD).unwrap().text("username"), Some("jcloud_00"));
    assert!(profile.notes.is_empty());
}

#[test]
fn named_file_must_exist() {
    let mut fixture = ConfigFixture::new(GOOD).env("LIVECTL_CONFIG", "/gone/a.toml");
    assert_eq!(
        fixture.error(),
        "/gone/a.toml: there is no such file, and LIVECTL_CONFIG names it\n> `livectl config init` writes one to fill in"
    );
    fixture.config = Some("it's gone.toml".into());
    assert_eq!(
        fixture.error(),
        "it's gone.toml: there is no such file, and -c names it\n\
         > `livectl config init -c 'it'\\''s gone.toml'` writes one to fill in"
    );
}

#[test]
fn missing_credentials_name_the_next_command() {
    let error = ConfigFixture::empty().env("LIVECTL_JD_ENDPOINT", "https://a").error();
    assert_eq!(
        error,
        "there are no credentials: no profile in config.toml, none in the environment\n\
         > `livectl config init` writes a profile file to fill in; `livectl --sandbox …` needs none"
    );
}

#[test]
fn environment_alone_is_enough() {
    let fixture = ConfigFixture::empty()
        .env("LIVECTL_TENCENT_APP_ID", "12")
        .env("LIVECTL_TENCENT_API_KEY", CANARY);

    let profile = fixture.profile();
    let account = profile.account(&TENCENT).unwrap();

    assert_eq!((profile.name.as_deref(), profile.file.as_deref()), (None, None));
    assert_eq!(account.text("app_id"), Some("12"));
    assert_eq!(account.secret("api_key").unwrap().expose(), CANARY);
    assert_eq!(
        account.origin("app_id"),
        Some(&Origin::Environment("LIVECTL_TENCENT_APP_ID".into()))
    );
    assert!(profile.notes.is_empty());
}

#[test]
fn environment_alone_reports_missing_keys() {
    let fixture = ConfigFixture::empty().env("LIVECTL_TENCENT_APP_ID", "12");
    assert_eq!(
        fixture.shown(&fixture.profile().account(&TENCENT).unwrap_err()),
        "the environment has no tencent account: no api_key, and there is no profile\n\
         > set LIVECTL_TENCENT_APP_ID and LIVECTL_TENCENT_API_KEY, or write a profile file with `livectl config init`, \
         then `livectl config check`"
    );
}

#[test]
fn only_these_keys_have_variables() {
    let fixture = ConfigFixture::empty();
    let asked = std::cell::RefCell::new(Vec::new());
    let env = |name: &str| {
        asked.borrow_mut().push(name.to_owned());
        None
    };
    fixture.selected(|choice| {
        let choice = ProfileSelector {
            env: &env,
            default_dir: choice.default_dir.clone(),
            config: None,
            profile: None,
            ..*choice
        };
        load(&choice).unwrap_err();
    });
    let mut asked = asked.into_inner();
    asked.sort();
    asked.dedup();
    assert_eq!(
        asked,
        [
            "LIVECTL_CONFIG",
            "LIVECTL_JD_ACCESS_KEY_ID",
            "LIVECTL_JD_API",
            "LIVECTL_JD_DOMAIN",
            "LIVECTL_JD_ENDPOINT",
            "LIVECTL_JD_PLAY",
            "LIVECTL_JD_SECRET_ACCESS_KEY",
            "LIVECTL_JD_SECRET_KEY",
            "LIVECTL_JD_SECURITY_TOKEN",
            "LIVECTL_JD_USERNAME",
            "LIVECTL_PROFILE",
            "LIVECTL_SHUMEI_ACCESS_KEY",
            "LIVECTL_SHUMEI_CLUSTER",
            "LIVECTL_SHUMEI_ENDPOINT",
            "LIVECTL_TENCENT_API",
            "LIVECTL_TENCENT_API_KEY",
            "LIVECTL_TENCENT_APP_ID",
            "LIVECTL_TENCENT_APP_NAME",
            "LIVECTL_TENCENT_DOMAIN",
            "LIVECTL_TENCENT_ENDPOINT",
            "LIVECTL_TENCENT_PLAY",
            "LIVECTL_TENCENT_SECRET_ID",
            "LIVECTL_TENCENT_SECRET_KEY",
            "LIVECTL_TENCENT_SECURITY_TOKEN",
        ]
    );
}

fn two(top: &str) -> ConfigFixture {
    ConfigFixture::new(format!("{top}\n{}{}", GOOD.replace("prod", "a"), GOOD.replace("prod", "b")))
}

#[test]
fn profile_precedence_is_flag_variable_default() {
    assert_eq!(two("default_profile = \"b\"").profile().name.as_deref(), Some("b"));
    let fixture = two("default_profile = \"b\"").env("LIVECTL_PROFILE", "a");
    assert_eq!(fixture.profile().name.as_deref(), Some("a"));
    assert_eq!(fixture.flag("b").profile().name.as_deref(), Some("b"));
}

#[test]
fn several_profiles_need_a_choice() {
    assert_eq!(
        two("").error(),
        "config.toml has several profiles, and none is chosen: \"a\", \"b\"\n\
         > choose with `-p NAME` or LIVECTL_PROFILE, or set `default_profile` at the top of the file"
    );
}

#[test]
fn unknown_profile_lists_the_known_ones() {
    let hint = "\n> its profiles are \"a\", \"b\"";
    let error = two("").flag("c").error();
    assert_eq!(error, format!("there is no profile \"c\" in config.toml, and -p names it{hint}"));
    let error = two("").env("LIVECTL_PROFILE", "c").error();
    assert_eq!(
        error,
        format!("there is no profile \"c\" in config.toml, and LIVECTL_PROFILE names it{hint}")
    );
}

#[test]
fn named_profile_needs_a_file() {
    let fixture = ConfigFixture::empty()
        .env("LIVECTL_JD_USERNAME", "u")
        .env("LIVECTL_JD_SECRET_KEY", CANARY)
        .flag("prod");
    assert!(
        fixture
            .error()
            .starts_with("there is no profile \"prod\", which -p names: there is no config.toml")
    );
}

#[test]
fn file_without_profile_leaves_the_environment() {
    let fixture = ConfigFixture::new("# nothing yet\n");
    assert!(fixture.error().starts_with("config.toml has no profile yet\n> start one with"));

    let fixture = fixture.env("LIVECTL_JD_USERNAME", "u").env("LIVECTL_JD_SECRET_KEY", CANARY);
    assert_eq!(fixture.profile().name, None);
    assert!(fixture.profile().account(&JD).is_ok());
}

#[test]
fn missing_config_folder_needs_a_path() {
    let env = |_: &str| None;
    let choice = ProfileSelector {
        config: None,
        profile: None,
        env: &env,
        default_dir: None,
        sections: SECTIONS,
    };
    assert_eq!(choice.path().unwrap_err().hint.as_deref(), Some("name a file with `-c FILE`"));
    assert_eq!(load(&choice).unwrap_err().kind.exit_code(), 3);
}

#[test]
fn sandbox_profile_takes_loopback_endpoints_only() {
    let text =
        "[profiles.a]\nsandbox = true\n[profiles.a.jd]\nusername = \"u\"\nsecret_key = \"k3y\"\n";
    let with = |endpoint: &str| ConfigFixture::new(format!("{text}endpoint = \"{endpoint}\"\n"));
    let profile = with("http://127.0.0.1:8080").profile();
    assert!(profile.is_sandbox && profile.account(&JD).is_ok());
    assert!(!ConfigFixture::new(GOOD).profile().is_sandbox);

    let rule = "a profile with `sandbox = true` takes endpoints on this machine only";
    let error = with("https://opencdn.jcloud.com").error();
    assert!(error.starts_with("config.toml:6:12: endpoint in [profiles.a.jd]: "), "{error}");
    assert!(error.contains(rule), "{error}");

    // The default, a cluster and the environment lead elsewhere too.
    let overridden = with("http://127.0.0.1:8080").env("LIVECTL_JD_ENDPOINT", "https://a.test");
    let cluster = "[profiles.a]\nsandbox = true\n[profiles.a.shumei]\naccess_key = \"k3y\"\ncluster = \"sh\"\n";
    for (fixture, section, origin) in [
        (ConfigFixture::new(text), &JD, "default: jd.endpoint"),
        (overridden, &JD, "environment variable LIVECTL_JD_ENDPOINT: jd.endpoint"),
        (ConfigFixture::new(cluster), &SHUMEI, "shumei.endpoint"),
    ] {
        let error = fixture.shown(&fixture.profile().account(section).unwrap_err());
        assert!(error.starts_with(origin) && error.contains(rule), "{error}");
        assert!(!fixture.check().is_ok());
    }
    let fixture = ConfigFixture::new("[profiles.a]\nsandbox = \"yes\"\n");
    assert_eq!(
        fixture.error(),
        "config.toml:2:11: sandbox in [profiles.a]: takes true or false, without quotes"
    );
}
