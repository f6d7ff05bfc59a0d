// The same API over the WebAssembly module. `scripts/build.mjs` puts `api.cjs` in front of this, so that the result is one
// file for Node.js, browsers and workers.

function engineOf(module) {
  let { exports } = new WebAssembly.Instance(module);
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  // Views are made anew each time: memory that grows is another buffer.
  const read = (length) => decoder.decode(new Uint8Array(exports.memory.buffer, exports.podverdict_answer(), length));
  const ask = (bytes, lines) => {
    try {
      const start = exports.podverdict_request(bytes.length);
      new Uint8Array(exports.memory.buffer, start, bytes.length).set(bytes);
      return read(exports.podverdict_evaluate(start, bytes.length, lines));
    } catch (error) {
      // Whatever state it is in now: the next question gets a new one.
      ({ exports } = new WebAssembly.Instance(module));
      throw error;
    }
  };
  return {
    ops: () => read(exports.podverdict_ops()).split('\n'),
    evaluateText: (text) => ask(encoder.encode(text), false),
    evaluateBytes: (bytes) => ask(bytes, false),
    evaluateLines: (bytes) => ask(bytes, true),
    evaluateLater: async (bytes, lines) => ask(bytes, lines),
    memory: () => exports.memory.buffer.byteLength,
  };
}

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
