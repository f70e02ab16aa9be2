//! A page of sections with facts in columns, for one thing at length: what a table is for many.

use super::super::paint::{Ink, Paint};
use super::super::table::Look;
use super::super::text::{pad, tame, width, wrap};

/// A page: what is on it, in reading order, and nothing of how wide it is shown.
#[derive(Clone, Debug, Default)]
pub struct Page {
    blocks: Vec<Block>,
}

/// A piece of a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// An empty line, unless the page starts here.
    Gap,
    /// A heading, and what belongs to it as a whole.
    Heading { title: String, aside: String },
    /// A text, broken into as many lines as it takes.
    Text { text: String, ink: Ink, indent: usize },
    /// A line as it is, which is not broken.
    Line { text: String, ink: Ink, indent: usize },
    /// Facts in columns; the value of the first of them in colour.
    Facts { facts: Vec<Fact>, ink: Ink, nested: bool },
}

/// A line of a section: what it is about, what it is, and where that comes from.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// `salt`.
    pub label: String,
    /// `"a"`.
    pub value: String,
    /// `envs.py:3`.
    pub note: String,
}

/// Where a page that goes into a file or a pipe breaks its sentences.
const UNBOUNDED: usize = 120;
/// A terminal that is narrower breaks the lines itself.
const NARROWEST: usize = 40;
/// Spaces before what belongs to a section.
const INDENT: usize = 2;
/// Spaces between columns.
const GAP: usize = 2;

/// A fact; what comes from files is made safe to write.
pub fn fact(label: &str, value: &str, note: &str) -> Fact {
    let line = |text: &str| tame(&text.replace('\n', " "));
    Fact { label: line(label), value: line(value), note: line(note) }
}

impl Page {
    /// What is on the page.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The page as text.
    pub fn text_for(&self, look: Look) -> String {
        let room = look.width.map_or(UNBOUNDED, |room| room.max(NARROWEST));
        let mut writer = Writer { out: String::new(), room, paint: look.paint };
        self.blocks.iter().for_each(|block| writer.block(block));
        writer.out
    }

    /// An empty line, unless the page starts here.
    pub fn gap(&mut self) {
        self.blocks.push(Block::Gap);
    }

    /// A heading, and what belongs to it as a whole.
    pub fn heading(&mut self, title: &str, aside: &str) {
        self.blocks.push(Block::Heading { title: tame(title), aside: tame(aside) });
    }

    /// A text, broken into as many lines as it takes.
    pub fn text(&mut self, text: &str, ink: Ink, indent: usize) {
        self.blocks.push(Block::Text { text: tame(text), ink, indent });
    }

    /// A line as it is, which is not broken.
    pub fn line(&mut self, text: &str, ink: Ink, indent: usize) {
        self.blocks.push(Block::Line { text: tame(text), ink, indent });
    }

    /// Facts a step further in, the value of the first of them in colour.
    pub fn nested(&mut self, facts: &[Fact], ink: Ink) {
        self.blocks.push(Block::Facts { facts: facts.to_vec(), ink, nested: true });
    }

    /// Facts in columns. A note that has no room beside its value stands below it.
    pub fn facts(&mut self, facts: &[Fact]) {
        self.blocks.push(Block::Facts { facts: facts.to_vec(), ink: Ink::Plain, nested: false });
    }
}

/// Writes a page as text, of some width.
struct Writer {
    out: String,
    room: usize,
    paint: Paint,
}

impl Writer {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Gap if self.out.is_empty() => {}
            Block::Gap => self.out.push('\n'),
            Block::Heading { title, aside } => self.heading(title, aside),
            Block::Text { text, ink, indent } => self.text(text, *ink, *indent),
            Block::Line { text, ink, indent } => {
                self.out.push_str(&format!("{:indent$}{}\n", "", self.paint.ink(*ink, text)));
            }
            Block::Facts { facts, ink, nested: true } => self.columns(facts, INDENT * 2, *ink),
            Block::Facts { facts, ink, nested: false } => self.columns(facts, INDENT, *ink),
        }
    }

    fn heading(&mut self, title: &str, aside: &str) {
        let beside = width(title) + 3 + width(aside) <= self.room;
        self.out.push_str(&self.paint.ink(Ink::Strong, title).to_string());
        if !aside.is_empty() && beside {
            self.out.push_str(&format!(" {} {}", self.paint.ink(Ink::Faint, "·"), self.paint.ink(Ink::Faint, aside)));
        }
        self.out.push('\n');
        if !aside.is_empty() && !beside {
            self.text(aside, Ink::Faint, INDENT);
        }
    }

    fn text(&mut self, text: &str, ink: Ink, indent: usize) {
        for line in wrap(text, self.room.saturating_sub(indent)) {
            self.out.push_str(&format!("{:indent$}{}\n", "", self.paint.ink(ink, &line)));
        }
    }

    fn columns(&mut self, facts: &[Fact], indent: usize, first: Ink) {
        let labels = facts.iter().map(|fact| width(&fact.label)).max().unwrap_or(0);
        let start = indent + labels + GAP;
        let short = |fact: &&Fact| !fact.note.is_empty() && width(&fact.value) <= self.room / 3;
        let values = facts.iter().filter(short).map(|fact| width(&fact.value)).max().unwrap_or(0);
        for (index, fact) in facts.iter().enumerate() {
            let ink = if index == 0 { first } else { Ink::Plain };
            // A hash is never broken: where it doesn't fit beside its label, it stands below.
            if fact.value.split(' ').any(|word| start + width(word) > self.room) {
                self.text(&fact.label, Ink::Faint, indent);
                self.text(&fact.value, ink, indent + INDENT);
                self.text(&fact.note, Ink::Faint, indent + INDENT);
                continue;
            }
            let label = pad(&fact.label, labels + GAP);
            let label = self.paint.ink(Ink::Faint, &label).to_string();
            let mut lines = wrap(&fact.value, self.room.saturating_sub(start)).into_iter();
            let value = lines.next().unwrap_or_default();
            let at = start + width(&value).max(values) + GAP;
            let beside = !fact.note.is_empty() && lines.len() == 0 && at + width(&fact.note) <= self.room;
            let mut line = format!("{:indent$}{label}", "");
            if beside {
                line.push_str(&self.paint.ink(ink, &pad(&value, values.max(width(&value)) + GAP)).to_string());
                line.push_str(&self.paint.ink(Ink::Faint, &fact.note).to_string());
            } else {
                line.push_str(&self.paint.ink(ink, &value).to_string());
            }
            self.out.push_str(line.trim_end());
            self.out.push('\n');
            for rest in lines {
                self.out.push_str(&format!("{:start$}{}\n", "", self.paint.ink(ink, &rest)));
            }
            if !beside && !fact.note.is_empty() {
                self.text(&fact.note, Ink::Faint, start);
            }
        }
    }
}
