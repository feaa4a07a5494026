"""Every instrument file at hand is read to the values another reading gives, or rightly refused.

The tables name them all, so that a new file has to be put in one of the two.
"""

import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.errors import FileFormatError
from pat.readers import read_spectrum_file
from pat.spectra import AxisKind

pytest.importorskip("spc_io")

SHIFT, WAVENUMBER, WAVELENGTH = AxisKind

#: File: spectra, channels, kind of axis, first and last value of the axis.
READ = {
    "arcadia/Horiba_MacroRAM/CC-124-TAP-2.txt": (1, 2048, SHIFT, 3513.15, 87.8957),
    "arcadia/Horiba_MacroRAM/acetonitrile.txt": (1, 2048, SHIFT, 3513.15, 87.8957),
    "arcadia/Renishaw_Qontor/CC-124_TAP_plate_5x_3_points.txt": (3, 1015, SHIFT, 1808.187, 712.416),
    "arcadia/Renishaw_Qontor/acetonitrile_5x.txt": (1, 3179, SHIFT, 3199.438, 100.3408),
    "arcadia/Renishaw_Qontor/glass_slide_background.txt": (1, 1015, SHIFT, 1808.187, 712.416),
    "arcadia/Wasatch_WP785X/CC-124_TAP_WP-02071.csv": (1, 2038, SHIFT, 260.19, 3653.54),
    "arcadia/Wasatch_WP785X/acetonitrile.csv": (1, 2038, SHIFT, 260.19, 3653.54),
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/dupdec1.jdx": (1, 3951, WAVENUMBER, 4400, 450),
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/dupdec2.jdx": (1, 3951, WAVENUMBER, 4400, 450),
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/dupinc2.jdx": (
        1,
        3734,
        WAVENUMBER,
        400.172,
        3999.792,
    ),
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/fixdec1.jdx": (1, 3951, WAVENUMBER, 4400.007, 450),
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/fixinc1.jdx": (
        1,
        3736,
        WAVENUMBER,
        399.264,
        4001.319,
    ),
    "jcamp-nzhagen/infrared_spectra/1,1,1-trichloroethane.jdx": (
        1,
        14104,
        WAVENUMBER,
        575.17,
        3974.847,
    ),
    "jcamp-nzhagen/infrared_spectra/1,1-dichloroethene.jdx": (
        1,
        14104,
        WAVENUMBER,
        575.17,
        3974.847,
    ),
    "jcamp-nzhagen/infrared_spectra/1,2-dichloroethane.jdx": (1, 3385, WAVENUMBER, 382, 3766),
    "jcamp-nzhagen/infrared_spectra/1,2-dimethylbenzene.jdx": (
        1,
        14104,
        WAVENUMBER,
        575.17,
        3974.847,
    ),
    "jcamp-nzhagen/infrared_spectra/1,3-butadiene.jdx": (1, 14106, WAVENUMBER, 574.928, 3975.077),
    "jcamp-nzhagen/infrared_spectra/1,3-dimethylbenzene.jdx": (
        1,
        14104,
        WAVENUMBER,
        575.17,
        3974.847,
    ),
    "jcamp-nzhagen/infrared_spectra/1,4-dimethylbenzene.jdx": (
        1,
        14104,
        WAVENUMBER,
        575.17,
        3974.846,
    ),
    "jcamp-nzhagen/infrared_spectra/1-butanol.jdx": (1, 14106, WAVENUMBER, 574.928, 3975.077),
    "jcamp-nzhagen/infrared_spectra/1-butene.jdx": (1, 880, WAVENUMBER, 450, 3966),
    "jcamp-nzhagen/infrared_spectra/2-butanone.jdx": (1, 14106, WAVENUMBER, 574.928, 3975.077),
    "jcamp-nzhagen/infrared_spectra/acetone.jdx": (1, 14106, WAVENUMBER, 574.928, 3975.077),
    "jcamp-nzhagen/infrared_spectra/acetonitrile.jdx": (1, 14106, WAVENUMBER, 574.928, 3975.077),
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/BRUKER1.JCM": (
        1,
        3735,
        WAVENUMBER,
        4000.655,
        400.1619,
    ),
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/BRUKER2.JCM": (
        1,
        3735,
        WAVENUMBER,
        4000.655,
        400.1619,
    ),
    "jcamp-nzhagen/raman_spectra/tannic_acid.jdx": (1, 1949, SHIFT, 100.595, 2854.713),
    "jcamp-nzhagen/test/scientific_notation_example.jdx": (1, 1867, WAVENUMBER, 399.3614, 3999.402),
    "niimbl/FOSS/FOSS.dx": (176, 1050, WAVELENGTH, 400, 2498),
    "niimbl/VIAVI/JDSU_Phar_Rotate_S06_1_20171009_1540.spc": (1, 125, WAVELENGTH, 908.1, 1676.2),
    "niimbl/VIAVI/JDSU_Phar_Rotate_S11_2_20171009_1614.spc": (1, 125, WAVELENGTH, 908.1, 1676.2),
    "niimbl/VIAVI/JDSU_Phar_Rotate_S17_1_20171009_1652.spc": (1, 125, WAVELENGTH, 908.1, 1676.2),
    "niimbl/VIAVI/JDSU_Phar_Rotate_S23_1_20171009_1734.spc": (1, 125, WAVELENGTH, 908.1, 1676.2),
    "niimbl/VIAVI/JDSU_Phar_Rotate_S30_2_20171009_1815.spc": (1, 125, WAVELENGTH, 908.1, 1676.2),
    "niimbl/VIAVI/JDSU_Phar_Rotate_S37_2_20171009_1853.spc": (1, 125, WAVELENGTH, 908.1, 1676.2),
    "niimbl/VIAVI/JDSU_Phar_Rotate_S43_2_20171009_1928.spc": (1, 125, WAVELENGTH, 908.1, 1676.2),
    "niimbl/VIAVI/JDSU_Phar_Rotate_S49_1_20171009_2000.spc": (1, 125, WAVELENGTH, 908.1, 1676.2),
    "niimbl/VIAVI/VIAVI.dx": (99, 125, WAVELENGTH, 908.1, 1676.2),
    "openspecy/fitr_nitrocellulose.jdx": (1, 7154, WAVENUMBER, 7498.994, 599.9195),
    "openspecy/ftir_ps.0": (1, 2126, WAVENUMBER, 4497.537, 399.2239),
    "openspecy/ftir_pva_without_header.csv": (1, 863, SHIFT, 674.9918, 3999.809),
    "openspecy/raman_atacamit.spc": (1, 559, WAVENUMBER, 117.78, 1050),
    "openspecy/raman_hdpe.csv": (1, 964, WAVENUMBER, 301.04, 3198.12),
    "openspecy/raman_hdpe_os.csv": (1, 964, SHIFT, 301, 3198),
    "ramanchada2/0_5A_P_iRaman785_20X_100(285mW)_7000msx5ac_4.txt": (
        1,
        2048,
        SHIFT,
        -254.65,
        3257.58,
    ),
    "ramanchada2/0_5A_P_iRaman785_20X_20(42mW)_7000msx5ac_3.txt": (
        1,
        2048,
        SHIFT,
        -254.65,
        3257.58,
    ),
    "ramanchada2/0_5A_P_iRaman785_20X_40(86mW)_7000msx5ac_2.txt": (
        1,
        2048,
        SHIFT,
        -254.65,
        3257.58,
    ),
    "ramanchada2/0_5A_P_iRaman785_20X_60(154mW)_7000msx5ac_1.txt": (
        1,
        2048,
        SHIFT,
        -254.65,
        3257.58,
    ),
    "ramanchada2/0_5A_P_iRaman785_20X_60(154mW)_7000msx5ac_5.txt": (
        1,
        2048,
        SHIFT,
        -254.65,
        3257.58,
    ),
    "ramanchada2/0_5A_P_iRaman785_20X_80(223mW)_7000msx5ac_4.txt": (
        1,
        2048,
        SHIFT,
        -254.65,
        3257.58,
    ),
    "ramanchada2/0_5A_P_iRaman785_Probe_100(292mW)_6000msx5ac_2.txt": (
        1,
        1915,
        SHIFT,
        -61.6,
        3201.75,
    ),
    "ramanchada2/0_5A_P_iRaman785_Probe_20(46mW)_6000msx5ac_1.txt": (
        1,
        1915,
        SHIFT,
        -61.6,
        3201.75,
    ),
    "ramanchada2/0_5A_P_iRaman785_Probe_20(46mW)_6000msx5ac_5.txt": (
        1,
        1915,
        SHIFT,
        -61.6,
        3201.75,
    ),
    "ramanchada2/0_5A_P_iRaman785_Probe_40(106mW)_6000msx5ac_4.txt": (
        1,
        1915,
        SHIFT,
        -61.6,
        3201.75,
    ),
    "ramanchada2/0_5A_P_iRaman785_Probe_60(166mW)_6000msx5ac_3.txt": (
        1,
        1915,
        SHIFT,
        -61.6,
        3201.75,
    ),
    "ramanchada2/0_5A_P_iRaman785_Probe_80(227mW)_6000msx5ac_2.txt": (
        1,
        1915,
        SHIFT,
        -61.6,
        3201.75,
    ),
    "ramanchada2/NIR_785nm_2000ms_100X_2.txt": (1, 2048, SHIFT, -254.65, 3257.58),
    "ramanchada2/NISTSRM2242aC_BW532_100x_800msx10.txt": (1, 2048, SHIFT, -48.35, 4273.88),
    "ramanchada2/Ne_532nm_x50_800ms.txt": (1, 1858, SHIFT, -48.35, 4000.72),
    "ramanchada2/NeonSNQ043_iR532_Probe_5msx2.txt": (1, 1801, SHIFT, 145.99, 4010.28),
    "ramanchada2/NeonSNQ043_iR785_OP02.txt": (1, 2132, SHIFT, 120.038, 3199.35),
    "ramanchada2/PST02_iRPlus785_Z050_100_3200ms.txt": (1, 1743, SHIFT, -42.14, 3000.64),
    "ramanchada2/PST10_iR785_OP03_8000msx2.txt": (1, 10257, SHIFT, 120.111, 2499.98),
    "ramanchada2/S0B02_iRPlus532_Z100_100_22000ms.txt": (1, 762, SHIFT, -3.08, 2000.18),
    "ramanchada2/S0B02_iRPlus785_Z050_100_5500ms.txt": (1, 1743, SHIFT, -42.14, 3000.64),
    "ramanchada2/S0N02_iRPlus785_Z100_100_3100ms.txt": (1, 2048, SHIFT, -254.65, 3257.58),
    "ramanchada2/S0N10_iR785_OP01_6000msx4.txt": (1, 1006, SHIFT, 120.387, 3199.64),
    "ramanchada2/S0N_HLR633_Z010_100_15sx5.txt": (1, 6034, SHIFT, 101.384, 4499.54),
    "ramanchada2/S0P02_iRPlus532_Z100_100_20000ms.txt": (1, 762, SHIFT, -3.08, 2000.18),
    "ramanchada2/S0P10_iR532_Probe_100_60000msx2.txt": (1, 1801, SHIFT, 145.99, 4010.28),
    "ramanchada2/S0P10_iR785_OP02_25000msx2.txt": (1, 2132, SHIFT, 120.038, 3199.35),
    "ramanchada2/S1N02_iRPlus785_Z020_100_3800ms.txt": (1, 1743, SHIFT, -42.14, 3000.64),
    "ramanchada2/S1N10_iR785_OP03_8000msx2.txt": (1, 10257, SHIFT, 120.111, 2499.98),
    "ramanchada2/nCAL02_iRPlus532_Z050_100_9000ms.txt": (1, 762, SHIFT, -3.08, 2000.18),
    "ramanchada2/nCAL02_iRPlus785_Z050_100_2100ms.txt": (1, 1743, SHIFT, -42.14, 3000.64),
    "ramanchada2/nCAL10_iR785_OP01_6000msx4.txt": (1, 1006, SHIFT, 120.387, 3199.64),
    "ramanchada2/nCAL_HLR633_Z010_100_5sx5.txt": (1, 6034, SHIFT, 101.384, 4499.54),
    "ramanchada2/sCAL02_iRPlus785_Z100_100_9500ms.txt": (1, 1743, SHIFT, -42.14, 3000.64),
    "ramanchada2/sCAL10_iR532_Probe_100_3200msx4.txt": (1, 1801, SHIFT, 145.99, 4010.28),
    "ramanchada2/sCAL10_iR785_OP02_15000msx2.txt": (1, 2132, SHIFT, 120.038, 3199.35),
    "renishaw-wdf/depth.wdf": (40, 1015, SHIFT, 2787.783, 1226.605),
    "renishaw-wdf/sp.wdf": (1, 1015, SHIFT, 2787.514, 1226.275),
    "spc-cheminfo/4d_map.spc": (121, 313, WAVENUMBER, 798.3954, 2001.774),
    "spc-cheminfo/Ft-ir.spc": (1, 1776, WAVENUMBER, 4000, 450),
    "spc-cheminfo/NDR0002.SPC": (1, 4069, SHIFT, 4011.202, 88.63693),
    "spc-cheminfo/RAMAN.SPC": (1, 3632, SHIFT, 3996.823, -3005.956),
    "spc-cheminfo/nir.spc": (20, 700, WAVELENGTH, 1100, 2498),
    "spc-cheminfo/raman-sion.spc": (36, 1015, SHIFT, 2801.459, 1218.434),
    "spc-cheminfo/resolutionPro.spc": (1, 1557, WAVENUMBER, 499.5622, 3500.793),
    "spc-cheminfo/s_evenx.spc": (1, 1844, WAVENUMBER, 447.4841, 4002.282),
    "text-hyspec/ASCII-Andor-Solis.asc": (5, 63, SHIFT, 161.4084, 423.6511),
    "text-hyspec/Witec-timeseries_full.txt": (100, 1024, SHIFT, 87.7367, 2821.31),
    "text-hyspec/ts.txt": (100, 1024, SHIFT, 2135.191, -122.41),
}

