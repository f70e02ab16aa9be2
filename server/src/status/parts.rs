//! What of a function changed, told from two dumps.
//!
//! A dump is unambiguous text, so that its fields can be cut out of it exactly: brackets nest, and only strings hold
//! brackets that don't. Nothing here decides a version; the dumps are those that were hashed.

use std::ops::ControlFlow;

use super::Change;

/// Which parts of a function differ between two texts of `ast.dump` (under one Python), in reading order; empty if none.
///
/// A block that isn't one function (CPython cuts such blocks out around odd decorators) differs in its body as a whole.
pub fn changed_parts(old: &str, new: &str) -> Vec<Change> {
    if old == new {
        return Vec::new();
    }
    let (Some(old), Some(new)) = (Parts::of(old), Parts::of(new)) else {
        return vec![Change::Body];
    };
    let pairs = [
        (Change::Decorator, old.decorators != new.decorators),
        (Change::Name, old.name != new.name),
        (Change::Signature, old.signature != new.signature),
        (Change::Default, old.defaults != new.defaults),
        (Change::Docstring, old.docstring != new.docstring),
        (Change::Body, old.body != new.body),
    ];
    pairs.into_iter().filter_map(|(change, differs)| differs.then_some(change)).collect()
}

/// The part of a dump that says what is computed: the body below the docstring; all of it for a block that isn't one function.
pub fn body_of(dump: &str) -> String {
    Parts::of(dump).map_or_else(|| dump.to_owned(), |parts| parts.body.join(", "))
}

/// Whether the inputs and outputs of a function are written in another way: names and annotations of parameters, and what
/// it returns. A block that isn't one function is taken to be another one.
pub fn interface_differs(old: &str, new: &str) -> bool {
    if old == new {
        return false;
    }
    match (Parts::of(old), Parts::of(new)) {
        (Some(old), Some(new)) => old.interface().ne(new.interface()),
        _ => true,
    }
}

/// The parts of a function's dump, as text.
pub(super) struct Parts<'a> {
    name: &'a str,
    pub(super) decorators: &'a str,
    /// `async` or not, parameters, annotations and type parameters, without defaults.
    pub(super) signature: Vec<(&'a str, &'a str)>,
    defaults: Vec<(&'a str, &'a str)>,
    docstring: Option<&'a str>,
    body: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(dump: &'a str) -> Option<Self> {
        let (_, module) = node(dump)?;
        let [statement] = elements(field(&module, "body")?)?[..] else {
            return None;
        };
        let (kind, function) = node(statement)?;
        if kind != "FunctionDef" && kind != "AsyncFunctionDef" {
            return None;
        }
        let (_, arguments) = node(field(&function, "args")?)?;
        let (defaults, mut signature): (Vec<_>, Vec<_>) =
            arguments.into_iter().partition(|(name, _)| matches!(*name, "defaults" | "kw_defaults"));
        signature.push(("kind", kind));
        signature.extend(function.iter().filter(|(name, _)| matches!(*name, "returns" | "type_params")));
        let mut body = elements(field(&function, "body")?)?;
        let docstring = body.first().copied().filter(|first| is_docstring(first));
        if docstring.is_some() {
            body.remove(0);
        }
        Some(Self {
            name: field(&function, "name")?,
            // Newer Pythons leave an empty list out.
            decorators: field(&function, "decorator_list").unwrap_or("[]"),
            signature,
            defaults,
            docstring,
            body,
        })
    }
}

impl<'a> Parts<'a> {
    /// The signature without `async` and type parameters, which no type of an interface is told from.
    fn interface(&self) -> impl Iterator<Item = &(&'a str, &'a str)> {
        self.signature.iter().filter(|(name, _)| !matches!(*name, "kind" | "type_params"))
    }
}

/// Whether a statement is a bare string, which as the first of a body is its docstring.
fn is_docstring(statement: &str) -> bool {
    let text = |statement| {
        let (kind, expression) = node(statement)?;
        let (value_kind, constant) = node(field(&expression, "value")?)?;
        let value = field(&constant, "value")?;
        Some(kind == "Expr" && value_kind == "Constant" && value.starts_with(['\'', '"']))
    };
    text(statement) == Some(true)
}

pub(super) fn field<'a>(fields: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// `Name(a=…, b=…)` as its kind and its fields.
pub(super) fn node(text: &str) -> Option<(&str, Vec<(&str, &str)>)> {
    let (kind, rest) = text.split_once('(')?;
    let fields =
        split(rest.strip_suffix(')')?)?.into_iter().map(|field| field.split_once('=')).collect::<Option<_>>()?;
    Some((kind, fields))
}

