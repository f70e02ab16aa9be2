"""The GitHub Action on pull requests, pushes and queues, with its own steps on a runner of ours and GitHub's API on this machine.

    python action.py TASKLENS WHEELS SCENARIO     runs one; TASKLENS is the program, WHEELS the folder to install it from
    python action.py --list                       the names of all
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from api import Api
from runner import Ran, Runner

PIPE = '''import flyte

env = flyte.TaskEnvironment(name="ml", cache="auto")


@env.task
def train(x: int) -> int:
    """Trains."""
    return x + 1


@env.task(cache=flyte.Cache("auto", version_override="1.0"))
def report(x: int) -> int:
    return x
'''
TRAINED_ANEW = PIPE.replace("x + 1", "x + 2")
REPORTED_ANEW = PIPE.replace("return x\n", "return x * 3\n")
CLASH = 'import flyte\n\nenv = flyte.TaskEnvironment(name="e")\n\n\n@env.task(cache=flyte.Cache("Auto"))\ndef f(x: int) -> int:\n    return x\n'


class World:
    """A repository on a server, the API beside it, and a runner that checks out."""

    def __init__(self, folder: Path, program: Path, wheels: Path) -> None:
        self.folder, self.program, self.wheels = folder, program, wheels
        self.origin = folder / "origin"
        self.origin.mkdir()
        self.git("init", "-q", "-b", "main")
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.write({".python-version": "3.12\n", "pipe.py": PIPE, "lib.py": "def helper():\n    return 1\n"})
        self.base = self.commit("base")
        self.api = Api()
        self.runner: Runner | None = None

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(["git", *settings, *arguments], cwd=cwd or self.origin, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"git {arguments}: {done.stderr}"
        return done.stdout.strip()

    def write(self, files: dict[str, str | None]) -> None:
        for name, text in files.items():
            path = self.origin / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8") if text is not None else path.unlink()

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def request(self, files: dict[str, str | None], main_moves: bool = False) -> dict:
        """A pull request with these files, as the event tells of it; the server makes the merge commit."""
        self.git("checkout", "-q", "-B", "topic", self.base)
        self.write(files)
        head = self.commit("change")
        self.git("checkout", "-q", "main")
        if main_moves:
            self.write({"lib.py": "def helper():\n    return 2\n"})
            self.commit("main goes on")
        target = self.git("rev-parse", "main")
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", "Merge", "topic")
        self.git("update-ref", "refs/pull/7/merge", "HEAD")
        self.git("checkout", "-q", "main")
        return {"pull_request": {"number": 7, "base": {"sha": target}, "head": {"sha": head}}}

    def checkout(self, ref: str = "refs/pull/7/merge", depth: int | None = 1) -> Runner:
        """As actions/checkout does it: one fetch into an empty repository."""
        count = sum(1 for one in self.folder.iterdir() if one.name.startswith("machine"))
        machine = self.folder / f"machine{count}"
        workspace = machine / "work"
        workspace.mkdir(parents=True)
        self.git("init", "-q", cwd=workspace)
        self.git("remote", "add", "origin", self.origin.as_uri(), cwd=workspace)
        deep = [f"--depth={depth}"] if depth else []
        self.git("fetch", "-q", "--no-tags", *deep, "origin", f"+{ref}:refs/remotes/checked/out", cwd=workspace)
        self.git("checkout", "-q", "--force", "refs/remotes/checked/out", cwd=workspace)
        self.runner = Runner(machine, workspace, self.api.url, self.program)
        return self.runner

    def review(self, files: dict[str, str | None], inputs: dict[str, str] | None = None) -> Ran:
        """A pull request with these files, from its event to the verdict."""
        event = self.request(files)
        return self.checkout().run("pull_request", event, inputs)


def is_told(ran: Ran, level: str, text: str) -> None:
    assert any(text in message for message in ran.messages(level)), f"no {level} says {text!r}:\n{ran.log}"


# --- scenarios --------------------------------------------------------------------------------------------------------


def installed_from_wheels_and_run(world: World) -> None:
    """With pip, as everywhere; and a checkout that brings modules of pip's, Python's and git's own names starts none of them."""
    trap = f"open({str(world.folder / 'sprung')!r}, 'w')\n"
    modules = ["venv.py", "pip.py", "json.py", "subprocess.py", "sitecustomize.py", "workflow.py", "report.py", "ensurepip/__init__.py"]
    event = world.request({"pipe.py": TRAINED_ANEW, **dict.fromkeys(modules, trap), "pip.conf": "[global]\nindex-url = http://127.0.0.1:9/\n"})
    runner = world.checkout()
    runner.program = None
    runner.environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(world.wheels), "PYTHONPATH": str(runner.workspace)}
    ran = runner.run("pull_request", event)
    assert ran.failed is None, ran.log
    assert not (world.folder / "sprung").exists(), "something of the pull request was run"
    assert "1 invalidated" in world.api.state.comments[0]["body"]
    program = Path(ran.steps["install"]["program"])
    assert program.is_file() and runner.workspace not in program.parents, program


