// Package bench times podverdict's Go package beside upstream's own functions on the same pods. Both sides of a pair are
// first compared. Each podverdict call is one question in JSON, and back; upstream's functions take what is in memory.
package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	podverdict "github.com/podverdict/podverdict/go"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	helpers "k8s.io/component-helpers/resource"
)

func engine(b *testing.B) podverdict.Kubernetes {
	ctx := context.Background()
	engine, err := podverdict.New(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { engine.Close(ctx) })
	return podverdict.Kubernetes{Engine: engine, Release: "1.37"}
}

func pod(containers int) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web-0", Namespace: "shop"}}
	for i := range containers {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: fmt.Sprintf("c%d", i), Image: "app:1",
			Resources: corev1.ResourceRequirements{
				Requests: corev1.ResourceList{"cpu": resource.MustParse("250m"), "memory": resource.MustParse("64Mi")},
				Limits:   corev1.ResourceList{"cpu": resource.MustParse("1"), "memory": resource.MustParse("128Mi")},
			}})
	}
	return pod
}

func BenchmarkStart(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		engine, err := podverdict.New(ctx)
		if err != nil {
			b.Fatal(err)
		}
		engine.Close(ctx)
	}
}

func BenchmarkStartCached(b *testing.B) {
	ctx, dir := context.Background(), b.TempDir()
	for b.Loop() {
		engine, err := podverdict.NewCached(ctx, dir)
		if err != nil {
			b.Fatal(err)
		}
		engine.Close(ctx)
	}
}

func BenchmarkPodRequests(b *testing.B) {
	ctx, k8s := context.Background(), engine(b)
	for _, containers := range []int{1, 10} {
		pod := pod(containers)
		text, _ := json.Marshal(pod)
		ours, err := k8s.PodRequests(ctx, pod, podverdict.ResourcesOptions{})
		if err != nil {
			b.Fatal(err)
		}
		theirs := helpers.PodRequests(pod, helpers.PodResourcesOptions{})
		for name, amount := range theirs {
			if ours[string(name)] != amount.String() {
				b.Fatalf("%s: ours %s, theirs %s", name, ours[string(name)], amount.String())
			}
		}
		b.Run(fmt.Sprintf("upstream/containers=%d", containers), func(b *testing.B) {
			for b.Loop() {
				helpers.PodRequests(pod, helpers.PodResourcesOptions{})
			}
		})
		b.Run(fmt.Sprintf("upstream-from-json/containers=%d", containers), func(b *testing.B) {
			for b.Loop() {
				var read corev1.Pod
				if err := json.Unmarshal(text, &read); err != nil {
					b.Fatal(err)
				}
				if _, err := json.Marshal(helpers.PodRequests(&read, helpers.PodResourcesOptions{})); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("podverdict/containers=%d", containers), func(b *testing.B) {
			for b.Loop() {
				if _, err := k8s.PodRequests(ctx, pod, podverdict.ResourcesOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		request := fmt.Appendf(nil, `{"op":"pod_requests","release":"1.37","pod":%s}`, text)
		b.Run(fmt.Sprintf("podverdict-from-json/containers=%d", containers), func(b *testing.B) {
			for b.Loop() {
				if _, err := k8s.Engine.Eval(ctx, request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompareQuantities(b *testing.B) {
	ctx, k8s := context.Background(), engine(b)
	for _, pair := range [][2]string{{"1500m", "1.5"}, {"1Gi", "1G"}, {"99999999999999999999", "1e20"}} {
		x, y := resource.MustParse(pair[0]), resource.MustParse(pair[1])
		if ours, err := k8s.CompareQuantities(ctx, pair[0], pair[1]); err != nil || ours != x.Cmp(y) {
			b.Fatal(pair, ours, err)
		}
		b.Run("upstream/"+pair[0], func(b *testing.B) {
			for b.Loop() {
				x, y := resource.MustParse(pair[0]), resource.MustParse(pair[1])
				x.Cmp(y)
			}
		})
		b.Run("podverdict/"+pair[0], func(b *testing.B) {
			for b.Loop() {
				if _, err := k8s.CompareQuantities(ctx, pair[0], pair[1]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
