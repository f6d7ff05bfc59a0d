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

// A whole step of a controller that scales pods up in place. It asks the API server's rules and the node's kubelet before
// it patches, and takes what works now where the wish does not.
func Example_controllerStep() {
	ctx := context.Background()
	engine, err := podverdict.New(ctx)
	if err != nil {
		panic(err)
	}
	defer engine.Close(ctx)
	k8s := podverdict.Kubernetes{Engine: engine, Release: "1.37"}

	step := func(node podverdict.Node, name string, pod, wanted json.RawMessage) (string, error) {
		status, err := k8s.ResizeStatus(ctx, pod)
		if err != nil {
			return "", err
		}
		if status.Status == "in_progress" {
			return name + ": wait", nil
		}
		advice, err := k8s.ResizeAdvice(ctx, node, pod, wanted)
		switch {
		case err != nil:
			return "", err
		case advice.Accepted == nil:
			return name + ": nothing works now", nil
		case advice.Accepted.AsWanted:
			return name + ": patch", nil
		}
		return fmt.Sprintf("%s: patch %s instead", name, advice.Accepted.Containers[0].Resources.Requests["cpu"]), nil
	}

	node := podverdict.Node{Node: json.RawMessage(`{"metadata": {"name": "node-a"}, "status": {
		"capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"}, "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}}}`)}
	pod := func(cpu string) json.RawMessage {
		return json.RawMessage(`{"metadata": {"name": "web-0", "namespace": "shop", "uid": "1", "resourceVersion": "1"},
			"spec": {"nodeName": "node-a", "containers": [{"name": "app", "image": "app:1", "resources": {"requests": {"cpu": "` + cpu + `"}}}]},
			"status": {"phase": "Running", "qosClass": "Burstable"}}`)
	}
	for _, wanted := range []string{"2", "6"} {
		done, err := step(node, "shop/web-0 to "+wanted, pod("1"), pod(wanted))
		if err != nil {
			panic(err)
		}
		fmt.Println(done)
	}
	// Output:
	// shop/web-0 to 2: patch
	// shop/web-0 to 6: patch 4 instead
}
