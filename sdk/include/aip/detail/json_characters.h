/* Characters of JSON: UTF-8 and escapes. Part of aip/json.h. */
#ifndef AIP_DETAIL_JSON_CHARACTERS_H
#define AIP_DETAIL_JSON_CHARACTERS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
#define AIP_INLINE inline
#else
#define AIP_INLINE static inline
#endif

/* Length of the valid UTF-8 character at `at`, 0 if there is none; `at` is not `end`. */
AIP_INLINE size_t aip_utf8_length(const char* at, const char* end) {
    const unsigned char first = (unsigned char)at[0];
    const size_t length = first < 0x80   ? 1
                          : first < 0xC2 ? 0
                          : first < 0xE0 ? 2
                          : first < 0xF0 ? 3
                          : first < 0xF5 ? 4
                                         : 0;
    const unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    size_t i;
    if ((size_t)(end - at) < length) {
        return 0;
    }
    if (length > 1 && ((unsigned char)at[1] < least || (unsigned char)at[1] > most)) {
        return 0;
    }
    for (i = 2; i < length; ++i) {
        if (((unsigned char)at[i] & 0xC0U) != 0x80) {
            return 0;
        }
    }
    return length;
}

/* Writes a character as UTF-8; returns its length. */
AIP_INLINE size_t aip_utf8_write(uint32_t character, char* out) {
    const size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    const uint32_t first = length == 1 ? 0 : length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0;
    size_t i;
    for (i = length - 1; i != 0; --i) {
        out[i] = (char)(0x80U | (character & 0x3FU));
        character >>= 6U;
    }
    out[0] = (char)(first | character);
    return length;
}

/* Four hexadecimal digits as a number; -1 if they are none. */
AIP_INLINE int32_t aip_json_hex(const char* at, const char* end) {
    int32_t code = 0;
    int i;
    if (end - at < 4) {
        return -1;
    }
    for (i = 0; i < 4; ++i) {
        const char c = at[i];
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) {
            return -1;
        }
        code = code * 16 + digit;
    }
    return code;
}

/* The character of the escape at `at`, and the place after it; null if it is not a valid one. */
AIP_INLINE const char* aip_json_escape(const char* at, const char* end, uint32_t* character) {
    static const char names[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    const char* name = end - at < 2 || at[1] == '\0' ? NULL : strchr(names, at[1]);
    int32_t code, second;
    if (name != NULL) {
        *character = (unsigned char)meant[name - names];
        return at + 2;
    }
    code = end - at < 2 || at[1] != 'u' ? -1 : aip_json_hex(at + 2, end);
    if (code < 0 || (code >= 0xDC00 && code < 0xE000)) {
        return NULL;
    }
    *character = (uint32_t)code;
    if (code < 0xD800 || code >= 0xE000) {
        return at + 6;
    }
    second = end - at < 12 || at[6] != '\\' || at[7] != 'u' ? -1 : aip_json_hex(at + 8, end);
    if (second < 0xDC00 || second >= 0xE000) {
        return NULL;
    }
    *character = 0x10000U + ((uint32_t)(code - 0xD800) << 10U) + (uint32_t)(second - 0xDC00);
    return at + 12;
}

#endif
