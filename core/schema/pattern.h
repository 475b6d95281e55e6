#pragma once

#include "base/error.h"
#include "schema/allowance.h"
#include "schema/budget.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace aip::schema {

/// A regular expression of ECMA-262, searched for in linear time by RE2. Immutable; any thread may search with it.
class Pattern {
  public:
    /// What it may come to take of memory, and what compiling it takes of steps, is subtracted from `allowance`, also
    /// for one that is too large. It may take somewhat more steps than are left, and is then refused: at most as much
    /// again. Errors are those of toRe2Syntax(), and EXHAUSTED.
    static base::Result<Pattern> compile(std::string_view ecma, Allowance& allowance);

    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();

    /// Whether it is found anywhere in `text`. Costs the bytes of the text, several times that for a large expression;
    /// false when the budget is spent.
    bool foundIn(std::string_view text, Budget& budget) const;

    const std::string& text() const { return _text; }

  private:
    static base::Result<Pattern> accept(std::string ecma, const std::string& expression,
                                        std::unique_ptr<re2::RE2> program, std::size_t memory, Allowance& allowance);
    Pattern(std::string text, std::unique_ptr<re2::RE2> program, std::size_t stepsPerByte);

    std::string _text;
    std::unique_ptr<re2::RE2> _program;
    std::size_t _stepsPerByte;
};

}  // namespace aip::schema
