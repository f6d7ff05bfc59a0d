# demo: the main job on real input.  test: everything that must pass.  The rest are long runs.
SHELL := /bin/bash
CARGO ?= cargo
export CARGO_TERM_COLOR ?= auto
export CARGO_INCREMENTAL ?= 0

.PHONY: test demo rust lint doc conform vectors python python-wheel python-malformed bench-python

test: lint rust doc python node capi go-test

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

rust:
	$(CARGO) test --workspace
	CARGO_PROFILE_DEV_OPT_LEVEL=0 $(CARGO) test -p podverdict --no-default-features --lib --tests -- --skip linear_time
	for release in 1.35 1.37; do \
	  K8S_OPENAPI_ENABLED_VERSION=$$release CARGO_PROFILE_DEV_OPT_LEVEL=0 $(CARGO) test -p podverdict --features k8s-openapi --test k8s_openapi || exit 1; \
	done

# The properties on new cases, from a seed of the day's own: make property [PROPTEST_CASES=100000] [PROPTEST_RNG_SEED=N]
.PHONY: property
PROPTEST_CASES ?= 100000
PROPTEST_RNG_SEED ?= $(shell date +%s)
property:
	@echo "seed $(PROPTEST_RNG_SEED)"
	PROPTEST_CASES=$(PROPTEST_CASES) PROPTEST_RNG_SEED=$(PROPTEST_RNG_SEED) \
	  $(CARGO) test -q -p podverdict --test quantity --test gang_solver --test gang_feasible

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

# Beside upstream's own code in one run: make bench ORACLE=DIR [RELEASE=1.36]
.PHONY: bench
bench:
	@test -n "$(ORACLE)" || { echo "name the folder of the oracle's programs: make bench ORACLE=DIR"; exit 2; }
	$(CARGO) build -q --profile release -p podverdict-conform
	target/release/conform --oracle "$(ORACLE)" --bench $(if $(RELEASE),--release $(RELEASE))

# A large file through the command, how fast and in how much memory: make bench-eval [PODS=1000000] [ORACLE=DIR]
.PHONY: bench-eval
PODS ?= 1000000
bench-eval:
	$(CARGO) build -q --profile release -p podverdict-cli -p podverdict-conform
	$(PYTHON) crates/cli/bench/eval.py target/release/podverdict target/release/conform --pods $(PODS) $(if $(ORACLE),--oracle "$(ORACLE)")

# Instructions counted by valgrind, beside those on record: make instructions [RECORD=1]
.PHONY: instructions
instructions:
	@command -v valgrind > /dev/null || apt-get install -y -q valgrind
	$(CARGO) build -q --profile release -p podverdict-conform
	crates/conform/instructions.sh target/release/conform $(if $(RECORD),--record)