def a_release_that_there_is_not_is_told(world: World) -> None:
    event = world.request({})
    runner = world.checkout()
    runner.program = None
    runner.environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(world.wheels)}
    ran = runner.run("pull_request", event, {"version": "v9.9.9"})
    assert ran.failed == "Install Tasklens"
    is_told(ran, "error", "tasklens==9.9.9 can't be installed")
    ran = runner.run("pull_request", event, {"version": "--index-url=http://evil"})
    is_told(ran, "error", "is none, as 0.1.0 is")


def one_comment_is_kept_up_to_date(world: World) -> None:
    state = world.api.state
    ran = world.review({"pipe.py": TRAINED_ANEW})
    assert ran.failed is None, ran.log
    [comment] = state.comments
    assert "1 invalidated" in comment["body"] and "`ml.train`" in comment["body"], comment
    assert comment["body"].strip() == Path(ran.outputs["markdown"]).read_text(encoding="utf-8").strip()
    assert comment["body"].strip() in ran.summary and f"<sub>{world.base[:10]} → the working tree" in ran.summary, ran.summary
    assert (ran.outputs["changed"], ran.outputs["invalidated"], ran.outputs["stale"], ran.outputs["base"]) == ("1", "1", "0", world.base)
    [(_, at, message)] = [one for one in ran.annotations if one[0] == "notice"]
    assert (at["file"], at["line"], at["title"]) == ("pipe.py", "6", "tasklens (invalidated)") and "body changed" in message, (at, message)
    assert state.tokens == {"Bearer job-token"}

    written = len(state.writes())
    world.review({"pipe.py": TRAINED_ANEW})
    assert len(state.writes()) == written, "the same text is not written again"
    world.review({"pipe.py": REPORTED_ANEW})
    assert len(state.comments) == 1 and "**stale**" in comment["body"] and "invalidated" not in comment["body"], comment
    world.review({"README.md": "All taken back.\n"})
    assert len(state.comments) == 1 and "nothing changes" in comment["body"], comment


def silence_where_nothing_changes(world: World) -> None:
    ran = world.review({"README.md": "Words.\n"})
    assert ran.failed is None and not ran.messages("notice") and not world.api.state.writes(), ran.log
    assert ran.outputs["changed"] == "0" and "nothing changes" in ran.summary


def only_the_request_counts_when_main_went_on(world: World) -> None:
    """The merge commit's first parent is the base, not where the request started, nor what the event says."""
    event = world.request({"pipe.py": TRAINED_ANEW}, main_moves=True)
    event["pull_request"]["base"]["sha"] = world.base
    ran = world.checkout().run("pull_request", event)
    assert ran.failed is None and ran.outputs["base"] == world.git("rev-parse", "main") != world.base, ran.log


def a_forks_token_degrades_to_the_summary(world: World) -> None:
    world.api.state.can_write = world.api.state.can_scan = False
    ran = world.review({"pipe.py": TRAINED_ANEW}, {"sarif": "true"})
    assert ran.failed is None, ran.log
    is_told(ran, "notice", "the token may not comment here")
    is_told(ran, "notice", "findings were not uploaded")
    assert "1 invalidated" in ran.summary and not world.api.state.comments


