// Finds the addon for this platform: beside this package (a build of one's own), else in the package of the platform.
'use strict';

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
function load() {
  const name = platform();
  if (name === undefined) return undefined;
  for (const file of [`../podverdict.${name}.node`, `podverdict-${name}`]) {
    try {
      return require(file);
    } catch (error) {
      // A file that is there and does not load is a fault to be seen.
      if (error?.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

module.exports = { load, platform };