#: File: what its refusal has to say.
REFUSED = {
    "ABOUT.md": "two columns of numbers",
    "arcadia/OpenRAMAN/CC-124_TAP_Pos-2-000_002.csv": "pixel numbers",
    "arcadia/OpenRAMAN/acetonitrile_n_n_n_solid_10000_0_5.csv": "pixel numbers",
    "arcadia/OpenRAMAN/neon_n_n_n_solid_10000_0_5.csv": "pixel numbers",
    "arcadia/Wasatch_WP532X/CC-124_TAP_Pos-4-002_001.csv": "pixel numbers",
    "arcadia/Wasatch_WP532X/acetonitrile.csv": "pixel numbers",
    "jcamp-cheminfo/compression-small/jcamp-difdup.dx": "XUNITS= 1/CM or NANOMETERS; got none",
    "jcamp-cheminfo/compression-small/jcamp-fix.dx": "XUNITS= 1/CM or NANOMETERS; got none",
    "jcamp-cheminfo/compression-small/jcamp-packed.dx": "XUNITS= 1/CM or NANOMETERS; got none",
    "jcamp-cheminfo/compression-small/jcamp-squeezed.dx": "XUNITS= 1/CM or NANOMETERS; got none",
    "jcamp-cheminfo/misc/chrom.jdx": "MASS SPECTRUM",
    "jcamp-cheminfo/misc/uv.jdx": "UV-VISIBLE",
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/blckpac1.jdx": "UV/VIS",
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/blckpkt1.jdx": "MASS SPECTRUM",
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/coffhd.jdx": "GAS CHROMATOGRAPH",
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/compound.jdx": "blocks on one axis",
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/dupinc1.jdx": "UV-VISIBLE",
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/fixdec2.jdx": "NMR SPECTRUM",
    "jcamp-nzhagen/Robert_J_Lancashire_test_data/fixdec3.jdx": "SIMPLE GRAPH",
    "jcamp-nzhagen/hnmr_spectra/ethanol_nmr.jdx": "NMR PEAK ASSIGNMENTS",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/BRUKAFFN.DX": "NMR SPECTRUM",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/BRUKDIF.DX": "NMR SPECTRUM",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/BRUKNTUP.DX": "NMR SPECTRUM",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/BRUKPAC.DX": "NMR SPECTRUM",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/BRUKSQZ.DX": "NMR SPECTRUM",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/DX-DIR.TXT": "two columns of numbers",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/IMSDEMO.DX": "ION MOBILITY",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/IMS_TEST1.DX": "ION MOBILITY",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/ISAS_CDX.DX": "NMR PEAK ASSIGNMENTS",
    "jcamp-nzhagen/jcamp-dx.org_official_test_data/ISAS_MS1.DX": "MASS SPECTRUM",
    "jcamp-nzhagen/mass_spectra/1-propanol_ms.jdx": "MASS SPECTRUM",
    "jcamp-nzhagen/mass_spectra/118-96-7-Mass.jdx": "MASS SPECTRUM",
    "jcamp-nzhagen/mass_spectra/CH4_CI.jdx": "MASS SPECTRUM",
    "jcamp-nzhagen/mass_spectra/Tetrachloroethylene_ms.jdx": "MASS SPECTRUM",
    "jcamp-nzhagen/mass_spectra/ethanol_ms.jdx": "MASS SPECTRUM",
    "jcamp-nzhagen/neutron_scattering_spectra/emodine.jdx": "NEUTRON",
    "jcamp-nzhagen/test/1HQuinine.jdx": "XUNITS= 1/CM or NANOMETERS; got HZ",
    "jcamp-nzhagen/test/2Methyl1Propanol.jdx": "NMR SPECTRUM",
    "jcamp-nzhagen/test/brukdif.jdx": "NMR SPECTRUM",
    "jcamp-nzhagen/test/difdup_example.jdx": "got MILLISECONDS",
    "jcamp-nzhagen/test/jcamp2001_example.txt": "ION MOBILITY",
    "jcamp-nzhagen/test/noencoding_example.jdx": "got MILLISECONDS",
    "jcamp-nzhagen/uvvis_spectra/toluene.jdx": "UV/VIS",
    "spc-cheminfo/NMR_FID.SPC": "axis type XSECS",
    "spc-cheminfo/NMR_SPC.SPC": "axis type XPPM",
    "spc-cheminfo/m_evenz.spc": "ultraviolet or visible",
    "spc-cheminfo/m_ordz.spc": "before 1996",
    "spc-cheminfo/m_xyxy.spc": "axis type XMUNITS",
    "spc-cheminfo/ms.spc": "axis type XMUNITS",
    "spc-cheminfo/nir.cfl": "two columns of numbers",
    "spc-cheminfo/s_xy.spc": "axis type XMINUTS",
    "text-hyspec/flu1.txt": "ultraviolet or visible",
    "text-hyspec/paracetamol.txt": "got 2590.77 then 2590.77",
}


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "instrument-files"


