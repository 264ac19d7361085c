//! [`Block`] and [`Span`]: a page as data. The build script writes pages as these, the program reads them.

use serde::{Deserialize, Serialize};

/// How a word is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Style {
    /// As it is.
    Plain,
    /// A word to type or to find in output.
    Code,
    /// Stressed.
    Strong,
    /// The name of another topic.
    Topic,
}

/// A piece of a line of prose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Span {
    /// How it is set.
    pub style: Style,
    /// Its text.
    pub text: String,
}

impl Span {
    /// A span of this style.
    pub fn new(style: Style, text: impl Into<String>) -> Self {
        Self { style, text: text.into() }
    }
}

/// A line of prose.
pub type Spans = Vec<Span>;

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Block {
    /// The title (1), a section (2) or a part of one (3).
    Heading(u8, String),
    /// Prose.
    Paragraph(Spans),
    /// An entry of a list.
    Item(Spans),
    /// Lines that stay as they are.
    Code(String),
    /// A header and rows.
    Table(Vec<Spans>, Vec<Vec<Spans>>),
}
