package podverdict_test

import (
	"context"
	"encoding/json"
	"fmt"

	podverdict "github.com/podverdict/podverdict/go"
)

// One step of a controller that wants to resize a pod: ask before patching, and say what the API server would say.
// With k8s.io/api, hand in the *corev1.Pod itself.
func Example() {
	ctx := context.Background()
	engine, err := podverdict.New(ctx)
	if err != nil {
		panic(err)
	}
	defer engine.Close(ctx)
	k8s := podverdict.Kubernetes{Engine: engine, Release: "1.37"}

	pod := func(cpu string) json.RawMessage {
		return json.RawMessage(`{"metadata": {"name": "web-0", "namespace": "shop", "resourceVersion": "1"},
			"spec": {"nodeName": "node-a", "containers": [{"name": "app", "image": "app:1",
				"resources": {"requests": {"cpu": "` + cpu + `"}, "limits": {"cpu": "2"}}}]},
			"status": {"qosClass": "Burstable"}}`)
	}
	for _, cpu := range []string{"1500m", "3"} {
		refusals, err := k8s.ValidatePodResize(ctx, pod("1"), pod(cpu))
		if err != nil {
			panic(err)
		}
		if len(refusals) == 0 {
			fmt.Println(cpu, "can be patched")
		}
		for _, refusal := range refusals {
			fmt.Println(cpu, "is refused:", refusal.Field, refusal.Detail)
		}
	}
	// Output:
	// 1500m can be patched
	// 3 is refused: spec.containers[0].resources.requests must be less than or equal to cpu limit of 2
}
