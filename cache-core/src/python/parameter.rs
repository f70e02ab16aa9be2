//! Where a parameter of a function is named, for those who want to give it another name.
//!
//! All or nothing: where another scope binds the same name, or Python could come by it without writing it, the answer is why not.

use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::visitor::{
    Visitor, walk_except_handler, walk_expr, walk_parameter, walk_pattern, walk_stmt, walk_type_param,
};
use ruff_python_ast::{self as ast, AnyParameterRef, ExceptHandler, Expr, ExprContext, Identifier, Pattern, Stmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

use super::functions::suites;
use super::teardown;

/// A parameter and all that is called like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterNames {
    /// Where it is named: in the signature first, then in the body; by byte offsets.
    pub places: Vec<Range<usize>>,
    /// The other names that the function's body and its parameters have, of whatever scope.
    pub others: BTreeSet<String>,
}

/// Why a parameter can't be given another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Where it stands, by its byte offset.
    pub at: usize,
    /// What it is, in words that fit behind a place.
    pub reason: String,
}

/// Where a parameter of the function whose name starts at `function` is named.
///
/// # Errors
///
/// What makes it uncertain: text that is no valid Python, a scope within the function that has the same name, `locals()` and the
/// like, a text that names it (`f"{x=}"`, pandas' `"@x"`).
pub fn parameter_names(text: &str, function: usize, name: &str) -> Result<ParameterNames, Obstacle> {
    let nothing = |reason: &str| Obstacle { at: function, reason: reason.to_owned() };
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module)).try_into_module();
    let parsed = parsed.ok_or_else(|| nothing("this can't be parsed"))?;
    let error = parsed.errors().first().map(|error| Obstacle {
        at: error.location.start().to_usize(),
        reason: format!("this is not valid Python: {}", error.error),
    });
    let body = parsed.into_suite();
    let answer = match (error, find(&body, function)) {
        (Some(error), _) => Err(error),
        (None, None) => Err(nothing("there is no such function")),
        (None, Some(found)) => of(text, found, name),
    };
    teardown::drop_deep(body);
    answer
}

/// The function whose name starts at an offset. Descends into the statement around it, so it needs no recursion.
fn find(body: &[Stmt], offset: usize) -> Option<&ast::StmtFunctionDef> {
    let mut blocks: Vec<&[Stmt]> = vec![body];
    while let Some(block) = blocks.pop() {
        for statement in block.iter().filter(|statement| statement.range().to_std_range().contains(&offset)) {
            if let Stmt::FunctionDef(function) = statement
                && function.name.range().start().to_usize() == offset
            {
                return Some(function);
            }
            blocks.extend(suites(statement));
        }
    }
    None
}

fn of(text: &str, function: &ast::StmtFunctionDef, name: &str) -> Result<ParameterNames, Obstacle> {
    let is_variadic = |found: &AnyParameterRef<'_>| matches!(found, AnyParameterRef::Variadic(_));
    let own = function.parameters.iter().find(|found| found.name().as_str() == name && !is_variadic(found));
    let Some(own) = own else {
        let at = function.name.range().start().to_usize();
        return Err(Obstacle { at, reason: format!("this function has no parameter `{name}`") });
    };
    let mut reader =
        Reader { text, name, places: Vec::new(), others: BTreeSet::new(), scopes: 0, depth: 0, obstacle: None };
    reader.own(own.name().range().to_std_range());
    for other in function.parameters.iter().map(|found| found.name().as_str()).filter(|other| *other != name) {
        reader.others.insert(other.to_owned());
    }
    reader.visit_body(&function.body);
    match reader.obstacle {
        Some(obstacle) => Err(obstacle),
        None => Ok(ParameterNames { places: reader.places, others: reader.others }),
    }
}

struct Reader<'r> {
    text: &'r str,
    name: &'r str,
    places: Vec<Range<usize>>,
    others: BTreeSet<String>,
    /// How many scopes of their own lie between here and the function.
    scopes: u32,
    depth: u32,
    obstacle: Option<Obstacle>,
}

/// Deeper than people write; recursion has to end somewhere.
const MAX_DEPTH: u32 = 200;

/// What gives or takes all names of a scope.
const ALL_NAMES: [&str; 5] = ["locals", "vars", "eval", "exec", "dir"];

