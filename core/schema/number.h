#pragma once

#include "schema/budget.h"

#include <cstdint>
#include <string>

namespace aip::schema {

/// A number of JSON, exactly: 3, 3.0 and 3e0 are the same, and 9007199254740993 is not 9007199254740992.0.
class Number {
  public:
    static Number of(std::int64_t value);
    static Number of(std::uint64_t value);
    static Number of(double value);

    bool isInteger() const;

    /// Negative, 0 or positive, as this number is less than, equal to or more than `other`.
    int compare(const Number& other) const;
    bool operator==(const Number& other) const { return compare(other) == 0; }

    /// Equal numbers have equal bits.
    std::uint64_t bits() const;

  private:
    friend class Decimal;

    double _real = 0;
    std::uint64_t _magnitude = 0;
    bool _negative = false;
    bool _whole = false;  ///< an integer of less than 2^64: `_magnitude` and `_negative` say which
};

/// A number as digits * 10^exponent, in the fewest digits that make it: 0.1 is exactly 1 * 10^-1.
class Decimal {
  public:
    explicit Decimal(const Number& number);

    /// Costs as many steps as the powers of ten are apart; false when the budget is spent.
    bool isMultipleOf(const Decimal& divisor, Budget& budget) const;

  private:
    void read(double number);
    void shorten();

    std::uint64_t _digits = 0;
    int _exponent = 0;
};

/// As a person would write it: "3", "0.5", "1e+300".
std::string decimalText(double value);

}  // namespace aip::schema
