//! Texts for editors, as Markdown or, for those that show none, as plain text.

use crate::analysis::Place;

/// How a text is marked up.
#[derive(Clone, Copy)]
pub struct Markup<'a> {
    /// Whether it is Markdown.
    pub markdown: bool,
    /// What a place is called.
    pub name: &'a dyn Fn(&Place) -> String,
    /// The address of a place, where it has one.
    pub address: &'a dyn Fn(&Place) -> Option<String>,
}

impl Markup<'_> {
    /// Words in which names may stand in backticks, as messages have them.
    pub fn text(&self, words: &str) -> String {
        if !self.markdown {
            return words.replace('`', "");
        }
        // An odd backtick is none of a pair, and all behind it is text.
        let pieces: Vec<&str> = words.split('`').collect();
        let paired = pieces.len() % 2 == 1;
        let mut text = String::new();
        for (index, piece) in pieces.iter().enumerate() {
            if paired && index % 2 == 1 {
                text.push_str(&self.code(piece));
            } else {
                text.extend(piece.chars().flat_map(|c| {
                    let escape = matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!');
                    escape.then_some('\\').into_iter().chain([c])
                }));
                if !paired && index + 1 < pieces.len() {
                    text.push_str("\\`");
                }
            }
        }
        text
    }

    /// Code within a line.
    pub fn code(&self, code: &str) -> String {
        let code = code.replace(['\n', '\r'], " ");
        if !self.markdown {
            return code;
        }
        // Longer fences than any run of backticks within.
        let mut runs = code.split(|c| c != '`').map(str::len);
        let longest = runs.by_ref().max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let blank = if longest > 0 { " " } else { "" };
        format!("{fence}{blank}{code}{blank}{fence}")
    }

    /// What is to be seen first.
    pub fn strong(&self, code: &str) -> String {
        if self.markdown { format!("**{}**", self.code(code)) } else { code.to_owned() }
    }

    /// A place, which a click opens.
    pub fn place(&self, place: &Place) -> String {
        let name = (self.name)(place);
        match (self.address)(place).filter(|_| self.markdown) {
            Some(address) => format!("[{}]({address})", self.text(&name)),
            None => self.text(&name),
        }
    }

    /// Paragraphs.
    pub fn paragraphs(&self, all: &[String]) -> String {
        all.join("\n\n")
    }

    /// A list.
    pub fn list(&self, items: &[String]) -> String {
        items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markup(markdown: bool) -> Markup<'static> {
        Markup {
            markdown,
            name: &|place| format!("a.py:{}", place.line),
            address: &|_| Some("file:///a.py".to_owned()),
        }
    }

    #[test]
    fn what_users_write_is_no_markup() {
        let text = |words| markup(true).text(words);
        assert_eq!(text("*args and __x__ of `a_b*`, <b>"), "\\*args and \\_\\_x\\_\\_ of `a_b*`, \\<b\\>");
        assert_eq!(text("an odd ` one"), "an odd \\` one");
        assert_eq!(markup(true).code("a`b\n``c"), "``` a`b ``c ```");
        assert_eq!(markup(false).text("*args of `a_b`"), "*args of a_b");
        let place = Place { file: std::path::Path::new("/a.py").into(), line: 3 };
        assert_eq!(markup(true).place(&place), "[a.py:3](file:///a.py)");
        assert_eq!(markup(false).place(&place), "a.py:3");
    }
}
