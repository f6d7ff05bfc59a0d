// Builds the addon and the WebAssembly module with cargo and lays them beside the package's other files.
//
//     node scripts/build.mjs [addon] [wasm]        (without a name: both)
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const root = resolve(here, '../..');
const { platform } = createRequire(import.meta.url)('../lib/native.cjs');
const profileOf = (usual) => process.env.PODVERDICT_PROFILE ?? usual;
const folderOf = (profile) => (profile === 'dev' ? 'debug' : profile);
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const wanted = process.argv.slice(2);

function cargo(name, profile, ...options) {
  execFileSync(process.env.CARGO ?? 'cargo', ['build', '-q', '--profile', profile, '-p', name, ...options], { cwd: root, stdio: 'inherit' });
}

/** In place of the old file, not into it: a process may have that one mapped. */
function lay(from, to) {
  copyFileSync(from, `${to}.new`);
  renameSync(`${to}.new`, to);
  console.log(to);
}

function addon() {
  const profile = profileOf('tool');
  cargo('podverdict-node', profile);
  const library = { linux: 'libpodverdict_node.so', darwin: 'libpodverdict_node.dylib', win32: 'podverdict_node.dll' };
  lay(join(target, folderOf(profile), library[process.platform]), join(here, `podverdict.${platform()}.node`));
}

function wasm() {
  const profile = profileOf('wasm');
  cargo('podverdict-wasm', profile, '--target', 'wasm32-unknown-unknown', '--config', `profile.${profile}.strip=true`);
  lay(join(target, 'wasm32-unknown-unknown', folderOf(profile), 'podverdict_wasm.wasm'), join(here, 'podverdict.wasm'));
  const read = (name) => readFileSync(join(here, 'lib', name), 'utf8').replace("'use strict';\n", '');
  const api = read('api.cjs').replace('module.exports = { create, PodverdictError };', 'export { PodverdictError };');
  const engine = read('wasm.cjs').replace('module.exports = { engineOf };\n', '');
  writeFileSync(join(here, 'wasm.mjs'), `${api}\n${engine}\n${read('wasm.mjs')}`);
  console.log(join(here, 'wasm.mjs'));
}

for (const [name, build] of Object.entries({ addon, wasm })) if (wanted.length === 0 || wanted.includes(name)) build();