/// `[a, b]` as its elements.
pub(super) fn elements(text: &str) -> Option<Vec<&str>> {
    split(text.strip_prefix('[')?.strip_suffix(']')?)
}

/// Splits at the commas that stand in no bracket and no string.
fn split(text: &str) -> Option<Vec<&str>> {
    let mut pieces = Vec::new();
    let (mut depth, mut start, mut quote, mut escaped) = (0_usize, 0, None, false);
    let scanned = text.bytes().enumerate().try_for_each(|(at, byte)| {
        match (quote, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(' | b'[') => depth += 1,
            (None, b')' | b']') => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return ControlFlow::Break(()),
            },
            (None, b',') if depth == 0 => {
                pieces.push(text[start..at].trim_start_matches(' '));
                start = at + 1;
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    if scanned.is_break() || depth > 0 || quote.is_some() {
        return None;
    }
    let last = text[start..].trim_start_matches(' ');
    if !last.is_empty() {
        pieces.push(last);
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dump that CPython 3.11 prints of `@d(r=1)` / `def f(a: int = 1): "doc" / return a`.
    const OLD: &str = "Module(body=[FunctionDef(name='f', args=arguments(posonlyargs=[], args=[arg(arg='a', \
        annotation=Name(id='int', ctx=Load()))], kwonlyargs=[], kw_defaults=[], defaults=[Constant(value=1)]), \
        body=[Expr(value=Constant(value='doc')), Return(value=Name(id='a', ctx=Load()))], \
        decorator_list=[Call(func=Name(id='d', ctx=Load()), args=[], keywords=[keyword(arg='r', \
        value=Constant(value=1))])])], type_ignores=[])";

    fn after(from: &str, to: &str) -> Vec<Change> {
        assert!(OLD.contains(from), "{from}");
        changed_parts(OLD, &OLD.replacen(from, to, 1))
    }

    #[test]
    fn names_the_part_that_changed() {
        assert_eq!(changed_parts(OLD, OLD), []);
        assert_eq!(after("Return(value=Name(id='a', ctx=Load()))", "Pass()"), [Change::Body]);
        assert_eq!(after("'doc'", "'Doc'"), [Change::Docstring]);
        assert_eq!(after("Expr(value=Constant(value='doc')), ", ""), [Change::Docstring]);
        assert_eq!(after("arg='r', value=Constant(value=1)", "arg='r', value=Constant(value=2)"), [Change::Decorator]);
        assert_eq!(after("id='int'", "id='float'"), [Change::Signature]);
        assert_eq!(after("defaults=[Constant(value=1)]", "defaults=[Constant(value=2)]"), [Change::Default]);
        assert_eq!(after("FunctionDef", "AsyncFunctionDef"), [Change::Signature]);
        assert_eq!(after("name='f'", "name='g'"), [Change::Name]);
    }

    #[test]
    fn an_interface_is_names_and_types() {
        let differs = |from: &str, to: &str| interface_differs(OLD, &OLD.replacen(from, to, 1));
        assert!(differs("id='int'", "id='float'"));
        assert!(differs("arg='a'", "arg='b'"));
        assert!(!interface_differs(OLD, OLD));
        let returns =
            OLD.replace("value=Constant(value=1))])])]", "value=Constant(value=1))])], returns=Name(id='int'))]");
        assert_ne!(returns, OLD);
        assert!(interface_differs(OLD, &returns));
        for (from, to) in [
            ("FunctionDef", "AsyncFunctionDef"),
            ("'doc'", "'Doc'"),
            ("arg='r'", "arg='s'"),
            ("defaults=[Constant(value=1)]", "defaults=[]"),
        ] {
            assert!(!differs(from, to), "{from} -> {to}");
        }
    }

    #[test]
    fn strings_may_hold_anything() {
        let old = OLD.replace("'doc'", r#""it's), ([ \" \\""#);
        assert_eq!(changed_parts(&old, &old.replace("it's", "its")), [Change::Docstring]);
        assert_eq!(changed_parts(&old, &old.replace("Return(value=", "Expr(value=")), [Change::Body]);
    }

    #[test]
    fn a_number_or_bytes_is_no_docstring() {
        let old = OLD.replace("'doc'", "b'doc'");
        assert_eq!(changed_parts(&old, &old.replace("b'doc'", "b'dog'")), [Change::Body]);
    }

    #[test]
    fn a_block_that_is_no_function_changed_as_a_whole() {
        let block = "Module(body=[Expr(value=Name(id='deco', ctx=Load()))])";
        assert_eq!(changed_parts(block, OLD), [Change::Body]);
    }
}
