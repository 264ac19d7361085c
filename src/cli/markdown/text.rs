//! Blocks as text for a terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

use super::block::{Block, Spans};
use super::{explanation, plain};

/// The blocks as text of at most this width; only code and long words are wider.
// Code broken over lines could not be pasted.
#[must_use]
pub fn to_text(blocks: &[Block], width: u16, is_painted: bool) -> String {
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        let is_close = matches!(
            (index.checked_sub(1).map(|before| &blocks[before]), block),
            (None | Some(Block::Heading(..)), _) | (Some(Block::Item(_)), Block::Item(_))
        );
        if !is_close {
            text.push('\n');
        }
        match block {
            Block::Heading(_, heading) if is_painted => {
                let _ = writeln!(text, "\x1b[1;4m{heading}\x1b[0m");
            }
            Block::Heading(_, heading) => text.push_str(&format!("{heading}\n")),
            Block::Paragraph(spans) => wrap(&mut text, &plain(spans), "", width),
            Block::Item(spans) => wrap(&mut text, &plain(spans), "- ", width),
            Block::Code(code) => {
                let lines =
                    code.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n");
                text.extend(lines);
            }
            Block::Table(header, rows) => text.push_str(&table(header, rows, width)),
        }
    }
    text
}

/// Appends the text in lines of at most this width, the first one behind the mark.
fn wrap(text: &mut String, prose: &str, mark: &str, width: u16) {
    let mut line = mark.to_owned();
    let mut is_empty = true;
    for word in prose.split(' ').filter(|word| !word.is_empty()) {
        if !is_empty && line.width() + 1 + word.width() > usize::from(width) {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(mark.len());
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

fn table(header: &[Spans], rows: &[Vec<Spans>], width: u16) -> String {
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| plain(&row[column]).width());
        cells.max().unwrap_or_default()
    };
    let total: usize = (0..header.len()).map(|column| widest(column) + usize::from(GAP)).sum();
    let is_narrow = total > usize::from(width);
    if is_narrow && (header.len() > 2 || widest(0) > usize::from(width) / 2) {
        return rows.iter().map(|row| definition(header, row, width)).collect();
    }
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    if header.iter().any(|cell| !cell.is_empty()) {
        table.add_row(header.iter().map(|cell| plain(cell)));
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| plain(cell)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The blanks between two columns, and those before the text below a first cell.
const GAP: u16 = 2;

/// A row whose columns do not fit beside each other: its first cell, and the others below it.
fn definition(header: &[Spans], row: &[Spans], width: u16) -> String {
    let mut text = format!("{}\n", plain(&row[0]));
    let below = plain(&explanation(header, row));
    if !below.is_empty() {
        wrap(&mut text, &below, &" ".repeat(GAP.into()), width);
    }
    text
}
