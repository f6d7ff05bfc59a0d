// The same pod in every form, and everything that is no pod.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import vm from 'node:vm';

import * as client from '@kubernetes/client-node';

import { Cluster, Kubernetes, Pod, PodverdictError, evaluate, evaluateAsync, evaluateJson, evaluateLines, evaluateLinesAsync, ops } from '../index.mjs';

const k8s = new Kubernetes('1.37');

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'trainer-0', namespace: 'ml', uid: '0b0e5d8e-5a0e-4a51-9d3c-9d9c0f5b1a11', generation: 3,
    creationTimestamp: '2026-03-01T08:00:00Z',
    labels: { app: 'trainer', _default: 'x', constructor: 'y' },
  },
  spec: {
    restartPolicy: 'OnFailure',
    overhead: { cpu: '250m' },
    initContainers: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', resources: { requests: { cpu: '100m' } } }],
    containers: [{
      name: 'worker', image: 'worker:1', restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
      resources: { requests: { cpu: '1500m', memory: '2Gi' }, limits: { memory: '2Gi' } },
    }],
  },
  status: {
    phase: 'Running',
    startTime: '2026-03-01T08:00:01Z',
    containerStatuses: [{ name: 'worker', image: 'worker:1', imageID: '', ready: true, restartCount: 0, state: { running: { startedAt: '2026-03-01T08:00:05Z' } } }],
  },
};

const clone = () => JSON.parse(JSON.stringify(POD));
const freeze = (value) => {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
};
const bare = (value) => {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.assign(Object.create(null), Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bare(inner)])));
};
const dates = (value) => {
  if (Array.isArray(value)) return value.map(dates);
  if (typeof value === 'string' && value.startsWith('2026-')) return new Date(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, dates(inner)]));
};
const text = JSON.stringify(POD);
const shared = () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(Buffer.byteLength(text)));
  bytes.set(Buffer.from(text));
  return bytes;
};

const FORMS = {
  object: () => POD,
  text: () => text,
  'indented text': () => JSON.stringify(POD, null, 2),
  Buffer: () => Buffer.from(text),
  Uint8Array: () => new TextEncoder().encode(text),
  'part of a buffer': () => Buffer.from(`xx${text}yy`).subarray(2, -2),
  ArrayBuffer: () => new TextEncoder().encode(text).buffer,
  DataView: () => new DataView(new TextEncoder().encode(text).buffer),
  'shared memory': shared,
  frozen: () => freeze(clone()),
  'without prototypes': () => bare(POD),
  dates: () => dates(POD),
  'of another realm': () => vm.runInNewContext(`JSON.parse(text)`, { text }),
  proxy: () => new Proxy(clone(), {}),
  getters: () => ({ get kind() { return 'Pod'; }, get metadata() { return POD.metadata; }, get spec() { return POD.spec; }, get status() { return POD.status; } }),
  toJSON: () => ({ toJSON: () => POD }),
  'official client': () => client.loadYaml(text),
  'class of the official client': () => client.ObjectSerializer?.deserialize?.(clone(), 'V1Pod', '') ?? Object.assign(new client.V1Pod(), dates(POD)),
  Pod: () => new Pod(POD),
  'Pod of text': () => new Pod(Buffer.from(text)),
};

for (const [form, make] of Object.entries(FORMS)) {
  test(`a pod as ${form}`, async () => {
    const pod = make();
    const expected = k8s.restartDecision({ pod: POD, exitCode: 42 });
    assert.equal(expected.containers.at(-1).onExit.verdict, 'restart');
    assert.deepEqual(k8s.restartDecision({ pod, exitCode: 42 }), expected);
    assert.deepEqual(await k8s.promises.restartDecision({ pod, exitCode: 42 }), expected);
    assert.deepEqual(evaluate({ op: 'restart_decision', release: '1.37', pod, exitCode: 42 }), expected);
    assert.deepEqual(k8s.podConditions({ pod }), k8s.podConditions({ pod: POD }));
    const node = { metadata: { name: 'n' }, status: { allocatable: { cpu: '1', memory: '4Gi', pods: '9' } } };
    assert.deepEqual(k8s.nodeFilters({ nodes: [node], pods: [pod], pod }), k8s.nodeFilters({ nodes: [JSON.stringify(node)], pods: [POD], pod: POD }));
    assert.equal(new Cluster(k8s, [pod]).size, 1);
  });
}

