// Packs the package, installs it into empty folders, with the package of this platform and without, and runs it from there
// as ESM and as CommonJS. The registry is not asked.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pack } from './pack.mjs';

const { platform } = createRequire(import.meta.url)('../lib/native.cjs');
const ask = (engine) => `const answer = new Kubernetes('1.37').qos({ pod: { spec: { containers: [{ resources: { limits: { cpu: 1, memory: '1Gi' } } }] } } });
if (answer.qosClass !== 'Guaranteed') throw new Error(answer.qosClass);
if (engine !== '${engine}') throw new Error(\`the engine is \${engine}, not ${engine}\`);
console.log(answer.qosClass, engine);`;
const ways = (engine) => ({
  'esm.mjs': `import { Kubernetes, engine } from 'podverdict';\n${ask(engine)}`,
  'default.mjs': `import podverdict from 'podverdict';\nconst { Kubernetes, engine } = podverdict;\n${ask(engine)}`,
  'common.cjs': `const { Kubernetes, engine } = require('podverdict');\n${ask(engine)}`,
  'later.cjs': `const { Kubernetes } = require('podverdict');
new Kubernetes('1.37').promises.qos({ pod: {} }).then(({ qosClass }) => console.log(qosClass));`,
  'wasm.mjs': `import { load } from 'podverdict/wasm';\nconst { Kubernetes, engine } = await load();\n${ask('wasm')}`,
});

const root = mkdtempSync(join(tmpdir(), 'podverdict-'));
try {
  const { main, addons } = pack(root);
  const addon = addons[platform()];
  if (addon === undefined) throw new Error(`the addon for ${platform()} was not built`);
  for (const [title, files, engine] of [['with its platform', [main, addon], 'addon'], ['without', [main], 'wasm']]) {
    const folder = join(root, engine);
    const run = (command, ...options) => execFileSync(command, options, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
    run('npm', 'install', '--no-audit', '--no-fund', '--silent', '--offline', '--cache', join(root, 'cache'), ...files);
    for (const [name, text] of Object.entries(ways(engine))) {
      writeFileSync(join(folder, name), `${text}\n`);
      console.log(`${title}, ${name}: ${run(process.execPath, name).trim()}`);
    }
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