# The Python package: its wheel goes into .venv, where its tests, the examples and the type checkers run.
PYTHON ?= python3
VENV := $(CURDIR)/.venv/bin
WHEEL_PROFILE ?= tool
python: python-wheel
	cd crates/python && $(VENV)/pytest -q
	cd crates/python && $(VENV)/mypy --strict -p podverdict && $(VENV)/stubtest podverdict
	cd crates/python && export PATH="$(VENV):$$PATH" && pyright python && pyright --verifytypes podverdict | tail -4 \
	  && exit $${PIPESTATUS[0]}
	cd crates/python && $(VENV)/mypy --ignore-missing-imports ../../examples/python/*.py

python-wheel: $(VENV)/python
	$(VENV)/pip install -q 'maturin>=1.9.4,<2' 'pip>=25.1' && $(VENV)/pip install -q --group crates/python/pyproject.toml:test
	rm -rf target/python && $(VENV)/maturin build -q --profile $(WHEEL_PROFILE) -m crates/python/Cargo.toml -o target/python
	$(VENV)/pip install -q --force-reinstall --no-deps target/python/*.whl

# Debian's Python has no pip for a new environment without python3-venv.
$(VENV)/python:
	$(PYTHON) -m venv .venv || { rm -rf .venv; apt-get update -q && apt-get install -y -q python3-venv && $(PYTHON) -m venv .venv; }

# The same wheel on other releases of Python: its tests, the examples with each client's objects among them.
.PHONY: python-versions
PYTHONS ?= 3.10 3.12 3.13
python-versions: python-wheel
	for version in $(PYTHONS); do \
	  python$$version -m venv --clear .venv/on-$$version && . .venv/on-$$version/bin/activate \
	    && pip install -q 'pip>=25.1' && pip install -q --group crates/python/pyproject.toml:test target/python/*.whl \
	    && python -VV && (cd crates/python && python -m pytest -q) || exit 1; \
	done

# What Python costs on top of the core.
bench-python: WHEEL_PROFILE = release
bench-python: python-wheel
	$(VENV)/python crates/python/bench/overhead.py

# Malformed, hostile and random objects by the million: only our own errors may come out.
OBJECTS ?= 1000000
SEED ?= 1
python-malformed: python-wheel
	cd crates/python && PODVERDICT_MALFORMED=$(OBJECTS) PODVERDICT_SEED=$(SEED) $(VENV)/pytest -q -s tests/test_malformed.py

# The C library. `capi` tests it; `install` lays it below PREFIX; the rest are long runs.
.PHONY: capi capi-build capi-programs capi-tools install capi-requests capi-nightly capi-sanitize capi-miri fuzz-eval
PREFIX ?= /usr/local
CAPI_VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
CAPI_SONAME := libpodverdict.so.$(basename $(CAPI_VERSION))
CAPI_BIN := target/capi/bin
CAPI_TESTS := crates/capi/tests/c
CAPI_WARN := -g -O1 -Wall -Wextra -Wpedantic -Werror -Iinclude
CAPI_PROFILE ?= release
CAPI_LIB = target/$(CAPI_PROFILE)/libpodverdict_capi
CAPI_LINK = $(CAPI_LIB).a -lpthread -ldl -lm

capi: CAPI_PROFILE = tool
capi: capi-build capi-programs
	$(CARGO) test -q --workspace --test header --test handles
	for program in $(CAPI_BIN)/api-*; do $$program || exit 1; done
	$(CAPI_BIN)/api-gcc 8
	PODVERDICT_REPLAY=$$(ls $(CURDIR)/$(CAPI_BIN)/replay-* | paste -sd:) $(CARGO) test -q --workspace --test replay -- --nocapture
	rm -rf target/capi/root && $(MAKE) -s install CAPI_PROFILE=tool PREFIX=$(CURDIR)/target/capi/root
	crates/capi/tests/installed.sh $(CURDIR)/target/capi/root $(CURDIR)

capi-tools:
	@for tool in gcc g++ clang clang++ pkg-config; do command -v $$tool > /dev/null || missing=1; done; \
	if [ -n "$$missing" ]; then apt-get install -y -q gcc g++ clang pkg-config; fi

capi-build:
	$(CARGO) build -q --profile $(CAPI_PROFILE) -p podverdict-capi

capi-programs: capi-build capi-tools
	@rm -rf $(CAPI_BIN) && mkdir -p $(CAPI_BIN)
	for cc in gcc clang; do \
	  for program in $(CAPI_TESTS)/api $(CAPI_TESTS)/replay examples/c/shim examples/c/check; do \
	    $$cc -std=c11 $(CAPI_WARN) $$program.c $(CAPI_LINK) -o $(CAPI_BIN)/$$(basename $$program)-$$cc || exit 1; \
	  done; \
	done
	for cc in g++ clang++; do \
	  for program in api replay; do \
	    $$cc -std=c++17 $(CAPI_WARN) $(CAPI_TESTS)/$$program.cpp $(CAPI_LINK) -o $(CAPI_BIN)/$$program-$$cc || exit 1; \
	  done; \
	done

# In the static library all names but the public ones become local, so that no other Rust library is in the way; the
# bitcode that Rust's own library carries goes, because older linker plugins fail on it.
install: capi-build
	install -d $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 include/podverdict.h include/podverdict.hpp $(DESTDIR)$(PREFIX)/include
	install -m 755 $(CAPI_LIB).so $(DESTDIR)$(PREFIX)/lib/libpodverdict.so.$(CAPI_VERSION)
	ln -sf libpodverdict.so.$(CAPI_VERSION) $(DESTDIR)$(PREFIX)/lib/$(CAPI_SONAME)
	ln -sf $(CAPI_SONAME) $(DESTDIR)$(PREFIX)/lib/libpodverdict.so
	mkdir -p target/capi
	nm -D --defined-only $(CAPI_LIB).so | awk '{print $$3}' > target/capi/names
	ld -r --gc-sections $$(sed 's/^/-u /' target/capi/names) $(CAPI_LIB).a -o target/capi/podverdict.o
	objcopy --strip-debug --remove-section=.llvmbc --remove-section=.llvmcmd --keep-global-symbols=target/capi/names target/capi/podverdict.o
	rm -f target/capi/libpodverdict.a && ar rcs target/capi/libpodverdict.a target/capi/podverdict.o
	install -m 644 target/capi/libpodverdict.a $(DESTDIR)$(PREFIX)/lib/libpodverdict.a
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(CAPI_VERSION)|' crates/capi/podverdict.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/podverdict.pc

# Rust's own library is built with the sanitizer too; that needs nightly with rust-src, and clang's runtimes.
NIGHTLY ?= +nightly
CAPI_HOST := $(shell rustc -vV | sed -n 's/^host: //p')
capi_instrumented = RUSTFLAGS="$(2)" CARGO_INCREMENTAL=0 CARGO_TARGET_DIR=target/$(1) \
	$(CARGO) $(NIGHTLY) rustc -q $(3) --target $(CAPI_HOST) -p podverdict-capi --lib --crate-type staticlib

capi-requests:
	@mkdir -p $(CAPI_BIN)
	sed -n 's/^{"case":\(.*\),"want":.*$$/\1/p' tests/vectors/*/*.jsonl > target/capi/requests