test('attributes of the official client have their names in JSON', () => {
  class V1Thing {
    static getAttributeTypeMap() {
      return [{ name: '_default', baseName: 'default', type: 'string' }, { name: 'spec', baseName: 'spec', type: 'V1PodSpec' }];
    }
  }
  const thing = Object.assign(new V1Thing(), { _default: 'x', spec: {} });
  assert.deepEqual(new Pod(thing).toJSON(), { default: 'x', spec: {} });
});

test('a key may have any name', () => {
  const labels = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": "c"}');
  const pod = new Pod({ metadata: { labels, creationTimestamp: new Date(0) } });
  assert.equal(pod.text, '{"metadata":{"labels":{"__proto__":"a","constructor":"b","toString":"c"},"creationTimestamp":"1970-01-01T00:00:00.000Z"}}');
});

test('both module systems have the same classes', () => {
  const required = createRequire(import.meta.url)('../index.cjs');
  assert.equal(required.PodverdictError, PodverdictError);
  assert.equal(required.Kubernetes, Kubernetes);
});

/** Runs, and gives the error, which must be ours. */
function refused(work) {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof PodverdictError, `${error?.stack ?? error}`);
    assert.equal(typeof error.code, 'string');
    assert.equal(typeof error.path, 'string');
    return error;
  }
  return assert.fail('nothing was thrown');
}

const circle = {};
circle.spec = { circle };
const deep = (levels) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const deepObject = (levels) => {
  let value = {};
  for (let i = 0; i < levels; i += 1) value = { a: value };
  return value;
};
const boom = () => { throw new TypeError('boom'); };

const BAD_PODS = {
  'a number': [7, 'invalid_value'], 'a boolean': [true, 'invalid_value'], 'a list': [[], 'invalid_value'],
  null: [null, 'missing_field'], undefined: [undefined, 'missing_field'],
  'a symbol': [Symbol('x'), 'invalid_value'], 'a function': [() => ({}), 'invalid_value'], 'a bigint': [10n ** 30n, 'invalid_value'],
  'no JSON': ['{', 'malformed'], 'empty text': ['', 'malformed'], 'two values': ['{} {}', 'malformed'],
  'text that ends the field': ['{},"op":"qos"', 'malformed'],
  'no UTF-8': [Buffer.from([0x7b, 0xff, 0x7d]), 'malformed'], 'a byte order mark': [Buffer.from('\ufeff{}'), 'malformed'],
  'an empty buffer': [Buffer.alloc(0), 'malformed'],
  'a Map': [new Map(), 'invalid_value'], 'a Set': [new Set(), 'invalid_value'], 'a promise': [Promise.resolve({}), 'invalid_value'],
  'a RegExp': [/x/, 'invalid_value'], 'an Error': [new Error('x'), 'invalid_value'],
  'a circle': [circle, 'too_large'], 'too deep': [deepObject(5000), 'too_large'], 'deep text': [`{"spec":${deep(5000)}}`, undefined],
  'very deep text': [deep(200_000), undefined],
  NaN: [{ spec: { terminationGracePeriodSeconds: NaN } }, 'invalid_value', 'pod.spec.terminationGracePeriodSeconds'],
  Infinity: [{ spec: { containers: [{}, { a: Infinity }] } }, 'invalid_value', 'pod.spec.containers[1].a'],
  'an invalid date': [{ metadata: { creationTimestamp: new Date(NaN) } }, 'invalid_value', 'pod.metadata.creationTimestamp'],
  'a function inside': [{ spec: { 'a b': () => 1 } }, 'invalid_value', 'pod.spec[a b]'],
  'bytes inside': [{ spec: { containers: Buffer.from('[]') } }, 'invalid_value', 'pod.spec.containers'],
  'a getter that throws': [{ get spec() { return boom(); } }, 'invalid_value'],
  'toJSON that throws': [{ toJSON: boom }, 'invalid_value'],
  'toJSON that goes on': [{ toJSON() { return { toJSON: this.toJSON }; } }, 'too_large'],
  'a proxy that throws': [new Proxy({}, { ownKeys: boom }), 'invalid_value'],
  'a revoked proxy': [(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })(), 'invalid_value'],
  'a wrong type': [{ spec: { containers: 'x' } }, 'invalid_value', 'pod.spec.containers'],
  'a wrong quantity': [{ spec: { containers: [{ resources: { requests: { cpu: '1 core' } } }] } }, 'invalid_value', 'pod.spec.containers[0].resources.requests[cpu]'],
};

