'use strict';

const { create } = require('./lib/api.cjs');
const { load } = require('./lib/native.cjs');

const engine = load();
if (engine === undefined) {
  throw new Error(`podverdict has no addon for ${process.platform} ${process.arch}; 'podverdict/wasm' runs everywhere`);
}

module.exports = create(engine);
