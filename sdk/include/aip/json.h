/*
 * aip/json.h - reads JSON. C11 and C++, header only, allocates nothing, needs the C library only.
 *
 *     aip_json parameters;
 *     int64_t times = 1;
 *     char name[256];
 *     if (aip_json_parse(command->parameters_json, &parameters) != NULL) ...     // says what is wrong
 *     if (aip_json_string(aip_json_member(parameters, "name"), name, sizeof name) < 0) ...
 *     aip_json_int64(aip_json_member(parameters, "times"), &times);              // stays 1 if it is not there
 *
 * Strict RFC 8259: valid UTF-8, no lone surrogates, nothing after the value, AIP_JSON_DEPTH levels. A text is checked
 * once, by aip_json_parse(); what it hands out is a place in that text, valid as long as the text. A value that is not
 * there is absent: everything may be asked of it, and the answer is no.
 */
#ifndef AIP_JSON_H
#define AIP_JSON_H

#include "abi.h"
#include "detail/json_characters.h"
#include "detail/json_decimal.h"
#include "detail/json_scan.h"

/* A value in a checked text: its first byte, and the end of the whole text. Absent if `at` is null. */
typedef struct aip_json {
    const char* at;
    const char* end;
} aip_json;

#define AIP_JSON_ABSENT 0
#define AIP_JSON_NULL 1
#define AIP_JSON_BOOL 2
#define AIP_JSON_NUMBER 3
#define AIP_JSON_STRING 4
#define AIP_JSON_ARRAY 5
#define AIP_JSON_OBJECT 6

/* ---- checking ---- */

/* Takes a text apart. Null if it is one JSON value, which is then *value; else what is wrong with it, at the place to
 * which value->at is set: it is not to be read from. */
AIP_INLINE const char* aip_json_scan(aip_text text, aip_json* value) {
    const char* at = text.size == 0 ? "" : text.data;
    const char* end = at + text.size;
    const char* first = aip_json_skip_space(at, end);
    const char* problem = aip_json_scan_value(&at, end);
    if (problem == NULL) {
        at = aip_json_skip_space(at, end);
        problem = at == end ? NULL : "something after the value";
    }
    value->at = problem == NULL ? first : at;
    value->end = end;
    return problem;
}

/* The same for those who do not ask where: *value is absent if the text is not valid. */
AIP_INLINE const char* aip_json_parse(aip_text text, aip_json* value) {
    const char* problem = aip_json_scan(text, value);
    value->at = problem == NULL ? value->at : NULL;
    return problem;
}

/* ---- walking through what was checked ---- */

AIP_INLINE int aip_json_type(aip_json value) {
    switch (value.at == NULL ? '\0' : *value.at) {
        case '\0':
            return AIP_JSON_ABSENT;
        case 'n':
            return AIP_JSON_NULL;
        case 't':
        case 'f':
            return AIP_JSON_BOOL;
        case '"':
            return AIP_JSON_STRING;
        case '[':
            return AIP_JSON_ARRAY;
        case '{':
            return AIP_JSON_OBJECT;
        default:
            return AIP_JSON_NUMBER;
    }
}

AIP_INLINE int aip_json_is_null(aip_json value) {
    return aip_json_type(value) == AIP_JSON_NULL;
}

AIP_INLINE const char* aip_json_string_end(const char* at, const char* end) {
    const char* from = at + 1;
    for (;;) {
        const char* quote = (const char*)memchr(from, '"', (size_t)(end - from));
        const char* slash = quote;
        if (quote == NULL) {
            return end;
        }
        while (slash != from && slash[-1] == '\\') {
            --slash;
        }
        from = quote + 1;
        if (((quote - slash) & 1) == 0) {
            return from;
        }
    }
}

/* The place after a value. */
AIP_INLINE const char* aip_json_after(aip_json value) {
    const int type = aip_json_type(value);
    const char* at = value.at;
    size_t depth = 0;
    if (type == AIP_JSON_STRING) {
        return aip_json_string_end(at, value.end);
    }
    if (type == AIP_JSON_ARRAY || type == AIP_JSON_OBJECT) {
        do {
            depth += *at == '{' || *at == '[';
            depth -= *at == '}' || *at == ']';
            at = *at == '"' ? aip_json_string_end(at, value.end) : at + 1;
        } while (depth != 0 && at != value.end);
        return at;
    }
    while (type != AIP_JSON_ABSENT && at != value.end && *at > ' ' && *at != ',' && *at != ']' && *at != '}') {
        ++at;
    }
    return at;
}

