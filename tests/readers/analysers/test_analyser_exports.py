"""Every analyser export gives the values of its Allotrope JSON, or the right reason why not.

The JSON was made from the same file by the program allotropy, an independent reading.
"""

import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from pat.errors import FileFormatError
from pat.readers.analysers import read_assay_export
from pat.readers.units import convert

FLEX2, BLU, XR = "Nova BioProfile FLEX2", "Beckman Vi-CELL BLU", "Beckman Vi-CELL XR"
CEDEX, NC_VIEW = "Roche Cedex HiRes", "ChemoMetec NC-View"
XR_04 = "beckman_vi_cell_xr/v2.04/Beckman_Vi-Cell-XR_"
XR_06 = "beckman_vi_cell_xr/v2.06/Beckman_Vi-Cell-XR_"
#: File, form, samples measured, values of them.
READ = [
    ("beckman_vi_cell_blu/Beckman_Vi-Cell-BLU_different_mu_character.csv", BLU, 1, 9),
    ("beckman_vi_cell_blu/Beckman_Vi-Cell-BLU_example01.csv", BLU, 10, 88),
    ("beckman_vi_cell_blu/Beckman_Vi-Cell-BLU_example01_utf16.csv", BLU, 10, 90),
    ("beckman_vi_cell_blu/Beckman_Vi-Cell-BLU_example02.csv", BLU, 5, 45),
    (XR_04 + "example03_instrumentOutput.xls", XR, 34, 238),
    (XR_04 + "report_format.xlsx", XR, 1, 7),
    (XR_06 + "example01_instrumentOutput.xlsx", XR, 187, 1309),
    (XR_06 + "example04_instrumentOutput.xlsx", XR, 16, 112),
    (XR_06 + "example05_instrumentOutput.xlsx", XR, 4, 28),
    (XR_06 + "example06_instrumentOutput.xlsx", XR, 3, 21),
    (XR_06 + "example07_instrumentOutput.txt", XR, 1, 8),
    (XR_06 + "example08_instrumentOutput.txt", XR, 1, 8),
    (XR_06 + "hiddenRow.xlsx", XR, 24, 168),
    (XR_06 + "no_total_cells.xlsx", XR, 24, 144),
    ("beckman_vi_cell_xr/v2.06/style_fill_incorrect.xlsx", XR, 1, 7),
    ("chemometec_nc_view/chememotec_nc_view_example.csv", NC_VIEW, 32, 224),
    ("novabio_flex2/SampleResults2022-06-28_142558.csv", FLEX2, 1, 15),
    ("novabio_flex2/SampleResultsDEVICE1232021-02-18_104838.csv", FLEX2, 6, 101),
    ("novabio_flex2/SampleResultsT123456789C2020-01-01_162647.csv", FLEX2, 1, 19),
    ("roche_cedex_hires/roche_cedex_hires_example_1.csv", CEDEX, 8, 120),
    ("roche_cedex_hires/roche_cedex_hires_example_2.xlsx", CEDEX, 8, 120),
    ("roche_cedex_hires/roche_cedex_hires_example_3.csv", CEDEX, 9, 135),
    ("roche_cedex_hires/roche_cedex_hires_example_4.xlsx", CEDEX, 97, 1455),
]  # fmt: skip
REFUSED = [
    (XR_04 + "example02_instrumentOutput_error.xls", "'Viability (%)'"),
    (XR_06 + "example01_instrumentOutput_invalid_date_header_error.xlsx", "'Sample date/time'"),
    ("novabio_flex2/exclude/missing_date_time.csv", "'Date & Time'"),
]
#: Units that allotropy leaves out of areas, and of a deviation that Cedex states per mL.
UNSTATED = {"average_area", "average_segment_area", "standard_deviation"}
#: "10.00%" in a column of densities: allotropy makes it 10e6 cells/mL, of 0.18e6 in all.
MISREAD = ("SAMPLE 0002", "viable_cell_density")


@cache
def factor(unit, unit_to):
    return convert(1.0, unit, unit_to)


def named(words):
    return re.sub(r" \(.*", "", words).replace(" ", "_")


def json_values(node, sample, found):
    """Fill `found` with {(sample, quantity): [(value, unit)]} of an Allotrope document."""
    if isinstance(node, list):
        for item in node:
            json_values(item, sample, found)
    elif isinstance(node, dict):
        sample = node.get("sample document", {}).get("sample identifier", sample)
        for key, item in node.items():
            if key in ("data processing document", "device control aggregate document"):
                continue
            if isinstance(item, dict) and set(item) == {"value", "unit"}:
                name = node.get("analyte name", named(key))
                found[sample, name].append((item["value"], item["unit"]))
            else:
                json_values(item, sample, found)
    return found


def values_of(export):
    """Return {(sample, quantity): [(value, unit)]} of an export, in the order of the file."""
    found = defaultdict(list)
    for row in export.values.dropna(subset="value").itertuples():
        found[row.source_sample, row.analyte].append((row.value, row.unit))
    return found


