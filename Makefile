# Two commands need nothing else: `make demo` and `make test`.
BIN := .venv/bin
export OMP_NUM_THREADS ?= 1
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: demo test check format lint types layers fast slow bench lock clean

demo: ; @.ci/setup requirements.lock && $(BIN)/pat demo

test: ; @.ci/setup requirements-dev.lock && $(MAKE) --no-print-directory check

check: format lint types layers fast

format: ; $(BIN)/ruff format --check .

lint: ; $(BIN)/ruff check .

types: ; $(BIN)/mypy

layers: ; $(BIN)/lint-imports

fast: ; $(BIN)/python -m pytest -m "not slow" --numprocesses 2 --dist loadfile

slow: ; $(BIN)/python -m pytest -m slow

bench: ; @.ci/setup requirements-dev.lock && $(BIN)/python -m benchmarks.run

# Pinned versions with hashes and no index address; needs uv (https://docs.astral.sh/uv).
LOCK := uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --python-version 3.11 --quiet --extra build --extra formats --extra excel
lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --output-file requirements-dev.lock

clean: ; rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
