"""Hypothesis strategies for what the library reads: names, tables, campaigns."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pat.campaign import Analyte, Campaign, CampaignInfo, OnlineTag
from pat.spectra import AxisKind, Spectra

#: Printable text of any script; blanks inside are allowed, a blank name is not.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() != ""
)
#: Names as people give them, the awkward ones among them.
names = st.one_of(
    st.sampled_from(["V01", "1", "01", "NA", "nan", "None", "a,b", 'say "x"', "x;y", "ä µ", "V 1"]),
    texts,
)
#: Names of columns and analytes: no number, no word with a meaning of its own.
column_names = st.text("abcdefgh_ÄµΩ;, ", min_size=2, max_size=10).filter(
    lambda name: name == name.strip() and name != ""
)
units = st.sampled_from(["g/L", "mg/L", "mmol/L", "1e6/mL", "%", "mOsm/kg", "1"])
floats = st.floats(allow_nan=False, allow_infinity=False)
moderate = st.floats(-1e6, 1e6)
#: Instants to the microsecond, as pandas keeps them here.
instants = st.integers(0, 2_000_000_000_000_000).map(
    lambda us: pd.Timestamp(us, unit="us", tz="UTC").as_unit("us")
)


def optional(strategy: st.SearchStrategy) -> st.SearchStrategy:
    """Return a strategy for a value or None."""
    return st.one_of(st.none(), strategy)


intervals = st.tuples(moderate, moderate).filter(lambda pair: pair[0] < pair[1])


@st.composite
def campaign_infos(draw: st.DrawFn, *, with_clock: bool = True) -> CampaignInfo:
    """Return what some campaign.toml says."""
    positive = st.floats(1e-3, 1e6)
    analytes = draw(st.lists(column_names, min_size=1, max_size=3, unique=True))
    tags = draw(st.lists(column_names, max_size=2, unique=True))
    seconds = st.dictionaries(
        st.sampled_from(["spectra", "assays", "online", "events"]), st.integers(-9999, 9999)
    )
    clock = draw(seconds) if with_clock else {}
    return CampaignInfo(
        id=draw(texts.filter(lambda name: not set(name) & set("/:"))),
        description=draw(st.one_of(st.just(""), texts)),
        axis_kind=draw(st.sampled_from(AxisKind)),
        intensity=draw(texts),
        instrument=draw(optional(texts)),
        laser_nm=draw(optional(positive)),
        timezone=draw(optional(st.sampled_from(["UTC", "Europe/Berlin"]))),
        saturation=draw(optional(positive)),
        pair_within_min=draw(st.floats(0, 100)),
        clock_s={name: float(value) for name, value in clock.items()},
        analytes={
            name: Analyte(
                name=name,
                unit=draw(units),
                range=draw(optional(intervals)),
                method=draw(optional(texts)),
                molar_mass=draw(optional(positive)),
                sel=draw(optional(st.floats(0, 10))),
            )
            for name in analytes
        },
        online={
            name: OnlineTag(name=name, unit=draw(units), normal_range=draw(optional(intervals)))
            for name in tags
        },
    )


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Return a small campaign as reading a folder would have made it.

    Its rows have a time, an elapsed_h, both through an inoculation, or a sample alone; some are
    excluded, some assays censored; clocks are off where rows have times.
    """
    scale = draw(st.sampled_from(["time", "inoculated", "elapsed_h", "sample"]))
    info = draw(campaign_infos(with_clock=scale in ("time", "inoculated")))
    vessels = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    starts = {vessel: draw(instants) for vessel in vessels}
    spectra_keys = draw(_keys(vessels, scale=scale, max_size=6))
    assays = draw(_assays(draw(_keys(vessels, scale=scale, max_size=6)), info))
    axis, intensities = draw(_channels(len(spectra_keys)))
    first = starts if scale == "inoculated" else _first_times(spectra_keys, assays)
    online = draw(_keys(vessels, scale="elapsed_h" if scale == "sample" else scale, max_size=4))
    online = online.drop_duplicates(["vessel", "time", "elapsed_h"], ignore_index=True)
    tags = {name: draw(_column(len(online))) for name in info.online}
    keys = _with_elapsed(spectra_keys, first).assign(
        campaign=info.id,
        excluded=draw(_some_text(len(spectra_keys))),
        kind=draw(_texts(len(spectra_keys), st.sampled_from(["culture", "spike", "standard"]))),
        source_file="spectra.parquet",
        exposure_s=draw(_column(len(spectra_keys))),
        operator=draw(_texts(len(spectra_keys), texts.filter(lambda text: not _numeric(text)))),
    )
    return Campaign(
        info=info,
        spectra=Spectra(axis, intensities, keys, info.axis_kind),
        assays=_with_elapsed(assays, first),
        vessels=_vessels(vessels, starts if scale == "inoculated" else {}),
        online=_with_elapsed(online, first).drop(columns=["sample", "scan"]).assign(**tags),
        events=None,
        warnings=(),
        digest="",
    )


