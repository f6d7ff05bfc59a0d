// What JavaScript sees, over an engine: the native addon or the WebAssembly module. No rule of Kubernetes is here: objects
// become JSON text, the core answers, the answer becomes an object. This file requires nothing, so that a browser can have it.
'use strict';

/** Input that cannot be read. A refusal by Kubernetes is an answer, not an error. */
class PodverdictError extends Error {
  constructor(message, code, path, options) {
    super(path ? `${path}: ${message}` : message, options);
    this.name = 'PodverdictError';
    this.code = code;
    this.path = path;
  }
}

// Fields where text means JSON text. Elsewhere (`container`, `now`, …) text is text.
const DOCUMENTS = new Set([
  'pod', 'oldPod', 'node', 'object', 'oldObject', 'podStatus', 'apiStatus', 'oldStatus', 'nodeConfig', 'actuated',
  'kubeletConfiguration', 'entry', 'opts',
]);
const LISTS = new Set(['pods', 'nodes', 'objects', 'containerStatuses', 'resizes', 'events']);
// What a question takes from its `Kubernetes`, and what only a request has.
const RESERVED = new Set(['op', 'release', 'gates', 'id']);
// The core reads 128 levels. What is deeper, or holds itself, is not followed.
const DEEPEST = 160;

const fail = (code, path, message, cause) => {
  throw new PodverdictError(message, code, path, cause === undefined ? undefined : { cause });
};
const invalid = (path, message) => fail('invalid_value', path, message);

const isBytes = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer || isShared(value);
const isShared = (value) => typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer;

/** The bytes of a buffer or view; a copy where another thread may write to them. */
function bytesOf(value) {
  const view = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  return isShared(view.buffer) ? view.slice() : view;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function textOf(bytes, path) {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    return fail('malformed', path, 'the text is not UTF-8', error);
  }
}

/** JSON text that the caller gave, checked to be one value, so that it can stand inside a request. */
function checkedText(value, path) {
  const text = typeof value === 'string' ? value : textOf(bytesOf(value), path);
  try {
    JSON.parse(text);
  } catch (error) {
    return fail('malformed', path, error instanceof SyntaxError ? error.message : 'this is not JSON', error);
  }
  return text;
}

/** A path as the core writes it. */
const join = (steps) =>
  steps.reduce((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `${path}[${step}]`;
    return path ? `${path}.${step}` : step;
  }, '');

/** Names in JSON by attribute, for classes of the official client; null where all names are the same. */
const renames = new WeakMap();
function renamesOf(kind) {
  let names = renames.get(kind);
  if (names === undefined) {
    const changed = kind.getAttributeTypeMap().filter(({ name, baseName }) => name !== baseName);
    names = changed.length ? new Map(changed.map(({ name, baseName }) => [name, baseName])) : null;
    renames.set(kind, names);
  }
  return names;
}

/**
 * The same value as JSON knows it: itself where it is plain already, else a copy. What JSON would silently lose (NaN, a
 * function, a Map) is refused, at its path.
 */
function plain(value, steps) {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : invalid(join(steps), `${value} is not a number of JSON`);
    case 'bigint':
      if (BigInt(Number(value)) !== value) invalid(join(steps), `${value} does not fit a number of JavaScript; write it as text`);
      return Number(value);
    case 'object':
      return value === null ? null : plainObject(value, steps);
    default:
      return invalid(join(steps), `a ${typeof value} is not JSON`);
  }
}

function plainObject(value, steps) {
  if (steps.length > DEEPEST) fail('too_large', join(steps.slice(0, 8)), 'this is nested too deep, or holds itself');
  if (value instanceof Document) return value.toJSON();
  if (typeof value.toJSON === 'function' && !ArrayBuffer.isView(value)) {
    const json = value.toJSON(String(steps.at(-1) ?? ''));
    if (json === null && Object.prototype.toString.call(value) === '[object Date]') invalid(join(steps), 'this date is invalid');
    if (json === value) return plainFields(value, steps);
    steps.push('toJSON');
    const read = plain(json, steps);
    steps.pop();
    return read;
  }
  if (Array.isArray(value)) return plainList(value, steps);
  return plainFields(value, steps);
}

function plainList(list, steps) {
  let copy = null;
  for (let i = 0; i < list.length; i += 1) {
    steps.push(i);
    const item = plain(list[i], steps);
    steps.pop();
    if (copy) copy.push(item);
    else if (item !== list[i]) (copy = list.slice(0, i)).push(item);
  }
  return copy ?? list;
}

