//! A project, and the kinds of edits that people make, one after the other: what each does to the cache of which task.

/// What a commit does to the files.
pub enum Step {
    /// A text in a file that becomes another.
    Replace(&'static str, &'static str, &'static str),
    /// A file, whole.
    Write(&'static str, &'static str),
    /// A text at the end of a file.
    Append(&'static str, &'static str),
    /// A file is deleted.
    Remove(&'static str),
    /// A file gets another name.
    Move(&'static str, &'static str),
    /// A file's lines end as on Windows.
    Windows(&'static str),
    /// A file gets a byte order mark.
    Mark(&'static str),
    /// A text of a file becomes a version that the SDK computed in the commit before, for a task.
    Version(&'static str, &'static str, &'static str),
    /// The `cache=` of a task with the version that the SDK has for it is taken out of a file again.
    Unpin(&'static str, &'static str),
}

/// A commit.
pub struct Edit {
    pub name: &'static str,
    pub steps: &'static [Step],
    /// The tasks that are not as they were: name, class, a part of the reason.
    pub expected: &'static [(&'static str, &'static str, &'static str)],
}

use Step::*;

pub const PROJECT: &[(&str, &str)] = &[
    (".python-version", "3.12\n"),
    ("settings.py", "SALT = \"a\"\nRETRIES = 2\n"),
    (
        "envs.py",
        "import flyte\nfrom flyte import Cache\n\nfrom settings import SALT\n\n\
         image = flyte.Image.from_debian_base(python_version=(3, 12))\n\
         ml = flyte.TaskEnvironment(name=\"ml\", cache=\"auto\")\n\
         salted = flyte.TaskEnvironment(name=\"salted\", cache=Cache(\"auto\", salt=SALT))\n\
         plain = flyte.TaskEnvironment(name=\"plain\")\n\
         parents = flyte.TaskEnvironment(name=\"parents\", image=image)\n",
    ),
    (
        "models.py",
        "from dataclasses import dataclass\nfrom enum import Enum\n\n\n@dataclass\nclass Config:\n    lr: float\n    \
         steps: int = 1\n\n\nclass Mode(Enum):\n    fast = \"fast\"\n    slow = \"slow\"\n",
    ),
    ("helpers.py", "def scale(x: int) -> int:\n    return x * 10\n"),
    (
        "train.py",
        "from flyte import Cache\n\nfrom envs import ml, plain, salted\nfrom helpers import scale\nfrom models import Config, Mode\n\
         from settings import RETRIES\n\n\n\
         @ml.task\ndef load(x: int) -> int:\n    \"\"\"Loads.\"\"\"\n    return scale(x) + 1\n\n\n\
         @ml.task\ndef train(config: Config, mode: Mode) -> float:\n    # The rate.\n    return config.lr * 2\n\n\n\
         @ml.task(cache=Cache(\"auto\", version_override=\"1.0\"))\ndef pinned(config: Config, x: int = 1) -> int:\n    \
         \"\"\"Pinned.\"\"\"\n    return x\n\n\n\
         @salted.task\ndef salt(name: str) -> str:\n    return name + 'x'\n\n\n\
         @plain.task\ndef plain_one(x: int) -> int:\n    return x\n",
    ),
    (
        "report.py",
        "from flyte import Cache\n\nfrom envs import plain\n\n\n@plain.task(cache=\"auto\")\ndef report(x: int) -> int:\n    return x - 1\n",
    ),
    (
        "flows.py",
        "from envs import parents\nfrom train import load, plain_one\n\n\n@parents.task\nasync def flow(x: int) -> int:\n    \
         return load(x)\n\n\n@parents.task\nasync def other(x: int) -> int:\n    \
         return plain_one.override(cache=\"auto\")(x)\n",
    ),
    ("notes.txt", "Nothing of Python.\n"),
    ("tools.py", "import json\n\n\ndef show(x):\n    return json.dumps(x)\n"),
];

pub const EDITS: &[Edit] = &[
    Edit { name: "a text file", steps: &[Replace("notes.txt", "Nothing", "Little")], expected: &[] },
    Edit {
        name: "a file without tasks",
        steps: &[Replace("tools.py", "json.dumps(x)", "json.dumps([x])")],
        expected: &[],
    },
    Edit {
        name: "a body",
        steps: &[Replace("train.py", "scale(x) + 1", "scale(x) + 2")],
        expected: &[("ml.load", "invalidated", "body changed")],
    },
    Edit {
        name: "a docstring",
        steps: &[Replace("train.py", "Loads.", "Loads it.")],
        expected: &[("ml.load", "invalidated", "only the docstring changed")],
    },
    Edit { name: "a comment", steps: &[Replace("train.py", "# The rate.", "# The learning rate.")], expected: &[] },
    Edit {
        name: "formatting",
        steps: &[Replace("train.py", "return scale(x) + 2", "return (scale( x )\n            + 2)")],
        expected: &[],
    },
    Edit { name: "quotes", steps: &[Replace("train.py", "name + 'x'", "name + \"x\"")], expected: &[] },
    Edit {
        name: "lines above",
        steps: &[Replace("train.py", "from settings", "import os\n\nfrom settings")],
        expected: &[],
    },
    Edit { name: "a helper that a task calls", steps: &[Replace("helpers.py", "x * 10", "x * 11")], expected: &[] },
    Edit {
        name: "an argument of the decorator",
        steps: &[Replace("train.py", "@ml.task\ndef train", "@ml.task(retries=RETRIES)\ndef train")],
        expected: &[("ml.train", "invalidated", "only `retries` changed")],
    },
    Edit {
        name: "the value behind a name in the decorator",
        steps: &[Replace("settings.py", "RETRIES = 2", "RETRIES = 3")],
        expected: &[],
    },
    Edit {
        name: "a default",
        steps: &[Replace("report.py", "x: int)", "x: int = 3)")],
        expected: &[("plain.report", "invalidated", "default changed")],
    },
    Edit {
        name: "an annotation",
        steps: &[Replace("report.py", "x: int = 3)", "x: float = 3)")],
        expected: &[("plain.report", "invalidated", "signature changed")],
    },
    Edit {
        name: "what is returned",
        steps: &[Replace("report.py", "-> int", "-> float")],
        expected: &[("plain.report", "invalidated", "signature changed")],
    },
    Edit {
        name: "async",
        steps: &[Replace("report.py", "def report", "async def report")],
        expected: &[("plain.report", "invalidated", "signature changed")],
    },
    Edit {
        name: "the body of a pinned task",
        steps: &[Replace(
            "train.py",
            "    \"\"\"Pinned.\"\"\"\n    return x\n",
            "    \"\"\"Pinned.\"\"\"\n    return x + 1\n",
        )],
        expected: &[("ml.pinned", "stale", "body changed, version still \"1.0\"")],
    },
    Edit {
        name: "the docstring of a pinned task",
        steps: &[Replace("train.py", "\"\"\"Pinned.\"\"\"", "\"\"\"Is pinned.\"\"\"")],
        expected: &[],
    },
    Edit {
        name: "body and version of a pinned task",
        steps: &[
            Replace("train.py", "return x + 1\n", "return x + 3\n"),
            Replace("train.py", "version_override=\"1.0\"", "version_override=\"1.1\""),
        ],
        expected: &[("ml.pinned", "invalidated", "pinned \"1.1\"")],
    },
    Edit {
        name: "an annotation of a pinned task",
        steps: &[Replace("train.py", "x: int = 1) -> int", "x: float = 1) -> int")],
        expected: &[("ml.pinned", "other-key", "signature changed")],
    },
    Edit {
        name: "ignored inputs of a pinned task",
        steps: &[Replace(
            "train.py",
            "version_override=\"1.1\")",
            "version_override=\"1.1\", ignored_inputs=(\"x\",))",
        )],
        expected: &[("ml.pinned", "other-key", "ignored inputs changed")],
    },
    Edit {
        name: "a field of an input's class",
        steps: &[Replace("models.py", "steps: int = 1", "steps: int = 1\n    rounds: int = 2")],
        expected: &[
            ("ml.train", "other-key", "a type of inputs or outputs changed"),
            ("ml.pinned", "other-key", "a type of inputs or outputs changed"),
        ],
    },
    Edit {
        name: "a member of an input's enum",
        steps: &[Replace("models.py", "slow = \"slow\"", "slow = \"slow\"\n    slower = \"slower\"")],
        expected: &[("ml.train", "other-key", "a type of inputs or outputs changed")],
    },
    Edit {
        name: "a salt in another file",
        steps: &[Replace("settings.py", "SALT = \"a\"", "SALT = \"b\"")],
        expected: &[("salted.salt", "invalidated", "salt changed")],
    },
    Edit {
        name: "the cache of an environment turned off",
        steps: &[Replace("envs.py", "name=\"ml\", cache=\"auto\"", "name=\"ml\"")],
        expected: &[("ml.load", "disabled", "turned off"), ("ml.train", "disabled", "turned off")],
    },
    Edit {
        name: "the cache of an environment turned on",
        steps: &[Replace("envs.py", "name=\"ml\"", "name=\"ml\", cache=\"auto\"")],
        expected: &[("ml.load", "enabled", "first run computes"), ("ml.train", "enabled", "first run computes")],
    },
    Edit {
        name: "another behavior, the same version",
        steps: &[Replace("envs.py", "name=\"ml\", cache=\"auto\"", "name=\"ml\", cache=\"override\"")],
        expected: &[],
    },
    Edit {
        name: "an environment's name",
        steps: &[Replace("envs.py", "name=\"salted\"", "name=\"seasoned\"")],
        expected: &[("seasoned.salt", "renamed", "renamed from salted.salt")],
    },
    Edit {
        name: "a function's name",
        steps: &[Replace("train.py", "def salt(", "def pepper(")],
        expected: &[("seasoned.pepper", "renamed", "renamed from seasoned.salt")],
    },
    Edit {
        name: "a new task",
        steps: &[Append(
            "report.py",
            "\n\n@plain.task(cache=\"auto\")\ndef fresh(y: str) -> str:\n    return y.upper()\n",
        )],
        expected: &[("plain.fresh", "new", "first run computes")],
    },
    Edit {
        name: "a task that isn't cached",
        steps: &[Append("report.py", "\n\n@plain.task\ndef dull(y: str) -> str:\n    return y.lower()\n")],
        expected: &[],
    },
    Edit {
        name: "a task is deleted",
        steps: &[Replace(
            "report.py",
            "\n\n@plain.task(cache=\"auto\")\ndef fresh(y: str) -> str:\n    return y.upper()\n",
            "",
        )],
        expected: &[("plain.fresh", "gone", "no task of this name")],
    },
    Edit { name: "a file's name", steps: &[Move("report.py", "reports.py")], expected: &[] },
    Edit {
        name: "a file moves into a package",
        steps: &[Move("reports.py", "jobs/reports.py"), Write("jobs/__init__.py", "")],
        expected: &[],
    },
    Edit {
        name: "a file with several tasks moves and one of them changes",
        steps: &[Move("jobs/reports.py", "jobs/weekly.py"), Replace("jobs/weekly.py", "return x - 1", "return x - 2")],
        expected: &[("plain.report", "invalidated", "body changed")],
    },
    Edit { name: "line ends", steps: &[Windows("train.py")], expected: &[] },
    Edit { name: "a byte order mark", steps: &[Mark("envs.py")], expected: &[] },
    Edit {
        name: "the cache is kept through an edit",
        steps: &[
            Replace("train.py", "Loads it.", "Loads all of it."),
            Replace(
                "train.py",
                "@ml.task\r\ndef load",
                "@ml.task(cache=Cache(\"auto\", version_override=\"VERSION\"))\r\ndef load",
            ),
            Version("train.py", "VERSION", "ml.load"),
        ],
        expected: &[],
    },
    Edit {
        name: "a pin is taken back, and the body is as it was",
        steps: &[Step::Unpin("train.py", "ml.load"), Replace("train.py", "Loads all of it.", "Loads it.")],
        expected: &[],
    },
    Edit {
        name: "the Python of the project",
        steps: &[Replace(".python-version", "3.12", "3.13")],
        expected: &[
            ("ml.load", "invalidated", "Python 3.13 now, 3.12"),
            ("ml.train", "invalidated", "Python 3.13 now, 3.12"),
            ("seasoned.pepper", "invalidated", "Python 3.13 now, 3.12"),
            ("plain.report", "invalidated", "Python 3.13 now, 3.12"),
            // Of the call that gives it a cache.
            ("plain.plain_one", "invalidated", "override"),
        ],
    },
    Edit {
        name: "the Python of the project and back",
        steps: &[Replace(".python-version", "3.13", "3.12")],
        expected: &[
            ("ml.load", "invalidated", "Python 3.12 now, 3.13"),
            ("ml.train", "invalidated", "Python 3.12 now, 3.13"),
            ("seasoned.pepper", "invalidated", "Python 3.12 now, 3.13"),
            ("plain.report", "invalidated", "Python 3.12 now, 3.13"),
            ("plain.plain_one", "invalidated", "override"),
        ],
    },
    Edit {
        name: "the Python of an image",
        steps: &[Replace("envs.py", "(3, 12)", "(3, 13)")],
        expected: &[("ml.load", "invalidated", "Python in the parent's image changed")],
    },
    Edit {
        name: "the cache of a call",
        steps: &[
            Replace("flows.py", "override(cache=\"auto\")", "override(cache=Cache(\"auto\", salt=\"c\"))"),
            Replace("flows.py", "from envs", "from flyte import Cache\n\nfrom envs"),
        ],
        expected: &[("plain.plain_one", "invalidated", "override")],
    },
    Edit {
        name: "a policy in Python",
        steps: &[
            Write("policy.py", "class Dated:\n    def get_version(self, salt, params):\n        return 'today'\n"),
            Replace("envs.py", "salt=SALT", "salt=SALT, policies=[Dated()]"),
            Replace("envs.py", "from settings", "from policy import Dated\nfrom settings"),
        ],
        expected: &[("seasoned.pepper", "unknown", "Dated runs Python")],
    },
    Edit {
        name: "what a policy in Python returns",
        steps: &[Replace("policy.py", "'today'", "'tomorrow'")],
        expected: &[("seasoned.pepper", "unknown", "Dated runs Python")],
    },
    Edit { name: "a file beside a policy in Python", steps: &[Replace("tools.py", "[x]", "[x, x]")], expected: &[] },
    Edit {
        name: "a policy in Python and none",
        steps: &[
            Replace("envs.py", ", policies=[Dated()]", ""),
            Remove("policy.py"),
            Replace("envs.py", "from policy import Dated\n", ""),
        ],
        expected: &[("seasoned.pepper", "unknown", "Dated runs Python")],
    },
    Edit {
        name: "another order of functions",
        steps: &[
            Replace("jobs/weekly.py", "\n\n@plain.task\ndef dull(y: str) -> str:\n    return y.lower()\n", ""),
            Replace(
                "jobs/weekly.py",
                "\n\n\n@plain.task(cache",
                "\n\n\n@plain.task\ndef dull(y: str) -> str:\n    return y.lower()\n\n\n@plain.task(cache",
            ),
        ],
        expected: &[],
    },
    Edit {
        name: "a name for an environment",
        steps: &[
            Replace("jobs/weekly.py", "import plain\n", "import plain as env\n"),
            Replace("jobs/weekly.py", "@plain.task(", "@env.task("),
            Replace("jobs/weekly.py", "@plain.task\n", "@env.task\n"),
        ],
        expected: &[("plain.report", "invalidated", "decorator changed")],
    },
    Edit {
        name: "a new file that hides another",
        steps: &[Write(
            "jobs/envs.py",
            "import flyte\n\nplain = flyte.TaskEnvironment(name=\"plain\", cache=\"auto\")\n",
        )],
        expected: &[
            ("plain.report", "unknown", "depending on which file is run"),
            ("plain.dull", "unknown", "depending on which file is run"),
        ],
    },
    Edit {
        name: "a file of tasks",
        steps: &[Write("policies.py", POLICIES), Write("wraps.py", WRAPS), Write("more.py", MORE)],
        expected: &[
            ("base.words", "new", "first run computes"),
            ("base.held", "new", "first run computes"),
            ("twin.copied", "new", "first run computes"),
            ("base.logged_one", "new", "first run computes"),
            ("base.chosen", "new", "first run computes"),
        ],
    },
    Edit {
        name: "a policy in another module",
        steps: &[Replace("policies.py", "salt=\"p\"", "salt=\"q\"")],
        expected: &[
            ("base.words", "invalidated", "salt changed"),
            ("twin.copied", "invalidated", "salt changed"),
            ("base.logged_one", "invalidated", "salt changed"),
            ("base.chosen", "invalidated", "salt changed"),
        ],
    },
    Edit {
        name: "a version in another module",
        steps: &[Replace("policies.py", "VERSION = \"v1\"", "VERSION = \"v2\"")],
        expected: &[("base.held", "invalidated", "pinned \"v2\"")],
    },
    Edit { name: "a constant behind a default", steps: &[Replace("more.py", "START = 1", "START = 2")], expected: &[] },
    Edit {
        name: "a comment that says a type",
        steps: &[Replace("more.py", "# type: int", "# type: float")],
        expected: &[],
    },
    Edit {
        name: "a format of an f-string",
        steps: &[Replace("more.py", "{y:>3}", "{y:>4}")],
        expected: &[("base.words", "invalidated", "body changed")],
    },
    Edit {
        name: "an f-string in two parts",
        steps: &[Replace("more.py", "f\"{y:>4} of {x!r}\"", "f\"{y:>4} \" f'of {x!r}'")],
        expected: &[],
    },
    Edit {
        name: "a function in a body",
        steps: &[Replace("more.py", "return q * 2", "return q * 3")],
        expected: &[("base.words", "invalidated", "body changed")],
    },
    Edit {
        name: "a lambda",
        steps: &[Replace("more.py", "lambda v: v + 1", "lambda v: v + 2")],
        expected: &[("base.words", "invalidated", "body changed")],
    },
    Edit {
        name: "tabs",
        steps: &[Replace("more.py", "    if x > 1:\n        return \"a\"\n", "    if x > 1:\n    \treturn \"a\"\n")],
        expected: &[],
    },
    Edit {
        name: "a decorator around a pinned task",
        steps: &[Replace("more.py", "@base.task(cache=HELD)\n", "@base.task(cache=HELD)\n@logged\n")],
        expected: &[("base.held", "stale", "decorator changed, version still \"v2\"")],
    },
    Edit {
        name: "settings of a pinned task",
        steps: &[Replace("more.py", "@base.task(cache=HELD)", "@base.task(cache=HELD, retries=2)")],
        expected: &[],
    },
    Edit {
        name: "a decorator's own code",
        steps: &[Replace("wraps.py", "return f(*args, **kwargs)", "return f(*args, **kwargs) or None")],
        expected: &[],
    },
    Edit {
        name: "the order of decorators",
        steps: &[Replace("more.py", "@logged\n@passed\n", "@passed\n@logged\n")],
        expected: &[("base.logged_one", "invalidated", "decorator changed")],
    },
    Edit {
        name: "the name of a clone",
        steps: &[Replace("more.py", "\"twin\"", "\"double\"")],
        expected: &[("double.copied", "renamed", "renamed from twin.copied")],
    },
    Edit {
        name: "the name of a clone and a body",
        steps: &[Replace("more.py", "\"double\"", "\"twin\""), Replace("more.py", "y.strip()", "y.lstrip()")],
        expected: &[("twin.copied", "renamed", "renamed from double.copied, the key holds the name; body changed too")],
    },
    Edit {
        name: "the cache that a clone takes over",
        steps: &[Replace("more.py", "clone_with(\"twin\")", "clone_with(\"twin\", cache=\"disable\")")],
        expected: &[("twin.copied", "disabled", "turned off")],
    },
    Edit {
        name: "a second definition on a branch",
        steps: &[Replace(
            "more.py",
            "@base.task\ndef chosen(x: int) -> int:\n    return x\n",
            "try:\n    import json\n\n    @base.task\n    def chosen(x: int) -> int:\n        return x\nexcept ImportError:\n\n    \
             @base.task\n    def chosen(x: int) -> int:\n        return -x\n",
        )],
        expected: &[("base.chosen", "unknown", "which definition counts")],
    },
    Edit {
        name: "the definition on the other branch",
        steps: &[Replace("more.py", "return -x\n", "return -x - 1\n")],
        expected: &[("base.chosen", "unknown", "which definition counts")],
    },
    Edit {
        name: "a task in another environment",
        steps: &[Replace("more.py", "@base.task\n@passed", "@twin.task(cache=\"auto\")\n@passed")],
        expected: &[("twin.logged_one", "renamed", "renamed from base.logged_one")],
    },
];

const POLICIES: &str = "from flyte import Cache\n\nVERSION = \"v1\"\nSALTED = Cache(\"auto\", salt=\"p\")\nHELD = Cache(\"auto\", version_override=VERSION)\n";

const WRAPS: &str = "import functools\n\n\n\
    def logged(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n        return f(*args, **kwargs)\n\n    return inner\n\n\n\
    def passed(f):\n    return f\n";

const MORE: &str = "import flyte\n\nfrom policies import HELD, SALTED\nfrom wraps import logged, passed\n\nSTART = 1\n\
    base = flyte.TaskEnvironment(name=\"base\", cache=SALTED)\ntwin = base.clone_with(\"twin\")\n\n\n\
    @base.task\ndef words(x: int = START) -> str:\n    def twice(q):\n        return q * 2\n\n    \
    y = twice((lambda v: v + 1)(x))  # type: int\n    if x > 1:\n        return \"a\"\n    return f\"{y:>3} of {x!r}\"\n\n\n\
    @base.task(cache=HELD)\ndef held(x: int) -> int:\n    return x\n\n\n\
    @twin.task\ndef copied(y: str) -> str:\n    return y.strip()\n\n\n\
    @base.task\n@logged\n@passed\ndef logged_one(x: int) -> int:\n    return x * 7\n\n\n\
    @base.task\ndef chosen(x: int) -> int:\n    return x\n";
