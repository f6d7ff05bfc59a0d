package podverdict

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

var shared = sync.OnceValues(func() (*Engine, error) { return New(context.Background()) })

func engine(t testing.TB) *Engine {
	t.Helper()
	engine, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

type vector struct {
	from string
	Case json.RawMessage `json:"case"`
	Want json.RawMessage `json:"want"`
}

func vectors(t testing.TB) []vector {
	t.Helper()
	files, _ := filepath.Glob("../tests/vectors/*/*.jsonl")
	var found []vector
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(content))
		lines.Buffer(nil, 1<<24)
		for n := 1; lines.Scan(); n++ {
			line := vector{from: fmt.Sprintf("%s:%d", file, n)}
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			if line.Case != nil {
				found = append(found, line)
			}
		}
	}
	if len(found) < 500 {
		t.Fatalf("only %d vectors found", len(found))
	}
	return found
}

// Replays the recorded answers of upstream's own code, in several goroutines.
func TestAnswersEqualUpstreams(t *testing.T) {
	engine, all := engine(t), vectors(t)
	var group sync.WaitGroup
	for part := range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for at := part; at < len(all); at += 4 {
				answer, err := engine.Eval(context.Background(), all[at].Case)
				if err != nil {
					t.Errorf("%s: %v", all[at].from, err)
				} else if difference := contains(decode(t, answer), decode(t, all[at].Want), ""); difference != "" {
					t.Errorf("%s: %s", all[at].from, difference)
				}
			}
		}()
	}
	group.Wait()
	t.Logf("%d vectors", len(all))
}

func decode(t testing.TB, text []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Errorf("%v in %s", err, text)
	}
	return value
}

// contains tells where ours lacks or contradicts something of what is wanted: field errors are a multiset of type, field,
// detail and bad value; line offsets of diffs do not count; an error that is true wants any error.
func contains(ours, want any, path string) string {
	switch want := want.(type) {
	case map[string]any:
		mine, ok := ours.(map[string]any)
		if !ok {
			return path + ": no object"
		}
		for key, value := range want {
			here := path + "." + key
			got, there := mine[key]
			_, text := got.(string)
			switch {
			case !there && value == nil:
			case !there:
				return here + ": missing"
			case key == "error" && value == true && text:
			case key == "errors":
				if a, b := fieldErrors(got), fieldErrors(value); !reflect.DeepEqual(a, b) {
					return fmt.Sprintf("%s: ours %q, theirs %q", here, a, b)
				}
			default:
				if difference := contains(got, value, here); difference != "" {
					return difference
				}
			}
		}
		return ""
	case []any:
		if mine, ok := ours.([]any); ok && len(mine) == len(want) {
			for i := range want {
				if difference := contains(mine[i], want[i], fmt.Sprintf("%s[%d]", path, i)); difference != "" {
					return difference
				}
			}
			return ""
		}
	case string:
		if mine, ok := ours.(string); ok && withoutOffsets(mine) == withoutOffsets(want) {
			return ""
		}
	}
	if reflect.DeepEqual(ours, want) {
		return ""
	}
	return fmt.Sprintf("%s: ours %v, theirs %v", path, ours, want)
}

func fieldErrors(list any) []string {
	found := []string{}
	items, _ := list.([]any)
	for _, item := range items {
		fields, _ := item.(map[string]any)
		detail, _ := fields["detail"].(string)
		bad, _ := json.Marshal(fields["badValue"])
		found = append(found, fmt.Sprintf("%v %v %q %s", fields["type"], fields["field"], withoutOffsets(detail), bad))
	}
	sort.Strings(found)
	return found
}

var offsets = regexp.MustCompile(`(?m)^@@ .*$`)

func withoutOffsets(text string) string { return offsets.ReplaceAllString(text, "@@") }

