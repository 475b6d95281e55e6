#pragma once

#include "kinds.h"
#include "rule.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::shell {

/// One option as a rule describes it.
struct OptionRule {
    enum class Value { none, optional, required };

    std::string_view name;
    Value value = Value::none;
    std::string_view kind;
    std::string_view written;  ///< how it is spelled when the program is run
};

/// The option called `name` ("-n", "--lines") in the list of a rule.
std::optional<OptionRule> findOption(std::string_view options, std::string_view name);

/// Reads the arguments of one command the way its program will, and writes them again so that no other reading is left.
class Arguments {
  public:
    Arguments(const Rule& rule, const Paths& paths) : _rule(rule), _paths(paths) {}

    /// The argument vector, program first. Throws Refused. Called once.
    std::vector<std::string> check(std::vector<std::string> words);

  private:
    void readWords();
    void readWord(std::string_view word);
    void readExpressionWord(std::string_view word);
    bool readBsdWord(std::string_view word);
    void readLong(std::string_view word);
    void readBundle(std::string_view word);
    void readOptionAlone(const OptionRule& option);
    OptionRule option(std::string_view name) const;
    std::string_view nextWord(std::string_view optionName);
    void emit(const OptionRule& option);
    void emit(const OptionRule& option, std::string_view value);
    void checkOperands();
    void checkRequired() const;
    void hideBelow();
    bool given(std::string_view option) const;
    std::vector<std::string> assemble();

    const Rule& _rule;
    const Paths& _paths;
    std::vector<std::string> _words;
    std::size_t _next = 0;
    std::vector<std::string_view> _given;
    std::vector<std::string> _options;
    std::vector<std::string> _operands;
};

}  // namespace aip::shell
