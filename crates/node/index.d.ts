// Types of the package. Names are those of the wire format; answers are plain objects.
// Whole numbers beyond 2^53 lose their last digits in objects; `evaluateJson` gives them as they are.

/** A minor release; a full version such as `v1.36.2` is read too. */
export type Release = '1.35' | '1.36' | '1.37' | `v1.${35 | 36 | 37}` | `${'' | 'v'}1.${35 | 36 | 37}.${string}`;

/** What an error is about; stays the same from version to version. */
export type ErrorCode =
  | 'malformed' | 'invalid_value' | 'unknown_field' | 'missing_field' | 'unknown_op' | 'unknown_release' | 'feature_gates'
  | 'not_on_release' | 'too_large' | 'internal';

/** Input that cannot be read. A refusal by Kubernetes is an answer, not an error. */
export class PodverdictError extends Error {
  constructor(message: string, code: ErrorCode, path: string, options?: ErrorOptions);
  readonly name: 'PodverdictError';
  readonly code: ErrorCode;
  /** The field, such as `pod.spec.containers[1].resources.requests[cpu]`; empty for the whole input. */
  readonly path: string;
}

/** JSON text, as a string or as UTF-8 bytes. */
export type JsonText = string | ArrayBufferView | ArrayBuffer | SharedArrayBuffer;
/** An object of the API: a plain object, one of the official client's classes, JSON text, or converted already. */
export type ApiObject = object | JsonText;
/** A pod in any form. */
export type PodInput = ApiObject | Pod;
/** An amount of each resource. */
export type ResourceList = { [resource: string]: string };
/** A time: RFC 3339, or a Date. */
export type Time = string | Date;
/** How long, as Go writes it: `10s`, `5m0s`. */
export type Duration = string;

// Inputs.

