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

// ValidatePodCreate tells whether the API server takes a new pod; an empty list means that it does.
func (k Kubernetes) ValidatePodCreate(ctx context.Context, pod any) ([]FieldError, error) {
	return k.refusals(ctx, "validate_pod_create", map[string]any{"pod": pod})
}

// ValidatePodUpdate tells whether the API server takes an update of a pod; an empty list means that it does.
func (k Kubernetes) ValidatePodUpdate(ctx context.Context, oldPod, pod any) ([]FieldError, error) {
	return k.refusals(ctx, "validate_pod_update", map[string]any{"oldPod": oldPod, "pod": pod})
}

// ValidatePodResize tells whether the API server takes a resize of a pod; an empty list means that it does.
func (k Kubernetes) ValidatePodResize(ctx context.Context, oldPod, pod any) ([]FieldError, error) {
	return k.refusals(ctx, "validate_pod_resize", map[string]any{"oldPod": oldPod, "pod": pod})
}

// ValidatePodStatusUpdate tells whether the API server takes an update of a pod's status; an empty list means that it
// does.
func (k Kubernetes) ValidatePodStatusUpdate(ctx context.Context, oldPod, pod any) ([]FieldError, error) {
	return k.refusals(ctx, "validate_pod_status_update", map[string]any{"oldPod": oldPod, "pod": pod})
}

// ValidateWorkload tells whether the API server takes a Workload, as an update of oldObject unless that is nil.
func (k Kubernetes) ValidateWorkload(ctx context.Context, oldObject, object any) ([]FieldError, error) {
	return k.refusals(ctx, "validate_workload", with(map[string]any{"oldObject": oldObject, "object": object}))
}

// ValidatePodGroup tells whether the API server takes a PodGroup, as an update of oldObject unless that is nil.
func (k Kubernetes) ValidatePodGroup(ctx context.Context, oldObject, object any) ([]FieldError, error) {
	return k.refusals(ctx, "validate_podgroup", with(map[string]any{"oldObject": oldObject, "object": object}))
}

// ValidateCompositePodGroup tells whether the API server takes a CompositePodGroup, as an update of oldObject unless that
// is nil.
func (k Kubernetes) ValidateCompositePodGroup(ctx context.Context, oldObject, object any) ([]FieldError, error) {
	return k.refusals(ctx, "validate_compositepodgroup", with(map[string]any{"oldObject": oldObject, "object": object}))
}

func (k Kubernetes) refusals(ctx context.Context, op string, inputs map[string]any) ([]FieldError, error) {
	var answer struct {
		Errors []FieldError `json:"errors"`
	}
	err := k.Ask(ctx, op, inputs, &answer)
	return answer.Errors, err
}
