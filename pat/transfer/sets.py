"""Calibration sets of a transfer: the old one, and the old one with transfer samples."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.arrays import IntArray
from pat.calibration import CalibrationSet
from pat.transfer.data import TransferData
from pat.transfer.methods import Samples
from pat.transfer.recalibration import Recipe


def chosen_samples(new: CalibrationSet, rows: IntArray) -> CalibrationSet:
    mask = np.zeros(len(new), dtype=np.bool_)
    mask[rows] = True
    return new.select(mask)


def samples_of(data: TransferData, rows: IntArray, recipe: Recipe) -> Samples:
    """Return the old calibration and the transfer samples after a recipe's row-wise steps."""
    assert data.new is not None
    new = chosen_samples(data.new, rows)
    old = recipe.rows(data.old.spectra)
    spectra = recipe.rows(new.intensities)
    return Samples(old, data.old.assays, spectra, data.assays[rows], data.partners(rows))


def joint_set(
    data: TransferData, new: CalibrationSet, together: NDArray[np.object_]
) -> CalibrationSet:
    """Return the old calibration, then the transfer samples, as one calibration set.

    `together` (n_new,) tells which transfer samples are left out together; it becomes their group.
    """
    old = old_set(data)
    named = new.samples.assign(group=[f"transfer/{group}" for group in together])
    return replace(
        old,
        intensities=np.vstack([old.intensities, new.intensities]),
        process=pd.DataFrame(index=range(len(old) + len(new))),
        samples=pd.concat([old.samples, named], ignore_index=True),
        values=pd.concat([old.values, new.values], ignore_index=True),
        readings=pd.concat([old.readings, new.readings], ignore_index=True),
        sources=(*data.sensor.provenance.campaigns, *new.sources),
        saturation=new.saturation,
    )


def old_set(data: TransferData) -> CalibrationSet:
    """Return the sensor's own calibration as a calibration set on its axis."""
    sensor, samples = data.sensor, data.old.samples
    name, n = sensor.analyte.name, len(data.old.samples)
    times = pd.to_datetime(samples["time"], utc=True, format="ISO8601").dt.as_unit("us")
    return CalibrationSet(
        axis=sensor.axis,
        axis_kind=sensor.axis_kind,
        intensities=data.old.spectra,
        process=pd.DataFrame(index=range(n)),
        samples=samples.drop(columns="assay").assign(time=times),
        values=pd.DataFrame({name: data.old.assays}),
        readings=pd.DataFrame({name: np.ones(n)}),
        analytes={name: sensor.analyte},
        unpaired={name: ()},
        unpaired_spectra=(),
        censored={name: 0},
        excluded={name: 0},
        sel={name: None},
        sources=sensor.provenance.campaigns,
        correction=data.correction,
    )