for (const [what, [pod, code, path]] of Object.entries(BAD_PODS)) {
  test(`no pod: ${what}`, async () => {
    const error = refused(() => k8s.qos({ pod }));
    if (code) assert.equal(error.code, code, error.message);
    if (path) assert.equal(error.path, path);
    refused(() => evaluate({ op: 'qos', release: '1.37', pod }));
    await assert.rejects(k8s.promises.qos({ pod }), PodverdictError);
    await assert.rejects(evaluateAsync({ op: 'qos', release: '1.37', pod }), PodverdictError);
    if (pod !== undefined && pod !== null) refused(() => k8s.schedule({ nodes: [], pods: [pod] }));
    refused(() => new Cluster(k8s).add(pod, 'Pod'));
    // What is JSON is kept as it is, and read by the question.
    if (code && code !== 'missing_field' && !path) refused(() => new Pod(pod));
  });
}

test('what is no request', async () => {
  const values = [undefined, null, 1, 1n, true, Symbol('x'), boom, [], new Map(), new Date(), '', '[]', 'null', '{', Buffer.from([255]), {}, circle, new Proxy({}, { get: boom, ownKeys: boom })];
  for (const value of values) {
    refused(() => evaluate(value));
    refused(() => evaluateJson(value));
    await assert.rejects(evaluateAsync(value), PodverdictError);
    if (typeof value !== 'string' && !Buffer.isBuffer(value)) {
      refused(() => evaluateLines(value));
      await assert.rejects(evaluateLinesAsync(value), PodverdictError);
    }
    refused(() => k8s.ask(value));
    if (value !== undefined) refused(() => k8s.qos(value));
    refused(() => new Kubernetes(value));
    if (value !== undefined && typeof value !== 'string' ) refused(() => new Kubernetes('1.37', { gates: { X: value } }));
    refused(() => new Cluster(value));
  }
  assert.equal(refused(() => new Kubernetes('1.34')).code, 'unknown_release');
  assert.equal(refused(() => new Kubernetes('1.35', { gates: { GangScheduling: true } })).code, 'feature_gates');
  assert.equal(refused(() => k8s.ask('restrat')).code, 'unknown_op');
  assert.equal(refused(() => k8s.qos({ pod: {}, podd: 1 })).path, 'podd');
  assert.equal(refused(() => k8s.qos({ pod: {}, op: 'quantity' })).path, 'op');
  assert.equal(refused(() => new Kubernetes('1.35').validatePodGroup({ object: {} })).code, 'not_on_release');
  assert.equal(refused(() => k8s.nodeFilters({ nodes: ['{}', '{'], pod: {} })).path, 'nodes[1]');
});

test('a detached buffer is refused', () => {
  const bytes = new TextEncoder().encode('{"op":"quantity","release":"1.37","opts":{"a":"1"}}');
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  refused(() => evaluateJson(bytes));
  refused(() => k8s.qos({ pod: bytes }));
});

