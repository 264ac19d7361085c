//! The pages of `docs/` as blocks, and their forms for a terminal and for `man`.
//!
//! It does not choose the pages ([`super::topics`]) and does not lay out a manual page ([`super::man`]).

pub mod block;
#[cfg(test)]
pub mod reader;
pub mod roff;
pub mod text;

use block::{Block, Span, Spans, Style};

/// The blocks of a page that the build script has read.
///
/// # Panics
///
/// The text is not from the build script.
#[must_use]
pub fn page(json: &str) -> Vec<Block> {
    serde_json::from_str(json).expect("the build script writes blocks")
}

/// Paragraphs of help, divided by empty lines.
#[must_use]
pub fn paragraphs(help: &str) -> Vec<Block> {
    let paragraphs = help.split("\n\n").filter(|text| !text.trim().is_empty());
    paragraphs.map(|text| Block::Paragraph(prose(text))).collect()
}

/// A paragraph of help, whose only markup is code between backquotes.
// Help is written for a terminal, and its lines are broken for that.
#[must_use]
pub fn prose(help: &str) -> Spans {
    let pieces = help.trim().split('`').enumerate().filter(|(_, text)| !text.is_empty());
    let style = |index: usize| if index % 2 == 1 { Style::Code } else { Style::Plain };
    pieces.map(|(index, text)| Span::new(style(index), text.replace('\n', " "))).collect()
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

/// The text of the spans, with code in backquotes.
fn plain(spans: &[Span]) -> String {
    let text = spans.iter().map(|span| match span.style {
        Style::Plain | Style::Strong => span.text.clone(),
        Style::Code => format!("`{}`", span.text),
        Style::Topic => format!("`livectl help {}`", span.text),
    });
    text.collect()
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

#[cfg(test)]
mod tests {
    use super::reader::parse;
    use super::roff::to_man;
    use super::text::to_text;
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
