//! What annotations mean. That the SDK agrees is tested with the SDK; here, which ways of writing mean the same and what is
//! not known.

use cache_core::key::flyte::Signature;

use super::*;

/// The signature of the only task of a snippet.
#[track_caller]
fn signature(snippet: &str) -> Known<Signature> {
    let files = Memory::new(snippet);
    let project = analyze(&files, &roots(), &files.paths());
    let [task] = project.tasks.as_slice() else { panic!("one task, not {}", project.tasks.len()) };
    task.signature.clone()
}

/// A file with imports, `before`, and a task of that signature.
fn task(before: &str, signature: &str) -> String {
    format!(
        "import dataclasses, datetime as dt, enum, typing, typing as t\nimport flyte, flyte.io\nfrom typing import *\n\
         from typing import Annotated, Any, Dict, List, Literal, Optional, Union\n\
         env = flyte.TaskEnvironment('e')\n{before}\n@env.task\ndef f{signature}:\n    ...\n"
    )
}

#[track_caller]
fn known(snippet: &str) -> Signature {
    match signature(snippet) {
        Known::Value(signature) => signature,
        Known::Unknown(reason) => panic!("unknown: {reason}\n{snippet}"),
    }
}

#[track_caller]
fn unknown(snippet: &str) -> String {
    match signature(snippet) {
        Known::Value(signature) => panic!("known: {signature:?}\n{snippet}"),
        Known::Unknown(reason) => reason,
    }
}

/// Each line: what stands before the task, and two signatures that mean the same.
#[test]
fn ways_of_writing_one_type() {
    for (before, one, other) in [
        ("", "(x: 'int') -> 'str'", "(x: int) -> str"),
        ("", "(x: Optional['int'])", "(x: t.Optional[int])"),
        ("", "(x: dt.datetime)", "(x: 'dt.datetime')"),
        ("Vec = List[float]", "(x: Dict[str, Vec])", "(x: Dict[str, List[float]])"),
        ("Vec = 'List[float]'", "(x: Optional[Vec])", "(x: Optional[List[float]])"),
        ("class A:\n    T = int", "(x: A.T)", "(x: int)"),
        ("from flyte.io._file import File", "(x: File)", "(x: flyte.io.File)"),
        ("if True:\n    T = int\nelse:\n    T = str", "(x: T)", "(x: int)"),
        (
            "try:\n    from typing import Type\nexcept ImportError:\n    from typing_extensions import Type",
            "(x: Type)",
            "(x: t.Type)",
        ),
        ("", "(x: Literal['a', Literal['b', 'a']])", "(x: Literal['a', 'b'])"),
        ("", "(x: (int)) -> (int, str)", "(x: int) -> (int, str)"),
    ] {
        let (one, other) = (task(before, one), task(before, other));
        assert_eq!(known(&one), known(&other), "{one}");
    }
}

#[test]
fn what_only_python_can_tell_is_named() {
    for (before, signature, reason) in [
        ("", "(x: make())", "input x: `make()` runs Python"),
        ("T = int if flyte.x else str", "(x: T)", "input x: `T` is one of several types at run time"),
        ("import os\nT = os.environ['T']", "(x: T)", "input x: `os.environ['T']` is not known without running Python"),
        ("for T in (int, str):\n    pass", "(x: T)", "input x: `T` is set by a loop"),
        ("", "(x: Later)", "input x: `Later` is not defined"),
        ("if t.TYPE_CHECKING:\n    from a import T", "(x: 'T')", "input x: `T` is not defined"),
        ("", "(x: list['int'])", "input x: Pythons disagree on the string in `list['int']`"),
        ("", "(x: 'int |')", "input x: `int |` is not valid Python"),
        ("", "(x: Annotated[int, print])", "input x: the metadata of `Annotated[int, print]` are no constants"),
        ("U = t.NewType('U', int)", "(x: U)", "input x: `t.NewType('U', int)` runs Python"),
        ("", "(*x: int)", "it takes `*args` or `**kwargs`"),
        ("f = 1\nf.__annotations__ = {}", "(x: int)", "a.py may change signatures by `__annotations__`"),
        (
            "def g(x: List[Union[str, int]]): ...",
            "(x: List[Union[int, str]])",
            "`List[Union[int, str]]` is made in another way too, and Python takes the first that was made for both",
        ),
    ] {
        assert_eq!(unknown(&task(before, signature)), reason);
    }
}

