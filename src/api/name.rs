//! [`VendorName`]: the names of a vendor in files and in sentences.

/// The names of one vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VendorName {
    id: &'static str,
    title: &'static str,
}

impl VendorName {
    /// A vendor with a word for commands, files and JSON, and a title for sentences.
    #[must_use]
    pub const fn new(id: &'static str, title: &'static str) -> Self {
        Self { id, title }
    }

    /// The word in commands, files and JSON, such as `jd`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.id
    }

    /// The name in sentences, such as `JD`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.title
    }
}
