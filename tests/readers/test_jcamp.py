"""JCAMP-DX: all forms of a table give the same numbers, and a table's own checks are held."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.errors import FileFormatError
from pat.readers.jcamp import read_jcamp
from pat.readers.jcamp_table import ordinates
from pat.spectra import AxisKind

ORDINATES = [-10247, 1201, 1201, 1201, -5196, 0, 7, 7, -999]


def squeezed(value, letters=("@ABCDEFGHI", "@abcdefghi")):
    digits = str(abs(value))
    return letters[value < 0][int(digits[0])] + digits[1:]


def difference(value):
    return squeezed(value, ("%JKLMNOPQR", "%jklmnopqr"))


def difdup(values):
    """Return one line's ordinates in the difference form, repeats of a difference counted."""
    out, run, last = [squeezed(values[0])], 0, None
    for step in [*np.diff(values), None]:
        if step == last and step is not None:
            run += 1
            continue
        if run > 1:
            out.append("STUVWXYZs"[run - 1] if run < 10 else "S" + str(run)[1:])
        if step is not None:
            out.append(difference(int(step)))
        run, last = 1, step
    return "".join(out)


FORMS = {
    "fixed": lambda values: " ".join(str(value) for value in values),
    "packed": lambda values: "".join(f"{value:+d}" for value in values),
    "squeezed": lambda values: "".join(map(squeezed, values)),
    "difdup": difdup,
}


def block(body, *, n_points, title="a", kind="RAMAN SPECTRUM", units="1/CM", **labels):
    said = {"DATA TYPE": kind, "XUNITS": units, "FIRSTX": 100, "LASTX": 100 + n_points - 1,
            "NPOINTS": n_points, "XFACTOR": 1, "YFACTOR": 0.5, **labels}  # fmt: skip
    head = "".join(f"##{name}= {value}\n" for name, value in said.items() if value is not None)
    return f"##TITLE= {title}\n##JCAMP-DX= 4.24 $$ by hand\n{head}{body}\n##END=\n"


def table(values, form="fixed"):
    return f"##XYDATA= (X++(Y..Y))\n100 {FORMS[form](values)}"


def read(folder, text, **options):
    (folder / "s.jdx").write_text(text)
    return read_jcamp(folder / "s.jdx", **options)


@pytest.mark.parametrize("form", FORMS)
@given(values=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=12))
def test_every_form_gives_the_numbers_that_were_coded(form, values):
    starts, back = ordinates([f"100 {FORMS[form](values)}"], n_points=len(values))

    assert back.tolist() == values
    assert starts == [(100.0, 0)]


@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_scaled_by_its_factors(tmp_path, form):
    back = read(tmp_path, block(table(ORDINATES, form), n_points=9))

    assert back.intensities[0].tolist() == [value * 0.5 for value in ORDINATES]
    assert back.axis.tolist() == [100.0 + i for i in range(9)]
    assert back.axis_kind is AxisKind.RAMAN_SHIFT


def test_the_first_value_after_a_difference_is_a_check_and_no_value(tmp_path):
    body = "##XYDATA= (X++(Y..Y))\n100A0JK\n102A3J\n"

    assert read(tmp_path, block(body, n_points=4, YFACTOR=1)).intensities[0].tolist() == [
        10.0, 11.0, 13.0, 14.0,
    ]  # fmt: skip
    with pytest.raises(FileFormatError, match="difference check fails: a line ends in 13"):
        read(tmp_path, block(body.replace("A3J", "A2J"), n_points=4))


def test_the_worked_example_of_the_format_is_decoded(tmp_path):
    # 53 values in fixed and in difference form, as the protocol prints them
    fixed = (
        "0 0 0 0 2 4 4 4 7 5 4 4 5 5 7 10 11 11 6 5 7 6 9 9 7 10 10 9 10 11 12 15 16 16 14 17 "
        "38 38 35 38 42 47 54 59 66 75 78 88 96 104 110 121 128"
    )
    coded = "4@VKT%TLkj%J%KLJ%njKjL%kL%jJULJ%kLK1%lLMNPNPRLJ0QTOJ1P\n56A28"
    said = {"FIRSTX": 4, "LASTX": 56}

    one = read(tmp_path, block(f"##XYDATA=(X++(Y..Y))\n4 {fixed}", n_points=53, **said))
    two = read(tmp_path, block(f"##XYDATA=(X++(Y..Y)\n{coded}", n_points=53, **said))

    assert np.array_equal(one.intensities, two.intensities)


def test_pairs_are_read_with_both_factors(tmp_path):
    body = "##XYPOINTS= (XY..XY)\n1000, 4; 1010, 6\n1025, 8"
    text = block(body, n_points=3, XFACTOR=0.1, FIRSTX=100, LASTX=102.5)

    back = read(tmp_path, text)

    assert back.axis == pytest.approx([100, 101, 102.5])
    assert back.intensities[0].tolist() == [2.0, 3.0, 4.0]


def test_several_blocks_on_one_axis_are_several_spectra(tmp_path):
    link = "##TITLE= all\n##DATA TYPE= LINK\n##BLOCKS= 2\n"
    both = [block(table([1, 2, 3]), n_points=3, title=title) for title in ("a", "b")]

    back = read(tmp_path, link + "".join(both))

    assert len(back) == 2
    assert back.keys["title"].tolist() == ["a", "b"]
    assert back.keys["scan"].tolist() == ["0", "1"]


