"""An environment per role, made by a function, and one chosen by a condition."""

import os

import flyte as fl

IMAGE = fl.Image.from_debian_base(python_version=(3, 11)).with_pip_packages("openai")


def make_env(role: str, cached: bool) -> fl.TaskEnvironment:
    return fl.TaskEnvironment(name=f"evals_{role}", image=IMAGE, cache="auto" if cached else "disable")


# Made by a call with plain values: name and cache can be read off the source all the same.
answering = make_env("answering", cached=True)

# Written out: known from the source.
judging = fl.TaskEnvironment(name="evals_judging", image=IMAGE, cache=fl.Cache("auto", salt="rubric-2"))

if os.environ.get("EVALS_CACHE") == "off":
    driving = fl.TaskEnvironment("evals", depends_on=[answering, judging])
else:
    driving = fl.TaskEnvironment("evals", depends_on=[answering, judging], cache="auto")
