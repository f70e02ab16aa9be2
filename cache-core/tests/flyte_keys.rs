//! Holds interface hashes and cache keys against what the real SDK makes of the same signatures and calls.
//!
//! `tests/flyte/keys.py` wrote the answers, under several Pythons; a test of the workspace holds them against the SDK again
//! where it is installed. Guards the promise: what is shown is byte for byte the SDK's, and what isn't known has a reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

use std::collections::BTreeMap;

use cache_core::key::flyte::{
    Argument, Class, Date, Datetime, Default, Field, Interface, Kind, Member, Parameter, Python, Signature, Timedelta,
    Type, Unknown, Value, key,
};
use serde_json::Value as Json;

/// By the Python that gave them; last those with the oldest libraries.
const ANSWERS: [(Python, &str); 5] = [
    ((3, 10), include_str!("flyte_keys/answers-3.10.json")),
    ((3, 11), include_str!("flyte_keys/answers-3.11.json")),
    ((3, 12), include_str!("flyte_keys/answers-3.12.json")),
    ((3, 13), include_str!("flyte_keys/answers-3.13.json")),
    ((3, 12), include_str!("flyte_keys/answers-3.12-oldest.json")),
];

/// What may be unknown although the SDK has an answer: a part of the case's text, and why only Python could tell.
const MAY_BE_UNKNOWN: [(&str, &str); 16] = [
    ("Annotated[flyte.io.DataFrame, \"csv\"]", "metadata of a DataFrame can be columns and schemas of other libraries"),
    ("tuple[bool, datetime.datetime, dict[str, Any]]", "versions of Pydantic disagree"),
    ("tuple[int, dict]", "versions of Pydantic disagree"),
    ("tuple[Wide, int]", "versions of Pydantic disagree"),
    ("(x: Table)", "versions of Pydantic disagree"),
    ("tuple[Literal[\"a\", \"b\"], None]", "versions of Pydantic disagree"),
    ("tuple[int, None] = None", "versions of Pydantic disagree"),
    ("tuple[flyte.io.File[bytes], int]", "what Pydantic makes of a model's parameters"),
    ("(x: Union[Dict[str, Any], None]) <- ({\"a\": {1, 2}})", "the order of a set"),
    ("<- (Level.HIGH)", "an IntEnum is an int, and can be anything else"),
    ("tuple[Settings, EmptyModel]", "versions of Pydantic disagree"),
    ("tuple[Outer.Tint, Deep]", "versions of Pydantic disagree"),
    ("(x: list) <- ([\"a\", \"a\"])", "a pickle tells whether the two are one object"),
    ("(x: tuple[int, str]) <- ((1.0, \"a\"))", "Pydantic converts"),
    ("(x: tuple[int, str]) <- ((\"1\", \"a\"))", "Pydantic converts"),
    ("(x: tuple[int, str]) <- ((True, \"a\"))", "Pydantic converts"),
];

#[test]
fn interface_hashes_are_those_of_the_sdk() {
    check("signatures", 150, |case, classes, python| {
        Interface::of(&signature(&case["signature"], classes), python).map(|interface| interface.hash().to_owned())
    });
}

#[test]
fn keys_are_those_of_the_sdk() {
    check("calls", 300, call);
}

/// Compares every case; unknown is fine where only Python could tell, and where the SDK raises as well.
fn check(kind: &str, least: usize, ours: impl Fn(&Json, &Classes, Python) -> Result<String, Unknown>) {
    let cases: Json = serde_json::from_str(include_str!("flyte_keys/cases.json")).expect("the cases are JSON");
    let classes = Classes(&cases["classes"]);
    let mut wrong = Vec::new();
    for (python, answers) in ANSWERS {
        let answers: Json = serde_json::from_str(answers).expect("the answers are JSON");
        let (mut equal, mut refused, mut unknown) = (0, 0, 0);
        for (case, answer) in items(&cases[kind]).zip(items(&answers[kind])) {
            let at = format!("{python:?} {}", case["text"]);
            match (ours(case, &classes, python), answer.as_str()) {
                (Ok(hash), Some(answer)) if hash == answer => equal += 1,
                (Err(Unknown::Raises(_)), None) => refused += 1,
                (Err(Unknown::NeedsPython(reason)), _) => {
                    unknown += 1;
                    let is_fine = MAY_BE_UNKNOWN.iter().any(|(part, _)| text(&case["text"]).contains(part));
                    if answer.is_string() && !is_fine {
                        wrong.push(format!("{at}: unknown without need: {reason}"));
                    }
                }
                (ours, _) => wrong.push(format!("{at}: {ours:?}, not {answer}")),
            }
        }
        eprintln!("{kind} under {python:?}: {equal} equal, {refused} refused as by the SDK, {unknown} unknown");
        if equal < least {
            wrong.push(format!("{python:?}: only {equal} {kind} are known"));
        }
    }
    assert!(wrong.is_empty(), "not what the SDK says:\n  {}", wrong.join("\n  "));
}