@pytest.mark.parametrize("name, form, n_samples, n_values", READ)
def test_an_export_has_the_values_of_its_allotrope_json(
    shared_data, name, form, n_samples, n_values
):
    path = shared_data / "analyser-exports" / name
    document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    expected = json_values(document, None, defaultdict(list))

    export = read_assay_export(path, timezone="UTC")

    got = values_of(export)
    assert export.form == form
    assert set(got) == set(expected) - {MISREAD}
    assert len(export.values.groupby(["source_sample", "row"])) == n_samples
    assert sum(map(len, got.values())) == n_values
    for key, pairs in got.items():
        for (value, unit), (wanted, wanted_unit) in zip(pairs, expected[key], strict=True):
            unit_to = unit if key[1] in UNSTATED else wanted_unit
            assert value * factor(unit, unit_to) == pytest.approx(wanted, rel=1e-12), key


@pytest.mark.parametrize("name, reason", REFUSED)
def test_an_export_that_lacks_what_it_needs_is_refused_by_name(shared_data, name, reason):
    path = shared_data / "analyser-exports" / name

    with pytest.raises(FileFormatError) as caught:
        read_assay_export(path, timezone="UTC")

    assert str(caught.value).startswith(f"{path.name}: expected a column {reason},")


def test_every_export_at_hand_is_in_these_tables(shared_data):
    root = shared_data / "analyser-exports"
    there = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and path.suffix not in (".json", ".md")
    }

    assert there == {name for name, *_ in (*READ, *REFUSED)}


@pytest.mark.parametrize("name", [name for name, form, *_ in READ if form != NC_VIEW])
def test_measured_at_is_the_time_of_the_allotrope_json(shared_data, name):
    path = shared_data / "analyser-exports" / name
    text = path.with_suffix(".json").read_text(encoding="utf-8")
    expected = re.findall(r'"measurement time": "([^"]+)"', text)

    values = read_assay_export(path, timezone="UTC").values

    assert set(values["measured_at"]) == set(pd.to_datetime(pd.Series(expected), utc=True))


def test_a_sample_is_timed_by_when_it_was_drawn_in_either_order_of_day_and_month(shared_data):
    path = shared_data / "analyser-exports/novabio_flex2/SampleResults2022-06-28_142558.csv"

    values = read_assay_export(path, timezone="Europe/Berlin").values

    assert set(values["time"]) == {pd.Timestamp("2022-06-24T12:34:52Z")}  # written 24-6-2022
    assert set(values["measured_at"]) == {pd.Timestamp("2022-06-24T12:34:52Z")}  # 6-24-2022
    assert set(values["vessel"]) == {"3L Bioreactor"}


def test_an_analyser_that_does_not_know_when_samples_were_drawn_gives_no_time(shared_data):
    path = shared_data / "analyser-exports" / READ[1][0]

    values = read_assay_export(path, timezone="UTC").values

    assert values["time"].isna().all()
    assert values["measured_at"].notna().all()


def test_flags_of_the_analyser_stand_beside_the_values(shared_data):
    root = shared_data / "analyser-exports"

    counts = read_assay_export(root / READ[1][0], timezone="UTC").values
    views = read_assay_export(root / READ[15][0], timezone="UTC").values
    flex = read_assay_export(root / READ[17][0], timezone="UTC").values

    errors = counts[counts["flag"].notna()]
    assert errors["title"].tolist() == ["Cell count", "Viable cells"]
    assert (errors["row"] == 8).all()
    assert errors["value"].isna().all()
    assert set(views.loc[views["source_sample"] == "8", "flag"]) == {
        "Warning: Foreign object detected"
    }
    assert views.loc[views["source_sample"] == "9", "flag"].isna().all()
    assert flex.loc[flex["flag"] == "10.00%", "title"].tolist() == ["Viable Density"]


def test_the_number_of_the_analyser_is_known_where_the_file_tells_it(shared_data):
    root = Path(shared_data) / "analyser-exports"
    names = [READ[17][0], READ[7][0], READ[10][0], READ[19][0]]

    devices = [read_assay_export(root / n, timezone="UTC").values["device"][0] for n in names]

    assert devices == ["DEVICE123", "AN123456789", "AW123456789", "3714019"]


@pytest.mark.parametrize("name", [name for name, *_ in READ])
def test_allotrope_json_is_read_to_the_values_of_the_export(shared_data, name):
    path = shared_data / "analyser-exports" / name
    expected = values_of(read_assay_export(path, timezone="Europe/Berlin"))

    export = read_assay_export(path.with_suffix(".json"), timezone="Europe/Berlin")

    got = values_of(export)
    assert export.form.startswith("Allotrope JSON of ")
    assert set(got) - {MISREAD} == set(expected)
    for key, pairs in expected.items():
        for (value, unit), (read, read_unit) in zip(pairs, got[key], strict=True):
            unit_to = read_unit if key[1] in UNSTATED else unit
            assert read * factor(read_unit, unit_to) == pytest.approx(value, rel=1e-12), key


def test_times_that_allotropy_calls_utc_are_those_of_the_analyser(shared_data):
    path = shared_data / "analyser-exports" / READ[1][0]

    own = read_assay_export(path, timezone="Europe/Berlin").values
    through_json = read_assay_export(path.with_suffix(".json"), timezone="Europe/Berlin")

    assert set(through_json.values["measured_at"]) == set(own["measured_at"])
    assert "as if they were UTC" in through_json.warnings[0]


@pytest.mark.parametrize("text", ["", "[", "{}", "[1, 2]", '"text"', "[" * 100_000])
def test_json_of_another_kind_is_refused(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)

    with pytest.raises(FileFormatError, match=r"a\.json: expected Allotrope JSON"):
        read_assay_export(path, timezone=None)
