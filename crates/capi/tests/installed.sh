#!/bin/bash
# Tests an installed copy, from an empty folder: installed.sh PREFIX SOURCE
# It links by pkg-config alone, shared and static, and compares the exported symbols with the header's functions.
set -euo pipefail
prefix=$1 source=$2
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$source/examples/c/shim.c" "$source/crates/capi/tests/c/api.cpp" "$folder"
cd "$folder"

cc shim.c $(pkg-config --cflags --libs podverdict) -o shared
c++ -std=c++17 api.cpp $(pkg-config --cflags --libs podverdict) -o shared-cpp
export LD_LIBRARY_PATH=$prefix/lib
readelf -d shared | grep -q 'NEEDED.*libpodverdict\.so\.[0-9]'
./shared-cpp
[ "$(./shared 42)" = "restart it: restartPolicyRules[0] matches the exit code" ]
unset LD_LIBRARY_PATH

libs=$(pkg-config --static --libs podverdict)
cc shim.c $(pkg-config --cflags podverdict) ${libs/-lpodverdict/-l:libpodverdict.a} -o static
if readelf -d static | grep -q libpodverdict; then
  echo "the static program needs the shared library" >&2
  exit 1
fi
[ "$(./static 0)" = "leave it: the container's restartPolicy is Never" ]

grep -oE '\bpodverdict_[a-z_]+\(' "$prefix/include/podverdict.h" | tr -d '(' | sort -u > declared
nm -D --defined-only "$prefix/lib/libpodverdict.so" | awk '{print $3}' | sort -u > exported
diff declared exported
nm -g --defined-only "$prefix/lib/libpodverdict.a" 2> /dev/null | awk 'NF == 3 {print $3}' | sort -u > in-archive
diff declared in-archive
echo "installed copy: $(wc -l < exported) functions, shared and static"
