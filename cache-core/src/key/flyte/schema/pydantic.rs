//! Schemas as Pydantic makes them of models (`pydantic/json_schema.py`), with the names of enumerations for their values, as Flyte's
//! `CustomPydanticJsonSchemaGenerator` wants them.

use super::super::json::{self, Object};
use super::super::limits;
use super::super::names::Python;
use super::super::proto::Json;
use super::super::types::{Class, Default, Field, Kind, Member, Type};
use super::super::unknown::Unknown;
use super::super::value::Value;
use super::{count, default_json, formatted, io, typed, unknown_in};

const LIBRARY: &str = "Pydantic";

/// A model: its own schema, and the classes that occur in it under `$defs`.
pub(super) fn model(title: &str, doc: Option<&str>, fields: &[Field], python: Python) -> Result<Object, Unknown> {
    let mut definitions = Definitions { python, known: Vec::new() };
    let mut model = definitions.object(title, doc, fields)?;
    if !definitions.known.is_empty() {
        let mut known = Object::new();
        for definition in definitions.known {
            known.set(&definition.name, definition.schema.into_json());
        }
        model.set("$defs", known.into_json());
    }
    Ok(model)
}

/// The classes that occurred so far, with their schemas.
struct Definitions {
    python: Python,
    known: Vec<Definition>,
}

/// A class that occurred.
struct Definition {
    name: String,
    /// `None` for a class of the SDK.
    class: Option<Class>,
    schema: Object,
}

