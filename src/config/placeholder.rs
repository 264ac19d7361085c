//! Texts that only mark the place of a value: templates, variables not expanded, references to a secret store.

/// The kind of a placeholder.
enum Placeholder {
    /// To be filled in.
    Blank,
    /// A variable, by its name where that is plain.
    Variable(Option<String>),
    /// To be fetched from a secret store.
    Reference,
}

/// Whether the text of a key that is no secret is a placeholder.
pub(super) fn is_placeholder(text: &str) -> bool {
    // The scheme of a URL would pass for that of a secret store.
    !is_web_address(text) && classify(text).is_some()
}

/// Why the text of a key that is no secret is a placeholder, and what to write instead.
pub(super) fn text_problem(text: &str) -> Option<String> {
    if is_web_address(text) { None } else { problem(text) }
}

/// The only URLs that keys take.
fn is_web_address(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme))
}

/// Why a secret is a placeholder, and what to write instead.
pub(super) fn problem(text: &str) -> Option<String> {
    Some(match classify(text)? {
        Placeholder::Blank => "still a placeholder; put the real value in its place".to_owned(),
        Placeholder::Variable(name) => format!(
            "still a placeholder: the profile file expands no variables; to read one, write `{{ env = \"{}\" }}`",
            name.as_deref().unwrap_or("JD_SECRET")
        ),
        Placeholder::Reference => "still a placeholder: a reference to a secret store that nothing resolves; write \
             `{ command = [\"PROGRAM\", \"ARGUMENT\"] }` with the program that prints the secret, or `{ env = \"JD_SECRET\" }`"
            .to_owned(),
    })
}

fn classify(text: &str) -> Option<Placeholder> {
    let text = text.trim();
    if is_blank(&text.to_lowercase().replace('-', "_")) {
        return Some(Placeholder::Blank);
    }
    if is_reference(text) {
        return Some(Placeholder::Reference);
    }
    variable(text)
}

fn is_blank(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "changeme",
        "change_me",
        "replaceme",
        "replace_me",
        "todo",
        "fixme",
        "tbd",
        "placeholder",
        "redacted",
        "removed",
        "null",
        "nil",
        "none",
        "undefined",
        "nan",
        "n/a",
        "secret_here",
    ];
    let is_all = |mark: char, least: usize| text.len() >= least && text.chars().all(|c| c == mark);
    is_all('.', 1)
        || is_all('…', 1)
        || is_all('*', 1)
        // A secret of one or two such letters is short, but may be real.
        || is_all('x', 3)
        || text.starts_with("your_")
        || (text.starts_with('<') && text.ends_with('>'))
        // As programs blank a value in what they print: `***REMOVED***`, `[REDACTED]`.
        || WORDS.contains(&text.trim_matches(['*', '[', ']', '(', ')']))
}

/// `op://vault/item`, `vault://…`, `arn:aws:…`, `ENC[…]`, `$ANSIBLE_VAULT;…`, `!vault …`.
// No vendor's secret looks like one.
fn is_reference(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    scheme.is_some_and(is_scheme)
        || ["arn:aws:", "$ANSIBLE_VAULT;", "!vault", "!secret ", "vault:", "ref+"]
            .iter()
            .any(|start| text.starts_with(start))
        || (text.ends_with(']') && ["ENC[", "ENC ["].iter().any(|start| text.starts_with(start)))
}

/// A variable in the notation of a shell, a template engine, Windows or a CI system.
fn variable(text: &str) -> Option<Placeholder> {
    const WRAPPED: [(&str, &str); 12] = [
        ("${{", "}}"),
        ("${", "}"),
        ("$(", ")"),
        ("{{", "}}"),
        ("{%", "%}"),
        ("#{", "}"),
        ("((", "))"),
        ("[[", "]]"),
        ("%", "%"),
        ("__", "__"),
        ("@", "@"),
        ("`", "`"),
    ];
    let wrapped = WRAPPED.iter().find_map(|(start, end)| {
        text.strip_prefix(start)?.strip_suffix(end).filter(|inner| !inner.trim().is_empty())
    });
    if let Some(inner) = wrapped {
        // `{{ .Values.key }}`, `${{ secrets.JD_SECRET }}`: the last part is the name.
        let name = inner.trim().rsplit('.').next().unwrap_or_default();
        // `${NAME:-default}`.
        let name = name.split(':').next().unwrap_or_default();
        return Some(Placeholder::Variable(is_variable_name(name).then(|| name.to_owned())));
    }
    let name = text.strip_prefix('$').or_else(|| text.strip_prefix("env:"))?;
    let name = name.strip_prefix("env:").unwrap_or(name);
    // Without brackets it may be a secret that begins with `$`, which is not repeated unless it reads like a variable.
    let is_plain = is_variable_name(name) && name.contains('_');
    is_identifier(name).then(|| Placeholder::Variable(is_plain.then(|| name.to_owned())))
}

/// Whether any shell accepts it as the name of a variable.
pub(super) fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether it is written as environment variables are: in capitals.
fn is_variable_name(name: &str) -> bool {
    is_identifier(name) && !name.contains(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_recognized() {
        for text in [
            "${JD_SECRET}",
            "$JD_SECRET",
            "$K",
            "{{ key }}",
            "{{key}}",
            "%JD_SECRET%",
            "<x>",
            "<your key>",
            "null",
            "NULL",
            "undefined",
            "op://vault/jd/key",
            "ENC[AES256_GCM,data:abc]",
            "vault:secret/data/jd#key",
            "$(pass show jd)",
            "`pass show jd`",
            "${{ secrets.JD }}",
            "${JD:-x}",
            "@JD_SECRET@",
            "((jd))",
            "#{jd}",
            "[[jd]]",
            "None",
            "nil",
            "arn:aws:secretsmanager:eu:1:secret:jd",
            "!vault |",
            "YOUR_API_KEY",
            "changeme",
            "xxxx",
            "...",
            "***",
            "…",
            " ${X} ",
            "$env:JD_SECRET",
            "file:///run/secrets/jd",
        ] {
            assert!(problem(text).is_some() && is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn real_secrets_are_no_placeholders() {
        for text in [
            "914a3f412fd9bc1eec14bb5eb104d253",
            "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
            "s3cr\"et/Key+=",
            "$2y$10$abc/def",
            "pa$$word",
            "100%",
            "{abc",
            "x",
            "null0",
            "nonesuch",
            "k%e%y",
            "s3cret $HOME `id`",
            "://x",
        ] {
            assert_eq!(problem(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_secret_is_no_web_address() {
        assert!(problem("https://vault.test/key").is_some());
        assert!(!is_placeholder("https://opencdn.jcloud.com") && is_placeholder("op://vault/user"));
        assert_eq!(text_problem("http://fcgi.video.qcloud.com"), None);
    }

    #[test]
    fn hint_names_only_a_real_variable() {
        for (text, name) in [
            ("${TENCENT_KEY}", "TENCENT_KEY"),
            ("%TENCENT_KEY%", "TENCENT_KEY"),
            ("{{ TENCENT_KEY }}", "TENCENT_KEY"),
            ("${{ secrets.TENCENT_KEY }}", "TENCENT_KEY"),
            ("$TENCENT_KEY", "TENCENT_KEY"),
            ("$canary", "JD_SECRET"),
            ("$CANARY7", "JD_SECRET"),
            ("{{ canary }}", "JD_SECRET"),
        ] {
            let why = problem(text).unwrap();
            assert!(why.contains(&format!("{{ env = \"{name}\" }}")), "{text}: {why}");
        }
        assert!(problem("op://canary/x").is_some_and(|why| !why.contains("canary")));
    }
}
