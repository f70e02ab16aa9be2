def imported(x: int) -> int:
    return x
