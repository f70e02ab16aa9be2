//! Python source to CPython's own `ast.dump` text, and to the hash that Flyte makes of it.
//!
//! The whole chain of `FunctionBodyPolicy`: `inspect.getsource`, `textwrap.dedent`, `ast.parse` and
//! `ast.dump(…, include_attributes=False)`, for each supported CPython. Nothing is executed. The parser
//! (`ruff_python_parser`) stays inside this module, behind the types below.

mod block;
mod dedent;
mod dump;
mod encodings;
mod expression;
mod functions;
mod lines;
mod literal;
mod module;
mod outline;
mod output;
mod parameter;
mod parts;
mod pieces;
mod repr;
mod source;
mod statements;
mod teardown;
mod unicode;
mod unknown;
mod uses;
mod validity;
mod value;
mod version;
mod whole;

pub use expression::{Clause, Comprehension, Expression, Given, Kind, Made, Node, Segment, expression};
pub use functions::Function;
pub use module::{BodyVersion, Module};
pub use outline::{Binds, Outline};
pub use parameter::{Obstacle, ParameterNames, parameter_names};
pub use pieces::{Part, Piece};
pub use source::{Source, SourceError};
pub use statements::statements;
pub use unknown::{Refusal, Unknown};
pub use uses::{Usage, Use, uses};
pub use value::{Literal, ValueError, value};
pub use version::{Minor, PythonVersion, VersionError};
