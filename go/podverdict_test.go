package podverdict

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"sync"
	"testing"
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

func BenchmarkQOS(b *testing.B) {
	ctx, engine := context.Background(), engine(b)
	request := []byte(`{"op":"qos","release":"1.37","pod":{"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}]}}}`)
	for b.Loop() {
		if _, err := engine.Eval(ctx, request); err != nil {
			b.Fatal(err)
		}
	}
}
