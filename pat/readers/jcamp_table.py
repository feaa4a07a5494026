"""The numbers of a JCAMP-DX table: fixed, packed, squeezed, difference and duplicate forms."""

import math
import re
from collections.abc import Sequence

import numpy as np

from pat.arrays import FloatArray
from pat.errors import FileFormatError

#: A letter is a sign and a leading digit at once; McDonald and Wilks (1988), table II.
SQUEEZED = {letter: digit for digit, letter in enumerate("@ABCDEFGHI")} | {
    letter: -digit for digit, letter in enumerate("abcdefghi", start=1)
}
DIFFERENCE = {letter: digit for digit, letter in enumerate("%JKLMNOPQR")} | {
    letter: -digit for digit, letter in enumerate("jklmnopqr", start=1)
}
DUPLICATE = {letter: digit for digit, letter in enumerate("STUVWXYZs", start=1)}

PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?|\?")
FIRST_X = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
CODED = re.compile(r"([@A-Ia-i%J-Rj-rS-Zs]|[+-]?(?=\.?\d))(\d*\.?\d*)|(\?)")
#: What only the coded forms hold; E and e may be an exponent too.
ONLY_CODED = re.compile(r"[@A-DF-Za-df-s%]")

Line = tuple[float, list[float]]


def ordinates(lines: Sequence[str], *, n_points: int) -> tuple[list[tuple[float, int]], FloatArray]:
    """Return where each line starts and all ordinates of an `(X++(Y..Y))` table, unscaled.

    Returns
    -------
    starts : list of (x, index)
        The abscissa each line begins with, as printed, and the index of its first ordinate.
    values : ndarray of shape (n_points,)

    Raises
    ------
    FileFormatError
        If a line is no numbers, a difference check fails, or there are not `n_points` values.
    """
    coded = any(map(_is_coded, lines))
    starts: list[tuple[float, int]] = []
    values: list[float] = []
    checked = False
    for line in lines:
        if coded:
            x, found, ends_in_difference = _coded(line, room=n_points + 1)
        else:
            (x, found), ends_in_difference = _plain(line), False
        starts.append((x, len(values) - checked))
        if checked and found and found[0] != values[-1]:
            got = f"a line ends in {values[-1]:g}, the next says {found[0]:g}"
            msg = f"a difference check fails: {got}"
            raise FileFormatError(msg)
        values += found[1:] if checked else found
        checked = ends_in_difference
        if len(values) > n_points:
            break
    if len(values) != n_points:
        got = "more" if len(values) > n_points else f"{len(values)}"
        msg = f"expected ##NPOINTS= {n_points} values; got {got}"
        raise FileFormatError(msg)
    return starts, np.array(values, dtype=np.float64)


def pairs(lines: Sequence[str]) -> FloatArray:
    """Return the pairs of an `(XY..XY)` table, of shape (n, 2), unscaled."""
    cells = [cell for cell in re.split(r"[,;\s]+", "\n".join(lines)) if cell]
    try:
        values = np.array([float(cell) for cell in cells])
    except ValueError as error:
        msg = f"expected pairs of numbers; {error}"
        raise FileFormatError(msg) from error
    if values.size % 2:
        msg = f"expected pairs of numbers; got {values.size} numbers"
        raise FileFormatError(msg)
    return values.reshape(-1, 2)


def _is_coded(line: str) -> bool:
    if ONLY_CODED.search(line):
        return True
    return ("E" in line or "e" in line) and bool(PLAIN.sub("", line).strip())


def _plain(line: str) -> Line:
    try:
        cells = [float(cell) for cell in line.split()]
    except ValueError:
        if PLAIN.sub("", line).strip():
            msg = f"expected a line of numbers; got {line.strip()[:60]!r}"
            raise FileFormatError(msg) from None
        cells = [math.nan if cell == "?" else float(cell) for cell in PLAIN.findall(line)]
    return cells[0], cells[1:]


def _coded(line: str, *, room: int) -> tuple[float, list[float], bool]:
    """Return x, the ordinates, and whether the last of them came from a difference."""
    start = FIRST_X.match(line)
    rest = line[start.end() :] if start else ""
    if start is None or CODED.sub("", rest).strip():
        msg = f"expected a line of coded numbers; got {line.strip()[:60]!r}"
        raise FileFormatError(msg)
    values: list[float] = []
    step: float | None = None
    for letter, digits, missing in CODED.findall(rest):
        if letter in DUPLICATE:
            few = len(digits) < 9 and "." not in digits
            count = int(str(DUPLICATE[letter]) + digits) - 1 if few else room
            if not values or len(values) + count > room:
                msg = f"expected a repeat of a value, at most {room} in all; got {letter}{digits}"
                raise FileFormatError(msg)
            last = values[-1]
            values += [last + (step or 0.0) * (i + 1) for i in range(count)]
        elif letter in DIFFERENCE:
            if not values:
                msg = "expected a value before the first difference; got none"
                raise FileFormatError(msg)
            step = _number(DIFFERENCE[letter], digits)
            values.append(values[-1] + step)
        else:
            step = None
            values.append(math.nan if missing else _value(letter, digits))
    return float(start[0]), values, step is not None


def _value(letter: str, digits: str) -> float:
    if letter in SQUEEZED:
        return _number(SQUEEZED[letter], digits)
    return float(letter + digits)


def _number(leading: int, digits: str) -> float:
    """Return the number whose sign and first digit a letter stood for."""
    return math.copysign(1.0, leading) * float(str(abs(leading)) + digits)
