//! Reads the Markdown of `docs/` into blocks: headings, paragraphs, lists, tables, code blocks and links.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::block::{Block, Span, Spans, Style};

/// Reads a page.
// For the build script and tests alone: the tables of the parser would be loaded at each start of the program.
#[must_use]
pub fn parse(markdown: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    Parser::new_ext(markdown, Options::ENABLE_TABLES).for_each(|event| reader.read(event));
    reader.blocks
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
                let page = dest_url.split('#').next().unwrap_or_default();
                // A page of a vendor is one folder below the others.
                let name = page.rsplit('/').next().unwrap_or_default();
                let topic = name.strip_suffix(".md");
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
