// Reads what was pasted, asks the WebAssembly build, and says its answers in words. No rule of Kubernetes is here.
import { PodverdictError, load } from './built/wasm.mjs';
import { LineCounter, isAlias, isMap, isSeq, parseAllDocuments, stringify } from './built/yaml/index.js';

const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

/** An element; what is undefined or false is left out. Text never becomes markup. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter((child) => child !== undefined && child !== false && child !== ''));
  return element;
}
const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

// Places in the text.

/** `spec.containers[0].requests[cpu]` as steps. */
const stepsOf = (path) =>
  [...path.matchAll(/\[(\d+)\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(([, index, key, name]) => (index === undefined ? key ?? name : Number(index)));

/** Where a field stands, or the last one above it that is there. */
function offsetOf(doc, steps) {
  let node = doc.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of steps) {
    if (isAlias(node)) node = node.resolve(doc);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key?.value ?? key) === String(step));
      if (!pair) break;
      offset = pair.key?.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && node.items[step]) {
      node = node.items[step];
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}

/** Thrown when the problem is on the page already. */
class Shown extends Error {}

/** A problem beside a field, or below an editor. */
function problem({ path, message, line, go }) {
  return h('div', { class: 'problem' }, path && h('code', {}, path),
    line !== undefined && h('button', { type: 'button', class: 'line', onclick: go }, `line ${line}`), h('p', {}, message));
}

/** A text area with line numbers, whose lines can be marked. */
class Editor {
  constructor(element) {
    const { source, label, rows, hint } = element.dataset;
    this.area = h('textarea', { id: `source-${source}`, rows, spellcheck: 'false', autocapitalize: 'off', wrap: 'off',
      'aria-describedby': `${hint ? `hint-${source} ` : ''}problems-${source}` });
    this.lines = h('div', { class: 'lines', 'aria-hidden': 'true' });
    this.frame = h('div', { class: 'editor' }, this.lines, this.area);
    this.problems = h('div', { class: 'problems', id: `problems-${source}` });
    element.append(h('label', { for: this.area.id }, label), hint ? h('p', { class: 'hint', id: `hint-${source}` }, hint) : '',
      this.frame, this.problems);
    this.marked = new Set();
    this.area.addEventListener('input', () => this.draw());
    this.area.addEventListener('scroll', () => this.follow());
    this.draw();
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    this.area.value = text;
    this.area.scrollTop = 0;
    this.clear();
  }

  draw() {
    const total = this.text.split('\n').length;
    const width = Math.max(2, String(total).length);
    this.area.style.paddingLeft = `calc(${width}ch + 1.4rem)`;
    this.lines.replaceChildren(...Array.from({ length: total }, (_, index) =>
      h('div', { class: this.marked.has(index + 1) && 'wrong' }, h('span', { style: `width:${width}ch` }, String(index + 1)))));
    this.follow();
  }

  follow() {
    this.lines.style.transform = `translateY(${-this.area.scrollTop}px)`;
  }

  clear() {
    this.marked.clear();
    this.problems.replaceChildren();
    this.frame.classList.remove('wrong');
    this.area.removeAttribute('aria-invalid');
    this.draw();
  }

  /** Marks a line; the first one comes in sight, unless someone is typing. */
  mark(line) {
    if (this.marked.size === 0 && document.activeElement !== this.area) this.reveal(line);
    this.marked.add(line);
    this.frame.classList.add('wrong');
    this.area.setAttribute('aria-invalid', 'true');
    this.draw();
  }

  /** Puts the cursor at the start of a line, and the line in sight. */
  go(line) {
    const before = this.text.split('\n').slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    this.area.focus();
    this.area.setSelectionRange(before, before + (this.text.split('\n')[line - 1] ?? '').length);
    this.reveal(line);
  }

  reveal(line) {
    const height = parseFloat(getComputedStyle(this.area).lineHeight);
    const top = (line - 1) * height;
    if (top < this.area.scrollTop || top + 3 * height > this.area.scrollTop + this.area.clientHeight) {
      this.area.scrollTop = Math.max(0, top - this.area.clientHeight / 2);
    }
  }

  fail(path, message, line = 1) {
    this.mark(line);
    this.problems.append(problem({ path, message, line, go: () => this.go(line) }));
    throw new Shown();
  }

  /**
   * The objects of the text; lists are taken apart. Each has its `place`, which tells for the steps to a field the editor and
   * the line where it stands.
   */
  objects() {
    const counter = new LineCounter();
    const found = [];
    for (const doc of parseAllDocuments(this.text, { lineCounter: counter })) {
      const [error] = doc.errors;
      if (error) this.fail('', error.message.split(/ at line \d+/)[0], counter.linePos(error.pos[0]).line);
      let value;
      try {
        value = doc.toJS();
      } catch (reason) {
        this.fail('', reason.message, counter.linePos(doc.range?.[0] ?? 0).line);
      }
      if (value === null) continue;
      const at = (steps) => (more) => ({ editor: this, line: counter.linePos(offsetOf(doc, [...steps, ...more])).line });
      if (typeof value !== 'object' || Array.isArray(value)) this.fail('', 'an object of Kubernetes is expected here', at([])([]).line);
      if (Array.isArray(value.items) && /List$/.test(value.kind ?? 'List')) {
        value.items.forEach((item, index) => found.push({ value: item, place: at(['items', index]) }));
      } else found.push({ value, place: at([]) });
    }
    return found;
  }

  /** The one object of the text. */
  object(what) {
    const [first, second] = this.objects();
    if (!first) this.fail('', `paste a ${what} here`);
    if (second) this.fail('', `this takes one ${what}`, second.place([]).line);
    return first;
  }
}

const editors = Object.fromEntries(all('.source').map((element) => [element.dataset.source, new Editor(element)]));

// Asking.

const api = await load();
const overrides = new Map();
const state = { k8s: undefined, raw: [], took: 0 };
const question = () => find('[name=question]:checked').value;

/** Places of inputs that are not text: beside them their problems stand. */
const BESIDE = { gates: '#gates-error', exitCode: '#exit-error', container: '#exit-error', group: '#group-error' };

function beside(field, path, message) {
  find(BESIDE[field]).append(problem({ path, message }));
  all(`#${{ exitCode: 'exit-code' }[field] ?? field}`).forEach((input) => input.setAttribute('aria-invalid', 'true'));
  throw new Shown();
}

/** Runs a question; what cannot be read is shown at its field. `places` has, by input, where it came from. */
function attempt(work, places = {}) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PodverdictError)) throw error;
    const { path } = error;
    const message = path && error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message;
    const [name, ...steps] = stepsOf(path);
    if (BESIDE[name]) beside(name, path, message);
    let place = places[name];
    if (Array.isArray(place)) place = place[steps.shift() ?? 0];
    if (!place) throw error;
    const { editor, line } = place(steps);
    return editor.fail(path, message, line);
  }
}

