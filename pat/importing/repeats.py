"""Values of one sample that come more than once: numbered where it was measured again."""

import pandas as pd

from pat.importing.account import Account
from pat.readers.duplicates import in_words
from pat.readers.findings import rows_in_words

#: What is measured of one sample by one method.
SAMPLE = ["vessel", "time", "elapsed_h", "sample", "analyte", "method"]
#: What one value of a campaign is told apart by.
KEY = [*SAMPLE, "replicate"]


def numbered_repeats(values: pd.DataFrame, *, account: Account) -> pd.DataFrame:
    """Return values told apart by `KEY`, as far as they are not flagged.

    Measurements of one sample at different times are replicates in order of time, also in
    several exports, as they are in one. Where the times do not tell, nobody knows which counts:
    these values are left out, named by file and row.
    """
    placed = values[["time", "elapsed_h", "sample"]].notna().any(axis=1)
    counted = values[placed & values["flag"].isna()]
    twice = counted.duplicated(KEY, keep=False)
    if not twice.any():
        return values
    of_sample = counted.groupby(SAMPLE, dropna=False, sort=False)
    measured = of_sample["measured_at"]
    again = twice.groupby([counted[c] for c in SAMPLE], dropna=False, sort=False).transform("any")
    told = again & (measured.transform("nunique") == measured.transform("size"))
    number = measured.rank(method="first")[told].astype("int64").astype("str")
    replicate = values["replicate"].astype("str").copy()
    replicate[number.index] = number
    if told.any():
        account.note(f"assays: {int(told.sum())} values of samples measured again, numbered as "
                     "replicates")  # fmt: skip
    unclear = counted[twice & ~told]
    for (file, key), rows in _by_place(unclear):
        account.refuse(
            file,
            f"{rows_in_words(rows['source_row'])} give different values of one sample ({key}): "
            "number them in a column replicate, or keep the one that counts",
        )
    return values.assign(replicate=replicate).drop(index=unclear.index)


def _by_place(unclear: pd.DataFrame) -> "list[tuple[tuple[str, str], pd.DataFrame]]":
    columns = ["vessel", "time", "elapsed_h", "sample", "analyte"]
    groups = unclear.groupby(["source_file", *columns], dropna=False, sort=False)
    return [
        ((str(rows["source_file"].iloc[0]), in_words(rows.iloc[0], columns)), rows)
        for _, rows in groups
    ]
