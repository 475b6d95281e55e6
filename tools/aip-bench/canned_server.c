/* Speaks as much MCP as the benchmarks need, without parsing it: each line gets a canned answer with its id. The tool
 * `image` gives 10 MiB, `t` a number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char* answerTo(const char* line) {
    if (strstr(line, "\"initialize\"") != NULL) {
        return "{\"protocolVersion\":\"2025-11-25\"}";
    }
    return strstr(line, "\"tools/list\"") != NULL
               ? "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}},"
                 "{\"name\":\"image\",\"inputSchema\":{\"type\":\"object\"}}]}"
               : "{\"structuredContent\":7}";
}

static void say(const char* text, size_t size) {
    while (size > 0) {
        const ssize_t written = write(STDOUT_FILENO, text, size);
        if (written <= 0) {
            exit(EXIT_FAILURE);
        }
        text += written;
        size -= (size_t)written;
    }
}

/* In one piece, made once: it costs no more than its way through the pipe. The id has ten digits. */
static void sayImage(long id) {
    enum { size = 10 << 20, around = 256 };
    static char text[size + around];
    static size_t length;
    static size_t number;
    if (length == 0) {
        number = (size_t)sprintf(text, "{\"jsonrpc\":\"2.0\",\"id\":");
        length = number + (size_t)sprintf(text + number,
                                          "%10ld,\"result\":{\"content\":[{\"type\":\"image\","
                                          "\"mimeType\":\"image/png\",\"data\":\"",
                                          id);
        memset(text + length, 'A', size);
        length += size;
        length += (size_t)sprintf(text + length, "\"}]}}\n");
    }
    char digits[16];
    sprintf(digits, "%10ld", id);
    memcpy(text + number, digits, 10);
    say(text, length);
}

static void answer(const char* line) {
    const char* id = strstr(line, "\"id\":");
    if (id != NULL) {
        const long number = strtol(id + 5, NULL, 10);
        if (strstr(line, "\"name\":\"image\"") != NULL) {
            sayImage(number);
            return;
        }
        char text[512];
        say(text, (size_t)snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":%s}\n", number,
                                   answerTo(line)));
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
