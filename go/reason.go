package podverdict

// Reason says why an answer is what it is.
type Reason struct {
	// Code names the rule; it is stable.
	Code string `json:"code"`
	// Source is the function of upstream that the rule comes from.
	Source string `json:"source"`
	// Message is a sentence, upstream's where upstream has one.
	Message string `json:"message"`
	// Field is the field that the rule read, if it read one.
	Field string `json:"field"`
	// Numbers are what it compared; their names say the unit.
	Numbers map[string]int64 `json:"numbers"`
}

// ResourceList is an amount of each resource, as Kubernetes writes it.
type ResourceList map[string]string

// Resources are those of a container or a pod.
type Resources struct {
	Requests ResourceList `json:"requests"`
	Limits   ResourceList `json:"limits"`
}

// ContainerResources are the resources of one container.
type ContainerResources struct {
	// Name is the container's name.
	Name string `json:"name"`
	// Init tells whether it is an init container, where one list holds both kinds.
	Init bool `json:"init"`
	// Resources are its requests and limits.
	Resources Resources `json:"resources"`
}

// with gives the inputs without those that are nil, which stand for an input that is left out.
func with(inputs map[string]any) map[string]any {
	for name, value := range inputs {
		if value == nil {
			delete(inputs, name)
		}
	}
	return inputs
}
