package podverdict

import (
	"context"
	"encoding/json"
	"time"
)

// Decision is what happens to a container, and why.
type Decision struct {
	// Verdict is "restart", "restartAllContainers" or "leave".
	Verdict string `json:"verdict"`
	// Code names what decided; it is stable.
	Code string `json:"code"`
	// Source is the function of upstream that decided.
	Source string `json:"source"`
	// Message says what decided.
	Message string `json:"message"`
	// RuleIndex is the restart rule that decided, if one did.
	RuleIndex *int `json:"ruleIndex"`
}

// ContainerVerdict is what happens to one container.
type ContainerVerdict struct {
	// Name is the container's name.
	Name string `json:"name"`
	// Init tells whether it is an init container.
	Init bool `json:"init"`
	// Decision is for the state that the runtime reports.
	Decision Decision `json:"decision"`
	// OnExit is for the exit that was asked about; nil without one.
	OnExit *Decision `json:"onExit"`
}

// OnExit tells what the kubelet does about a container of a pod that has just ended.
func (k Kubernetes) OnExit(ctx context.Context, pod any, container string, exitCode int32, reason string) ([]ContainerVerdict, error) {
	inputs := map[string]any{"pod": pod, "container": container, "exitCode": exitCode, "exitReason": reason}
	var answer struct {
		Containers []ContainerVerdict `json:"containers"`
	}
	err := k.Ask(ctx, "restart_decision", inputs, &answer)
	return answer.Containers, err
}

// PodActions is what the kubelet does in its next sync of a pod.
type PodActions struct {
	// Actions are what upstream's podActions holds.
	Actions struct {
		KillPod                    bool     `json:"killPod"`
		CreateSandbox              bool     `json:"createSandbox"`
		InitContainersToStart      []string `json:"initContainersToStart"`
		ContainersToStart          []string `json:"containersToStart"`
		EphemeralContainersToStart []string `json:"ephemeralContainersToStart"`
	} `json:"actions"`
	// Steps are the actions in the order in which they happen.
	Steps []Step `json:"steps"`
	// RestartAllContainers tells whether all containers of the pod start again.
	RestartAllContainers bool `json:"restartAllContainers"`
}

// Step is one thing that the kubelet does, and why.
type Step struct {
	Reason
	// Do is the kind of step, such as "startContainer".
	Do string `json:"do"`
	// Container is the container's name, if the step is about one.
	Container string `json:"container"`
}

// PodActions tells what the kubelet does with a pod, given what its runtime reports (nil: nothing runs yet).
func (k Kubernetes) PodActions(ctx context.Context, pod, podStatus any) (PodActions, error) {
	var answer PodActions
	err := k.Ask(ctx, "pod_actions", with(map[string]any{"pod": pod, "podStatus": podStatus}), &answer)
	return answer, err
}

// PodPhase gives the phase that the kubelet reports for a pod with the container statuses that it carries.
func (k Kubernetes) PodPhase(ctx context.Context, pod any) (string, error) {
	var answer struct {
		Phase string `json:"phase"`
	}
	err := k.Ask(ctx, "pod_phase", map[string]any{"pod": pod}, &answer)
	return answer.Phase, err
}

// BackOff is whether a container waits before it starts again.
type BackOff struct {
	// InBackOff tells whether it waits.
	InBackOff bool
	// Until is when the waiting ends; zero if it does not wait.
	Until time.Time
	// Delay is how long it waits this time, NextDelay the next time.
	Delay, NextDelay time.Duration
	// Message is upstream's sentence in the container's status.
	Message string
}

// UnmarshalJSON reads durations as Go writes them.
func (b *BackOff) UnmarshalJSON(text []byte) error {
	var answer struct {
		InBackOff        bool
		Until            *time.Time
		Delay, NextDelay string
		Message          string
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return err
	}
	*b = BackOff{InBackOff: answer.InBackOff, Message: answer.Message}
	if answer.Until != nil {
		b.Until = *answer.Until
	}
	for _, read := range []struct {
		from string
		to   *time.Duration
	}{{answer.Delay, &b.Delay}, {answer.NextDelay, &b.NextDelay}} {
		if read.from != "" {
			duration, err := time.ParseDuration(read.from)
			if err != nil {
				return err
			}
			*read.to = duration
		}
	}
	return nil
}

// CrashLoopBackOff tells whether a container that is to start again waits first. The kubelet remembers nothing of it but
// what lastDelay and lastUpdate say; both zero: nothing.
func (k Kubernetes) CrashLoopBackOff(ctx context.Context, pod, podStatus any, container string, now time.Time, lastDelay time.Duration, lastUpdate time.Time) (BackOff, error) {
	inputs := map[string]any{"pod": pod, "podStatus": podStatus, "container": container, "now": now}
	if lastDelay != 0 || !lastUpdate.IsZero() {
		inputs["entry"] = map[string]any{"delay": lastDelay.String(), "lastUpdate": lastUpdate}
	}
	var answer BackOff
	err := k.Ask(ctx, "crash_loop_backoff", with(inputs), &answer)
	return answer, err
}