function ask(op, inputs, places) {
  const answer = attempt(() => state.k8s[op](inputs), places);
  state.raw.push([op, answer]);
  return answer;
}

/** Gates that a gang cannot be without: on for that question, unless they were switched off by hand. */
function neededGates() {
  if (question() !== 'gang') return [];
  const composite = /\bkind"?:\s*"?CompositePodGroup\b/.test(editors.cluster.text);
  const constrained = composite || /\bschedulingConstraints\b/.test(editors.cluster.text);
  return ['GenericWorkload', 'GangScheduling', ...(constrained ? ['TopologyAwareWorkloadScheduling'] : []),
    ...(composite ? ['CompositePodGroup'] : [])];
}

function kubernetes() {
  const release = find('#release').value;
  const { gates: known } = new api.Kubernetes(release).featureGates();
  const gates = {};
  for (const name of neededGates()) if (known[name] && !known[name].locked && !known[name].enabled) gates[name] = true;
  const implied = Object.keys(gates).filter((name) => !overrides.has(name));
  Object.assign(gates, Object.fromEntries(overrides));
  drawGates(known, gates, implied);
  return attempt(() => new api.Kubernetes(release, { gates }));
}

// Feature gates.

const ABOUT = /Restart|InPlacePod|PodLevelResources|Workload|Gang|PodGroup|NodeDeclaredFeatures/;

function drawGates(known, gates, implied) {
  const changed = Object.entries(gates);
  find('#gates-changed').textContent = changed.length === 0 ? '(as the release has them)'
    : `(${changed.map(([name, on]) => `${name} ${on ? 'on' : 'off'}`).join(', ')})`;
  find('#gates-note').textContent = implied.length === 0 ? '' : `Turned on for this question: ${implied.join(', ')}.`;
  if (!find('#gates').open) return;
  const filter = find('#gate-filter').value.trim().toLowerCase();
  const names = Object.keys(known).filter((name) => name.toLowerCase().includes(filter));
  names.sort((a, b) => ABOUT.test(b) - ABOUT.test(a) || (a < b ? -1 : 1));
  const focused = document.activeElement?.name;
  find('#gate-list').replaceChildren(...names.map((name) => {
    const { enabled, stage, locked } = known[name];
    const box = h('input', { type: 'checkbox', name, disabled: locked, onchange: () => {
      if (box.checked === enabled && !implied.includes(name)) overrides.delete(name);
      else overrides.set(name, box.checked);
      judge();
    } });
    box.checked = gates[name] ?? enabled;
    return h('li', {}, h('label', { class: name in gates && 'changed' }, box, name, h('small', {}, `${stage.toLowerCase()}${locked ? ', fixed' : ''}`)));
  }));
  if (focused) find(`#gate-list [name="${CSS.escape(focused)}"]`)?.focus();
}

