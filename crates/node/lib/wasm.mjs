// The same API over the WebAssembly module. `scripts/build.mjs` puts `api.cjs` and `wasm.cjs` in front of this, so that the
// result is one file for Node.js, browsers and workers.

async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  if (typeof Response === 'function' && source instanceof Response) return WebAssembly.compile(await source.arrayBuffer());
  const url = new URL(source ?? './podverdict.wasm', import.meta.url);
  if (url.protocol === 'file:' && typeof process === 'object') {
    const { readFile } = await import('node:fs/promises');
    return WebAssembly.compile(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Loads the module: from beside this file, or from bytes, a Response, a URL or a compiled module. */
export async function load(source) {
  const engine = engineOf(await compile(source));
  return Object.freeze({ ...create(engine), memory: engine.memory });
}
