//! The memory of `typing`, which keeps what it made and finds it by equality: where `List[Union[int, str]]` was made first,
//! `List[Union[str, int]]` is that same object, in that order; and `List["Item"]` of one module is that of another, with what `Item`
//! meant where it was first looked into. Which comes first is known to Python only, so a signature that says one thing is unknown
//! where code beside it says another.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cache_core::key::flyte::{Default, Signature, Type, Value as Constant};

use super::super::flow::Moment;
use super::super::ir::*;
use super::super::link::{Context, Linker};
use super::super::reach;
use super::super::value::FileId;
use super::annotation::Reader;

/// What was made, by what it is equal to: each way of writing it.
pub type Made = BTreeMap<String, BTreeSet<String>>;

/// Says which annotation of a signature may be another's.
pub fn refuse(
    linker: &Linker<'_>,
    file: FileId,
    signature: &Signature,
    forwards: Vec<(String, String)>,
) -> Result<(), String> {
    let mut own = Made::new();
    add(&mut own, forwards);
    for parameter in &signature.parameters {
        collect(&parameter.r#type, &mut own);
        // Up to Python 3.10 this makes the type optional, by way of `typing`.
        if parameter.default == Default::Value(Constant::None) {
            collect(&Type::generic("typing.Optional", [parameter.r#type.clone()]), &mut own);
        }
    }
    signature.returns.iter().for_each(|returns| collect(returns, &mut own));
    if own.is_empty() {
        return Ok(());
    }
    let beside = beside(linker, file);
    let library = library();
    for (equal, spelled) in &own {
        let beside = beside.iter().map(|made| &**made);
        let mut others = beside.chain([&library]).filter_map(|made| made.get(equal)).flatten();
        if spelled.len() > 1 || others.any(|other| !spelled.contains(other)) {
            let text = if equal.contains('"') { Some(equal) } else { spelled.first() };
            let text = text.map(String::as_str).unwrap_or_default();
            return Err(format!(
                "`{text}` is made in another way too, and Python takes the first that was made for both"
            ));
        }
    }
    Ok(())
}

/// What the files make that run together with a file. Files that aren't loaded are read only if they may make a union.
fn beside(linker: &Linker<'_>, file: FileId) -> Vec<Rc<Made>> {
    linker.notes.borrow_mut().compares_unions = true;
    let start = linker.file(file).path.to_path_buf();
    let mut files: Vec<_> = linker.beside(&start).into_iter().collect();
    files.sort();
    let loaded = files.into_iter().filter_map(|path| linker.load_if(&path, may_make_unions));
    loaded.collect::<Vec<_>>().into_iter().map(|id| linker.types.unions_of(id, || in_file(linker, id))).collect()
}

fn add(made: &mut Made, forwards: Vec<(String, String)>) {
    for (written, means) in forwards {
        made.entry(written).or_default().insert(means);
    }
}

/// Whether a text may make unions, or generics with names that are written as strings.
pub fn may_make_unions(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    ["[\"", "['", "Union[", "Literal[", "Optional[", "|"].iter().any(|word| text.contains(word))
}

/// What the annotations and expressions of a file make.
fn in_file(linker: &Linker<'_>, file: FileId) -> Made {
    let mut made = Made::new();
    let loaded = linker.file(file);
    let summary = &*loaded.summary;
    let at = |scope, offset| Context { file, scope, moment: Moment::At(offset), frame: None };
    for function in &summary.functions {
        let reader = Reader::of_function(linker, at(function.parent, function.start), &function.type_parameters);
        let annotations = function.parameters.iter().filter_map(|parameter| parameter.annotation.as_ref());
        for annotation in annotations.chain(&function.returns) {
            if let Ok(r#type) = reader.read_returned(annotation) {
                collect(&r#type, &mut made);
            }
        }
        add(&mut made, reader.forwards());
    }
    for (id, class) in summary.classes.iter().enumerate() {
        for field in &class.fields {
            let reader = Reader::of_class(linker, at(Scope::Class(id), field.end));
            if let Ok(r#type) = reader.read(&field.annotation) {
                collect(&r#type, &mut made);
            }
            add(&mut made, reader.forwards());
        }
    }
    for scope in reach::scopes(summary) {
        walk_statements(summary.scope(scope).0, &mut |statement| {
            for expr in statement.expressions() {
                expr.walk(&mut |part| {
                    if !matches!(part.kind, ExprKind::Subscript(..)) || !may_make_unions(part.text(summary).as_bytes())
                    {
                        return;
                    }
                    let reader = Reader::of_values(linker, at(scope, statement.start));
                    if let Ok(r#type) = reader.read(part) {
                        collect(&r#type, &mut made);
                    }
                });
            }
        });
    }
    made
}

/// Adds what `typing` keeps of a type and in which unions and choices stand below.
fn collect(r#type: &Type, made: &mut Made) {
    match r#type {
        Type::Generic { origin, arguments } => {
            if origin.starts_with("typing.") && arguments.iter().any(has_order) {
                let plain = arguments.iter().all(is_told_by_shape)
                    && matches!(origin.as_str(), "typing.List" | "typing.Dict" | "typing.Optional" | "typing.Union");
                made.entry(spell(r#type, Order::None))
                    .or_default()
                    .insert(spell(r#type, if plain { Order::Members } else { Order::Spelling }));
            }
            arguments.iter().for_each(|argument| collect(argument, made));
        }
        Type::Or(operands) => {
            // `List[int] | None` is made by `typing` too.
            if operands.iter().any(has_order) {
                made.entry(spell(r#type, Order::None)).or_default().insert(spell(r#type, Order::Members));
            }
            operands.iter().for_each(|operand| collect(operand, made));
        }
        Type::Annotated(inner, _) => collect(inner, made),
        Type::Parameters(all) | Type::Several(all) => all.iter().for_each(|one| collect(one, made)),
        Type::Class(class) => class.fields().iter().for_each(|field| collect(&field.r#type, made)),
        _ => {}
    }
}

/// Whether a type holds something of which Python's `==` doesn't see the order.
fn has_order(r#type: &Type) -> bool {
    match r#type {
        Type::Or(_) => true,
        Type::Choice(choices) => choices.len() > 1,
        Type::Generic { origin, arguments } => {
            matches!(origin.as_str(), "typing.Union" | "typing.Optional") || arguments.iter().any(has_order)
        }
        Type::Annotated(inner, _) => has_order(inner),
        Type::Parameters(all) => all.iter().any(has_order),
        _ => false,
    }
}

/// Whether the hash sees no more of a type than its members: not how a union is written.
fn is_told_by_shape(r#type: &Type) -> bool {
    match r#type {
        Type::Or(all) => all.iter().all(is_told_by_shape),
        Type::Generic { origin, arguments } => {
            matches!(
                origin.as_str(),
                "typing.List" | "typing.Dict" | "typing.Optional" | "typing.Union" | "list" | "dict"
            ) && arguments.iter().all(is_told_by_shape)
        }
        Type::Choice(_) => false,
        Type::Annotated(inner, _) => is_told_by_shape(inner),
        _ => true,
    }
}

/// How much of a type a text tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// What `==` sees.
    None,
    /// The order of members.
    Members,
    /// The order, and how unions are written.
    Spelling,
}

fn spell(r#type: &Type, order: Order) -> String {
    let joined = |all: &[Type]| all.iter().map(|one| spell(one, order)).collect::<Vec<_>>().join(", ");
    let mut members = Vec::new();
    if union_members(r#type, &mut members) {
        let mut spelled: Vec<String> = Vec::new();
        for member in members {
            let text = spell(member, order);
            if !spelled.contains(&text) {
                spelled.push(text);
            }
        }
        if order == Order::None {
            spelled.sort();
        }
        let word = match (order, r#type) {
            (Order::Spelling, Type::Or(_)) => " | ",
            _ => ", ",
        };
        return format!("Union[{}]", spelled.join(word));
    }
    match r#type {
        Type::Name(name) => name.clone(),
        Type::Generic { origin, arguments } => {
            format!("{}[{}]", origin.trim_start_matches("typing."), joined(arguments))
        }
        Type::Choice(choices) => {
            let mut spelled: Vec<String> = choices.iter().map(ToString::to_string).collect();
            if order == Order::None {
                spelled.sort();
            }
            format!("Literal[{}]", spelled.join(", "))
        }
        Type::Annotated(inner, metadata) => format!("Annotated[{}, {metadata:?}]", spell(inner, order)),
        Type::Parameters(all) => format!("[{}]", joined(all)),
        Type::Several(all) => format!("({})", joined(all)),
        Type::Class(class) => class.qualname.clone(),
        Type::Opaque(text) => text.clone(),
        Type::None => "None".to_owned(),
        Type::Ellipsis => "...".to_owned(),
        _ => format!("{type:?}"),
    }
}

/// The members of a union, those of unions in it among them; whether it is one.
fn union_members<'t>(r#type: &'t Type, members: &mut Vec<&'t Type>) -> bool {
    const NONE: &Type = &Type::None;
    let (all, optional) = match r#type {
        Type::Or(all) => (all, false),
        Type::Generic { origin, arguments } if origin == "typing.Union" => (arguments, false),
        Type::Generic { origin, arguments } if origin == "typing.Optional" => (arguments, true),
        _ => return false,
    };
    for one in all {
        if !union_members(one, members) {
            members.push(one);
        }
    }
    if optional {
        members.push(NONE);
    }
    true
}

/// What the SDK and its libraries make when they are imported, of types that a user may write too (seen with 2.12.1).
fn library() -> Made {
    let name = Type::name;
    let optional = |of: Type| Type::generic("typing.Optional", [of]);
    let texts = Type::generic("typing.List", [name("str")]);
    let number = || Type::Or(vec![name("int"), name("float"), name("str")]);
    let mut made = Made::new();
    for r#type in [
        Type::generic("typing.Dict", [name("str"), optional(name("str"))]),
        Type::generic("typing.Dict", [name("str"), Type::generic("typing.Union", [name("str"), texts])]),
        Type::generic("typing.List", [optional(name("Exception"))]),
        Type::generic("typing.Tuple", [number(), number()]),
        optional(Type::Choice(vec![Constant::str("latest"), Constant::str("current")])),
    ] {
        collect(&r#type, &mut made);
    }
    made
}
