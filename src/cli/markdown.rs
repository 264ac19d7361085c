//! The Markdown of `docs/`, read into blocks and written for a terminal or for `man`.
//!
//! Knows what these pages use: headings, paragraphs, lists, tables, code blocks and links. It does not choose the pages
//! ([`super::topics`]) and does not lay out a manual page ([`super::man`]).

use std::fmt::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

/// How a word is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Reads a page.
#[must_use]
pub fn parse(markdown: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    Parser::new_ext(markdown, Options::ENABLE_TABLES).for_each(|event| reader.read(event));
    reader.blocks
}

/// Reads prose of one paragraph, as the help of a flag is.
#[must_use]
pub fn prose(markdown: &str) -> Spans {
    parse(markdown)
        .into_iter()
        .find_map(|block| match block {
            Block::Paragraph(spans) => Some(spans),
            _ => None,
        })
        .unwrap_or_default()
}

/// The blocks below a heading, up to the next one of its level.
#[must_use]
pub fn section<'a>(blocks: &'a [Block], heading: &str) -> &'a [Block] {
    let is_start = |block: &Block| matches!(block, Block::Heading(_, text) if text == heading);
    let Some(start) = blocks.iter().position(is_start) else { return &[] };
    let Block::Heading(level, _) = blocks[start] else { return &[] };
    let below = &blocks[start + 1..];
    let is_end = |block: &Block| matches!(block, Block::Heading(next, _) if *next <= level);
    &below[..below.iter().position(is_end).unwrap_or(below.len())]
}

/// The state of reading a page.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Spans,
    is_strong: bool,
    /// Where the text of a link to another page begins; the topic's name replaces it.
    link: Option<(usize, String)>,
    is_in_item: bool,
    code: Option<String>,
    cells: Vec<Spans>,
    rows: Vec<Vec<Spans>>,
}