def spc_bytes_of(content):
    """Return axis and intensity of an SPC file of one even trace, from the bytes alone."""
    flags, _, _, exponent, n, first, last = struct.unpack_from("<BBBbIdd", content)
    assert flags & ~0x20 == 0  # one trace, 32 bits, axis even; labels of its own do not matter
    form = "<f4" if exponent == -128 else "<i4"
    values = np.frombuffer(content, form, count=n, offset=512 + 32).astype(float)
    return np.linspace(first, last, n), values if form == "<f4" else values * 2.0 ** (exponent - 32)


def test_every_file_is_in_one_of_the_two_tables(folder):
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    assert there == READ.keys() | REFUSED.keys()
    assert not READ.keys() & REFUSED.keys()


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_on_its_axis(folder, name):
    n_spectra, n_channels, kind, first, last = READ[name]

    back = read_spectrum_file(folder / name)

    assert back.intensities.shape == (n_spectra, n_channels)
    assert back.axis_kind is kind
    assert back.axis[[0, -1]] == pytest.approx([first, last], rel=1e-6)
    assert np.isfinite(back.intensities).all()
    assert set(back.keys["source_file"]) == {Path(name).name}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_for_the_right_reason(folder, name):
    with pytest.raises(FileFormatError) as caught:
        read_spectrum_file(folder / name)

    assert str(caught.value).startswith(Path(name).name + ": ")
    assert REFUSED[name] in str(caught.value)


