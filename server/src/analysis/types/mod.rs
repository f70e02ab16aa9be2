//! What annotations mean: from the expressions in the source to the types, defaults and signatures of
//! `cache_core::key::flyte`, of which interfaces and their hashes are made.
//!
//! An annotation is evaluated where and when Python does it: at the `def`, or, if it is a string or the module says
//! `from __future__ import annotations`, in the module's names when `@env.task` asks for it. What only Python can tell is
//! unknown, naming the expression.

mod annotation;
mod class;
mod declared;
mod enumeration;
mod fields;
mod memory;
mod module_name;
mod order;

pub use memory::Memory;
pub use order::may_make_unions;

use std::rc::Rc;

use cache_core::key::flyte::{
    Argument as Constant, Class, Default, Member, Parameter as Input, Signature, Type, Value as KeyValue,
};

use super::constant;
use super::flow::Moment;
use super::function;
use super::ir::*;
use super::link::{Context, Linker};
use super::task::Known;
use super::value::{FileId, Value};

/// Where the types of a task are written.
#[derive(Clone, Debug)]
pub enum Source {
    /// In the signature of a function.
    Function(FileId, FunctionId),
    /// In dictionaries, `inputs={"x": int}`.
    Declared {
        /// The names and types.
        inputs: Vec<(String, Value)>,
        /// The same of what comes out.
        outputs: Vec<(String, Value)>,
        /// Where they are written.
        context: Context<'static>,
        /// What the SDK does with them.
        wiring: Wiring,
    },
    /// Nowhere that can be read: why.
    Unknown(Rc<str>),
}

/// How a task without a function takes its inputs and outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wiring {
    /// As they are.
    Container,
    /// As they are, and the script (`flyte/sandbox/_code_sandbox.py`).
    Script,
    /// As what the command line takes (`flyte/extras/shell/_runtime.py`).
    Shell,
}

/// The signature of a task.
pub fn signature(linker: &Linker<'_>, source: &Source) -> Known<Signature> {
    let signature = match source {
        Source::Function(file, id) => of_function(linker, *file, *id),
        Source::Declared { inputs, outputs, context, wiring } => {
            declared::signature(linker, *context, inputs, outputs, *wiring)
        }
        Source::Unknown(reason) => Err(reason.to_string()),
    };
    signature.map_or_else(Known::Unknown, Known::Value)
}

/// What a class of the project is to Flyte, or why only Python can tell. A class that counts as the type that it inherits
/// from (`class Celsius(float)`) is none.
pub fn class_of(linker: &Linker<'_>, file: FileId, class: ClassId) -> Known<Class> {
    match class::of(linker, file, class) {
        Ok(Type::Class(class)) => Known::Value(*class),
        Ok(_) => Known::Unknown("it counts as what it inherits from".to_owned()),
        Err(reason) => Known::Unknown(reason),
    }
}

/// A member of an enumeration of the project, by name, as a value.
pub fn member(linker: &Linker<'_>, file: FileId, class: ClassId, name: &str) -> Option<KeyValue> {
    let Known::Value(class) = class_of(linker, file, class) else { return None };
    let members: &[Member] = match &class.kind {
        cache_core::key::flyte::Kind::Enum { members, .. } => members,
        _ => return None,
    };
    let member = members.iter().find(|member| member.name == name)?;
    Some(KeyValue::Member {
        class: class.qualname.clone(),
        name: member.name.clone(),
        value: Box::new(member.value.clone()),
    })
}

fn of_function(linker: &Linker<'_>, file: FileId, id: FunctionId) -> Result<Signature, String> {
    let loaded = linker.file(file);
    let function = loaded.summary.functions.get(id).ok_or("no such function")?;
    if function.parameters.iter().any(|parameter| parameter.variadic) {
        return Err("it takes `*args` or `**kwargs`".to_owned());
    }
    refuse_changed(linker, file, function)?;
    let names = function::inputs(&loaded.summary, function.parent, &function.parameters);
    let at = Context { file, scope: function.parent, moment: Moment::At(function.start), frame: None };
    let reader = annotation::Reader::of_function(linker, at, &function.type_parameters);
    let mut parameters = Vec::with_capacity(names.len());
    for (named, parameter) in names.into_iter().zip(&function.parameters) {
        let r#type = match &parameter.annotation {
            Some(annotation) => reader.read(annotation).map_err(|reason| format!("input {}: {reason}", named.name))?,
            None => Type::Unannotated,
        };
        let default = match &parameter.default {
            None => Default::Required,
            Some(default) => default_of(constant::of(linker, at, default)),
        };
        parameters.push(Input { name: named.name, r#type, default });
    }
    let returns = match &function.returns {
        Some(returns) => Some(reader.read_returned(returns).map_err(|reason| format!("output: {reason}"))?),
        None => None,
    };
    let signature = Signature { parameters, returns };
    order::refuse(linker, file, &signature, reader.forwards())?;
    Ok(signature)
}

/// Annotations and defaults are attributes of a function, which its decorators and the code around can set.
fn refuse_changed(linker: &Linker<'_>, file: FileId, function: &Function) -> Result<(), String> {
    // Other decorators than the task's may come from any file.
    let own = linker.file(file).path.clone();
    let beside = if function.decorators.len() > 1 { linker.beside(&own) } else { std::collections::HashSet::new() };
    for id in 0..linker.count() {
        let loaded = linker.file(id);
        if id != file && !beside.contains(&*loaded.path) {
            continue;
        }
        if let Some(name) = loaded.summary.changes_signatures {
            let in_file = loaded.path.file_name().unwrap_or_default().to_string_lossy();
            return Err(format!("{in_file} may change signatures by `{name}`"));
        }
    }
    Ok(())
}

fn default_of(argument: Constant) -> Default {
    match argument {
        Constant::Value(value) => Default::Value(value),
        Constant::Unknown(_) => Default::Unknown,
    }
}

/// Whether a module asks for its annotations to be left as text. That import stands before all code.
fn is_deferred(summary: &Summary) -> bool {
    let is_first = |statement: &&Stmt| match &statement.kind {
        StmtKind::Expr(Expr { kind: ExprKind::Str(_), .. }) => true,
        StmtKind::ImportFrom { module, .. } => module.name == "__future__",
        _ => false,
    };
    summary.body.iter().take_while(is_first).any(|statement| match &statement.kind {
        StmtKind::ImportFrom { names, .. } => names.iter().any(|(name, _)| name == "annotations"),
        _ => false,
    })
}
