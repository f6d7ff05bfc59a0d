// Heap and resident memory over many calls of every sort. Fails if either goes on growing.
//
//     node --expose-gc bench/leak.mjs [CALLS]
import { Kubernetes, PodverdictError, evaluateAsync, evaluateJson, evaluateLines } from '../index.mjs';

const calls = Number(process.argv[2] ?? 1_000_000);
const k8s = new Kubernetes('1.37');
const pod = { metadata: { name: 'a', creationTimestamp: new Date(0) }, spec: { restartPolicy: 'Never', containers: [{ name: 'a', resources: { limits: { cpu: 1, memory: '1Gi' } } }] } };
const request = { op: 'restart_decision', release: '1.37', exitCode: 1, pod };
const text = JSON.stringify(request);
const bytes = Buffer.from(text);
const WAYS = [
  () => evaluateJson(text),
  () => evaluateJson(bytes),
  () => k8s.qos({ pod }),
  () => evaluateLines(bytes),
  () => {
    try {
      k8s.qos({ pod: { spec: 1 } });
    } catch (error) {
      if (!(error instanceof PodverdictError)) throw error;
    }
  },
  () => evaluateAsync(bytes),
];

const rounds = 10;
const seen = [];
for (let round = 0; round < rounds; round += 1) {
  for (let i = 0; i < calls / rounds; i += 1) {
    const answer = WAYS[i % WAYS.length]();
    if (answer instanceof Promise) await answer;
  }
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  seen.push({ heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 });
  console.log(`${((round + 1) * calls) / rounds} calls: heap ${seen.at(-1).heap.toFixed(1)} MiB, resident ${seen.at(-1).rss.toFixed(1)} MiB`);
}
// From the third round on everything is warm.
const grown = (name) => seen.at(-1)[name] - seen[2][name];
if (grown('heap') > 1 || grown('rss') > 8) {
  console.error(`grown by ${grown('heap').toFixed(1)} MiB of heap and ${grown('rss').toFixed(1)} MiB resident`);
  process.exitCode = 1;
}
