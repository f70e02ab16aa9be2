//! The fields of dataclasses, Pydantic models, `NamedTuple` and `TypedDict`.
//!
//! Only classes with plain fields and methods are known: what else a body holds can change the schema in ways that only the
//! libraries know.

use cache_core::key::flyte::{Argument as Constant, Default, Field, Type, Value as Literal};

use super::super::constant;
use super::super::flow::Moment;
use super::super::ir::{self, *};
use super::super::link::{Context, Linker, shown};
use super::super::sdk;
use super::super::value::{FileId, Value};
use super::annotation::Reader;

/// A class's body.
pub struct Body<'b, 'a> {
    pub linker: &'b Linker<'a>,
    pub file: FileId,
    pub id: ClassId,
    pub class: &'b ir::Class,
    pub summary: &'b Summary,
}

/// What special methods of a dataclass change nothing of what Flyte sees.
const METHODS: &str = "__post_init__ __str__ __repr__ __eq__ __hash__ __len__ __iter__ __lt__ __le__ __gt__ __ge__ __bool__ \
                       __contains__ __getitem__ __add__ __call__ __enter__ __exit__";

/// Refuses a class that a dataclass inherits from and that is none, if it could change something.
pub fn refuse_mixin(body: &Body<'_, '_>) -> Result<(), String> {
    body.refuse_strange(METHODS, &[])?;
    let is_assignment = |statement: &Stmt| matches!(statement.kind, StmtKind::Assign { .. });
    if body.class.body.iter().any(is_assignment) {
        return Err(format!("what the attributes of `{}` are to a dataclass is known to Python only", body.class.name));
    }
    Ok(())
}

/// The fields of `@dataclass`, with those of the dataclass that it inherits from (`dataclasses._process_class`).
pub fn of_dataclass(body: &Body<'_, '_>, inherited: &[Field]) -> Result<Vec<Field>, String> {
    body.refuse_strange(METHODS, inherited)?;
    body.fields(inherited, |field| match &field.value {
        // What the base's attribute is then depends on more than its default.
        None if inherited.iter().any(|known| known.name == field.name) => {
            Err(format!("the default of `{}.{}` is its base's", body.class.name, field.name))
        }
        None => Ok(Made::from(Default::Required)),
        Some(value) => body.dataclass_default(field, value),
    })
}

/// The fields of a Pydantic model, with those of the model that it inherits from.
pub fn of_model(body: &Body<'_, '_>, inherited: &[Field]) -> Result<Vec<Field>, String> {
    body.refuse_strange("__str__ __repr__ __eq__ __hash__ __len__ __iter__ __contains__", inherited)?;
    body.fields(inherited, |field| match &field.value {
        None => Ok(Made::from(Default::Required)),
        Some(value) => body.model_default(field, value),
    })
}

