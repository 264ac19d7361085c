//! Which records speak of the same account.
//!
//! Owns what distinguishes accounts; the records themselves are read in [`ledger`](super::ledger).

use std::collections::HashMap;

use crate::api::spec::{AccountIdentity, Vendors};
use crate::journal::run_record::AccountRecord;

/// Numbers for accounts, equal numbers for what is known to be one account.
pub struct AccountScopes {
    vendors: Vendors,
    by_token: HashMap<String, usize>,
    /// For each number the one that it was found to be equal to; itself at the end of such a chain.
    same_as: Vec<usize>,
    /// The profile's numbers that an account's id is already known for.
    identified: HashMap<usize, usize>,
}

impl AccountScopes {
    /// No numbers yet, for accounts at these vendors.
    #[must_use]
    pub fn new(vendors: Vendors) -> Self {
        Self { vendors, by_token: HashMap::new(), same_as: Vec::new(), identified: HashMap::new() }
    }

    /// The number for records of this profile at this vendor.
    // Two users may call one account by different profiles, and one profile may sign with another key every month. An `app_id`
    // and a user name are the account; a key's id is only one of its keys, so that there the profile's name decides too.
    pub fn scope(
        &mut self,
        vendor: &str,
        profile: Option<&str>,
        account: Option<&AccountRecord>,
    ) -> usize {
        let id = account.and_then(|account| Some((account.id.as_deref()?, account)));
        // Of the environment alone the profile has no name, and only the id shows whose it is.
        let profile = match (profile, id) {
            (None, Some(_)) => None,
            (profile, _) => Some(self.number(format!("{vendor} profile {profile:?}"))),
        };
        let Some((id, account)) = id else { return profile.unwrap_or_default() };
        let identity = self.number(format!("{vendor} id {id}"));
        let Some(profile) = profile else { return identity };
        let api = self.vendors.api(vendor, &account.api);
        if api.is_some_and(|api| matches!(api.identity, AccountIdentity::Account(_))) {
            // A profile that was given another account: its older records are of the other one.
            if *self.identified.entry(profile).or_insert(identity) != identity {
                return identity;
            }
        }
        self.unite(profile, identity);
        identity
    }

    /// The number that all numbers of one account share.
    #[must_use]
    pub fn root(&self, mut scope: usize) -> usize {
        while self.same_as[scope] != scope {
            scope = self.same_as[scope];
        }
        scope
    }

    fn number(&mut self, token: String) -> usize {
        let next = self.same_as.len();
        let number = *self.by_token.entry(token).or_insert(next);
        if number == next {
            self.same_as.push(next);
        }
        number
    }

    // The lower number stays, so that no chain has a circle.
    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.same_as[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;

    fn account(api: &str, id: Option<&str>) -> AccountRecord {
        AccountRecord { api: api.into(), endpoint: None, id: id.map(str::to_owned) }
    }

    /// Whether the last of these records, of (profile, API, id), speaks of the account of the first.
    fn is_same(records: &[(Option<&str>, &str, Option<&str>)]) -> bool {
        let mut scopes = AccountScopes::new(VENDORS);
        let numbers: Vec<_> = records
            .iter()
            .map(|(profile, api, id)| {
                let account = account(api, *id);
                scopes.scope("tencent", *profile, (!api.is_empty()).then_some(&account))
            })
            .collect();
        scopes.root(numbers[0]) == scopes.root(numbers[numbers.len() - 1])
    }

    #[test]
    fn account_is_known_by_its_id() {
        let (prod, night) = (Some("prod"), Some("night"));
        assert!(is_same(&[(prod, "legacy", Some("1")), (night, "legacy", Some("1"))]));
        assert!(is_same(&[(None, "legacy", Some("1")), (night, "legacy", Some("1"))]));
        assert!(!is_same(&[(prod, "legacy", Some("1")), (prod, "legacy", Some("2"))]));
        assert!(!is_same(&[(None, "legacy", Some("1")), (None, "legacy", Some("2"))]));
    }

    #[test]
    fn key_is_replaced_within_a_profile() {
        let (prod, night) = (Some("prod"), Some("night"));
        assert!(is_same(&[(prod, "v3", Some("a")), (prod, "v3", Some("b"))]));
        assert!(is_same(&[(prod, "v3", Some("a")), (night, "v3", Some("a"))]));
        assert!(!is_same(&[(prod, "v3", Some("a")), (night, "v3", Some("b"))]));
        assert!(is_same(&[
            (night, "v3", Some("a")),
            (prod, "v3", Some("a")),
            (prod, "v3", Some("b"))
        ]));
        assert!(is_same(&[(prod, "legacy", Some("1")), (prod, "v3", Some("a"))]));
    }

    #[test]
    fn old_records_are_known_by_their_profile() {
        let prod = Some("prod");
        assert!(is_same(&[(prod, "", None), (prod, "", None)]));
        assert!(is_same(&[(prod, "", None), (prod, "legacy", Some("1"))]));
        assert!(is_same(&[(None, "", None), (None, "", None)]));
        assert!(!is_same(&[(prod, "", None), (None, "", None)]));
    }

    #[test]
    fn vendors_are_distinguished() {
        let mut scopes = AccountScopes::new(VENDORS);
        let (one, other) =
            (scopes.scope("jd", Some("p"), None), scopes.scope("tencent", Some("p"), None));
        assert_ne!(scopes.root(one), scopes.root(other));
    }
}
