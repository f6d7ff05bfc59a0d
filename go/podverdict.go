// Package podverdict answers what the API server, the kubelet and kube-scheduler of Kubernetes 1.35, 1.36 and 1.37 would
// answer about a pod: its restarts, its in-place resizes, its gang.
//
// The answers come from podverdict's core, as a WebAssembly module that is part of this package and runs without cgo. A
// refusal by Kubernetes is an answer; an *Error is for input that cannot be read, and names the field.
package podverdict

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Version is the version of podverdict.
const Version = "0.1.0"

//go:embed podverdict.wasm.gz
var compressed []byte

func module() ([]byte, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}

// Error says that an input cannot be read.
type Error struct {
	// Code is the kind of error, such as "invalid_value"; it is stable.
	Code string `json:"code"`
	// Path is the field, such as "pod.spec.containers[0].resources.requests[cpu]"; empty for the whole input.
	Path string `json:"path"`
	// Message is a sentence.
	Message string `json:"error"`
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// Engine holds the compiled module. It may be used by many goroutines at once; each call has an instance of the module
// to itself, and instances are kept for later calls.
type Engine struct {
	runtime  wazero.Runtime
	cache    wazero.CompilationCache
	compiled wazero.CompiledModule
	idle     chan *instance
}

// instance is one running copy of the module, with its own memory. It serves one call at a time.
type instance struct {
	module                    api.Module
	request, evaluate, answer api.Function
	operations                api.Function
}

// New compiles the module. That takes seconds of one processor; do it once.
func New(ctx context.Context) (*Engine, error) {
	return start(ctx, wazero.NewRuntimeConfig(), nil)
}

// NewCached keeps the compiled module in a folder, which is made if it is missing, so that only the first process
// compiles it. Only trusted users may be able to write there: what it holds is run.
func NewCached(ctx context.Context, dir string) (*Engine, error) {
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil, err
	}
	return start(ctx, wazero.NewRuntimeConfig().WithCompilationCache(cache), cache)
}

func start(ctx context.Context, config wazero.RuntimeConfig, cache wazero.CompilationCache) (*Engine, error) {
	code, err := module()
	if err != nil {
		return nil, err
	}
	engine := &Engine{
		runtime: wazero.NewRuntimeWithConfig(ctx, config),
		cache:   cache,
		idle:    make(chan *instance, runtime.GOMAXPROCS(0)),
	}
	compiled, err := engine.runtime.CompileModule(ctx, code)
	if err != nil {
		return nil, errors.Join(err, engine.Close(ctx))
	}
	engine.compiled = compiled
	return engine, nil
}

// Close frees everything. No call may be under way, and none may follow.
func (e *Engine) Close(ctx context.Context) error {
	err := e.runtime.Close(ctx)
	if e.cache != nil {
		err = errors.Join(err, e.cache.Close(ctx))
	}
	return err
}

// Eval answers one request of the wire format, JSON in and out. A request that cannot be read is answered too: the
// answer holds "error", "code" and "path". The error returned is for faults of the module.
func (e *Engine) Eval(ctx context.Context, request []byte) ([]byte, error) {
	instance, err := e.take(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := instance.eval(ctx, request)
	if err != nil {
		// What is left in its memory is unknown.
		return nil, errors.Join(fmt.Errorf("this is a fault of podverdict: %w", err), instance.module.Close(ctx))
	}
	e.give(ctx, instance)
	return answer, nil
}

// Ops gives the names of all ops, sorted.
func (e *Engine) Ops(ctx context.Context) ([]string, error) {
	instance, err := e.take(ctx)
	if err != nil {
		return nil, err
	}
	defer e.give(ctx, instance)
	length, err := instance.operations.Call(ctx)
	if err != nil {
		return nil, err
	}
	names, err := instance.read(ctx, length[0])
	return strings.Split(string(names), "\n"), err
}

func (e *Engine) take(ctx context.Context) (*instance, error) {
	select {
	case idle := <-e.idle:
		return idle, nil
	default:
	}
	module, err := e.runtime.InstantiateModule(ctx, e.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, err
	}
	return &instance{
		module:     module,
		request:    module.ExportedFunction("podverdict_request"),
		evaluate:   module.ExportedFunction("podverdict_evaluate"),
		answer:     module.ExportedFunction("podverdict_answer"),
		operations: module.ExportedFunction("podverdict_ops"),
	}, nil
}

// largest is how much memory an instance may have grown to and still be kept: a module's memory never shrinks.
const largest = 64 << 20

func (e *Engine) give(ctx context.Context, used *instance) {
	if used.module.Memory().Size() <= largest {
		select {
		case e.idle <- used:
			return
		default:
		}
	}
	_ = used.module.Close(ctx)
}

func (i *instance) eval(ctx context.Context, request []byte) ([]byte, error) {
	start, err := i.request.Call(ctx, uint64(len(request)))
	if err != nil {
		return nil, err
	}
	if !i.module.Memory().Write(uint32(start[0]), request) {
		return nil, errors.New("the request lies outside of the memory")
	}
	length, err := i.evaluate.Call(ctx, start[0], uint64(len(request)), 0)
	if err != nil {
		return nil, err
	}
	return i.read(ctx, length[0])
}

// read copies the last answer out of the module's memory.
func (i *instance) read(ctx context.Context, length uint64) ([]byte, error) {
	start, err := i.answer.Call(ctx)
	if err != nil {
		return nil, err
	}
	view, ok := i.module.Memory().Read(uint32(start[0]), uint32(length))
	if !ok {
		return nil, errors.New("the answer lies outside of the memory")
	}
	return append([]byte(nil), view...), nil
}

// Kubernetes is a release with its feature gates, and the engine that answers for it.
type Kubernetes struct {
	// Engine answers.
	Engine *Engine
	// Release is "1.35", "1.36" or "1.37".
	Release string
	// Gates overrides feature gates; a release refuses what it would refuse at its start.
	Gates map[string]bool
}

// Ask asks one op. Inputs are values that encoding/json can write, such as objects of k8s.io/api or json.RawMessage. The
// answer is read into answer.
func (k Kubernetes) Ask(ctx context.Context, op string, inputs map[string]any, answer any) error {
	request := make(map[string]any, len(inputs)+3)
	for name, value := range inputs {
		request[name] = value
	}
	request["op"], request["release"] = op, k.Release
	if k.Gates != nil {
		request["gates"] = k.Gates
	}
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	found, err := k.Engine.Eval(ctx, text)
	if err != nil {
		return err
	}
	var failure Error
	// No answer of an op has both.
	if err := json.Unmarshal(found, &failure); err == nil && failure.Message != "" && failure.Code != "" {
		return &failure
	}
	return json.Unmarshal(found, answer)
}