function plainFields(object, steps) {
  const kind = Object.prototype.toString.call(object);
  if (kind !== '[object Object]') {
    if (kind === '[object String]' || kind === '[object Number]' || kind === '[object Boolean]') return plain(object.valueOf(), steps);
    invalid(join(steps), `${kind.slice(8, -1)} is not JSON`);
  }
  const type = object.constructor;
  const names = typeof type === 'function' && typeof type.getAttributeTypeMap === 'function' ? renamesOf(type) : null;
  const keys = Object.keys(object);
  // Without a prototype, so that a key may have any name.
  let copy = names ? Object.create(null) : null;
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i];
    const field = object[key];
    steps.push(key);
    const read = plain(field, steps);
    steps.pop();
    if (!copy && read !== field) {
      copy = Object.create(null);
      for (let before = 0; before < i; before += 1) copy[keys[before]] = object[keys[before]];
    }
    if (copy) copy[names?.get(key) ?? key] = read;
  }
  return copy ?? object;
}

/** Runs what reads objects of the caller; whatever they throw becomes our error. */
function reading(path, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof PodverdictError) throw error;
    const large = error instanceof RangeError;
    return fail(large ? 'too_large' : 'invalid_value', path, large ? 'this is too large to read' : 'this cannot be read', error);
  }
}

/** The JSON text of a value; undefined for what is absent. */
const jsonOf = (value, path) => reading(path, () => JSON.stringify(plain(value, path === '' ? [] : [path])));

/** The JSON text of an input of an op, whose form its name tells. */
function inputText(name, value) {
  if (value instanceof Document) return value.text;
  if (typeof value === 'string' || isBytes(value)) {
    if (DOCUMENTS.has(name) || LISTS.has(name)) return checkedText(value, name);
    return typeof value === 'string' ? JSON.stringify(value) : invalid(name, 'bytes are not read here');
  }
  if (LISTS.has(name) && isList(value)) {
    const items = [];
    for (let i = 0; i < value.length; i += 1) items.push(itemText(name, i, value[i]));
    return `[${items.join(',')}]`;
  }
  return jsonOf(value, name);
}

const isList = (value) => Array.isArray(value);

function itemText(name, index, item) {
  if (item instanceof Document) return item.text;
  if (typeof item === 'string' || isBytes(item)) return checkedText(item, `${name}[${index}]`);
  return reading(`${name}[${index}]`, () => JSON.stringify(plain(item, [name, index]) ?? null));
}

/** `,"name":text` for every input that is there. */
function inputsText(inputs, refuse) {
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs) || isBytes(inputs)) {
    invalid('', 'the inputs of a question are an object');
  }
  let text = '';
  for (const name of Object.keys(inputs)) {
    if (refuse && RESERVED.has(name)) fail('unknown_field', name, `a question has no field "${name}"`);
    const value = inputText(name, inputs[name]);
    if (value !== undefined) text += `,${JSON.stringify(name)}:${value}`;
  }
  return text;
}

/** A whole request: text or bytes as they are, objects as text. */
function requestOf(request) {
  if (typeof request === 'string') return request;
  if (isBytes(request)) return reading('', () => bytesOf(request));
  return reading('', () => `{${inputsText(request, false).slice(1)}}`);
}

/** The answer's text, if it is an answer. The door writes `error` first, and no answer of an op starts so. */
function answerOf(text) {
  if (text.startsWith('{"error":')) {
    const { error, code, path } = JSON.parse(text);
    fail(code, path, error);
  }
  return text;
}

/** An object of the API, converted once, to be asked about many times. */
class Document {
  #text;

  constructor(source, kind) {
    const text = reading('', () =>
      source instanceof Document ? source.text
      : typeof source === 'string' || isBytes(source) ? checkedText(source, '').trim()
      : jsonOf(source, ''));
    if (typeof text !== 'string' || !text.startsWith('{')) invalid('', `${kind}: this is not an object`);
    this.#text = text;
  }

  /** The object as JSON text. */
  get text() {
    return this.#text;
  }

  toJSON() {
    return JSON.parse(this.#text);
  }
}

class Pod extends Document {
  constructor(source) {
    super(source, 'Pod');
  }

  get name() {
    return String(this.toJSON().metadata?.name ?? '');
  }