/* The text of a value as it stands there; empty if absent. */
AIP_INLINE aip_text aip_json_raw(aip_json value) {
    aip_text text;
    text.data = value.at;
    text.size = (uint64_t)(aip_json_after(value) - value.at);
    return text;
}

/* The items of an array or the members of an object, one after the other; of anything else none:
 *     aip_json_items item = aip_json_items_of(list);
 *     while (aip_json_next(&item)) ... item.value, and item.name in an object */
typedef struct aip_json_items {
    aip_json name; /* absent in an array */
    aip_json value;
    const char* rest; /* the value before it is passed over; who knows where it ends may say so here */
    const char* end;
    int object;
} aip_json_items;

AIP_INLINE aip_json_items aip_json_items_of(aip_json container) {
    const int type = aip_json_type(container);
    const int any = type == AIP_JSON_ARRAY || type == AIP_JSON_OBJECT;
    aip_json_items items;
    items.name.at = items.value.at = NULL;
    items.name.end = items.value.end = items.end = container.end;
    items.rest = any ? container.at + 1 : container.end;
    items.object = type == AIP_JSON_OBJECT;
    return items;
}

/* 1 if there is another one. */
AIP_INLINE int aip_json_next(aip_json_items* items) {
    const char* at = items->rest == items->value.at && items->rest != NULL ? aip_json_after(items->value) : items->rest;
    at = at == items->end ? at : aip_json_skip_space(at, items->end);
    if (at != items->end && *at == ',') {
        at = aip_json_skip_space(at + 1, items->end);
    }
    if (at == items->end || *at == ']' || *at == '}') {
        items->rest = items->end;
        items->name.at = items->value.at = NULL;
        return 0;
    }
    if (items->object) {
        items->name.at = at;
        at = aip_json_skip_space(aip_json_string_end(at, items->end), items->end);
        at = aip_json_skip_space(at + 1, items->end); /* the colon */
    }
    items->rest = items->value.at = at;
    return 1;
}

/* ---- reading: each returns 1, or 0 and leaves *out as it is if the value is none of that kind ---- */

AIP_INLINE int aip_json_bool(aip_json value, int* out) {
    const int fits = aip_json_type(value) == AIP_JSON_BOOL;
    *out = fits ? *value.at == 't' : *out;
    return fits;
}

/* The nearest double. One that would be infinite does not count as a number. */
AIP_INLINE int aip_json_double(aip_json value, double* out) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    aip_json_decimal number;
    double result = 0;
    if (aip_json_type(value) != AIP_JSON_NUMBER) {
        return 0;
    }
    aip_json_take_apart(value.at, value.end, &number);
    if (number.count <= 19 && number.leading <= UINT64_C(1) << 53U && number.exponent >= -22 && number.exponent <= 22) {
        result = (double)number.leading; /* both are exact, so one operation rounds once */
        result = number.exponent < 0 ? result / powers[-number.exponent] : result * powers[number.exponent];
    } else if (number.count != 0) {
        result = aip_json_by_strtod(&number);
    }
    if (result - result != 0) {
        return 0;
    }
    *out = number.negative ? -result : result;
    return 1;
}

/* 1 if the number is written without point and exponent and its magnitude fits; 0 if it is to be read as a double. */
AIP_INLINE int aip_json_magnitude(aip_json value, uint64_t* out) {
    const char* at = value.at + (*value.at == '-');
    uint64_t magnitude = 0;
    for (; at != value.end && *at >= '0' && *at <= '9'; ++at) {
        const uint64_t digit = (uint64_t)(*at - '0');
        if (magnitude > (UINT64_MAX - digit) / 10) {
            return 0;
        }
        magnitude = magnitude * 10 + digit;
    }
    *out = magnitude;
    return at == value.end || (*at != '.' && *at != 'e' && *at != 'E');
}

/* A number without a fraction as sign and magnitude; "3.0" and "3e2" are such, too. */
AIP_INLINE int aip_json_whole(aip_json value, int* negative, uint64_t* magnitude) {
    double number = 0;
    if (aip_json_type(value) != AIP_JSON_NUMBER) {
        return 0;
    }
    *negative = *value.at == '-';
    if (aip_json_magnitude(value, magnitude)) {
        return 1;
    }
    if (!aip_json_double(value, &number)) {
        return 0;
    }
    number = *negative ? -number : number;
    if (number >= 18446744073709551616.0 || number != (double)(uint64_t)number) {
        return 0;
    }
    *magnitude = (uint64_t)number;
    return 1;
}