test('a batch answers line by line', async () => {
  const line = (a) => JSON.stringify({ op: 'quantity', release: '1.37', id: a, opts: { a } });
  const batch = Buffer.from([line('1'), 'nonsense', '', line('2Gi')].join('\n'));
  const answers = evaluateLines(batch).toString().trimEnd().split('\n').map((each) => JSON.parse(each));
  assert.deepEqual(answers.map(({ id, code }) => id ?? code), ['1', 'malformed', '2Gi']);
  const many = Buffer.from(Array.from({ length: 20_000 }, (_, i) => line(String(i))).join('\n'));
  assert.ok(Buffer.compare(await evaluateLinesAsync(many), evaluateLines(many)) === 0);
  assert.equal(evaluateLines('').length, 0);
  assert.equal((await evaluateLinesAsync(Buffer.alloc(0))).length, 0);
});

test('a signal ends the waiting, with its own reason', async () => {
  const why = new Error('enough');
  const many = Buffer.from(`{"op":"quantity","release":"1.37","opts":{"a":"1"}}\n`.repeat(200_000));
  const controller = new AbortController();
  const waiting = evaluateLinesAsync(many, { signal: controller.signal });
  setTimeout(() => controller.abort(why), 5);
  await assert.rejects(waiting, (error) => error === why);
  await assert.rejects(k8s.promises.qos({ pod: POD }, { signal: AbortSignal.abort(why) }), (error) => error === why);
  await assert.rejects(k8s.promises.qos({ pod: POD }, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  await assert.rejects(k8s.promises.qos({ pod: POD }, { signal: {} }), PodverdictError);
  assert.deepEqual(await k8s.promises.qos({ pod: POD }, { signal: new AbortController().signal }), k8s.qos({ pod: POD }));
});

test('the main thread goes on meanwhile', async () => {
  const many = Buffer.from(`{"op":"qos","release":"1.37","pod":${text}}\n`.repeat(20_000));
  let ticks = 0;
  const timer = setInterval(() => { ticks += 1; }, 1);
  await evaluateLinesAsync(many);
  clearInterval(timer);
  assert.ok(ticks > 5, `${ticks} ticks`);
});

test('gates and releases', () => {
  const off = new Kubernetes('v1.36.2', { gates: { RestartAllContainersOnContainerExits: false } });
  assert.equal(off.release, '1.36');
  assert.deepEqual({ ...off.gates }, { RestartAllContainersOnContainerExits: false });
  assert.equal(off.enabled('RestartAllContainersOnContainerExits'), false);
  assert.equal(off.enabled('NoSuchGate'), undefined);
  assert.equal(off.quantity('1.5Gi', '1536Mi').cmp, 0);
  assert.ok(ops().includes('gang_explain'));
});

test('a cluster follows its objects', async () => {
  const node = { kind: 'Node', metadata: { name: 'n' }, status: { allocatable: { cpu: '2', memory: '4Gi', pods: '9' } } };
  const pod = (name, cpu) => ({ kind: 'Pod', metadata: { name, namespace: 'a', uid: name }, spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } });
  const cluster = new Cluster(k8s, [node, pod('one', '3')]);
  assert.equal(cluster.schedule().pods['a/one'].state, 'unschedulable');
  const what = cluster.copy().update(pod('one', '1'));
  assert.equal(what.schedule().pods['a/one'].state, 'bound');
  assert.equal(cluster.schedule().pods['a/one'].state, 'unschedulable');
  assert.deepEqual(await what.promises.schedule(), what.schedule());
  assert.equal(cluster.nodeFilters(pod('two', '1')).nodes[0].fits, true);
  assert.equal(cluster.remove(pod('one', '3')), true);
  assert.equal(cluster.remove(pod('one', '3')), false);
  assert.equal(cluster.size, 1);
  const typed = Object.assign(new client.V1Pod(), pod('three', '1'));
  delete typed.kind;
  assert.equal(cluster.add(typed).schedule().pods['a/three'].state, 'bound');
});
