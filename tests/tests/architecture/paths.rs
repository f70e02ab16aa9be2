//! The paths that a Rust file names, read from its tokens: `use` trees spread out, expressions, types and macros' arguments alike.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path as it is written, `crate::status::Status`, without generic arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its segments. `crate`, `self` and `super` are segments too.
    pub segments: Vec<String>,
    /// The modules written out in the file around it: `["tests"]` within `mod tests { … }`.
    pub within: Vec<String>,
    /// 1-based.
    pub line: usize,
}

impl Named {
    /// The path as one text.
    pub fn text(&self) -> String {
        self.segments.join("::")
    }

    /// Whether the path begins with these segments.
    pub fn starts_with(&self, segments: &[&str]) -> bool {
        self.segments.len() >= segments.len() && self.segments.iter().zip(segments).all(|(ours, other)| ours == other)
    }
}

/// Every path of a file, in order; a name that stands alone is a path of one segment.
pub fn named(text: &str) -> Vec<Named> {
    let tokens: TokenStream = text.parse().expect("a Rust file that compiles is made of tokens");
    let mut found = Vec::new();
    read(tokens, &mut Vec::new(), &mut found);
    found
}

fn read(tokens: TokenStream, within: &mut Vec<String>, found: &mut Vec<Named>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut next = 0;
    while next < tokens.len() {
        match &tokens[next] {
            TokenTree::Ident(_) => {
                next = if let Some(module) = inline_module(&tokens[next..]) {
                    within.push(module.0);
                    read(module.1, within, found);
                    within.pop();
                    next + 3
                } else {
                    next + path(&tokens[next..], &[], within, found)
                };
            }
            TokenTree::Group(group) => {
                read(group.stream(), within, found);
                next += 1;
            }
            _ => next += 1,
        }
    }
}

/// `mod name { … }` at the beginning of the tokens.
fn inline_module(tokens: &[TokenTree]) -> Option<(String, TokenStream)> {
    let [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Group(body), ..] = tokens else {
        return None;
    };
    (keyword == "mod" && body.delimiter() == Delimiter::Brace).then(|| (name.to_string(), body.stream()))
}

/// Reads the path at the beginning of the tokens, below `prefix`; returns how many tokens it took.
fn path(tokens: &[TokenTree], prefix: &[String], within: &[String], found: &mut Vec<Named>) -> usize {
    let mut segments = prefix.to_vec();
    let mut line = 0;
    let mut next = 0;
    loop {
        match tokens.get(next) {
            Some(TokenTree::Ident(name)) => {
                segments.push(name.to_string().trim_start_matches("r#").to_owned());
                line = name.span().start().line;
                next += 1;
            }
            Some(TokenTree::Group(tree)) if tree.delimiter() == Delimiter::Brace && next > 0 => {
                use_tree(tree.stream(), &segments, within, found);
                return next + 1;
            }
            Some(TokenTree::Punct(glob)) if glob.as_char() == '*' && next > 0 => {
                segments.push("*".to_owned());
                next += 1;
                break;
            }
            // Generic arguments, or the end: the path so far is all that names something.
            _ => break,
        }
        match double_colon(&tokens[next..]) {
            true => next += 2,
            false => break,
        }
    }
    found.push(Named { segments, within: within.to_vec(), line });
    next
}

/// The branches of `{a, b::c, d as e}` below `prefix`.
fn use_tree(tokens: TokenStream, prefix: &[String], within: &[String], found: &mut Vec<Named>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for branch in tokens.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',')) {
        if !branch.is_empty() {
            path(branch, prefix, within, found);
        }
    }
}

fn double_colon(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(first), TokenTree::Punct(second), ..] if first.as_char() == ':' && second.as_char() == ':')
}

#[test]
fn paths_are_read_wherever_they_stand() {
    let text = "
        use crate::{status::Status, render::{self, table}, cli::*};
        //! crate::comment
        fn f(x: super::Task) -> Vec<crate::lsp::Shell> {
            println!(\"crate::text {}\", crate::rules::all());
        }
        mod tests { use super::super::analysis; }
    ";
    let found: Vec<String> = named(text).iter().filter(|path| path.segments.len() > 1).map(Named::text).collect();
    let expected = [
        "crate::status::Status",
        "crate::render::self",
        "crate::render::table",
        "crate::cli::*",
        "super::Task",
        "crate::lsp::Shell",
        "crate::rules::all",
        "super::super::analysis",
    ];
    assert_eq!(found, expected);
    assert_eq!(named(text).last().unwrap().within, ["tests"]);
    assert_eq!(named(text).last().unwrap().line, 7);
}
