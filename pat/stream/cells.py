"""Cells of tables, one at a time."""


def is_missing(cell: object) -> bool:
    """Return whether a cell holds nothing: None, NaN or NaT, which alone differ from themselves.

    >>> is_missing(None), is_missing(float("nan")), is_missing("")
    (True, True, False)
    """
    return cell is None or bool(cell != cell)
