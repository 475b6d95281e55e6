/* A JSON number as digits and a power of ten. Part of aip/json.h. */
#ifndef AIP_DETAIL_JSON_DECIMAL_H
#define AIP_DETAIL_JSON_DECIMAL_H

#include "json_characters.h"

#include <stdlib.h>

/* How many digits decide about a double. */
#define AIP_JSON_DIGITS 780

/* A number taken apart: its digits without leading zeros and point, and the power of ten of the last one. */
typedef struct aip_json_decimal {
    char digits[AIP_JSON_DIGITS + 32]; /* and room for a sign and an exponent */
    size_t count;
    int64_t exponent;
    uint64_t leading; /* the first 19 digits */
    int negative;
} aip_json_decimal;

AIP_INLINE int64_t aip_json_exponent(const char* at, const char* end) {
    const int negative = at != end && *at == '-';
    int64_t exponent = 0;
    at += at != end && (*at == '-' || *at == '+');
    for (; at != end && *at >= '0' && *at <= '9'; ++at) {
        exponent = exponent < INT64_C(100000000000000) ? exponent * 10 + (*at - '0') : exponent;
    }
    return negative ? -exponent : exponent;
}

AIP_INLINE void aip_json_take_apart(const char* at, const char* end, aip_json_decimal* out) {
    int after_point = 0;
    int lost = 0;
    out->negative = *at == '-';
    at += out->negative;
    out->count = 0;
    out->exponent = 0;
    out->leading = 0;
    for (; at != end && ((*at >= '0' && *at <= '9') || *at == '.'); ++at) {
        if (*at == '.') {
            after_point = 1;
        } else if (out->count == AIP_JSON_DIGITS) {
            lost |= *at != '0';
            out->exponent += !after_point;
        } else {
            out->leading = out->count < 19 ? out->leading * 10 + (uint64_t)(*at - '0') : out->leading;
            out->digits[out->count] = *at;
            out->count += out->count != 0 || *at != '0';
            out->exponent -= after_point;
        }
    }
    if (lost) {
        out->digits[out->count++] = '1';
        --out->exponent;
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        out->exponent += aip_json_exponent(at + 1, end);
    }
}

/* strtod() without the point, which depends on the locale. */
AIP_INLINE double aip_json_by_strtod(aip_json_decimal* number) {
    char* out = number->digits + number->count;
    int64_t rest = number->exponent < 0 ? -number->exponent : number->exponent;
    int64_t unit = 100000;
    rest = rest < 10 * unit ? rest : 10 * unit - 1;
    *out++ = 'e';
    *out++ = number->exponent < 0 ? '-' : '+';
    for (; unit != 0; unit /= 10) {
        *out++ = (char)('0' + rest / unit);
        rest %= unit;
    }
    *out = '\0';
    return strtod(number->digits, NULL);
}

#endif
