# demo: the main job on real input.  test: everything that must pass.  The rest are long runs.
SHELL := /bin/bash
CARGO ?= cargo
export CARGO_TERM_COLOR ?= auto

.PHONY: test demo rust lint doc conform vectors

test: lint rust doc

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

rust:
	$(CARGO) test --workspace
	$(CARGO) test -p podverdict --no-default-features

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