@pytest.mark.parametrize("name", [n for n in READ if Path(n).suffix in (".dx", ".jdx", ".JCM")])
def test_jcamp_files_hold_what_another_reader_finds(folder, name):
    jcamp = pytest.importorskip("jcamp")
    if Path(name).name in ("VIAVI.dx", "dupinc2.jdx", "BRUKER2.JCM"):
        pytest.skip("the other reader takes one block of 99, or loses repeated values")

    back, other = read_spectrum_file(folder / name), jcamp.readfile(str(folder / name))

    blocks = other.get("children") or [other]
    assert back.axis == pytest.approx(blocks[0]["x"], rel=1e-12)
    assert np.allclose(back.intensities, [block["y"] for block in blocks], rtol=1e-12, atol=0)


def test_absorbance_and_transmittance_of_one_sample_agree(folder):
    bruker = folder / "jcamp-nzhagen" / "jcamp-dx.org_official_test_data"

    percent = read_spectrum_file(bruker / "BRUKER1.JCM").intensities[0]
    absorbance = read_spectrum_file(bruker / "BRUKER2.JCM").intensities[0]

    seen = (percent > 5) & (absorbance < 1.3)  # both are rounded to steps; dark bands say little
    assert seen.mean() > 0.8
    assert absorbance[seen] == pytest.approx(-np.log10(percent[seen] / 100), abs=2e-3)