/// Text is looked into in the module's names, code in those around it.
#[test]
fn text_does_not_see_the_names_of_functions() {
    let nested = |annotation: &str, first: &str| {
        format!(
            "{first}import flyte\nenv = flyte.TaskEnvironment('e')\nT = str\ndef make():\n    T = int\n    @env.task\n    \
             def f(x: {annotation}):\n        ...\n    return f\nf = make()\n"
        )
    };
    assert_eq!(known(&nested("T", "")), known(&nested("int", "")));
    let hidden = "input x: `T` is a name of the function or class around, and annotations are text here";
    assert_eq!(unknown(&nested("'T'", "")), hidden);
    assert_eq!(unknown(&nested("T", "from __future__ import annotations\n")), hidden);
}

#[test]
fn classes_with_more_than_plain_fields_are_unknown() {
    let class = |header: &str, body: &str| task(&format!("import pydantic\n{header}\n    {body}"), "(x: C)");
    let data = "@dataclasses.dataclass\nclass C:";
    let model = "class C(pydantic.BaseModel):";
    known(&class(data, "a: int = 1"));
    known(&class(model, "a: int\n    '''Not the docstring.'''\n    b: str = 'x'"));
    for (header, body) in [
        (data, "a: int = dataclasses.field(metadata={})"),
        (data, "a: int\n    a = 1"),
        (data, "if flyte.x:\n        a: int"),
        (data, "a: int\n    def __pre_serialize__(self): ..."),
        (data, "children: List['C']"),
        ("@dataclasses.dataclass(init=False)\nclass C:", "a: int"),
        ("@other\n@dataclasses.dataclass\nclass C:", "a: int"),
        (model, "a: int = pydantic.Field(1, alias=\"b\")"),
        (model, "model_config = {}\n    a: int"),
        (model, "a: int\n    @pydantic.field_validator('a')\n    def check(cls, a): ..."),
        ("class C(pydantic.BaseModel, frozen=True):", "a: int"),
        ("class C(enum.Enum):", "A = str(object())"),
        ("class C(enum.Enum):", "A = 'a'\n    def __init__(self, a): ..."),
        ("class C(enum.Enum):", "A, B = 'a', 'b'"),
        ("class C(t.Generic[t.T]):", "a: int"),
    ] {
        unknown(&class(header, body));
    }
}

/// The name of a class's module counts where the class is pickled; of the file that is run it isn't known.
#[test]
fn modules_are_known_by_the_names_they_are_imported_by() {
    let modules = |text: &str| {
        let signature = format!("{:?}", known(text));
        let names = signature.split("module: ").skip(1).map(|rest| rest.split(',').next().unwrap_or_default());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let package = "# file: pkg/__init__.py\nfrom .inner import C as Re\n# file: pkg/inner.py\nclass C: ...\n";
    let tasks = "import flyte\nenv = flyte.TaskEnvironment('e')\n@env.task\n";
    let text = format!(
        "# file: a.py\nimport pkg\nfrom pkg.inner import C\nclass Own: ...\n{tasks}def f(x: C, y: pkg.Re, z: Own): ...\n{package}"
    );
    assert_eq!(modules(&text), [r#"Some("pkg.inner")"#, r#"Some("pkg.inner")"#, "None"]);
    let text = format!("{package}# file: pkg/tasks.py\nfrom .inner import C\n{tasks}def f(x: C): ...\n");
    assert_eq!(modules(&text), ["None"]);
}

/// A transformer that the project registers decides, whatever the class looks like.
#[test]
fn classes_that_the_project_teaches_are_unknown() {
    let task = "import flyte, models\nenv = flyte.TaskEnvironment('e')\n@env.task\ndef f(x: models.Point): ...\n";
    let models = "# file: models.py\nimport dataclasses\n@dataclasses.dataclass\nclass Point:\n    x: int\n";
    let teaching = "import models\nfrom flyte.types import TypeEngine\nTypeEngine.register(T(models.Point))\n";
    let together = format!("# file: a.py\nimport teaching\n{task}{models}# file: teaching.py\n{teaching}");
    assert_eq!(unknown(&together), "input x: `Point` may have a type transformer of its own, in teaching.py");
    known(&together.replace("models.Point))", "models.Line))"));
    // Where tasks run, tests don't.
    known(&together.replace("import teaching\n", "").replace("teaching.py", "test_teaching.py"));
}
