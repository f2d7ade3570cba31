# Two commands on a fresh machine: `make run` and `make test`. Both need only Python and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
TEMPLATES := templates

.PHONY: run test check unit format catalogues clean

run: $(VENV)/run.stamp
	$(BIN)/piaojue serve --demonstration

test: check unit

# Everything that reads the code without running it.
check: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check --lint $(TEMPLATES)

# Everything that runs it; then the pure rooms must have been walked through every branch.
unit: $(VENV)/test.stamp
	sh tests/browser/need.sh
	$(BIN)/python -m pytest -n 2 --cov --cov-report=
	$(BIN)/coverage report --fail-under=100 --show-missing --skip-covered \
	  --include="$$($(BIN)/python tests/pure_rooms.py)"

format: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --quiet --reformat $(TEMPLATES)

# After changing a sentence: collect the msgids anew and compile both catalogues.
catalogues: $(VENV)/test.stamp
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --no-location --sort-output \
	  --keyword _l --keyword lazy_gettext --project Piaojue --output-file app/translations/messages.pot .
	$(BIN)/pybabel --quiet update --input-file app/translations/messages.pot --output-dir app/translations \
	  --no-fuzzy-matching --ignore-obsolete --omit-header
	$(BIN)/pybabel --quiet compile --directory app/translations

$(VENV)/pip.stamp:
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip
	touch $@

$(VENV)/run.stamp: $(VENV)/pip.stamp pyproject.toml constraints.txt $(wildcard app/translations/*/LC_MESSAGES/*.po)
	$(PIP) --editable .
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp
	$(PIP) --group dev
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* dist build
