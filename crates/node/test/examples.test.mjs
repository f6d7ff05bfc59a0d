// The examples pass the strict compiler and do what they say.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { before, test } from 'node:test';

import { loadAllYaml } from '@kubernetes/client-node';

import { Cluster, Kubernetes } from '../index.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const k8s = new Kubernetes('1.37');
const read = (name) => loadAllYaml(readFileSync(`${root}examples/data/${name}`, 'utf8'));
const objects = (name) => read(name).flatMap((object) => object.items ?? [object]);

before(() => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', `${root}examples/node`], { encoding: 'utf8' });
  } catch (error) {
    throw new Error(error.stdout);
  }
  const built = `${root}crates/node/test/examples`;
  cpSync(`${root}examples/node/package.json`, `${built}/package.json`);
  mkdirSync(`${built}/node_modules`, { recursive: true });
  if (!existsSync(`${built}/node_modules/podverdict`)) symlinkSync(`${root}crates/node`, `${built}/node_modules/podverdict`, 'junction');
});

test('a controller checks a resize', async () => {
  const { plan, wanted } = await import('./examples/resize-step.js');
  const [node] = objects('node.yaml');
  const pods = objects('node-pods.yaml');
  const web = pods.find((pod) => pod.metadata.name === 'web-0');
  assert.deepEqual(plan(k8s, node, pods, web, wanted(web, 'app', '1500m')), { do: 'resize', restarts: [] });
  const wait = plan(k8s, node, pods, web, wanted(web, 'app', '4'));
  assert.equal(wait.do, 'wait');
  assert.match(wait.why, /resource: cpu, requested: 4100/);
  assert.equal(wait.instead, 'app 2810m');
  assert.equal(plan(new Kubernetes('1.35'), node, pods, web, wanted(web, 'app', '9')).do, 'giveUp');
  assert.equal(plan(k8s, node, pods, web, wanted(web, 'app', '-1')).do, 'giveUp');
});

test('an admission check', async () => {
  const { serve } = await import('./examples/admission.js');
  const server = serve(k8s).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const ask = (body) => fetch(`http://127.0.0.1:${server.address().port}/`, { method: 'POST', body });
  const send = async (request) => (await (await ask(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }))).json()).response;
  const pod = (memory) => ({ metadata: { uid: '1' }, spec: { restartPolicy: 'Never', containers: [{
    name: 'app', resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }], resources: { requests: { memory }, limits: { memory } } }] } });
  try {
    const created = await send({ uid: 'a', operation: 'CREATE', object: pod('1Gi') });
    assert.equal(created.allowed, true);
    assert.match(created.warnings[0], /^app is not restarted when it fails/);
    const resized = await send({ uid: 'b', operation: 'UPDATE', subResource: 'resize', object: pod('2Gi'), oldObject: pod('1Gi') });
    assert.equal(resized.allowed, false);
    assert.match(resized.status.message, /restarts app \(memory\)/);
    assert.equal((await ask('{')).status, 400);
    assert.equal((await ask('{"request": {"uid": "c", "object": {"spec": 1}}}')).status, 400);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('why a gang does not start', async () => {
  const { explain } = await import('./examples/explain-gang.js');
  const cluster = new Cluster(k8s, objects('gang-cluster.yaml'));
  for (const object of objects('gang-fragmented.yaml')) {
    if (object.kind !== 'Job') cluster.add(object);
    else for (let i = 0; i < object.spec.completions; i += 1) {
      const { metadata = {}, spec } = object.spec.template;
      cluster.add({ metadata: { ...metadata, name: `${object.metadata.name}-${i}`, namespace: object.metadata.namespace }, spec }, 'Pod');
    }
  }
  const lines = await explain(cluster, 'training/large');
  assert.match(lines[0], /^training\/large: fragmentation; it needs 5 pods, 4 can be placed$/);
  assert.ok(lines.some((line) => line.includes('lower the minimum of training/large to 4')), lines.join('\n'));
});