@st.composite
def _keys(draw: st.DrawFn, vessels: Sequence[str], *, scale: str, max_size: int) -> pd.DataFrame:
    """Return rows of vessel, time, elapsed_h, sample and scan that are unique together."""
    place = {"elapsed_h": st.floats(-1e4, 1e4), "sample": names}.get(scale, instants)
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(vessels), place, st.sampled_from(["0", "1"])),
            min_size=1, max_size=max_size, unique=True,
        )
    )  # fmt: skip
    frame = pd.DataFrame(rows, columns=["vessel", "place", "scan"])
    nothing = pd.Series([None] * len(rows), dtype="str")
    never = pd.Series([pd.NaT] * len(rows)).dt.tz_localize("UTC").dt.as_unit("us")
    has_time = scale not in ("elapsed_h", "sample")
    return pd.DataFrame(
        {
            "vessel": frame["vessel"].astype("str"),
            "time": pd.Series(pd.DatetimeIndex(frame["place"])) if has_time else never,
            "elapsed_h": frame["place"] if scale == "elapsed_h" else np.nan,
            "sample": frame["place"].astype("str") if scale == "sample" else nothing,
            "scan": frame["scan"].astype("str"),
        }
    )


def _first_times(*frames: pd.DataFrame) -> dict[str, pd.Timestamp]:
    whole = pd.concat(frames)[["vessel", "time"]].dropna()
    return {str(vessel): times.min() for vessel, times in whole.groupby("vessel")["time"]}


def _with_elapsed(frame: pd.DataFrame, first: dict[str, pd.Timestamp]) -> pd.DataFrame:
    """Return rows with the hours since the first time of their vessel."""
    hours = [
        elapsed if pd.isna(time) else (time - first.get(vessel, time)) / pd.Timedelta(hours=1)
        for vessel, time, elapsed in zip(
            frame["vessel"], frame["time"], frame["elapsed_h"], strict=True
        )
    ]
    return frame.assign(elapsed_h=np.array(hours, dtype=np.float64))


@st.composite
def _channels(draw: st.DrawFn, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return an axis and intensities (n, p), NaN and infinite ones among them."""
    axis = draw(st.lists(st.floats(-5e3, 5e3), min_size=2, max_size=5, unique=True))
    ordered = np.sort(np.array(axis) + 0.0)[:: draw(st.sampled_from([1, -1]))]
    counts = st.integers(0, 70_000).map(float)
    elements = draw(st.sampled_from([counts, st.floats(), st.floats(width=32)]))
    return ordered.copy(), draw(npst.arrays(np.float64, (n, ordered.size), elements=elements))


@st.composite
def _assays(draw: st.DrawFn, keys: pd.DataFrame, info: CampaignInfo) -> pd.DataFrame:
    """Return measured cells in long form; each cell of a row and analyte at most once."""
    parts = []
    for name, analyte in info.analytes.items():
        measured = keys.assign(analyte=name, method=analyte.method, replicate=keys["scan"])
        parts.append(measured[[draw(st.booleans()) for _ in range(len(keys))]])
    frame = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    n = len(frame)
    sign = draw(st.lists(st.sampled_from([None, "<", ">"]), min_size=n, max_size=n))
    value = np.array(draw(st.lists(floats, min_size=n, max_size=n)), dtype=np.float64)
    censored = np.array([s is not None for s in sign], dtype=bool)
    frame = frame.assign(
        value=np.where(censored, np.nan, value),
        censored=pd.Series(sign, dtype="str"),
        limit=np.where(censored, value, np.nan),
        method=frame["method"].astype("str"),
        analyte=frame["analyte"].astype("str"),
        excluded=draw(_some_text(n)),
        row=np.arange(n, dtype=np.int64),
    )
    order = ["vessel", "time", "elapsed_h", "sample", "analyte", "value", "censored", "limit",
             "method", "replicate", "excluded", "row"]  # fmt: skip
    return frame[order]


def _vessels(vessels: Sequence[str], starts: dict[str, pd.Timestamp]) -> pd.DataFrame:
    never = pd.Series([pd.NaT] * len(vessels)).dt.tz_localize("UTC").dt.as_unit("us")
    given = pd.Series(pd.DatetimeIndex([starts[v] for v in vessels])) if starts else never
    return pd.DataFrame(
        {
            "vessel": pd.Series(vessels, dtype="str"),
            "inoculated": given,
            "group": pd.Series([vessels[0]] * len(vessels), dtype="str"),
            "feed_rate": np.linspace(0.5, 1.5, len(vessels)),
        }
    )


def _texts(n: int, strategy: st.SearchStrategy[str]) -> st.SearchStrategy[pd.Series]:
    return st.lists(strategy, min_size=n, max_size=n).map(lambda x: pd.Series(x, dtype="str"))


def _some_text(n: int) -> st.SearchStrategy[pd.Series]:
    return st.lists(optional(texts), min_size=n, max_size=n).map(
        lambda x: pd.Series(x, dtype="str")
    )


def _column(n: int) -> st.SearchStrategy[np.ndarray]:
    return npst.arrays(np.float64, n, elements=floats)


def _numeric(text: str) -> bool:
    return any(sign.isdigit() for sign in text)
