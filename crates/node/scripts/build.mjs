// Builds the addon with cargo and lays it beside the package under the name of its platform.
import { execFileSync } from 'node:child_process';
import { copyFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const root = resolve(here, '../..');
const { platform } = createRequire(import.meta.url)('../lib/native.cjs');
const profile = process.env.PODVERDICT_PROFILE ?? 'tool';
const cargo = process.env.CARGO ?? 'cargo';

execFileSync(cargo, ['build', '-q', '--profile', profile, '-p', 'podverdict-node'], { cwd: root, stdio: 'inherit' });

const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
const library = { linux: 'libpodverdict_node.so', darwin: 'libpodverdict_node.dylib', win32: 'podverdict_node.dll' };
const built = join(target, profile === 'dev' ? 'debug' : profile, library[process.platform]);
const addon = join(here, `podverdict.${platform()}.node`);
// In place of the old file, not into it: a process may have that one mapped.
copyFileSync(built, `${addon}.new`);
renameSync(`${addon}.new`, addon);
console.log(addon);
