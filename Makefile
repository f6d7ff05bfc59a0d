# demo: the main job on real input.  test: everything that must pass.  The rest are long runs.
SHELL := /bin/bash
CARGO ?= cargo
export CARGO_TERM_COLOR ?= auto

.PHONY: test demo rust lint doc conform vectors python python-wheel python-malformed bench-python

test: lint rust doc python

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

rust:
	$(CARGO) test --workspace
	$(CARGO) test -p podverdict --no-default-features
	for release in 1.35 1.37; do \
	  K8S_OPENAPI_ENABLED_VERSION=$$release $(CARGO) test -p podverdict --features k8s-openapi --test k8s_openapi || exit 1; \
	done

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps

demo:
	$(CARGO) build -q -p podverdict-cli
	examples/demo.sh target/debug/podverdict

# Live comparison with upstream's own code: make conform ORACLE=DIR [CASES=N] [OP=op] [RELEASE=1.36]
ORACLE ?=
CASES ?= 100000
conform:
	@test -n "$(ORACLE)" || { echo "name the folder of the oracle's programs: make conform ORACLE=DIR"; exit 2; }
	$(CARGO) build -q --profile tool -p podverdict-conform
	target/tool/conform --oracle "$(ORACLE)" --cases $(CASES) $(if $(OP),--op $(OP)) $(if $(RELEASE),--release $(RELEASE))

# The Python package: its wheel goes into .venv, where its tests, the examples and the type checkers run.
PYTHON ?= python3
VENV := $(CURDIR)/.venv/bin
python: python-wheel
	cd crates/python && $(VENV)/pytest -q
	cd crates/python && $(VENV)/mypy --strict -p podverdict && $(VENV)/stubtest podverdict
	cd crates/python && export PATH="$(VENV):$$PATH" && pyright python && pyright --verifytypes podverdict | tail -4 \
	  && exit $${PIPESTATUS[0]}
	cd crates/python && $(VENV)/mypy --ignore-missing-imports ../../examples/python/*.py

python-wheel: $(VENV)/python
	$(VENV)/pip install -q 'maturin>=1.9.4,<2' 'pip>=25.1' && $(VENV)/pip install -q --group crates/python/pyproject.toml:test
	rm -rf target/python && $(VENV)/maturin build -q --profile tool -m crates/python/Cargo.toml -o target/python
	$(VENV)/pip install -q --force-reinstall --no-deps target/python/*.whl

# Debian's Python has no pip for a new environment without python3-venv.
$(VENV)/python:
	$(PYTHON) -m venv .venv || { rm -rf .venv; apt-get update -q && apt-get install -y -q python3-venv && $(PYTHON) -m venv .venv; }

# What Python costs on top of the core.
bench-python: python-wheel
	$(VENV)/python crates/python/bench/overhead.py

# Malformed, hostile and random objects by the million: only our own errors may come out.
OBJECTS ?= 1000000
SEED ?= 1
python-malformed: python-wheel
	cd crates/python && PODVERDICT_MALFORMED=$(OBJECTS) PODVERDICT_SEED=$(SEED) $(VENV)/pytest -q -s tests/test_malformed.py
