package podverdict

import (
	"context"
	"encoding/json"
	"time"
)

// Condition is one of a pod's conditions.
type Condition struct {
	Type               string     `json:"type"`
	Status             string     `json:"status"`
	Reason             string     `json:"reason"`
	Message            string     `json:"message"`
	ObservedGeneration int64      `json:"observedGeneration"`
	LastTransitionTime *time.Time `json:"lastTransitionTime"`
}

// PodConditions gives the conditions that the kubelet reports for a pod with the container statuses that it carries, and the
// types of those that it writes. podStatus is what the runtime reports; nil: nothing runs.
func (k Kubernetes) PodConditions(ctx context.Context, pod, podStatus any) (conditions []Condition, written []string, err error) {
	var answer struct {
		Conditions []Condition `json:"conditions"`
		Written    []string    `json:"written"`
	}
	err = k.Ask(ctx, "pod_conditions", with(map[string]any{"pod": pod, "podStatus": podStatus}), &answer)
	return answer.Conditions, answer.Written, err
}

// CycleEvent is one line of the script of RestartCycle: a container's exit, a failed probe, or the end of the sandbox.
type CycleEvent struct {
	// After is how long after the pod settled it happens.
	After time.Duration
	// Container is the container that exits with ExitCode for Reason, or of which Probe ("startup", "readiness" or
	// "liveness") fails.
	Container string
	ExitCode  int32
	Reason    string
	Probe     string
	// SandboxDies tells that the sandbox ends, and all containers with it.
	SandboxDies bool
}

// MarshalJSON writes only what the kind of event has.
func (e CycleEvent) MarshalJSON() ([]byte, error) {
	event := map[string]any{}
	switch {
	case e.SandboxDies:
		event["sandboxDies"] = true
	case e.Probe != "":
		event["container"], event["probe"] = e.Container, e.Probe
	default:
		event["container"], event["exitCode"] = e.Container, e.ExitCode
		if e.Reason != "" {
			event["reason"] = e.Reason
		}
	}
	if e.After != 0 {
		event["after"] = e.After.String()
	}
	return json.Marshal(event)
}

// CycleScript is what happens to a pod in RestartCycle.
type CycleScript struct {
	// Events happen one after the other, each when the pod has settled after the one before.
	Events []CycleEvent
	// PodStatus is what the runtime reports at first; nil: nothing runs yet.
	PodStatus any
	// Now is the time at the start; the zero time stands for 1970.
	Now time.Time
	// MaxSyncs bounds how many syncs are followed; 0 for the default.
	MaxSyncs int
}

// CycleStep is a step of a sync, with what a start counts and waits for.
type CycleStep struct {
	Step
	RestartCount *int     `json:"restartCount"`
	BackOff      *BackOff `json:"backOff"`
}

// CycleSync is one sync of a pod.
type CycleSync struct {
	// At is when it happens, Trigger what brings it about, such as "lifecycleEvent".
	At      time.Time `json:"at"`
	Trigger string    `json:"trigger"`
	// Event is the event of the script that came first, if one did.
	Event json.RawMessage `json:"event"`
	// Phase and Conditions are what the kubelet reports, Containers the statuses as the pod has them.
	Phase      string            `json:"phase"`
	Conditions []Condition       `json:"conditions"`
	Containers []json.RawMessage `json:"containers"`
	// RestartsAllContainers tells whether all containers start again.
	RestartsAllContainers bool `json:"restartsAllContainers"`
	// Steps are what the kubelet does, in order.
	Steps []CycleStep `json:"steps"`
	// Aborted tells whether the kubelet stopped before the last step.
	Aborted bool `json:"aborted"`
}

// Cycle is what becomes of a pod, sync after sync.
type Cycle struct {
	Syncs []CycleSync `json:"syncs"`
	// Outcome is "terminal", "settled", "endless" or "bound".
	Outcome string `json:"outcome"`
	// NotApplied are the indexes of the events whose container did not run.
	NotApplied []int `json:"notApplied"`
}

// RestartCycle follows a pod through a script until it settles.
func (k Kubernetes) RestartCycle(ctx context.Context, pod any, script CycleScript) (Cycle, error) {
	inputs := map[string]any{"pod": pod, "podStatus": script.PodStatus}
	if len(script.Events) > 0 {
		inputs["events"] = script.Events
	}
	if !script.Now.IsZero() {
		inputs["now"] = script.Now
	}
	if script.MaxSyncs != 0 {
		inputs["maxSyncs"] = script.MaxSyncs
	}
	var answer Cycle
	err := k.Ask(ctx, "restart_cycle", with(inputs), &answer)
	return answer, err
}
