"""Measures. A fix in here is a fix that cached scores don't get."""

from math import log2


def dcg(gains: list[int]) -> float:
    return sum((2**gain - 1) / log2(rank + 2) for rank, gain in enumerate(gains))


def ndcg(gains: list[int]) -> float:
    best = dcg(sorted(gains, reverse=True))
    return dcg(gains) / best if best else 0.0
