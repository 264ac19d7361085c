//! Rows of a table, one line each: cells in columns, and a last cell that is shortened to what is left of the width.
//!
//! Owns widths and padding; what the cells contain is in [`super::cells`].

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use crate::text::shortened;

/// The spaces between two cells.
const GAP: usize = 2;

/// The width that the last cell is given before the widest name has its own.
const LEAST_DETAIL: usize = 24;

/// Columns in a terminal of a width, or in a pipe.
pub(super) struct TableColumns {
    /// The terminal's width; `None` for a pipe, where nothing is shortened.
    width: Option<usize>,
    /// The widths of all cells but the last.
    widths: Vec<usize>,
}

impl TableColumns {
    /// Columns of these widths. The one of this number holds the targets: it is narrower than the longest of them where the
    /// last cell would have no room, and a target that is longer pushes the rest of its row to the right.
    pub(super) fn new(width: Option<usize>, mut widths: Vec<usize>, targets: usize) -> Self {
        if let Some(width) = width {
            let others: usize = widths.iter().map(|width| width + GAP).sum();
            let others = others - widths[targets] + LEAST_DETAIL;
            widths[targets] = widths[targets].min(width.saturating_sub(others).max(GAP * 4));
        }
        Self { width, widths }
    }

    /// One row. Only its last cell is ever shortened; the cell of this number is painted.
    pub(super) fn row(
        &self,
        cells: &[&str],
        last: &str,
        painted: Option<(usize, Style)>,
    ) -> String {
        let mut line = String::new();
        let mut used = 0;
        for (index, (cell, width)) in cells.iter().zip(&self.widths).enumerate() {
            let width = cell.width().max(*width) + GAP;
            let padding = width - cell.width();
            used += width;
            match painted.filter(|(number, _)| *number == index) {
                Some((_, style)) => line.push_str(&format!("{style}{cell}{style:#}")),
                None => line.push_str(cell),
            }
            line.push_str(&" ".repeat(padding));
        }
        match self.width {
            Some(width) => line.push_str(&shortened(last, width.saturating_sub(used))),
            None => line.push_str(last),
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_cell_is_shortened() {
        let columns = TableColumns::new(Some(40), vec![7, 6], 1);
        assert_eq!(columns.row(&["applied", "a"], "off air", None), "applied  a       off air\n");
        let row = columns.row(&["unknown", "直播间"], "the answer to a request", None);
        assert_eq!(row, "unknown  直播间  the answer to a request\n");
        let row = columns.row(&["unknown", "直播间"], "the answer to a request is odd", None);
        assert_eq!(row, "unknown  直播间  the answer to a reques…\n");
    }

    #[test]
    fn long_target_leaves_others_their_room() {
        let columns = TableColumns::new(Some(50), vec![7, 40], 1);
        assert_eq!(
            columns.row(&["applied", "a"], "off air, until 12:44:30", None),
            "applied  a                off air, until 12:44:30\n"
        );
        let long = "0123456789".repeat(4);
        assert_eq!(columns.row(&["applied", &long], "off air", None), format!("applied  {long}\n"));
        let pipe = TableColumns::new(None, vec![7, 40], 1);
        assert_eq!(pipe.row(&["a", "b"], &long, None).trim_end().len(), 51 + 40);
    }

    #[test]
    fn painted_cell_keeps_its_column() {
        let columns = TableColumns::new(None, vec![7], 0);
        let style = Style::new().bold();
        assert_eq!(
            columns.row(&["unknown"], "x", Some((0, style))),
            format!("{style}unknown{style:#}  x\n")
        );
    }
}
