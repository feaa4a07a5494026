"""The tree keeps its shape: small modules, one direction, nothing where it must not be."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "pat").rglob("*.py")) + sorted((ROOT / "pipelines").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_grows_beyond_400_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_the_median_module_stays_near_150_lines() -> None:
    lengths = sorted(n for p in MODULES if (n := len(p.read_text().splitlines())) > 10)

    assert lengths[len(lengths) // 2] <= 170


def test_functions_stay_under_their_budget() -> None:
    too_long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and body_lines(node) > 45:
                too_long.append(f"{path.relative_to(ROOT)}:{node.name} {body_lines(node)}")

    assert too_long == []


def body_lines(node: ast.FunctionDef) -> int:
    """Lines of the body without its docstring."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or first.lineno) - first.lineno + 1


def test_no_module_is_called_utils_or_helpers() -> None:
    assert not [p for p in MODULES if p.stem in {"utils", "helpers", "common", "misc"}]


@pytest.mark.parametrize("heavy", ["numpy", "pandas", "sklearn", "mlflow", "matplotlib"])
def test_the_command_line_answers_without_heavy_imports(heavy: str) -> None:
    code = f"import sys, pipelines.cli; sys.exit({heavy!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_scoring_a_sensor_does_not_import_mlflow() -> None:
    code = (
        "import sys, pat.soft_sensor, pat.stream; "
        "sys.exit(any(m.split('.')[0] == 'mlflow' for m in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
