package podverdict

import (
	"context"
	"encoding/json"
)

// Cluster is what kube-scheduler sees. Each is a list of objects, or nil.
type Cluster struct {
	// Nodes are all nodes.
	Nodes any
	// Pods are those on nodes, and those without a node in the order in which they are queued.
	Pods any
	// Objects are namespaces, volumes, storage classes, Workloads and PodGroups; each needs its kind.
	Objects any
}

func (c Cluster) inputs(more map[string]any) map[string]any {
	more["nodes"], more["pods"], more["objects"] = c.Nodes, c.Pods, c.Objects
	return with(more)
}

// NodeFit is whether a pod may run on a node.
type NodeFit struct {
	// Node is its name.
	Node string `json:"node"`
	// Fits tells whether it may.
	Fits bool `json:"fits"`
	// Plugin of kube-scheduler refused; Reasons are its sentences.
	Plugin  string   `json:"plugin"`
	Reasons []string `json:"reasons"`
}

// NodeFilters tells on which nodes a pod may run, and why not on the others; the text is the whole of it as kube-scheduler
// writes it, empty if there is a node.
func (k Kubernetes) NodeFilters(ctx context.Context, cluster Cluster, pod any) ([]NodeFit, string, error) {
	var answer struct {
		Nodes   []NodeFit `json:"nodes"`
		Message string    `json:"message"`
	}
	err := k.Ask(ctx, "node_filters", cluster.inputs(map[string]any{"pod": pod}), &answer)
	return answer.Nodes, answer.Message, err
}

// PodOutcome is what kube-scheduler makes of a pod.
type PodOutcome struct {
	// State is "bound", "unschedulable", "waiting", "gated", "pending" or "deleted".
	State string `json:"state"`
	// Node is where it is bound; Tied tells whether kube-scheduler may take another one.
	Node string `json:"node"`
	Tied bool   `json:"tied"`
	// Message says why it is not bound.
	Message string `json:"message"`
}

// Schedule tells what kube-scheduler does with the pods that have no node, by "namespace/name".
func (k Kubernetes) Schedule(ctx context.Context, cluster Cluster) (map[string]PodOutcome, error) {
	var answer struct {
		Pods map[string]PodOutcome `json:"pods"`
	}
	err := k.Ask(ctx, "schedule", cluster.inputs(map[string]any{}), &answer)
	return answer.Pods, err
}

// Gang is whether a gang can start.
type Gang struct {
	// Group is "namespace/name"; on 1.35 "namespace/workload/name".
	Group string `json:"group"`
	// Verdict is "placed", "impossible" or "undecided"; Starts tells whether it starts.
	Verdict string `json:"verdict"`
	Starts  bool   `json:"starts"`
	// Needs is how many pods must be placed; at least AtLeast and at most AtMost can be.
	Needs   uint64 `json:"needs"`
	AtLeast uint64 `json:"atLeast"`
	AtMost  uint64 `json:"atMost"`
	// Placement says where each pod may go.
	Placement []struct {
		Pod  string `json:"pod"`
		Node string `json:"node"`
	} `json:"placement"`
	// Upstream is what kube-scheduler would do.
	Upstream *struct {
		Starts bool   `json:"starts"`
		Bound  uint64 `json:"bound"`
		// Tied tells whether it may end otherwise: kube-scheduler has a choice that it makes in any way.
		Tied    bool   `json:"tied"`
		Message string `json:"message"`
	} `json:"upstream"`
	// Certificate proves that it is impossible; HeldBack is what keeps kube-scheduler from trying. JSON.
	Certificate json.RawMessage `json:"certificate"`
	HeldBack    json.RawMessage `json:"heldBack"`
}

// GangFeasible tells whether a gang can start. Its name may be empty if there is one.
func (k Kubernetes) GangFeasible(ctx context.Context, cluster Cluster, group string) (Gang, error) {
	var answer Gang
	err := k.Ask(ctx, "gang_feasible", cluster.inputs(named(group)), &answer)
	return answer, err
}

// GangExplanation is why a gang cannot start, and what would help.
type GangExplanation struct {
	// Group, Needs, AtLeast and AtMost are those of Gang.
	Group   string `json:"group"`
	Needs   uint64 `json:"needs"`
	AtLeast uint64 `json:"atLeast"`
	AtMost  uint64 `json:"atMost"`
	// Cause is "none", "heldBack", "quorum", "constraint", "shortage", "fragmentation" or "undecided".
	Cause string `json:"cause"`
	// Supply compares what is wanted with what is free.
	Supply []struct {
		Resource string `json:"resource"`
		Wanted   int64  `json:"wanted"`
		Free     int64  `json:"free"`
		Missing  int64  `json:"missing"`
	} `json:"supply"`
	// Remedies are changes that let it start.
	Remedies []Remedy `json:"remedies"`
	// HeldBack is what keeps kube-scheduler from trying. JSON.
	HeldBack json.RawMessage `json:"heldBack"`
}

// Remedy is one change that lets a gang start.
type Remedy struct {
	// Kind is "lowerMinimum", "morePods", "addNodes", "lowerRequest" or "free".
	Kind string `json:"kind"`
	// Exact tells whether it is proven that one less does not do.
	Exact bool `json:"exact"`
	// Count is how many pods or nodes to add.
	Count uint64 `json:"count"`
	// JSON is all of it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps all of it beside what has a field.
func (r *Remedy) UnmarshalJSON(text []byte) error {
	type plain Remedy
	if err := json.Unmarshal(text, (*plain)(r)); err != nil {
		return err
	}
	r.JSON = append(json.RawMessage(nil), text...)
	return nil
}

// GangExplain tells why a gang cannot start, and what would help. Its name may be empty if there is one.
func (k Kubernetes) GangExplain(ctx context.Context, cluster Cluster, group string) (GangExplanation, error) {
	var answer GangExplanation
	err := k.Ask(ctx, "gang_explain", cluster.inputs(named(group)), &answer)
	return answer, err
}

func named(group string) map[string]any {
	if group == "" {
		return map[string]any{}
	}
	return map[string]any{"group": group}
}
