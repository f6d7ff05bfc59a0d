'use strict';

const { create } = require('./lib/api.cjs');
const { load } = require('./lib/native.cjs');

module.exports = create(load());
