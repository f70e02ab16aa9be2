"""Pixel helpers."""

BINS = 8


def crops(pixels: list[int], size: int) -> list[list[int]]:
    return [pixels[start : start + size] for start in range(0, len(pixels) - size + 1, size)]


def histogram(pixels: list[int]) -> list[float]:
    counts = [0] * BINS
    for pixel in pixels:
        counts[pixel * BINS // 256] += 1
    return [count / len(pixels) for count in counts]
