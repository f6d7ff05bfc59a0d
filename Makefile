# demo: the main job on real input.  test: everything that must pass.  The rest are long runs.
SHELL := /bin/bash
CARGO ?= cargo
export CARGO_TERM_COLOR ?= auto

.PHONY: test demo rust lint doc conform vectors python

test: lint rust doc

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
python:
	test -x $(VENV)/python || $(PYTHON) -m venv .venv
	$(VENV)/pip install -q -U pip
	$(VENV)/pip install -q 'maturin>=1.9.4,<2' --group crates/python/pyproject.toml:test
	rm -rf target/python && $(VENV)/maturin build -q --profile tool -m crates/python/Cargo.toml -o target/python
	$(VENV)/pip install -q --force-reinstall --no-deps target/python/*.whl
	cd crates/python && $(VENV)/pytest -q
	cd crates/python && $(VENV)/mypy --strict -p podverdict && $(VENV)/stubtest podverdict
	cd crates/python && $(VENV)/pyright --pythonpath $(VENV)/python python && $(VENV)/pyright --pythonpath $(VENV)/python --verifytypes podverdict > /dev/null
	cd crates/python && $(VENV)/mypy --ignore-missing-imports ../../examples/python/*.py

# The Node.js package: its addon and its WebAssembly module, its tests, and an installation from the packed file.
.PHONY: node bench-node leak-node
WASM_TARGET := $(shell rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown
node:
	cd crates/node && npm ci --no-audit --no-fund --silent
	test -d $(WASM_TARGET) || rustup target add wasm32-unknown-unknown
	cd crates/node && node scripts/build.mjs
	cd crates/node && npm test
	cd crates/node && node scripts/pack-test.mjs

# What the way through Node.js costs, against the core alone.
bench-node:
	cd crates/node && node scripts/build.mjs addon && node bench/overhead.mjs

# Heap and resident memory over 1,000,000 calls.
leak-node:
	cd crates/node && node scripts/build.mjs addon && node --expose-gc bench/leak.mjs