fn call(case: &Json, classes: &Classes, python: Python) -> Result<String, Unknown> {
    let interface = Interface::of(&signature(&case["signature"], classes), python)?;
    let positional: Vec<Argument> = items(&case["positional"]).map(argument).collect();
    let keywords: Vec<(String, Argument)> =
        items(&case["keywords"]).map(|pair| (text(&pair[0]), argument(&pair[1]))).collect();
    let ignored: Vec<String> = items(&case["ignored"]).map(text).collect();
    let inputs = interface.bind(&positional, &keywords)?;
    Ok(key("env.task", &inputs.hash(&ignored)?, interface.hash(), "v1"))
}

/// Every collision that is told is one: the other value has the same key.
#[test]
fn values_that_are_told_to_collide_have_one_key() {
    let cases: Json = serde_json::from_str(include_str!("flyte_keys/cases.json")).expect("the cases are JSON");
    let classes = Classes(&cases["classes"]);
    let mut told = BTreeMap::new();
    for case in items(&cases["calls"]) {
        let Ok(interface) = Interface::of(&signature(&case["signature"], &classes), (3, 12)) else { continue };
        let positional: Vec<Argument> = items(&case["positional"]).map(argument).collect();
        let Ok(inputs) = interface.bind(&positional, &[]) else { continue };
        let Ok(hash) = inputs.hash(&[]) else { continue };
        for collision in inputs.collisions(&[]) {
            let index = interface.inputs().position(|input| input == collision.input).unwrap();
            let mut others = positional.clone();
            others[index] = collision.other.clone().into();
            let other = interface.bind(&others, &[]).and_then(|inputs| inputs.hash(&[]));
            assert_eq!(other, Ok(hash.clone()), "{} and {}", case["text"], collision.other);
            told.insert(case["text"].to_string(), collision.other.to_string());
        }
    }
    assert!(told.len() >= 10, "collisions are told: {told:?}");
    assert_eq!(told[r#""(x: list[list[int]]) <- ([[1], [2]])""#], "[[1, 2]]");
    assert_eq!(told[r#""(x: dict[str, list[int]]) <- ({\"a\": [], \"ab\": []})""#], "{'a': [], 'ab': [], '': []}");
}

// The cases as the library takes them.

struct Classes<'a>(&'a Json);

fn signature(json: &Json, classes: &Classes) -> Signature {
    let parameter = |json: &Json| Parameter {
        name: text(&json["name"]),
        r#type: r#type(&json["type"], classes),
        default: default(&json["default"]),
    };
    let returns = json["returns"].as_object().map(|returns| r#type(&returns["type"], classes));
    Signature { parameters: items(&json["parameters"]).map(parameter).collect(), returns }
}

fn default(json: &Json) -> Default {
    match json.as_str() {
        Some("required") => Default::Required,
        Some("hidden") => Default::Hidden,
        Some(_) => Default::Unknown,
        None => value(&json["value"]).map_or(Default::Unknown, Default::Value),
    }
}

fn r#type(json: &Json, classes: &Classes) -> Type {
    let types = |json: &Json| items(json).map(|json| r#type(json, classes)).collect::<Vec<_>>();
    let values = |json: &Json| items(json).map(|json| value(json).expect("a constant")).collect::<Vec<_>>();
    match json.as_str() {
        Some("none") => return Type::None,
        Some("ellipsis") => return Type::Ellipsis,
        Some(_) => return Type::Unannotated,
        None => {}
    }
    let (kind, json) = tagged(json);
    match kind {
        "name" => Type::Name(text(json)),
        "opaque" => Type::Opaque(text(json)),
        "generic" => Type::Generic { origin: text(&json[0]), arguments: types(&json[1]) },
        "or" => Type::Or(types(json)),
        "choice" => Type::Choice(values(json)),
        "annotated" => Type::Annotated(Box::new(r#type(&json[0], classes)), values(&json[1])),
        "parameters" => Type::Parameters(types(json)),
        "several" => Type::Several(types(json)),
        "class" => Type::Class(Box::new(class(&text(json), classes))),
        other => panic!("no such type: {other}"),
    }
}

fn class(qualname: &str, classes: &Classes) -> Class {
    let json = &classes.0[qualname];
    let field = |json: &Json| Field {
        name: text(&json["name"]),
        r#type: r#type(&json["type"], classes),
        default: default(&json["default"]),
        keywords: Vec::new(),
    };
    let fields: Vec<Field> = items(&json["fields"]).map(field).collect();
    let kind = match text(&json["kind"]).as_str() {
        "enum" => {
            let member =
                |json: &Json| Member { name: text(&json[0]), value: value(&json[1]).expect("a member's value") };
            let integer = json["integer"].as_bool().unwrap_or_default();
            Kind::Enum { members: items(&json["members"]).map(member).collect(), integer }
        }
        "dataclass" => Kind::Dataclass(fields),
        "model" => Kind::Model(fields),
        "named_tuple" => Kind::NamedTuple(fields),
        "typed_dict" => Kind::TypedDict(fields),
        _ => Kind::Plain,
    };
    Class {
        module: Some(text(&json["module"])),
        qualname: qualname.to_owned(),
        doc: json["doc"].as_str().map(str::to_owned),
        kind,
    }
}

fn argument(json: &Json) -> Argument {
    value(json).map_or_else(|| Argument::Unknown(format!("{json} is no literal")), Argument::Value)
}

/// A value; `None` for what is no literal.
fn value(json: &Json) -> Option<Value> {
    if json.is_string() {
        return Some(Value::None);
    }
    let (kind, json) = tagged(json);
    let number = |json: &Json| json.as_i64().expect("a number");
    let date = |json: &Json| {
        let part = |index: usize| u8::try_from(number(&json[index])).expect("a small number");
        Date::new(u16::try_from(number(&json[0])).expect("a year"), part(1), part(2)).expect("a date")
    };
    let values = |json: &Json| items(json).map(value).collect::<Option<Vec<_>>>();
    Some(match kind {
        "bool" => Value::Bool(json.as_bool().expect("a boolean")),
        "int" => Value::Int(text(json).parse().ok()?),
        "float" => Value::Float(f64::from_bits(u64::from_str_radix(&text(json), 16).expect("hexadecimal"))),
        "str" => Value::Str(text(json)),
        "bytes" => {
            let text = text(json);
            let byte = |index: usize| u8::from_str_radix(&text[index..index + 2], 16).expect("hexadecimal");
            Value::Bytes((0..text.len()).step_by(2).map(byte).collect())
        }
        "list" => Value::List(values(json)?),
        "tuple" => Value::Tuple(values(json)?),
        "set" => Value::set(values(json)?),
        "dict" => {
            let pair = |pair: &Json| Some((value(&pair[0])?, value(&pair[1])?));
            Value::dict(items(json).map(pair).collect::<Option<Vec<_>>>()?)
        }
        "datetime" => {
            Value::Datetime(Datetime { date: date(json), microseconds: number(&json[3]), offset: json[4].as_i64() })
        }
        "date" => Value::Date(date(json)),
        "timedelta" => Value::Timedelta(Timedelta::from_microseconds(text(json).parse().ok()?)?),
        "member" => Value::Member { class: text(&json[0]), name: text(&json[1]), value: Box::new(value(&json[2])?) },
        "object" => {
            let field = |field: &Json| Some((text(&field[0]), value(&field[1])?));
            Value::Object { class: text(&json[0]), fields: items(&json[1]).map(field).collect::<Option<Vec<_>>>()? }
        }
        _ => return None,
    })
}

/// The only member of an object.
fn tagged(json: &Json) -> (&str, &Json) {
    let (kind, value) = json.as_object().and_then(|object| object.iter().next()).expect("an object of one member");
    (kind, value)
}

fn items(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

fn text(json: &Json) -> String {
    json.as_str().expect("text").to_owned()
}