// Words.

const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
/** An amount as a person writes it: of cpu in thousandths, of memory in bytes. */
function amount(resource, number) {
  if (resource === 'cpu') return number % 1000 === 0 ? String(number / 1000) : `${number}m`;
  if (!/memory|storage|hugepages/.test(resource)) return String(number);
  let unit = 0;
  let rest = number;
  while (Math.abs(rest) >= 1024 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${Number(rest.toFixed(2))}${UNITS[unit]}`;
}
const listText = (list) => Object.entries(list ?? {}).map(([name, value]) => `${name} ${value}`).join(', ') || 'nothing';
const mark = (kind, text) => h('span', { class: `mark ${kind}` }, text);
const why = (...text) => h('span', { class: 'why' }, text);
const list = (items) => h('ul', {}, items.map((item) => h('li', {}, item)));

/** A table; columns whose head starts with `#` hold numbers. */
function table(head, rows) {
  const kind = (index) => (head[index].startsWith('#') ? { class: 'number' } : {});
  return h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': head.join(', ').replaceAll('#', '') }, h('table', {},
    h('thead', {}, h('tr', {}, head.map((text, index) => h('th', { ...kind(index), scope: 'col' }, text.replace(/^#/, ''))))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, index) => h('td', kind(index), cell)))))));
}

/** What the API server refuses, each at its field. */
function refusals(errors, place) {
  return list(errors.map((error) => {
    const { editor, line } = place(stepsOf(error.field));
    editor.mark(line);
    return [h('code', {}, error.field), ' ', h('button', { type: 'button', class: 'line', onclick: () => editor.go(line) }, `line ${line}`),
      ' ', error.message.startsWith(`${error.field}: `) ? error.message.slice(error.field.length + 2) : error.message,
      error.source && why(`rule ${error.code}, from ${error.source}`)];
  }));
}

// Pod.

const ENDS = { restart: ['good', 'restarts'], restartAllContainers: ['wait', 'all containers restart'], leave: ['bad', 'stays as it is'] };

function judgePod() {
  const { value: pod, place } = editors.pod.object('pod');
  const places = { pod: place };
  const verdict = ask('validatePodCreate', { pod }, places);
  const out = [h('h3', {}, 'The API server')];
  if (verdict.errors.length > 0) out.push(h('p', {}, mark('bad', 'refuses it')), refusals(verdict.errors, place));
  else out.push(h('p', {}, mark('good', 'accepts it')));
  const requests = ask('podRequests', { pod }, places).resources;
  const limits = ask('podLimits', { pod }, places).resources;
  out.push(h('p', {}, `Quality of service ${ask('qos', { pod }, places).qosClass}; requests ${listText(requests)}; limits ${listText(limits)}.`));

  const code = find('#exit-code').value.trim();
  let end = '';
  if (code !== '') {
    if (!/^-?\d+$/.test(code)) beside('exitCode', 'exitCode', 'an exit code is a whole number');
    const container = find('#container').value.trim();
    const { containers } = ask('restartDecision', { pod, exitCode: Number(code), ...(container === '' ? {} : { container }) }, places);
    if (containers.length === 0) beside('container', 'container', `the pod has no container "${container}"`);
    out.push(h('h3', {}, `When a container ends with code ${code}`), list(containers.filter(({ onExit }) => onExit).map(({ name, init, onExit }) => [
      h('strong', {}, name), init && ' (init)', ' ', mark(...ENDS[onExit.verdict]), ' ', `because ${onExit.message}`,
      onExit.passedOver && why(passedOver(onExit.passedOver)), why(`rule ${onExit.code}, from ${onExit.source}`)])));
    if (containers.length === 1 && containers[0].onExit) end = `; ${containers[0].name}, ended with ${code}: ${ENDS[containers[0].onExit.verdict][1]}`;
  } else out.push(h('p', { class: 'hint' }, 'Give an exit code to see what the kubelet does when a container ends.'));
  const refused = verdict.errors.length;
  return [refused ? 'bad' : 'good', `${refused ? `Refused for ${count(refused, 'reason')}` : 'A legal pod'} on ${state.k8s.release}${end}.`, out];
}

const PASSED = { gateOff: 'but its feature gate is off', unknownAction: 'but its action is not known',
  noContainerPolicy: 'but the container has no restartPolicy', rulesOff: 'but rules are off' };
const passedOver = ({ ruleIndex, why: reason }) => `restartPolicyRules[${ruleIndex}] matches, ${PASSED[reason] ?? reason}`;

// Resize.

/** The pod with changes made, and where each of them stands. */
function changed(oldPod) {
  const pod = structuredClone(oldPod);
  const editor = editors.changes;
  const where = new Map();
  const named = (name) => {
    for (const field of ['containers', 'initContainers']) {
      const index = (Array.isArray(pod.spec?.[field]) ? pod.spec[field] : []).findIndex((each) => each?.name === name);
      if (index >= 0) return [pod.spec[field][index], ['spec', field, index]];
    }
    return name === 'pod' && typeof pod.spec === 'object' && pod.spec ? [pod.spec, ['spec']] : undefined;
  };
  editor.text.split('\n').forEach((text, index) => {
    if (/^\s*(#|$)/.test(text)) return;
    const match = /^\s*([^.=\s]+)\.(?:(requests|limits)\.)?([^=\s]+)\s*=\s*(\S*)\s*$/.exec(text);
    if (!match) editor.fail('', 'a change is container.resource=amount, or container.limits.resource=amount', index + 1);
    const [, name, part = 'requests', resource, value] = match;
    const [owner, path] = named(name) ?? editor.fail(name, 'the pod has no such container', index + 1);
    owner.resources = { ...owner.resources };
    owner.resources[part] = { ...owner.resources[part] };
    if (value === '') delete owner.resources[part][resource];
    else owner.resources[part][resource] = value;
    where.set([...path, 'resources', part, resource].join('\n'), index + 1);
  });
  return { pod, where };
}

/** The pod as it is to be. A change that is wrong is found among the changes, all else in the pod that they are made to. */
function wantedPod(old) {
  if (find('[name=wanted]:checked').value === 'pod') return editors.pod2.object('pod');
  const { pod, where } = changed(old.value);
  const place = (steps) => {
    const line = where.get(steps.join('\n'));
    return line === undefined ? old.place(steps) : { editor: editors.changes, line };
  };
  return { value: pod, place };
}

const OUTCOMES = {
  unchanged: ['good', 'changes nothing on its node'], allocated: ['good', 'fits on its node now'],
  deferred: ['wait', 'has to wait: its node has no room now'], infeasible: ['bad', 'can never fit on its node'],
};

function judgeResize() {
  const old = editors.oldPod.object('pod');
  const oldPod = old.value;
  const next = wantedPod(old);
  const pod = next.value;
  const places = { oldPod: old.place, pod: next.place };
  const verdict = ask('validatePodResize', { oldPod, pod }, places);
  const out = [h('h3', {}, 'The API server')];
  const refused = verdict.errors.length;
  if (refused) out.push(h('p', {}, mark('bad', 'refuses it')), refusals(verdict.errors, next.place));
  else out.push(h('p', {}, mark('good', 'accepts it'), ` The pod stays ${verdict.qosClass}.`));

  const around = editors.node.objects();
  const node = around.find(({ value }) => value?.kind === 'Node');
  let kind = refused ? 'bad' : 'good';
  let headline = refused ? `The API server refuses this resize for ${count(refused, 'reason')}` : 'The API server accepts this resize';
  let fits;
  if (around.length > 0 && !node) editors.node.fail('', 'there is no object of kind Node here');
  if (node) {
    const pods = around.filter(({ value }) => value?.kind === 'Pod' && value.spec?.nodeName === node.value.metadata?.name
      && !/^(Succeeded|Failed)$/.test(value.status?.phase ?? ''));
    const inputs = { node: node.value, pods: pods.map(({ value }) => value), oldPod, pod };
    Object.assign(places, { node: node.place, pods: pods.map(({ place }) => place) });
    if (!refused) {
      fits = ask('resizeFeasible', inputs, places);
      const [mood, text] = OUTCOMES[fits.outcome];
      kind = mood;
      headline = `The resize is legal and ${text}`;
      out.push(h('h3', {}, `Node ${node.value.metadata?.name ?? ''}`), h('p', {}, mark(mood, fits.outcome === 'allocated' ? 'has room for it' : fits.outcome), ' ', fits.message ?? ''));
      if (fits.evictsOthers) out.push(h('p', {}, 'Other pods would be evicted for it.'));
      if (fits.shortfall.length > 0) out.push(table(['resource', '#asked', '#used by others', '#node', '#missing'],
        fits.shortfall.map(({ resource, ...of }) => [resource, ...['requested', 'used', 'capacity', 'missing'].map((name) => amount(resource, of[name]))])));
      out.push(...fits.reasons.map(({ code, source }) => h('p', {}, why(`rule ${code}, from ${source}`))));
    }
    const advice = ask('resizeAdvice', inputs, places);
    out.push(...offers(advice));
    const { headroom } = ask('resizeHeadroom', { node: node.value, pods: inputs.pods, pod: oldPod }, { ...places, pod: old.place });
    out.push(h('h3', {}, 'How far requests can grow in place'), table(['container', 'resource', '#now', '#can be now', '#alone on the node'],
      headroom.map(({ container, resource, current, now, ever, fixed }) => [container ?? 'pod', resource, amount(resource, current),
        fixed ? 'fixed' : amount(resource, now), fixed ? 'fixed' : amount(resource, ever)])));
  }
  if (!refused) {
    const actions = ask('resizeActions', { oldPod, pod }, places);
    out.push(h('h3', {}, fits && fits.outcome !== 'allocated' ? 'What the kubelet would do' : 'What the kubelet does'));
    if (actions.restarts.length === 0) out.push(h('p', {}, mark('good', 'restarts nothing'), ' All changes are made in place.'));
    else out.push(h('p', {}, mark('wait', `restarts ${actions.restarts.map(({ name }) => name).join(', ')}`)),
      list(actions.restarts.map(({ name, resource, message }) => [h('strong', {}, name), ` (${resource}): ${message}`])));
    if (actions.steps.length > 0) out.push(h('ol', {}, actions.steps.map((step) => h('li', {}, stepText(step)))));
    if (actions.restarts.length > 0 && fits?.outcome !== 'infeasible') headline += `; it restarts ${actions.restarts.map(({ name }) => name).join(', ')}`;
  }
  return [kind, `${headline}.`, out];
}

function stepText(step) {
  switch (step.step) {
    case 'podMemoryLimit': return `memory limit of the pod's cgroup: ${amount('memory', step.from)} → ${amount('memory', step.to)}`;
    case 'podCpuLimit': return `CPU quota of the pod's cgroup: ${step.from} → ${step.to}`;
    case 'podCpuRequest': return `CPU shares of the pod's cgroup: ${step.from} → ${step.to}`;
    case 'updateContainer': return `${step.resource} of ${step.name}, in place`;
    case 'killContainer': return `stop ${step.name}, for its ${step.resource}`;
    case 'startContainer': return `start ${step.name} again`;
    case 'resizeVolume': return `volume ${step.name}: ${step.from} → ${step.to}`;
    default: return step.step;
  }
}

function offers({ accepted, legal, withoutRestart }) {
  const offered = [['works now and restarts nothing', withoutRestart], ['works now', accepted], ['is legal', legal]]
    .filter(([, offer]) => offer && !offer.asWanted)
    .map(([text, { containers, pod }]) => [text, [...containers.map(({ name, resources }) => [name, resources]), ...(pod ? [['pod', pod]] : [])]
      .map(([name, { requests, limits }]) => `${name}: requests ${listText(requests)}${limits ? `, limits ${listText(limits)}` : ''}`).join('; ')]);
  const same = new Map();
  // The first word for an offer says the most.
  for (const [text, what] of offered) if (!same.has(what)) same.set(what, text);
  return same.size === 0 ? [] : [h('h3', {}, 'Instead'), list([...same].map(([what, text]) => [h('strong', {}, `This ${text}: `), what]))];
}

// Gang.

const REPLICAS = { Job: 'completions', Deployment: 'replicas', ReplicaSet: 'replicas', StatefulSet: 'replicas', ReplicationController: 'replicas' };
const MOST_REPLICAS = 5000;

function cluster() {
  const found = { nodes: [], pods: [], objects: [] };
  const leftOut = new Set();
  const inNamespace = (object) => ({ ...object, metadata: { ...object.metadata, namespace: object.metadata?.namespace ?? 'default' } });
  for (const { value, place } of editors.cluster.objects()) {
    const kind = value?.kind;
    const replicas = value?.spec?.[REPLICAS[kind]] ?? 1;
    if (kind === 'Node') found.nodes.push({ value, place });
    else if (kind === 'Pod') found.pods.push({ value: inNamespace(value), place });
    else if (REPLICAS[kind] && value?.spec?.template) {
      if (!Number.isInteger(replicas) || replicas > MOST_REPLICAS) {
        const { editor, line } = place(['spec', REPLICAS[kind]]);
        editor.fail(`spec.${REPLICAS[kind]}`, `this takes a number of at most ${MOST_REPLICAS}`, line);
      }
      for (let i = 0; i < replicas; i += 1) {
        const { metadata, spec } = value.spec.template;
        found.pods.push({ value: inNamespace({ kind: 'Pod', metadata: { ...metadata, name: `${value.metadata?.name ?? ''}-${i}`, namespace: value.metadata?.namespace }, spec }),
          place: (steps) => place(['spec', 'template', ...steps]) });
      }
    } else if (/^(Workload|PodGroup|CompositePodGroup|PersistentVolume|PersistentVolumeClaim|StorageClass|CSINode|CSIDriver|VolumeAttachment|Namespace)$/.test(kind)) {
      const apart = /^(PersistentVolume|StorageClass|CSINode|CSIDriver|VolumeAttachment|Namespace)$/.test(kind);
      found.objects.push({ value: apart ? value : inNamespace(value), place });
    } else leftOut.add(String(kind ?? 'an object without kind'));
  }
  return { found, leftOut };
}

const CAUSES = {
  quorum: 'There are too few pods.', shortage: 'There is too little, however it were distributed.',
  constraint: 'There is room, but not where its pods may be.',
  fragmentation: 'There is enough in sum, but in pieces that are too small.', undecided: 'It is not decided within the budget.',
};

function heldBack(held) {
  switch (held.kind) {
    case 'tooFewPods': return `${held.group} waits for more pods: it has ${held.has} of ${held.needs}`;
    case 'gated': return `scheduling gates hold ${count(held.pods, 'pod')} back`;
    case 'schedulersDiffer': return `its pods name different schedulers: ${held.schedulers.join(', ')}`;
    case 'otherScheduler': return `its pods are for scheduler ${held.scheduler}`;
    case 'prioritiesDiffer': return `a pod has priority ${held.pod}, the group ${held.group}: they must be the same`;
    case 'scheduledApart': return `pods of ${held.group} that have a node are not within one value of ${held.topologyKey}`;
    default: return held.kind;
  }
}

const amounts = (list) => list.map(({ resource, quantity }) => `${quantity} ${resource}`).join(', ');

function remedy(each) {
  switch (each.kind) {
    case 'lowerMinimum': return `lower the minimum of ${each.group} to ${each.to}`;
    case 'morePods': return `${count(each.count, 'more pod', 'more pods')} in ${each.group}`;
    case 'addNodes': return `${count(each.count, 'more node')} like ${each.like} (${amounts(each.allocatable)})`;
    case 'lowerRequest': return `request ${each.to.quantity} ${each.to.resource} instead of ${each.from.quantity} in ${each.pod}${each.pods > 1 ? ` and the ${each.pods - 1} like it` : ''}`;
    case 'free': return `free ${each.nodes.map(({ node, amounts: list }) => `${amounts(list)} on ${node}`).join(', ')}`;
    default: return each.kind;
  }
}

function notice(each) {
  switch (each.kind) {
    case 'nodeWithoutAllocatable': return `node ${each.node} does not say what pods may use: nothing fits there`;
    case 'nodeOvercommitted': return `the pods on node ${each.node} take ${amount(each.resource, each.missing)} ${each.resource} more than it has`;
    case 'podOnUnknownNode': return `pod ${each.pod} is on node ${each.node}, which is not there`;
    default: return each.kind;
  }
}

function judgeGang() {
  const { found, leftOut } = cluster();
  const group = find('#group').value.trim();
  const inputs = { ...Object.fromEntries(Object.entries(found).map(([name, items]) => [name, items.map(({ value }) => value)])), ...(group ? { group } : {}) };
  const places = Object.fromEntries(Object.entries(found).map(([name, items]) => [name, items.map(({ place }) => place)]));
  const answer = ask('gangFeasible', inputs, places);
  const room = answer.atLeast === answer.atMost ? answer.atMost : `${answer.atLeast} to ${answer.atMost}`;
  const [kind, headline] =
    answer.verdict === 'placed' && answer.starts && answer.upstream?.starts === false
      ? ['wait', `${answer.group} could start, as there is room for the ${answer.needs} it needs; but kube-scheduler does not find it`]
    : answer.verdict === 'placed' && answer.starts ? ['good', `${answer.group} can start: it needs ${answer.needs} at once, and there is room`]
    : answer.verdict === 'placed' ? ['wait', `${answer.group} does not start, though there is room for the ${answer.needs} it needs`]
    : answer.verdict === 'impossible' ? ['bad', `${answer.group} cannot start: it needs ${answer.needs} at once, and there is room for ${room}`]
    : ['wait', `${answer.group} is not decided within the budget: it needs ${answer.needs}, and there is room for ${room}`];
  const out = [];
  if (answer.heldBack?.length) out.push(h('h3', {}, 'What holds it back'), list(answer.heldBack.map(heldBack)));
  if (!(answer.verdict === 'placed' && answer.starts)) {
    const explained = ask('gangExplain', inputs, places);
    if (CAUSES[explained.cause]) out.push(h('h3', {}, 'Why'), h('p', {}, CAUSES[explained.cause]));
    if (explained.supply?.length) out.push(table(['resource', '#wanted', '#free', '#missing'],
      explained.supply.map(({ resource, ...of }) => [resource, ...['wanted', 'free', 'missing'].map((name) => amount(resource, of[name]))])));
    for (const each of explained.classes) {
      out.push(h('p', {}, h('strong', {}, each.pod), each.pods > 1 ? ` and the ${each.pods - 1} like it` : '', `: room for ${each.roomFor} on ${count(each.nodes, 'node')}`,
        each.rejection && why(each.rejection), each.excluded.map(({ nodes, reasons }) => why(`${count(nodes, 'node')} out: ${reasons.join(', ')}`))));
    }
    for (const each of explained.domains ?? []) out.push(h('p', {}, `${each.topologyKey} ${each.domain}: room for ${each.atLeast === each.atMost ? '' : `${each.atLeast} to `}${each.atMost}`));
    if (explained.remedies?.length) out.push(h('h3', {}, 'What would help, each by itself'),
      list(explained.remedies.map((each) => [remedy(each), each.exact && why('proven: less does not do')])));
  }
  if (answer.placement.length > 0) {
    const on = new Map();
    for (const { pod, node } of answer.placement) on.set(node, [...(on.get(node) ?? []), pod.slice(pod.indexOf('/') + 1)]);
    out.push(h('h3', {}, answer.verdict === 'placed' ? 'A placement' : 'The most that can be placed'), table(['node', 'pods'], [...on].map(([node, pods]) => [node, pods.join(', ')])));
  }
  if (answer.upstream) {
    const { starts, bound, message } = answer.upstream;
    out.push(h('h3', {}, 'kube-scheduler'), h('p', {}, starts ? mark('good', `places ${count(bound, 'pod')}`)
      : answer.verdict === 'placed' ? mark('wait', 'tries pod after pod, and does not find it') : mark('bad', 'does not start it'), message && why(message)));
  }
  const remarks = [...(answer.notices ?? []).map(notice), ...(answer.notJudged ?? []).map((what) => `not judged: ${what}`),
    ...(answer.ignored ?? []).map((what) => `ignored: ${what}`), ...[...leftOut].map((what) => `left out: ${what}`)];
  if (remarks.length > 0) out.push(h('h3', {}, 'Remarks'), list(remarks));
  return [kind, `${headline}.`, out];
}

// The page.

function show(kind, headline, details) {
  const line = find('#headline');
  line.className = `headline ${kind}`;
  if (line.textContent !== headline) line.textContent = headline;
  find('#details').replaceChildren(...details);
  find('#raw').hidden = state.raw.length === 0;
  find('#raw pre').textContent = state.raw.map(([op, answer]) => `// ${op}\n${JSON.stringify(answer, null, 2)}`).join('\n\n');
}

function judge() {
  const start = performance.now();
  state.raw = [];
  Object.values(editors).forEach((editor) => editor.clear());
  all('.problems').forEach((each) => each.replaceChildren());
  all('[aria-invalid]').forEach((each) => each.removeAttribute('aria-invalid'));
  const asked = question();
  all('[data-for]').forEach((section) => { section.hidden = section.dataset.for !== asked; });
  const wanted = find('[name=wanted]:checked').value;
  all('[data-wanted]').forEach((section) => { section.hidden = section.dataset.wanted !== wanted; });
  try {
    state.k8s = kubernetes();
    show(...{ pod: judgePod, resize: judgeResize, gang: judgeGang }[asked]());
  } catch (error) {
    if (error instanceof Shown) show('bad', 'This cannot be read: see the marked field.', []);
    else show('bad', `${error.message}`, []);
  }
  state.took = performance.now() - start;
}

let timer;
/** Asks a moment after the last key, unless answers take long; then only when told to. */
function soon() {
  clearTimeout(timer);
  if (state.took < 500) timer = setTimeout(judge, 350);
}

const files = {};
for (const name of ['training-pod', 'node', 'node-pods', 'gang-cluster', 'gang-fits', 'gang-fragmented', 'gang-missed']) {
  files[name] = fetch(`./built/data/${name}.yaml`).then((response) => response.text());
}
for (const name of Object.keys(files)) files[name] = await files[name];

/** One pod of the pods on a node, as it stands in its file. */
const onePod = (name) => {
  const [doc] = parseAllDocuments(files['node-pods']);
  return stringify(doc.get('items').items.find((item) => item.getIn(['metadata', 'name']) === name));
};
const resize = (name, pod, changes, release = '1.37') => ({ name, release,
  texts: { oldPod: onePod(pod), pod2: onePod(pod), changes, node: `${files.node}---\n${files['node-pods']}` } });
const gang = (name, file) => ({ name, release: '1.37', texts: { cluster: `${files[file]}---\n${files['gang-cluster']}` } });
const pod = (name, release, code, text = files['training-pod']) => ({ name, release, texts: { pod: text }, fields: { container: 'worker', 'exit-code': code } });
const EXAMPLES = {
  pod: [
    pod('A training worker that exits 42: all containers start over', '1.37', '42'),
    pod('The same on 1.35: the rule is refused', '1.35', '42'),
    pod('The same worker exits 88: it alone restarts', '1.37', '88'),
    pod('The same worker exits 1: it stays as it is', '1.37', '1'),
    pod('A pod that cannot be read', '1.37', '42', files['training-pod'].replaceAll('memory: 64Mi', 'memory: 64 MB')),
  ],
  resize: [
    resize('More CPU than the node has free now: deferred', 'web-0', 'app.cpu=4\napp.limits.cpu=4'),
    resize('More CPU, in place', 'web-0', 'app.cpu=1500m'),
    resize('More memory restarts the container', 'web-0', 'app.cpu=1500m\napp.memory=3Gi\napp.limits.memory=3Gi'),
    resize('More than the node can ever hold, on 1.35', 'web-0', 'app.cpu=9\napp.limits.cpu=9', '1.35'),
    resize('Quality of service would change: refused', 'cache-0', 'redis.memory=3Gi'),
  ],
  gang: [
    gang('Five workers, blocked by fragmentation', 'gang-fragmented'),
    gang('Four workers that fit', 'gang-fits'),
    gang('A gang that has room, and that kube-scheduler misses', 'gang-missed'),
  ],
};

/** The example that each question was given last. */
const chosen = new Map();

function offer() {
  find('#example').replaceChildren(...EXAMPLES[question()].map(({ name }, index) => h('option', { value: String(index) }, name)));
  find('#example').value = chosen.get(question()) ?? '0';
}

function take() {
  const { release, texts, fields = {} } = EXAMPLES[question()][Number(find('#example').value)];
  find('#release').value = release;
  chosen.set(question(), find('#example').value);
  overrides.clear();
  for (const [name, text] of Object.entries(texts)) editors[name].text = text;
  for (const [id, value] of Object.entries(fields)) find(`#${id}`).value = value;
  if (texts.changes) find('[name=wanted][value=changes]').checked = true;
  if (texts.cluster) find('#group').value = '';
  judge();
}

const form = find('#form');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  judge();
});
form.addEventListener('input', (event) => {
  if (event.target.id === 'gate-filter') judge();
  else if (event.target.matches('textarea, input:not([type=radio], [type=checkbox])')) soon();
});
form.addEventListener('change', (event) => {
  if (event.target.name === 'question') {
    offer();
    // What was typed stays.
    if (chosen.has(question())) judge();
    else take();
  } else if (event.target.id === 'example') take();
  else if (event.target.id === 'release') {
    overrides.clear();
    judge();
  } else if (event.target.name === 'wanted') judge();
});
find('#gates').addEventListener('toggle', judge);
form.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) judge();
});

offer();
take();
document.documentElement.dataset.ready = 'true';
// At hand in the console, and for tests: the API that the page asks.
window.podverdict = api;