AIP_INLINE int aip_json_int64(aip_json value, int64_t* out) {
    int negative = 0;
    uint64_t magnitude = 0;
    if (!aip_json_whole(value, &negative, &magnitude) || magnitude > (uint64_t)INT64_MAX + (uint64_t)negative) {
        return 0;
    }
    *out = negative && magnitude != 0 ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
    return 1;
}

AIP_INLINE int aip_json_uint64(aip_json value, uint64_t* out) {
    int negative = 0;
    uint64_t magnitude = 0;
    if (!aip_json_whole(value, &negative, &magnitude) || (negative && magnitude != 0)) {
        return 0;
    }
    *out = magnitude;
    return 1;
}

/* ---- strings ---- */

/* What stands between the quotes of a string, escapes as they are. 1 if it holds none, so that it is the text itself.
 */
AIP_INLINE int aip_json_view(aip_json string, aip_text* inside) {
    const int fits = aip_json_type(string) == AIP_JSON_STRING;
    inside->data = fits ? string.at + 1 : NULL;
    inside->size = fits ? (uint64_t)(aip_json_after(string) - string.at - 2) : 0;
    return fits && (inside->size == 0 || memchr(inside->data, '\\', (size_t)inside->size) == NULL);
}

/* Writes the text of what aip_json_view() has found to `out`, which has room for inside.size bytes; returns its length.
 */
AIP_INLINE uint64_t aip_json_unescape(aip_text inside, char* out) {
    const char* at = inside.size == 0 ? "" : inside.data;
    const char* end = at + inside.size;
    const char* begin = out;
    while (at != end) {
        const char* slash = (const char*)memchr(at, '\\', (size_t)(end - at));
        const size_t plain = (size_t)((slash != NULL ? slash : end) - at);
        uint32_t character = 0;
        memcpy(out, at, plain);
        out += plain;
        at += plain;
        if (slash != NULL) {
            at = aip_json_escape(at, end, &character);
            out += aip_utf8_write(character, out);
        }
    }
    return (uint64_t)(out - begin);
}

/* The next byte, or the character of the next escape, within a string: writes it to `out`, returns its length. */
AIP_INLINE size_t aip_json_step(const char** at, const char* end, char* out) {
    uint32_t character = 0;
    if (**at != '\\') {
        *out = *(*at)++;
        return 1;
    }
    *at = aip_json_escape(*at, end, &character);
    return aip_utf8_write(character, out);
}

/* The text of a string with a 0 after it. Returns its length; -1 if it is none, or needs more than `capacity` bytes. */
AIP_INLINE int64_t aip_json_string(aip_json string, char* out, uint64_t capacity) {
    aip_text inside;
    uint64_t size = 0;
    const char* at;
    const char* end;
    aip_json_view(string, &inside);
    if (inside.data == NULL || capacity == 0) {
        return -1;
    }
    at = inside.data;
    end = at + inside.size;
    while (at != end) {
        char character[4];
        const size_t length = aip_json_step(&at, end, character);
        if (capacity - size <= length) {
            return -1;
        }
        memcpy(out + size, character, length);
        size += length;
    }
    out[size] = '\0';
    return (int64_t)size;
}

/* Whether a string has this text. */
AIP_INLINE int aip_json_is(aip_json string, aip_text text) {
    aip_text inside;
    const char* at;
    const char* end;
    uint64_t place = 0;
    if (aip_json_view(string, &inside)) {
        return inside.size == text.size && (text.size == 0 || memcmp(inside.data, text.data, (size_t)text.size) == 0);
    }
    if (inside.data == NULL) {
        return 0;
    }
    at = inside.data;
    end = at + inside.size;
    while (at != end) {
        char character[4];
        const size_t length = aip_json_step(&at, end, character);
        if (text.size - place < length || memcmp(text.data + place, character, length) != 0) {
            return 0;
        }
        place += length;
    }
    return place == text.size;
}

/* The last member of that name in an object; absent if there is none. */
AIP_INLINE aip_json aip_json_member(aip_json object, const char* name) {
    aip_json_items items = aip_json_items_of(object);
    aip_json found;
    aip_text text;
    text.data = name;
    text.size = strlen(name);
    found.at = NULL;
    found.end = object.end;
    while (aip_json_next(&items)) {
        if (aip_json_is(items.name, text)) {
            found = items.value;
        }
    }
    return found;
}

#endif
