// Recorded answers of Kubernetes' own code, as every language replays them: our answer must contain every field of `want`
// with the same value. Field errors are a multiset; line offsets of diffs do not count; `"error": true` wants any error.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../tests/vectors', import.meta.url));

export const files = readdirSync(ROOT).flatMap((release) =>
  readdirSync(join(ROOT, release)).filter((name) => name.endsWith('.jsonl')).map((name) => join(ROOT, release, name)),
);

/** The cases of a file: {number, case, want, text}. */
export function cases(file) {
  return readFileSync(file, 'utf8').split('\n').flatMap((line, index) => {
    if (line === '') return [];
    const vector = JSON.parse(line);
    return vector.case ? [{ number: index + 1, ...vector }] : [];
  });
}

const withoutOffsets = (text) => text.replace(/^@@ .*$/gm, '@@');
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  return isObject(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value;
}

const errors = (list) =>
  JSON.stringify((list ?? []).map((e) =>
    JSON.stringify([e.type ?? null, e.field ?? null, withoutOffsets(e.detail ?? ''), sorted(e.badValue ?? null)])).sort());

/** Where ours lacks or contradicts something of what is wanted; undefined if nowhere. */
export function difference(ours, want, path = '') {
  if (isObject(ours) && isObject(want)) {
    for (const [key, value] of Object.entries(want)) {
      const here = `${path}.${key}`;
      if (!Object.hasOwn(ours, key)) {
        if (value !== null) return `${here}: missing`;
      } else if (key === 'error' && value === true && typeof ours[key] === 'string') {
        continue;
      } else if (key === 'errors') {
        if (errors(ours[key]) !== errors(value)) return `${here}: ours ${errors(ours[key])}, theirs ${errors(value)}`;
      } else {
        const found = difference(ours[key], value, here);
        if (found) return found;
      }
    }
    return undefined;
  }
  if (Array.isArray(ours) && Array.isArray(want) && ours.length === want.length) {
    for (const [index, value] of want.entries()) {
      const found = difference(ours[index], value, `${path}[${index}]`);
      if (found) return found;
    }
    return undefined;
  }
  if (typeof ours === 'string' && typeof want === 'string' && withoutOffsets(ours) === withoutOffsets(want)) return undefined;
  return ours === want ? undefined : `${path}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(want)}`;
}

/** Replays a file through every way in, and says what is wrong. */
export function replay(api, file, camel) {
  const wrong = [];
  const list = cases(file);
  const batch = api.evaluateLines(list.map((vector) => JSON.stringify(vector.case)).join('\n'));
  const lines = new TextDecoder().decode(batch).trimEnd().split('\n');
  if (lines.length !== list.length) wrong.push(`${file}: ${lines.length} answers to ${list.length} cases`);
  for (const [index, { number, case: request, want }] of list.entries()) {
    const where = `${file}:${number}`;
    const answer = JSON.parse(lines[index]);
    const found = difference(answer, want);
    if (found) wrong.push(`${where}: ${found}`);
    const { id, op, release, gates, ...inputs } = request;
    const bare = { ...answer };
    delete bare.id;
    const ways = {
      evaluate: [() => api.evaluate(request), answer],
      evaluateJson: [() => JSON.parse(api.evaluateJson(JSON.stringify(request))), answer],
      bytes: [() => JSON.parse(api.evaluateJson(new TextEncoder().encode(JSON.stringify(request)))), answer],
      method: [() => {
        const kubernetes = new api.Kubernetes(release, { gates });
        return op === 'quantity' ? kubernetes.quantity(inputs.opts.a, inputs.opts.b) : kubernetes[camel(op)](inputs);
      }, bare],
    };
    for (const [way, [ask, expected]] of Object.entries(ways)) {
      let one;
      try {
        one = ask();
      } catch (error) {
        if (!(error instanceof api.PodverdictError)) throw error;
        one = { error: error.message, code: error.code, path: error.path };
        const same = expected.error !== undefined && one.code === expected.code && one.path === expected.path;
        if (!same) wrong.push(`${where}: ${way} throws ${JSON.stringify(one)}, not ${JSON.stringify(expected)}`);
        continue;
      }
      if (JSON.stringify(one) !== JSON.stringify(expected)) wrong.push(`${where}: ${way} gives ${JSON.stringify(one)}, not ${JSON.stringify(expected)}`);
    }
  }
  return { wrong, count: list.length };
}

/** The method of an op. */
export const camel = (op) =>
  ({ validate_podgroup: 'validatePodGroup', validate_compositepodgroup: 'validateCompositePodGroup' })[op] ??
  op.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
