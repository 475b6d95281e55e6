#include "schema/number.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace aip::schema {
namespace {

constexpr double twoTo64 = 18446744073709551616.0;

int order(std::uint64_t a, std::uint64_t b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

int order(double a, double b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

std::uint64_t addModulo(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
    return a >= modulus - b ? a - (modulus - b) : a + b;
}

std::uint64_t tenfoldModulo(std::uint64_t value, std::uint64_t modulus) {
    const std::uint64_t two = addModulo(value, value, modulus);
    const std::uint64_t four = addModulo(two, two, modulus);
    return addModulo(addModulo(four, four, modulus), two, modulus);
}

}  // namespace

Number Number::of(std::uint64_t value) {
    Number number;
    number._whole = true;
    number._magnitude = value;
    return number;
}

Number Number::of(std::int64_t value) {
    Number number = of(value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
    number._negative = value < 0;
    return number;
}

Number Number::of(double value) {
    if (std::abs(value) < twoTo64 && std::trunc(value) == value) {
        Number number = of(static_cast<std::uint64_t>(std::abs(value)));
        number._negative = value < 0;
        return number;
    }
    Number number;
    number._real = value;
    return number;
}

bool Number::isInteger() const {
    return _whole || std::trunc(_real) == _real;
}

int Number::compare(const Number& other) const {
    if (_whole && other._whole) {
        if (_negative != other._negative) {
            return _negative ? -1 : 1;
        }
        return _negative ? order(other._magnitude, _magnitude) : order(_magnitude, other._magnitude);
    }
    if (!_whole && !other._whole) {
        return order(_real, other._real);
    }
    if (!_whole) {
        return -other.compare(*this);
    }
    // The other has a fraction, so it is below 2^53 and this rounds to nothing on its other side; or it is 2^64 or
    // more.
    if (std::abs(other._real) >= twoTo64) {
        return other._real < 0 ? 1 : -1;
    }
    const auto rounded = static_cast<double>(_magnitude);
    return order(_negative ? -rounded : rounded, other._real);
}

std::uint64_t Number::bits() const {
    return !_whole ? std::bit_cast<std::uint64_t>(_real) : _negative ? ~_magnitude : _magnitude;
}

Decimal::Decimal(const Number& number) : _digits(number._magnitude) {
    if (!number._whole) {
        read(number._real);
    }
    shorten();
}

void Decimal::read(double number) {
    std::array<char, 32> text{};
    const char* end =
        std::to_chars(text.data(), text.data() + text.size(), std::abs(number), std::chars_format::scientific).ptr;
    const char* at = text.data();
    int fraction = 0;
    bool afterPoint = false;
    for (; at != end && *at != 'e'; ++at) {
        if (*at == '.') {
            afterPoint = true;
            continue;
        }
        _digits = _digits * 10 + static_cast<std::uint64_t>(*at - '0');
        fraction += afterPoint ? 1 : 0;
    }
    at += at[1] == '+' ? 2 : 1;
    std::from_chars(at, end, _exponent);
    _exponent -= fraction;
}

void Decimal::shorten() {
    while (_digits != 0 && _digits % 10 == 0) {
        _digits /= 10;
        ++_exponent;
    }
}

bool Decimal::isMultipleOf(const Decimal& divisor, Budget& budget) const {
    if (_digits == 0 || divisor._digits == 0) {
        return _digits == 0;
    }
    // Without trailing zeros in its digits it cannot be a multiple of a higher power of ten.
    if (_exponent < divisor._exponent || !budget.spend(8 + static_cast<std::uint64_t>(_exponent - divisor._exponent))) {
        return false;
    }
    std::uint64_t rest = _digits % divisor._digits;
    for (int power = divisor._exponent; power < _exponent && rest != 0; ++power) {
        rest = tenfoldModulo(rest, divisor._digits);
    }
    return rest == 0;
}

std::string decimalText(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

}  // namespace aip::schema
