use super::*;
use crate::config::play::PlaySource;
use crate::net::play_url::StreamNames;

const NAMES: StreamNames<'static> =
    StreamNames { domain: Some("push.example.com"), app: Some("live"), stream: "cam1" };

fn with_play(value: &str) -> ConfigFixture {
    ConfigFixture::new(format!("{GOOD}play = {value}\n"))
}

#[test]
fn template_gives_the_url_of_a_stream() {
    let fixture = with_play("\"https://play.example.com/{app}/{stream}.m3u8?k=4711\"");
    let account = fixture.profile().account(&JD).unwrap();
    let Some(PlaySource::Template(template)) = account.play() else { panic!() };
    let url = template.url(NAMES).unwrap();
    assert_eq!(url.as_str(), "https://play.example.com/live/cam1.m3u8?k=4711");
    let listing = fixture.show().render(None);
    assert!(listing.contains("https://play.example.com/{app}/{stream}.m3u8?***"), "{listing}");
    assert!(!listing.contains("4711"), "{listing}");
    assert_eq!(fixture.check().to_json()["vendors"][0]["state"], "ready");
}

#[test]
fn environment_gives_a_template() {
    let fixture = ConfigFixture::new(GOOD).env("LIVECTL_JD_PLAY", "http://h/{stream}.flv");
    assert!(matches!(
        fixture.profile().account(&JD).unwrap().play(),
        Some(PlaySource::Template(_))
    ));
    let none = ConfigFixture::new(GOOD);
    assert!(none.profile().account(&JD).unwrap().play().is_none());
}

#[test]
fn bad_play_urls_are_problems() {
    for (value, why) in [
        ("\"https://h/live.m3u8?k=4711\"", "write {stream}"),
        ("\"https://h/{channel}.m3u8?k=4711\"", "`{channel}` is no placeholder"),
        ("\"rtmp://h/{stream}?k=4711\"", "rtmp is not looked at"),
        ("{ env = \"PLAY\" }", "takes a URL in quotes, or { command"),
        ("{ command = [] }", "takes a URL in quotes, or { command"),
        ("7", "takes a URL in quotes, or { command"),
    ] {
        let report = with_play(value).check().render(None);
        assert!(report.contains(why), "{value}: {report}");
        assert!(!report.contains("4711"), "{report}");
    }
}

#[cfg(unix)]
#[test]
fn program_prints_the_url_of_a_stream() {
    let print = r#"{ command = ["sh", "-c", "echo http://h/$1/$2/$3.flv?sig=4711", "sh"] }"#;
    let fixture = with_play(print);
    let Some(PlaySource::Command(command)) = fixture.profile().account(&JD).unwrap().play() else {
        panic!()
    };
    let url = command.url(NAMES).unwrap();
    assert_eq!(url.as_str(), "http://h/push.example.com/live/cam1.flv?sig=4711");
    // It needs a stream: the check does not run it.
    let report = fixture.check().render(None);
    assert!(report.contains("ready") && !report.contains("ran `sh`"), "{report}");
    for script in ["exit 3", "echo no-url", "true", "echo rtmp://h/a", "echo a; echo b"] {
        let fixture = with_play(&format!("{{ command = [\"sh\", \"-c\", \"{script}\"] }}"));
        let Some(PlaySource::Command(command)) = fixture.profile().account(&JD).unwrap().play()
        else {
            panic!()
        };
        assert!(command.url(NAMES).is_err(), "{script}");
    }
}

#[cfg(unix)]
#[test]
fn play_url_with_login_requires_private_file() {
    let without_secret = "[profiles.prod.jd]\nusername = \"a\"\nsecret_key = { env = \"K\" }\n";
    for (url, is_refused) in [("http://u:p@h/{stream}", true), ("http://h/{stream}", false)] {
        let fixture = ConfigFixture::new(format!("{without_secret}play = \"{url}\"\n"));
        fixture.mode("config.toml", 0o644);
        let report = fixture.check().render(None);
        assert_eq!(report.contains("chmod 600"), is_refused, "{report}");
    }
}
