"""An exported sensor scores in a fresh process that has neither MLflow nor the calibration."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np

from pat.soft_sensor import save_sensor
from tests.soft_sensor.sensors import AXIS, as_spectra, new_spectra, plain_sensor

SCRIPT = """
import json, pathlib, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"mlflow", "matplotlib", "lightgbm"}:
            raise ImportError(f"{name} is not installed here")

sys.meta_path.insert(0, Blocked())

import numpy as np, pandas as pd
from pat.soft_sensor import load_sensor
from pat.spectra import Spectra

def peak_mib():
    # Not getrusage: its peak counts the process that this one was forked from.
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


sensor = load_sensor(sys.argv[1])
intensities = np.array(json.load(sys.stdin))
keys = pd.DataFrame(index=range(len(intensities)))
predicted = sensor.predict(Spectra(sensor.axis, intensities, keys, sensor.axis_kind))
print(json.dumps({
    "values": predicted["value"].tolist(),
    "calibration": sorted(m for m in sys.modules if m.startswith("pat.calibration.")),
    "mib": peak_mib(),
}))
"""


def test_it_loads_and_scores_alone_quickly_and_in_little_memory(tmp_path):
    spectra, _ = new_spectra(3)
    save_sensor(plain_sensor(), tmp_path / "s")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "s")],
        input=json.dumps(spectra.tolist()),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = json.loads(done.stdout)
    expected = plain_sensor().predict(as_spectra(spectra))["value"]
    np.testing.assert_allclose(found["values"], expected, rtol=1e-12)
    assert found["calibration"] == []
    assert found["mib"] < 400
    # Of the processor, not of the clock: five on a quiet machine, more where its cache is shared.
    assert seconds < 10
    assert AXIS.size == spectra.shape[1]
