/* Speaks as much MCP as the benchmarks need, without parsing it: each line gets a canned answer with its id. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char* answerTo(const char* line) {
    if (strstr(line, "\"initialize\"") != NULL) {
        return "{\"protocolVersion\":\"2025-11-25\"}";
    }
    return strstr(line, "\"tools/list\"") != NULL ? "{\"tools\":[{\"name\":\"t\"}]}" : "{\"structuredContent\":7}";
}

static void answer(const char* line) {
    const char* id = strstr(line, "\"id\":");
    if (id != NULL) {
        char text[256];
        const int size = snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":%s}\n",
                                  strtol(id + 5, NULL, 10), answerTo(line));
        if (write(STDOUT_FILENO, text, (size_t)size) != size) {
            exit(EXIT_FAILURE);
        }
    }
}

int main(void) {
    static char bytes[1 << 16];
    for (ssize_t size = 1; size > 0;) {
        size = read(STDIN_FILENO, bytes, sizeof bytes - 1);
        bytes[size > 0 ? size : 0] = '\0';
        for (char *line = bytes, *end = NULL; (end = strchr(line, '\n')) != NULL; line = end + 1) {
            *end = '\0';
            answer(line);
        }
    }
    return 0;
}