/// The fields of a `NamedTuple`.
pub fn of_named_tuple(body: &Body<'_, '_>) -> Result<Vec<Field>, String> {
    body.refuse_strange("__str__ __repr__ __eq__ __hash__ __bool__ __add__", &[])?;
    let mut fields: Vec<Field> = Vec::new();
    for field in &body.class.fields {
        body.refuse_text(field)?;
        let value = body.value(field)?;
        let default = match &field.value {
            None => Default::Required,
            Some(value) => body.default(field, value),
        };
        let r#type = body.r#type(field, &value)?;
        put(&mut fields, Field { name: field.name.clone(), r#type, default, keywords: Vec::new() });
    }
    Ok(fields)
}

/// The fields of a `TypedDict`, with those of the one that it inherits from.
pub fn of_typed_dict(body: &Body<'_, '_>, inherited: &[Field]) -> Result<Vec<Field>, String> {
    body.refuse_strange("", inherited)?;
    let total = body.class.bases.iter().find_map(|argument| match &argument.kind {
        ArgumentKind::Keyword(name) if name == "total" => Some(&argument.value.kind),
        _ => None,
    });
    let total = match total {
        None => true,
        Some(ExprKind::Bool(total)) => *total,
        Some(_) => return Err(format!("whether the keys of `{}` are required is not known", body.class.name)),
    };
    let mut fields = inherited.to_vec();
    for field in &body.class.fields {
        body.refuse_text(field)?;
        let value = body.value(field)?;
        let (value, required) = match wrapper(&value) {
            Some(("Required", inner)) => (inner.clone(), true),
            Some(("NotRequired", inner)) => (inner.clone(), false),
            _ if total => (value, true),
            // The SDK requires such a key, and Pydantic doesn't.
            _ => {
                return Err(format!(
                    "whether `{}.{}` is required is known to Python only",
                    body.class.name, field.name
                ));
            }
        };
        let default = if required { Default::Required } else { Default::Hidden };
        let r#type = body.r#type(field, &value)?;
        put(&mut fields, Field { name: field.name.clone(), r#type, default, keywords: Vec::new() });
    }
    Ok(fields)
}

/// The name of what a type is wrapped in, and the type.
fn wrapper(value: &Value) -> Option<(&str, &Value)> {
    let Value::Generic(generic) = value else { return None };
    match (&generic.0, &generic.1[..]) {
        (Value::External(path), [inner]) => Some((path.rsplit('.').next()?, inner)),
        _ => None,
    }
}

/// What stands behind a field's annotation.
struct Made {
    default: Default,
    keywords: Vec<(String, Literal)>,
}

impl From<Default> for Made {
    fn from(default: Default) -> Self {
        Self { default, keywords: Vec::new() }
    }
}

/// A field that was there before keeps its place.
fn put(fields: &mut Vec<Field>, field: Field) {
    match fields.iter_mut().find(|known| known.name == field.name) {
        Some(known) => *known = field,
        None => fields.push(field),
    }
}

impl Body<'_, '_> {
    /// The fields of the body behind those that are inherited, without class variables.
    fn fields(
        &self,
        inherited: &[Field],
        default: impl Fn(&ir::Field) -> Result<Made, String>,
    ) -> Result<Vec<Field>, String> {
        let mut fields = inherited.to_vec();
        for field in &self.class.fields {
            let value = self.value(field)?;
            if self.is_class_variable(&value)? {
                continue;
            }
            let Made { default, keywords } = default(field)?;
            put(
                &mut fields,
                Field { name: field.name.clone(), r#type: self.r#type(field, &value)?, default, keywords },
            );
        }
        Ok(fields)
    }

    fn at(&self, at: Offset) -> Context<'static> {
        Context { file: self.file, scope: Scope::Class(self.id), moment: Moment::At(at), frame: None }
    }

    fn reader(&self, field: &ir::Field) -> Reader<'_, '_> {
        // The value is bound before the annotation is evaluated.
        Reader::of_class(self.linker, self.at(field.end))
    }

    /// What the annotation of a field is.
    fn value(&self, field: &ir::Field) -> Result<Value, String> {
        let names = self.summary.index.get(&Scope::Class(self.id)).map(|index| &index.names);
        let mut bound = None;
        field.annotation.walk(&mut |part| {
            if let ExprKind::Name(name) = &part.kind
                && names.is_some_and(|names| names.contains_key(name))
                && !self.is_class(name)
            {
                bound = Some(name.clone());
            }
        });
        match bound {
            Some(name) => {
                Err(format!("`{name}` in `{}` means another thing in Python 3.14", self.text(&field.annotation)))
            }
            None => self.reader(field).value(&field.annotation),
        }
    }

    /// Whether a name of the body is a class that stands in it.
    fn is_class(&self, name: &str) -> bool {
        let names = |statement: &&Stmt| match &statement.kind {
            StmtKind::Class(id) => self.summary.classes.get(*id).is_some_and(|class| class.name == name),
            _ => false,
        };
        let is_only = self
            .summary
            .index
            .get(&Scope::Class(self.id))
            .is_some_and(|index| index.names.get(name).is_some_and(Option::is_some));
        is_only && self.class.body.iter().any(|statement| names(&statement))
    }

    fn r#type(&self, field: &ir::Field, value: &Value) -> Result<Type, String> {
        let found = self.reader(field).of_value(value, &|| self.text(&field.annotation));
        let found = match found {
            Ok(Type::Several(_)) => Err(format!("`{}` is no type", self.text(&field.annotation))),
            found => found,
        };
        found.map_err(|reason| format!("`{}.{}`: {reason}", self.class.name, field.name))
    }

    fn text(&self, expr: &Expr) -> String {
        shown(expr, self.summary)
    }

    /// Text stays text in what is made when the class is.
    fn refuse_text(&self, field: &ir::Field) -> Result<(), String> {
        let mut found = self.reader(field).is_deferred();
        let value = self.value(field)?;
        if !matches!(&value, Value::Generic(generic) if is_literal(&generic.0)) {
            field.annotation.walk(&mut |part| found |= matches!(part.kind, ExprKind::Str(_)));
        }
        if found { Err(format!("the types of `{}` are left as text", self.class.name)) } else { Ok(()) }
    }

    /// Whether an annotation says that a name is no field: `ClassVar[…]`, `_: KW_ONLY`.
    fn is_class_variable(&self, value: &Value) -> Result<bool, String> {
        let origin = match value {
            Value::Generic(generic) => &generic.0,
            value => value,
        };
        match origin {
            Value::External(path) => Ok(matches!(&*sdk::type_name(path), "typing.ClassVar" | "dataclasses.KW_ONLY")),
            Value::Str(text) if ["ClassVar", "KW_ONLY", "InitVar"].iter().any(|word| text.contains(word)) => {
                Err(format!("`{text}` in `{}` is text", self.class.name))
            }
            _ => Ok(false),
        }
    }

    fn default(&self, field: &ir::Field, value: &Expr) -> Default {
        match constant::of(self.linker, self.at(field.start), value) {
            Constant::Value(value) => Default::Value(value),
            Constant::Unknown(_) => Default::Unknown,
        }
    }

    /// `field(default=…)`, `field(default_factory=…)`, or the default itself.
    fn dataclass_default(&self, field: &ir::Field, value: &Expr) -> Result<Made, String> {
        self.made(field, value, &["dataclasses.field"], |name, value| {
            let is_harmless = matches!(name, "repr" | "compare" | "hash" | "kw_only");
            (is_harmless && matches!(value.kind, ExprKind::Bool(_))).then_some(None)
        })
    }

    /// `Field(default=…)`, `Field(default_factory=…, ge=0, description="…")`, or the default itself.
    fn model_default(&self, field: &ir::Field, value: &Expr) -> Result<Made, String> {
        self.made(field, value, &["pydantic.Field", "pydantic.fields.Field"], |name, value| match name {
            "repr" | "frozen" => matches!(value.kind, ExprKind::Bool(_)).then_some(None),
            "ge" | "gt" | "le" | "lt" | "multiple_of" | "min_length" | "max_length" | "pattern" | "title"
            | "description" | "examples" => match constant::of(self.linker, self.at(field.start), value) {
                // `None` says nothing.
                Constant::Value(Literal::None) => Some(None),
                Constant::Value(value) => Some(Some(value)),
                Constant::Unknown(_) => None,
            },
            _ => None,
        })
    }

    /// What a call of one of `makers` says of a field; `keyword` tells of another keyword than the default's its value, if that
    /// counts, and nothing for one that isn't known.
    fn made(
        &self,
        field: &ir::Field,
        value: &Expr,
        makers: &[&str],
        keyword: impl Fn(&str, &Expr) -> Option<Option<Literal>>,
    ) -> Result<Made, String> {
        let plain = || Made::from(self.default(field, value));
        let ExprKind::Call(callee, arguments) = &value.kind else { return Ok(plain()) };
        match self.linker.value(self.at(field.start), callee) {
            Value::External(path) if makers.contains(&&*path) => {}
            _ => return Ok(plain()),
        }
        let mut made = Made::from(Default::Required);
        for argument in arguments {
            match &argument.kind {
                ArgumentKind::Keyword(name) if name == "default_factory" => made.default = Default::Hidden,
                ArgumentKind::Positional if matches!(argument.value.kind, ExprKind::Ellipsis) => {}
                ArgumentKind::Keyword(name) if name == "default" => made.default = self.default(field, &argument.value),
                ArgumentKind::Positional => made.default = self.default(field, &argument.value),
                kind => {
                    let said = match kind {
                        ArgumentKind::Keyword(name) => keyword(name, &argument.value).map(|said| (name, said)),
                        _ => None,
                    };
                    let Some((name, said)) = said else {
                        let text = self.text(value);
                        return Err(format!("what `{text}` adds to `{}` is known to Python only", self.class.name));
                    };
                    made.keywords.extend(said.map(|said| (name.clone(), said)));
                }
            }
        }
        Ok(made)
    }

    /// Refuses a body with more than fields, constants and methods; of those with two underscores only `methods` are known to
    /// change nothing.
    fn refuse_strange(&self, methods: &str, inherited: &[Field]) -> Result<(), String> {
        let name = &self.class.name;
        let index = self.summary.index.get(&Scope::Class(self.id));
        for (at, field) in self.class.fields.iter().enumerate() {
            let is_rebound = index.is_some_and(|index| match index.names.get(&field.name) {
                None => field.value.is_some(),
                Some(only) => only.is_none() || field.value.is_none(),
            });
            let is_second = self.class.fields.iter().take(at).any(|other| other.name == field.name);
            if is_rebound || is_second {
                return Err(format!("`{name}.{}` is set twice", field.name));
            }
            if let Some(unknown) = self.linker.patched_class(self.file, self.id, &field.name) {
                return Err(match unknown {
                    Value::Unknown(reason) => reason.to_string(),
                    _ => format!("`{name}.{}` is set from outside", field.name),
                });
            }
        }
        for statement in &self.class.body {
            match &statement.kind {
                StmtKind::Assign { targets, .. } => {
                    for target in targets {
                        let Target::Name(target) = target else {
                            return Err(format!("the body of `{name}` does more than naming fields"));
                        };
                        let is_field = self.class.fields.iter().any(|field| field.name == *target);
                        let is_inherited = inherited.iter().any(|field| field.name == *target);
                        let is_strange = target.starts_with("__")
                            || target.starts_with("model_")
                            || target == "Config"
                            || is_inherited;
                        if !is_field && is_strange {
                            return Err(format!("what `{name}.{target}` changes is known to Python only"));
                        }
                    }
                }
                StmtKind::Def(id) => {
                    let Some(function) = self.summary.functions.get(*id) else { continue };
                    let method = function.name.as_str();
                    let is_known = methods.split_whitespace().any(|known| known == method);
                    let is_strange = (method.starts_with("__") && method.ends_with("__") && !is_known)
                        || (method.starts_with("model_") && method != "model_post_init")
                        || inherited.iter().any(|field| field.name == *method);
                    if is_strange {
                        return Err(format!("what `{name}.{method}` changes is known to Python only"));
                    }
                    let at = self.at(statement.start);
                    let is_plain = |decorator: &Expr| match self.linker.value(at, decorator) {
                        Value::External(path) => is_plain_decorator(&path),
                        _ => false,
                    };
                    if let Some(decorator) = function.decorators.iter().find(|decorator| !is_plain(decorator)) {
                        return Err(format!("`{}` in `{name}` runs Python", self.text(decorator)));
                    }
                }
                StmtKind::Class(id) => {
                    let inner = self.summary.classes.get(*id).map(|class| class.name.as_str());
                    if matches!(inner, Some("Config" | "Meta")) {
                        return Err(format!("what `{name}.Config` changes is known to Python only"));
                    }
                }
                StmtKind::Expr(Expr { kind: ExprKind::Str(_) | ExprKind::Ellipsis, .. }) => {}
                _ => return Err(format!("the body of `{name}` does more than naming fields")),
            }
        }
        Ok(())
    }
}

fn is_literal(origin: &Value) -> bool {
    matches!(origin, Value::External(path) if sdk::type_name(path) == "typing.Literal")
}

/// A decorator that makes no field, validator or serializer of a method.
pub fn is_plain_decorator(path: &str) -> bool {
    matches!(path, "builtins.property" | "builtins.classmethod" | "builtins.staticmethod")
        || matches!(
            path,
            "functools.cached_property" | "abc.abstractmethod" | "functools.lru_cache" | "functools.cache"
        )
}
