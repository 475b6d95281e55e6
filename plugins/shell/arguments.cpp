#include "arguments.h"

#include "refused.h"

#include <algorithm>

namespace aip::shell {

namespace {

OptionRule parseOption(std::string_view text) {
    OptionRule option;
    const auto alias = text.find('=');
    option.written = alias == std::string_view::npos ? std::string_view{} : text.substr(alias + 1);
    text = text.substr(0, alias);
    const auto mark = text.find_first_of(":?");
    option.name = text.substr(0, mark);
    if (mark != std::string_view::npos) {
        option.value = text[mark] == ':' ? OptionRule::Value::required : OptionRule::Value::optional;
        option.kind = text.substr(mark + 1);
    }
    option.written = option.written.empty() ? option.name : option.written;
    return option;
}

bool isShorthand(std::string_view word) {
    return word.size() > 1 && word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

/// What the caller names must not be left out without a word, because something denied elsewhere is called like it.
void checkSearched(const std::vector<std::string>& named, const std::string& hidden) {
    for (const auto& root : named) {
        const auto last = root.find_last_not_of('/');
        if (hides(hidden, nameOf(std::string_view(root).substr(0, last + 1)))) {
            throw Refused("'" + root +
                          "' would be left out of the search: a path on the list of denied paths has its name");
        }
    }
}

}  // namespace

std::optional<OptionRule> findOption(std::string_view options, std::string_view name) {
    while (!options.empty()) {
        const auto end = std::min(options.find(' '), options.size());
        const auto option = parseOption(options.substr(0, end));
        if (option.name == name) {
            return option;
        }
        options.remove_prefix(std::min(end + 1, options.size()));
    }
    return std::nullopt;
}

std::vector<std::string> Arguments::check(std::vector<std::string> words) {
    _words = std::move(words);
    if (_words.size() == 1 && findOption(_rule.alone, _words.front())) {
        return {std::string(_rule.program), _words.front()};
    }
    try {
        readWords();
        checkOperands();
        checkRequired();
        hideBelow();
    } catch (const Refused& refused) {
        throw Refused(std::string(_rule.program) + ": " + refused.what() + ".");
    }
    return assemble();
}

void Arguments::readWords() {
    bool optionsEnded = _rule.style == Style::raw;
    while (_next < _words.size()) {
        const std::string& word = _words[_next++];
        if (optionsEnded) {
            _operands.push_back(word);
        } else if (_rule.style == Style::expression) {
            readExpressionWord(word);
        } else if (word == "--" && _rule.separator) {
            optionsEnded = true;
        } else {
            readWord(word);
        }
    }
}

void Arguments::readWord(std::string_view word) {
    if (_rule.style == Style::processes && readBsdWord(word)) {
        return;
    }
    if (word.size() < 2 || word.front() != '-') {
        _operands.emplace_back(word);
    } else if (word.starts_with("--")) {
        readLong(word);
    } else if (isShorthand(word) && findOption(_rule.options, "-NUM")) {
        emit(option("-NUM"), word.substr(1));
    } else {
        readBundle(word);
    }
}

/// ps: "aux", and "axo" before columns. The habit of writing a dash is known by the x: "-x" is not an option of ps.
bool Arguments::readBsdWord(std::string_view word) {
    if (word.starts_with('-')) {
        if (word.find('x') == std::string_view::npos || word.starts_with("--")) {
            return false;
        }
        word.remove_prefix(1);
    }
    const bool hasColumns = word.ends_with('o');
    if (const auto letters = word.substr(0, word.size() - (hasColumns ? 1 : 0)); !letters.empty()) {
        checkKind(_rule.operand, letters, _paths);
    }
    if (!hasColumns) {
        _operands.emplace_back(word);
        return true;
    }
    const auto columns = nextWord(word);
    checkKind("columns", columns, _paths);
    _options.emplace_back(word);
    _options.emplace_back(columns);
    return true;
}

/// find: an option is a whole word, and everything stays in its order.
void Arguments::readExpressionWord(std::string_view word) {
    if (findOption(_rule.options, word)) {
        readOptionAlone(option(word));
    } else if (word.starts_with('-')) {
        throw Refused("the option '" + std::string(word) + "' is not allowed");
    } else {
        checkKind(_rule.operand, word, _paths);
        _options.emplace_back(word);
    }
}

void Arguments::readLong(std::string_view word) {
    const auto equals = word.find('=');
    const auto found = option(word.substr(0, equals));
    if (equals == std::string_view::npos) {
        readOptionAlone(found);
    } else if (found.value == OptionRule::Value::none) {
        throw Refused("the option '" + std::string(found.name) + "' takes no value");
    } else {
        emit(found, word.substr(equals + 1));
    }
}

void Arguments::readBundle(std::string_view word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
        const auto found = option(std::string{'-', word[i]});
        const auto rest = word.substr(i + 1);
        if (found.value != OptionRule::Value::none && !rest.empty()) {
            emit(found, rest);
            return;
        }
        readOptionAlone(found);
    }
}

void Arguments::readOptionAlone(const OptionRule& option) {
    if (option.value == OptionRule::Value::required) {
        emit(option, nextWord(option.name));
    } else {
        emit(option);
    }
}

OptionRule Arguments::option(std::string_view name) const {
    const auto found = findOption(_rule.options, name);
    if (!found) {
        throw Refused("the option '" + std::string(name) + "' is not allowed" +
                      (name.starts_with("--") ? " (options must be spelled in full)" : ""));
    }
    return *found;
}

std::string_view Arguments::nextWord(std::string_view optionName) {
    if (_next == _words.size()) {
        throw Refused("the option '" + std::string(optionName) + "' needs a value");
    }
    return _words[_next++];
}

void Arguments::emit(const OptionRule& option) {
    _given.push_back(option.written);
    _options.emplace_back(option.written);
}

void Arguments::emit(const OptionRule& option, std::string_view value) {
    if (!option.kind.empty()) {
        try {
            checkKind(option.kind, value, _paths);
        } catch (const Refused& refused) {
            throw Refused("the option '" + std::string(option.name) + "': " + refused.what());
        }
    }
    _given.push_back(option.written);
    const std::string name(option.written);
    if (_rule.style != Style::expression && name.starts_with("--")) {
        _options.push_back(name + "=" + std::string(value));
    } else if (option.value == OptionRule::Value::optional) {
        _options.push_back(name + std::string(value));
    } else {
        _options.push_back(name);
        _options.emplace_back(value);
    }
}

void Arguments::checkOperands() {
    const bool hasPattern = !_rule.pattern.empty() && !given(_rule.pattern);
    const std::size_t first = hasPattern ? 1 : 0;
    if (_operands.size() < _rule.minOperands + first) {
        throw Refused("something is missing: it needs at least " + std::to_string(_rule.minOperands + first) +
                      " operand(s)");
    }
    if (_operands.size() > (_rule.operand.empty() ? 0 : _rule.maxOperands)) {
        throw Refused("'" + _operands.back() + "' is one operand too many");
    }
    for (std::size_t i = first; i < _operands.size(); ++i) {
        if (!_rule.separator && _operands[i].starts_with('-')) {
            throw Refused("the option '" + _operands[i] + "' is not allowed");
        }
        checkKind(_rule.operand, _operands[i], _paths);
    }
}

void Arguments::checkRequired() const {
    if (!_rule.required.empty() && !given(_rule.required)) {
        throw Refused("the option '" + std::string(_rule.required) + "' must be given");
    }
}

/// Reading a tree must not come upon what could not be read by name. The last pattern counts, so these go last.
void Arguments::hideBelow() {
    if (_rule.recursive.empty() || !given(_rule.recursive)) {
        return;
    }
    const std::size_t first = given(_rule.pattern) ? 0 : 1;
    const std::vector<std::string> named(_operands.begin() + static_cast<std::ptrdiff_t>(first), _operands.end());
    auto roots = named;
    if (roots.empty()) {
        roots.emplace_back(".");
    }
    for (const auto& root : roots) {
        for (const auto& name : _paths.hiddenBelow(root)) {
            checkSearched(named, name);
            _options.push_back("--exclude=" + name);
            _options.push_back("--exclude-dir=" + name);
        }
    }
}

bool Arguments::given(std::string_view option) const {
    return std::ranges::find(_given, option) != _given.end();
}

std::vector<std::string> Arguments::assemble() {
    std::vector<std::string> words{std::string(_rule.program)};
    words.insert(words.end(), _options.begin(), _options.end());
    if (_rule.style == Style::gnu && _rule.separator && !_operands.empty()) {
        words.emplace_back("--");
    }
    words.insert(words.end(), _operands.begin(), _operands.end());
    return words;
}

}  // namespace aip::shell
