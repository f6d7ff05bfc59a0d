/*
 * podverdict: Kubernetes' own verdicts on container restarts, in-place pod resizes and gangs.
 *
 * The contract, for every function unless it says otherwise:
 *
 * Strings     go in as a pointer and a length in bytes. They need no NUL at the end and may hold any bytes; what must be
 *             JSON is UTF-8. NULL with length 0 is the empty string. No pointer that goes in is kept after the call.
 * Outputs     are the last pointers of a call. They are written only on success, `message` only on failure. What was
 *             there before is overwritten, not freed. An output may not be NULL; `message` may.
 * Ownership   What a call gives belongs to the caller, who frees it once, by the one function for its kind
 *             (podverdict_string_free, podverdict_pod_free ...). Freeing NULL does nothing. Never use free(3).
 * Status      Every call that can fail returns a podverdict_status: 0 is success. The numbers are stable; new ones may
 *             come. A refusal by Kubernetes is an answer and no failure: failures are for input that cannot be read.
 *             `message` then says which field is wrong, and how.
 * Threads     There is no global state. Any function may be called from any thread. Handles that go in as pointers to
 *             const may be used by many threads at once; a call that changes or frees a handle needs it for itself.
 * Faults      No call aborts, exits, or lets an exception of the library out: a fault of the library gives
 *             PODVERDICT_FAULT (and a line on stderr). Only running out of memory ends the process.
 *             Wrong pointers and lengths cannot be noticed, except NULL. A handle that a call was changing when it gave
 *             PODVERDICT_FAULT is to be freed.
 * Effects     No call reads a clock, a file, the environment or the network, and none keeps a lock.
 * Versions    Compare podverdict_version() with PODVERDICT_VERSION. Before 1.0 a minor version may break the interface,
 *             and the shared library's soname holds it; a patch version only adds.
 * Names       Everything begins with podverdict_ or PODVERDICT_. Structs that are filled by the caller are zeroed first:
 *             zero is the usual choice in every field.
 *
 * This file is made from the library's source by cbindgen; a test compares the two.
 */


#ifndef PODVERDICT_H
#define PODVERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A container of spec.containers.
#define PODVERDICT_KIND_REGULAR 0

// A container of spec.initContainers; with restart policy Always a sidecar.
#define PODVERDICT_KIND_INIT 1

// A container of spec.ephemeralContainers.
#define PODVERDICT_KIND_EPHEMERAL 2

// No restart policy is given: the container has none of its own, the pod has the default, Always.
#define PODVERDICT_POLICY_NONE 0

// Restart on every exit.
#define PODVERDICT_POLICY_ALWAYS 1

// Restart on a non-zero exit.
#define PODVERDICT_POLICY_ON_FAILURE 2

// Do not restart.
#define PODVERDICT_POLICY_NEVER 3

// A rule that restarts its container.
#define PODVERDICT_ACTION_RESTART 0

// A rule that restarts all containers of the pod.
#define PODVERDICT_ACTION_RESTART_ALL_CONTAINERS 1

// A rule matches if the exit code is one of its values.
#define PODVERDICT_OPERATOR_IN 0

// A rule matches if the exit code is none of its values.
#define PODVERDICT_OPERATOR_NOT_IN 1

// The container is left as it is.
#define PODVERDICT_LEAVE 0

// The container is started again.
#define PODVERDICT_RESTART 1

// Every container of the pod is removed and started again.
#define PODVERDICT_RESTART_ALL_CONTAINERS 2

// The restart rule at `rule` decided.
#define PODVERDICT_BECAUSE_RULE 1

// The container's own restart policy, `policy`, decided.
#define PODVERDICT_BECAUSE_CONTAINER_POLICY 2

// The pod's restart policy, `policy`, decided.
#define PODVERDICT_BECAUSE_POD_POLICY 3

// The pod's restart policy is none that Kubernetes knows, which counts as Always.
#define PODVERDICT_BECAUSE_UNKNOWN_POD_POLICY 4

// The pod is being deleted.
#define PODVERDICT_BECAUSE_POD_DELETED 5

// The container is a sidecar.
#define PODVERDICT_BECAUSE_SIDECAR 6

// The container is an init container that ended well.
#define PODVERDICT_BECAUSE_INIT_COMPLETED 7

// The container is ephemeral, which runs once.
#define PODVERDICT_BECAUSE_EPHEMERAL 8

// Another reason, such as the state of the container; no exit has it.
#define PODVERDICT_BECAUSE_OTHER 9

// No rule that matches was passed over.
#define PODVERDICT_PASSED_OVER_NONE 0

