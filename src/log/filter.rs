//! [`RecordFilter`]: which records a reading counts.

use memchr::memmem;

use crate::api::spec::Vendors;
use crate::log::record::OperationFields;
use crate::output::json;

/// Which records a reading counts.
#[derive(Clone)]
pub struct RecordFilter {
    /// The vendors whose operations are known.
    pub vendors: Vendors,
    /// A part of the target.
    pub target: Option<String>,
    /// The vendor.
    pub vendor: Option<String>,
}

impl RecordFilter {
    /// One that lets every record pass.
    #[must_use]
    pub fn open(vendors: Vendors) -> Self {
        Self { vendors, target: None, vendor: None }
    }

    /// Whether it lets every record pass.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.target.is_none() && self.vendor.is_none()
    }

    /// Whether a record that passes may be in these lines; `false` only where none can.
    // Searched for as it is written: most files of a folder need not be parsed.
    pub(super) fn may_pass(&self, lines: &[u8]) -> bool {
        let written = |text: &str| json::to_line(&text).unwrap_or_default();
        let has = |part: &str| memmem::find(lines, part.as_bytes()).is_some();
        self.target.as_deref().is_none_or(|part| has(written(part).trim_matches('"')))
            && self.vendor.as_deref().is_none_or(|vendor| {
                has(&format!(r#""vendor":{}"#, written(&vendor.to_ascii_lowercase())))
            })
    }

    /// Whether it lets the operation pass.
    #[must_use]
    pub fn passes(&self, operation: &OperationFields<'_>) -> bool {
        self.passes_target(&operation.vendor, &operation.target)
    }

    /// Whether it lets operations on this target pass.
    #[must_use]
    pub fn passes_target(&self, vendor: &str, target: &str) -> bool {
        self.vendor.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(vendor))
            && self.target.as_deref().is_none_or(|part| target.contains(part))
    }
}