/** What every question takes. */
export interface Defaults {
  /** false takes the objects as they are, without the API server's defaults. */
  defaults?: boolean;
}
export interface Prepare extends Defaults {
  /** false skips what the API server does to an object before it looks at it. */
  prepare?: boolean;
}
export interface PodQuestion extends Defaults { pod: PodInput }
export interface ResourcesQuestion extends PodQuestion {
  /** Named as upstream names them. */
  opts?: {
    UseStatusResources?: boolean;
    InPlacePodLevelResourcesVerticalScalingEnabled?: boolean;
    ExcludeOverhead?: boolean;
    SkipPodLevelResources?: boolean;
    SkipContainerLevelResources?: boolean;
    NonMissingContainerRequests?: { [resource: string]: string | number } | null;
    UseDRANodeAllocatableResourceClaimStatus?: boolean;
  };
}
export interface CreateQuestion extends Prepare { pod: PodInput }
export interface ChangeQuestion extends Prepare {
  /** As it is stored. */
  oldPod: PodInput;
  /** As it is to be. */
  pod: PodInput;
}
export interface ObjectQuestion extends Prepare {
  object: ApiObject;
  /** As it is stored, for an update. */
  oldObject?: ApiObject;
}
/** What the runtime knows: `sandboxStatuses` and `containerStatuses`, newest first. */
export type RuntimePodStatus = ApiObject;
export interface RestartQuestion extends PodQuestion {
  podStatus?: RuntimePodStatus;
  apiStatus?: ApiObject;
  /** Only this container. */
  container?: string;
  /** The exit to decide about. */
  exitCode?: number;
  /** The runtime's word for it, such as `OOMKilled`. */
  exitReason?: string;
}
export type ProbeResult = 'success' | 'failure' | 'unknown';
export interface ActionsQuestion extends PodQuestion {
  podStatus?: RuntimePodStatus;
  /** Results by container id. */
  liveness?: { [container: string]: ProbeResult };
  startup?: { [container: string]: ProbeResult };
  /** What was given to the runtime last; null: nothing is known. Left out: what the pod asks for. */
  actuated?: ApiObject | null;
  /** Left out: as the kubelet decides. */
  restartAllContainers?: boolean;
}
export interface PhaseQuestion extends PodQuestion {
  /** Instead of the pod's own, init containers first. */
  containerStatuses?: readonly object[] | JsonText | null;
  podIsTerminal?: boolean;
  podHasInitialized?: boolean;
}
export interface ConditionsQuestion extends PodQuestion {
  podStatus?: RuntimePodStatus;
  phase?: string;
  oldStatus?: ApiObject;
}
export interface KubeletConfiguration {
  crashLoopBackOff?: { maxContainerRestartPeriod?: Duration };
  syncFrequency?: Duration;
}
export interface BackOffEntryInput { delay: Duration; lastUpdate: Time }
export interface BackOffQuestion extends PodQuestion {
  container: string;
  now: Time;
  podStatus?: RuntimePodStatus;
  /** What the kubelet remembers. */
  entry?: BackOffEntryInput;
  kubeletConfiguration?: KubeletConfiguration;
}
/** One line of a script; `after` says how long after the pod settled. */
export type CycleEvent = { after?: Duration } & (
  | { container: string; exitCode: number; reason?: string }
  | { container: string; probe: 'startup' | 'readiness' | 'liveness' }
  | { sandboxDies: true }
);
export interface CycleQuestion extends PodQuestion {
  podStatus?: RuntimePodStatus;
  events?: readonly CycleEvent[];
  now?: Time;
  backOff?: { [container: string]: BackOffEntryInput | null };
  kubeletConfiguration?: KubeletConfiguration;
  killedExitCode?: number;
  maxSyncs?: number;
}
export interface NodeQuestion extends Defaults {
  node: ApiObject;
  /** The pods on the node. */
  pods?: readonly PodInput[] | JsonText;
  /** The kubelet's settings. */
  nodeConfig?: ApiObject;
  opts?: { allocatableAbsolute?: { [resource: string]: string | number }; swap?: { [container: string]: string } };
}
export interface AdmitQuestion extends NodeQuestion { pod: PodInput }
export interface ResizeQuestion extends NodeQuestion {
  /** As it is allocated. */
  oldPod: PodInput;
  /** As it is to be. */
  pod: PodInput;
}
export interface QueueQuestion extends NodeQuestion {
  /** In the order in which the kubelet learned of them. */
  resizes: readonly { pod: PodInput; oldPod: PodInput }[] | JsonText;
}
export interface ResizeActionsQuestion extends PodQuestion {
  /** What is in force, as a pod … */
  oldPod?: PodInput;
  /** … or as resources. */
  actuated?: ApiObject;
  opts?: object;
}
export interface ClusterQuestion extends Defaults {
  nodes: readonly ApiObject[] | JsonText;
  pods?: readonly PodInput[] | JsonText;
  /** Namespaces, volumes, storage classes, workloads and groups. */
  objects?: readonly ApiObject[] | JsonText;
}
export interface FiltersQuestion extends ClusterQuestion { pod: PodInput }
export interface GangExplainQuestion extends ClusterQuestion {
  /** Which group, as `namespace/name`; needed if there are several. */
  group?: string;
  /** The most steps of the search. */
  budget?: number;
}
export interface GangQuestion extends GangExplainQuestion {
  /** false leaves kube-scheduler's own outcome out. */
  upstream?: boolean;
}

// What several answers have.

/** A rule of Kubernetes. */
export interface Rule {
  /** Stable: once published it keeps its meaning. */
  code: string;
  /** The package and function of Kubernetes where the rule lives. */
  source: string;
}
/** Why an answer is what it is. */
export interface Reason extends Rule {
  message: string;
  /** The field that the rule read. */
  field?: string;
  /** The numbers that it compared; their names say the unit. */
  numbers?: { [name: string]: number };
}
/** What the API server would say about one field. */
export interface FieldError {
  type: string;
  field: string;
  detail: string;
  badValue: unknown;
  /** All of it in one text. */
  message: string;
  origin?: string;
  code?: string;
  source?: string;
}

// Context.

