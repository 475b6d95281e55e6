/* Checking JSON. Part of aip/json.h. */
#ifndef AIP_DETAIL_JSON_SCAN_H
#define AIP_DETAIL_JSON_SCAN_H

#include "json_characters.h"

#define AIP_JSON_DEPTH 256

/* Whether one of these eight bytes ends a string, begins an escape, is a control character or not ASCII. */
AIP_INLINE int aip_json_any_special(const char* eight) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = ones * 0x80;
    uint64_t word, quote, slash;
    memcpy(&word, eight, sizeof word);
    quote = word ^ ones * '"';
    slash = word ^ ones * '\\';
    return ((word | (word - ones * 0x20) | (quote - ones) | (slash - ones)) & tops) != 0;
}

AIP_INLINE const char* aip_json_skip_plain(const char* at, const char* end) {
    while (end - at >= 16 && !(aip_json_any_special(at) | aip_json_any_special(at + 8))) {
        at += 16;
    }
    while (at != end && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80 && *at != '"' && *at != '\\') {
        ++at;
    }
    return at;
}

AIP_INLINE const char* aip_json_skip_space(const char* at, const char* end) {
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
        ++at;
    }
    return at;
}

/* Each aip_json_scan_ function takes what it is named after from *at on and puts *at behind it. Returns null, or what
 * is wrong at *at. */
AIP_INLINE const char* aip_json_scan_string(const char** at, const char* end) {
    const char* next = *at + 1;
    uint32_t ignored;
    if (*at == end || **at != '"') {
        return "expected a string";
    }
    for (;;) {
        *at = next = aip_json_skip_plain(next, end);
        if (next == end) {
            return "the string does not end";
        }
        if (*next == '"') {
            *at = next + 1;
            return NULL;
        }
        if ((unsigned char)*next < 0x20) {
            return "a control character in a string";
        }
        if (*next == '\\') {
            next = aip_json_escape(next, end, &ignored);
            if (next == NULL) {
                return "not a valid escape in a string";
            }
        } else {
            const size_t length = aip_utf8_length(next, end);
            if (length == 0) {
                return "not valid UTF-8 in a string";
            }
            next += length;
        }
    }
}

AIP_INLINE const char* aip_json_skip_digits(const char* at, const char* end) {
    while (at != end && *at >= '0' && *at <= '9') {
        ++at;
    }
    return at;
}

AIP_INLINE const char* aip_json_scan_number(const char** at, const char* end) {
    const char* first = *at + (*at != end && **at == '-');
    const char* next = aip_json_skip_digits(first, end);
    if (next == first || (*first == '0' && next - first > 1)) {
        return next == first ? "expected a value" : "a number with a leading zero";
    }
    if (next != end && *next == '.') {
        first = next + 1;
        next = aip_json_skip_digits(first, end);
        if (next == first) {
            return "a number without digits after its point";
        }
    }
    if (next != end && (*next == 'e' || *next == 'E')) {
        first = next + 1;
        first += first != end && (*first == '+' || *first == '-');
        next = aip_json_skip_digits(first, end);
        if (next == first) {
            return "a number without digits in its exponent";
        }
    }
    *at = next;
    return NULL;
}

AIP_INLINE const char* aip_json_scan_word(const char** at, const char* end, const char* word) {
    const size_t length = strlen(word);
    if ((size_t)(end - *at) < length || memcmp(*at, word, length) != 0) {
        return "expected a value";
    }
    *at += length;
    return NULL;
}

AIP_INLINE const char* aip_json_scan_scalar(const char** at, const char* end) {
    switch (*at == end ? '\0' : **at) {
        case '"':
            return aip_json_scan_string(at, end);
        case 't':
            return aip_json_scan_word(at, end, "true");
        case 'f':
            return aip_json_scan_word(at, end, "false");
        case 'n':
            return aip_json_scan_word(at, end, "null");
        default:
            return aip_json_scan_number(at, end);
    }
}

/* A member's name, its colon, and the space around them. */
AIP_INLINE const char* aip_json_scan_name(const char** at, const char* end) {
    const char* problem;
    *at = aip_json_skip_space(*at, end);
    problem = aip_json_scan_string(at, end);
    *at = aip_json_skip_space(*at, end);
    if (problem == NULL && (*at == end || **at != ':')) {
        return "expected ':'";
    }
    *at += problem == NULL;
    return problem;
}

/* Everything that ends with the value before *at: closing brackets, up to the comma before the next value or to the end
 * of the outermost. */
AIP_INLINE const char* aip_json_scan_ends(const char** at, const char* end, const char* closing, uint32_t* depth) {
    while (*depth != 0) {
        *at = aip_json_skip_space(*at, end);
        if (*at == end) {
            return "an array or object does not end";
        }
        if (**at == ',') {
            ++*at;
            return closing[*depth - 1] == '}' ? aip_json_scan_name(at, end) : NULL;
        }
        if (**at != closing[*depth - 1]) {
            return closing[*depth - 1] == '}' ? "expected ',' or '}'" : "expected ',' or ']'";
        }
        ++*at;
        --*depth;
    }
    return NULL;
}

AIP_INLINE const char* aip_json_scan_value(const char** at, const char* end) {
    char closing[AIP_JSON_DEPTH];
    uint32_t depth = 0;
    const char* problem = NULL;
    do {
        *at = aip_json_skip_space(*at, end);
        if (*at != end && (**at == '{' || **at == '[')) {
            if (depth == AIP_JSON_DEPTH) {
                return "nested too deeply";
            }
            closing[depth++] = **at == '{' ? '}' : ']';
            *at = aip_json_skip_space(*at + 1, end);
            if (*at == end || **at != closing[depth - 1]) {
                problem = closing[depth - 1] == '}' ? aip_json_scan_name(at, end) : NULL;
                continue;
            }
        } else {
            problem = aip_json_scan_scalar(at, end);
        }
        problem = problem != NULL ? problem : aip_json_scan_ends(at, end, closing, &depth);
    } while (problem == NULL && depth != 0);
    return problem;
}

#endif