func TestTypedQuestions(t *testing.T) {
	ctx := context.Background()
	k8s := Kubernetes{Engine: engine(t), Release: "1.37"}
	pod := json.RawMessage(`{"spec": {"restartPolicy": "Never", "containers": [{"name": "worker", "restartPolicy": "Never",
		"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}]}]}}`)
	found, err := k8s.OnExit(ctx, pod, "worker", 42, "Error")
	if err != nil || len(found) != 1 || found[0].OnExit == nil || found[0].OnExit.Verdict != "restart" {
		t.Errorf("%+v %v", found, err)
	}
	if class, err := k8s.QOSClass(ctx, pod); class != "BestEffort" || err != nil {
		t.Error(class, err)
	}
	if refusals, err := k8s.ValidatePodCreate(ctx, pod); len(refusals) == 0 || err != nil {
		t.Error(refusals, err)
	}
	_, err = k8s.QOSClass(ctx, map[string]any{"spec": 7})
	var failure *Error
	if !errors.As(err, &failure) || failure.Code != "invalid_value" || failure.Path != "pod.spec" {
		t.Errorf("%v", err)
	}
	k8s.Gates = map[string]bool{"NoSuchGate": true}
	if _, err = k8s.QOSClass(ctx, pod); !errors.As(err, &failure) || failure.Code != "feature_gates" {
		t.Errorf("%v", err)
	}
	if ops, err := engine(t).Ops(ctx); err != nil || len(ops) < 20 || !sort.StringsAreSorted(ops) {
		t.Error(ops, err)
	}
}