// A rule that restarts all containers matches, and the gate RestartAllContainersOnContainerExits is off.
#define PODVERDICT_PASSED_OVER_GATE_OFF 1

// A rule matches whose action Kubernetes does not know.
#define PODVERDICT_PASSED_OVER_UNKNOWN_ACTION 2

// A rule matches, but the container has no restart policy of its own.
#define PODVERDICT_PASSED_OVER_NO_CONTAINER_POLICY 3

// A rule matches, and the gate ContainerRestartRules is off.
#define PODVERDICT_PASSED_OVER_RULES_OFF 4

// The major version of this header.
#define PODVERDICT_VERSION_MAJOR 0

// The minor version of this header.
#define PODVERDICT_VERSION_MINOR 1

// The patch version of this header.
#define PODVERDICT_VERSION_PATCH 0

// The version of this header as one number: major * 1000000 + minor * 1000 + patch.
#define PODVERDICT_VERSION 1000

// Nodes and the pods on them.
typedef struct podverdict_cluster podverdict_cluster;

// A release of Kubernetes with its feature gates resolved. It never changes.
typedef struct podverdict_kubernetes podverdict_kubernetes;

// A pod. It never changes.
typedef struct podverdict_pod podverdict_pod;

// An exact amount of a resource. It never changes.
typedef struct podverdict_quantity podverdict_quantity;

// A text that the library gave: `len` bytes of UTF-8, and a NUL after them that does not count. `data` and `len` are
// only read. A struct of zeros holds nothing and can be freed.
typedef struct podverdict_string {
  // The first byte.
  char *data;
  // How many bytes.
  size_t len;
} podverdict_string;

// How a call went: one of PODVERDICT_OK and the numbers below it.
typedef int32_t podverdict_status;

// A feature gate that is turned on or off.
typedef struct podverdict_gate {
  // Its name.
  const char *name;
  // The length of the name.
  size_t name_len;
  // Whether it is on.
  bool on;
} podverdict_gate;

// One of a container's restartPolicyRules.
typedef struct podverdict_restart_rule {
  // One of PODVERDICT_ACTION_.
  int32_t action;
  // One of PODVERDICT_OPERATOR_.
  int32_t match_operator;
  // Exit codes.
  const int32_t *values;
  // How many exit codes.
  size_t values_len;
} podverdict_restart_rule;

// A container that ended, and what its pod says about restarts.
typedef struct podverdict_exit {
  // One of PODVERDICT_KIND_.
  int32_t kind;
  // The exit code.
  int32_t exit_code;
  // The runtime's word for how it ended; "OOMKilled" makes an init container fail even with exit code 0.
  const char *reason;
  // The length of `reason`.
  size_t reason_len;
  // The pod's restart policy, one of PODVERDICT_POLICY_.
  int32_t pod_policy;
  // The container's own restart policy, one of PODVERDICT_POLICY_.
  int32_t container_policy;
  // The container's restartPolicyRules.
  const struct podverdict_restart_rule *rules;
  // How many rules.
  size_t rules_len;
  // Whether the pod is being deleted.
  bool pod_deleted;
} podverdict_exit;

// What happens to a container that ended, and why.
typedef struct podverdict_decision {
  // PODVERDICT_LEAVE, PODVERDICT_RESTART or PODVERDICT_RESTART_ALL_CONTAINERS.
  int32_t verdict;
  // What decided, one of PODVERDICT_BECAUSE_.
  int32_t because;
  // The restart policy that decided, else PODVERDICT_POLICY_NONE.
  int32_t policy;
  // The rule that decided or was passed over, by its place from 0; -1 for none.
  int64_t rule;
  // Why the first rule that matches was not followed, one of PODVERDICT_PASSED_OVER_.
  int32_t passed_over;
} podverdict_decision;

// It went well.
#define PODVERDICT_OK 0

// A pointer is NULL that may not be, a length is impossible, or a number is none of the constants it stands for.
#define PODVERDICT_INVALID_ARGUMENT 1

// The text is not JSON, or not UTF-8.
#define PODVERDICT_MALFORMED 2

// A value has the wrong type or form, such as a quantity that does not parse.
#define PODVERDICT_INVALID_VALUE 3

// There is a field that is not known here.
#define PODVERDICT_UNKNOWN_FIELD 4

// A field is missing.
#define PODVERDICT_MISSING_FIELD 5

// There is no such op.
#define PODVERDICT_UNKNOWN_OP 6

// There is no such release.
#define PODVERDICT_UNKNOWN_RELEASE 7

