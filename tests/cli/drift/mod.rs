//! README, docs, help, manual pages, completions, the example profile and the schema describe the program as it is.
//!
//! `BLESS=1 cargo test --test cli drift` rewrites the sessions of README and docs from the program.

mod example_sandbox;
mod files;
mod help;
mod man;
pub mod pages;
mod schema;
mod sessions;
mod translation;

use std::fs;
use std::path::{Path, PathBuf};

use livectl::api::VENDORS;
use livectl::error::ErrorKind;
use livectl::outcome::Status;
use livectl::outcome::effect::Effect;
use livectl::outcome::fault::FaultKind;
use strum::VariantArray;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap()
}

fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

// ── Markdown ──

/// README and the pages of docs.
const PAGES: [&str; 10] = [
    "README.md",
    "docs/apis.md",
    "docs/configuration.md",
    "docs/doctor.md",
    "docs/journal.md",
    "docs/memory.md",
    "docs/output.md",
    "docs/sandbox.md",
    "docs/scale.md",
    "docs/viewers.md",
];

/// The pages of vendors.
fn vendor_pages() -> Vec<String> {
    let vendors = VENDORS.iter().filter(|vendor| vendor.page.is_some());
    vendors.map(|vendor| format!("docs/vendors/{}.md", vendor.name.as_str())).collect()
}

/// README, the pages of docs and those of vendors.
fn page_names() -> Vec<String> {
    PAGES.map(str::to_owned).into_iter().chain(vendor_pages()).collect()
}

fn all_pages() -> String {
    page_names().iter().map(|name| text(name)).collect()
}

/// A fenced block of a page.
#[derive(Clone, Debug)]
struct CodeBlock {
    language: String,
    body: String,
}

fn blocks(markdown: &str) -> Vec<CodeBlock> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let body = lines.by_ref().take_while(|line| *line != "```");
            let body = body.fold(String::new(), |body, line| body + line + "\n");
            blocks.push(CodeBlock { language: language.to_owned(), body });
        }
    }
    blocks
}

fn blocks_of(markdown: &str, language: &str) -> Vec<CodeBlock> {
    blocks(markdown).into_iter().filter(|block| block.language == language).collect()
}

/// The rows of the tables of a page.
fn rows(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter(|line| line.starts_with("| "))
}

/// The cells of a row; a `\|` is no border.
fn cells(row: &str) -> Vec<String> {
    let inner = row.trim_start_matches("| ").trim_end_matches('|').replace("\\|", "\u{1}");
    inner.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

/// The row whose first cell contains the word as code.
fn row<'a>(page: &'a str, word: &str) -> Option<&'a str> {
    rows(page).find(|row| contains(&cells(row)[0], word))
}

/// Whether the text has the word between backticks, alone or as one of the words there.
fn contains(text: &str, word: &str) -> bool {
    text.split('`')
        .skip(1)
        .step_by(2)
        .any(|code| code == word || code.split([' ', '|']).any(|part| part == word))
}

// ── The program's words ──

/// The words for an effect that help, plan and result share.
fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::OffAir => "takes streams off air",
        Effect::OnAir => "puts streams back on air",
        Effect::DomainSetting => "changes a whole domain",
        Effect::ModerationEnded => "ends moderation only; the stream itself stays on air",
        Effect::CutOnce => "cuts streams once",
        Effect::None => "changes nothing",
    }
}

/// All members of an enumeration, by a function that names each one's successor and does not compile when one is missing.
fn all<T: Copy>(first: T, successor: impl Fn(T) -> Option<T>) -> Vec<T> {
    std::iter::successors(Some(first), |member| successor(*member)).collect()
}

fn statuses() -> Vec<Status> {
    Status::VARIANTS.to_vec()
}

fn effects() -> Vec<Effect> {
    Effect::VARIANTS.to_vec()
}

fn kinds() -> Vec<FaultKind> {
    FaultKind::VARIANTS.to_vec()
}

fn error_kinds() -> Vec<ErrorKind> {
    all(ErrorKind::Usage, |kind| match kind {
        ErrorKind::Usage => Some(ErrorKind::Input),
        ErrorKind::Input => Some(ErrorKind::Config),
        ErrorKind::Config => Some(ErrorKind::Busy),
        ErrorKind::Busy => Some(ErrorKind::Internal),
        ErrorKind::Internal => None,
    })
}