# A toolchain that is given as NIGHTLY=… must have these parts already.
capi-nightly: capi-tools
	@rustc $(NIGHTLY) -V > /dev/null 2>&1 && test -d "$$(rustc $(NIGHTLY) --print sysroot)/lib/rustlib/src/rust/library" \
	  && cargo $(NIGHTLY) miri --version > /dev/null 2>&1 \
	  || rustup toolchain install nightly --profile minimal --component rust-src --component miri
	@test -n "$$(ls $$(clang --print-resource-dir)/lib/*/libclang_rt.fuzzer*.a 2> /dev/null)" \
	  || apt-get install -y -q "libclang-rt-$$(clang -dumpversion | cut -d. -f1)-dev"

# The C programs call every function, 8 threads at once too, and all recorded requests. valgrind looks at the library as it is
# installed: of code that is optimised less it calls comparisons without a branch uninitialised.
capi-sanitize: capi-nightly capi-programs capi-requests
	$(call capi_instrumented,address,-Copt-level=0 -Zsanitizer=address,-Zbuild-std)
	$(call capi_instrumented,thread,-Copt-level=0 -Zsanitizer=thread,-Zbuild-std)
	for sanitizer in address,undefined thread; do \
	  for program in api replay; do \
	    lib=target/$${sanitizer%%,*}/$(CAPI_HOST)/debug/libpodverdict_capi.a; \
	    if [ $$sanitizer = thread ]; then lib="-fno-builtin $(CAPI_TESTS)/tsan.c $$lib"; fi; \
	    clang -std=c11 $(CAPI_WARN) -fsanitize=$$sanitizer -fno-sanitize-recover=all $(CAPI_TESTS)/$$program.c $$lib \
	      -lpthread -ldl -lm -o $(CAPI_BIN)/$$program-$${sanitizer%%,*} || exit 1; \
	  done; \
	  $(CAPI_BIN)/api-$${sanitizer%%,*} && $(CAPI_BIN)/api-$${sanitizer%%,*} 8 || exit 1; \
	  $(CAPI_BIN)/replay-$${sanitizer%%,*} < target/capi/requests | wc -l || exit 1; \
	done
	command -v valgrind > /dev/null || apt-get install -y -q valgrind
	for run in api-gcc "api-gcc 8" api-g++ replay-gcc; do \
	  valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
	    $(CAPI_BIN)/$$run < target/capi/requests > /dev/null || exit 1; \
	done

capi-miri: capi-nightly
	MIRIFLAGS=-Zmiri-strict-provenance CARGO_TARGET_DIR=target/miri $(CARGO) $(NIGHTLY) miri test -p podverdict-capi --lib --test handles