export interface Gate {
  default: boolean;
  stage: 'ALPHA' | 'BETA' | 'DEPRECATED' | 'GA';
  /** Whether it cannot be changed. */
  locked: boolean;
  enabled: boolean;
  dependsOn?: string[];
}
export interface FeatureGatesAnswer { gates: { [gate: string]: Gate } }
export interface ParsedQuantity {
  /** The canonical text. */
  string: string;
  format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
  sign: -1 | 0 | 1;
  /** Rounded up to a whole number. */
  value: number;
  /** In thousandths, rounded up. */
  milliValue: number;
  roundUpMilli: string;
}
export interface UnreadableQuantity { error: string }
export interface QuantityAnswer {
  a?: ParsedQuantity | UnreadableQuantity;
  b?: ParsedQuantity | UnreadableQuantity;
  cmp?: -1 | 0 | 1;
  add?: string;
  sub?: string;
}

// Restart.

export interface RestartReason extends Rule {
  verdict: 'restart' | 'restartAllContainers' | 'leave';
  message: string;
  /** The restart rule that decided. */
  ruleIndex?: number;
  /** The policy that decided. */
  policy?: 'Always' | 'OnFailure' | 'Never' | (string & {});
  /** The first rule that matches, if it was not followed. */
  passedOver?: { ruleIndex: number; why: 'gateOff' | 'unknownAction' | 'noContainerPolicy' | 'rulesOff' };
  field?: string;
  numbers?: { [name: string]: number };
}
export interface ContainerRestart {
  name: string;
  init: boolean;
  isRestartableInit: boolean;
  isContainerRestartable: boolean;
  shouldContainerBeRestarted: boolean;
  /** Why. */
  decision: RestartReason;
  /** These four are there if an exit code was given. */
  containerShouldRestart?: boolean;
  matchingRule?: object;
  matchingRuleIndex?: number;
  onExit?: RestartReason;
}
export interface RestartDecisionAnswer {
  containers: ContainerRestart[];
  shouldAllContainersRestart: boolean;
  trigger?: { by: 'condition' | 'runtimeExit' | 'apiExit'; container?: string; exitCode?: number; ruleIndex?: number };
  allContainersRestartCleanedUp: boolean;
  allContainersCouldRestart: boolean;
}
export interface RunningResources {
  /** In bytes. */
  memoryLimit: number;
  memoryRequest: number;
  /** In milli-CPU. */
  cpuLimit: number;
  cpuRequest: number;
}
export interface ContainerUpdate { name: string; id: string; desired: RunningResources; current: RunningResources }
export interface ContainerUpdates { memory?: ContainerUpdate[]; cpu?: ContainerUpdate[] }
/** What the kubelet decides, as upstream's `podActions` holds it. */
export interface Actions {
  killPod: boolean;
  createSandbox: boolean;
  sandboxID: string;
  attempt: number;
  initContainersToStart: string[];
  containersToStart: string[];
  ephemeralContainersToStart: string[];
  containersToKill: { id: string; name: string; message: string; reason?: string }[];
  containersToUpdate?: ContainerUpdates;
  updatePodResources: boolean;
  updatePodLevelResources: boolean;
  containersToReset: { id: string; name: string; kill: boolean }[];
}
export interface GracePeriod { seconds: number; stopTimeoutSeconds: number; preStopHook: boolean }
export interface Stop extends GracePeriod { name: string; id: string; afterRegular: boolean; afterSidecar?: string }
export type ContainerKind = 'init' | 'regular' | 'ephemeral';
/** One thing that the kubelet does; `do` tells which fields are there. */
export type Step = Reason & (
  | { do: 'killPod'; stops: Stop[] }
  | { do: 'purgeInitContainers'; ids: string[] }
  | { do: 'killContainer'; container: string; id: string; killReason?: string; gracePeriod: GracePeriod }
  | { do: 'resetContainer'; container: string; id: string; kill: boolean; gracePeriod?: GracePeriod; keepsLogs: boolean }
  | { do: 'pruneInitContainers'; ids: string[] }
  | { do: 'createSandbox'; attempt: number }
  | { do: 'resize'; updates: ContainerUpdates; updatePodResources: boolean; updatePodLevelResources: boolean }
  | { do: 'startContainer'; kind: ContainerKind; index: number; container: string }
);
export interface PodActionsAnswer { actions: Actions; steps: Step[]; restartAllContainers: boolean }
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
export interface PhaseAnswer {
  phase: PodPhase;
  /** The rule that decided. */
  because: Rule;
  counts: {
    pendingInit: number; failedInit: number; failedInitForGood: number; pendingSidecars: number; running: number;
    waiting: number; stopped: number; stoppedForGood: number; succeeded: number; unknown: number;
  };
}
export interface Condition {
  type: string;
  status?: 'True' | 'False' | 'Unknown' | (string & {});
  observedGeneration?: number;
  reason?: string;
  message?: string;
  lastProbeTime?: string | null;
  lastTransitionTime?: string | null;
}
export interface ConditionsAnswer {
  conditions: Condition[];
  /** The types of those that the kubelet writes for this pod. */
  written: string[];
}
/** From now. */
export interface NextSync { earliest: Duration; latest: Duration }
export interface BackOffVerdict extends Rule {
  inBackOff: boolean;
  until?: string;
  delay: Duration;
  nextDelay: Duration;
  entry?: { delay: Duration; lastUpdate: string };
  message?: string;
  event?: string;
  nextSync?: NextSync;
  field?: string;
  numbers?: { [name: string]: number };
}
/** The kubelet refuses its configuration. */
export interface ConfigRefused {
  configErrors: string[];
  /** Never there; so that `answer.configErrors` can be asked first. */
  config?: undefined;
}
export type BackOffAnswer =
  | (BackOffVerdict & { config: { initial: Duration; max: Duration }; configErrors?: undefined })
  | ConfigRefused;
