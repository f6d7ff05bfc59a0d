package podverdict

import "context"

// FieldError is a refusal of the API server.
type FieldError struct {
	// Type is upstream's name for the kind of refusal, such as "FieldValueInvalid".
	Type string `json:"type"`
	// Field is the field that is refused.
	Field string `json:"field"`
	// Detail is upstream's sentence.
	Detail string `json:"detail"`
	// Message is the whole text as upstream prints it.
	Message string `json:"message"`
	// Code names the rule; it is stable.
	Code string `json:"code"`
	// Source is the function of upstream that the rule comes from.
	Source string `json:"source"`
}

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

// ValidatePodCreate tells whether the API server takes a new pod; an empty list means that it does.
func (k Kubernetes) ValidatePodCreate(ctx context.Context, pod any) ([]FieldError, error) {
	var answer struct {
		Errors []FieldError `json:"errors"`
	}
	err := k.Ask(ctx, "validate_pod_create", map[string]any{"pod": pod}, &answer)
	return answer.Errors, err
}

// ValidatePodResize tells whether the API server takes a resize of a pod; an empty list means that it does.
func (k Kubernetes) ValidatePodResize(ctx context.Context, oldPod, pod any) ([]FieldError, error) {
	var answer struct {
		Errors []FieldError `json:"errors"`
	}
	err := k.Ask(ctx, "validate_pod_resize", map[string]any{"oldPod": oldPod, "pod": pod}, &answer)
	return answer.Errors, err
}

// QOSClass gives a pod's quality-of-service class.
func (k Kubernetes) QOSClass(ctx context.Context, pod any) (string, error) {
	var answer struct {
		Class string `json:"qosClass"`
	}
	err := k.Ask(ctx, "qos", map[string]any{"pod": pod}, &answer)
	return answer.Class, err
}