# The recorded requests, a file each: seeds of both fuzzers.
.PHONY: fuzz-seeds
fuzz-seeds: capi-requests
	mkdir -p target/fuzz/seeds && split -l 1 -a 4 -d target/capi/requests target/fuzz/seeds/

# make fuzz-eval [RUNS=10000000]: libFuzzer on podverdict_eval, from the recorded requests on. A request takes less time
# than libFuzzer's own bookkeeping with its usual settings (the entropic schedule, symbols of new functions, looking for
# new files), so these are off.
RUNS ?= 10000000
fuzz-eval: capi-nightly fuzz-seeds
	$(call capi_instrumented,fuzz,-Copt-level=2 -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table)
	clang -std=c11 $(CAPI_WARN) -fsanitize=fuzzer $(CAPI_TESTS)/fuzz.c target/fuzz/$(CAPI_HOST)/debug/libpodverdict_capi.a \
	  -lpthread -ldl -lm -o $(CAPI_BIN)/fuzz
	mkdir -p target/fuzz/corpus
	$(CAPI_BIN)/fuzz -runs=$(RUNS) -max_len=2048 -timeout=10 -rss_limit_mb=3000 -artifact_prefix=target/fuzz/ \
	  -entropic=0 -reduce_inputs=0 -print_funcs=0 -reload=0 -print_final_stats=1 target/fuzz/corpus target/fuzz/seeds

# The Go package embeds the WebAssembly module, so that `go get` needs no Rust. The compressed module is in the
# repository; beside it stands a digest of the sources that it was built from, and it is built anew when that differs.
.PHONY: go go-test go-module bench-go
GO_SOURCES := Cargo.toml Cargo.lock crates/core/Cargo.toml crates/core/src crates/wasm/Cargo.toml crates/wasm/src
GO_DIGEST = find $(GO_SOURCES) -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1
go: go-module go-test

# The tests fail where the module is not one of today's sources.
go-test:
	@command -v go > /dev/null || { echo "there is no Go here: its package is not tested"; exit 0; }; \
	cd go && test -z "$$(gofmt -l .)" && CGO_ENABLED=0 go vet ./... && CGO_ENABLED=0 go test ./...

go-module:
	@test -f go/podverdict.wasm.gz && test "$$($(GO_DIGEST))" = "$$(cat go/podverdict.wasm.sources)" || $(MAKE) --no-print-directory go/podverdict.wasm.gz

.PHONY: go/podverdict.wasm.gz
go/podverdict.wasm.gz:
	rustup target list --installed | grep -q wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
	$(CARGO) build -q --profile wasm --target wasm32-unknown-unknown -p podverdict-wasm
	gzip -9 -n < target/wasm32-unknown-unknown/wasm/podverdict_wasm.wasm > go/podverdict.wasm.gz
	$(GO_DIGEST) > go/podverdict.wasm.sources
	@echo "go/podverdict.wasm.gz is new: commit it with go/podverdict.wasm.sources"; ls -l go/podverdict.wasm.gz

# Beside upstream's own Go functions; a module of its own, so that the package does not depend on theirs.
bench-go: go-module
	cd go/bench && CGO_ENABLED=0 go test -run '^$$' -bench . -benchmem .

