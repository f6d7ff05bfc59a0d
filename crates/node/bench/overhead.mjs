// Time per call through Node.js, against the core alone. The core's time is what the command needs for the same requests, one a line.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { evaluate, evaluateJson, evaluateLines } from '../index.mjs';
import { cases, files } from '../test/vectors.mjs';

const command = fileURLToPath(new URL('../../../target/tool/podverdict', import.meta.url));

/** The least microseconds a call, of several rounds. */
function time(calls, work) {
  let best = Infinity;
  for (let round = 0; round < 7; round += 1) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i += 1) work();
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1000 / calls);
  }
  return best;
}

/** The core's: the command reads N lines and 2N lines; the difference is without its start. */
function core(line, calls) {
  const run = (count) => {
    const input = `${line}\n`.repeat(count);
    let best = Infinity;
    for (let round = 0; round < 5; round += 1) {
      const start = process.hrtime.bigint();
      const { status, error } = spawnSync(command, ['eval'], { input, stdio: ['pipe', 'ignore', 'inherit'], maxBuffer: 2 ** 30 });
      if (status !== 0) throw error ?? new Error(`status ${status}`);
      best = Math.min(best, Number(process.hrtime.bigint() - start) / 1000);
    }
    return best;
  };
  return (run(calls * 2) - run(calls)) / calls;
}

console.log('op                     request   core   lines  bytes  text   object  (µs a call; core: the command, with its reading and writing of lines)');
for (const op of ['quantity', 'qos', 'restart_decision', 'resize_feasible', 'validate_pod_create', 'schedule']) {
  const file = files.find((name) => name.includes('1.37') && name.endsWith(`/${op}.jsonl`));
  const [{ case: request }] = cases(file).filter(({ want }) => !want.error).sort((a, b) => JSON.stringify(b.case).length - JSON.stringify(a.case).length);
  const text = JSON.stringify(request);
  const bytes = Buffer.from(text);
  const calls = Math.max(500, Math.round(3_000_000 / (text.length + 200)));
  const batch = Buffer.from(`${text}\n`.repeat(calls));
  const row = [
    core(text, calls),
    time(1, () => evaluateLines(batch)) / calls,
    time(calls, () => evaluateJson(bytes)),
    time(calls, () => evaluateJson(text)),
    time(calls, () => evaluate(request)),
  ];
  console.log(`${op.padEnd(22)} ${String(text.length).padStart(6)} B ${row.map((us) => us.toFixed(1).padStart(6)).join(' ')}   text / lines ${(row[3] / row[1]).toFixed(2)}`);
}
