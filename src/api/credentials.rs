//! [`Credentials`]: an access key of a vendor, permanent or temporary, as the APIs with a signature in the manner of AWS
//! take it.

use crate::api::setting::setting;
use crate::config::account::Account;
use crate::error::Result;
use crate::secret::Secret;

/// An access key. Of temporary credentials it has a security token, which travels with each request.
pub struct Credentials {
    /// Names the key; it is sent and shown.
    // No secret: journals keep it, so that two keys of an account are distinguished.
    pub id: String,
    /// Signs, and is never sent.
    pub secret: Secret,
    /// Of temporary credentials.
    pub security_token: Option<Secret>,
}

impl Credentials {
    /// Those of an account, whose profile has the id and the secret under these keys. Fetches both secrets.
    pub fn open(account: &Account, [id, secret]: [&str; 2]) -> Result<Self> {
        Ok(Self {
            id: setting(account, id)?,
            secret: account.secret(secret)?,
            security_token: account.optional_secret("security_token")?,
        })
    }

    /// The security token as it is, for the request that it travels with.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.security_token.as_ref().map(Secret::expose)
    }

    /// Whether they are temporary.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.security_token.is_some()
    }

    /// What to redact in text from outside.
    #[must_use]
    pub fn secrets(&self) -> Vec<&Secret> {
        // The token as well: it is sent as it is, and whoever has the secret too can sign with both.
        [&self.secret].into_iter().chain(&self.security_token).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Credentials with these values.
    pub(crate) fn credentials(id: &str, secret: &str, token: Option<&str>) -> Credentials {
        Credentials {
            id: id.into(),
            secret: Secret::new(secret.into()),
            security_token: token.map(|token| Secret::new(token.into())),
        }
    }

    #[test]
    fn token_is_a_secret_of_temporary_credentials() {
        for (token, secrets) in [(None, 1), (Some("t"), 2)] {
            let credentials = credentials("AKID", "s3cret", token);
            assert_eq!((credentials.token(), credentials.has_token()), (token, token.is_some()));
            assert_eq!(credentials.secrets().len(), secrets);
        }
    }
}
