//! [`PlayTemplate`]: the play URLs of streams, with a placeholder for each part of a stream's name.
//!
//! Owns which URLs are accepted and how a name is written in one. A play URL may hold a signature: no message repeats it.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Position, Url};

use crate::net::endpoint::is_loopback;
use crate::secret::redact::{self, BLANK};

/// The parts of a stream's name; `None` for one that its vendor does not name.
#[derive(Clone, Copy, Debug)]
pub struct StreamNames<'a> {
    /// The push domain.
    pub domain: Option<&'a str>,
    /// The application.
    pub app: Option<&'a str>,
    /// The name in the application.
    pub stream: &'a str,
}

/// A play URL with placeholders.
#[derive(Clone)]
pub struct PlayTemplate {
    parts: Vec<TemplatePart>,
}

#[derive(Clone)]
enum TemplatePart {
    Text(String),
    Domain,
    App,
    Stream,
}

/// All but the characters that no part of a URL gives a meaning, and `/`, which divides a name as it divides a path.
const NAME: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A stream to check a template with.
const EXAMPLE: StreamNames<'_> =
    StreamNames { domain: Some("push.example.com"), app: Some("a"), stream: "s" };

const PLACEHOLDERS: &str = "the placeholders are {domain}, {app} and {stream}";

impl PlayTemplate {
    /// Reads a template; the error is what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after
                .split_once('}')
                .ok_or_else(|| format!("a `{{` has no `}}`; {PLACEHOLDERS}"))?;
            parts.push(TemplatePart::Text(before.to_owned()));
            parts.push(match name {
                "domain" => TemplatePart::Domain,
                "app" => TemplatePart::App,
                "stream" => TemplatePart::Stream,
                _ => return Err(unknown(name)),
            });
            rest = behind;
        }
        parts.push(TemplatePart::Text(rest.to_owned()));
        let template = Self { parts };
        template.url(EXAMPLE)?;
        Ok(template)
    }

    /// Whether it names each stream by itself.
    #[must_use]
    pub fn names_stream(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, TemplatePart::Stream))
    }

    /// Whether the streams are played from this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.url(EXAMPLE).is_ok_and(|url| is_loopback(&url))
    }

    /// The play URL of a stream.
    pub fn url(&self, names: StreamNames<'_>) -> Result<Url, String> {
        let mut text = String::new();
        for part in &self.parts {
            let name = match part {
                TemplatePart::Text(literal) => {
                    text.push_str(literal);
                    continue;
                }
                TemplatePart::Domain => names.domain.ok_or("{domain}"),
                TemplatePart::App => names.app.ok_or("{app}"),
                TemplatePart::Stream => Ok(names.stream),
            };
            let name = name.map_err(|placeholder| {
                format!("{placeholder} has no value: the operation names none; write it out")
            })?;
            text.extend(utf8_percent_encode(name, NAME));
        }
        play_url(&text)
    }
}

/// Reads a play URL without placeholders.
pub fn play_url(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text)
        .map_err(|_| "a play URL is written https://play.example.com/live/{stream}.m3u8")?;
    match url.scheme() {
        "http" | "https" => {}
        "rtmp" | "rtmps" | "rtsp" | "srt" | "webrtc" => {
            return Err(format!(
                "{} is not looked at; give the HLS (.m3u8) or HTTP-FLV (.flv) play URL",
                url.scheme()
            ));
        }
        _ => return Err("a play URL begins with http:// or https://".into()),
    }
    url.set_fragment(None);
    // A command that livectl printed has it in place of the query.
    if url.query() == Some(BLANK) {
        return Err("its query was left out where the command was printed; give it again".into());
    }
    // The URL's own rules resolve `.` and `..`, and a name would lead to another stream's path.
    let typed = text.split(['?', '#']).next().unwrap_or_default();
    let is_dotted = typed
        .split(['/', '\\'])
        .skip(3)
        .any(|segment| matches!(&*segment.to_ascii_lowercase().replace("%2e", "."), "." | ".."));
    if is_dotted {
        return Err("its path would have a segment `.` or `..`".into());
    }
    if url[Position::BeforeHost..Position::AfterHost].is_empty() {
        return Err("a play URL names a host".into());
    }
    Ok(url)
}

