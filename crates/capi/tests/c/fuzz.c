/* libFuzzer's target: any bytes are a request. The call must succeed with an answer that is a JSON object, by its ends. */

#include <podverdict.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  podverdict_string answer = {NULL, 0};
  if (podverdict_eval((const char *)data, size, "1.37", 4, &answer, NULL) != PODVERDICT_OK) abort();
  if (answer.len < 2 || answer.data[0] != '{' || answer.data[answer.len - 1] != '}') abort();
  podverdict_string_free(&answer);
  return 0;
}
