#include "schema/pattern.h"

#include "base/json_text.h"
#include "schema/pattern_syntax.h"

#include <re2/re2.h>

#include <iterator>
#include <utility>

namespace aip::schema {
namespace {

using base::Code;
using base::Error;
using base::Result;

/// Most fit into the first; RE2 keeps its states within what it is given.
constexpr std::size_t memorySizes[] = {256UL << 10U, 2UL << 20U, 8UL << 20U};

std::unique_ptr<re2::RE2> compileWithin(const std::string& expression, std::size_t memory) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(static_cast<std::int64_t>(memory));
    return std::make_unique<re2::RE2>(expression, options);
}

}  // namespace

Result<Pattern> Pattern::compile(std::string_view ecma, std::size_t& memory) {
    auto expression = toRe2Syntax(ecma);
    if (!expression) {
        return std::move(expression).error();
    }
    for (const std::size_t size : memorySizes) {
        if (size > memory) {
            return Error(Code::exhausted, "the patterns are too large together");
        }
        auto program = compileWithin(*expression, size);
        if (program->ok()) {
            memory -= size;
            return Pattern(std::string(ecma), std::move(program));
        }
        if (program->error_code() != re2::RE2::ErrorPatternTooLarge) {
            return Error(Code::invalid, base::excerpt(program->error(), 200));
        }
    }
    memory -= memorySizes[std::size(memorySizes) - 1];  // finding that out takes long, too
    return Error(Code::exhausted, "it is too large");
}

Pattern::Pattern(std::string text, std::unique_ptr<re2::RE2> program)
    : _text(std::move(text)),
      _program(std::move(program)),
      // Beyond its memory RE2 walks through the program for each byte.
      _stepsPerByte(1 + static_cast<std::size_t>(_program->ProgramSize()) / 32) {}

Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::foundIn(std::string_view text, Budget& budget) const {
    return budget.spend(1 + text.size() * _stepsPerByte) &&
           _program->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::UNANCHORED, nullptr,
                           0);
}

}  // namespace aip::schema
