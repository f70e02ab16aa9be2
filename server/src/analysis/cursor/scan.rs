//! Where a place lies among brackets and quotes, in code that is being written: quotes and brackets may be open.
//!
//! Reads characters and no grammar. What a user has not closed ends where the next statement begins: at a line that is indented no
//! deeper than the statement and starts with a word that only statements start with.

use std::ops::Range;

use super::at::identifier;

/// A bracket that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// Where it opens.
    pub at: usize,
    /// Where its pieces start: behind the bracket, behind each comma.
    pub pieces: Vec<usize>,
}

/// A string that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Where it starts, with its prefix.
    pub at: usize,
    /// Where its content starts.
    pub content: usize,
    /// What ends it.
    pub quotes: &'static str,
}

/// What is open at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The brackets, the outermost first.
    pub brackets: Vec<Bracket>,
    /// The string.
    pub string: Option<Quoted>,
}

/// What follows a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Whether all that is open there is closed.
    pub closed: bool,
    /// Where the next statement starts, if not all is.
    pub next: usize,
    /// Where the pieces of the innermost bracket start that are behind the place.
    pub pieces: Vec<usize>,
}

/// What is open at an offset; `None` within a comment.
pub fn spot(text: &str, offset: usize) -> Option<Spot> {
    let mut scanner = Scanner::new(text);
    while scanner.at < offset {
        if scanner.at_comment() && scanner.line_end() >= offset {
            return None;
        }
        scanner.step();
    }
    Some(Spot { brackets: scanner.brackets, string: scanner.string })
}

/// What follows an offset.
pub fn rest(text: &str, offset: usize) -> Rest {
    let mut scanner = Scanner::new(text);
    while scanner.at < offset {
        scanner.step();
    }
    let (depth, statements) = (scanner.brackets.len(), scanner.statements);
    let of_innermost = |scanner: &Scanner<'_>| {
        let bracket = depth.checked_sub(1).and_then(|index| scanner.brackets.get(index));
        bracket.map_or(0, |bracket| bracket.pieces.len())
    };
    let known = of_innermost(&scanner);
    let mut pieces = Vec::new();
    let is_open = |scanner: &Scanner<'_>| !scanner.brackets.is_empty() || scanner.string.is_some();
    while scanner.at < text.len() && scanner.statements == statements && is_open(&scanner) {
        if of_innermost(&scanner) > known + pieces.len() {
            let new = depth.checked_sub(1).and_then(|index| scanner.brackets.get(index)?.pieces.last());
            pieces.extend(new);
        }
        scanner.step();
    }
    let closed = !is_open(&scanner) && scanner.statements == statements && !scanner.torn;
    Rest { closed, next: if closed { offset } else { scanner.at }, pieces }
}

impl Spot {
    /// What is called by the innermost bracket but `up`, by its place; empty where nothing is.
    pub fn callee(&self, text: &str, up: usize) -> Option<Range<usize>> {
        let bracket = self.brackets.get(self.brackets.len().checked_sub(up + 1)?)?;
        if !text.get(bracket.at..)?.starts_with('(') {
            return None;
        }
        let before = text.get(..bracket.at)?.trim_end();
        let start = before.rfind(|c: char| !(c == '_' || c == '.' || c.is_alphanumeric()));
        let start =
            start.map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        let word = before.get(start..)?;
        // `return (…)` calls nothing; nor does `in (…)`.
        let is_name = !word.is_empty() && !WORDS.contains(&word);
        is_name.then_some(start..before.len())
    }
}

/// Words before a bracket that are none of its own.
const WORDS: [&str; 14] =
    ["return", "in", "not", "and", "or", "if", "else", "yield", "await", "lambda", "is", "assert", "del", "from"];