export type CycleTrigger =
  | 'podAdded' | 'lifecycleEvent' | 'probeResult' | 'requeue' | 'backOff' | 'periodicResync' | 'termination';
export interface CycleSync {
  at: string;
  trigger: CycleTrigger;
  event?: object;
  phase: PodPhase | '';
  phaseVerdict: PhaseAnswer;
  conditions: Condition[];
  /** As the pod's status has them. */
  containers: ({ kind: ContainerKind; name?: string } & { [field: string]: unknown })[];
  statusDropped?: { index: number; init: boolean; message: string };
  restartsAllContainers: boolean;
  steps: (Step & { restartCount?: number; backOff?: BackOffVerdict })[];
  aborted: boolean;
  next?: { trigger: CycleTrigger; wait?: NextSync };
}
export type CycleAnswer =
  | { syncs: CycleSync[]; outcome: 'terminal' | 'settled' | 'endless' | 'bound'; notApplied: number[]; configErrors?: undefined }
  | { configErrors: string[]; outcome?: undefined };

// What the API server says.

export interface ResourceRequirements {
  requests?: ResourceList | null;
  limits?: ResourceList | null;
  claims?: { name: string; request?: string }[] | null;
}
export interface ContainerResources {
  name: string;
  resources: ResourceRequirements;
  resizePolicy?: { resourceName: string; restartPolicy: string }[];
}
export interface PodVerdict {
  /** Empty: accepted. */
  errors: FieldError[];
  containers: ContainerResources[];
  initContainers?: ContainerResources[];
  podResources?: ResourceRequirements;
  generation: number;
  qosClass: QosClass | '' | (string & {});
}
export interface StatusVerdict { errors: FieldError[] }
export interface ObjectVerdict {
  errors: FieldError[];
  /** As the API server stores it, as far as decisions read it. */
  object: { [field: string]: unknown };
}

