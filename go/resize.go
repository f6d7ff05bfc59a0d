package podverdict

import "context"

// QOSClass gives a pod's quality-of-service class.
func (k Kubernetes) QOSClass(ctx context.Context, pod any) (string, error) {
	var answer struct {
		Class string `json:"qosClass"`
	}
	err := k.Ask(ctx, "qos", map[string]any{"pod": pod}, &answer)
	return answer.Class, err
}

// ResourcesOptions are upstream's PodResourcesOptions.
type ResourcesOptions struct {
	UseStatusResources                             bool
	InPlacePodLevelResourcesVerticalScalingEnabled bool
	ExcludeOverhead                                bool
	SkipPodLevelResources                          bool
	SkipContainerLevelResources                    bool
	UseDRANodeAllocatableResourceClaimStatus       bool
}

// PodRequests gives the sum of a pod's requests as the scheduler counts it.
func (k Kubernetes) PodRequests(ctx context.Context, pod any, options ResourcesOptions) (ResourceList, error) {
	return k.podResources(ctx, "pod_requests", pod, options)
}

// PodLimits gives the sum of a pod's limits.
func (k Kubernetes) PodLimits(ctx context.Context, pod any, options ResourcesOptions) (ResourceList, error) {
	return k.podResources(ctx, "pod_limits", pod, options)
}

func (k Kubernetes) podResources(ctx context.Context, op string, pod any, options ResourcesOptions) (ResourceList, error) {
	var answer struct {
		Resources ResourceList `json:"resources"`
	}
	err := k.Ask(ctx, op, map[string]any{"pod": pod, "opts": options}, &answer)
	return answer.Resources, err
}

// Node is a node, the pods on it, and the settings of its kubelet.
type Node struct {
	// Node is the object.
	Node any
	// Pods are those on the node, as they are allocated: a list, or nil. The pod that is asked about may be among them.
	Pods any
	// Config are the kubelet's settings; nil for its defaults.
	Config any
}

func (n Node) inputs(more map[string]any) map[string]any {
	more["node"], more["pods"], more["nodeConfig"] = n.Node, n.Pods, n.Config
	return with(more)
}

// Shortfall is a resource of which a node has too little: thousandths of a core for "cpu", else units of the resource.
type Shortfall struct {
	Resource  string `json:"resource"`
	Requested int64  `json:"requested"`
	Used      int64  `json:"used"`
	Capacity  int64  `json:"capacity"`
	Missing   int64  `json:"missing"`
	// Attainable tells whether it would fit if the node were empty.
	Attainable bool `json:"attainable"`
}

// Admission is whether a kubelet takes a pod.
type Admission struct {
	// OK tells whether it does.
	OK bool `json:"ok"`
	// UpstreamReason and Message are what the kubelet writes into the pod's status.
	UpstreamReason string `json:"reason"`
	Message        string `json:"message"`
	// Reasons are all that speak against it, Shortfall the resources that are missing.
	Reasons   []Reason    `json:"reasons"`
	Shortfall []Shortfall `json:"shortfall"`
	// EvictsOthers tells whether the kubelet would stop other pods for it.
	EvictsOthers bool `json:"evictsOthers"`
}

// AdmitPod tells whether the kubelet of a node takes a pod.
func (k Kubernetes) AdmitPod(ctx context.Context, node Node, pod any) (Admission, error) {
	var answer Admission
	err := k.Ask(ctx, "admit_pod", node.inputs(map[string]any{"pod": pod}), &answer)
	return answer, err
}

// ResizeVerdict is what a kubelet makes of a resize.
type ResizeVerdict struct {
	// Outcome is "unchanged", "allocated", "deferred" or "infeasible".
	Outcome string `json:"outcome"`
	// Message is what the kubelet writes into the pod's status.
	Message string `json:"message"`
	// Reasons are what speaks against it, Shortfall the resources that are missing.
	Reasons   []Reason    `json:"reasons"`
	Shortfall []Shortfall `json:"shortfall"`
	// Allocated are the containers' resources afterwards.
	Allocated []ContainerResources `json:"allocated"`
}

// ResizeFeasible tells what the kubelet of a node makes of a resize: allocated is the pod as it is, desired as it is to be.
func (k Kubernetes) ResizeFeasible(ctx context.Context, node Node, allocated, desired any) (ResizeVerdict, error) {
	var answer ResizeVerdict
	err := k.Ask(ctx, "resize_feasible", node.inputs(map[string]any{"oldPod": allocated, "pod": desired}), &answer)
	return answer, err
}

// Offer is a resize that works.
type Offer struct {
	// AsWanted tells whether it is the one that was wanted.
	AsWanted bool `json:"asWanted"`
	// Containers are the resources to ask for.
	Containers []ContainerResources `json:"containers"`
	// Pod are the pod's own resources, if it has any.
	Pod *Resources `json:"pod"`
}

// ResizeAdvice is what to ask for instead of a resize.
type ResizeAdvice struct {
	// Accepted works now; Legal is what the API server takes; WithoutRestart works now and restarts nothing. Nil: there is
	// none.
	Accepted       *Offer `json:"accepted"`
	Legal          *Offer `json:"legal"`
	WithoutRestart *Offer `json:"withoutRestart"`
	// Reasons are why there is nothing to offer, where there is not.
	Reasons []Reason `json:"reasons"`
}

// ResizeAdvice tells what to ask for, given what is wanted.
func (k Kubernetes) ResizeAdvice(ctx context.Context, node Node, allocated, desired any) (ResizeAdvice, error) {
	var answer ResizeAdvice
	err := k.Ask(ctx, "resize_advice", node.inputs(map[string]any{"oldPod": allocated, "pod": desired}), &answer)
	return answer, err
}

// Headroom is how far one request can grow: thousandths of a core for "cpu", bytes for "memory".
type Headroom struct {
	// Container is its name; empty for the pod's own resources.
	Container string `json:"container"`
	Init      bool   `json:"init"`
	Resource  string `json:"resource"`
	// Current is the request now, Now how far it can go now, Ever if the pod were alone on its node.
	Current int64 `json:"current"`
	Now     int64 `json:"now"`
	Ever    int64 `json:"ever"`
	// Fixed says why it cannot change at all; nil if it can.
	Fixed *Reason `json:"fixed"`
}

// ResizeHeadroom tells how far each request of a pod can grow on its node.
func (k Kubernetes) ResizeHeadroom(ctx context.Context, node Node, pod any) ([]Headroom, error) {
	var answer struct {
		Headroom []Headroom `json:"headroom"`
	}
	err := k.Ask(ctx, "resize_headroom", node.inputs(map[string]any{"pod": pod}), &answer)
	return answer.Headroom, err
}

// ResizeStatus is how far a resize is.
type ResizeStatus struct {
	// Status is "done", "in_progress", "deferred", "infeasible" or "error".
	Status string `json:"status"`
	// Stale tells whether the status is older than the spec.
	Stale bool `json:"stale"`
	// Reasons are why, Next what can be done: "wait", "change_request", "free_node", "recreate".
	Reasons []Reason `json:"reasons"`
	Next    []string `json:"next"`
}

// ResizeStatus reads from a pod's status how far its resize is.
func (k Kubernetes) ResizeStatus(ctx context.Context, pod any) (ResizeStatus, error) {
	var answer ResizeStatus
	err := k.Ask(ctx, "resize_status", map[string]any{"pod": pod}, &answer)
	return answer, err
}
