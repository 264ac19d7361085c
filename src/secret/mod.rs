//! [`Secret`]: a credential that signers can read and nothing can print.
//!
//! Where a secret comes from is decided in `config`; [`redact`] removes it from foreign text.

pub mod redact;

use zeroize::Zeroizing;

/// A credential. It has no `Display`, no `Deref` and no `Serialize`, and is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over a text that must not be shown.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, for signers and for the redaction of foreign text; nothing else may call it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Written out: a derived `Debug` of a struct around it would print the key.
        f.write_str("Secret(***)")
    }
}
