/* Calls every function, the wrong ways too. With an argument it does so in that many threads at once, which share the
 * handles that do not change. */

#define _POSIX_C_SOURCE 200809L

#include <podverdict.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S(text) (text), (sizeof(text) - 1)
#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) {                                                      \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                               \
    }                                                                        \
  } while (0)

static const podverdict_string NOTHING = {NULL, 0};

/* What the threads share. */
static podverdict_kubernetes *k8s;
static podverdict_pod *shared_pod;
static podverdict_cluster *shared_cluster;

static const char POD[] =
    "{\"metadata\": {\"name\": \"p\", \"namespace\": \"ns\"}, \"spec\": {\"nodeName\": \"n1\", \"restartPolicy\": \"Never\","
    " \"initContainers\": [{\"name\": \"proxy\", \"restartPolicy\": \"Always\"}],"
    " \"containers\": [{\"name\": \"app\", \"restartPolicy\": \"Never\", \"resources\": {\"requests\": {\"cpu\": \"1\"}},"
    " \"restartPolicyRules\": [{\"action\": \"Restart\", \"exitCodes\": {\"operator\": \"In\", \"values\": [42]}}]}]}}";
static const char PENDING[] =
    "{\"metadata\": {\"name\": \"q\", \"namespace\": \"ns\"}, \"spec\": {\"containers\": [{\"name\": \"app\","
    " \"resources\": {\"requests\": {\"cpu\": \"3500m\"}}}]}}";
static const char NODE[] =
    "{\"metadata\": {\"name\": \"n1\"}, \"status\": {\"allocatable\": {\"cpu\": \"4\", \"memory\": \"8Gi\", \"pods\": \"110\"}}}";

static void check_versions(void) {
  char text[32];
  snprintf(text, sizeof text, "%d.%d.%d", PODVERDICT_VERSION_MAJOR, PODVERDICT_VERSION_MINOR,
           PODVERDICT_VERSION_PATCH);
  CHECK(podverdict_version() == PODVERDICT_VERSION);
  CHECK(strcmp(podverdict_version_text(), text) == 0);
  CHECK(strcmp(podverdict_status_name(PODVERDICT_OK), "PODVERDICT_OK") == 0);
  CHECK(strcmp(podverdict_status_name(PODVERDICT_FAULT), "PODVERDICT_FAULT") == 0);
  CHECK(strcmp(podverdict_status_name(12345), "unknown status") == 0);
}

