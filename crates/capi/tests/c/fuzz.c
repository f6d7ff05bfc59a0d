/* libFuzzer's target: any bytes are a request. The call must succeed with an answer that is a JSON object, by its ends.
 *
 * Most changes of single bytes only break the JSON. So three of four mutations put another value in the place of a value:
 * one from elsewhere in the request, or an odd one. */

#include <podverdict.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  podverdict_string answer = {NULL, 0};
  if (podverdict_eval((const char *)data, size, "1.37", 4, &answer, NULL) != PODVERDICT_OK) abort();
  if (answer.len < 2 || answer.data[0] != '{' || answer.data[answer.len - 1] != '}') abort();
  podverdict_string_free(&answer);
  return 0;
}

static const char *const ODD[] = {
    "null", "true", "false", "0", "-1", "2147483648", "9223372036854775807", "1e99", "0.1", "\"\"", "[]", "{}",
    "[null]", "\"1e-9\"", "\"-1\"", "\"9223372036854775807\"", "\"99999999999999999999Ei\"", "\"1.5\"", "\"Always\"",
    "\"Never\"", "\"OnFailure\"", "\"RestartAllContainers\"", "\"NotIn\"", "\"1.35\"", "\"1.36\"", "\"cpu\"",
    "\"memory\"", "\"2026-01-02T03:04:05Z\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"",
};

/* A value's place in the text, found from a random place on; its length is 0 if there is none. */
static size_t value(const uint8_t *text, size_t size, size_t *start) {
  size_t at = *start, depth = 0;
  int quoted = 0;
  while (at < size && !strchr(":[,", text[at])) at++;
  at++;
  while (at < size && text[at] == ' ') at++;
  *start = at;
  for (; at < size; at++) {
    if (quoted) {
      if (text[at] == '\\') at++;
      else if (text[at] == '"') quoted = 0;
    } else if (text[at] == '"') {
      quoted = 1;
    } else if (strchr("[{", text[at])) {
      depth++;
    } else if (strchr("]},", text[at])) {
      if (depth == 0) return at - *start;
      if (text[at] != ',') depth--;
    }
  }
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed) {
  uint8_t copy[4096];
  size_t from, to, old, new;
  const uint8_t *with;
  srand(seed);
  if (size == 0 || size > sizeof copy || rand() % 4 == 0) return LLVMFuzzerMutate(data, size, room);
  to = (size_t)rand() % size;
  old = value(data, size, &to);
  if (rand() % 2) {
    memcpy(copy, data, size);
    from = (size_t)rand() % size;
    new = value(copy, size, &from);
    with = copy + from;
  } else {
    const char *odd = ODD[(size_t)rand() % (sizeof ODD / sizeof *ODD)];
    new = strlen(odd);
    with = (const uint8_t *)odd;
  }
  if (old == 0 || new == 0 || size - old + new > room) return LLVMFuzzerMutate(data, size, room);
  memmove(data + to + new, data + to + old, size - to - old);
  memcpy(data + to, with, new);
  return size - old + new;
}
