"""Counts with their noun, in words: one culture, two cultures."""


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count and its noun; `plural` where it is not the noun with an s."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