impl Definitions {
    /// An object with properties; `doc` is a class's docstring as written.
    fn object(&mut self, title: &str, doc: Option<&str>, fields: &[Field]) -> Result<Object, Unknown> {
        let mut properties = Object::new();
        let mut required = Vec::new();
        for field in fields {
            if field.name.starts_with('_') || field.name.starts_with("model_") {
                return Err(unknown_in(LIBRARY, &format!("the field {}", field.name)));
            }
            let in_words = |error: Unknown| error.of(&field.name);
            let mut schema = self.limited(&field.r#type, &field.keywords).map_err(in_words)?;
            if !is_reference(&field.r#type) {
                schema.set("title", json::string(title_of(&field.name).map_err(in_words)?));
            } else if !field.keywords.is_empty() {
                return Err(in_words(unknown_in(LIBRARY, "what is said of a class")));
            }
            for (keyword, value) in field.keywords.iter().filter(|(keyword, _)| is_remark(keyword)) {
                let value = default_json(value).ok_or_else(|| in_words(unknown_in(LIBRARY, keyword)))?;
                schema.set(keyword, value);
            }
            match &field.default {
                Default::Required => required.push(json::string(&field.name)),
                Default::Hidden => {}
                Default::Value(value) => {
                    let default = default_json(value).ok_or_else(|| in_words(unknown_in(LIBRARY, "this default")))?;
                    schema.set("default", default);
                }
                Default::Unknown => return Err(in_words(Unknown::python("its default is known to Python only"))),
            }
            properties.set(&field.name, schema.into_json());
        }
        let mut object = typed("object").with("title", json::string(title)).with("properties", properties.into_json());
        if !required.is_empty() {
            object.set("required", json::list(required));
        }
        if let Some(doc) = doc.map(cleaned).filter(|doc| !doc.is_empty()) {
            object.set("description", json::string(doc));
        }
        Ok(object)
    }

    fn schema(&mut self, r#type: &Type) -> Result<Object, Unknown> {
        let r#type = r#type.simplest();
        if let Some(alternatives) = r#type.alternatives() {
            return self.union(&alternatives);
        }
        match r#type {
            Type::None => Ok(typed("null")),
            Type::Name(name) => match io::schema(name) {
                Some((name, kind, schema)) => {
                    let schema = schema.with("x-flyte-type", json::string(kind));
                    self.reference(name, None, |_| Ok(schema))
                }
                None => by_name(name),
            },
            Type::Generic { origin, arguments } => self.generic(origin, arguments),
            Type::Annotated(inner, _) => self.schema(inner),
            Type::Choice(values) => choice(values),
            Type::Class(class) => {
                self.reference(class.name(), Some(class), |definitions| definitions.definition(class))
            }
            _ => Err(unknown_in(LIBRARY, "this annotation")),
        }
    }

    /// A type within the limits that the keywords of a field set, which are of the type beside `None`.
    fn limited(&mut self, r#type: &Type, keywords: &[(String, Value)]) -> Result<Object, Unknown> {
        let mut limits = keywords.iter().filter(|(keyword, _)| !is_remark(keyword)).peekable();
        if limits.peek().is_none() {
            return self.schema(r#type);
        }
        let r#type = r#type.simplest();
        match r#type.alternatives().as_deref() {
            Some([inner, none] | [none, inner]) if is_none(none) => {
                let schemas = vec![self.limited(inner, keywords)?.into_json(), typed("null").into_json()];
                return Ok(Object::new().with("anyOf", json::list(schemas)));
            }
            Some(_) => return Err(unknown_in(LIBRARY, "limits of several types")),
            None => {}
        }
        let mut schema = self.schema(r#type)?;
        for (keyword, limit) in limits {
            let unknown = || unknown_in(LIBRARY, &format!("{keyword}={limit}"));
            let name = limits::name(r#type, keyword, limit).ok_or_else(unknown)?;
            schema.set(name, default_json(limit).ok_or_else(unknown)?);
        }
        Ok(schema)
    }

    /// Alternatives, each schema once, `None` last.
    fn union(&mut self, alternatives: &[&Type]) -> Result<Object, Unknown> {
        let mut schemas: Vec<Object> = Vec::new();
        let nulls_last = alternatives.iter().filter(|alternative| !is_none(alternative));
        for alternative in nulls_last.chain(alternatives.iter().filter(|alternative| is_none(alternative))) {
            let schema = self.schema(alternative)?;
            if !schemas.contains(&schema) {
                schemas.push(schema);
            }
        }
        if schemas.len() == 1 {
            return Ok(schemas.swap_remove(0));
        }
        let schemas = schemas.into_iter().map(Object::into_json).collect();
        Ok(Object::new().with("anyOf", json::list(schemas)))
    }

    fn generic(&mut self, origin: &str, arguments: &[Type]) -> Result<Object, Unknown> {
        match (origin, arguments) {
            ("list" | "typing.List", [element]) => Ok(array_of(self.schema(element)?)),
            ("set" | "typing.Set" | "frozenset" | "typing.FrozenSet", [element]) => {
                Ok(array_of(self.schema(element)?).with("uniqueItems", json::boolean(true)))
            }
            ("tuple" | "typing.Tuple", [element, Type::Ellipsis]) => Ok(array_of(self.schema(element)?)),
            ("tuple" | "typing.Tuple", [_, ..]) if !arguments.contains(&Type::None) => {
                let items: Result<Vec<Json>, _> =
                    arguments.iter().map(|item| self.schema(item).map(Object::into_json)).collect();
                let length = count(arguments.len());
                let array = typed("array").with("minItems", length.clone()).with("maxItems", length);
                Ok(array.with("prefixItems", json::list(items?)))
            }
            ("dict" | "typing.Dict", [Type::Name(key), value]) if key == "str" || key == "int" => {
                let value = self.schema(value)?;
                if value == Object::new() {
                    return Err(dictionary_of_anything());
                }
                Ok(typed("object").with("additionalProperties", value.into_json()))
            }
            _ => Err(unknown_in(LIBRARY, origin)),
        }
    }

    /// A class, by its place under `$defs`.
    fn reference(
        &mut self,
        name: &str,
        class: Option<&Class>,
        define: impl FnOnce(&mut Self) -> Result<Object, Unknown>,
    ) -> Result<Object, Unknown> {
        match self.known.iter().find(|known| known.name == name) {
            Some(known) if known.class.as_ref() == class => {}
            Some(_) => return Err(unknown_in(LIBRARY, &format!("two classes {name}"))),
            None if !name.is_ascii() => return Err(unknown_in(LIBRARY, name)),
            None => {
                let schema = define(self)?;
                self.known.push(Definition { name: name.to_owned(), class: class.cloned(), schema });
            }
        }
        Ok(Object::new().with("$ref", json::string(format!("#/$defs/{name}"))))
    }

    fn definition(&mut self, class: &Class) -> Result<Object, Unknown> {
        let doc = class.doc.as_deref();
        match &class.kind {
            Kind::Enum { members, .. } => enumeration(class, members, self.python),
            Kind::Dataclass(_) if doc.is_some() => {
                let class = class.name();
                Err(Unknown::python(format!("versions of Pydantic disagree on {class}, a dataclass with a docstring")))
            }
            Kind::Model(fields) | Kind::TypedDict(fields) | Kind::Dataclass(fields) => {
                self.object(class.name(), doc, fields)
            }
            Kind::NamedTuple(fields) => self.named_tuple(fields),
            Kind::Plain => Err(unknown_in(LIBRARY, class.name())),
        }
    }

    /// A `NamedTuple` inside of something: an array.
    fn named_tuple(&mut self, fields: &[Field]) -> Result<Object, Unknown> {
        let mut items = Vec::new();
        for field in fields {
            let mut schema = self.schema(&field.r#type)?;
            if is_reference(&field.r#type) {
                return Err(Unknown::python("versions of Pydantic disagree on classes in a NamedTuple").of(&field.name));
            }
            schema.set("title", json::string(title_of(&field.name)?));
            match &field.default {
                Default::Required => {}
                Default::Value(value) => {
                    let default = default_json(value).ok_or_else(|| unknown_in(LIBRARY, "this default"))?;
                    schema.set("default", default);
                }
                _ => return Err(Unknown::python("its default is known to Python only").of(&field.name)),
            }
            items.push(schema.into_json());
        }
        let required = fields.iter().filter(|field| field.default == Default::Required).count();
        let mut array = typed("array").with("maxItems", count(items.len())).with("prefixItems", json::list(items));
        if required > 0 {
            array.set("minItems", count(required));
        }
        Ok(array)
    }
}

/// Whether a field's type is a class that stands under `$defs`, or that or `None`: it gets no title then.
fn is_reference(r#type: &Type) -> bool {
    let r#type = r#type.simplest();
    match (r#type, r#type.alternatives().as_deref()) {
        (_, Some([inner, none] | [none, inner])) if is_none(none) => is_reference(inner),
        (Type::Annotated(inner, _), _) => is_reference(inner),
        (Type::Class(_), _) => true,
        (Type::Name(name), _) => name.starts_with("flyte.io."),
        _ => false,
    }
}

/// Whether a keyword of `Field(…)` only says something of a field, in the schema under its own name.
fn is_remark(keyword: &str) -> bool {
    matches!(keyword, "title" | "description" | "examples")
}

fn is_none(r#type: &Type) -> bool {
    *r#type == Type::None
}

fn by_name(name: &str) -> Result<Object, Unknown> {
    Ok(match name {
        "int" => typed("integer"),
        "float" => typed("number"),
        "bool" => typed("boolean"),
        "str" | "typing.Text" => typed("string"),
        "bytes" => formatted("binary"),
        "typing.Any" | "object" => Object::new(),
        "datetime.datetime" => formatted("date-time"),
        "datetime.date" => formatted("date"),
        "datetime.time" => formatted("time"),
        "datetime.timedelta" => formatted("duration"),
        "uuid.UUID" => formatted("uuid"),
        "pathlib.Path" => formatted("path"),
        "list" => array_of(Object::new()),
        "set" => array_of(Object::new()).with("uniqueItems", json::boolean(true)),
        "dict" | "typing.Dict" => return Err(dictionary_of_anything()),
        _ => return Err(unknown_in(LIBRARY, name)),
    })
}

fn dictionary_of_anything() -> Unknown {
    Unknown::python("versions of Pydantic disagree on dictionaries of anything")
}

fn array_of(items: Object) -> Object {
    typed("array").with("items", items.into_json())
}

/// `Literal[…]` of text or of integers.
fn choice(values: &[Value]) -> Result<Object, Unknown> {
    let unknown = || unknown_in(LIBRARY, "these choices");
    let kind = value_type(values.iter()).filter(|kind| matches!(*kind, "string" | "integer")).ok_or_else(unknown)?;
    let mut values: Vec<Json> = values.iter().map(default_json).collect::<Option<_>>().ok_or_else(unknown)?;
    Ok(match values.len() {
        1 => typed(kind).with("const", values.swap_remove(0)),
        _ => typed(kind).with("enum", json::list(values)),
    })
}

/// An enumeration, with the names of its members, and the type of their values if that is one.
fn enumeration(class: &Class, members: &[Member], python: Python) -> Result<Object, Unknown> {
    let names = members.iter().map(|member| json::string(&member.name)).collect();
    let mut schema = Object::new().with("title", json::string(class.name())).with("enum", json::list(names));
    if members.iter().any(|member| !matches!(member.value, Value::Str(_) | Value::Int(_))) || members.is_empty() {
        return Err(unknown_in(LIBRARY, class.name()));
    }
    if let Some(kind) = value_type(members.iter().map(|member| &member.value)) {
        schema.set("type", json::string(kind));
    }
    if let Some(doc) = class.doc.as_deref().map(cleaned).filter(|doc| !doc.is_empty()) {
        // Up to Python 3.10 each enumeration has this one, so Pydantic leaves it out.
        if python <= (3, 10) && doc == "An enumeration." {
            return Err(unknown_in(LIBRARY, class.name()));
        }
        schema.set("description", json::string(doc));
    }
    Ok(schema)
}

/// The JSON type that all values have, if that is one.
fn value_type<'a>(values: impl Iterator<Item = &'a Value>) -> Option<&'static str> {
    let mut types = values.map(|value| match value {
        Value::Str(_) => Some("string"),
        Value::Int(_) => Some("integer"),
        _ => None,
    });
    let first = types.next()??;
    types.all(|kind| kind == Some(first)).then_some(first)
}

