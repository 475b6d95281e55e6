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
constexpr std::size_t latin1Memory = 2UL << 20U;

constexpr std::size_t priceOfPattern = 100;
/// Of an instruction if it comes from a set of characters in UTF-8.
constexpr std::size_t priceOfSets = 3;

constexpr std::uint64_t priceOfSearch = 32;

/// The states of a program of this size fit into RE2's memory, so that a search costs little for each byte.
constexpr std::size_t smallProgram = 12;
/// If it has so much for each instruction; otherwise it walks through the program.
constexpr std::size_t memoryForStates = 640;
/// For each byte, of an instruction of a program whose states do not fit.
constexpr std::size_t priceOfWalk = 1;
constexpr std::size_t priceOfWalkThroughSets = 3;

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

/// Whether there are characters beyond Latin-1, as "\x{202a}", or in sets of Unicode. Each set of them takes many
/// instructions in UTF-8.
bool hasSets(std::string_view expression) {
    constexpr std::string_view start = "\\x{";
    for (std::size_t at = expression.find(start); at != std::string_view::npos; at = expression.find(start, at + 1)) {
        if (expression.find('}', at) > at + start.size() + 2) {
            return true;
        }
    }
    return expression.find("\\p") != std::string_view::npos || expression.find("\\P") != std::string_view::npos;
}

/// The size that counts for the number of states: what a set takes in UTF-8 makes few of them.
std::size_t sizeWithoutSets(const re2::RE2& program, const std::string& expression) {
    const auto latin1 = compileWithin(inLatin1(expression), latin1Memory, true);
    return static_cast<std::size_t>(latin1->ok() ? latin1->ProgramSize() : program.ProgramSize());
}

std::size_t stepsPerByteOf(std::size_t size, bool sets) {
    return size <= smallProgram ? 1 : 1 + size * (sets ? priceOfWalkThroughSets : priceOfWalk);
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
    const std::size_t instruction = hasSets(*expression) ? priceOfSets : 1;
    for (const Attempt& attempt : attempts) {
        if (attempt.memory > allowance.patternMemory || attempt.steps * instruction > allowance.patternSteps) {
            return tooLargeTogether();
        }
        auto program = compileWithin(*expression, attempt.memory);
        if (!program->ok() && program->error_code() != re2::RE2::ErrorPatternTooLarge) {
            return notCompiled(*program);
        }
        if (!program->ok()) {
            allowance.patternSteps -= attempt.steps * instruction;
            continue;
        }
        return accept(std::string(ecma), *expression, std::move(program), attempt.memory, allowance);
    }
    return Error(Code::exhausted, "it is too large");
}

/// With more memory if the states need it: otherwise RE2 would walk through the program for each byte.
Result<Pattern> Pattern::accept(std::string ecma, const std::string& expression, std::unique_ptr<re2::RE2> program,
                                std::size_t memory, Allowance& allowance) {
    const bool sets = hasSets(expression);
    const auto size = static_cast<std::size_t>(program->ProgramSize());
    const std::size_t states = sets ? sizeWithoutSets(*program, expression) : size;
    const bool more = states <= smallProgram && size * memoryForStates > memory;
    const std::size_t compiling = (sets ? priceOfSets : 1) * size * (more ? 2 : 1) + (sets ? states : 0);
    memory = more ? size * memoryForStates : memory;
    if (!take(allowance.patternSteps, priceOfPattern + expression.size() / 2 + compiling) ||
        !take(allowance.patternMemory, memory)) {
        return tooLargeTogether();
    }
    return Pattern(std::move(ecma), more ? compileWithin(expression, memory) : std::move(program),
                   stepsPerByteOf(states, sets));
}

Pattern::Pattern(std::string text, std::unique_ptr<re2::RE2> program, std::size_t stepsPerByte)
    : _text(std::move(text)), _program(std::move(program)), _stepsPerByte(stepsPerByte) {}

Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::foundIn(std::string_view text, Budget& budget) const {
    return budget.spend(priceOfSearch + text.size() * _stepsPerByte) &&
           _program->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::UNANCHORED, nullptr,
                           0);
}

}  // namespace aip::schema