def what_another_user_wrote_is_not_edited(world: World) -> None:
    state = world.api.state
    forged = {"id": 1, "user": {"login": "mallory", "type": "User"}, "body": "<!-- tasklens:diff -->\nmine"}
    state.comments.append(forged)
    world.review({"pipe.py": TRAINED_ANEW})
    assert forged["body"].endswith("mine") and len(state.comments) == 2
    # With a token of a user's own, that user's comment is the one.
    state.comments[:] = [forged]
    state.user = {"login": "robot", "type": "User"}
    for change in (TRAINED_ANEW, REPORTED_ANEW):
        world.review({"pipe.py": change})
    assert forged["body"].endswith("mine") and len(state.comments) == 2 and "stale" in state.comments[1]["body"], state.comments


def a_comment_on_a_later_page_is_found(world: World) -> None:
    state = world.api.state
    state.comments += [{"id": number, "user": {"login": "a", "type": "User"}, "body": None if number % 2 else "hello"} for number in range(250)]
    world.review({"pipe.py": TRAINED_ANEW})
    world.review({"pipe.py": REPORTED_ANEW})
    assert len(state.comments) == 251 and "stale" in state.comments[-1]["body"]


def several_uses_have_a_comment_each(world: World) -> None:
    world.write({"a/x.py": PIPE, "b/y.py": PIPE.replace('"ml"', '"other"')})
    world.base = world.commit("folders")
    event = world.request({"a/x.py": TRAINED_ANEW, "b/y.py": TRAINED_ANEW.replace('"ml"', '"other"')})
    for _ in range(2):
        for name in ("a", "b"):
            ran = world.checkout().run("pull_request", event, {"comment-id": name, "paths": f"{name}\n"})
            assert ran.failed is None and ran.outputs["changed"] == "1", ran.log
    first, second = (comment["body"] for comment in world.api.state.comments)
    assert "ml.train" in first and "other.train" in second and "other.train" not in first, (first, second)
    ran = world.checkout().run("pull_request", event, {"comment-id": "--> <img>"})
    is_told(ran, "error", "comment-id")


def a_long_comment_is_cut_where_github_would_refuse_it(world: World) -> None:
    tasks = "".join(f"\n\n@env.task\ndef {'t' * 400}{number}(x: int) -> int:\n    return x\n" for number in range(140))
    ran = world.review({"many.py": PIPE.partition("\n\n\n@")[0].replace('"ml"', '"many"') + "\n" + tasks})
    assert ran.failed is None, ran.log
    body = world.api.state.comments[0]["body"]
    assert 40_000 < len(body.encode()) < 65_000 and body.count("<details>") == body.count("</details>")
    assert "has no room here" in body and "has no room here" not in ran.summary


def what_is_refused_fails_after_the_comment(world: World) -> None:
    ran = world.review({"pipe.py": REPORTED_ANEW}, {"fail-on": "stale, unknown"})
    assert ran.failed == "Verdict" and len(world.api.state.comments) == 1, ran.log
    is_told(ran, "error", "fail-on")
    is_told(ran, "warning", "report")
    ran = world.review({"pipe.py": TRAINED_ANEW}, {"fail-on": "stale,unknown"})
    assert ran.failed is None, ran.log
    broken = {"pipe.py": PIPE.replace("return x\n", "return (\n")}
    ran = world.review(broken)
    assert ran.failed is None and any(at.get("file") == "pipe.py" for _, at, _ in ran.annotations), ran.log
    ran = world.review(broken, {"fail-on": "stale"})
    assert ran.failed == "Verdict", ran.log
    ran = world.review({"pipe.py": TRAINED_ANEW}, {"fail-on": "stele"})
    assert ran.failed == "Compare"
    is_told(ran, "error", "stele")


def mistakes_are_annotations_and_fail(world: World) -> None:
    ran = world.review({"clash.py": CLASH}, {"fail-on": "stale,check"})
    assert ran.failed == "Verdict", ran.log
    is_told(ran, "error", "tasklens check")
    assert any(at.get("file") == "clash.py" and at.get("line") == "6" for _, at, _ in ran.annotations), ran.annotations
    assert "to look at" in ran.summary
    ran = world.review({"clash.py": CLASH})
    assert ran.failed is None and ran.annotations, ran.log
    ran = world.review({"clash.py": CLASH}, {"check": "false", "fail-on": "check"})
    assert ran.failed is None and not any("clash.py" in at.values() for _, at, _ in ran.annotations if "unknown" in str(at)), ran.log
    ran = world.review({"clash.py": CLASH}, {"check": "maybe"})
    is_told(ran, "error", "neither true nor false")


