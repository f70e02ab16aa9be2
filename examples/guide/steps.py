"""What the tasks call. No version covers this file: edit `fit` and every cached model of `train_model` stays valid."""

DATASETS = {
    "flats": {"rooms": [1.0, 2.0, 2.0, 3.0, 4.0], "price": [90.0, 160.0, 170.0, 240.0, 330.0]},
    "houses": {"rooms": [3.0, 4.0, 5.0, 6.0], "price": [310.0, 390.0, 480.0, 600.0]},
}


def read_rows(dataset_name: str) -> dict[str, list[float]]:
    return DATASETS[dataset_name]


def scale(values: list[float], unit: float) -> list[float]:
    return [value / unit for value in values]


def fit(xs: list[float], ys: list[float], learning_rate: float, epochs: int) -> tuple[float, float]:
    """Gradient descent for `y = slope * x + intercept`."""
    slope, intercept = 0.0, 0.0
    for _ in range(epochs):
        errors = [slope * x + intercept - y for x, y in zip(xs, ys)]
        slope -= learning_rate * sum(error * x for error, x in zip(errors, xs)) / len(xs)
        intercept -= learning_rate * sum(errors) / len(xs)
    return slope, intercept
