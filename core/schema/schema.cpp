#include "schema/schema.h"

#include "base/json_parser.h"
#include "base/json_text.h"
#include "schema/compiler.h"
#include "schema/machine.h"
#include "schema/program.h"
#include "schema/program_pool.h"
#include "schema/repeated_member.h"
#include "schema/words.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace aip::schema {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::uint64_t baseSteps = 1'000'000;
constexpr std::uint64_t stepsPerByte = 512;
constexpr std::uint64_t mostSteps = 50'000'000;

// About what a program holds beside its patterns.
constexpr std::size_t weightOfByte = 24;  ///< of text: simdjson's tape and strings, and names and values in nodes
constexpr std::size_t weightOfNode = sizeof(Node) + 256;

Tape tapeOf(const simdjson::dom::document& document, std::size_t textSize) {
    return {document.tape.get(), document.string_buf.get(), textSize};
}

Error tooExpensive() {
    return {Code::exhausted, "too expensive to check"};
}

Error twice(const std::string& name) {
    return {Code::invalid, "'" + base::excerpt(name, 80) + "' is given twice"};
}

Result<std::shared_ptr<Program>> read(std::string_view text, const Options& options) {
    auto program = std::make_shared<Program>();
    if (options.pool) {
        program->share.emplace(options.pool->memory());
    }
    if (auto held = program->hold(weightOfByte * text.size()); !held) {
        return std::move(held).error();
    }
    auto document = std::make_shared<simdjson::dom::document>();
    const base::ThreadParser parser;
    if (auto parsed = base::parseJson(*parser, text, base::Padding::none, *document); !parsed) {
        return std::move(parsed).error();
    }
    program->tape = tapeOf(*document, text.size());
    program->document = std::move(document);
    Budget enough(mostSteps);
    if (const auto name = repeatedMember(program->tape, enough)) {
        return twice(*name);
    }
    if (enough.spent()) {
        return tooExpensive();
    }
    return program;
}

Result<std::shared_ptr<Program>> build(std::string_view text, Allowance& allowance, const Options& options) {
    if (text.size() > allowance.bytes) {
        return Error(Code::exhausted, "larger than " + std::to_string(allowance.bytes) + " bytes");
    }
    allowance.bytes -= text.size();
    auto program = read(text, options);
    if (!program) {
        return program;
    }
    if (auto compiled = compileProgram(**program, allowance, options); !compiled) {
        return std::move(compiled).error();
    }
    if (auto held = (*program)->hold(weightOfNode * (*program)->nodes.size()); !held) {
        return std::move(held).error();
    }
    return program;
}

Allowance lesser(const Allowance& a, const Allowance& b) {
    return {std::min(a.bytes, b.bytes), std::min(a.nodes, b.nodes), std::min(a.patterns, b.patterns),
            std::min(a.patternMemory, b.patternMemory), std::min(a.patternSteps, b.patternSteps)};
}

Allowance difference(const Allowance& a, const Allowance& b) {
    return {a.bytes - b.bytes, a.nodes - b.nodes, a.patterns - b.patterns, a.patternMemory - b.patternMemory,
            a.patternSteps - b.patternSteps};
}

using SharedProgram = std::shared_ptr<const Program>;

/// Takes from `left` what the program takes, or what was taken until it failed.
Result<SharedProgram> compileNew(std::string_view text, Allowance& left, const Options& options, std::string key = {}) {
    const Allowance before = left;
    auto program = build(text, left, options);
    if (!program) {
        return std::move(program).error();
    }
    (*program)->taken = difference(before, left);
    (*program)->key = std::move(key);
    return SharedProgram(*std::move(program));
}

/// The same, unless a program of this text lives that `left` is enough for.
Result<SharedProgram> compileShared(std::string_view text, Allowance& left, const Options& options) {
    std::string key = ProgramPool::key(text, options);
    if (auto known = options.pool->find(key); known && lesser(left, known->taken) == known->taken) {
        left = difference(left, known->taken);
        return known;
    }
    auto program = compileNew(text, left, options, std::move(key));
    if (program) {
        options.pool->add(*program);
    }
    return program;
}

Result<void> checkTape(const Program& program, const Tape& tape, StopFlag stop) {
    const std::uint64_t steps = std::min(baseSteps + stepsPerByte * tape.textSize, mostSteps);
    Budget budget(steps, stop);
    if (const auto name = repeatedMember(tape, budget)) {
        return twice(*name);
    }
    const ThreadMachine machine;
    (*machine).start(program, tape, budget);
    if ((*machine).satisfies(program.root, Tape::root, Scopes::none)) {
        return {};
    }
    if (budget.spent()) {
        return stop != nullptr && *stop ? Error(Code::cancelled, "nobody waits for it any more") : tooExpensive();
    }
    Budget forWords(steps, stop);
    (*machine).start(program, tape, forWords);
    return Error(Code::invalid, describeFailure(program, tape, *machine, forWords));
}

}  // namespace

Result<Schema> Schema::compile(std::string_view text, Allowance& allowance, Options options) {
    const Allowance before = lesser(allowance, oneSchema);
    Allowance left = before;
    auto program = options.pool ? compileShared(text, left, options) : compileNew(text, left, options);
    allowance = difference(allowance, difference(before, left));
    if (!program) {
        return std::move(program).error().within("JSON Schema");
    }
    return Schema(*std::move(program));
}

Result<Schema> Schema::compile(std::string_view text, Options options) {
    Allowance own = oneSchema;
    return compile(text, own, options);
}

Result<void> Schema::check(std::string_view json, base::Padding padding, StopFlag stop) const {
    const base::ThreadParser parser;
    if (auto parsed = base::parseJson(*parser, json, padding); !parsed) {
        return std::move(parsed).error();
    }
    return checkTape(*_program, tapeOf((*parser).doc, json.size()), stop);
}

const std::vector<std::string>& Schema::warnings() const {
    return _program->warnings;
}

const std::vector<std::string>& Schema::unchecked() const {
    return _program->unchecked;
}

}  // namespace aip::schema
