//! The word of a cache spec, and the words that the SDK takes for it.

use std::fmt;
use std::str::FromStr;

use super::spec::SpecError;

/// What a task does with the cache (`Cache(behavior=…)`), after the SDK's aliases.
///
/// ```
/// use cache_core::policy::Behavior;
///
/// assert_eq!(Behavior::parse("auto"), Ok(Behavior::Auto));
/// assert_eq!(Behavior::parse("OFF"), Ok(Behavior::Disable));
/// // The words themselves must be exact: only aliases are lower-cased.
/// assert!(Behavior::parse("Auto").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Behavior {
    /// The version follows the code.
    Auto,
    /// The version is given.
    Override,
    /// No caching.
    Disable,
}

impl Behavior {
    /// What `Cache.__post_init__` of the SDK makes of a string: the exact word, else an alias in any case.
    ///
    /// # Errors
    ///
    /// [`SpecError::Behavior`] for anything else, as the SDK raises at import.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        WORDS.into_iter().find(|behavior| behavior.word() == text).map_or_else(
            || match text.to_lowercase().as_str() {
                "enable" | "enabled" | "on" | "true" | "yes" => Ok(Self::Auto),
                "off" | "false" | "no" | "none" => Ok(Self::Disable),
                _ => Err(SpecError::Behavior { given: quoted(text) }),
            },
            Ok,
        )
    }

    /// The canonical word: `auto`, `override` or `disable`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Override => "override",
            Self::Disable => "disable",
        }
    }
}

impl fmt::Display for Behavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Behavior {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

const WORDS: [Behavior; 3] = [Behavior::Auto, Behavior::Override, Behavior::Disable];

/// Python's `repr` of an ordinary text, for the SDK's message.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut repr = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => repr.push_str("\\\\"),
            '\n' => repr.push_str("\\n"),
            '\r' => repr.push_str("\\r"),
            '\t' => repr.push_str("\\t"),
            other if other == quote => repr.extend(['\\', quote]),
            other => repr.push(other),
        }
    }
    repr.push(quote);
    repr
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_taken_in_any_case_and_words_only_as_they_are() {
        for (behavior, texts) in [
            (Behavior::Auto, &["auto", "enable", "Enabled", "ON", "True", "true", "YES"][..]),
            (Behavior::Override, &["override"]),
            (Behavior::Disable, &["disable", "off", "False", "no", "None"]),
        ] {
            for text in texts {
                assert_eq!(Behavior::parse(text), Ok(behavior), "{text}");
            }
        }
        for text in ["Auto", "AUTO", "Override", "Disable", "disabled", "always", "", " auto", "1"] {
            assert!(Behavior::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_message_is_the_sdks() {
        let messages = ["Auto", "it's", "a\"'b"].map(|text| Behavior::parse(text).map_err(|error| error.to_string()));
        let tail = " Must be one of ['auto', 'override', 'disable'] (aliases accepted: ['enable', 'enabled', 'false', \
                    'no', 'none', 'off', 'on', 'true', 'yes']).";
        let expected = ["'Auto'", "\"it's\"", "'a\"\\'b'"]
            .map(|given| Err(format!("ValueError: Invalid cache behavior: {given}.{tail}")));
        assert_eq!(messages, expected);
    }
}
