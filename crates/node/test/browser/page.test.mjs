// The page under examples/playground in a real browser: its three questions, errors at their fields, two widths, no network.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import * as native from '../../index.mjs';
import { lay, serve } from '../../scripts/playground.mjs';
import { cases, files } from '../vectors.mjs';

const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
let server;
let browser;
let page;
let faults;
let asked;

before(async () => {
  lay();
  server = await serve();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
});
after(async () => {
  await browser?.close();
  server?.close();
});

const home = () => `http://127.0.0.1:${server.address().port}/`;

async function open(options = { viewport: { width: 1280, height: 900 } }) {
  page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(20_000);
  faults = [];
  asked = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(home());
  await page.waitForSelector('html[data-ready]');
}

async function close() {
  assert.deepEqual(faults, []);
  assert.deepEqual(asked.filter((url) => !url.startsWith(home()) && !url.startsWith('data:')), []);
  await page.context().close();
}

const question = (name) => page.locator(`[name=question][value=${name}]`).check({ force: true });
async function example(start) {
  const names = await page.locator('#example option').allInnerTexts();
  const index = names.findIndex((name) => name.startsWith(start));
  assert.ok(index >= 0, `no example ${start}: ${names.join('; ')}`);
  await page.locator('#example').selectOption({ index });
}
const headline = (text) => page.locator('#headline', { hasText: text }).waitFor();
const details = () => page.locator('#details').innerText();
/** Asks at once, as a page on a busy machine may wait for being told to. */
async function write(field, text) {
  await field.fill(text);
  await field.press('Control+Enter');
}
const problem = (source) => page.locator(`#problems-${source}`).innerText();
const marked = (source) => page.locator(`.source[data-source=${source}] .lines .wrong`).allInnerTexts();

test('a pod', async () => {
  await open();
  await headline(/^A legal pod on 1\.37; worker, ended with 42: all containers restart\.$/);
  assert.match(await details(), /restartPolicyRules\[0\] matches the exit code/);
  await example('The same on 1.35');
  await headline(/^Refused for 1 reason on 1\.35/);
  assert.match(await details(), /restartPolicyRules\[0\]\.action\s+line 23\s+Unsupported value: "RestartAllContainers"/);
  assert.deepEqual(await marked('pod'), ['23']);
  await page.locator('#gates summary').click();
  await page.locator('#gate-filter').fill('restartall');
  await page.getByLabel('RestartAllContainersOnContainerExits').check();
  await page.locator('#gates-error', { hasText: 'NodeDeclaredFeatures' }).waitFor();
  await page.locator('#release').selectOption('1.36');
  await headline(/^A legal pod on 1\.36; worker, ended with 42: all containers restart\.$/);
  await page.getByLabel('RestartAllContainersOnContainerExits').uncheck();
  await headline(/^Refused for 1 reason on 1\.36/);
  assert.match(await page.locator('#gates-changed').innerText(), /RestartAllContainersOnContainerExits off/);
  await close();
});

test('a resize', async () => {
  await open();
  await question('resize');
  await headline(/^The resize is legal and has to wait/);
  assert.match(await details(), /cpu\s+4100m\s+5\s+7910m\s+1190m/);
  assert.match(await details(), /This works now and restarts nothing: app: requests cpu 2810m/);
  await write(page.getByLabel('Changes', { exact: true }), 'app.cpu=1500m\napp.memory=3Gi\napp.limits.memory=3Gi');
  await headline(/^The resize is legal and fits on its node now; it restarts app\.$/);
  await page.getByLabel('the whole pod').check();
  await headline(/^The resize is legal and changes nothing on its node\.$/);
  await write(page.getByLabel('Its node, and the pods there'), '');
  await headline(/^The API server accepts this resize\.$/);
  await close();
});

test('a cluster with a gang', async () => {
  await open();
  await question('gang');
  await headline(/^training\/large cannot start: it needs 5 at once, and there is room for 4\.$/);
  assert.match(await details(), /in pieces that are too small/);
  assert.match(await details(), /lower the minimum of training\/large to 4/);
  await example('Four workers');
  await headline(/^training\/small can start/);
  await example('A gang that has room');
  await headline(/^training\/servers could start.*but kube-scheduler does not find it\.$/);
  await close();
});

