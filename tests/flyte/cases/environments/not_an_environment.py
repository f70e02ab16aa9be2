"""Other things with a `task` decorator are none of ours."""

import flyte


class Celery:
    def task(self, function=None, **options):
        return function or (lambda function: function)


app = Celery()
env = flyte.TaskEnvironment("real", cache="auto")


@app.task
def not_a_task(x: int) -> int:
    return x


@app.task(cache="auto")
def not_a_task_either(x: int) -> int:
    return x


@env.task
def task(x: int) -> int:
    return x
