// Lays what the page under examples/playground needs beside it: the WebAssembly build, the YAML reader and the example
// manifests. With `serve`, serves the folder on this machine.
//
//     node scripts/playground.mjs [serve [PORT]]
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const examples = resolve(here, '../../examples');
export const page = join(examples, 'playground');

/** Makes `built/`; `build.mjs` was run before. */
export function lay() {
  const built = join(page, 'built');
  rmSync(built, { recursive: true, force: true });
  mkdirSync(join(built, 'data'), { recursive: true });
  for (const file of ['wasm.mjs', 'podverdict.wasm']) copyFileSync(join(here, file), join(built, file));
  const data = join(examples, 'data');
  for (const file of readdirSync(data).filter((name) => name.endsWith('.yaml'))) copyFileSync(join(data, file), join(built, 'data', file));
  const yaml = join(here, 'node_modules/yaml');
  cpSync(join(yaml, 'browser'), join(built, 'yaml'), { recursive: true });
  copyFileSync(join(yaml, 'LICENSE'), join(built, 'yaml/LICENSE'));
}

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css',
  '.wasm': 'application/wasm', '.yaml': 'text/plain; charset=utf-8', '.jsonl': 'text/plain; charset=utf-8',
};

/** Serves a folder's files on this machine; resolves with the server. */
export function serve(folder = page, port = 0) {
  const server = createServer(async ({ url }, response) => {
    try {
      const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
      const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
      const body = await readFile(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-cache' }).end(body);
    } catch {
      response.writeHead(404).end('not found');
    }
  });
  return new Promise((done, fail) => server.once('error', fail).listen(port, '127.0.0.1', () => done(server)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  lay();
  console.log(page);
  if (process.argv[2] === 'serve') {
    const server = await serve(page, Number(process.argv[3] ?? 8080));
    console.log(`http://127.0.0.1:${server.address().port}/`);
  }
}
