//! The top-level statements of a file, and the names that each of them binds: for those who want to look at some of them only.

use std::ops::Range;

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

/// A statement of the top of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// From its first decorator or word to its last, in bytes.
    pub extent: Range<usize>,
    /// What it binds.
    pub binds: Binds,
}

/// The names of a module that a statement binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binds {
    /// A function or a class without decorators, by its name.
    Definition(String),
    /// Imports: the modules, with a dot for each level, and the names; `*` among them.
    Import {
        /// `a.b` of `import a.b as c`, `..a` of `from ..a import b`.
        modules: Vec<String>,
        /// `c`, `b`.
        names: Vec<String>,
    },
    /// These, or none.
    Names(Vec<String>),
    /// Any of the words that it holds, for all that is told here.
    Any,
}

/// The outline of statements.
pub(super) fn of(body: &[Stmt], text: &str) -> Vec<Outline> {
    let outline = |statement: &Stmt| {
        let extent = usize::from(statement.start())..usize::from(statement.end());
        // An expression that binds a name may stand anywhere, in the defaults of a function too.
        let has_walrus = text.get(extent.clone()).is_none_or(|text| text.contains(":="));
        let binds = binds(statement).filter(|_| !has_walrus).unwrap_or(Binds::Any);
        Outline { extent, binds }
    };
    body.iter().map(outline).collect()
}

fn binds(statement: &Stmt) -> Option<Binds> {
    let mut names = Vec::new();
    match statement {
        Stmt::FunctionDef(function) if function.decorator_list.is_empty() => {
            return Some(Binds::Definition(function.name.to_string()));
        }
        Stmt::ClassDef(class) if class.decorator_list.is_empty() => {
            return Some(Binds::Definition(class.name.to_string()));
        }
        Stmt::FunctionDef(function) => names.push(function.name.to_string()),
        Stmt::ClassDef(class) => names.push(class.name.to_string()),
        Stmt::Import(import) => {
            let bound = import.names.iter().map(|alias| match &alias.asname {
                Some(name) => name.to_string(),
                None => alias.name.split('.').next().unwrap_or_default().to_owned(),
            });
            let modules = import.names.iter().map(|alias| alias.name.to_string()).collect();
            return Some(Binds::Import { modules, names: bound.collect() });
        }
        Stmt::ImportFrom(import) => {
            let dots = ".".repeat(usize::try_from(import.level).unwrap_or(1));
            let module = import.module.as_ref().map_or("", |module| module.as_str());
            let bound = import.names.iter().map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).to_string());
            return Some(Binds::Import { modules: vec![format!("{dots}{module}")], names: bound.collect() });
        }
        Stmt::Assign(assign) => assign.targets.iter().try_for_each(|target| bound_by(target, &mut names))?,
        Stmt::AnnAssign(assign) => bound_by(&assign.target, &mut names)?,
        Stmt::AugAssign(assign) => bound_by(&assign.target, &mut names)?,
        Stmt::Expr(_) | Stmt::Pass(_) | Stmt::Assert(_) => {}
        _ => return None,
    }
    Some(Binds::Names(names))
}

/// Adds the names of a target; `None` where it is more than names.
fn bound_by(target: &Expr, names: &mut Vec<String>) -> Option<()> {
    match target {
        Expr::Name(name) => names.push(name.id.to_string()),
        Expr::Tuple(tuple) => tuple.elts.iter().try_for_each(|target| bound_by(target, names))?,
        Expr::List(list) => list.elts.iter().try_for_each(|target| bound_by(target, names))?,
        Expr::Starred(starred) => bound_by(&starred.value, names)?,
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::{Module, Source};
    use super::*;

    fn check(text: &str, expected: &[(&str, Binds)]) {
        let outline = Module::parse(Source::from_text(text)).outline().unwrap_or_default();
        let found: Vec<_> = outline.into_iter().map(|one| (text[one.extent].to_owned(), one.binds)).collect();
        let expected: Vec<_> = expected.iter().map(|(text, binds)| ((*text).to_owned(), binds.clone())).collect();
        assert_eq!(found, expected, "{text}");
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn statements_are_told_with_what_they_bind() {
        let names_of = |of: &[&str]| Binds::Names(names(of));
        let import = |modules: &[&str], of: &[&str]| Binds::Import { modules: names(modules), names: names(of) };
        let definition = |name: &str| Binds::Definition(name.to_owned());
        check(
            "\"doc\"\nimport a.b, c as d\n",
            &[("\"doc\"", names_of(&[])), ("import a.b, c as d", import(&["a.b", "c"], &["a", "d"]))],
        );
        check(
            "from ..a import b as c\nfrom . import *\n",
            &[("from ..a import b as c", import(&["..a"], &["c"])), ("from . import *", import(&["."], &["*"]))],
        );
        check(
            "# why\n@d\ndef f(): pass\nclass A:\n    x = 1  # end\n",
            &[("@d\ndef f(): pass", names_of(&["f"])), ("class A:\n    x = 1", definition("A"))],
        );
        check("async def f(x=(y := 1)): pass\n", &[("async def f(x=(y := 1)): pass", Binds::Any)]);
        check(
            "a, (b, *c) = d = e\nf: int = 1\ng += 1\n",
            &[
                ("a, (b, *c) = d = e", names_of(&["a", "b", "c", "d"])),
                ("f: int = 1", names_of(&["f"])),
                ("g += 1", names_of(&["g"])),
            ],
        );
        check(
            "a.b = 1\nf(c := 2)\nif x: y = 1\n",
            &[("a.b = 1", Binds::Any), ("f(c := 2)", Binds::Any), ("if x: y = 1", Binds::Any)],
        );
    }

    #[test]
    fn what_some_python_refuses_has_none() {
        for text in ["def f(:\n", "return 1\n", "type X = int\n"] {
            assert_eq!(Module::parse(Source::from_text(text)).outline(), None, "{text}");
        }
    }
}