fn unknown(name: &str) -> String {
    // A longer one may be a value that slipped.
    let is_word = name.len() <= 20 && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    let shown = if is_word { format!("`{{{name}}}`") } else { "the text in `{…}`".to_owned() };
    format!("{shown} is no placeholder; {PLACEHOLDERS}")
}

impl fmt::Debug for PlayTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlayTemplate")
    }
}

/// A play URL as it may be shown: without user info and query.
#[must_use]
pub fn shown(url: &Url) -> String {
    redact::urls(url.as_str()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, names: StreamNames<'_>) -> Result<String, String> {
        Ok(PlayTemplate::parse(template)?.url(names)?.to_string())
    }

    const NAMES: StreamNames<'static> =
        StreamNames { domain: Some("push.example.com"), app: Some("live"), stream: "cam1" };

    #[test]
    fn placeholders_are_replaced() {
        for (template, url) in [
            (
                "https://play.example.com/{app}/{stream}.m3u8",
                "https://play.example.com/live/cam1.m3u8",
            ),
            ("http://{domain}/{stream}.flv?a={app}#x", "http://push.example.com/cam1.flv?a=live"),
            ("http://127.0.0.1:8080/one.m3u8?k=1", "http://127.0.0.1:8080/one.m3u8?k=1"),
            ("http://h/{stream}/{stream}.m3u8", "http://h/cam1/cam1.m3u8"),
        ] {
            assert_eq!(filled(template, NAMES).as_deref(), Ok(url), "{template}");
        }
    }

    #[test]
    fn names_are_percent_encoded() {
        for (stream, written) in [
            ("cam 1", "cam%201"),
            ("a?b#c&d=e", "a%3Fb%23c%26d%3De"),
            ("50%", "50%25"),
            ("直播", "%E7%9B%B4%E6%92%AD"),
            ("a/b", "a/b"),
            ("a+b~c", "a%2Bb~c"),
            ("{app}", "%7Bapp%7D"),
        ] {
            let names = StreamNames { stream, ..NAMES };
            let url = filled("http://h/{app}/{stream}.m3u8?s={stream}", names);
            assert_eq!(url, Ok(format!("http://h/live/{written}.m3u8?s={written}")));
        }
    }

    #[test]
    fn bad_templates_are_refused() {
        for (template, why) in [
            ("rtmp://h/{app}/{stream}", "rtmp is not looked at"),
            ("ftp://h/{stream}", "begins with http"),
            ("play.example.com/{stream}.m3u8", "is written https://"),
            ("https://h/{channel}.m3u8", "`{channel}` is no placeholder"),
            ("https://h/{sig=4711}.m3u8", "the text in `{…}` is no placeholder"),
            ("https://h/{stream.m3u8", "has no `}`"),
            ("", "is written https://"),
            ("https://h/../{stream}", "`..`"),
            ("https://h/{stream}.m3u8?***", "give it again"),
        ] {
            let error = PlayTemplate::parse(template).unwrap_err();
            assert!(error.contains(why), "{template}: {error}");
            assert!(!error.contains("4711"), "{error}");
        }
    }

    #[test]
    fn names_stay_in_their_segment() {
        for stream in ["..", ".", "a/../../b", "a/.."] {
            let names = StreamNames { stream, ..NAMES };
            let error = filled("http://h/{app}/{stream}", names).unwrap_err();
            assert!(error.contains("`..`"), "{stream}: {error}");
        }
        let dots = filled("http://h/{stream}.m3u8", StreamNames { stream: "..", ..NAMES });
        assert_eq!(dots.as_deref(), Ok("http://h/...m3u8"));
    }

    #[test]
    fn missing_part_of_a_name_is_refused() {
        let names = StreamNames { domain: None, app: None, stream: "8888_a" };
        let error = filled("http://h/{app}/{stream}.m3u8", names).unwrap_err();
        assert!(error.starts_with("{app} has no value"), "{error}");
        assert!(filled("http://h/live/{stream}.m3u8", names).is_ok());
    }

    #[test]
    fn secrets_of_a_url_are_not_shown() {
        let url = play_url("https://u:p@h:8443/a.m3u8?sig=4711").unwrap();
        assert_eq!(shown(&url), "https://h:8443/a.m3u8?***");
    }
}
