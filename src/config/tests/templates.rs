use super::*;

fn init_at(path: &Path) -> Result<()> {
    init(path)
}

#[test]
fn init_writes_a_file_for_nobody_else_and_the_folders_to_it() {
    let stage = Stage::empty();
    init_at(&stage.path()).unwrap();

    assert_eq!(fs::read_to_string(stage.path()).unwrap(), TEMPLATE);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&stage.path()), mode(stage.path().parent().unwrap())), (0o600, 0o700));
    }
}

#[test]
fn init_never_overwrites() {
    let stage = Stage::new(GOOD);
    let error = stage.told(&init_at(&stage.path()).unwrap_err());
    assert_eq!(error, "config.toml: already there, and left as it is\n> edit it, or name another file with `-c FILE`");
    assert_eq!(fs::read_to_string(stage.path()).unwrap(), GOOD);
}

#[test]
fn the_template_can_be_read_and_asks_to_be_filled_in() {
    let stage = Stage::new(TEMPLATE);

    let report = stage.check();

    assert!(!report.is_ok());
    assert_eq!(
        stage.short(&report.render()).lines().skip(3).take(9).collect::<Vec<_>>().join("\n"),
        r#"jd       not ready
         config.toml:46:12: jd.username of profile "prod": still a placeholder; put the real value in its place
         config.toml:49:14: jd.secret_key of profile "prod": still a placeholder; put the real value in its place
tencent  not ready
         config.toml:62:10: tencent.app_id of profile "prod": still a placeholder; put the real value in its place
         config.toml:65:11: tencent.api_key of profile "prod": still a placeholder; put the real value in its place
shumei   not ready
         config.toml:81:14: shumei.access_key of profile "prod": still a placeholder; put the real value in its place
"#
    );
}

#[test]
fn the_template_has_every_key_and_its_default() {
    let set: String = TEMPLATE
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned() + "\n")
        .collect();
    let mut file = file::parse(&set, Path::new("config.example.toml"), SECTIONS);
    assert_eq!(file.problems, [""; 0]);
    assert!(file.allow_shared);
    assert_eq!(file.default_profile.as_deref(), Some("prod"));

    let stanza = file.profiles.remove("prod").unwrap();
    let tables = SECTIONS.iter().map(|section| (*section, &stanza.sections[section.name].entries));
    for (section, entries) in tables.chain([(&SETTINGS, &stanza.settings)]) {
        for key in section.keys {
            let path = section.path(key.name);
            let entry = entries.get(key.name).unwrap_or_else(|| panic!("{path} is not in the template"));
            assert!(key.default.is_none_or(|default| entry.text() == Some(default)), "{path} has another default");
        }
    }
}

#[test]
fn the_template_names_every_variable() {
    for section in SECTIONS {
        for key in section.keys.iter().filter(|key| key.env) {
            assert!(TEMPLATE.contains(&section.variable(key)), "{}", section.variable(key));
        }
    }
}