// The feature gates are refused, as the release itself would refuse them.
#define PODVERDICT_FEATURE_GATES 8

// The question does not exist on this release.
#define PODVERDICT_NOT_ON_RELEASE 9

// The input is larger or deeper than this library reads.
#define PODVERDICT_TOO_LARGE 10

// There is no such container, pod or node.
#define PODVERDICT_NOT_FOUND 11

// A fault of this library; please report it.
#define PODVERDICT_FAULT -1

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Frees a text and leaves zeros in its place; NULL, and a struct of zeros, are allowed.
void podverdict_string_free(struct podverdict_string *string);

// The name of a status, such as "PODVERDICT_OK"; it lives as long as the library.
const char *podverdict_status_name(podverdict_status status);

// Makes a cluster without nodes, for a release with its gates.
podverdict_status podverdict_cluster_new(const struct podverdict_kubernetes *kubernetes,
                                         struct podverdict_cluster **cluster);

// Copies a cluster, for a "what if". That costs one pointer a node; what either changes it changes for itself alone.
podverdict_status podverdict_cluster_copy(const struct podverdict_cluster *cluster,
                                          struct podverdict_cluster **copy);

// Frees a cluster; NULL is allowed.
void podverdict_cluster_free(struct podverdict_cluster *cluster);

// Adds a node from its JSON, or replaces what is known of it; the pods on it stay.
podverdict_status podverdict_cluster_set_node(struct podverdict_cluster *cluster,
                                              const char *node_json,
                                              size_t node_json_len,
                                              struct podverdict_string *message);

// Removes a node; its pods take nothing from then on. PODVERDICT_NOT_FOUND if it is not there.
podverdict_status podverdict_cluster_remove_node(struct podverdict_cluster *cluster,
                                                 const char *name,
                                                 size_t name_len);

// Takes in a pod as it is now: one that has a node and has not ended takes its place there, any other is removed.
podverdict_status podverdict_cluster_set_pod(struct podverdict_cluster *cluster,
                                             const struct podverdict_pod *pod);

// Removes a pod. PODVERDICT_NOT_FOUND if it is not there.
podverdict_status podverdict_cluster_remove_pod(struct podverdict_cluster *cluster,
                                                const char *pod_namespace,
                                                size_t pod_namespace_len,
                                                const char *name,
                                                size_t name_len);

// Takes in, from its JSON, another object that decides where pods can go, or replaces the one of its kind and name.
// "kind" must be there: Namespace, PersistentVolume, PersistentVolumeClaim, StorageClass, CSINode, CSIDriver,
// VolumeAttachment, Workload, PodGroup or CompositePodGroup. With `defaults` it gets the API server's defaults.
podverdict_status podverdict_cluster_set_object(struct podverdict_cluster *cluster,
                                                const char *object_json,
                                                size_t object_json_len,
                                                bool defaults,
                                                struct podverdict_string *message);

// How many nodes and pods on nodes there are.
podverdict_status podverdict_cluster_size(const struct podverdict_cluster *cluster,
                                          size_t *nodes,
                                          size_t *pods);

// Whether a pod may run on each node, and why not: the JSON answer of the op node_filters.
podverdict_status podverdict_cluster_node_filters(const struct podverdict_cluster *cluster,
                                                  const struct podverdict_pod *pod,
                                                  struct podverdict_string *answer);

// What kube-scheduler would do with these pods, queued in this order: the JSON answer of the op schedule.
podverdict_status podverdict_cluster_schedule(const struct podverdict_cluster *cluster,
                                              const struct podverdict_pod *const *pods,
                                              size_t pods_len,
                                              struct podverdict_string *answer);

// Whether a gang can be placed, and the proof if it cannot: the JSON answer of the op gang_feasible, with what
// kube-scheduler would do beside it if `upstream`.
//
// `pods` are those without a node, in the order of the queue; pods that have a node count from where they are in the
// cluster. `group` is "namespace/name" (on 1.35 "namespace/workload/name") and may be empty if there is one gang.
// `budget` is how many steps of some tens of nanoseconds the search may take; 0 stands for about a second.
podverdict_status podverdict_cluster_gang_feasible(const struct podverdict_cluster *cluster,
                                                   const struct podverdict_pod *const *pods,
                                                   size_t pods_len,
                                                   const char *group,
                                                   size_t group_len,
                                                   uint64_t budget,
                                                   bool upstream,
                                                   struct podverdict_string *answer,
                                                   struct podverdict_string *message);