static void check_eval(void) {
  static const char request[] = "{\"op\": \"quantity\", \"opts\": {\"a\": \"1Ki\"}}";
  podverdict_string answer = NOTHING, message = NOTHING;
  CHECK(podverdict_eval(S(request), S("1.36"), &answer, &message) == PODVERDICT_OK);
  CHECK(strlen(answer.data) == answer.len && strstr(answer.data, "\"value\":1024"));
  CHECK(message.data == NULL);
  podverdict_string_free(&answer);
  podverdict_string_free(&answer);
  podverdict_string_free(NULL);
  CHECK(podverdict_eval(NULL, 0, NULL, 0, &answer, NULL) == PODVERDICT_OK);
  CHECK(strstr(answer.data, "\"code\":\"malformed\""));
  podverdict_string_free(&answer);
  CHECK(podverdict_eval(S(request), S("1.12"), &answer, &message) == PODVERDICT_UNKNOWN_RELEASE);
  CHECK(answer.data == NULL && message.len > 0);
  podverdict_string_free(&message);
  CHECK(podverdict_eval(NULL, 7, NULL, 0, &answer, NULL) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(podverdict_eval(request, (size_t)-1, NULL, 0, &answer, NULL) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(podverdict_eval(S(request), S("1.36"), NULL, NULL) == PODVERDICT_INVALID_ARGUMENT);
}

static void check_kubernetes(void) {
  podverdict_kubernetes *made = NULL;
  podverdict_string message = NOTHING;
  podverdict_gate gates[] = {{S("ContainerRestartRules"), false},
                             {S("RestartAllContainersOnContainerExits"), false}};
  CHECK(podverdict_kubernetes_new(S("1.36"), gates, 2, &made, NULL) == PODVERDICT_OK);
  podverdict_kubernetes_free(made);
  podverdict_kubernetes_free(NULL);
  made = NULL;
  gates[0].name_len = 3;
  CHECK(podverdict_kubernetes_new(S("1.36"), gates, 2, &made, &message) == PODVERDICT_FEATURE_GATES);
  CHECK(made == NULL && message.data != NULL);
  podverdict_string_free(&message);
  CHECK(podverdict_kubernetes_new(S("\xff"), NULL, 0, &made, NULL) == PODVERDICT_MALFORMED);
  CHECK(podverdict_kubernetes_new(S("1.36"), NULL, 1, &made, NULL) == PODVERDICT_INVALID_ARGUMENT);
}

static void check_restart(void) {
  const int32_t values[] = {42, 43};
  podverdict_restart_rule rule;
  podverdict_exit question;
  podverdict_decision decision;
  podverdict_string text = NOTHING;
  memset(&rule, 0, sizeof rule);
  memset(&question, 0, sizeof question);
  CHECK(podverdict_restart_decide(k8s, &question, &decision, NULL) == PODVERDICT_OK);
  CHECK(decision.verdict == PODVERDICT_RESTART && decision.because == PODVERDICT_BECAUSE_POD_POLICY);
  CHECK(decision.policy == PODVERDICT_POLICY_ALWAYS && decision.rule == -1);

  rule.values = values;
  rule.values_len = 2;
  question.rules = &rule;
  question.rules_len = 1;
  question.exit_code = 43;
  question.pod_policy = PODVERDICT_POLICY_NEVER;
  CHECK(podverdict_restart_decide(k8s, &question, &decision, NULL) == PODVERDICT_OK);
  CHECK(decision.verdict == PODVERDICT_LEAVE && decision.rule == 0);
  CHECK(decision.passed_over == PODVERDICT_PASSED_OVER_NO_CONTAINER_POLICY);
  question.container_policy = PODVERDICT_POLICY_NEVER;
  CHECK(podverdict_restart_decide(k8s, &question, &decision, NULL) == PODVERDICT_OK);
  CHECK(decision.verdict == PODVERDICT_RESTART && decision.because == PODVERDICT_BECAUSE_RULE);
  CHECK(podverdict_decision_text(&decision, &text) == PODVERDICT_OK);
  CHECK(strcmp(text.data, "restartPolicyRules[0] matches the exit code") == 0);
  podverdict_string_free(&text);
  rule.action = PODVERDICT_ACTION_RESTART_ALL_CONTAINERS;
  CHECK(podverdict_restart_decide(k8s, &question, &decision, NULL) == PODVERDICT_OK);
  CHECK(decision.verdict == PODVERDICT_RESTART_ALL_CONTAINERS);

  question.kind = PODVERDICT_KIND_INIT;
  question.exit_code = 0;
  question.reason = "OOMKilled";
  question.reason_len = strlen(question.reason);
  CHECK(podverdict_restart_decide(k8s, &question, &decision, NULL) == PODVERDICT_OK);
  CHECK(decision.verdict == PODVERDICT_LEAVE && decision.policy == PODVERDICT_POLICY_NEVER);
  question.pod_deleted = true;
  CHECK(podverdict_restart_decide(k8s, &question, &decision, NULL) == PODVERDICT_OK);
  CHECK(decision.because == PODVERDICT_BECAUSE_POD_DELETED);

  memset(&decision, 7, sizeof decision);
  question.kind = 99;
  CHECK(podverdict_restart_decide(k8s, &question, &decision, &text) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(decision.verdict == 0x07070707 && strcmp(text.data, "kind may not be 99") == 0);
  podverdict_string_free(&text);
  CHECK(podverdict_decision_text(&decision, &text) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(podverdict_restart_decide(k8s, NULL, &decision, NULL) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(podverdict_restart_decide(NULL, &question, &decision, NULL) == PODVERDICT_INVALID_ARGUMENT);

  CHECK(podverdict_pod_on_exit(k8s, shared_pod, PODVERDICT_KIND_REGULAR, S("app"), 42, NULL, 0, &decision,
                               NULL) == PODVERDICT_OK);
  CHECK(decision.verdict == PODVERDICT_RESTART);
  CHECK(podverdict_pod_on_exit(k8s, shared_pod, PODVERDICT_KIND_INIT, S("proxy"), 0, S("Completed"),
                               &decision, NULL) == PODVERDICT_OK);
  CHECK(decision.because == PODVERDICT_BECAUSE_SIDECAR);
  CHECK(podverdict_pod_on_exit(k8s, shared_pod, PODVERDICT_KIND_INIT, S("app"), 0, NULL, 0, &decision,
                               NULL) == PODVERDICT_NOT_FOUND);
}

static void check_quantities(void) {
  podverdict_quantity *a = NULL, *b = NULL;
  podverdict_string text = NOTHING;
  int32_t order = 7;
  int64_t value = 0;
  CHECK(podverdict_quantity_parse(S("1500m"), &a, NULL) == PODVERDICT_OK);
  CHECK(podverdict_quantity_parse(S("1.5"), &b, NULL) == PODVERDICT_OK);
  CHECK(podverdict_quantity_compare(a, b, &order) == PODVERDICT_OK && order == 0);
  CHECK(podverdict_quantity_value(a, &value) == PODVERDICT_OK && value == 2);
  CHECK(podverdict_quantity_milli_value(a, &value) == PODVERDICT_OK && value == 1500);
  CHECK(podverdict_quantity_text(b, &text) == PODVERDICT_OK && strcmp(text.data, "1500m") == 0);
  podverdict_string_free(&text);
  podverdict_quantity_free(a);
  podverdict_quantity_free(b);
  podverdict_quantity_free(NULL);
  CHECK(podverdict_quantity_parse(S("1 Gi"), &a, &text) == PODVERDICT_INVALID_VALUE && text.len > 0);
  podverdict_string_free(&text);
  CHECK(podverdict_quantity_compare_texts(S("1Gi"), S("1G"), &order, NULL) == PODVERDICT_OK && order == 1);
  CHECK(podverdict_quantity_compare_texts(S("1Gi"), NULL, 0, &order, NULL) == PODVERDICT_INVALID_VALUE);
  CHECK(podverdict_quantity_compare(NULL, NULL, &order) == PODVERDICT_INVALID_ARGUMENT);
}

static void check_pods(void) {
  podverdict_pod *pod = NULL;
  podverdict_string message = NOTHING;
  CHECK(podverdict_pod_parse(k8s, S("{\"spec\": 7}"), true, &pod, &message) == PODVERDICT_INVALID_VALUE);
  CHECK(pod == NULL && strncmp(message.data, "spec: ", 6) == 0);
  podverdict_string_free(&message);
  CHECK(podverdict_pod_parse(k8s, S("{"), false, &pod, NULL) == PODVERDICT_MALFORMED);
  CHECK(podverdict_pod_parse(k8s, S("{}"), false, &pod, NULL) == PODVERDICT_OK);
  podverdict_pod_free(pod);
  podverdict_pod_free(NULL);
}

static void check_clusters(void) {
  podverdict_cluster *cluster = NULL;
  podverdict_pod *pending = NULL;
  const podverdict_pod *queue[1];
  podverdict_string answer = NOTHING, message = NOTHING;
  size_t nodes = 0, pods = 0;
  CHECK(podverdict_pod_parse(k8s, S(PENDING), true, &pending, NULL) == PODVERDICT_OK);
  queue[0] = pending;
  CHECK(podverdict_cluster_copy(shared_cluster, &cluster) == PODVERDICT_OK);
  CHECK(podverdict_cluster_size(cluster, &nodes, &pods) == PODVERDICT_OK && nodes == 1 && pods == 1);
  CHECK(podverdict_cluster_node_filters(cluster, pending, &answer) == PODVERDICT_OK);
  CHECK(strstr(answer.data, "\"fits\":false"));
  podverdict_string_free(&answer);
  CHECK(podverdict_cluster_remove_pod(cluster, S("ns"), S("p")) == PODVERDICT_OK);
  CHECK(podverdict_cluster_remove_pod(cluster, S("ns"), S("p")) == PODVERDICT_NOT_FOUND);
  CHECK(podverdict_cluster_schedule(cluster, queue, 1, &answer) == PODVERDICT_OK);
  CHECK(strstr(answer.data, "\"node\":\"n1\""));
  podverdict_string_free(&answer);
  CHECK(podverdict_cluster_set_pod(cluster, shared_pod) == PODVERDICT_OK);
  CHECK(podverdict_cluster_set_node(cluster, S(NODE), NULL) == PODVERDICT_OK);
  CHECK(podverdict_cluster_set_node(cluster, S("[]"), &message) == PODVERDICT_INVALID_VALUE);
  podverdict_string_free(&message);
  CHECK(podverdict_cluster_remove_node(cluster, S("n1")) == PODVERDICT_OK);
  CHECK(podverdict_cluster_remove_node(cluster, S("n1")) == PODVERDICT_NOT_FOUND);
  CHECK(podverdict_cluster_size(shared_cluster, &nodes, &pods) == PODVERDICT_OK && nodes == 1 && pods == 1);
  queue[0] = NULL;
  CHECK(podverdict_cluster_schedule(cluster, queue, 1, &answer) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(podverdict_cluster_set_pod(NULL, shared_pod) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(podverdict_cluster_size(cluster, &nodes, NULL) == PODVERDICT_INVALID_ARGUMENT);
  podverdict_cluster_free(cluster);
  podverdict_cluster_free(NULL);
  podverdict_pod_free(pending);
}

static void check_gangs(void) {
  static const char group[] =
      "{\"kind\": \"PodGroup\", \"metadata\": {\"name\": \"g\", \"namespace\": \"ns\"},"
      " \"spec\": {\"schedulingPolicy\": {\"gang\": {\"minCount\": 2}}}}";
  static const char smaller[] =
      "{\"kind\": \"PodGroup\", \"metadata\": {\"name\": \"g\", \"namespace\": \"ns\"},"
      " \"spec\": {\"schedulingPolicy\": {\"gang\": {\"minCount\": 1}}}}";
  static const char text[] =
      "{\"metadata\": {\"name\": \"%s\", \"namespace\": \"ns\"}, \"spec\": {\"schedulingGroup\":"
      " {\"podGroupName\": \"g\"}, \"containers\": [{\"name\": \"a\", \"resources\": {\"requests\": {\"cpu\": \"3\"}}}]}}";
  podverdict_cluster *cluster = NULL, *copy = NULL;
  podverdict_pod *workers[2];
  const podverdict_pod *queue[2];
  podverdict_string answer = NOTHING, message = NOTHING;
  for (int i = 0; i < 2; i++) {
    char json[sizeof text];
    snprintf(json, sizeof json, text, i == 0 ? "a" : "b");
    CHECK(podverdict_pod_parse(k8s, json, strlen(json), true, &workers[i], NULL) == PODVERDICT_OK);
    queue[i] = workers[i];
  }
  CHECK(podverdict_cluster_copy(shared_cluster, &cluster) == PODVERDICT_OK);
  CHECK(podverdict_cluster_gang_feasible(cluster, queue, 2, NULL, 0, 0, true, &answer, &message) ==
        PODVERDICT_INVALID_VALUE);
  CHECK(answer.data == NULL && message.len > 0);
  podverdict_string_free(&message);
  CHECK(podverdict_cluster_set_object(cluster, S(group), true, &message) == PODVERDICT_OK);
  CHECK(podverdict_cluster_gang_feasible(cluster, queue, 2, NULL, 0, 0, true, &answer, &message) == PODVERDICT_OK);
  CHECK(strstr(answer.data, "\"verdict\":\"impossible\"") && strstr(answer.data, "\"upstream\":"));
  CHECK(strstr(answer.data, "\"certificate\":"));
  podverdict_string_free(&answer);
  CHECK(podverdict_cluster_gang_explain(cluster, queue, 2, S("ns/g"), 0, &answer, NULL) == PODVERDICT_OK);
  CHECK(strstr(answer.data, "\"remedies\":"));
  podverdict_string_free(&answer);

  CHECK(podverdict_cluster_copy(cluster, &copy) == PODVERDICT_OK);
  CHECK(podverdict_cluster_set_object(copy, S(smaller), true, NULL) == PODVERDICT_OK);
  CHECK(podverdict_cluster_gang_feasible(copy, queue, 2, S("ns/g"), 0, false, &answer, NULL) == PODVERDICT_OK);
  CHECK(strstr(answer.data, "\"verdict\":\"placed\"") && !strstr(answer.data, "\"upstream\":"));
  podverdict_string_free(&answer);
  podverdict_cluster_free(copy);
  CHECK(podverdict_cluster_gang_feasible(cluster, queue, 2, S("ns/g"), 1, false, &answer, NULL) == PODVERDICT_OK);
  podverdict_string_free(&answer);
  CHECK(podverdict_cluster_gang_feasible(cluster, queue, 2, S("ns/none"), 0, false, &answer, &message) ==
        PODVERDICT_INVALID_VALUE);
  podverdict_string_free(&message);

  CHECK(podverdict_cluster_set_object(cluster, S("{\"kind\": \"StorageClass\", \"metadata\": {\"name\": \"s\"}}"), true,
                                      NULL) == PODVERDICT_OK);
  CHECK(podverdict_cluster_set_object(cluster, S("{\"kind\": \"Secret\"}"), true, &message) == PODVERDICT_INVALID_VALUE);
  CHECK(strncmp(message.data, "kind: ", 6) == 0);
  podverdict_string_free(&message);
  CHECK(podverdict_cluster_set_object(cluster, S("{"), true, NULL) == PODVERDICT_MALFORMED);
  CHECK(podverdict_cluster_set_object(NULL, S(group), true, NULL) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(podverdict_cluster_gang_explain(NULL, queue, 2, NULL, 0, 0, &answer, NULL) == PODVERDICT_INVALID_ARGUMENT);
  CHECK(podverdict_cluster_gang_explain(cluster, NULL, 2, NULL, 0, 0, &answer, NULL) == PODVERDICT_INVALID_ARGUMENT);
  podverdict_cluster_free(cluster);
  for (int i = 0; i < 2; i++) podverdict_pod_free(workers[i]);
}

static void *all(void *unused) {
  (void)unused;
  for (int round = 0; round < 20; round++) {
    check_versions();
    check_eval();
    check_kubernetes();
    check_restart();
    check_quantities();
    check_pods();
    check_clusters();
    check_gangs();
  }
  return NULL;
}

int main(int count, char **arguments) {
  long threads = count > 1 ? strtol(arguments[1], NULL, 10) : 0;
  pthread_t running[64];
  if (threads > 64) return 2;
  podverdict_gate gates[] = {{S("GenericWorkload"), true}};
  CHECK(podverdict_kubernetes_new(S("1.37"), gates, 1, &k8s, NULL) == PODVERDICT_OK);
  CHECK(podverdict_pod_parse(k8s, S(POD), true, &shared_pod, NULL) == PODVERDICT_OK);
  CHECK(podverdict_cluster_new(k8s, &shared_cluster) == PODVERDICT_OK);
  CHECK(podverdict_cluster_set_node(shared_cluster, S(NODE), NULL) == PODVERDICT_OK);
  CHECK(podverdict_cluster_set_pod(shared_cluster, shared_pod) == PODVERDICT_OK);
  for (long i = 0; i < threads; i++) CHECK(pthread_create(&running[i], NULL, all, NULL) == 0);
  for (long i = 0; i < threads; i++) CHECK(pthread_join(running[i], NULL) == 0);
  if (threads == 0) all(NULL);
  podverdict_cluster_free(shared_cluster);
  podverdict_pod_free(shared_pod);
  podverdict_kubernetes_free(k8s);
  return 0;
}
