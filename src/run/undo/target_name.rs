//! [`NameIndex`]: the names by which `undo` calls the targets of a run.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::log::ledger::TargetKey;
use crate::text::folded;

/// All names of the targets of a run.
// A run of `apply` may change one stream name at two domains. Such a name alone means neither.
#[derive(Default)]
pub(super) struct NameIndex {
    by_name: HashMap<String, Vec<NamedTarget>>,
}

/// A target that a name means.
struct NamedTarget {
    index: usize,
    /// The name begins with a domain, whose case means nothing.
    is_domain_first: bool,
}

impl NameIndex {
    /// Adds a target; `is_domain` means that it is a domain itself.
    pub(super) fn add(&mut self, index: usize, key: &TargetKey, is_domain: bool) {
        for (name, is_domain_first) in names(key, is_domain) {
            let named = self.by_name.entry(name).or_default();
            if named.last().is_none_or(|last| last.index != index) {
                named.push(NamedTarget { index, is_domain_first });
            }
        }
    }

    /// The targets that a name means.
    #[must_use]
    pub(super) fn find(&self, name: &str) -> Vec<usize> {
        let folded = with_folded_domain(name);
        let exact = self.by_name.get(name).into_iter().flatten();
        let by_domain = self.by_name.get(&*folded).into_iter().flatten();
        let by_domain = by_domain.filter(|named| named.is_domain_first);
        let mut found: Vec<_> = exact.chain(by_domain).map(|named| named.index).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The shortest name that means this target alone.
    #[must_use]
    pub(super) fn shortest(&self, key: &TargetKey, is_domain: bool) -> String {
        let mut names = names(key, is_domain);
        let unique = names.iter().position(|(name, _)| self.find(name).len() == 1);
        names.swap_remove(unique.unwrap_or(names.len() - 1)).0
    }
}

/// From the shortest to the longest, and whether each begins with a domain.
fn names(key: &TargetKey, is_domain: bool) -> Vec<(String, bool)> {
    let [vendor, domain, app, target] = key.parts();
    let has_domain = !domain.is_empty();
    let join = |parts: [&str; 3]| {
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("/")
    };
    let whole = join([domain, app, target]);
    let by_vendor = format!("{vendor}:{whole}");
    vec![
        (target.to_owned(), is_domain),
        (join([domain, "", target]), is_domain || has_domain),
        (whole, is_domain || has_domain),
        (by_vendor, is_domain || has_domain),
    ]
}

/// The name with its beginning, up to the first slash, without regard to case.
fn with_folded_domain(name: &str) -> Cow<'_, str> {
    match name.split_once('/') {
        Some((domain, rest)) => format!("{}/{rest}", folded(domain)).into(),
        None => folded(name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::VENDORS;
    use crate::log::record::OperationFields;

    /// The keys of these operations, each with its action, target, domain and application.
    fn keys(operations: &[[&'static str; 5]]) -> Vec<(TargetKey, bool)> {
        let key = |[vendor, action, target, domain, app]: &[&'static str; 5]| {
            let mut fields = json!({"vendor": vendor, "action": action, "target": target});
            let place = [("domain", domain), ("app", app)];
            for (name, text) in place.into_iter().filter(|(_, text)| !text.is_empty()) {
                fields[name] = json!(text);
            }
            let text = fields.to_string();
            let fields: OperationFields<'_> = serde_json::from_str(&text).unwrap();
            (TargetKey::of(VENDORS, &fields), *action == "timeout")
        };
        operations.iter().map(key).collect()
    }

    fn index(keys: &[(TargetKey, bool)]) -> NameIndex {
        let mut index = NameIndex::default();
        for (number, (key, is_domain)) in keys.iter().enumerate() {
            index.add(number, key, *is_domain);
        }
        index
    }

    #[test]
    fn domain_distinguishes_targets_of_one_name() {
        let keys = keys(&[
            ["jd", "forbid", "live/c", "A.example.com", ""],
            ["jd", "forbid", "live/c", "b.example.com", ""],
            ["jd", "timeout", "Push.Example.com", "", ""],
            ["tencent", "forbid", "c", "a.example.com", "live"],
            ["tencent", "forbid", "d", "", ""],
        ]);
        let index = index(&keys);
        for (name, found) in [
            ("live/c", vec![0, 1]),
            ("B.example.com/live/c", vec![1]),
            ("b.example.com/Live/c", vec![]),
            ("a.example.com/live/c", vec![0, 3]),
            ("tencent:a.example.com/live/c", vec![3]),
            ("a.example.com/c", vec![3]),
            ("push.example.COM", vec![2]),
            ("d", vec![4]),
            ("D", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(index.find(name), found, "{name}");
        }
        let shortest = keys.iter().map(|(key, is_domain)| index.shortest(key, *is_domain));
        assert_eq!(
            shortest.collect::<Vec<_>>(),
            ["jd:a.example.com/live/c", "b.example.com/live/c", "push.example.com", "c", "d"]
        );
    }

    #[test]
    fn target_without_domain_has_its_own_name() {
        let keys = keys(&[
            ["jd", "forbid", "live/c", "", ""],
            ["jd", "forbid", "live/c", "b.example.com", ""],
        ]);
        let index = index(&keys);
        assert_eq!(index.shortest(&keys[0].0, false), "jd:live/c");
        assert_eq!(index.find("jd:live/c"), [0]);
    }
}
