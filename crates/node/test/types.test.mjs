// The declarations hold for real answers: each is written out as a literal of the type that its method declares, and
// `tsc --strict` reads all of them, the examples, and the declarations themselves.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

import { Kubernetes, PodverdictError } from '../index.mjs';
import { camel, cases, files } from './vectors.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** What to ask beside the case itself, so that every op is asked. */
function more(op, inputs) {
  const { prepare, ...plain } = inputs;
  if (op === 'resize_feasible') {
    const { pod, oldPod, opts, ...node } = plain;
    return [
      ['resizeAdvice', plain], ['resizeHeadroom', { ...node, pod }], ['resizeActions', { pod, oldPod }],
      ['resizeStatus', { pod }], ['resizeQueue', { ...node, resizes: [{ pod, oldPod }] }],
    ];
  }
  if (op === 'restart_decision') {
    const container = plain.pod.spec?.containers?.[0]?.name;
    const events = [{ container, exitCode: plain.exitCode ?? 1 }, { sandboxDies: true, after: '5s' }, { container, probe: 'liveness' }];
    return [
      ['restartCycle', { pod: plain.pod, events, maxSyncs: 6 }],
      ['crashLoopBackoff', { pod: plain.pod, container, podStatus: plain.podStatus, now: '2026-03-01T08:00:00Z' }],
      ['resizeStatus', { pod: plain.pod }],
    ];
  }
  if (op === 'schedule') {
    const pod = plain.pods?.find((each) => !each.spec?.nodeName);
    const { timeoutMs, ...cluster } = plain;
    return [['gangFeasible', cluster], ['gangExplain', cluster], ...(pod ? [['nodeFilters', { ...cluster, pod }]] : [])];
  }
  return [];
}

function* answers() {
  for (const file of files) {
    for (const { case: request } of cases(file)) {
      const { id, op, release, gates, ...inputs } = request;
      let kubernetes;
      try {
        kubernetes = new Kubernetes(release, { gates });
      } catch (error) {
        assert.ok(error instanceof PodverdictError);
        continue;
      }
      for (const [method, input] of [[camel(op), inputs], ...more(op, inputs)]) {
        try {
          yield [method, method === 'quantity' ? kubernetes.quantity(input.opts.a, input.opts.b) : kubernetes[method](input)];
        } catch (error) {
          assert.ok(error instanceof PodverdictError, `${method}: ${error}`);
        }
      }
    }
  }
}

test('answers are of the declared types', () => {
  const perMethod = new Map();
  for (const [method, answer] of answers()) {
    if (!perMethod.has(method)) perMethod.set(method, new Map());
    // One of each shape.
    const shape = JSON.stringify(answer, (key, value) => (typeof value === 'number' ? 0 : value)).replace(/"(message|detail|string|source)":"[^"]*"/g, '');
    const kept = perMethod.get(method);
    if (kept.size < 60) kept.set(shape, answer);
  }
  const methods = Object.getOwnPropertyNames(Kubernetes.prototype).filter((name) => !['constructor', 'ask', 'enabled', 'release', 'gates', 'promises'].includes(name));
  assert.deepEqual(methods.filter((method) => !perMethod.has(method)).filter((method) => method !== 'validateCompositePodGroup'), []);
  const folder = `${here}generated`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [method, kept] of perMethod) {
    const literals = [...kept.values()].map((answer, i) => `export const a${i}: ReturnType<Kubernetes['${method}']> = ${JSON.stringify(answer)};`);
    writeFileSync(`${folder}/${method}.mts`, `import type { Kubernetes } from '../../index.mjs';\n${literals.join('\n')}\n`);
  }
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', `${here}tsconfig.json`], { encoding: 'utf8' });
  } catch (error) {
    assert.fail(String(error.stdout).slice(0, 6000));
  }
});
