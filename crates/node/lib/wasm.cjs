// The engine over a WebAssembly module of crates/wasm. This file requires nothing, so that a browser can have it.
'use strict';

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
    name: 'wasm',
    ops: () => read(exports.podverdict_ops()).split('\n'),
    evaluateText: (text) => ask(encoder.encode(text), false),
    evaluateBytes: (bytes) => ask(bytes, false),
    evaluateLines: (bytes) => ask(bytes, true),
    evaluateLater: async (bytes, lines) => ask(bytes, lines),
    memory: () => exports.memory.buffer.byteLength,
  };
}

module.exports = { engineOf };
