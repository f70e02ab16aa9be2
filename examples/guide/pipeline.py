"""The complete pipeline of the Flyte 2 guide's caching chapter: one environment that caches, and each way to differ from it.

Run it twice and the second run is one cache hit: `ml_pipeline` inherits "auto" as well, so on a hit nothing inside of it
runs, the never-cached `generate_report` included. That is what the SDK does; the guide's text promises fresh reports.
"""

import flyte
from flyte import Cache

from steps import fit, read_rows, scale

env = flyte.TaskEnvironment(name="ml_pipeline", cache=Cache(behavior="auto"))


@env.task  # auto, from the environment: an edit of this function is another version
async def load_dataset(dataset_name: str) -> dict[str, list[float]]:
    return read_rows(dataset_name)


@env.task(cache=Cache(behavior="override", version_override="v2.1"))  # an edit changes nothing until "v2.1" is bumped
async def preprocess_data(raw_data: dict[str, list[float]], config: dict[str, float]) -> dict[str, list[float]]:
    return {column: scale(values, config.get(column, 1.0)) for column, values in raw_data.items()}


@env.task(cache=Cache(behavior="auto", serialize=True, ignored_inputs=("experiment_name",)))
async def train_model(data: dict[str, list[float]], hyperparams: dict[str, float], experiment_name: str) -> str:
    """One cluster run at a time trains for given data and hyperparameters; the experiment's name is no part of the key."""
    weights = fit(data["rooms"], data["price"], hyperparams["learning_rate"], int(hyperparams["epochs"]))
    # Stored under the name of whoever came first: later experiments are served this very string.
    return f"{experiment_name}:slope={weights[0]:.6f},intercept={weights[1]:.6f}"


@env.task(cache=Cache(behavior="disable"))  # runs whenever it is called; a cached caller does not call it
async def generate_report(model: str, reported_on: str) -> str:
    return f"{reported_on}\n{model}"


@env.task  # auto as well: a hit here hides every task below
async def ml_pipeline(dataset_name: str, config: dict[str, float], hyperparams: dict[str, float]) -> str:
    raw_data = await load_dataset(dataset_name)
    data = await preprocess_data(raw_data, config)
    model = await train_model(data, hyperparams, "exp_001")
    return await generate_report(model, "2025-01-15")


if __name__ == "__main__":
    flyte.init_from_config()
    run = flyte.run(
        ml_pipeline,
        dataset_name="flats",
        config={"price": 100.0},
        hyperparams={"learning_rate": 0.05, "epochs": 200.0},
    )
    print(run.url)