// Resize.

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';
export interface QosAnswer { qosClass: QosClass; qosClassV1: QosClass }
export interface ResourcesAnswer { resources: ResourceList }
/** Thousandths of a core for `cpu`, else units of the resource. */
export interface Shortfall {
  resource: string;
  requested: number;
  used: number;
  capacity: number;
  missing: number;
  /** Whether it would fit on the empty node. */
  attainable: boolean;
}
export interface AdmitAnswer {
  ok: boolean;
  reason: string;
  message: string;
  reasons: Reason[];
  shortfall: Shortfall[];
  evictsOthers: boolean;
}
export interface ResizeCondition {
  type: 'PodResizePending' | 'PodResizeInProgress';
  status: string;
  reason?: string;
  message?: string;
}
interface ResizeVerdictFields {
  conditions: ResizeCondition[];
  message?: string;
  reasons: Reason[];
  shortfall: Shortfall[];
  evictsOthers: boolean;
}
/** `outcome` says the same as upstream's `result`, with what was allocated already apart from what is allocated now. */
export type ResizeVerdict = ResizeVerdictFields & (
  | { outcome: 'unchanged' | 'allocated'; result: 'ok' }
  | { outcome: 'deferred'; result: 'Deferred' }
  | { outcome: 'infeasible'; result: 'Infeasible' }
);
export type ResizeFeasibleAnswer = ResizeVerdict & {
  allocated: ContainerResources[];
  allocatedInit?: ContainerResources[];
  allocatedPod?: ResourceRequirements;
};
export type QueuedResize = ResizeVerdict & {
  /** In `resizes`. */
  index: number;
  namespace: string;
  name: string;
  uid: string;
  key: { increasing: boolean; priority: number; guaranteed: boolean; pendingSince?: string };
  staysQueued: boolean;
  /** The API server would have refused it before. */
  apiServer?: Reason;
};
export interface ResizeQueueAnswer { order: QueuedResize[] }
export type ResizeStep =
  | { step: 'killContainer'; name: string; resource: string }
  | { step: 'resizeVolume'; name: string; from: string; to: string }
  | { step: 'podMemoryLimit' | 'podCpuLimit' | 'podCpuRequest'; from: number; to: number }
  | { step: 'updateContainer'; name: string; resource: string; resources: RunningResources; cpuShares: number; cpuQuota: number }
  | { step: 'startContainer'; name: string };
export interface ResizeActionsAnswer {
  restarts: { name: string; init: boolean; resource: string; message: string }[];
  updates: ContainerUpdates;
  updatePodResources: boolean;
  updatePodLevelResources: boolean;
  cgroup: { cpuShares: number; cpuQuota?: number; memory?: number };
  memoryGuard: 'not_needed' | 'unknown' | 'passed' | 'failed';
  conditionMessage?: string;
  reasons: Reason[];
  runtimeFirst: boolean;
  steps: ResizeStep[];
}
export interface ResizeStatusAnswer {
  status: 'done' | 'in_progress' | 'deferred' | 'infeasible' | 'error';
  stale: boolean;
  reasons: Reason[];
  next: ('wait' | 'change_request' | 'free_node' | 'recreate')[];
  differences: {
    container?: string; list: string; resource: string; desired?: string; allocated?: string; unallocated: boolean; actual?: string;
  }[];
}
/** How far one request can grow: thousandths of a core for `cpu`, bytes for `memory`. */
export interface Headroom {
  /** Absent for the pod's own resources. */
  container?: string;
  init: boolean;
  resource: string;
  current: number;
  now: number;
  limitNow?: number;
  /** If the pod were alone on its node. */
  ever: number;
  limitEver?: number;
  freeAfter: number;
  shrinkTo?: number;
  /** Why it cannot change at all. */
  fixed?: Reason;
}
export interface ResizeHeadroomAnswer { headroom: Headroom[] }
export interface Offer {
  asWanted: boolean;
  containers: { name: string; init: boolean; resources: ResourceRequirements }[];
  pod?: ResourceRequirements;
}
export interface ResizeAdviceAnswer {
  /** What works now. */
  accepted?: Offer;
  /** What the API server takes. */
  legal?: Offer;
  /** What works now and restarts nothing. */
  withoutRestart?: Offer;
  reasons: Reason[];
}

// In a cluster.

