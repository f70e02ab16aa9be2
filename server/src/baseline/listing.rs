//! The entries of a revision's tree, as `git ls-tree -r -z --full-tree` lists them: looked up by name, kept as one text.

/// A revision's files, links and submodules, by name.
#[derive(Debug, Default)]
pub(super) struct Listing {
    text: Vec<u8>,
    /// In the order of the names.
    lines: Vec<Line>,
}

/// Where a record's parts are in the text.
#[derive(Clone, Copy, Debug)]
struct Line {
    id: usize,
    name: usize,
    end: usize,
    kind: Kind,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    /// A symbolic link: its content is the target.
    Link,
    /// A submodule: its id is a commit of another repository.
    Module,
}

/// One entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'l> {
    pub(super) kind: Kind,
    /// Hexadecimal.
    pub(super) id: &'l str,
    pub(super) name: &'l [u8],
}

impl Listing {
    /// Reads records `100644 blob <id>\t<name>\0`, the names as they are; what is none is passed over.
    pub(super) fn new(text: Vec<u8>) -> Self {
        let mut lines = Vec::with_capacity(text.len() / 64);
        let mut start = 0;
        for end in memchr::memchr_iter(0, &text) {
            lines.extend(line(&text, start, end));
            start = end + 1;
        }
        let name = |line: &Line| text.get(line.name..line.end).unwrap_or_default();
        // It comes in this order; nothing is found if it ever did not.
        if !lines.is_sorted_by_key(name) {
            lines.sort_by(|one, other| name(one).cmp(name(other)));
        }
        Self { text, lines }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Entry<'_>> {
        self.lines.iter().map(|line| self.entry(line))
    }

    /// The entry of a name.
    pub(super) fn get(&self, name: &[u8]) -> Option<Entry<'_>> {
        self.position(name).map(|(_, entry)| entry)
    }

    /// The entry of a name, and which of them it is.
    pub(super) fn position(&self, name: &[u8]) -> Option<(usize, Entry<'_>)> {
        let at = self.lines.binary_search_by(|line| self.name(line).cmp(name)).ok()?;
        Some((at, self.entry(self.lines.get(at)?)))
    }

    /// An entry by its place.
    pub(super) fn at(&self, at: usize) -> Option<Entry<'_>> {
        self.lines.get(at).map(|line| self.entry(line))
    }

    /// Which entry has a name, sooner found if it is the one at `near`: whoever asks for many asks in order, mostly.
    pub(super) fn position_near(&self, near: usize, name: &[u8]) -> Option<usize> {
        match self.lines.get(near) {
            Some(line) if self.name(line) == name => Some(near),
            _ => self.position(name).map(|(at, _)| at),
        }
    }

    /// Whether a name starts with `prefix`.
    pub(super) fn has_prefix(&self, prefix: &[u8]) -> bool {
        let at = self.lines.partition_point(|line| self.name(line) < prefix);
        self.lines.get(at).is_some_and(|line| self.name(line).starts_with(prefix))
    }

    /// What stands right below a folder, whose name ends with `/` unless it is the root's: names, and the kinds of those that are entries.
    pub(super) fn children(&self, folder: &[u8]) -> Vec<(&[u8], Option<Kind>)> {
        let mut found = Vec::new();
        let mut at = self.lines.partition_point(|line| self.name(line) < folder);
        while let Some(rest) = self.lines.get(at).and_then(|line| self.name(line).strip_prefix(folder)) {
            match memchr::memchr(b'/', rest) {
                None => {
                    found.push((rest, self.lines.get(at).map(|line| line.kind)));
                    at += 1;
                }
                Some(end) => {
                    let (name, below) = (rest.get(..end).unwrap_or_default(), folder.len() + end + 1);
                    found.push((name, None));
                    let within =
                        self.lines.get(at).map(|line| self.name(line).get(..below).unwrap_or_default().to_vec());
                    let within = within.unwrap_or_default();
                    let rest = self.lines.get(at..).unwrap_or_default();
                    at += rest.partition_point(|line| self.name(line).starts_with(&within)).max(1);
                }
            }
        }
        found
    }

    fn name(&self, line: &Line) -> &[u8] {
        self.text.get(line.name..line.end).unwrap_or_default()
    }

    fn entry(&self, line: &Line) -> Entry<'_> {
        let id = self.text.get(line.id..line.name - 1).unwrap_or_default();
        Entry { kind: line.kind, id: std::str::from_utf8(id).unwrap_or_default(), name: self.name(line) }
    }
}

fn line(text: &[u8], start: usize, end: usize) -> Option<Line> {
    let record = text.get(start..end)?;
    let tab = memchr::memchr(b'\t', record)?;
    let mut fields = record.get(..tab)?.split(|&byte| byte == b' ');
    let (mode, _type, id) = (fields.next()?, fields.next()?, fields.next()?);
    let kind = match mode {
        b"120000" => Kind::Link,
        b"160000" => Kind::Module,
        _ => Kind::File,
    };
    Some(Line { id: start + tab - id.len(), name: start + tab + 1, end, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_stands_right_below_it() {
        let names = ["a-b.py", "a.py", "a/b.py", "a/c/d.py", "a/c/e.py", "a/f.py", "a0/x.py", "link", "z.py"];
        let mode = |name: &str| if name == "link" { "120000" } else { "100644" };
        let text: String =
            names.iter().map(|name| format!("{} blob {}\t{name}\0", mode(name), "0".repeat(40))).collect();
        let listing = Listing::new(text.into_bytes());
        let children = |folder: &str| -> Vec<String> {
            let found = listing.children(folder.as_bytes()).into_iter();
            found
                .map(|(name, kind)| {
                    format!(
                        "{}{}",
                        String::from_utf8_lossy(name),
                        match kind {
                            None => "/",
                            Some(Kind::Link) => "@",
                            Some(_) => "",
                        }
                    )
                })
                .collect()
        };
        assert_eq!(children(""), ["a-b.py", "a.py", "a/", "a0/", "link@", "z.py"]);
        assert_eq!(children("a/"), ["b.py", "c/", "f.py"]);
        assert_eq!(children("a/c/"), ["d.py", "e.py"]);
        assert_eq!(children("b/"), [""; 0]);
    }
}
