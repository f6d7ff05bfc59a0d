/* What a runtime's shim asks when a container has ended: run it again?
 *
 *   shim EXIT_CODE [REASON]
 *
 * The container keeps its own policy, Never, but has two rules: 42 restarts it, 137 restarts its whole pod. */

#include <podverdict.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
  static const int32_t again[] = {42}, everything[] = {137};
  static const podverdict_restart_rule rules[] = {
      {PODVERDICT_ACTION_RESTART, PODVERDICT_OPERATOR_IN, again, 1},
      {PODVERDICT_ACTION_RESTART_ALL_CONTAINERS, PODVERDICT_OPERATOR_IN, everything, 1},
  };
  podverdict_kubernetes *kubernetes = NULL;
  podverdict_string text = {NULL, 0};
  podverdict_decision decision;
  podverdict_exit exit;
  podverdict_status status;

  if (count < 2) {
    fprintf(stderr, "usage: shim EXIT_CODE [REASON]\n");
    return 2;
  }
  memset(&exit, 0, sizeof exit);
  exit.exit_code = (int32_t)strtol(arguments[1], NULL, 10);
  if (count > 2) {
    exit.reason = arguments[2];
    exit.reason_len = strlen(arguments[2]);
  }
  exit.pod_policy = PODVERDICT_POLICY_NEVER;
  exit.container_policy = PODVERDICT_POLICY_NEVER;
  exit.rules = rules;
  exit.rules_len = 2;

  status = podverdict_kubernetes_new("1.37", 4, NULL, 0, &kubernetes, &text);
  if (status == PODVERDICT_OK) status = podverdict_restart_decide(kubernetes, &exit, &decision, &text);
  if (status == PODVERDICT_OK) status = podverdict_decision_text(&decision, &text);
  podverdict_kubernetes_free(kubernetes);
  if (status != PODVERDICT_OK) {
    fprintf(stderr, "%s: %s\n", podverdict_status_name(status), text.data ? text.data : "");
    podverdict_string_free(&text);
    return 1;
  }
  printf("%s: %s\n",
         decision.verdict == PODVERDICT_LEAVE     ? "leave it"
         : decision.verdict == PODVERDICT_RESTART ? "restart it"
                                                  : "restart all containers",
         text.data);
  podverdict_string_free(&text);
  return 0;
}
