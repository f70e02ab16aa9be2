//! Rows of cells in as many columns as the terminal has room for.

use super::paint::{Ink, Paint};
use super::text::{clip, pad, width, wrap};

/// A column.
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Which columns go first where there is no room; those with 0 never go.
    pub dispensable: u8,
    /// Whether its cells have the colour of their row.
    pub coloured: bool,
}

/// A line of a table.
pub enum Line {
    /// A heading of its own, over the rows that follow.
    Group(String, String),
    /// Cells, and a note after them.
    Row(Row),
}

/// A row of cells.
pub struct Row {
    /// One character that says at a glance what the row is.
    pub mark: &'static str,
    /// The colour of the mark and of the coloured cells.
    pub ink: Ink,
    /// As many as there are columns.
    pub cells: Vec<String>,
    /// What stands after the cells, said in several ways, the fullest first: the fullest that fits is taken, else the
    /// fullest stands on lines of its own.
    pub note: Vec<String>,
    /// What stands below, each on a line of its own.
    pub below: Vec<String>,
}

/// The narrowest that a table gets; a terminal that is narrower breaks the lines itself.
const NARROWEST: usize = 40;
/// Spaces before a row: its mark stands there.
const INDENT: usize = 2;
/// Spaces between columns.
const GAP: usize = 2;
/// Notes stand beside their rows where there is this much room for them, else below.
const NOTE: usize = 30;

/// Writes the table; `room` is the width of the terminal, if it is one.
pub fn write(columns: &[Column], note_heading: &str, lines: &[Line], room: Option<usize>, paint: Paint) -> String {
    let room = room.map_or(usize::MAX, |room| room.max(NARROWEST));
    let layout = Layout::fit(columns, lines, room);
    let mut out = String::new();
    let headings: Vec<String> = columns.iter().map(|column| column.heading.clone()).collect();
    let is_beside =
        |line: &Line| matches!(line, Line::Row(row) if layout.beside(row).is_some_and(|note| !note.is_empty()));
    let note_heading = if lines.iter().any(is_beside) { note_heading } else { "" };
    let heading = format!("{:INDENT$}{}{note_heading}", "", layout.cells(&headings, |_, cell| cell.to_owned()));
    let heading = heading.trim_end().to_owned();
    out.push_str(&format!("{}\n", paint.ink(Ink::Faint, &heading)));
    for line in lines {
        match line {
            Line::Group(name, place) => {
                let name = clip(name, room);
                let place = clip(place, room.saturating_sub(width(&name) + 3).max(8));
                let (name, place) = (paint.ink(Ink::Strong, &name), paint.ink(Ink::Faint, &place));
                out.push_str(&format!("{name} {} {place}\n", paint.ink(Ink::Faint, "·")));
            }
            Line::Row(row) => layout.row(row, paint, &mut out),
        }
    }
    out
}

/// Which columns are shown, and how wide.
struct Layout {
    /// The width of each column; `None` for those without room.
    widths: Vec<Option<usize>>,
    /// Which of them are coloured.
    coloured: Vec<bool>,
    room: usize,
}

impl Layout {
    fn fit(columns: &[Column], lines: &[Line], room: usize) -> Self {
        let rows = || lines.iter().filter_map(|line| if let Line::Row(row) = line { Some(row) } else { None });
        let widest = |at: usize| rows().map(|row| width(&row.cells[at])).max().unwrap_or(0);
        let widths = columns.iter().enumerate().map(|(at, column)| Some(widest(at).max(width(&column.heading))));
        let coloured = columns.iter().map(|column| column.coloured).collect();
        let mut layout = Self { widths: widths.collect(), coloured, room };
        let mut order: Vec<usize> = (0..columns.len()).filter(|&at| columns[at].dispensable > 0).collect();
        order.sort_by_key(|&at| columns[at].dispensable);
        for at in order {
            if layout.total() <= room {
                break;
            }
            layout.widths[at] = None;
        }
        // What is left can only be cut: the widest cell a little at a time, so that short ones stay whole.
        while layout.total() > room {
            let Some(widest) = layout.widths.iter_mut().flatten().max().filter(|widest| **widest > 6) else { break };
            *widest -= 1;
        }
        layout
    }

    /// The columns that a row's cells take, with a gap after each.
    fn total(&self) -> usize {
        INDENT + self.widths.iter().flatten().map(|width| width + GAP).sum::<usize>()
    }

    /// The columns that are left for a note beside a row.
    fn note_room(&self) -> usize {
        let left = self.room.saturating_sub(self.total());
        if left < NOTE { 0 } else { left }
    }

    fn cells(&self, cells: &[String], ink: impl Fn(usize, &str) -> String) -> String {
        let shown =
            self.widths.iter().zip(cells).enumerate().filter_map(|(at, (width, cell))| Some((at, (*width)?, cell)));
        shown.map(|(at, width, cell)| ink(at, &pad(&clip(cell, width), width + GAP))).collect()
    }

    /// The fullest note of a row that there is room for.
    fn beside<'r>(&self, row: &'r Row) -> Option<&'r String> {
        let left = self.note_room();
        row.note.iter().find(|note| width(note) <= left)
    }

    fn row(&self, row: &Row, paint: Paint, out: &mut String) {
        let cells = self.cells(&row.cells, |at, cell| {
            let ink = match at {
                0 => Ink::Plain,
                _ if self.coloured[at] => row.ink,
                _ => Ink::Faint,
            };
            paint.ink(ink, cell).to_string()
        });
        let beside = self.beside(row);
        let line = format!("{} {cells}{}", paint.ink(row.ink, row.mark), beside.map_or("", String::as_str));
        out.push_str(trim(&line, paint));
        out.push('\n');
        let note = row.note.first().filter(|_| beside.is_none());
        for note in note.into_iter().chain(&row.below) {
            for (at, line) in wrap(note, self.room.saturating_sub(INDENT * 2 + 2)).iter().enumerate() {
                let corner = if at == 0 { "└ " } else { "  " };
                out.push_str(&format!("{:1$}{corner}{line}\n", "", INDENT * 2));
            }
        }
    }
}

/// Spaces at the end go; behind a colour's end they may stay, since they are not seen.
fn trim(line: &str, paint: Paint) -> &str {
    if paint.enabled { line } else { line.trim_end() }
}