# The Node.js package: its addon and its WebAssembly module, its tests, and an installation from the packed file.
.PHONY: node node-browser node-versions playground bench-node leak-node
WASM_TARGET := $(shell rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown
node:
	cd crates/node && npm ci --no-audit --no-fund --silent
	test -d $(WASM_TARGET) || rustup target add wasm32-unknown-unknown
	cd crates/node && node scripts/build.mjs
	cd crates/node && npm test
	cd crates/node && node scripts/pack-test.mjs
	$(MAKE) -s node-browser

# The page of examples/playground, with what node built, in headless Chromium.
CHROMIUM ?= /usr/bin/chromium
node-browser:
	test -x $(CHROMIUM) || apt-get install -y -q chromium || { apt-get update -q && apt-get install -y -q chromium; }
	cd crates/node && CHROMIUM=$(CHROMIUM) node --test test/browser/*.test.mjs

# The page itself, on this machine: make playground [PORT=8080]
PORT ?= 8080
playground:
	cd crates/node && npm ci --no-audit --no-fund --silent
	test -d $(WASM_TARGET) || rustup target add wasm32-unknown-unknown
	cd crates/node && node scripts/build.mjs wasm && node scripts/playground.mjs serve $(PORT)

# The tests on other releases of Node.js, which come as packages.
NODES ?= 22 24
node-versions:
	cd crates/node && for version in $(NODES); do node scripts/node-version.mjs $$version || exit 1; done

# What the way through Node.js costs, against the core alone.
bench-node:
	cd crates/node && PODVERDICT_PROFILE=release node scripts/build.mjs addon && node bench/overhead.mjs

# Heap and resident memory over 1,000,000 calls.
leak-node:
	cd crates/node && node scripts/build.mjs addon && node --expose-gc bench/leak.mjs

# Checks beyond the tests; each installs its tool. make fuzz [TARGETS="wire gang"] [FOR=60]: seconds for each target.
.PHONY: fuzz mutants deny msrv minimal-versions public-api semver
cargo_tool = command -v cargo-$(1) > /dev/null || $(CARGO) install --locked --quiet cargo-$(1)
TARGETS ?= wire quantity models gang
FOR ?= 60
# The core has no unsafe code, so no sanitizer looks on; the targets themselves watch memory. A run longer than a second fails, of
# gangs a search.
# The recorded requests are seeds, too.
fuzz: capi-nightly fuzz-seeds
	@$(call cargo_tool,fuzz)
	for target in $(TARGETS); do \
	  seeds=; if [ $$target = wire ]; then seeds=target/fuzz/seeds; fi; mkdir -p fuzz/found/$$target; \
	  $(CARGO) $(NIGHTLY) fuzz run --sanitizer none $$target fuzz/found/$$target fuzz/corpus/$$target $$seeds \
	    -- -max_total_time=$(FOR) -timeout=$$([ $$target = gang ] && echo 20 || echo 1) -rss_limit_mb=2000 -max_len=4096 -print_final_stats=1 || exit 1; \
	done

# Changes of the rules that no test notices: make mutants [FILES="decide.rs phase.rs"] [SHARD=0/8]
RULES := quantity/*.rs release/*.rs resize/**/*.rs restart/**/*.rs validate/**/*.rs
FILES ?= $(addprefix crates/core/src/,$(RULES))
SHARD ?=
mutants:
	@$(call cargo_tool,mutants)
	CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=false CARGO_INCREMENTAL=1 \
	  $(CARGO) mutants -p podverdict --no-shuffle -o target $(foreach file,$(FILES),-f '$(file)') \
	  $(if $(SHARD),--shard $(SHARD))

deny:
	@$(call cargo_tool,deny)
	$(CARGO) deny check bans licenses sources

# The oldest Rust, and the oldest dependencies, that will do.
MSRV := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
msrv:
	rustup toolchain install --no-self-update --profile minimal $(MSRV)
	$(CARGO) +$(MSRV) check --workspace --locked --target-dir target/msrv

minimal-versions: capi-nightly
	rm -rf target/minimal && mkdir -p target/minimal && git ls-files -z | xargs -0 cp --parents -t target/minimal
	cd target/minimal && $(CARGO) $(NIGHTLY) update -q -Z direct-minimal-versions
	cd target/minimal && K8S_OPENAPI_ENABLED_VERSION=1.35 $(CARGO) check -p podverdict --all-features && $(CARGO) check -p podverdict-cli -p podverdict-capi

# The public items of the core, beside the list that is kept: make public-api [RECORD=1]
public-api: capi-nightly
	@$(call cargo_tool,public-api)
	$(CARGO) $(NIGHTLY) public-api -p podverdict -sss > target/public-api.txt
	$(if $(RECORD),cp target/public-api.txt docs/public-api.txt,diff -u docs/public-api.txt target/public-api.txt)

# What a change breaks for users of the core, since a revision: make semver BASE=REV
semver:
	@test -n "$(BASE)" || { echo "name the revision to compare with: make semver BASE=REV"; exit 2; }
	@$(call cargo_tool,semver-checks)
	K8S_OPENAPI_ENABLED_VERSION=1.35 $(CARGO) semver-checks -p podverdict --baseline-rev $(BASE)
