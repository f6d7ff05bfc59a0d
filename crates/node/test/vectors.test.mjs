import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { test } from 'node:test';

import api from '../index.mjs';
import { camel, cases, files, replay } from './vectors.mjs';

test('there are vectors', () => {
  assert.ok(files.reduce((sum, file) => sum + cases(file).length, 0) > 500);
});

for (const file of files) {
  test(relative(process.cwd(), file), () => {
    assert.deepEqual(replay(api, file, camel).wrong.slice(0, 20), []);
  });
}
