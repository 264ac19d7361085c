use super::*;

#[test]
fn init_writes_a_private_file_and_its_folders() {
    let fixture = ConfigFixture::empty();
    init(&fixture.path(), TEMPLATE).unwrap();

    assert_eq!(fs::read_to_string(fixture.path()).unwrap(), TEMPLATE);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&fixture.path()), mode(fixture.path().parent().unwrap())), (0o600, 0o700));
    }
}

/// The template in the repository is that of `config init`; with BLESS set it is rewritten.
#[test]
fn example_file_is_the_template() {
    let vendors: Vec<_> =
        crate::api::VENDORS.iter().map(|vendor| (vendor.full_name, vendor.section)).collect();
    let text = template(FIRST_PROFILE, &vendors);
    if std::env::var_os("BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
        fs::write(path, &text).unwrap();
    }
    assert!(text == TEMPLATE, "config.example.toml is old; BLESS=1 renews it\n{text}");
}

#[test]
fn init_never_overwrites() {
    let fixture = ConfigFixture::new(GOOD);
    let error = fixture.shown(&init(&fixture.path(), TEMPLATE).unwrap_err());
    assert_eq!(
        error,
        "config.toml: already there, and left as it is\n> edit it, or name another file with `-c FILE`"
    );
    assert_eq!(fs::read_to_string(fixture.path()).unwrap(), GOOD);
}

#[test]
fn template_parses_and_is_not_ready() {
    let fixture = ConfigFixture::of_all_vendors(TEMPLATE);

    let report = fixture.check();

    assert!(!report.is_ok());
    assert_eq!(
        fixture
            .short(&report.render(None))
            .split_inclusive('\n')
            .skip(3)
            .take(8)
            .collect::<String>(),
        r#"jd          not ready
            config.toml:56:12: jd.username of profile "prod": still a placeholder; put the real value in its place
            config.toml:59:14: jd.secret_key of profile "prod": still a placeholder; put the real value in its place
tencent     not ready
            config.toml:98:10: tencent.app_id of profile "prod": still a placeholder; put the real value in its place
            config.toml:101:11: tencent.api_key of profile "prod": still a placeholder; put the real value in its place
shumei      not ready
            config.toml:141:14: shumei.access_key of profile "prod": still a placeholder; put the real value in its place
"#
    );
}

/// The template's lines with every key set, each with the vendor's key that it sets.
fn all_set() -> Vec<(String, Option<(&'static Section, &'static Key)>)> {
    let of_section = |section: &&'static Section| {
        section.keys.iter().map(|key| (*section, key)).collect::<Vec<_>>()
    };
    let mut keys = ALL_SECTIONS.iter().flat_map(of_section).peekable();
    let set = |line: &'static str| {
        line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line)
    };
    let lines = TEMPLATE.lines().map(|line| {
        let line = format!("{}\n", set(line));
        let key = keys.next_if(|(_, key)| line.starts_with(&format!("{} = ", key.name)));
        (line, key)
    });
    let lines = lines.collect();
    let next = keys.next().map(|(section, key)| section.path(key.name));
    assert_eq!(next, None, "is not in the template, or not where its section has it");
    lines
}

#[test]
fn template_has_every_key_and_default() {
    let lines = all_set();
    for is_default in [true, false] {
        let serves = |(section, key): (&Section, &Key)| {
            key.api.is_none_or(|api| (section.key(API).unwrap().default == Some(api)) == is_default)
        };
        let set: String = lines
            .iter()
            .filter(|(_, key)| key.is_none_or(serves))
            .map(|(line, _)| &**line)
            .collect();
        let mut file = parser::parse(&set, Path::new("config.example.toml"), &ALL_SECTIONS);
        assert_eq!(file.problems, [""; 0]);
        assert!(file.allow_shared);
        assert_eq!(file.default_profile.as_deref(), Some("prod"));

        let profile = file.profiles.remove("prod").unwrap();
        let tables =
            ALL_SECTIONS.iter().map(|section| (*section, &profile.sections[section.name].entries));
        for (section, entries) in tables.chain([(&SETTINGS, &profile.settings)]) {
            for key in section.keys.iter().filter(|key| serves((section, key))) {
                let path = section.path(key.name);
                let entry = entries
                    .get(key.name)
                    .unwrap_or_else(|| panic!("{path} is not in the template"));
                assert!(
                    key.default.is_none_or(|default| entry.text() == Some(default)),
                    "{path} has another default"
                );
            }
        }
    }
}

#[test]
fn template_serves_the_newer_api_versions() {
    let mut text = TEMPLATE.to_owned();
    for (line, filled_in) in [
        ("#api = \"legacy\"", "api = \"openapi\""),
        ("#access_key_id = \"YOUR_ACCESS_KEY_ID\"", "access_key_id = \"id\""),
        ("#secret_access_key = \"YOUR_SECRET_ACCESS_KEY\"", "secret_access_key = \"k\""),
        ("#api = \"legacy\"", "api = \"v3\""),
        ("#secret_id = \"YOUR_SECRET_ID\"", "secret_id = \"id\""),
        ("#secret_key = \"YOUR_SECRET_KEY\"", "secret_key = \"k\""),
        ("#domain = \"YOUR_PUSH_DOMAIN\"", "domain = \"push.example.com\""),
    ] {
        assert!(text.contains(line), "{line}");
        text = text.replacen(line, filled_in, 1);
    }

    let vendors = ConfigFixture::of_all_vendors(text).check().to_json()["vendors"].take();

    assert_eq!(
        (&vendors[0]["state"], &vendors[1]["state"]),
        (&"ready".into(), &"ready".into()),
        "{vendors}"
    );
}

#[test]
fn template_names_every_variable() {
    for section in ALL_SECTIONS.iter() {
        for key in section.keys.iter().filter(|key| key.env) {
            assert!(TEMPLATE.contains(&section.variable(key)), "{}", section.variable(key));
        }
    }
}