test('errors stand at their fields', async () => {
  await open();
  const pod = page.getByLabel('Pod', { exact: true }).and(page.locator('textarea'));
  await write(page.getByLabel('Container that ends'), '');
  await write(pod, 'spec:\n  containers:\n    - name: a\n      resources:\n        requests:\n          cpu: 1 core\n');
  await headline(/^This cannot be read/);
  assert.match(await problem('pod'), /pod\.spec\.containers\[0\]\.resources\.requests\[cpu\]/);
  assert.deepEqual(await marked('pod'), ['6']);
  assert.equal(await pod.getAttribute('aria-invalid'), 'true');
  await page.locator('#problems-pod button').click();
  assert.equal(await pod.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd).trim()), 'cpu: 1 core');
  // Text that is neither YAML nor JSON, and JSON.
  await write(pod, 'spec:\n  containers: [\n');
  await page.locator('#problems-pod', { hasText: 'flow' }).waitFor();
  assert.match(await problem('pod'), /line \d/);
  await write(pod, '{"metadata": {"name": "a"},\n "spec": {"containers": 7}}');
  await page.locator('#problems-pod', { hasText: 'pod.spec.containers' }).waitFor();
  assert.deepEqual(await marked('pod'), ['2']);
  await write(pod, 'metadata: {name: a}\nspec:\n  containers:\n    - {name: a, image: b}\n');
  await headline(/^A legal pod/);
  assert.equal(await problem('pod'), '');
  await write(page.getByLabel('Container that ends'), 'b');
  await page.locator('#exit-error', { hasText: 'no container "b"' }).waitFor();
  await write(page.getByLabel('Exit code'), '1.5');
  await page.locator('#exit-error', { hasText: 'whole number' }).waitFor();

  await question('resize');
  await write(page.getByLabel('Changes', { exact: true }), 'app.memory=2Gi\napp.cpu=many');
  await page.locator('#problems-changes', { hasText: 'containers[0].resources.requests[cpu]' }).waitFor();
  assert.deepEqual(await marked('changes'), ['2']);
  await write(page.getByLabel('Changes', { exact: true }), 'nobody.cpu=1');
  await page.locator('#problems-changes', { hasText: 'no such container' }).waitFor();

  await question('gang');
  const cluster = page.getByLabel('Cluster with a gang');
  await write(cluster, (await cluster.inputValue()).replace('cpu: "12"', 'cpu: [12]'));
  await page.locator('#problems-cluster', { hasText: /^pods\[\d+\]\.spec/ }).waitFor();
  assert.deepEqual(await marked('cluster'), ['25']);
  await close();
});

test('with the keyboard alone', async () => {
  await open();
  await page.locator('[name=question][value=pod]').focus();
  await page.keyboard.press('ArrowRight');
  await headline(/^The resize is legal/);
  await page.getByLabel('Changes', { exact: true }).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('app.cpu=1100m');
  await page.keyboard.press('Control+Enter');
  await headline(/fits on its node now/);
  const unnamed = await page.evaluate(() => [...document.querySelectorAll('input, select, textarea')]
    .filter((each) => each.labels.length === 0).map((each) => each.outerHTML));
  assert.deepEqual(unnamed, []);
  await close();
});

for (const [width, height] of [[1280, 900], [390, 844]]) {
  test(`${width} pixels wide`, async () => {
    await open({ viewport: { width, height }, hasTouch: width < 500 });
    for (const name of ['pod', 'resize', 'gang']) {
      await question(name);
      const examples = await page.locator('#example option').count();
      for (let index = 0; index < examples; index += 1) {
        await page.locator('#example').selectOption({ index });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, `${name} ${index}`);
      }
    }
    await page.locator('#gates summary').click();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, 'gates');
    await close();
  });
}

test('without a network', async () => {
  await open();
  await page.context().setOffline(true);
  const before = asked.length;
  for (const [name, says] of [['pod', /legal pod/], ['resize', /has to wait/], ['gang', /cannot start/]]) {
    await question(name);
    await headline(says);
  }
  await example('Four workers');
  await headline(/can start/);
  assert.equal(asked.length, before);
  await close();
});

test('the browser answers as Node.js does', async () => {
  await open();
  for (const file of files) {
    const lines = cases(file).map(({ case: request }) => JSON.stringify(request)).join('\n');
    const answers = await page.evaluate((text) => new TextDecoder().decode(window.podverdict.evaluateLines(text)), lines);
    assert.equal(answers, Buffer.from(native.evaluateLines(lines)).toString(), basename(file));
  }
  assert.deepEqual(await page.evaluate(() => window.podverdict.ops()), native.ops());
  await close();
});
