//! The digests of the vendors' signatures, computed apart from the program.

/// MD5 as the older APIs write it.
pub fn md5_hex(text: &str) -> String {
    use md5::{Digest, Md5};
    hex(&Md5::digest(text.as_bytes()))
}

/// SHA-256 as the newer APIs write it.
pub fn sha256_hex(text: &str) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref())
}

/// The key of a signature: each word signed with the one before it.
pub fn hmac_chain<'w>(secret: &str, words: impl IntoIterator<Item = &'w str>) -> Vec<u8> {
    let sign = |key: &[u8], text: &str| {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key);
        ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
    };
    words.into_iter().fold(secret.as_bytes().to_vec(), |key, word| sign(&key, word))
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