  get namespace() {
    return String(this.toJSON().metadata?.namespace ?? '');
  }
}

const camel = (op) => op.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** The ops by the names that their methods have. */
const methodsOf = (ops) => ops.map((op) => [op === 'validate_podgroup' ? 'validatePodGroup'
  : op === 'validate_compositepodgroup' ? 'validateCompositePodGroup' : camel(op), op]);

/** `V1Pod` is a Pod. */
const kindOfClass = (object) => /^(?:V\d+(?:(?:alpha|beta)\d+)?)([A-Z]\w*)$/.exec(object?.constructor?.name ?? '')?.[1];

/** Resolves as the work does, unless the signal comes first; then with the signal's reason. */
function untilAborted(signal, start) {
  if (signal === undefined || signal === null) return start();
  if (typeof signal !== 'object' || typeof signal.aborted !== 'boolean' || typeof signal.addEventListener !== 'function') {
    return Promise.reject(new PodverdictError('a signal is an AbortSignal', 'invalid_value', 'signal'));
  }
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    start().then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** How much of a batch is answered before a signal is looked at. */
const CHUNK = 1 << 18;

/** The API over an engine: its `name`, `ops()`, `evaluateText`, `evaluateBytes`, `evaluateLines`, `evaluateLater`. */
function create(engine) {
  const guard = (work) => {
    try {
      return work();
    } catch (error) {
      return fail('internal', '', error instanceof Error ? error.message : String(error), error);
    }
  };
  const guardLater = (promise) => promise.catch((error) => fail('internal', '', String(error?.message ?? error), error));

  const answer = (request) =>
    answerOf(guard(() => (typeof request === 'string' ? engine.evaluateText(request) : engine.evaluateBytes(request))));
  const later = (request, signal) =>
    untilAborted(signal, async () => {
      const bytes = typeof request === 'string' ? encoder.encode(request) : request;
      return answerOf(await guardLater(engine.evaluateLater(bytes, false)));
    });

  const evaluateJson = (request) => {
    if (typeof request !== 'string' && !isBytes(request)) invalid('', 'this takes JSON text: a string or bytes');
    return answer(requestOf(request));
  };
  const evaluate = (request) => JSON.parse(answer(requestOf(request)));
  const evaluateAsync = async (request, options) => JSON.parse(await later(requestOf(request), options?.signal));

  const linesOf = (lines) => {
    if (typeof lines === 'string') return encoder.encode(lines);
    return isBytes(lines) ? reading('', () => bytesOf(lines)) : invalid('', 'a batch is JSON lines: a string or bytes');
  };
  const evaluateLines = (lines) => {
    const bytes = linesOf(lines);
    return encode(guard(() => engine.evaluateLines(bytes)));
  };
  const evaluateLinesAsync = async (lines, options) => {
    const bytes = linesOf(lines);
    const signal = options?.signal;
    const parts = [];
    let start = 0;
    do {
      // A chunk ends where a line ends.
      const end = start + CHUNK >= bytes.length ? -1 : bytes.indexOf(10, start + CHUNK);
      const chunk = end < 0 ? bytes.subarray(start) : bytes.subarray(start, end + 1);
      start += chunk.length;
      parts.push(await untilAborted(signal, () => guardLater(engine.evaluateLater(chunk, true))));
    } while (start < bytes.length);
    return encode(parts.join(''));
  };
  // A Buffer where there is one, as it has `toString`.
  const encode = (text) => (typeof Buffer === 'function' ? Buffer.from(text) : encoder.encode(text));

  class Kubernetes {
    #release;
    #gates;
    #head;
    #promises;

    constructor(release, options) {
      if (typeof release !== 'string') invalid('release', 'a release is text, such as "1.36"');
      if (options !== undefined && (typeof options !== 'object' || options === null)) invalid('', 'the options are an object');
      const gates = reading('gates', () => jsonOf(options?.gates ?? {}, 'gates'));
      const head = `"release":${JSON.stringify(release)},"gates":${gates}`;
      answer(`{"op":"feature_gates",${head}}`);
      this.#release = /\d+\.\d+/.exec(release)?.[0] ?? release;
      this.#gates = Object.freeze(JSON.parse(gates));
      this.#head = gates === '{}' ? `"release":${JSON.stringify(this.#release)}` : head;
    }

    get release() {
      return this.#release;
    }

    get gates() {
      return this.#gates;
    }

    /** Whether a feature gate is on; undefined if the release has no such gate. */
    enabled(gate) {
      const { gates } = this.featureGates();
      return Object.hasOwn(gates, gate) ? gates[gate].enabled : undefined;
    }

    /** Asks an op by the name that it has in every language. */
    ask(op, inputs = {}) {
      return JSON.parse(answer(this.#request(op, inputs)));
    }

    /** The same questions off the main thread. */
    get promises() {
      if (!this.#promises) {
        const ask = async (op, inputs = {}, options = undefined) =>
          JSON.parse(await later(this.#request(op, inputs), options?.signal));
        this.#promises = { ask };
        for (const [method, op] of methods) this.#promises[method] = (inputs, options) => ask(op, inputs, options);
        this.#promises.quantity = (a, b, options) => ask('quantity', { opts: { a, b } }, options);
        Object.freeze(this.#promises);
      }
      return this.#promises;
    }

    quantity(a, b) {
      return this.ask('quantity', { opts: { a, b } });
    }

    #request(op, inputs) {
      return reading('', () => `{"op":${jsonOf(op, 'op')},${this.#head}${inputsText(inputs, true)}}`);
    }
  }

  const methods = methodsOf(engine.ops()).filter(([method]) => method !== 'quantity');
  for (const [method, op] of methods) {
    Object.defineProperty(Kubernetes.prototype, method, {
      value: { [method](inputs) { return this.ask(op, inputs); } }[method],
      writable: true,
      configurable: true,
    });
  }

  /** The objects of a cluster, kept as they come and go. Its methods are named after the events of an informer. */
  class Cluster {
    #objects = new Map();

    constructor(kubernetes, objects = []) {
      if (!(kubernetes instanceof Kubernetes)) invalid('', 'a cluster needs its Kubernetes');
      this.kubernetes = kubernetes;
      reading('', () => {
        for (const object of objects) this.add(object);
      });
    }

    add(object, kind) {
      return reading('', () => {
        const { key, text } = this.#read(object, kind);
        this.#objects.set(key, text);
        return this;
      });
    }

    update(object, kind) {
      return this.add(object, kind);
    }

    remove(object, kind) {
      return reading('', () => this.#objects.delete(this.#read(object, kind).key));
    }

    get size() {
      return this.#objects.size;
    }

    copy() {
      const copy = new Cluster(this.kubernetes);
      copy.#objects = new Map(this.#objects);
      return copy;
    }

    nodeFilters(pod, inputs = {}) {
      return this.kubernetes.nodeFilters({ ...inputs, ...this.#inputs(), pod });
    }

    schedule(inputs = {}) {
      return this.kubernetes.schedule({ ...inputs, ...this.#inputs() });
    }

    gangFeasible(inputs = {}) {
      return this.kubernetes.gangFeasible({ ...inputs, ...this.#inputs() });
    }

    gangExplain(inputs = {}) {
      return this.kubernetes.gangExplain({ ...inputs, ...this.#inputs() });
    }

    get promises() {
      const { promises } = this.kubernetes;
      return {
        nodeFilters: (pod, inputs, options) => promises.nodeFilters({ ...inputs, ...this.#inputs(), pod }, options),
        schedule: (inputs, options) => promises.schedule({ ...inputs, ...this.#inputs() }, options),
        gangFeasible: (inputs, options) => promises.gangFeasible({ ...inputs, ...this.#inputs() }, options),
        gangExplain: (inputs, options) => promises.gangExplain({ ...inputs, ...this.#inputs() }, options),
      };
    }

    #inputs() {
      const of = { pods: [], nodes: [], objects: [] };
      for (const [key, text] of this.#objects) {
        (key.startsWith('Pod\n') ? of.pods : key.startsWith('Node\n') ? of.nodes : of.objects).push(text);
      }
      return { pods: new Texts(of.pods), nodes: new Texts(of.nodes), objects: new Texts(of.objects) };
    }

    #read(object, named) {
      let { text } = new Document(object, named ?? 'object');
      const value = JSON.parse(text);
      const kind = named ?? value.kind ?? (object instanceof Pod ? 'Pod' : kindOfClass(object));
      const { name, namespace = '' } = value.metadata ?? {};
      if (typeof kind !== 'string' || kind === '') invalid('kind', 'the object does not say its kind');
      if (typeof name !== 'string' || name === '') invalid('metadata.name', 'the object does not say its name');
      if (value.kind !== kind) text = JSON.stringify({ ...value, kind });
      return { key: `${kind}\n${namespace}\n${name}`, text };
    }
  }

  return { PodverdictError, Kubernetes, Pod, Cluster, evaluate, evaluateJson, evaluateAsync, evaluateLines, evaluateLinesAsync, ops: () => engine.ops(), engine: engine.name };
}

/** A list of texts that were checked already. */
class Texts extends Document {
  #list;

  constructor(texts) {
    super('{}', 'list');
    this.#list = `[${texts.join(',')}]`;
  }

  get text() {
    return this.#list;
  }

  toJSON() {
    return JSON.parse(this.#list);
  }
}

module.exports = { create, PodverdictError };