/** Something odd about the cluster, which the scheduler takes as it is. */
export type Notice =
  | { kind: 'nodeWithoutAllocatable'; node: string }
  | { kind: 'nodeOvercommitted'; node: string; resource: string; missing: number }
  | { kind: 'podOnUnknownNode'; pod: string; node: string };
export interface NodeFiltersAnswer {
  nodes: ({ node: string } & (
    | { fits: true }
    | { fits: false; plugin: string; code: 'Unschedulable' | 'UnschedulableAndUnresolvable' | (string & {}); reasons: string[] }
  ))[];
  podRejection?: { [field: string]: unknown };
  message?: string;
  notJudged?: string[];
  notices?: Notice[];
}
export interface PodOutcome {
  state: 'bound' | 'unschedulable' | 'waiting' | 'gated' | 'pending' | 'deleted';
  node?: string;
  /** Whether kube-scheduler may take another node, preemption or plugin: as good, or not among those it looks at. */
  tied?: boolean;
  reason?: string;
  message?: string;
  gatingPlugin?: string;
  gatingMessage?: string;
  nominatedNode?: string;
}
export interface ScheduleAnswer {
  /** By `namespace/name`. */
  pods: { [pod: string]: PodOutcome };
  /** What becomes of the groups, by `namespace/name`. */
  objectStatus?: { [object: string]: { conditions: Condition[] } };
  preempted?: string[];
  notJudged?: string[];
  notices?: Notice[];
}
/** What keeps kube-scheduler from trying a gang. */
export type HeldBack =
  | { kind: 'tooFewPods'; group: string; has: number; needs: number }
  | { kind: 'gated'; pods: number }
  | { kind: 'schedulersDiffer'; schedulers: string[] }
  | { kind: 'otherScheduler'; scheduler: string }
  | { kind: 'prioritiesDiffer'; pod: number; group: number }
  | { kind: 'scheduledApart'; group: string; topologyKey: string };
export interface GroupState { group: string; needs: number; scheduled: number; pending: number; topologyKey?: string }
/** Why a gang cannot be placed. */
export type Certificate =
  | { kind: 'tooFew'; group: string; has: number; needs: number }
  | { kind: 'prices'; classes: { pod: string; pods: number; price: number }[]; unit: number }
  | { kind: 'domains'; together: string; topologyKeys: string[]; cases: { domain: string[]; certificate: Certificate }[] }
  | { kind: 'choice'; group: string; with: Certificate; without: Certificate }
  | { kind: 'siblings'; groups: string[]; domains: { domain: string; holds: number; certificate?: Certificate }[] }
  | { kind: 'mirrored'; group: string }
  | { kind: 'exhausted'; states: number };
interface GangFields {
  /** `namespace/name`; on 1.35 `namespace/workload/name`. */
  group: string;
  /** How many of the pods without a node must be placed; of a composite group, how many groups. */
  needs: number;
  atLeast: number;
  atMost: number;
  heldBack?: HeldBack[];
  groups: GroupState[];
  notJudged?: string[];
  ignored?: string[];
  notices?: Notice[];
}
export type GangFeasibleAnswer = GangFields & {
  starts: boolean;
  placement: { pod: string; node: string }[];
  /** What kube-scheduler would do. */
  upstream?: {
    starts: boolean;
    bound: number;
    /** Whether it may end otherwise, because kube-scheduler had a choice that it makes in any way. */
    tied?: boolean;
    message?: string;
    preempted?: string[];
    notJudged?: string[];
  };
  verdict: 'placed' | 'impossible' | 'undecided';
  /** Why it is impossible. */
  certificate?: Certificate;
};
export interface Amount { resource: string; amount: number; quantity: string }
/** A change that lets the gang start. `exact`: one less is proven not to do. */
export type Remedy =
  | { kind: 'lowerMinimum'; group: string; to: number; exact: boolean }
  | { kind: 'morePods'; group: string; count: number }
  | { kind: 'addNodes'; count: number; like: string; allocatable: Amount[]; exact: boolean }
  | { kind: 'lowerRequest'; pod: string; pods: number; from: Amount; to: Amount; exact: boolean }
  | { kind: 'free'; nodes: { node: string; amounts: Amount[] }[]; exact: boolean };
