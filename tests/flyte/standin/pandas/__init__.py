"""As much of pandas as the SDK asks of a data frame that a task passes on, for set-ups without it: what is written is JSON."""

import json
import os


class DataFrame:
    def __init__(self, data=None):
        self.data = data or {}

    def dropna(self):
        return DataFrame(self.data)

    def to_parquet(self, path, **_):
        with open(path, "w") as out:
            json.dump(self.data, out)


def read_parquet(uri, **_):
    path = os.path.join(uri, "00000") if os.path.isdir(uri) else uri
    with open(path) as source:
        return DataFrame(json.load(source))