impl Reader {
    fn read(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => self.spans.push(Span::new(Style::Code, text.into_string())),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        let style = if self.is_strong { Style::Strong } else { Style::Plain };
        self.spans.push(Span::new(style, text));
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Strong => self.is_strong = true,
            Tag::Item => self.is_in_item = true,
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::Link { dest_url, .. } => {
                let topic = dest_url.split('#').next().and_then(|page| page.strip_suffix(".md"));
                self.link = topic.map(|topic| (self.spans.len(), topic.to_owned()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.is_strong = false,
            TagEnd::Link => {
                if let Some((start, topic)) = self.link.take() {
                    self.spans.truncate(start);
                    self.spans.push(Span::new(Style::Topic, topic));
                }
            }
            TagEnd::Heading(level) => {
                let text = self.take().into_iter().map(|span| span.text).collect();
                self.blocks.push(Block::Heading(depth(level), text));
            }
            TagEnd::Paragraph if !self.is_in_item => {
                let spans = self.take();
                self.blocks.push(Block::Paragraph(spans));
            }
            TagEnd::Item => {
                self.is_in_item = false;
                let spans = self.take();
                self.blocks.push(Block::Item(spans));
            }
            TagEnd::CodeBlock => self.blocks.extend(self.code.take().map(Block::Code)),
            TagEnd::TableCell => {
                let spans = self.take();
                self.cells.push(spans);
            }
            TagEnd::TableHead | TagEnd::TableRow => self.rows.push(std::mem::take(&mut self.cells)),
            TagEnd::Table => {
                let header = self.rows.remove(0);
                self.blocks.push(Block::Table(header, std::mem::take(&mut self.rows)));
            }
            _ => {}
        }
    }

    fn take(&mut self) -> Spans {
        std::mem::take(&mut self.spans)
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        _ => 3,
    }
}

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

// ── For a terminal ──

/// The blocks as text of at most this width; only code and long words are wider.
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

fn plain(spans: &[Span]) -> String {
    let text = spans.iter().map(|span| match span.style {
        Style::Plain | Style::Strong => span.text.clone(),
        Style::Code => format!("`{}`", span.text),
        Style::Topic => format!("`livectl help {}`", span.text),
    });
    text.collect()
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

/// The cells of a row behind its first, with the titles of their columns.
fn explanation(header: &[Spans], row: &[Spans]) -> Spans {
    let mut text = Spans::new();
    let last = row.len() - 1;
    for (index, cell) in row.iter().enumerate().skip(1).filter(|(_, cell)| !cell.is_empty()) {
        if !text.is_empty() {
            text.push(Span::new(Style::Plain, "; "));
        }
        // The last column explains the first, whatever its title.
        if index < last && !header[index].is_empty() {
            text.push(Span::new(Style::Plain, format!("{}: ", plain(&header[index]))));
        }
        text.extend(cell.iter().cloned());
    }
    text
}

// ── For man ──

/// The blocks in the macros of `man`; sections are those of level 2.
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

/// A row of a table as a tagged paragraph, since columns would not fit a narrow terminal.
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

/// Prose in source lines of at most 80 bytes, as the style check of mandoc wants them.
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

/// A dot or a quote at the start of a line would make it a macro.
fn guarded(line: String) -> String {
    if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
}

/// The text as roff shows it character by character: a bare `-` is a hyphen there, a bare `'` a closing quote.
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

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# Output

One `jq -c` line, see [Journal](journal.md#resume), and **no**
more.

## Exit codes

| code | default | |
|---|---|---|
| 0 | | all `done` |
| `-j N` | 8 | a \\| b |

- first
- second, longer than
  the other

```sh
.livectl 'a\\b' -n
```

## Other

end
";

    #[test]
    fn text_wraps_prose_and_keeps_code() {
        let text = to_text(&parse(PAGE), 30, false);
        let expected = "\
Output
One `jq -c` line, see `livectl
help journal`, and no more.

Exit codes
code    default
0                all `done`
`-j N`  8        a | b

- first
- second, longer than the
  other

  .livectl 'a\\b' -n

Other
end
";
        assert_eq!(text, expected);
    }

    #[test]
    fn man_source_escapes_what_roff_reads() {
        let page = to_man(&parse(PAGE));
        let expected = "\
.SH \"OUTPUT\"
One \\fBjq\\fR \\fB\\-c\\fR line, see \\fBlivectl\\-journal\\fR(7), and \\fBno\\fR more.
.SH \"EXIT CODES\"
.TP
0
all \\fBdone\\fR
.TP
\\fB\\-j N\\fR
default: 8; a | b
.IP \\(bu 2
first
.IP \\(bu 2
second, longer than the other
.PP
.RS 4
.nf
\\&.livectl \\(aqa\\eb\\(aq \\-n
.fi
.RE
.SH \"OTHER\"
end
";
        assert_eq!(page, expected);
    }

    #[test]
    fn wide_tables_become_definitions() {
        let page = "| key | default | meaning |\n|---|---|---|\n| `rate` | 20 | requests a second |\n| `a` | | b |";
        let expected = "`rate`\n  default: 20; requests a\n  second\n`a`\n  b\n";
        assert_eq!(to_text(&parse(page), 25, false), expected);
        assert!(to_text(&parse(page), 80, false).starts_with("key     default  meaning\n"));
    }

    #[test]
    fn section_ends_at_the_next_heading() {
        let blocks = parse(PAGE);
        assert_eq!(section(&blocks, "Other"), [Block::Paragraph(prose("end"))]);
        assert_eq!(section(&blocks, "Exit codes").len(), 4);
        assert_eq!(section(&blocks, "Nowhere"), []);
    }

    #[test]
    fn painted_headings_keep_their_text() {
        let text = to_text(&parse("## Exit codes"), 80, true);
        assert_eq!(text, "\x1b[1;4mExit codes\x1b[0m\n");
    }
}
