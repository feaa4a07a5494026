"""What the title of a column means: a key of ours, or a quantity and its unit."""

import re

from pat.readers.units import is_unit

#: How people call the columns that we know; compared without case, signs and blanks.
SPELLINGS = {
    "vessel": ("vessel", "vessel id", "vessel name", "vessel number", "reactor", "reactor id",
               "bioreactor", "bioreactor id", "reaktor", "bioreaktor", "behälter", "fermenter"),
    "time": ("time", "timestamp", "time stamp", "datetime", "date time", "date & time",
             "date and time", "zeitstempel", "datum uhrzeit", "zeit"),
    "date": ("date", "datum"),
    "clock": ("time of day", "uhrzeit"),
    "elapsed_h": ("elapsed_h", "elapsed h", "age h", "culture age h", "elapsed time h",
                  "kulturalter h"),
    "sample": ("sample", "sample id", "sample name", "proben id", "probennummer"),
    "source_sample": ("source_sample", "source sample"),
    "kind": ("kind", "event", "event type", "ereignis"),
    "amount": ("amount", "quantity", "menge"),
    "unit": ("unit", "units", "einheit"),
    "value": ("value", "result", "wert"),
    "tag": ("tag", "tag name", "tagname"),
    "analyte": ("analyte", "analyt"),
    "quality": ("quality", "status", "quality code"),
    "inoculated": ("inoculated", "inoculation", "inoculation time"),
    "group": ("group",),
    "file": ("file", "file name", "filename", "datei"),
    "method": ("method",),
    "replicate": ("replicate",),
    "channel": ("channel",),
    "scan": ("scan",),
}  # fmt: skip

_BRACKETS = re.compile(r"(?P<name>.*\S)\s*[\[(](?P<unit>[^\[\]()]*)[\])]\s*")


def key_of(title: str) -> str | None:
    """Return the column of ours that a title means, or None.

    >>> key_of("Date & Time"), key_of("Age [h]"), key_of("pH")
    ('time', 'elapsed_h', None)
    """
    return _KEYS.get(_plain(title))


def quantity(title: str) -> tuple[str, str | None]:
    """Return a title without its unit in brackets, and the unit where it is one.

    >>> quantity("Glucose [g/L]"), quantity("pH"), quantity("Feed (A)")
    (('Glucose', 'g/L'), ('pH', None), ('Feed (A)', None))
    """
    match = _BRACKETS.fullmatch(title)
    if match is None or not is_unit(match["unit"].strip()):
        return title.strip(), None
    return match["name"].strip(), match["unit"].strip()


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title.casefold()).strip()


_KEYS = {_plain(spelling): key for key, spellings in SPELLINGS.items() for spelling in spellings}