export type Without = { atLeast: number; enough: boolean } & (
  | { obstacle: 'resource'; resource: string }
  | { obstacle: 'topology'; group: string; topologyKey: string }
  | { obstacle: 'pods' | 'conflicts' | 'spread' | 'affinity' | 'nodes' }
);
export interface GangExplainAnswer extends GangFields {
  cause: 'none' | 'heldBack' | 'quorum' | 'constraint' | 'shortage' | 'fragmentation' | 'undecided';
  supply?: { resource: string; wanted: number; free: number; missing: number }[];
  without?: Without[];
  remedies?: Remedy[];
  classes: {
    pod: string; pods: number; roomFor: number; nodes: number; rejection?: string;
    excluded: { nodes: number; plugin: string; reasons: string[] }[];
  }[];
  domains?: { topologyKey: string; domain: string; atLeast: number; atMost: number }[];
}

// Asking.

/** Every op: its method, input and answer. */
export interface Questions {
  admitPod: { in: AdmitQuestion; out: AdmitAnswer };
  crashLoopBackoff: { in: BackOffQuestion; out: BackOffAnswer };
  gangExplain: { in: GangExplainQuestion; out: GangExplainAnswer };
  gangFeasible: { in: GangQuestion; out: GangFeasibleAnswer };
  nodeFilters: { in: FiltersQuestion; out: NodeFiltersAnswer };
  podActions: { in: ActionsQuestion; out: PodActionsAnswer };
  podConditions: { in: ConditionsQuestion; out: ConditionsAnswer };
  podLimits: { in: ResourcesQuestion; out: ResourcesAnswer };
  podPhase: { in: PhaseQuestion; out: PhaseAnswer };
  podRequests: { in: ResourcesQuestion; out: ResourcesAnswer };
  qos: { in: PodQuestion; out: QosAnswer };
  resizeActions: { in: ResizeActionsQuestion; out: ResizeActionsAnswer };
  resizeAdvice: { in: ResizeQuestion; out: ResizeAdviceAnswer };
  resizeFeasible: { in: ResizeQuestion; out: ResizeFeasibleAnswer };
  resizeHeadroom: { in: AdmitQuestion; out: ResizeHeadroomAnswer };
  resizeQueue: { in: QueueQuestion; out: ResizeQueueAnswer };
  resizeStatus: { in: PodQuestion; out: ResizeStatusAnswer };
  restartCycle: { in: CycleQuestion; out: CycleAnswer };
  restartDecision: { in: RestartQuestion; out: RestartDecisionAnswer };
  schedule: { in: ClusterQuestion; out: ScheduleAnswer };
  validateCompositePodGroup: { in: ObjectQuestion; out: ObjectVerdict };
  validatePodCreate: { in: CreateQuestion; out: PodVerdict };
  validatePodGroup: { in: ObjectQuestion; out: ObjectVerdict };
  validatePodResize: { in: ChangeQuestion; out: PodVerdict };
  validatePodStatusUpdate: { in: ChangeQuestion; out: StatusVerdict };
  validatePodUpdate: { in: ChangeQuestion; out: PodVerdict };
  validateWorkload: { in: ObjectQuestion; out: ObjectVerdict };
}
type Methods = { [Q in keyof Questions]: (inputs: Questions[Q]['in']) => Questions[Q]['out'] };

/** An abort rejects at once with the signal's reason; what runs already ends unheard. */
export interface Options { signal?: AbortSignal | null }
/** The same questions off the main thread (in WebAssembly, on it). */
export type Promises = {
  readonly [Q in keyof Questions]: (inputs: Questions[Q]['in'], options?: Options) => Promise<Questions[Q]['out']>;
} & {
  quantity(a: string, b?: string, options?: Options): Promise<QuantityAnswer>;
  featureGates(inputs?: {}, options?: Options): Promise<FeatureGatesAnswer>;
  ask(op: string, inputs?: object, options?: Options): Promise<{ [field: string]: unknown }>;
};

