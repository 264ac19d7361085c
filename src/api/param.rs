//! [`Param`] and [`TargetSpec`]: the parameters of an operation as data.
//!
//! The flags of a command with their help, the keys and columns of `apply`, and the JSON Schema are all built from them.

/// A parameter of an operation.
#[derive(Debug)]
pub struct Param {
    /// The flag without its dashes, the key in `apply` and in results, and the CSV column.
    pub name: &'static str,
    /// The placeholder of its value in help; `None` for a switch, which is `true` in `apply`.
    pub value_name: Option<&'static str>,
    /// One line of help.
    pub help: &'static str,
    /// The command refuses to run without it.
    pub is_required: bool,
    /// A parameter that has to be given with it.
    // JD takes the name of a stream only together with its application.
    pub requires: Option<&'static str>,
    /// The only version of the vendor's API that takes it; every one where `None`.
    pub api: Option<&'static str>,
    /// Hidden in help: it is accepted only to be refused with a hint.
    pub is_hidden: bool,
    /// All its values, where they are few; for the completion of shells.
    pub values: &'static [&'static str],
    /// The JSON Schema of its value in results.
    // JSON as text: a static cannot have a value with a map.
    pub schema: &'static str,
}

impl Param {
    /// A parameter with a value.
    #[must_use]
    pub const fn text(name: &'static str, value_name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            value_name: Some(value_name),
            help,
            is_required: false,
            requires: None,
            api: None,
            is_hidden: false,
            values: &[],
            schema: r#"{ "type": "string" }"#,
        }
    }

    /// A parameter that is set or not.
    #[must_use]
    pub const fn switch(name: &'static str, help: &'static str) -> Self {
        Self { value_name: None, schema: r#"{ "const": true }"#, ..Self::text(name, "", help) }
    }
}

/// The kind of target of an operation, as help and the command line name it.
#[derive(Debug)]
pub struct TargetSpec {
    /// The placeholder in help.
    pub value_name: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// The flag that gives the one target, where it is not positional.
    pub flag: Option<&'static str>,
}

impl TargetSpec {
    /// Positional targets, any number of them.
    #[must_use]
    pub const fn positional(value_name: &'static str, help: &'static str) -> Self {
        Self { value_name, help, flag: None }
    }

    /// Whether the target has its application in front, as in `live/cam1`.
    #[must_use]
    pub fn has_application(&self) -> bool {
        self.value_name.contains('/')
    }
}