def test_one_spectrum_in_two_formats_is_one_spectrum(folder):
    collected = read_spectrum_file(folder / "niimbl/VIAVI/VIAVI.dx")

    for path in (folder / "niimbl" / "VIAVI").glob("*.spc"):
        alone = read_spectrum_file(path)
        row = collected.keys["title"].tolist().index(path.stem.rsplit("_", 2)[0])
        assert np.abs(collected.axis - alone.axis).max() < 1e-4  # printed to 0.0001 nm
        assert np.abs(collected.intensities[row] - alone.intensities[0]).max() < 1e-6


def test_one_spectrum_as_column_and_as_row_is_one_spectrum(folder):
    column = read_spectrum_file(folder / "openspecy" / "raman_hdpe.csv")
    row = read_spectrum_file(folder / "openspecy" / "raman_hdpe_os.csv")

    assert np.array_equal(column.intensities, row.intensities)
    assert np.abs(column.axis - row.axis).max() <= 0.5  # the row's titles are whole numbers


@pytest.mark.parametrize(
    "name", ["Ft-ir.spc", "NDR0002.SPC", "RAMAN.SPC", "resolutionPro.spc", "s_evenx.spc"]
)
def test_spc_files_hold_what_their_bytes_say(folder, name):
    path = folder / "spc-cheminfo" / name

    back, (axis, intensity) = read_spectrum_file(path), spc_bytes_of(path.read_bytes())

    assert np.array_equal(back.axis, axis)
    assert np.array_equal(back.intensities[0], intensity)


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in READ
        if n.startswith("ramanchada2") and READ[n][1] not in (1006, 2132, 6034, 10257)
    ],
)
def test_bwtek_files_are_read_at_the_shift_their_wavelengths_give(folder, name):
    back = read_spectrum_file(folder / name)

    table = pd.read_csv(folder / name, sep=";", decimal=",", skiprows=88, skipinitialspace=True)
    table = table.dropna(subset=["Raman Shift"])
    shift = 1e7 / back.keys["laser_nm"][0] - 1e7 / table["Wavelength"].to_numpy(float)
    assert np.abs(back.axis - shift).max() < 0.5  # the file rounds wavelengths to 0.01 nm
    assert np.array_equal(back.intensities[0], table["Dark Subtracted #1"].to_numpy(float))
    lit = (table["Raw data #1"] - table["Dark"]).to_numpy(float)
    assert np.ptp(lit - back.intensities[0]) < 1e-3  # the program takes one number more off