impl Reader<'_> {
    fn stop(&mut self, at: usize, reason: impl Into<String>) {
        if self.obstacle.as_ref().is_none_or(|known| at < known.at) {
            self.obstacle = Some(Obstacle { at, reason: reason.into() });
        }
    }

    /// The parameter is named here.
    fn own(&mut self, range: Range<usize>) {
        if self.text.get(range.clone()) == Some(self.name) {
            self.places.push(range);
        } else {
            self.stop(range.start, format!("`{}` is written in another way here", self.name));
        }
    }

    /// Something else binds a name.
    fn binds(&mut self, name: &Identifier) {
        if name.as_str() == self.name {
            self.stop(name.range().start().to_usize(), format!("`{}` is bound again here", self.name));
        } else {
            self.others.insert(name.to_string());
        }
    }

    fn within(&mut self, walk: impl FnOnce(&mut Self)) {
        self.scopes += 1;
        walk(self);
        self.scopes -= 1;
    }

    /// Walks what may be nested.
    fn deeper(&mut self, at: usize, walk: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            return self.stop(at, "this is nested too deeply");
        }
        self.depth += 1;
        walk(self);
        self.depth -= 1;
    }

    /// A text that may name the parameter to whom evaluates it: `"@x > 1"`.
    fn string(&mut self, at: usize, text: &str) {
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        let names = text.match_indices('@').any(|(sign, _)| {
            let after = text.get(sign + 1..).and_then(|after| after.strip_prefix(self.name));
            after.is_some_and(|after| !after.starts_with(is_word))
        });
        if names {
            self.stop(at, format!("this text names it, as `@{}`", self.name));
        }
    }
}

