#include "schema/pattern.h"

#include "base/json_text.h"
#include "schema/pattern_syntax.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace aip::schema {
namespace {

using base::Code;
using base::Error;
using base::Result;

struct Attempt {
    std::size_t memory;
    std::size_t steps;  ///< until RE2 finds that this is too little
};

/// Most fit into the first; RE2 keeps its states within what it is given.
constexpr Attempt attempts[] = {{256UL << 10U, 10'000}, {2UL << 20U, 60'000}, {8UL << 20U, 220'000}};

constexpr std::size_t priceOfPattern = 100;
/// Of an instruction if it comes from a set of characters in UTF-8.
constexpr std::size_t priceOfSets = 3;

constexpr std::uint64_t priceOfSearch = 32;

/// The states of a program of this size fit into RE2's memory, so that a search costs little for each byte.
constexpr int smallProgram = 16;
/// A larger one is not small in Latin-1 either.
constexpr int looksLarge = 4'096;

std::unique_ptr<re2::RE2> compileWithin(const std::string& expression, std::size_t memory, bool latin1 = false) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(static_cast<std::int64_t>(memory));
    options.set_encoding(latin1 ? re2::RE2::Options::EncodingLatin1 : re2::RE2::Options::EncodingUTF8);
    return std::make_unique<re2::RE2>(expression, options);
}

/// "\x{202a}" and the like, which are beyond Latin-1, become its last character.
std::string inLatin1(std::string_view expression) {
    constexpr std::string_view start = "\\x{";
    std::string out;
    for (std::size_t at = expression.find(start); at != std::string_view::npos; at = expression.find(start)) {
        const std::size_t end = expression.find('}', at);
        const std::string_view digits = expression.substr(at + start.size(), end - at - start.size());
        out += expression.substr(0, at);
        out += start;
        out += digits.size() > 2 ? "ff" : digits;
        expression.remove_prefix(end);
    }
    return out.append(expression);
}

/// A set of characters takes many instructions in UTF-8, but few states: so the size in Latin-1 counts.
bool hasFewStates(const re2::RE2& program) {
    if (program.ProgramSize() <= smallProgram) {
        return true;
    }
    if (program.ProgramSize() > looksLarge) {
        return false;
    }
    const auto latin1 = compileWithin(inLatin1(program.pattern()), attempts[0].memory, true);
    return latin1->ok() && latin1->ProgramSize() <= smallProgram;
}

/// A program whose states do not fit is walked through for each byte.
std::size_t stepsPerByteOf(const re2::RE2& program) {
    return hasFewStates(program) ? 1 : 1 + static_cast<std::size_t>(program.ProgramSize()) / 2;
}

std::size_t priceOfInstruction(const std::string& expression) {
    const bool sets = expression.find("\\p") != std::string::npos || expression.find("\\P") != std::string::npos ||
                      expression.find("\\x{") != std::string::npos;
    return sets ? priceOfSets : 1;
}

/// Reading it, its compilation, and perhaps the one in Latin-1.
std::size_t priceOf(const re2::RE2& program, std::size_t instruction) {
    const std::size_t reading = priceOfPattern + program.pattern().size() / 2;
    const auto size = static_cast<std::size_t>(program.ProgramSize());
    const bool twice = size > smallProgram && size <= looksLarge;
    return reading + instruction * size * (twice ? 2 : 1);
}

/// False if there are not as many left: then none are.
bool take(std::size_t& from, std::size_t amount) {
    const bool enough = amount <= from;
    from -= std::min(amount, from);
    return enough;
}

Error tooLargeTogether() {
    return {Code::exhausted, "the patterns are too large together"};
}

Error notCompiled(const re2::RE2& program) {
    return {Code::invalid, base::excerpt(program.error(), 200)};
}

}  // namespace

Result<Pattern> Pattern::compile(std::string_view ecma, Allowance& allowance) {
    auto expression = toRe2Syntax(ecma);
    if (!expression) {
        return std::move(expression).error();
    }
    const std::size_t instruction = priceOfInstruction(*expression);
    for (const Attempt& attempt : attempts) {
        if (attempt.memory > allowance.patternMemory || attempt.steps * instruction > allowance.patternSteps) {
            return tooLargeTogether();
        }
        auto program = compileWithin(*expression, attempt.memory);
        if (program->ok()) {
            allowance.patternMemory -= attempt.memory;
            return take(allowance.patternSteps, priceOf(*program, instruction))
                       ? Result<Pattern>(Pattern(std::string(ecma), std::move(program)))
                       : tooLargeTogether();
        }
        if (program->error_code() != re2::RE2::ErrorPatternTooLarge) {
            return notCompiled(*program);
        }
        allowance.patternSteps -= attempt.steps * instruction;
    }
    return Error(Code::exhausted, "it is too large");
}

Pattern::Pattern(std::string text, std::unique_ptr<re2::RE2> program)
    : _text(std::move(text)), _program(std::move(program)), _stepsPerByte(stepsPerByteOf(*_program)) {}

Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::foundIn(std::string_view text, Budget& budget) const {
    return budget.spend(priceOfSearch + text.size() * _stepsPerByte) &&
           _program->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::UNANCHORED, nullptr,
                           0);
}

}  // namespace aip::schema
