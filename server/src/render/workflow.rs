//! The commands by which the log of a GitHub workflow becomes annotations of a change.

/// How grave GitHub shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Red.
    Error,
    /// Yellow.
    Warning,
    /// Grey.
    Notice,
}

/// Where GitHub shows it: a file relative to the repository, and 1-based lines and columns, the last ones included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// With `/`.
    pub file: String,
    /// First and last line.
    pub lines: Option<(usize, usize)>,
    /// First and last column, within one line only.
    pub columns: Option<(usize, usize)>,
}

/// One command, with its line end. No text of the user's ends it early or starts another.
pub fn annotation(level: Level, at: Option<&Shown>, title: &str, message: &str) -> String {
    let level = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let mut place = String::new();
    if let Some(at) = at {
        place.push_str(&format!("file={},", property(&at.file)));
        if let Some((first, last)) = at.lines {
            place.push_str(&format!("line={first},endLine={last},"));
        }
        if let Some((first, last)) = at.columns {
            place.push_str(&format!("col={first},endColumn={last},"));
        }
    }
    format!("::{level} {place}title={}::{}\n", property(title), data(message))
}

/// What GitHub's runner takes out of a message again.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_command_or_starts_another() {
        let at = Shown { file: "a,b:\n::error::c.py".to_owned(), lines: Some((3, 4)), columns: None };
        let command = annotation(Level::Notice, Some(&at), "x:y", "50%\r\n::set-output name=a::b");
        assert_eq!(
            command,
            "::notice file=a%2Cb%3A%0A%3A%3Aerror%3A%3Ac.py,line=3,endLine=4,title=x%3Ay::50%25%0D%0A::set-output name=a::b\n"
        );
    }
}