// Why a gang cannot be placed, and what would help: the JSON answer of the op gang_explain. The inputs are those of
// podverdict_cluster_gang_feasible.
podverdict_status podverdict_cluster_gang_explain(const struct podverdict_cluster *cluster,
                                                  const struct podverdict_pod *const *pods,
                                                  size_t pods_len,
                                                  const char *group,
                                                  size_t group_len,
                                                  uint64_t budget,
                                                  struct podverdict_string *answer,
                                                  struct podverdict_string *message);

// Answers one request: a JSON object with "op", "release" and the op's inputs. The answer is a JSON object too.
// `release` ("1.36") stands in where the request names none; it may be NULL.
//
// A request that cannot be read is answered, too: the answer holds "error", "code" and "path".
podverdict_status podverdict_eval(const char *request,
                                  size_t request_len,
                                  const char *release,
                                  size_t release_len,
                                  struct podverdict_string *answer,
                                  struct podverdict_string *message);

// Makes a release ("1.35", "1.36", "1.37") with feature gates; `gates` may be NULL with length 0.
// Gates are refused as the release itself would refuse them.
podverdict_status podverdict_kubernetes_new(const char *release,
                                            size_t release_len,
                                            const struct podverdict_gate *gates,
                                            size_t gates_len,
                                            struct podverdict_kubernetes **kubernetes,
                                            struct podverdict_string *message);

// Frees a release; NULL is allowed. Pods and clusters that were made with it do not need it.
void podverdict_kubernetes_free(struct podverdict_kubernetes *kubernetes);

// Reads a pod from JSON. With `defaults` it gets the defaults that the API server gives, else it is taken as it is.
podverdict_status podverdict_pod_parse(const struct podverdict_kubernetes *kubernetes,
                                       const char *json,
                                       size_t json_len,
                                       bool defaults,
                                       struct podverdict_pod **pod,
                                       struct podverdict_string *message);

// Frees a pod; NULL is allowed.
void podverdict_pod_free(struct podverdict_pod *pod);

// Reads a quantity, such as "1500m" or "2Gi". Space around it is not accepted.
podverdict_status podverdict_quantity_parse(const char *written,
                                            size_t written_len,
                                            struct podverdict_quantity **quantity,
                                            struct podverdict_string *message);

// Frees a quantity; NULL is allowed.
void podverdict_quantity_free(struct podverdict_quantity *quantity);

// Compares two quantities as numbers: `order` is -1, 0 or 1.
podverdict_status podverdict_quantity_compare(const struct podverdict_quantity *a,
                                              const struct podverdict_quantity *b,
                                              int32_t *order);

// Compares two quantities as they are written, without making handles: `order` is -1, 0 or 1.
podverdict_status podverdict_quantity_compare_texts(const char *a,
                                                    size_t a_len,
                                                    const char *b,
                                                    size_t b_len,
                                                    int32_t *order,
                                                    struct podverdict_string *message);

// The amount in whole units, rounded up. As upstream's Value().
podverdict_status podverdict_quantity_value(const struct podverdict_quantity *quantity,
                                            int64_t *value);

// The amount in thousandths, rounded up. As upstream's MilliValue().
podverdict_status podverdict_quantity_milli_value(const struct podverdict_quantity *quantity,
                                                  int64_t *value);

// The quantity as upstream prints it.
podverdict_status podverdict_quantity_text(const struct podverdict_quantity *quantity,
                                           struct podverdict_string *written);

// What the kubelet does about a container that has just ended, from plain numbers. Without rules nothing is allocated.
podverdict_status podverdict_restart_decide(const struct podverdict_kubernetes *kubernetes,
                                            const struct podverdict_exit *exit,
                                            struct podverdict_decision *decision,
                                            struct podverdict_string *message);

// What the kubelet does about a container of this pod that has just ended. `kind` is one of PODVERDICT_KIND_. Nothing is
// allocated.
podverdict_status podverdict_pod_on_exit(const struct podverdict_kubernetes *kubernetes,
                                         const struct podverdict_pod *pod,
                                         int32_t kind,
                                         const char *name,
                                         size_t name_len,
                                         int32_t exit_code,
                                         const char *reason,
                                         size_t reason_len,
                                         struct podverdict_decision *decision,
                                         struct podverdict_string *message);

// A sentence that says what decided.
podverdict_status podverdict_decision_text(const struct podverdict_decision *decision,
                                           struct podverdict_string *sentence);

// The version of the library that runs, as one number like PODVERDICT_VERSION.
uint32_t podverdict_version(void);

// The version of the library that runs, as text; it lives as long as the library.
const char *podverdict_version_text(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PODVERDICT_H */
