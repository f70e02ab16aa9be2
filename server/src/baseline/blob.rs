//! git's ids of file contents, computed here: `git hash-object` could run a filter of the repository.

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Whether a working file holds what the blob `id` (hexadecimal, SHA-1 or SHA-256) holds, for Python: line ends don't
/// count, since git may have turned them into CRLF on checkout, and Python reads every kind as `\n`.
pub(super) fn holds(id: &str, working: &[u8]) -> bool {
    if id_like(id, working) == id {
        return true;
    }
    // The blob must then be free of `\r`, so that Python reads it as it is.
    working.contains(&b'\r') && id_like(id, &universal_newlines(working)) == id
}

/// The id of a content, by the hash that makes ids of the length of `like`.
fn id_like(like: &str, content: &[u8]) -> String {
    let header = format!("blob {}\0", content.len());
    match like.len() {
        64 => hex(&Sha256::new().chain_update(header).chain_update(content).finalize()),
        _ => hex(&Sha1::new().chain_update(header).chain_update(content).finalize()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn universal_newlines(text: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                bytes.next_if_eq(&b'\n');
                lines.push(b'\n');
            }
            other => lines.push(other),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_git_s() {
        // `git hash-object -t blob /dev/null`, in a repository of either format.
        assert_eq!(id_like("", b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        let id = id_like(&"0".repeat(64), b"");
        assert_eq!(id, "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813");
    }

    #[test]
    fn line_ends_don_t_count_but_a_carriage_return_of_the_blob_does() {
        let id = id_like("", b"a\nb\n");
        assert!(holds(&id, b"a\nb\n") && holds(&id, b"a\r\nb\r\n") && holds(&id, b"a\r\nb\n"));
        assert!(!holds(&id, b"a\r\r\nb\n"), "Python reads a blank line here");
        assert!(!holds(&id, b"a\nb"));
        let with_cr = id_like("", b"a\r\nb\n");
        assert!(!holds(&with_cr, b"a\r\r\nb\n"));
    }
}
