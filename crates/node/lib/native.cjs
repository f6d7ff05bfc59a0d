// Finds what answers on this platform: an addon beside this package (a build of one's own), the addon in the package of the
// platform, or the WebAssembly module, which runs everywhere.
'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { engineOf } = require('./wasm.cjs');

const musl = () => process.platform === 'linux' && !process.report?.getReport()?.header?.glibcVersionRuntime;

const PLATFORMS = {
  'linux x64': () => (musl() ? 'linux-x64-musl' : 'linux-x64-gnu'),
  'linux arm64': () => (musl() ? 'linux-arm64-musl' : 'linux-arm64-gnu'),
  'darwin x64': () => 'darwin-x64',
  'darwin arm64': () => 'darwin-arm64',
  'win32 x64': () => 'win32-x64-msvc',
  'win32 arm64': () => 'win32-arm64-msvc',
};

/** The name of this platform as its files have it; undefined if there is no addon for it. */
const platform = () => PLATFORMS[`${process.platform} ${process.arch}`]?.();

/** The addon; undefined if there is none here. */
function addon() {
  const name = platform();
  if (name === undefined) return undefined;
  for (const file of [`../podverdict.${name}.node`, `podverdict-${name}`]) {
    try {
      return { name: 'addon', ...require(file) };
    } catch (error) {
      // A file that is there and does not load is a fault to be seen.
      if (error?.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

/** The engine. PODVERDICT_ENGINE=wasm asks for WebAssembly where there is an addon too. */
function load() {
  const found = process.env.PODVERDICT_ENGINE === 'wasm' ? undefined : addon();
  if (found !== undefined) return found;
  let bytes;
  try {
    bytes = readFileSync(join(__dirname, '../podverdict.wasm'));
  } catch (cause) {
    throw new Error(`podverdict has no addon for ${process.platform} ${process.arch} here, and no podverdict.wasm`, { cause });
  }
  return engineOf(new WebAssembly.Module(bytes));
}

module.exports = { load, platform };
