//! The `Authorization` header as both vendors took it over from AWS, and the headers that it vouches for.

use super::Call;

/// `ALGORITHM Credential=ID/SCOPE, SignedHeaders=NAME;NAME, Signature=HEX`, taken apart.
#[derive(Debug)]
pub(super) struct Authorization<'a> {
    /// Whose key signed.
    pub(super) id: &'a str,
    /// What the signing key was derived for: date, service and so on, divided by `/`.
    pub(super) scope: &'a str,
    /// The names of the headers that are signed, divided by `;`.
    pub(super) signed_headers: &'a str,
    /// In lower-case hex.
    pub(super) signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// The request's, as far as it is written like that.
    pub(super) fn read(call: &'a Call, algorithm: &str) -> Option<Self> {
        let parts = header(call, "authorization")?.strip_prefix(algorithm)?.strip_prefix(' ')?;
        let mut parts = parts.split(',').map(str::trim);
        let (id, scope) = parts.next()?.strip_prefix("Credential=")?.split_once('/')?;
        let signed_headers = parts.next()?.strip_prefix("SignedHeaders=")?;
        let signature = parts.next()?.strip_prefix("Signature=")?;
        parts.next().is_none().then_some(Self { id, scope, signed_headers, signature })
    }

    /// Whether it vouches for a header.
    pub(super) fn signs(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed == name)
    }

    /// A line `name:value` for each signed header; `None` where their names are not in lower case and in order, each once,
    /// or one names what the request does not have.
    pub(super) fn canonical_headers(&self, call: &Call) -> Option<String> {
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        let in_order = names.is_sorted_by(|one, next| one < next);
        let in_lower_case = !self.signed_headers.bytes().any(|byte| byte.is_ascii_uppercase());
        let lines =
            || names.iter().map(|name| Some(format!("{name}:{}\n", header(call, name)?))).collect();
        if in_order && in_lower_case { lines() } else { None }
    }
}

/// The value of a header that the request has once.
pub(super) fn header<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    let mut values = call.headers().get_all(name).iter();
    let value = std::str::from_utf8(values.next()?.as_bytes()).ok()?;
    values.next().is_none().then_some(value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::tests::get;

    fn call(headers: &[(&'static str, &str)]) -> Call {
        let mut call = get("/");
        for (name, value) in headers {
            call.headers_mut().append(*name, value.parse().unwrap());
        }
        call
    }

    fn canonical(names: &str) -> Option<String> {
        let text = format!("A-B Credential=id/scope, SignedHeaders={names}, Signature=00");
        let call = call(&[
            ("Authorization", &text),
            ("Host", " a.com "),
            ("X-Nonce", "N 1"),
            ("X-Two", "1"),
            ("X-Two", "2"),
        ]);
        Authorization::read(&call, "A-B").unwrap().canonical_headers(&call)
    }

    #[test]
    fn the_header_is_taken_apart() {
        let call = call(&[(
            "Authorization",
            "A-B Credential=id/2026/live/x, SignedHeaders=host;x-nonce,Signature=0a",
        )]);
        let read = Authorization::read(&call, "A-B").unwrap();
        assert_eq!((read.id, read.scope), ("id", "2026/live/x"));
        assert_eq!((read.signed_headers, read.signature), ("host;x-nonce", "0a"));
        assert!(read.signs("host") && read.signs("x-nonce"));
        assert!(!read.signs("nonce"));
    }

    #[test]
    fn what_is_written_otherwise_is_not_read() {
        for text in [
            "",
            "A-B",
            "A-BCredential=id/scope, SignedHeaders=host, Signature=00",
            "A-C Credential=id/scope, SignedHeaders=host, Signature=00",
            "A-B Credential=id, SignedHeaders=host, Signature=00",
            "A-B Credential=id/scope, Signature=00, SignedHeaders=host",
            "A-B Credential=id/scope, SignedHeaders=host",
            "A-B Credential=id/scope, SignedHeaders=host, Signature=00, More=1",
        ] {
            assert!(
                Authorization::read(&call(&[("Authorization", text)]), "A-B").is_none(),
                "{text}"
            );
        }
        assert!(Authorization::read(&call(&[]), "A-B").is_none());
    }

    #[test]
    fn signed_headers_are_in_lower_case_and_in_order_and_each_is_there_once() {
        assert_eq!(canonical("host;x-nonce").as_deref(), Some("host:a.com\nx-nonce:N 1\n"));
        for names in
            ["x-nonce;host", "host;host", "Host", "host;x-other", "host;x-two", "", "host;"]
        {
            assert_eq!(canonical(names), None, "{names}");
        }
    }
}