/// The title that a field gets (`name.title().replace("_", " ").strip()`).
fn title_of(name: &str) -> Result<String, Unknown> {
    if !name.is_ascii() {
        return Err(unknown_in(LIBRARY, &format!("the name {name}")));
    }
    let mut title = String::with_capacity(name.len());
    let mut is_inside = false;
    for c in name.chars() {
        title.push(match c {
            '_' => ' ',
            c if is_inside => c.to_ascii_lowercase(),
            c => c.to_ascii_uppercase(),
        });
        is_inside = c.is_ascii_alphabetic();
    }
    Ok(title.trim().to_owned())
}

/// `inspect.cleandoc`: without the indentation that all lines but the first share, and without blank lines around.
fn cleaned(doc: &str) -> String {
    let expanded = expand_tabs(doc);
    let mut lines: Vec<&str> = expanded.split('\n').collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines.iter().skip(1).filter(|line| !line.trim_start().is_empty()).map(indent).min();
    for (index, line) in lines.iter_mut().enumerate() {
        *line = match margin {
            _ if index == 0 => line.trim_start(),
            Some(margin) => line.get(margin..).unwrap_or_default(),
            None => line,
        };
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines[blank..].join("\n")
}

/// `str.expandtabs()`.
fn expand_tabs(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let spaces = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                expanded.push(c);
                column = 0;
            }
            c => {
                expanded.push(c);
                column += 1;
            }
        }
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_those_of_pydantic() {
        // Each answer is CPython's: name.title().replace("_", " ").strip().
        for (name, title) in [
            ("x", "X"),
            ("max_rows", "Max Rows"),
            ("maxRows", "Maxrows"),
            ("item_0", "Item 0"),
            ("v2beta", "V2Beta"),
            ("URL", "Url"),
            ("a__b_", "A  B"),
        ] {
            assert_eq!(title_of(name), Ok(title.to_owned()));
        }
    }

    #[test]
    fn docstrings_are_cleaned_as_inspect_cleans_them() {
        // Each answer is CPython's: inspect.cleandoc(doc).
        for (doc, clean) in [
            ("One.", "One."),
            ("  One.\n\n    Two\n      three.\n    ", "One.\n\nTwo\n  three."),
            ("\n    One.\n    ", "One."),
            ("One.\n\tTwo\n        three", "One.\nTwo\nthree"),
            ("One.  \n  Two.", "One.  \nTwo."),
            ("", ""),
        ] {
            assert_eq!(cleaned(doc), clean, "{doc:?}");
        }
    }
}
