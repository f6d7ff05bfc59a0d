package podverdict

import "context"

// PendingResize is a resize that a kubelet has not allocated yet.
type PendingResize struct {
	// Allocated is the pod as it is, Desired as it is to be.
	Allocated any `json:"oldPod"`
	Desired   any `json:"pod"`
}

// QueuedResize is what becomes of a pending resize.
type QueuedResize struct {
	ResizeVerdict
	// Index is its place in what was asked, and Namespace and Name are the pod's.
	Index     int    `json:"index"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// StaysQueued tells whether the kubelet tries it again.
	StaysQueued bool `json:"staysQueued"`
	// APIServer is why the API server would have refused it before; nil if it would not.
	APIServer *Reason `json:"apiServer"`
}

// ResizeQueue gives a node's pending resizes in the order in which its kubelet tries them. The pods of node are those without
// a pending resize; resizes stand in the order in which the kubelet learned of them.
func (k Kubernetes) ResizeQueue(ctx context.Context, node Node, resizes []PendingResize) ([]QueuedResize, error) {
	var answer struct {
		Order []QueuedResize `json:"order"`
	}
	err := k.Ask(ctx, "resize_queue", node.inputs(map[string]any{"resizes": resizes}), &answer)
	return answer.Order, err
}

// ResizeStep is one thing that the kubelet does to put a resize in force.
type ResizeStep struct {
	// Step is "killContainer", "startContainer", "updateContainer", "resizeVolume", "podMemoryLimit", "podCpuLimit" or
	// "podCpuRequest".
	Step string `json:"step"`
	// Name is the container or volume, Resource what of it changes, if the step is about one.
	Name     string `json:"name"`
	Resource string `json:"resource"`
	// From and To are the values of the pod's cgroup (numbers), or the sizes of a volume (strings).
	From any `json:"from"`
	To   any `json:"to"`
}

// ResizeActions is how the kubelet puts a resize in force.
type ResizeActions struct {
	// Restarts are the containers that restart for it, and upstream's sentence for each.
	Restarts []struct {
		Name     string `json:"name"`
		Init     bool   `json:"init"`
		Resource string `json:"resource"`
		Message  string `json:"message"`
	} `json:"restarts"`
	// Steps are what it does, in order.
	Steps []ResizeStep `json:"steps"`
	// MemoryGuard is "not_needed", "unknown", "passed" or "failed": whether a lower limit may be set below the memory in use.
	MemoryGuard string `json:"memoryGuard"`
	// Reasons are why.
	Reasons []Reason `json:"reasons"`
}

// ResizeActions tells how the kubelet puts a resize in force: inForce is the pod as it runs, allocated as it is to run. options
// are those of the op, such as the memory in use; nil for none.
func (k Kubernetes) ResizeActions(ctx context.Context, inForce, allocated, options any) (ResizeActions, error) {
	var answer ResizeActions
	err := k.Ask(ctx, "resize_actions", with(map[string]any{"oldPod": inForce, "pod": allocated, "opts": options}), &answer)
	return answer, err
}