def a_lock_file_is_held_against_the_code(world: World) -> None:
    """By itself where there is one, wherever it is."""
    subprocess.run([world.program, "lock"], cwd=world.origin, check=True, capture_output=True)
    world.base = world.commit("lock")
    ran = world.review({"pipe.py": TRAINED_ANEW})
    assert ran.failed == "Verdict" and "ml.train" in ran.summary.partition("lock --check")[2], ran.log
    is_told(ran, "error", "tasklens.lock")
    ran = world.review({"pipe.py": TRAINED_ANEW}, {"lock": "false"})
    assert ran.failed is None, ran.log
    ran = world.review({"README.md": "Words.\n"})
    assert ran.failed is None and "lock --check" not in ran.summary, ran.log
    ran = world.review({"tasklens.lock": None}, {"lock": "true"})
    assert ran.failed == "Compare", ran.log
    is_told(ran, "error", "write it with `tasklens lock`")


def findings_are_uploaded(world: World) -> None:
    ran = world.review({"clash.py": CLASH}, {"sarif": "true"})
    assert ran.failed is None, ran.log
    [upload] = world.api.state.uploads
    assert (upload["ref"], upload["commit_sha"]) == ("refs/pull/7/merge", world.git("rev-parse", "refs/pull/7/merge"))
    log = json.loads(gzip.decompress(base64.b64decode(upload["sarif"])))
    locations = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in log["runs"][0]["results"]]
    assert log["version"] == "2.1.0" and set(locations) == {"clash.py", "pipe.py"}, locations
    ran = world.review({"README.md": "x\n"}, {"sarif": "true", "check": "false"})
    assert ran.failed is None
    is_told(ran, "notice", "`sarif` needs `check`")


def a_service_that_stumbles_is_asked_again(world: World) -> None:
    world.api.state.stumbles = 2
    ran = world.review({"pipe.py": TRAINED_ANEW})
    assert ran.failed is None and len(world.api.state.comments) == 1, ran.log
    world.api.state.stumbles = 1000
    ran = world.review({"pipe.py": REPORTED_ANEW})
    assert ran.failed is None, ran.log
    is_told(ran, "warning", "the comment was not written (502: Bad Gateway)")
    assert "stale" in ran.summary


def the_token_goes_to_no_other_host(world: World) -> None:
    other = Api()
    world.api.state.redirect = f"{other.url}/stolen"
    ran = world.review({"pipe.py": TRAINED_ANEW}, {"sarif": "true"})
    assert ran.failed is None and not other.state.requests, other.state.requests
    other.close()


def a_push_is_compared_with_what_was_before(world: World) -> None:
    world.write({"pipe.py": TRAINED_ANEW})
    world.commit("change")
    runner = world.checkout("refs/heads/main")
    ran = runner.run("push", {"before": world.base})
    assert ran.failed is None and ran.outputs["invalidated"] == "1" and not world.api.state.requests, ran.log
    for gone in ("0" * 40, "1" * 40):
        ran = runner.run("push", {"before": gone})
        assert ran.failed is None and ran.outputs["base"] == "", ran.log


def a_merge_queue_is_compared_with_its_base(world: World) -> None:
    event = world.request({"pipe.py": TRAINED_ANEW})
    ran = world.checkout().run("merge_group", {"merge_group": {"base_sha": event["pull_request"]["base"]["sha"]}})
    assert ran.failed is None and ran.outputs["invalidated"] == "1" and not world.api.state.requests, ran.log


def a_schedule_has_the_programs_own_baseline(world: World) -> None:
    ran = world.checkout("refs/heads/main", depth=None).run("schedule", {}, {"base": ""})
    assert ran.failed is None and ran.outputs["base"] == "", ran.log


