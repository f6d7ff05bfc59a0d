// Runs the tests on another release of Node.js, taken from its package in the npm registry.
//
//     node scripts/node-version.mjs 22
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const version = process.argv[2] ?? '22';
const folder = resolve(here, `../../target/node-${version}`);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', `node@${version}`], { cwd: folder, stdio: 'inherit' });
// The package's own folder has the program; so has the path, as the tests and npm start it by name.
const bin = join(folder, 'node_modules/node/bin');
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
console.log(execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim());
execFileSync('npm', ['test'], { cwd: here, env, stdio: 'inherit' });
execFileSync('node', ['scripts/pack-test.mjs'], { cwd: here, env, stdio: 'inherit' });
