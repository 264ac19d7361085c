//! Reports for people: a heading, rows in aligned columns, and notes. `doctor`, `config check` and `config show` print
//! through it; tables of outcomes are in [`crate::output::table`].

use std::path::Path;

use unicode_width::UnicodeWidthStr;

use crate::text::{visible, visible_path, wrap};

/// The columns of a narrow terminal, which notes are wrapped for.
const NARROW: usize = 80;

/// The columns between two cells.
const GAP: usize = 2;

/// The least width, in columns, in which a last cell is wrapped beside the others.
const LEAST_BESIDE: usize = 24;

/// The file and the profile that a report is about.
pub(crate) fn heading(file: Option<&Path>, profile: Option<&str>) -> String {
    let file = file.map_or("none".into(), visible_path);
    let profile = profile.map_or("none".into(), visible);
    format!("file     {file}\nprofile  {profile}\n")
}

/// A paragraph of notes for a terminal of this width, or of [`NARROW`] where it is wider or a pipe.
pub(crate) fn notes(notes: &[String], width: Option<usize>) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let room = width.unwrap_or(NARROW).min(NARROW).saturating_sub(4).max(1);
    let lines = notes.iter().flat_map(|note| {
        let mut lines = wrap(note.split(' '), room).into_iter();
        let first = lines.next().map(|line| format!("  {line}\n"));
        first.into_iter().chain(lines.map(|line| format!("    {line}\n"))).collect::<Vec<_>>()
    });
    format!("\nnotes\n{}", lines.collect::<String>())
}

/// Words in lines that fit a terminal, all but the first indented; in a pipe they are one line.
pub(crate) fn wrapped<'w>(
    words: impl IntoIterator<Item = &'w str>,
    indent: &str,
    width: Option<usize>,
) -> Vec<String> {
    // A pipe gets each note whole, for `grep`.
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(2).max(1));
    let indented = |(index, line): (usize, String)| {
        let indent = if index == 0 { indent } else { "  " };
        format!("{indent}{line}")
    };
    wrap(words, room).into_iter().enumerate().map(indented).collect()
}

/// Lines that are indented alike.
pub(crate) fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

/// Rows whose last cell takes what is left of the width.
pub(crate) struct Columns {
    /// The terminal's width; `None` for a pipe, where nothing is wrapped.
    pub(crate) width: Option<usize>,
    /// The widths of all cells but the last.
    pub(crate) widths: Vec<usize>,
}