def the_requests_own_commit_needs_its_history(world: World) -> None:
    event = world.request({"pipe.py": TRAINED_ANEW}, main_moves=True)
    ran = world.checkout("refs/heads/topic", depth=None).run("pull_request", event)
    assert ran.failed is None and ran.outputs["base"] == world.base and ran.outputs["changed"] == "1", ran.log
    ran = world.checkout("refs/heads/topic").run("pull_request", event)
    assert ran.failed == "Compare"
    is_told(ran, "error", "fetch-depth: 0")


def a_base_that_is_given_wins(world: World) -> None:
    event = world.request({"pipe.py": TRAINED_ANEW})
    ran = world.checkout(depth=None).run("pull_request", event, {"base": "HEAD"})
    assert ran.failed is None and ran.outputs["changed"] == "0", ran.log
    for wrong, says in (("no-such-branch", "no-such-branch"), ("--output=x", "is no revision")):
        ran = world.checkout().run("pull_request", event, {"base": wrong})
        assert ran.failed == "Compare", ran.log
        is_told(ran, "error", says)


def pull_request_target_is_refused(world: World) -> None:
    event = world.request({"pipe.py": TRAINED_ANEW})
    for inputs in ({}, {"base": "HEAD"}):
        ran = world.checkout().run("pull_request_target", event, inputs)
        assert ran.failed == "Compare" and not world.api.state.requests, ran.log
        is_told(ran, "error", "pull_request_target")


def no_input_reaches_a_shell(world: World) -> None:
    sprung = world.folder / "sprung"
    evil = f"\"; touch {sprung}; $(touch {sprung}) `touch {sprung}` ' \n touch {sprung} #"
    event = world.request({"pipe.py": TRAINED_ANEW})
    names = ["base", "fail-on", "check", "lock", "comment", "comment-id", "sarif", "paths", "directory", "python", "token"]
    for name in names:
        ran = world.checkout().run("pull_request", event, {name: evil})
        assert not sprung.exists(), name
        assert ran.failed or name in ("comment", "sarif", "token"), f"{name}: {ran.log}"


def nothing_of_a_request_becomes_a_command(world: World) -> None:
    """Names with line ends, Markdown and mentions; and a configuration of git's in the tree."""
    sprung = world.folder / "sprung"
    name = "a\n::error title=forged::pwned\n![x](http:x) @mallory <img src=x>.py"
    hostile = TRAINED_ANEW.replace('"ml"', '"ml`@mallory <b> | ::error::x"')
    ran = world.review(
        {
            name: hostile,
            "broken\n::error::pwned.py": "import flyte\nenv = flyte.TaskEnvironment(\n",
            ".gitattributes": "*.py filter=evil diff=evil\n",
            ".gitmodules": f'[submodule "x"]\n\tpath = x\n\turl = file://{world.folder}/evil\n\tupdate = !touch {sprung}\n',
            "tasklens.toml": "exclude = [\n",
        }
    )
    assert not sprung.exists()
    assert not any("pwned" in message and at.get("title") in (None, "forged") for _, at, message in ran.annotations), ran.annotations
    body = world.api.state.comments[0]["body"]
    # Between backquotes nothing is a mention or a tag; outside of them it is written as its characters.
    outside = "".join(body.split("``")[::2]) if "``" in body else body
    assert "<img" not in outside and "<b>" not in outside.replace("<br>", "") and "@mallory" not in outside, body


def a_checkout_of_another_user_is_trusted_for_the_step(world: World) -> None:
    """As in a container job, where git would refuse to read the repository."""
    event = world.request({"pipe.py": TRAINED_ANEW})
    # In full: the variable would keep the server's side of a fetch from its own repository too.
    runner = world.checkout(depth=None)
    runner.environment = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    ran = runner.run("pull_request", event)
    assert ran.failed is None and ran.outputs["invalidated"] == "1", ran.log


SCENARIOS = {name: one for name, one in list(globals().items()) if callable(one) and getattr(one, "__annotations__", {}).get("world") == "World"}


def main() -> int:
    if sys.argv[1:] == ["--list"]:
        print("\n".join(SCENARIOS))
        return 0
    program, wheels, name = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder).resolve(), Path(program), Path(wheels))
        try:
            SCENARIOS[name](world)
        finally:
            world.api.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
