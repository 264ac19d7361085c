//! Names with a meaning to the simulator, so that refusals and encoders can be tried out, and the syntax of host names.

/// Whether the vendors here do not know a target of this name.
pub(crate) fn is_unknown(name: &str) -> bool {
    name.ends_with("_gone")
}

/// Whether the encoder of this stream gives up once it is cut; others push again.
pub(crate) fn gives_up(name: &str) -> bool {
    name.ends_with("_quits")
}

/// Whether a domain belongs to another account.
pub(crate) fn is_foreign_domain(domain: &str) -> bool {
    domain.split('.').next().is_some_and(|label| label.ends_with("-gone"))
}

/// Whether this is one host name, in any script: no list, scheme, port or path.
pub(crate) fn is_host_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_'))
        })
}