impl Columns {
    /// Columns as wide as these rows need.
    pub(crate) fn fit<'a, const N: usize>(rows: impl Iterator<Item = &'a [String; N]>) -> Self {
        let mut widths = vec![0; N.saturating_sub(1)];
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        Self { width: None, widths }
    }

    /// One row. A last cell of several lines continues below its first line; where the other cells leave little room, it
    /// is wrapped below the row. Columns that are wider than the terminal continue below too.
    pub(crate) fn row(&self, cells: &[impl AsRef<str>], last: &str) -> String {
        let padded = |(cell, width): (&str, usize)| {
            format!("{cell}{}", " ".repeat((width + GAP).saturating_sub(cell.width())))
        };
        let mut cells = cells.iter().map(AsRef::as_ref).zip(self.widths.iter().copied());
        let start: usize = self.widths.iter().map(|width| width + GAP).sum();
        let beside = self.width.map(|width| width.saturating_sub(start));
        if let (Some(beside), Some(width)) = (beside, self.width)
            && beside < LEAST_BESIDE
        {
            let mut lines = Vec::new();
            // By the columns, not by the cells: a row that alone fits would break the table.
            for columns in self.lines(width) {
                let line: String = cells.by_ref().take(columns).map(padded).collect();
                let room = if lines.is_empty() { width } else { width.saturating_sub(GAP) };
                match line.trim_end().width() {
                    wide if wide > room => lines.extend(wrap(line.trim_end().split(' '), room)),
                    _ => lines.push(line),
                }
            }
            lines.extend(wrap(last.split(' '), width.saturating_sub(GAP).max(1)));
            let lines: Vec<_> =
                lines.iter().map(|line| line.trim_end()).filter(|line| !line.is_empty()).collect();
            let below = indented(&lines[1.min(lines.len())..].join("\n"), GAP);
            return format!("{}\n{below}", lines.first().unwrap_or(&""));
        }
        let row: String = cells.map(padded).collect();
        let wrapped = last.lines().flat_map(|line| {
            beside.map_or(vec![line.into()], |beside| wrap(line.split(' '), beside))
        });
        let mut lines = wrapped.enumerate().map(|(index, line)| {
            let indent = if index == 0 { row.clone() } else { " ".repeat(start) };
            format!("{}\n", format!("{indent}{line}").trim_end())
        });
        lines.next().unwrap_or_else(|| format!("{}\n", row.trim_end())) + &lines.collect::<String>()
    }

    /// How many columns each line of a row has in a terminal of this width; all lines but the first are indented.
    fn lines(&self, width: usize) -> Vec<usize> {
        let mut lines = vec![0];
        let mut used = 0;
        for column in &self.widths {
            if used + column > width && used > 0 {
                lines.push(0);
                used = GAP;
            }
            used += column + GAP;
            *lines.last_mut().expect("there is a first line") += 1;
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(width: Option<usize>) -> Columns {
        Columns { width, widths: vec![4, 2] }
    }

    #[test]
    fn last_cell_wraps_beside_the_others() {
        let text = "one two three four five six seven eight";
        assert_eq!(columns(None).row(&["ab", "c"], text), format!("ab    c   {text}\n"));
        assert_eq!(
            columns(Some(40)).row(&["ab", "c"], text),
            "ab    c   one two three four five six\n          seven eight\n"
        );
    }

    #[test]
    fn last_cell_wraps_below_in_a_narrow_terminal() {
        assert_eq!(
            columns(Some(16)).row(&["ab", "c"], "one two three four"),
            "ab    c\n  one two three\n  four\n"
        );
    }

    #[test]
    fn columns_wider_than_the_terminal_continue_below() {
        let columns = Columns { width: Some(20), widths: vec![9, 9, 4, 32] };
        for (cells, text) in [
            (["RUN", "WHEN", "BY", "HOW"], "RUN        WHEN\n  BY\n  HOW\n  LAST\n"),
            (
                ["a", "today", "root", "by a long word that is not split"],
                "a          today\n  root\n  by a long word\n  that is not split\n  LAST\n",
            ),
            (["a", "b", "", ""], "a          b\n  LAST\n"),
        ] {
            assert_eq!(columns.row(&cells, "LAST"), text);
        }
    }

    #[test]
    fn wide_characters_keep_columns_aligned() {
        let rows = [["直播".to_owned(), "x".to_owned()], ["abc".to_owned(), "y".to_owned()]];
        let columns = Columns::fit(rows.iter());
        let text: String = rows.iter().map(|[first, last]| columns.row(&[first], last)).collect();
        assert_eq!(text, "直播  x\nabc   y\n");
    }

    #[test]
    fn notes_wrap_between_words() {
        let note = "word ".repeat(20);
        for (width, room) in [(None, NARROW), (Some(200), NARROW), (Some(60), 60)] {
            let text = notes(&[note.trim_end().to_owned()], width);
            assert!(text.starts_with("\nnotes\n  word") && text.contains("\n    word"), "{text}");
            let widest = text.lines().map(UnicodeWidthStr::width).max();
            assert!(widest.is_some_and(|widest| widest > room - 6 && widest <= room), "{text}");
        }
        assert_eq!(notes(&[], None), "");
    }

    #[test]
    fn lines_of_a_cell_continue_in_its_column() {
        assert_eq!(columns(None).row(&["ab", "c"], "x\n y"), "ab    c   x\n           y\n");
        assert_eq!(columns(None).row(&["ab", "c"], ""), "ab    c\n");
    }
}