@pytest.mark.parametrize("name", ["CC-124_TAP_WP-02071.csv", "acetonitrile.csv"])
def test_wasatch_files_are_read_at_the_shift_their_wavelengths_give(folder, name):
    path = folder / "arcadia" / "Wasatch_WP785X" / name

    back = read_spectrum_file(path)

    rows = np.genfromtxt(path, delimiter=",", skip_header=56 - 1)
    rows = rows[np.isfinite(rows).all(axis=1)]
    assert np.abs(back.axis - (1e7 / 785.041 - 1e7 / rows[:, 1])).max() < 0.3
    assert np.array_equal(back.intensities[0], rows[:, 3])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("text-hyspec/ASCII-Andor-Solis.asc", {"delimiter": ",", "usecols": range(6)}),
        ("text-hyspec/Witec-timeseries_full.txt", {"skip_header": 2}),
        ("arcadia/Renishaw_Qontor/acetonitrile_5x.txt", {}),
        ("ramanchada2/S1N10_iR785_OP03_8000msx2.txt", {}),
        ("openspecy/ftir_pva_without_header.csv", {"delimiter": ","}),
        ("arcadia/Horiba_MacroRAM/acetonitrile.txt", {"encoding": "latin-1"}),
    ],
)
def test_columns_of_text_are_what_numpy_reads(folder, name, options):
    back, columns = read_spectrum_file(folder / name), np.genfromtxt(folder / name, **options).T

    assert np.array_equal(back.axis, columns[0])
    assert np.array_equal(back.intensities, columns[1:])


def test_a_matrix_of_labspec_is_what_numpy_reads(folder):
    path = folder / "text-hyspec" / "ts.txt"
    first, *rest = path.read_text().splitlines()

    back = read_spectrum_file(path)

    assert np.array_equal(back.axis, np.array(first.split(), dtype=float))
    rows = np.array([line.split() for line in rest], dtype=float)
    assert np.array_equal(back.intensities, rows[:, 1:])
    assert np.array_equal(back.keys["series_1"], rows[:, 0])


def test_a_map_of_renishaw_is_a_spectrum_a_point(folder):
    path = folder / "arcadia" / "Renishaw_Qontor" / "CC-124_TAP_plate_5x_3_points.txt"
    x, y, shift, counts = np.genfromtxt(path).T.reshape(4, 3, -1)

    back = read_spectrum_file(path)

    assert np.array_equal(back.axis, shift[2])
    assert np.array_equal(back.intensities, counts)
    assert np.array_equal(back.keys["position_x_um"], x[:, 0])
    assert np.array_equal(back.keys["position_y_um"], y[:, -1])
