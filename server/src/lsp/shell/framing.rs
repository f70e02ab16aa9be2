//! The editor's messages, one by one, each known to be one before tower-lsp reads it: that ends at the first that isn't.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// The longest line of a header, in bytes.
const LONGEST_LINE: u64 = 4096;

/// The largest message, in bytes: a document of that size is data.
const LARGEST: u64 = 256 << 20;

/// What arrived.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// The body of a message: a JSON-RPC object.
    Message(Vec<u8>),
    /// The same, of the editor's last message.
    Exit(Vec<u8>),
    /// Something else.
    Malformed(Malformed),
}

/// What is no message.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong with it.
    pub problem: String,
    /// The id of the request that it may be.
    pub id: Value,
}

impl From<String> for Malformed {
    fn from(problem: String) -> Self {
        Self { problem, id: Value::Null }
    }
}

/// The next message; `None` at the end of the input.
///
/// # Errors
///
/// Those of the input.
pub async fn next(input: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Frame>> {
    let Some(header) = header(input).await? else { return Ok(None) };
    let length = match header {
        Ok(length) => length,
        Err(problem) => return Ok(Some(Frame::Malformed(problem.into()))),
    };
    let mut body = Vec::new();
    if length > LARGEST {
        let skipped = tokio::io::copy(&mut input.take(length), &mut tokio::io::sink()).await?;
        let problem = format!("a message of {skipped} bytes: at most {LARGEST} are read");
        return Ok(Some(Frame::Malformed(problem.into())));
    }
    let read = input.take(length).read_to_end(&mut body).await?;
    if (read as u64) < length {
        return Ok(None);
    }
    Ok(Some(match kind(&body) {
        Ok(kind) => kind(body),
        Err(problem) => match repaired(&body).and_then(|body| Some((self::kind(&body).ok()?, body))) {
            Some((kind, body)) => kind(body),
            None => Frame::Malformed(Malformed { problem, id: id(&body) }),
        },
    }))
}

/// The length that a header gives, or what is wrong with the header. Lines that are none are passed over, so that a broken
/// message is left behind.
async fn header(input: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Result<u64, String>>> {
    let (mut length, mut lines) = (None, 0);
    loop {
        let mut line = Vec::new();
        if (&mut *input).take(LONGEST_LINE).read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            match length {
                Some(length) => return Ok(Some(length)),
                None if lines > 0 => return Ok(Some(Err("a header without Content-Length".to_owned()))),
                None => continue,
            }
        }
        lines += 1;
        let text = String::from_utf8_lossy(line);
        if let Some((name, value)) = text.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            let value = value.trim();
            length = Some(value.parse().map_err(|_| format!("Content-Length is no number: {value}")));
        }
    }
}

/// What a message's body makes, or what is wrong with it.
fn kind(body: &[u8]) -> Result<fn(Vec<u8>) -> Frame, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
    let Some(message) = value.as_object() else { return Err("a message is an object".to_owned()) };
    let is_request = message.get("method").is_some_and(Value::is_string);
    let is_answer = message.contains_key("id") && (message.contains_key("result") || message.contains_key("error"));
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        Err("`jsonrpc` is not \"2.0\"".to_owned())
    } else if !is_request && !is_answer {
        Err("neither a request nor an answer".to_owned())
    } else if !message.get("id").is_none_or(|id| id.is_i64() || id.is_string() || id.is_null()) {
        Err("`id` is neither a number nor a string".to_owned())
    } else if !message.get("params").is_none_or(|params| params.is_object() || params.is_array() || params.is_null()) {
        Err("`params` is neither an object nor a list".to_owned())
    } else if message.get("method").is_some_and(|method| method == "exit") {
        Ok(Frame::Exit)
    } else {
        Ok(Frame::Message)
    }
}

/// The id of what may be meant as a request.
fn id(body: &[u8]) -> Value {
    let message: Option<Value> = serde_json::from_slice(body).ok();
    let id = message
        .filter(|message| message.get("method").is_some())
        .and_then(|mut message| Some(message.get_mut("id")?.take()));
    id.filter(|id| id.is_i64() || id.is_string()).unwrap_or_default()
}

/// The body with a replacement character for each half of a surrogate pair that stands alone. An editor's text can hold one (half of an
/// emoji was deleted), JSON can write it, and Rust's text can't hold it. Both count one column in UTF-16, so positions stay right.
fn repaired(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
        let taken = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push_str("\\ufffd");
                rest = escape.get(6..)?;
                continue;
            }
            // Also past an escaped backslash, behind which `u` is a letter.
            _ => 1 + escape.chars().nth(1)?.len_utf8(),
        };
        let (kept, behind) = escape.split_at_checked(taken)?;
        out.push_str(kept);
        rest = behind;
    }
    out.push_str(rest);
    Some(out.into_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// All that is read from an input.
    fn frames(mut input: &[u8]) -> Vec<Frame> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut frames = Vec::new();
        while let Some(frame) = runtime.block_on(next(&mut input)).unwrap() {
            frames.push(frame);
        }
        frames
    }

    const GOOD: &str = "Content-Length: 33\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}";

    fn good() -> Frame {
        Frame::Exit(b"{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}".to_vec())
    }

    #[test]
    fn the_reader_finds_its_way_back() {
        for broken in [
            "Content-Length: x\r\n\r\n",
            "Content-Type: x\r\n\r\n",
            "Content-Length: 3\r\n\r\n{,}",
            "Content-Length: 2\r\n\r\n[]",
            "Content-Length: 2\r\n\r\n{}",
            "\u{fffd}\u{0}\r\n\r\n",
        ] {
            let found = frames(format!("{broken}{GOOD}").as_bytes());
            assert!(matches!(found.as_slice(), [Frame::Malformed(_), last] if *last == good()), "{broken}: {found:?}");
        }
    }

    #[test]
    fn headers_are_read_as_editors_write_them() {
        for header in [
            "content-length:33\n\n",
            "\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: 33\r\n\r\n",
        ] {
            let body = GOOD.split_once("\r\n\r\n").unwrap().1;
            assert_eq!(frames(format!("{header}{body}").as_bytes()), [good()], "{header}");
        }
        assert_eq!(frames(GOOD.get(..40).unwrap().as_bytes()), [], "an editor that died while it spoke");
    }

    #[test]
    fn halves_of_characters_are_replaced() {
        let text = |inner: &str| {
            let body = format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{inner}\"}}");
            let message = format!("Content-Length: {}\r\n\r\n{body}", body.len());
            match frames(message.as_bytes()).remove(0) {
                Frame::Message(body) => {
                    serde_json::from_slice::<Value>(&body).unwrap()["method"].as_str().unwrap().to_owned()
                }
                other => format!("{other:?}"),
            }
        };
        assert_eq!(text(r"a\ud83d\ude00"), "a😀");
        assert_eq!(text(r"a\ud83d"), "a\u{fffd}");
        assert_eq!(text(r"\ude00\ud83d\ud83d\ude00é"), "\u{fffd}\u{fffd}😀é");
        assert_eq!(text(r"\\ud83d \ud83d"), "\\ud83d \u{fffd}");
    }

    #[test]
    fn deep_nesting_is_refused() {
        let body =
            format!("{{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{}1{}}}", "[".repeat(1000), "]".repeat(1000));
        let message = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        assert!(matches!(frames(message.as_bytes()).as_slice(), [Frame::Malformed(_)]));
    }
}