/** A release with its feature gates, to be asked questions. */
export interface Kubernetes extends Methods {}
export class Kubernetes {
  /** Throws `unknown_release`, or `feature_gates` with the text of the release's own refusal. */
  constructor(release: Release, options?: { gates?: { [gate: string]: boolean } });
  readonly release: '1.35' | '1.36' | '1.37';
  /** The gates that were given. */
  readonly gates: { readonly [gate: string]: boolean };
  readonly promises: Promises;
  /** Whether a gate is on; undefined if the release has no such gate. */
  enabled(gate: string): boolean | undefined;
  featureGates(): FeatureGatesAnswer;
  /** Reads a quantity exactly as Kubernetes does, or compares two. */
  quantity(a: string, b?: string): QuantityAnswer;
  /** Asks an op by the name that it has in every language. */
  ask(op: string, inputs?: object): { [field: string]: unknown };
}

/** An object of the API, converted once. */
declare class Document {
  protected constructor();
  /** The object as JSON text. */
  readonly text: string;
  toJSON(): { [field: string]: unknown };
}
/** A pod that is asked about many times: given where a pod is due, it costs no conversion. */
export class Pod extends Document {
  constructor(source: PodInput);
  readonly name: string;
  readonly namespace: string;
}

/**
 * The objects of a cluster, kept as they come and go. Its methods are named after the events of an informer; an object is
 * known by its kind, namespace and name. The kind need not be given where the object says it, or is of the client's class.
 */
export class Cluster {
  constructor(kubernetes: Kubernetes, objects?: Iterable<ApiObject>);
  readonly kubernetes: Kubernetes;
  readonly size: number;
  /** Adds an object, or replaces it. */
  add(object: ApiObject, kind?: string): this;
  /** The same as `add`. */
  update(object: ApiObject, kind?: string): this;
  /** Whether it was there. */
  remove(object: ApiObject, kind?: string): boolean;
  /** A cluster with the same objects, for a what-if. */
  copy(): Cluster;
  nodeFilters(pod: PodInput, inputs?: Defaults): NodeFiltersAnswer;
  schedule(inputs?: Defaults): ScheduleAnswer;
  gangFeasible(inputs?: Omit<GangQuestion, 'nodes' | 'pods' | 'objects'>): GangFeasibleAnswer;
  gangExplain(inputs?: Omit<GangExplainQuestion, 'nodes' | 'pods' | 'objects'>): GangExplainAnswer;
  readonly promises: {
    nodeFilters(pod: PodInput, inputs?: Defaults, options?: Options): Promise<NodeFiltersAnswer>;
    schedule(inputs?: Defaults, options?: Options): Promise<ScheduleAnswer>;
    gangFeasible(inputs?: Omit<GangQuestion, 'nodes' | 'pods' | 'objects'>, options?: Options): Promise<GangFeasibleAnswer>;
    gangExplain(inputs?: Omit<GangExplainQuestion, 'nodes' | 'pods' | 'objects'>, options?: Options): Promise<GangExplainAnswer>;
  };
}

/** Answers a request: an object, or JSON text. */
export function evaluate(request: object | JsonText): { [field: string]: unknown };
/** Answers a request, JSON text in and out. */
export function evaluateJson(request: JsonText): string;
/** As `evaluate`, off the main thread. */
export function evaluateAsync(request: object | JsonText, options?: Options): Promise<{ [field: string]: unknown }>;
/** One request a line in, one answer a line out. A line that cannot be read gets an answer with `error`. */
export function evaluateLines(requests: JsonText): Uint8Array;
/** As `evaluateLines`, off the main thread and in parts, between which an abort takes effect. */
export function evaluateLinesAsync(requests: JsonText, options?: Options): Promise<Uint8Array>;
/** The names of all ops. */
export function ops(): string[];
/** What answers: the addon, or WebAssembly, where promises do their work on the calling thread. */
export const engine: 'addon' | 'wasm';
