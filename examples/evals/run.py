"""Evaluations of a language model: traced calls, a decorator below the task's, a sandboxed orchestrator, a remote task.

Where the environment comes from a function, what it is called with tells its name and cache; where a condition decides, each
branch is listed. To run it: `pip install 'flyte[sandbox]'`.
"""

import asyncio
import functools
import time

import flyte
import flyte.remote
from envs import answering, driving, judging
from models import Case, Grade, Judgement

# Deployed by another team: its version is on the cluster.
tokens = flyte.remote.Task.get("billing.count_tokens", auto_version="latest")


def timed(function):
    """Uses `functools.wraps`, so that Flyte hashes the task below it and not `wrapper`."""

    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        started = time.perf_counter()
        try:
            return await function(*args, **kwargs)
        finally:
            print(f"{function.__name__}: {time.perf_counter() - started:.3f} s")

    return wrapper


@flyte.trace
async def complete(prompt: str, temperature: float) -> str:
    """A trace is a checkpoint within a task, not a task: it has no cache spec."""
    await asyncio.sleep(0)
    return prompt.split()[-1].strip("?!.").lower() if temperature < 1.0 else "?"


@answering.task
@timed
async def answer(case: Case, temperature: float = 0.0) -> str:
    return await complete(case.prompt, temperature)


@judging.task
async def judge(case: Case, given: str) -> Judgement:
    """Salted by the environment with the rubric's version: a new rubric asks every judge again."""
    grade = Grade.PASS if given == case.expected.lower() else Grade.FAIL
    return Judgement(case=case, answer=given, grade=grade)


# A sandboxed orchestrator takes the environment's cache like any task.
@judging.sandbox.orchestrator
def share(passed: int, total: int) -> float:
    return passed / total if total else 0.0


@driving.task
# tasklens: not made
async def suite(cases: list[Case], temperature: float = 0.0) -> list[Judgement]:
    answers = await asyncio.gather(*(answer(case, temperature) for case in cases))
    return list(await asyncio.gather(*(judge(case, given) for case, given in zip(cases, answers))))


@driving.task(cache="disable")
# tasklens: not made
async def main() -> float:
    cases = [Case(prompt="The opposite of cold is hot", expected="hot"), Case(prompt="2 + 2 is 5", expected="4")]
    judgements = await suite(cases)
    return await share.aio(sum(judgement.grade is Grade.PASS for judgement in judgements), len(judgements))


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(main).url)
