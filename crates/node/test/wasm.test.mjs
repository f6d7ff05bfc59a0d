// The WebAssembly build answers as the addon does.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';

import * as native from '../index.mjs';
import { camel, cases, files, replay } from './vectors.mjs';

const built = existsSync(new URL('../podverdict.wasm', import.meta.url));

test('WebAssembly', { skip: built ? false : 'it was not built here' }, async (t) => {
  const { load, PodverdictError } = await import('../wasm.mjs');
  const api = await load();

  for (const file of files) {
    await t.test(`${basename(dirname(file))}/${basename(file)}`, () => {
      assert.deepEqual(replay(api, file, camel).wrong.slice(0, 20), []);
      for (const { case: request } of cases(file)) {
        const both = [native, api].map((each) => Buffer.from(each.evaluateLines(JSON.stringify(request))).toString());
        assert.equal(both[1], both[0]);
      }
    });
  }

  await t.test('every way to load it', async () => {
    const bytes = readFileSync(new URL('../podverdict.wasm', import.meta.url));
    for (const source of [bytes, new Response(bytes), new WebAssembly.Module(bytes), new URL('../podverdict.wasm', import.meta.url)]) {
      assert.equal(new (await load(source)).Kubernetes('1.37').quantity('1Ki').a.value, 1024);
    }
  });

  await t.test('errors and promises', async () => {
    const k8s = new api.Kubernetes('1.37');
    assert.throws(() => k8s.qos({ pod: { spec: 1 } }), (error) => error instanceof PodverdictError && error.path === 'pod.spec');
    assert.deepEqual(await k8s.promises.qos({ pod: {} }), k8s.qos({ pod: {} }));
    await assert.rejects(k8s.promises.qos({ pod: 1 }), PodverdictError);
    assert.deepEqual(api.ops(), native.ops());
  });

  await t.test('its memory stays as it is', () => {
    const line = Buffer.from(`${JSON.stringify(cases(files[0])[0].case)}\n`);
    const after = (calls) => {
      for (let i = 0; i < calls; i += 1) api.evaluateLines(line);
      return api.memory();
    };
    const before = after(2_000);
    assert.equal(after(20_000), before);
  });
});