impl<'v> Visitor<'v> for Reader<'_> {
    fn visit_stmt(&mut self, statement: &'v Stmt) {
        let at = statement.range().start().to_usize();
        match statement {
            Stmt::FunctionDef(node) => {
                self.binds(&node.name);
                self.deeper(at, |reader| reader.within(|reader| walk_stmt(reader, statement)));
            }
            Stmt::ClassDef(node) => {
                self.binds(&node.name);
                self.deeper(at, |reader| reader.within(|reader| walk_stmt(reader, statement)));
            }
            Stmt::Import(ast::StmtImport { names, .. }) | Stmt::ImportFrom(ast::StmtImportFrom { names, .. }) => {
                for alias in names {
                    match &alias.asname {
                        Some(name) => self.binds(name),
                        None if alias.name.split('.').next() == Some(self.name) => {
                            self.binds(&Identifier::new(self.name, alias.name.range()))
                        }
                        None => {
                            self.others.extend(alias.name.split('.').next().map(str::to_owned));
                        }
                    }
                }
            }
            Stmt::Global(ast::StmtGlobal { names, .. }) | Stmt::Nonlocal(ast::StmtNonlocal { names, .. }) => {
                names.iter().for_each(|name| self.binds(name));
            }
            _ => self.deeper(at, |reader| walk_stmt(reader, statement)),
        }
    }

    fn visit_expr(&mut self, expression: &'v Expr) {
        let at = expression.range().start().to_usize();
        match expression {
            Expr::Name(node) if node.id.as_str() == self.name => {
                if node.ctx != ExprContext::Load && self.scopes > 0 {
                    self.stop(at, format!("`{}` is bound again here", self.name));
                }
                self.own(expression.range().to_std_range());
            }
            Expr::Name(node) => {
                if ALL_NAMES.contains(&node.id.as_str()) {
                    self.stop(at, format!("`{}` sees names as they are written", node.id));
                }
                self.others.insert(node.id.to_string());
            }
            Expr::Attribute(node) if node.attr.as_str() == "f_locals" => {
                self.stop(at, "`f_locals` sees names as they are written")
            }
            Expr::StringLiteral(node) => self.string(at, node.value.to_str()),
            Expr::FString(node) => {
                let fields = node.value.f_strings().flat_map(|part| part.elements.interpolations());
                for field in fields {
                    let is_it = matches!(&*field.expression, Expr::Name(name) if name.id.as_str() == self.name);
                    if field.debug_text.is_some() && is_it {
                        self.stop(field.range().start().to_usize(), "this text shows its name");
                    }
                }
                self.deeper(at, |reader| walk_expr(reader, expression));
            }
            Expr::Lambda(_) | Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.deeper(at, |reader| reader.within(|reader| walk_expr(reader, expression)));
            }
            _ => self.deeper(at, |reader| walk_expr(reader, expression)),
        }
    }

    fn visit_parameter(&mut self, parameter: &'v ast::Parameter) {
        self.binds(&parameter.name);
        walk_parameter(self, parameter);
    }

    fn visit_except_handler(&mut self, handler: &'v ExceptHandler) {
        let ExceptHandler::ExceptHandler(node) = handler;
        node.name.iter().for_each(|name| self.binds(name));
        walk_except_handler(self, handler);
    }

    fn visit_type_param(&mut self, parameter: &'v ast::TypeParam) {
        self.binds(parameter.name());
        walk_type_param(self, parameter);
    }

    fn visit_pattern(&mut self, pattern: &'v Pattern) {
        match pattern {
            Pattern::MatchAs(node) => node.name.iter().for_each(|name| self.binds(name)),
            Pattern::MatchStar(node) => node.name.iter().for_each(|name| self.binds(name)),
            Pattern::MatchMapping(node) => node.rest.iter().for_each(|name| self.binds(name)),
            _ => {}
        }
        self.deeper(pattern.range().start().to_usize(), |reader| walk_pattern(reader, pattern));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The text with `x` of the first function called `new`, or why not.
    fn renamed(text: &str) -> Result<String, String> {
        let function = text.find("def f").unwrap() + 4;
        let names = parameter_names(text, function, "x").map_err(|obstacle| obstacle.reason)?;
        let mut renamed = text.to_owned();
        let mut places = names.places;
        places.sort_by_key(|place| place.start);
        for place in places.into_iter().rev() {
            renamed.replace_range(place, "new");
        }
        Ok(renamed)
    }

    #[test]
    fn a_parameter_is_named_in_its_scope_and_those_within() {
        for (text, expected) in [
            ("def f(x): return x", "def f(new): return new"),
            ("@x\ndef f(x: x = x) -> x:\n  return x.x(x=x)", "@x\ndef f(new: x = x) -> x:\n  return new.x(x=new)"),
            ("def f(*, x=1):\n  x += x\n  del x", "def f(*, new=1):\n  new += new\n  del new"),
            ("def f(a, /, x, *x_): g = lambda y: x + y", "def f(a, /, new, *x_): g = lambda y: new + y"),
            ("def f(x):\n  def g(y=x):\n    return x\n", "def f(new):\n  def g(y=new):\n    return new\n"),
            ("def f(x):\n  return [y for y in x if x]", "def f(new):\n  return [y for y in new if new]"),
            ("def f(x): return f'é{x!r:>{x}} x'", "def f(new): return f'é{new!r:>{new}} x'"),
            ("def f(x):\n  match x:\n    case y: return x", "def f(new):\n  match new:\n    case y: return new"),
            ("class A:\n  async def f(self, x):\n    await x", "class A:\n  async def f(self, new):\n    await new"),
            ("def f(x):\n  'x is :param x:'\n  y = 'x'", "def f(new):\n  'x is :param x:'\n  y = 'x'"),
            ("x = 1\ndef f(x): return x\nx", "x = 1\ndef f(new): return new\nx"),
        ] {
            assert_eq!(renamed(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_has_a_reason() {
        for (text, reason) in [
            ("def f(y): return x", "this function has no parameter `x`"),
            ("def f(*x): return x", "this function has no parameter `x`"),
            ("def f(x): return lambda x: x", "`x` is bound again here"),
            ("def f(x): return [x for x in y]", "`x` is bound again here"),
            ("def f(x): return [(x := y) for y in z]", "`x` is bound again here"),
            ("def f(x):\n  def g(x): ...", "`x` is bound again here"),
            ("def f(x):\n  def g():\n    nonlocal x", "`x` is bound again here"),
            ("def f(x):\n  def g():\n    x = 1", "`x` is bound again here"),
            ("def f(x):\n  class A:\n    x = 1", "`x` is bound again here"),
            ("def f(x):\n  def x(): ...", "`x` is bound again here"),
            ("def f(x):\n  import x.y", "`x` is bound again here"),
            ("def f(x):\n  from y import z as x", "`x` is bound again here"),
            ("def f(x):\n  try: ...\n  except E as x: ...", "`x` is bound again here"),
            ("def f(x):\n  match y:\n    case [x, *_]: ...", "`x` is bound again here"),
            ("def f(x): return '{x}'.format(**locals())", "`locals` sees names as they are written"),
            ("def f(x): return f'{x=}'", "this text shows its name"),
            ("def f(x): return d.query('a > @x')", "this text names it, as `@x`"),
            ("def f(x): return (", "this is not valid Python: unexpected EOF while parsing"),
        ] {
            assert_eq!(renamed(text), Err(reason.to_owned()), "{text}");
        }
        assert!(parameter_names("def f(x): ...", 3, "x").is_err());
        let deep = format!("def f(x): return {}x{}", "(".repeat(150), ")".repeat(150));
        assert!(renamed(&deep).is_ok() || renamed(&deep).is_err(), "it ends");
        assert!(renamed(&format!("def f(x): return {}x", "-".repeat(100_000))).is_err());
    }

    #[test]
    fn other_names_are_those_of_all_scopes_within() {
        let text = "def f(x, a):\n  import b.c, d as e\n  return lambda g: h.i(j=k)";
        let others = parameter_names(text, 4, "x").unwrap().others;
        assert_eq!(others.into_iter().collect::<Vec<_>>(), ["a", "b", "e", "g", "h", "k"]);
    }
}
