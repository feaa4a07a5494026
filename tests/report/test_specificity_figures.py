"""Figures over the axis leave gaps open, and draw every member and region."""

from xml.etree import ElementTree

import numpy as np

from pat.calibration.sample_space.region_scan import RegionScan
from pat.report import specificity_figures
from pat.report.specificity_figures import Line
from pat.report.stretches import stretches

AXIS = np.r_[450:500.0, 2800:2850.0]
ONES = Line(AXIS, np.ones(AXIS.size), "regression vector")


def curves(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    paths = [p.get("d", "") for p in root.iter("{http://www.w3.org/2000/svg}path")]
    return [path for path in paths if path.count("L") >= 40]


def test_no_line_bridges_the_gap_between_regions():
    svg = specificity_figures.importance(
        [ONES, ONES], band=None, panels={"VIP": ONES}, axis_label="cm-1", title="glucose"
    )

    width = float(ElementTree.fromstring(svg).get("viewBox", "").split()[2])
    assert len(curves(svg)) == 6
    for path in curves(svg):
        xs = [float(point.split()[0]) for point in path.replace("M", "L").split("L")[1:]]
        assert max(xs) - min(xs) < width / 4


def test_a_falling_axis_has_the_same_stretches():
    assert [AXIS[part].size for part in stretches(AXIS)] == [50, 50]
    assert [AXIS[::-1][part].size for part in stretches(AXIS[::-1])] == [50, 50]
    assert stretches(np.array([1.0])) == [slice(0, 1)]


def test_pure_spectrum_vector_and_regions_are_named():
    against = specificity_figures.vector_against_pure(
        ONES, Line(AXIS, ONES.values, "pure spectrum"), spectrum=ONES, axis_label="cm-1", title="r"
    )
    scan = RegionScan(np.array([450.0]), np.array([500.0]), np.array([0.3]), whole=0.2)
    regions = specificity_figures.regions(
        scan, spectrum=ONES, axis_label="cm-1", title="t", unit="g/L"
    )

    assert "pure spectrum" in " ".join(ElementTree.fromstring(against).itertext())
    assert "RMSECV (g/L)" in " ".join(ElementTree.fromstring(regions).itertext())