/// What only a statement starts with.
const STATEMENTS: [&str; 12] = [
    "@",
    "def ",
    "async def ",
    "class ",
    "import ",
    "from ",
    "return ",
    "return\n",
    "with ",
    "while ",
    "try:",
    "raise ",
];

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    brackets: Vec<Bracket>,
    string: Option<Quoted>,
    /// How deep the current statement is indented.
    indent: usize,
    /// How many statements began while something was open.
    statements: usize,
    /// Whether a string of one line was left open.
    torn: bool,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        let indent = indent(text);
        Self { text, at: 0, brackets: Vec::new(), string: None, indent, statements: 0, torn: false }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn at_comment(&self) -> bool {
        self.string.is_none() && self.rest().starts_with('#')
    }

    fn line_end(&self) -> usize {
        self.rest().find('\n').map_or(self.text.len(), |end| self.at + end)
    }

    /// Goes on by a character, a quote or a comment.
    fn step(&mut self) {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else {
            // Behind the end.
            self.at += 1;
            return;
        };
        let mut width = c.len_utf8();
        match &self.string {
            Some(string) => {
                if rest.starts_with(string.quotes) {
                    width = string.quotes.len();
                    self.string = None;
                } else if c == '\\' {
                    width += rest.chars().nth(1).map_or(0, char::len_utf8);
                } else if c == '\n' && string.quotes.len() == 1 {
                    self.string = None;
                    self.torn = true;
                    return self.newline();
                }
            }
            None => match c {
                '#' => width = self.line_end() - self.at,
                '\n' => return self.newline(),
                '(' | '[' | '{' => self.brackets.push(Bracket { at: self.at, pieces: vec![self.at + 1] }),
                ')' | ']' | '}' => {
                    // One that closes another kind is a slip, and the better guess is that it is meant.
                    self.brackets.pop();
                }
                ',' => {
                    if let Some(bracket) = self.brackets.last_mut() {
                        bracket.pieces.push(self.at + 1);
                    }
                }
                '"' | '\'' => width = self.quote(rest),
                _ => {}
            },
        }
        self.at += width;
    }

    /// Opens a string; how wide its quotes are.
    fn quote(&mut self, rest: &str) -> usize {
        let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| rest.starts_with(quotes)).unwrap_or("\"");
        let before = self.text.get(..self.at).unwrap_or_default();
        let prefix = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        let prefix = if prefix <= 2 { prefix } else { 0 };
        self.string = Some(Quoted { at: self.at - prefix, content: self.at + quotes.len(), quotes });
        quotes.len()
    }

    fn newline(&mut self) {
        self.at += 1;
        let line = self.rest();
        let (indented, start) = (indent(line), line.trim_start_matches([' ', '\t']));
        if self.brackets.is_empty() {
            self.indent = indented;
        } else if indented <= self.indent && STATEMENTS.iter().any(|word| start.starts_with(word)) {
            self.brackets.clear();
            self.indent = indented;
            self.statements += 1;
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// The word that ends at an offset, by its start.
pub fn word_before(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.trim_end_matches(|c: char| c == '_' || c.is_alphanumeric()).len()
}

/// The end of the word that goes on at an offset.
pub fn word_after(text: &str, offset: usize) -> usize {
    offset + identifier(text.get(offset..).unwrap_or_default()).len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// What is open at `¦`: what is called by each bracket, the number of its piece, and the quotes.
    fn open(marked: &str) -> String {
        let offset = marked.find('¦').unwrap();
        let text = marked.replace('¦', "");
        let Some(spot) = spot(&text, offset) else { return "comment".to_owned() };
        let count = spot.brackets.len();
        let brackets = (0..count).map(|index| {
            let callee = spot.callee(&text, count - 1 - index).map_or("", |range| &text[range]);
            format!("{callee}{}{}", &text[spot.brackets[index].at..][..1], spot.brackets[index].pieces.len())
        });
        let string = spot.string.as_ref().map(|string| string.quotes.to_owned());
        brackets.chain(string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn brackets_and_quotes_are_counted() {
        for (text, expected) in [
            ("f(a, ¦)", "f(2"),
            ("f(a, g(¦b), c)", "f(2 g(1"),
            ("f(a)(¦", "(1"),
            ("a.b.c ( 'x', [1, 2, ¦", "a.b.c(2 [3"),
            ("return (¦", "(1"),
            ("f('a, (', \"b¦\")", "f(2 \""),
            ("f('''a\n'¦", "f(1 '''"),
            ("f('it\\'s¦", "f(1 '"),
            ("f(rb'a¦", "f(1 '"),
            ("f(  # a ) ¦", "comment"),
            ("f(  # a )\n¦", "f(1"),
            ("f(😀, 'é¦", "f(2 '"),
            ("f(''¦", "f(1"),
            ("f('¦'", "f(1 '"),
            ("f(\"\"\"¦\"\"\"", "f(1 \"\"\""),
            ("x = f(¦\n", "f(1"),
        ] {
            assert_eq!(open(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_open_ends_with_its_statement() {
        assert_eq!(open("x = f('a\ny = g(¦"), "f(1 g(1", "an assignment may be a keyword");
        assert_eq!(open("x = f('a\n@g(¦"), "g(1");
        assert_eq!(open("x = f(\n    a,\n    return_value=g(¦"), "f(2 g(1");
        assert_eq!(open("    x = f(\n    def g(¦"), "g(1");
        assert_eq!(open("x = f(\n    def g(¦"), "f(1 g(1", "what is indented deeper may be of it");
    }

    fn follows(marked: &str) -> (bool, String, usize) {
        let offset = marked.find('¦').unwrap();
        let text = marked.replace('¦', "");
        let rest = rest(&text, offset);
        (rest.closed, text[rest.next..].to_owned(), rest.pieces.len())
    }

    #[test]
    fn what_follows_is_known() {
        let at = |marked, closed, next: &str, pieces| {
            assert_eq!(follows(marked), (closed, next.to_owned(), pieces), "{marked}")
        };
        at("f(¦a, b=1)\ndef g(): ...", true, "a, b=1)\ndef g(): ...", 1);
        at("f('¦', g(1, 2), c)\n", true, "', g(1, 2), c)\n", 2);
        at("@f('¦\ndef g(a, b): ...", false, "def g(a, b): ...", 0);
        at("@f(x, ¦\ndef g(a, b): ...", false, "def g(a, b): ...", 0);
        at("@f('¦)\ndef g(a, b): ...", false, "def g(a, b): ...", 0);
        at("@f(¦", false, "", 0);
        at("f(g(¦), a, b)", true, "), a, b)", 0);
    }
}
