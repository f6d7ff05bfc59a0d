/* Answers requests, one JSON object a line on stdin, one answer a line on stdout. */

#define _POSIX_C_SOURCE 200809L

#include <podverdict.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

int main(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    if (podverdict_version() != PODVERDICT_VERSION) {
        fprintf(stderr, "the library is %s, the header another version\n", podverdict_version_text());
        return 1;
    }
    while ((length = getline(&line, &room, stdin)) > 0) {
        podverdict_string answer, message = {NULL, 0};
        podverdict_status status =
            podverdict_eval(line, (size_t)length - 1, NULL, 0, &answer, &message);
        if (status != PODVERDICT_OK) {
            fprintf(stderr, "%s: %s\n", podverdict_status_name(status), message.data);
            podverdict_string_free(&message);
            free(line);
            return 1;
        }
        fwrite(answer.data, 1, answer.len, stdout);
        putchar('\n');
        podverdict_string_free(&answer);
    }
    free(line);
    return 0;
}
