# Five targets; each brings what it needs into $(VENV) when that is missing, and nothing the second time.
PYTHON ?= python3
VENV   ?= .venv
EXTRAS ?= all
SIZE   ?= full
BIN    := $(VENV)/bin

.PHONY: demo test check bench docs

demo: $(VENV)/.installed-demo
	$(BIN)/infomax data get wikipedia mnist smollm2
	$(BIN)/infomax run mec-b cim dse typical --scale demo --jobs 2 --out runs/demo --fresh changed
	$(BIN)/infomax report runs/demo --out runs/demo/site
	@echo "Open the page with: $(BIN)/infomax serve runs/demo"

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.installed-check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python -m pytest -q tests/test_file_sizes.py

bench: $(VENV)/.installed-peers
	$(BIN)/python -m benchmarks --size $(SIZE)

docs: $(VENV)/.installed-docs
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

# A build of PyTorch that is already in $(VENV) is kept.
$(VENV)/.installed-%: pyproject.toml constraints.txt | $(BIN)/python
	@if $(BIN)/python -c "import torch" 2>/dev/null; \
	then grep -v '^torch==' constraints.txt > $(VENV)/constraints.txt; \
	else cp constraints.txt $(VENV)/constraints.txt; fi
	$(BIN)/python -m pip install --quiet --editable ".$(if $(EXTRAS),[$(EXTRAS)])" \
		$(if $(filter demo,$*),,--group test) $(if $(filter demo test,$*),,--group $*) \
		--constraint $(VENV)/constraints.txt
	@touch $@
