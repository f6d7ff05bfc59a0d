/* Checks pods that come from a pipe, one JSON object a line, as the API server of a release would:
 *
 *   kubectl get pods -o json | jq -c '.items[]' | check 1.37
 *
 * It writes an answer a line, and its exit status is 1 if any pod is refused or cannot be read. */

#define _POSIX_C_SOURCE 200809L

#include <podverdict.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

int main(int count, char **arguments) {
  static const char head[] = "{\"op\": \"validate_pod_create\", \"pod\": ";
  const char *release = count > 1 ? arguments[1] : "1.37";
  char *line = NULL;
  size_t room = 0;
  ssize_t length;
  int refused = 0;

  while ((length = getline(&line, &room, stdin)) > 0) {
    podverdict_string answer = {NULL, 0}, message = {NULL, 0};
    podverdict_status status;
    size_t size = sizeof head - 1 + (size_t)length + 1;
    char *request = malloc(size);
    if (request == NULL) return 2;
    memcpy(request, head, sizeof head - 1);
    memcpy(request + sizeof head - 1, line, (size_t)length);
    request[size - 1] = '}';
    status = podverdict_eval(request, size, release, strlen(release), &answer, &message);
    free(request);
    if (status != PODVERDICT_OK) {
      fprintf(stderr, "%s: %s\n", podverdict_status_name(status), message.data);
      podverdict_string_free(&message);
      free(line);
      return 2;
    }
    puts(answer.data);
    refused |= strstr(answer.data, "\"errors\":[]") == NULL;
    podverdict_string_free(&answer);
  }
  free(line);
  return refused;
}
