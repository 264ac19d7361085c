//! Blocks as the source of a manual page.

use std::fmt::Write;

use super::block::{Block, Span, Spans, Style};
use super::explanation;

/// A word with its spans; a line may break before it.
type Word = Vec<Span>;

fn words(spans: &[Span]) -> Vec<Word> {
    let mut words: Vec<Word> = vec![Vec::new()];
    for span in spans {
        // A phrase to type breaks at its blanks too, or a narrow terminal could not show it.
        for (index, piece) in span.text.split(' ').enumerate() {
            if index > 0 {
                words.push(Vec::new());
            }
            if !piece.is_empty() {
                words.last_mut().expect("never empty").push(Span::new(span.style, piece));
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The blocks in the macros of `man`; sections are those of level 2.
// The title of a page is in its `.TH` line.
#[must_use]
pub fn to_man(blocks: &[Block]) -> String {
    let mut page = String::new();
    // A paragraph macro behind a heading is empty, which both groff and mandoc warn about.
    let mut is_fresh = true;
    for block in blocks {
        match block {
            Block::Heading(level, heading) => {
                let macro_name = if *level < 3 { "SH" } else { "SS" };
                let heading = if *level < 3 { heading.to_uppercase() } else { heading.clone() };
                page.push_str(&format!(".{macro_name} \"{}\"\n", escaped(&heading)));
            }
            Block::Paragraph(spans) => {
                page.push_str(if is_fresh { "" } else { ".PP\n" });
                lines(&mut page, spans);
            }
            Block::Item(spans) => {
                page.push_str(".IP \\(bu 2\n");
                lines(&mut page, spans);
            }
            Block::Code(code) => {
                page.push_str(if is_fresh { ".RS 4\n.nf\n" } else { ".PP\n.RS 4\n.nf\n" });
                code.lines().for_each(|line| page.push_str(&format!("{}\n", line_of(line))));
                page.push_str(".fi\n.RE\n");
            }
            Block::Table(header, rows) => {
                rows.iter().for_each(|row| tagged(&mut page, header, row));
            }
        }
        is_fresh = matches!(block, Block::Heading(..));
    }
    page
}

/// A row of a table as a tagged paragraph.
// Columns would not fit a narrow terminal.
fn tagged(page: &mut String, header: &[Spans], row: &[Spans]) {
    page.push_str(".TP\n");
    page.push_str(&line_of_word(&row[0]));
    page.push('\n');
    let mut text = explanation(header, row);
    if text.is_empty() {
        // A tag without text is an error to mandoc.
        text.push(Span::new(Style::Plain, "\u{a0}"));
    }
    lines(page, &text);
}

/// Prose in source lines of at most 80 bytes.
// mandoc's check of style reports longer ones.
pub fn lines(page: &mut String, spans: &[Span]) {
    let mut line = String::new();
    for word in words(spans).iter().map(|word| line_of_word(word)) {
        if !line.is_empty() && line.len() + 1 + word.len() > 80 {
            page.push_str(&format!("{line}\n"));
            line.clear();
        }
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(&word);
    }
    page.push_str(&format!("{line}\n"));
}

fn line_of_word(spans: &[Span]) -> String {
    let text: String = spans
        .iter()
        .map(|span| match span.style {
            Style::Plain => escaped(&span.text),
            Style::Code | Style::Strong => format!("\\fB{}\\fR", escaped(&span.text)),
            Style::Topic => format!("\\fBlivectl\\-{}\\fR(7)", escaped(&span.text)),
        })
        .collect();
    guarded(text)
}

fn line_of(text: &str) -> String {
    guarded(escaped(text))
}

// A dot or a quote at the start of a line would make it a macro.
fn guarded(line: String) -> String {
    if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
}

/// The text as roff shows it character by character.
// A bare `-` is a hyphen there, and a bare `'` a closing quote: a command with them could not be copied.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\e"),
            '-' => shown.push_str("\\-"),
            '\'' => shown.push_str("\\(aq"),
            '`' => shown.push_str("\\(ga"),
            '^' => shown.push_str("\\(ha"),
            '~' => shown.push_str("\\(ti"),
            '"' => shown.push_str("\\(dq"),
            c if c.is_ascii() => shown.push(c),
            c => {
                let _ = write!(shown, "\\[u{:04X}]", u32::from(c));
            }
        }
    }
    shown
}
