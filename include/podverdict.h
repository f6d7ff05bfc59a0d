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
 *             Wrong pointers and lengths cannot be noticed, except NULL.
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

// The major version of this header.
#define PODVERDICT_VERSION_MAJOR 0

// The minor version of this header.
#define PODVERDICT_VERSION_MINOR 1

// The patch version of this header.
#define PODVERDICT_VERSION_PATCH 0

// The version of this header as one number: major * 1000000 + minor * 1000 + patch.
#define PODVERDICT_VERSION 1000

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

// The version of the library that runs, as one number like PODVERDICT_VERSION.
uint32_t podverdict_version(void);

// The version of the library that runs, as text; it lives as long as the library.
const char *podverdict_version_text(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PODVERDICT_H */
