// Time per call through Node.js, against the core alone: the core's time is that of a batch, where thousands of requests
// cross into it in one call.
import { evaluate, evaluateJson, evaluateLines } from '../index.mjs';
import { cases, files } from '../test/vectors.mjs';

/** The least microseconds a call of each way, of rounds in turn, so that a busy moment hits all of them alike. */
function times(calls, ways) {
  const best = ways.map(() => Infinity);
  for (let round = 0; round < 9; round += 1) {
    for (const [index, { work, each }] of ways.entries()) {
      const repeat = each ? 1 : calls;
      const start = process.hrtime.bigint();
      for (let i = 0; i < repeat; i += 1) work();
      best[index] = Math.min(best[index], Number(process.hrtime.bigint() - start) / 1000 / calls);
    }
  }
  return best;
}

console.log('op                     request     core  bytes   text object   (µs a call)');
for (const op of ['quantity', 'qos', 'restart_decision', 'resize_feasible', 'validate_pod_create', 'schedule']) {
  const file = files.find((name) => name.includes('1.37') && name.endsWith(`/${op}.jsonl`));
  const [{ case: request }] = cases(file).filter(({ want }) => !want.error).sort((a, b) => JSON.stringify(b.case).length - JSON.stringify(a.case).length);
  const text = JSON.stringify(request);
  const bytes = Buffer.from(text);
  const calls = Math.max(500, Math.round(3_000_000 / (text.length + 200)));
  const batch = Buffer.from(`${text}\n`.repeat(calls));
  const row = times(calls, [
    { work: () => evaluateLines(batch), each: true },
    { work: () => evaluateJson(bytes) },
    { work: () => evaluateJson(text) },
    { work: () => evaluate(request) },
  ]);
  console.log(`${op.padEnd(22)} ${String(text.length).padStart(6)} B ${row.map((us) => us.toFixed(1).padStart(6)).join(' ')}   bytes / core ${(row[1] / row[0]).toFixed(2)}, text / core ${(row[2] / row[0]).toFixed(2)}`);
}