func TestMoreTypedQuestions(t *testing.T) {
	ctx := context.Background()
	k8s := Kubernetes{Engine: engine(t), Release: "1.37"}
	pod := func(cpu string) json.RawMessage {
		return json.RawMessage(`{"metadata": {"name": "p", "namespace": "ns", "uid": "u1", "resourceVersion": "1"},
			"spec": {"nodeName": "n1", "containers": [{"name": "app", "image": "app:1",
				"resources": {"requests": {"cpu": "` + cpu + `"}, "limits": {"cpu": "64"}}}]},
			"status": {"phase": "Running", "qosClass": "Burstable"}}`)
	}
	node := Node{Node: json.RawMessage(`{"metadata": {"name": "n1"},
		"status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}, "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"}}}`)}
	if requests, err := k8s.PodRequests(ctx, pod("1500m"), ResourcesOptions{}); err != nil || requests["cpu"] != "1500m" {
		t.Error(requests, err)
	}
	if limits, err := k8s.PodLimits(ctx, pod("1"), ResourcesOptions{}); err != nil || limits["cpu"] != "64" {
		t.Error(limits, err)
	}
	if refusals, err := k8s.ValidatePodUpdate(ctx, pod("1"), pod("2")); err != nil || len(refusals) == 0 {
		t.Error(refusals, err)
	}
	if _, err := k8s.ValidatePodStatusUpdate(ctx, pod("1"), pod("1")); err != nil {
		t.Error(err)
	}
	if admission, err := k8s.AdmitPod(ctx, node, pod("5")); err != nil || admission.OK || admission.UpstreamReason != "OutOfcpu" ||
		len(admission.Shortfall) != 1 || admission.Shortfall[0].Missing != 1000 {
		t.Errorf("%+v %v", admission, err)
	}
	if verdict, err := k8s.ResizeFeasible(ctx, node, pod("1"), pod("5")); err != nil || verdict.Outcome != "deferred" || verdict.Message == "" ||
		verdict.Allocated[0].Resources.Requests["cpu"] != "1" {
		t.Errorf("%+v %v", verdict, err)
	}
	if advice, err := k8s.ResizeAdvice(ctx, node, pod("1"), pod("5")); err != nil || advice.Accepted == nil || advice.Accepted.AsWanted ||
		advice.Accepted.Containers[0].Resources.Requests["cpu"] != "4" {
		t.Errorf("%+v %v", advice, err)
	}
	if headroom, err := k8s.ResizeHeadroom(ctx, node, pod("1")); err != nil || len(headroom) == 0 || headroom[0].Resource != "cpu" || headroom[0].Now != 4000 {
		t.Errorf("%+v %v", headroom, err)
	}
	if status, err := k8s.ResizeStatus(ctx, pod("1")); err != nil || status.Status == "" {
		t.Errorf("%+v %v", status, err)
	}
	if actions, err := k8s.PodActions(ctx, pod("1"), nil); err != nil || !actions.Actions.CreateSandbox || len(actions.Steps) == 0 {
		t.Errorf("%+v %v", actions, err)
	}
	if phase, err := k8s.PodPhase(ctx, pod("1")); err != nil || phase != "Pending" {
		t.Error(phase, err)
	}
	if conditions, written, err := k8s.PodConditions(ctx, pod("1"), nil); err != nil || len(written) == 0 || len(conditions) == 0 ||
		conditions[0].Type != "Initialized" || conditions[0].Status != "True" {
		t.Errorf("%+v %v %v", conditions, written, err)
	}
	if gates, err := k8s.FeatureGates(ctx); err != nil || gates["InPlacePodVerticalScaling"].Stage != "GA" || !gates["InPlacePodVerticalScaling"].Locked {
		t.Errorf("%+v %v", gates["InPlacePodVerticalScaling"], err)
	}
	queue, err := k8s.ResizeQueue(ctx, node, []PendingResize{{pod("1"), pod("9")}})
	if err != nil || len(queue) != 1 || queue[0].Name != "p" || queue[0].Outcome != "deferred" || !queue[0].StaysQueued || queue[0].APIServer == nil {
		t.Errorf("%+v %v", queue, err)
	}
	if actions, err := k8s.ResizeActions(ctx, pod("1"), pod("2"), nil); err != nil || len(actions.Restarts) != 0 || len(actions.Steps) != 2 ||
		actions.Steps[0].Step != "podCpuRequest" || actions.Steps[1].Name != "app" {
		t.Errorf("%+v %v", actions, err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	script := CycleScript{Now: now, Events: []CycleEvent{{Container: "app", ExitCode: 1, After: time.Second}, {SandboxDies: true}}}
	cycle, err := k8s.RestartCycle(ctx, pod("1"), script)
	if err != nil || cycle.Outcome != "settled" || len(cycle.NotApplied) != 0 || len(cycle.Syncs) < 3 || !cycle.Syncs[0].At.Equal(now) {
		t.Errorf("%+v %v", cycle, err)
	}
	restarts := 0
	for _, sync := range cycle.Syncs {
		for _, step := range sync.Steps {
			if step.Container == "app" && step.RestartCount != nil && *step.RestartCount > restarts {
				restarts = *step.RestartCount
			}
		}
	}
	if restarts != 2 {
		t.Errorf("%d restarts: %+v", restarts, cycle)
	}
	script = CycleScript{Events: []CycleEvent{{Container: "app", Probe: "liveness"}}}
	if cycle, err = k8s.RestartCycle(ctx, pod("1"), script); err != nil || len(cycle.NotApplied) != 0 {
		t.Errorf("%+v %v", cycle, err)
	}
	runs := json.RawMessage(`{"containerStatuses": [{"name": "app", "id": "containerd://1", "state": "exited", "exitCode": 1,
		"startedAt": "2026-01-02T03:04:00Z", "finishedAt": "2026-01-02T03:04:04Z"}]}`)
	if wait, err := k8s.CrashLoopBackOff(ctx, pod("1"), runs, "app", now, 20*time.Second, now.Add(-time.Second)); err != nil || !wait.InBackOff ||
		wait.Delay != 20*time.Second || wait.Until.IsZero() {
		t.Errorf("%+v %v", wait, err)
	}
	if quantity, err := k8s.ParseQuantity(ctx, "1.5"); err != nil || quantity.String != "1500m" || quantity.Value != 2 || quantity.MilliValue != 1500 {
		t.Errorf("%+v %v", quantity, err)
	}
	if order, err := k8s.CompareQuantities(ctx, "1Gi", "1G"); err != nil || order != 1 {
		t.Error(order, err)
	}
	var failure *Error
	if _, err := k8s.CompareQuantities(ctx, "1", "1 G"); !errors.As(err, &failure) || failure.Path != "b" {
		t.Error(err)
	}
}

func TestGangs(t *testing.T) {
	ctx := context.Background()
	k8s := Kubernetes{Engine: engine(t), Release: "1.36", Gates: map[string]bool{"GenericWorkload": true, "GangScheduling": true}}
	worker := func(name string) json.RawMessage {
		return json.RawMessage(`{"metadata": {"name": "` + name + `", "namespace": "ns"}, "spec": {"schedulingGroup": {"podGroupName": "g"},
			"containers": [{"name": "a", "resources": {"requests": {"cpu": "3"}}}]}}`)
	}
	group := json.RawMessage(`{"kind": "PodGroup", "metadata": {"name": "g", "namespace": "ns"}, "spec": {"schedulingPolicy": {"gang": {"minCount": 2}}}}`)
	node := func(name string) json.RawMessage {
		return json.RawMessage(`{"metadata": {"name": "` + name + `"}, "status": {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"}}}`)
	}
	cluster := Cluster{Nodes: []any{node("n1")}, Pods: []any{worker("a"), worker("b")}, Objects: []any{group}}
	gang, err := k8s.GangFeasible(ctx, cluster, "")
	if err != nil || gang.Verdict != "impossible" || gang.Group != "ns/g" || gang.Needs != 2 || gang.AtMost != 1 || gang.Certificate == nil {
		t.Errorf("%+v %v", gang, err)
	}
	why, err := k8s.GangExplain(ctx, cluster, "ns/g")
	if err != nil || why.Cause == "none" || len(why.Remedies) == 0 || why.Remedies[0].Kind == "" || len(why.Remedies[0].JSON) == 0 {
		t.Errorf("%+v %v", why, err)
	}
	cluster.Nodes = []any{node("n1"), node("n2")}
	if gang, err = k8s.GangFeasible(ctx, cluster, "ns/g"); err != nil || !gang.Starts || len(gang.Placement) != 2 || gang.Upstream == nil {
		t.Errorf("%+v %v", gang, err)
	}
	if pods, err := k8s.Schedule(ctx, cluster); err != nil || pods["ns/a"].State != "bound" || pods["ns/b"].State != "bound" {
		t.Errorf("%+v %v", pods, err)
	}
	if fits, _, err := k8s.NodeFilters(ctx, cluster, worker("c")); err != nil || len(fits) != 2 || !fits[0].Fits {
		t.Errorf("%+v %v", fits, err)
	}
	for _, validate := range []func(context.Context, any, any) ([]FieldError, error){k8s.ValidatePodGroup, k8s.ValidateWorkload} {
		if refusals, err := validate(ctx, nil, json.RawMessage(`{"metadata": {"name": "g", "namespace": "ns"}, "spec": {}}`)); err != nil || len(refusals) == 0 {
			t.Error(refusals, err)
		}
	}
}

func TestCompiledModuleIsKept(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	for range 2 {
		engine, err := NewCached(ctx, dir)
		if err != nil {
			t.Fatal(err)
		}
		class, err := Kubernetes{Engine: engine, Release: "1.36"}.QOSClass(ctx, json.RawMessage(`{}`))
		if class != "BestEffort" || err != nil {
			t.Error(class, err)
		}
		if kept, err := os.ReadDir(dir); err != nil || len(kept) == 0 {
			t.Error(kept, err)
		}
		if err := engine.Close(ctx); err != nil {
			t.Error(err)
		}
	}
}

// The module in the repository is that of the sources beside it.
func TestModuleIsOfTheseSources(t *testing.T) {
	manifest, err := os.ReadFile("../Cargo.toml")
	if err != nil {
		t.Skip("the sources are not here")
	}
	if version := regexp.MustCompile(`(?m)^version = "(.*)"$`).FindSubmatch(manifest); version == nil || string(version[1]) != Version {
		t.Errorf("the version of the sources is %q, Version is %q", version, Version)
	}
	var files []string
	for _, root := range []string{"Cargo.toml", "Cargo.lock", "crates/core/Cargo.toml", "crates/core/src", "crates/wasm/Cargo.toml", "crates/wasm/src"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() {
				files = append(files, filepath.ToSlash(path)[len("../"):])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sort.Strings(files)
	all := sha256.New()
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(all, "%x  %s\n", sha256.Sum256(content), file)
	}
	recorded, err := os.ReadFile("podverdict.wasm.sources")
	if err != nil || strings.TrimSpace(string(recorded)) != fmt.Sprintf("%x", all.Sum(nil)) {
		t.Errorf("podverdict.wasm.gz was built from other sources; `make go-module` builds it anew (%v)", err)
	}
}

// What stands in the repository is small enough to be fetched with every version.
func TestModuleIsSmall(t *testing.T) {
	if len(compressed) > 3<<20 {
		t.Errorf("%d bytes", len(compressed))
	}
}

func BenchmarkQOS(b *testing.B) {
	ctx, engine := context.Background(), engine(b)
	request := []byte(`{"op":"qos","release":"1.37","pod":{"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}]}}}`)
	for b.Loop() {
		if _, err := engine.Eval(ctx, request); err != nil {
			b.Fatal(err)
		}
	}
}
