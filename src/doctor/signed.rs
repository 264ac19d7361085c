//! The check of `doctor --signed`: one call that changes nothing, signed as in a run, shows whether the vendor accepts the key.

use crate::input::rows::Rows;
use std::cell::RefCell;
use std::rc::Rc;

use chrono::Utc;
use tokio::sync::mpsc::unbounded_channel;

use crate::api::operation::{Operation, PlanContext};
use crate::api::operation_input::OperationInput;
use crate::api::spec::{Api, SignedLook, Vendor, Vendors};
use crate::config::account::Account;
use crate::doctor::findings::{Check, Finding, VendorFindings};
use crate::engine::context::{Engine, Limits, NoViewers, Observer};
use crate::error::{Error, Result};
use crate::input::batch::Batch;
use crate::net::client::Transport;
use crate::outcome::Outcome;
use crate::outcome::fault::{Fault, FaultKind};

/// Why no call is made at this account's API, where it has none that changes nothing.
pub(super) fn impossible(vendors: Vendors, account: &Account) -> Option<String> {
    let vendor = vendor_of(vendors, account)?;
    let has_look = vendor.version(account.api()).signed_look.is_some();
    let why = || format!("not possible: each call of {}'s API acts", vendor.name.title());
    (!has_look).then(why)
}

fn vendor_of(vendors: Vendors, account: &Account) -> Option<&'static Vendor> {
    vendors.iter().find(|vendor| vendor.section.name == account.section.name)
}

/// Makes the call of this account's API, if it has one.
pub(super) async fn check(
    vendors: Vendors,
    account: Account,
    transport: &impl Transport,
    limits: Limits,
    report: &mut VendorFindings,
) {
    let Some(vendor) = vendor_of(vendors, &account) else { return };
    let Some(look) = vendor.version(account.api()).signed_look else { return };
    let planned = vendor.open(&account).and_then(|api| Ok((api, plan(vendors, &look, account)?)));
    let (api, operation) = match planned {
        Ok(planned) => planned,
        Err(error) => return report.add(Finding::failed(Check::Signed, error.to_string())),
    };
    let call = operation.spec().title();
    let outcome = send(&api, operation, transport, limits).await;
    let elapsed = outcome.elapsed.unwrap_or_default();
    let Some(fault) = &outcome.fault else {
        let detail = format!("the key is accepted ({call})");
        return report.add(Finding::ok(Check::Signed, detail).took(elapsed));
    };
    let hint = fault.hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default();
    let detail = format!("{} ({call}){hint}", fault.message);
    // Where a vendor has no code for a wrong key, a refusal of a call that needs nothing else is taken for one.
    let may_be_the_key = || {
        let code = outcome.answer.code.as_ref();
        code.is_some_and(|code| api.credentials_doubt(code).is_some())
    };
    let finding = match fault.kind {
        FaultKind::Credentials if !fault.is_about_address => Finding::refused_key(detail),
        FaultKind::Refused if may_be_the_key() => Finding::refused_key(detail),
        // The signature was accepted before the vendor looked at what it asks for.
        FaultKind::Refused => Finding::warning(Check::Signed, detail),
        _ => Finding::failed(Check::Signed, detail),
    };
    report.add(finding.took(elapsed));
}

/// The call as an operation of this account.
fn plan(vendors: Vendors, look: &SignedLook, account: Account) -> Result<Box<dyn Operation>> {
    let input = OperationInput::new(account.section.name, look.action);
    let is_needed = |(key, _): &&(&'static str, &str)| account.text(key).is_none();
    let settings = look.settings.iter().filter(is_needed);
    let input = settings.fold(input, |input, (key, value)| input.with(key, (*value).to_owned()));
    let mut context = PlanContext { accounts: vec![account], ..PlanContext::at(Utc::now()) };
    let read = vendors.read(&input.on(look.target), &mut context);
    read.map_err(|problem| Error::input(format!("{}: {}", problem.key, problem.message)))
}

async fn send(
    api: &Rc<dyn Api>,
    operation: Box<dyn Operation>,
    transport: &impl Transport,
    limits: Limits,
) -> Outcome {
    let settled = SettledOutcome(RefCell::new(Outcome::skipped(Fault::internal())));
    let engine = Engine {
        transport,
        operations: Rows::Listed(&[operation]),
        // The first answer counts: what a retry would hide is what a doctor is asked for.
        limits: Limits { attempts: 1, verify: None, ..limits },
        clock: Rc::new(Utc::now),
        observer: &settled,
        viewers: &NoViewers,
    };
    let (_sender, mut interruptions) = unbounded_channel();
    engine.run(vec![(Rc::clone(api), vec![Batch::One(0)])], &mut interruptions).await;
    settled.0.into_inner()
}

/// Keeps the outcome of the one call.
struct SettledOutcome(RefCell<Outcome>);

impl Observer for SettledOutcome {
    // Nothing is recorded: the call changes nothing.
    async fn intent(&self, _rows: &[u32], _attempt: u32) -> bool {
        true
    }

    fn settled(&self, _row: usize, outcome: Outcome) {
        self.0.replace(outcome);
    }

    fn detail(&self, _text: &dyn Fn() -> String) {}

    fn note(&self, _text: &str) {}

    fn failure(&self) -> Option<Fault> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::VENDORS;
    use crate::outcome::effect::Effect;

    #[test]
    fn every_look_changes_nothing() {
        for vendor in VENDORS.iter() {
            for api in vendor.apis {
                let Some(look) = api.signed_look else { continue };
                let account = Account::made_up(vendor.section, "prod", &[("api", api.id)]);
                let operation = plan(VENDORS, &look, account).unwrap();
                assert_eq!(operation.spec().effect, Effect::None, "{}", api.id);
            }
        }
    }

    #[test]
    fn account_setting_overrides_that_of_the_look() {
        let vendor = VENDORS.iter().find(|vendor| vendor.name.as_str() == "jd").unwrap();
        let domain = |keys: &[(&'static str, &str)]| {
            let account = Account::made_up(vendor.section, "prod", keys);
            let look = vendor.version("").signed_look.unwrap();
            plan(VENDORS, &look, account).unwrap().domain().map(str::to_owned)
        };
        assert_eq!(domain(&[("domain", "own.example.com")]).as_deref(), Some("own.example.com"));
        assert_eq!(domain(&[]).as_deref(), Some("push.example.com"));
    }
}
