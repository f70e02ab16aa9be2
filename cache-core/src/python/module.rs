//! A parsed file, and the versions of its functions.

use super::functions::Function;
use super::outline::Outline;
use super::parts::Parts;
use super::pieces::Piece;
use super::source::Source;
use super::unknown::{Refusal, Unknown};
use super::version::PythonVersion;
use super::whole::Whole;

/// A parsed file, from which versions of functions are made for any supported Python.
///
/// ```
/// use cache_core::python::{Module, PythonVersion, Source};
///
/// let module = Module::parse(Source::from_text("def f(x):\n    return x + 1\n"));
/// let python: PythonVersion = "3.12".parse()?;
/// let function = &module.functions()[0];
/// assert_eq!(function.qualname, "f");
/// let version = module.body_version(function, python, "")?;
/// assert_eq!(version.to_string().len(), 64);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Module(Text);

#[derive(Debug)]
enum Text {
    Whole(Whole),
    /// Of a file that is being edited.
    Parts(Parts),
}

/// What `FunctionBodyPolicy().get_version(salt, …)` returns: a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BodyVersion(pub [u8; 32]);

impl Module {
    /// Parses a file. Never fails: what CPython would refuse is told by [`Module::refusal`].
    pub fn parse(source: Source) -> Self {
        Self(Text::Whole(Whole::parse(source)))
    }

    /// Parses a file that is going to be edited: it takes a little longer, and [`Module::edited`] much less.
    pub fn live(source: Source) -> Self {
        Self(Text::Parts(Parts::of(source, None)))
    }

    /// The file as it became: only the top-level statements that changed are parsed again, and only their functions are hashed
    /// again. Says what [`Module::parse`] would say.
    #[must_use]
    pub fn edited(&self, source: Source) -> Self {
        let last = match &self.0 {
            Text::Parts(last) => Some(last),
            Text::Whole(_) => None,
        };
        Self(Text::Parts(Parts::of(source, last)))
    }

    /// The text that was parsed.
    pub fn source(&self) -> &Source {
        match &self.0 {
            Text::Whole(whole) => whole.source(),
            Text::Parts(parts) => parts.source(),
        }
    }

    /// Whether CPython `python` compiles the file; what it refuses has no functions at all.
    ///
    /// # Errors
    ///
    /// [`Unknown::Refused`] with CPython's cause, or another reason why it can't be told.
    pub fn check(&self, python: PythonVersion) -> Result<(), Unknown> {
        match &self.0 {
            Text::Whole(whole) => whole.check(python),
            Text::Parts(parts) if parts.are_plain() => Ok(()),
            Text::Parts(parts) => parts.whole().check(python),
        }
    }

    /// Whether the file is being edited and every CPython compiles it, as its statements by themselves tell: then an edit of one of them
    /// changes nothing of what is said of the others.
    pub fn tells_by_parts(&self) -> bool {
        matches!(&self.0, Text::Parts(parts) if parts.are_plain())
    }

    /// Whether no other top-level statement has a say in the lines that `inspect` cuts out for a function, under any Python.
    pub fn stands_alone(&self, function: &Function) -> bool {
        matches!(&self.0, Text::Parts(parts) if parts.stands_alone(function))
    }

