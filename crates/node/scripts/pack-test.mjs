// Packs the package, installs it into an empty folder, and runs it from there as ESM and as CommonJS.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'podverdict-'));
const run = (command, ...options) => execFileSync(command, options, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: here, encoding: 'utf8' }));
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  run('npm', 'install', '--no-audit', '--no-fund', '--silent', join(folder, filename));
  const ask = `const answer = new Kubernetes('1.37').qos({ pod: { spec: { containers: [{ resources: { limits: { cpu: 1, memory: '1Gi' } } }] } } });
if (answer.qosClass !== 'Guaranteed') throw new Error(answer.qosClass);
console.log(answer.qosClass);`;
  const ways = {
    'esm.mjs': `import { Kubernetes } from 'podverdict';\n${ask}`,
    'default.mjs': `import podverdict from 'podverdict';\nconst { Kubernetes } = podverdict;\n${ask}`,
    'common.cjs': `const { Kubernetes } = require('podverdict');\n${ask}`,
    'wasm.mjs': `import { load } from 'podverdict/wasm';\nconst { Kubernetes } = await load();\n${ask}`,
  };
  for (const [name, text] of Object.entries(ways)) {
    writeFileSync(join(folder, name), `${text}\n`);
    console.log(`${name}: ${run(process.execPath, name).trim()}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
