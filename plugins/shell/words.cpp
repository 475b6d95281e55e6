#include "words.h"

#include "refused.h"

namespace aip::shell {

namespace {

constexpr std::string_view operators = "|;&<>`";

class Splitter {
  public:
    explicit Splitter(std::string_view text) : _text(text) {}

    std::vector<std::string> split() {
        while (!_text.empty()) {
            step(take());
        }
        endWord();
        return std::move(_words);
    }

  private:
    char take() {
        const char c = _text.front();
        _text.remove_prefix(1);
        return c;
    }

    void step(char c) {
        if (c == ' ' || c == '\t') {
            endWord();
        } else if (c == '\'') {
            singleQuoted();
        } else if (c == '"') {
            doubleQuoted();
        } else if (c == '\\') {
            escaped();
        } else {
            plain(c);
        }
    }

    void plain(char c) {
        if (c == '\n' || c == '\r') {
            throw Refused("A line break stands outside of quotes: one command at a time.");
        }
        if (operators.find(c) != std::string_view::npos || (c == '$' && _text.starts_with('('))) {
            throw Refused(std::string("There is no shell here, so '") + c + (c == '$' ? "(" : "") +
                          "' cannot do its work: one program is run with its arguments. "
                          "Put it in quotes if it is meant as plain text.");
        }
        add(c);
    }

    void escaped() {
        if (_text.empty()) {
            throw Refused("The command ends with a backslash that escapes nothing.");
        }
        if (_text.front() == '\n' || _text.front() == '\r') {
            throw Refused("A line break stands outside of quotes: one command at a time.");
        }
        add(take());
    }

    void singleQuoted() {
        const auto end = _text.find('\'');
        if (end == std::string_view::npos) {
            throw Refused("A single quote is not closed.");
        }
        _inWord = true;
        _word += _text.substr(0, end);
        _text.remove_prefix(end + 1);
    }

    void doubleQuoted() {
        _inWord = true;
        while (!_text.empty()) {
            const char c = take();
            if (c == '"') {
                return;
            }
            if (c != '\\' || !escapedInQuotes()) {
                _word += c;
            }
        }
        throw Refused("A double quote is not closed.");
    }

    /// Within "..." a backslash escapes only what would otherwise mean something there.
    bool escapedInQuotes() {
        if (_text.empty() || std::string_view("\"\\$`\n").find(_text.front()) == std::string_view::npos) {
            return false;
        }
        if (const char c = take(); c != '\n') {
            _word += c;
        }
        return true;
    }

    void add(char c) {
        _inWord = true;
        _word += c;
    }

    void endWord() {
        if (_inWord) {
            _words.push_back(std::move(_word));
        }
        _word.clear();
        _inWord = false;
    }

    std::string_view _text;
    std::vector<std::string> _words;
    std::string _word;
    bool _inWord = false;
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) {
        return {};
    }
    auto end = text.find_last_not_of(blanks) + 1;
    // A blank after a backslash belongs to the word.
    end += text[end - 1] == '\\' && end < text.size() ? 1 : 0;
    return text.substr(begin, end - begin);
}

}  // namespace

std::vector<std::string> splitWords(std::string_view command) {
    if (command.find('\0') != std::string_view::npos) {
        throw Refused("The command holds a NUL byte.");
    }
    return Splitter(trimmed(command)).split();
}

}  // namespace aip::shell