    /// Why CPython `python` refuses the file, or `None` if it compiles as far as is known.
    pub fn refusal(&self, python: PythonVersion) -> Option<Refusal> {
        match self.check(python) {
            Err(Unknown::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// Every function, in source order; those in code that CPython drops as dead too.
    pub fn functions(&self) -> &[Function] {
        match &self.0 {
            Text::Whole(whole) => whole.functions(),
            Text::Parts(parts) => parts.functions(),
        }
    }

    /// The top-level statements of a file that every release of CPython compiles; `None` of another one, or of one that is being edited.
    pub fn outline(&self) -> Option<Vec<Outline>> {
        match &self.0 {
            Text::Whole(whole) => whole.outline(),
            Text::Parts(_) => None,
        }
    }

    /// The function whose name stands at a byte offset of the source.
    pub fn function_at(&self, offset: usize) -> Option<&Function> {
        super::functions::at(self.functions(), offset)
    }

    /// The text that `ast.dump` prints for the function's block.
    ///
    /// # Errors
    ///
    /// The reason why it can't be told; see [`Unknown`].
    pub fn dump(&self, function: &Function, python: PythonVersion) -> Result<String, Unknown> {
        match &self.0 {
            Text::Whole(whole) => whole.dump(function, python),
            Text::Parts(parts) => parts.dump(function, python),
        }
    }

    /// Whether a function is written as another one is, so that both have the same dump; `false` also where that takes more than a look.
    pub fn is_written_as(&self, function: &Function, other: &Self, of_other: &Function, python: PythonVersion) -> bool {
        let block = self.plain_block(function, python);
        block.is_some() && block == other.plain_block(of_other, python)
    }

    /// The lines of a definition that is cut out as it stands.
    fn plain_block(&self, function: &Function, python: PythonVersion) -> Option<&str> {
        self.check(python).ok()?;
        let is_plain = match &self.0 {
            Text::Whole(whole) => whole.is_cut_plainly(function, python),
            Text::Parts(parts) => parts.is_cut_plainly(function, python),
        };
        let text = self.source().text();
        let start = text.get(..function.extent.start)?.rfind('\n').map_or(0, |end| end + 1);
        text.get(start..function.extent.end).filter(|_| is_plain)
    }

    /// The version that `FunctionBodyPolicy` gives the function.
    ///
    /// # Errors
    ///
    /// The reason why it can't be told; see [`Unknown`].
    pub fn body_version(&self, function: &Function, python: PythonVersion, salt: &str) -> Result<BodyVersion, Unknown> {
        match &self.0 {
            Text::Whole(whole) => whole.body_version(function, python, salt),
            Text::Parts(parts) => parts.body_version(function, python, salt),
        }
    }

    /// What the dump of a function is made of, piece by piece in source order, each with the user's own lines: two functions
    /// have the same dump if, and only if, their pieces have the same parts, depths and dumps in the same order.
    ///
    /// A block that `inspect.getsource` cuts in an odd way (see [`Module::dump`]) is one piece.
    ///
    /// # Errors
    ///
    /// The reason why the dump can't be told; see [`Unknown`].
    pub fn pieces(&self, function: &Function, python: PythonVersion) -> Result<Vec<Piece>, Unknown> {
        match &self.0 {
            Text::Whole(whole) => whole.pieces(function, python),
            Text::Parts(parts) => parts.whole().pieces(function, python),
        }
    }
}

impl std::fmt::Display for BodyVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for BodyVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BodyVersion({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::version::Minor;

    /// The search for an offset halves the list, which must be sorted by where names stand.
    #[test]
    fn every_function_is_found_by_its_name() {
        let module = Module::parse(Source::from_text(
            "@d(lambda: 0)\ndef a():\n  def b(): pass\n  class C:\n    def c(self): pass\n  def d(): pass\n\
             try:\n  def e(): pass\nexcept E:\n  def f(): pass\nelse:\n  def g(): pass\nfinally:\n  def h(): pass\n\
             match x:\n  case 1:\n    def i(): pass\n  case _:\n    def j(): pass\n\
             while x:\n  def k(): pass\nelse:\n  def l(): pass\nif 0:\n  def m(): pass\nelif y:\n  def n(): pass\n\
             with x as y:\n  async def o(): pass\n",
        ));
        let names: String =
            module.functions().iter().map(|function| &module.source().text()[function.name.clone()]).collect();
        assert_eq!(names, "abcdefghijklmno");
        for function in module.functions() {
            assert_eq!(module.function_at(function.name.start), Some(function));
            assert_eq!(module.function_at(function.name.end), None);
        }
    }

    /// Neither the walk over such a tree nor dropping it may overflow the stack.
    #[test]
    fn trees_of_any_depth_are_survived() {
        let deep = 200_000;
        for source in [
            format!("def f():\n    return 1{}\n", " + 1".repeat(deep)),
            format!("def f():\n    return a{}\n", ".b".repeat(deep)),
            format!("def f():\n    return {}1\n", "-".repeat(deep)),
            format!("def f():\n    return {}\n", "[".repeat(deep)),
            format!("def f():\n    match a:\n        case {}1{}: pass\n", "[".repeat(2000), "]".repeat(2000)),
        ] {
            let module = Module::parse(Source::from_text(&source));
            let answer = module.body_version(&module.functions()[0], PythonVersion::minor(Minor::Py312), "");
            assert!(answer.is_err(), "{answer:?}");
        }
    }
}
