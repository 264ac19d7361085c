//! The values of a profile file: which TOML each kind of key takes.

use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use crate::config::placeholder::is_identifier;
use crate::config::secret_source::SecretSource;
use crate::config::section::{Key, ValueKind};
use crate::config::value::Value;

/// Whether anyone who reads the value can act in the operator's name.
pub(super) fn is_secret(key: &Key, value: &Value) -> bool {
    match value {
        // The other forms give only the place of a secret.
        Value::Secret(source) => matches!(source, SecretSource::Inline(_)),
        // The URL of a proxy may contain a password, and so may a play URL.
        Value::Text(text) => {
            (key.name == "proxy" || key.kind == ValueKind::PlayUrl) && text.contains('@')
        }
    }
}

/// Reads the value of a key, or reports why it is none.
pub(super) fn value(key: &Key, node: &DeValue<'_>) -> Result<Value, String> {
    match (key.kind, node) {
        (
            ValueKind::Text | ValueKind::TextOrInteger | ValueKind::PlayUrl,
            DeValue::String(text),
        ) => key.text(text),
        (ValueKind::Integer | ValueKind::TextOrInteger, DeValue::Integer(digits)) => {
            // TOML has four radixes, and the library keeps the digits as they are.
            let number = i64::from_str_radix(digits.as_str(), digits.radix())
                .map_err(|_| "takes a smaller number")?;
            key.text(&number.to_string())
        }
        (ValueKind::Boolean, DeValue::Boolean(value)) => Ok(Value::Text(value.to_string())),
        (ValueKind::Secret, DeValue::String(text)) => {
            Ok(Value::Secret(SecretSource::Inline(Zeroizing::new(text.to_string()))))
        }
        (ValueKind::Secret, DeValue::Table(table)) => secret_source(table).map(Value::Secret),
        // A signed play URL differs for each stream, which only a program can follow.
        (ValueKind::PlayUrl, DeValue::Table(table)) => match secret_source(table) {
            Ok(source @ SecretSource::Command(_)) => Ok(Value::Secret(source)),
            Ok(_) | Err(_) => Err(PLAY_FORMS.into()),
        },
        (ValueKind::Text, _) => Err("takes a string, in quotes".into()),
        (ValueKind::Boolean, _) => Err("takes true or false, without quotes".into()),
        (ValueKind::Integer, _) => Err("takes a whole number, without quotes".into()),
        (ValueKind::TextOrInteger, _) => Err("takes a string or a whole number".into()),
        (ValueKind::Secret, _) => Err(SECRET_FORMS.into()),
        (ValueKind::PlayUrl, _) => Err(PLAY_FORMS.into()),
    }
}

const SECRET_FORMS: &str = r#"takes a string, or exactly one of { env = "NAME" }, { file = "PATH" } and { command = ["PROGRAM", "ARGUMENT"] }"#;

const PLAY_FORMS: &str =
    r#"takes a URL in quotes, or { command = ["PROGRAM", "ARGUMENT"] }, a program that prints one"#;

fn secret_source(table: &DeTable<'_>) -> Result<SecretSource, String> {
    let mut members = table.iter().map(|(key, node)| (key.get_ref().as_ref(), node.get_ref()));
    let (Some(member), None) = (members.next(), members.next()) else {
        return Err(SECRET_FORMS.into());
    };
    match member {
        // A secret pasted in place of the name mostly fails this.
        ("env", DeValue::String(name)) if is_identifier(name) => {
            Ok(SecretSource::Env { name: name.to_string(), value: None })
        }
        ("file", DeValue::String(path)) if !path.is_empty() => {
            Ok(SecretSource::File(path.as_ref().into()))
        }
        ("command", DeValue::Array(words)) => {
            let words: Option<Vec<_>> =
                words.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect();
            let words =
                words.filter(|words| words.first().is_some_and(|program| !program.is_empty()));
            words.map(SecretSource::Command).ok_or_else(|| SECRET_FORMS.into())
        }
        _ => Err(SECRET_FORMS.into()),
    }
}