@pytest.mark.parametrize(
    ("kind", "units", "expected"),
    [
        ("RAMAN SPECTRUM", "1/CM", AxisKind.RAMAN_SHIFT),
        ("INFRARED SPECTRUM", "cm-1", AxisKind.WAVENUMBER),
        ("ftir", "1/CM", AxisKind.WAVENUMBER),
        ("NIR SPECTRUM", "NANOMETERS", AxisKind.WAVELENGTH),
        (None, "1/CM", AxisKind.WAVENUMBER),
    ],
)
def test_the_axis_is_what_type_and_units_say(tmp_path, kind, units, expected):
    text = block(table([1, 2, 3]), n_points=3, kind=kind, units=units)

    assert read(tmp_path, text).axis_kind is expected


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "MASS SPECTRUM"}, "MASS SPECTRUM"),
        ({"kind": "INELASTIC NEUTRON SCATTERING"}, "NEUTRON"),
        ({"kind": "UV/VIS SPECTRUM", "units": "NM"}, "UV/VIS"),
        ({"kind": "INFRARED INTERFEROGRAM"}, "INTERFEROGRAM"),
        ({"kind": "INFRARED PEAK TABLE"}, "PEAK TABLE"),
        ({"kind": None, "units": "NM"}, "ultraviolet"),
        ({"units": "HZ"}, "XUNITS"),
        ({"units": "MICROMETERS"}, "XUNITS"),
        ({"n_points": 4}, "NPOINTS"),
        ({"n_points": 2}, "got more"),
        ({"NPOINTS": 10**10}, "NPOINTS"),
        ({"NPOINTS": "many"}, "expected a number"),
        ({"LASTX": 100}, "rising or falling"),
        ({"LASTX": "nan"}, "expected a number"),
        ({"FIRSTX": 103}, "abscissa check"),
        ({"XFACTOR": 2}, "abscissa check"),
        ({"FIRSTY": 5}, "FIRSTY"),
    ],
)
def test_what_is_no_vibrational_spectrum_or_contradicts_itself_is_refused(tmp_path, changed, words):
    text = block(table([1, 2, 3]), **{"n_points": 3, **changed})

    with pytest.raises(FileFormatError, match=words) as caught:
        read(tmp_path, text)

    assert str(caught.value).startswith("s.jdx: ")


@pytest.mark.parametrize(
    "body",
    [
        "##XYDATA= (X++(Y..Y))\n100A1S999999999999",
        "##XYDATA= (X++(Y..Y))\n100A1Z99999",
        "##XYDATA= (X++(Y..Y))\n100A1T1.5",
    ],
)
def test_a_repeat_beyond_the_stated_length_is_refused_before_it_is_made(tmp_path, body):
    with pytest.raises(FileFormatError, match="at most 4 in all"):
        read(tmp_path, block(body, n_points=3))


@pytest.mark.parametrize("line", ["100 1 2 x", "100 . 2 3", "abc", "100A1.", "100A1J..", "A1J1"])
def test_a_line_that_is_no_numbers_is_refused(tmp_path, line):
    with pytest.raises(FileFormatError, match=r"numbers|NPOINTS|check"):
        read(tmp_path, block(f"##XYDATA= (X++(Y..Y))\n{line}", n_points=3))


def test_blocks_on_two_axes_are_refused(tmp_path):
    text = block(table([1, 2, 3]), n_points=3) + block(table([1, 2]), n_points=2)

    with pytest.raises(FileFormatError, match="one axis"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("when", "zone", "expected"),
    [
        ({"LONG DATE": "2017/10/09 12:53:46+02:00"}, None, "2017-10-09T10:53:46Z"),
        ({"DATE": "2024/07/01", "TIME": "12:30:00"}, "Europe/Berlin", "2024-07-01T10:30Z"),
    ],
)
def test_a_moment_is_read_where_it_is_certain(tmp_path, when, zone, expected):
    text = block(table([1, 2, 3]), n_points=3, **when)

    assert read(tmp_path, text, timezone=zone).keys["time"][0] == pd.Timestamp(expected)


@pytest.mark.parametrize("when", [{"DATE": "95/11/30", "TIME": "08:32:13"}, {"DATE": "March 2017"}])
def test_a_date_that_may_be_read_two_ways_is_left_alone(tmp_path, when):
    keys = read(tmp_path, block(table([1, 2, 3]), n_points=3, **when)).keys

    assert keys["time"].isna().all()
    assert "time_local" not in keys


@pytest.mark.parametrize(
    "name",
    ["BRUKER1.JCM", "dupdec1.jdx", "dupdec2.jdx", "fixdec1.jdx", "fixinc1.jdx", "acetone.jdx",
     "tannic_acid.jdx", "scientific_notation_example.jdx"],
)  # fmt: skip
def test_real_files_are_read_as_another_reader_reads_them(shared_data, name):
    jcamp = pytest.importorskip("jcamp")
    (path,) = (shared_data / "instrument-files" / "jcamp-nzhagen").rglob(name)

    back, other = read_jcamp(path), jcamp.readfile(str(path))

    assert back.axis == pytest.approx(other["x"], rel=1e-12)
    assert back.intensities[0] == pytest.approx(other["y"], rel=1e-12)
