#include "schema/pattern_syntax.h"

#include "base/json_text.h"
#include "schema/character_set.h"
#include "schema/pattern_tokens.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace aip::schema {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::size_t longestTranslation = 256UL << 10U;
/// RE2 refuses repeats, multiplied along their nesting, of more than this.
constexpr std::uint32_t mostRepeats = 1'000;
constexpr std::size_t shownNameBytes = 80;

/// What a "\..." or a plain character stands for: one character, or the contents of brackets.
struct Element {
    std::optional<std::uint32_t> point;
    std::string set;

    std::string inBrackets() const { return point ? literalCharacter(*point) : set; }
    std::string alone() const { return point ? literalCharacter(*point) : "[" + set + "]"; }
};

class Translator {
  public:
    explicit Translator(std::string_view pattern) : _rest(pattern) {}

    Result<std::string> translate() {
        while (!_error && !_rest.empty()) {
            step();
            if (_out.size() > longestTranslation) {
                fail(Code::exhausted, "it is too large");
            }
        }
        if (!_error && !_open.empty()) {
            fail(Code::invalid, "a group is not closed");
        }
        return _error ? Result<std::string>(*_error) : std::move(_out);
    }

  private:
    struct Group {
        std::size_t start;
        std::uint32_t repeats = 1;  ///< the most of what stands in it so far
    };

    void step() {
        const char c = _rest.front();
        if (isQuantifier()) {
            quantify();
        } else if (c == '\\' && _rest.size() > 1 && (_rest[1] == 'b' || _rest[1] == 'B')) {
            assertion(_rest.substr(0, 2), 2);
        } else if (c == '^' || c == '$') {
            assertion(c == '^' ? R"(\A)" : R"(\z)", 1);
        } else if (c == '|') {
            assertion("|", 1);
        } else if (c == '(') {
            openGroup();
        } else if (c == ')') {
            closeGroup();
        } else if (c == '[') {
            brackets();
        } else if (take(".")) {
            atom("[" + std::string(exceptLineEnds) + "]");
        } else {
            atom(element(false).alone());
        }
    }

    bool take(std::string_view text) {
        const bool there = _rest.starts_with(text);
        _rest.remove_prefix(there ? text.size() : 0);
        return there;
    }

    void fail(Code code, std::string text) {
        if (!_error) {
            _error.emplace(code, std::move(text));
        }
        _rest = {};
    }

    void assertion(std::string_view text, std::size_t length) {
        _out += text;
        _atom.reset();
        _rest.remove_prefix(length);
    }

    void atom(const std::string& text) {
        _atom = {_out.size(), 1};
        _out += text;
    }

    void openGroup() {
        _rest.remove_prefix(1);
        if (take("?:") || !_rest.starts_with('?')) {
            // no group needs to be captured
        } else if (_rest.starts_with("?=") || _rest.starts_with("?!") || _rest.starts_with("?<=") ||
                   _rest.starts_with("?<!")) {
            return fail(Code::unsupported, "look-around is not supported");
        } else if (const std::size_t length = groupNameLength(_rest); length != 0) {
            _rest.remove_prefix(length);
        } else {
            return fail(Code::invalid, "a group of unknown kind");
        }
        _open.push_back({_out.size()});
        _out += "(?:";
        _atom.reset();
    }

    void closeGroup() {
        if (_open.empty()) {
            return fail(Code::invalid, "a ')' without its '('");
        }
        _rest.remove_prefix(1);
        _out += ')';
        _atom = _open.back();
        _open.pop_back();
        noteRepeats(_atom->repeats);
    }

    void noteRepeats(std::uint32_t repeats) {
        if (!_open.empty()) {
            _open.back().repeats = std::max(_open.back().repeats, repeats);
        }
    }

    /// A '{' that starts no quantifier is a character.
    bool isQuantifier() const {
        const char c = _rest.front();
        return c == '*' || c == '+' || c == '?' || readRepeatBounds(_rest);
    }

    void quantify() {
        if (!_atom) {
            return fail(Code::invalid, "nothing to repeat");
        }
        if (const auto bounds = readRepeatBounds(_rest)) {
            _rest.remove_prefix(bounds->length);
            if (bounds->least > bounds->most) {
                return fail(Code::invalid, "a repeat of more than its maximum");
            }
            repeat(bounds->least, bounds->most);
        } else {
            _out += _rest.front();
            _rest.remove_prefix(1);
        }
        take("?");  // lazy: finds it in the same texts
        _atom.reset();
    }

    /// Repeats of more than RE2 takes are written as several.
    void repeat(std::uint32_t least, std::uint32_t most) {
        const std::uint32_t chunk = mostRepeats / _atom->repeats;
        const std::uint32_t counted = most == unlimitedRepeats ? least : most;
        if (counted > chunk) {
            repeatInChunks(least, most, chunk);
        } else {
            writeBounds(least, most);
        }
        noteRepeats(_atom->repeats * std::clamp<std::uint32_t>(counted, 1, chunk));
    }

    void repeatInChunks(std::uint32_t least, std::uint32_t most, std::uint32_t chunk) {
        const std::string atom = _out.substr(_atom->start);
        for (; least > chunk && _out.size() <= longestTranslation; least -= chunk) {
            writeBounds(chunk, chunk);
            _out += atom;
            most -= most == unlimitedRepeats ? 0 : chunk;
        }
        for (; most != unlimitedRepeats && most > chunk && _out.size() <= longestTranslation; most -= chunk) {
            writeBounds(std::exchange(least, 0), chunk);
            _out += atom;
        }
        writeBounds(least, most);
    }

    void writeBounds(std::uint32_t least, std::uint32_t most) {
        _out += "{" + std::to_string(least) + "," + (most == unlimitedRepeats ? "" : std::to_string(most)) + "}";
    }

    void brackets() {
        _rest.remove_prefix(1);
        const bool negated = take("^");
        std::string content;
        while (!_error && !take("]")) {
            if (_rest.empty()) {
                return fail(Code::invalid, "a '[' without its ']'");
            }
            content += range();
        }
        if (content.empty()) {
            atom(negated ? "[" + std::string(everyCharacter) + "]" : "[^" + std::string(everyCharacter) + "]");
        } else {
            atom((negated ? "[^" : "[") + content + "]");
        }
    }

    std::string range() {
        const Element from = element(true);
        if (!from.point || _rest.size() < 2 || _rest[0] != '-' || _rest[1] == ']') {
            return from.inBrackets();
        }
        _rest.remove_prefix(1);
        const Element to = element(true);
        if (!to.point) {
            return from.inBrackets() + literalCharacter('-') + to.inBrackets();
        }
        if (*from.point > *to.point) {
            fail(Code::invalid, "a range in the wrong order");
        }
        return from.inBrackets() + "-" + to.inBrackets();
    }

    Element element(bool inBrackets) {
        if (take("\\")) {
            return escape(inBrackets);
        }
        return {decodeCharacter(), {}};
    }

    /// The pattern is valid UTF-8.
    std::uint32_t decodeCharacter() {
        const auto lead = static_cast<unsigned char>(_rest.front());
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t point = lead < 0x80 ? lead : lead & (0x7FU >> length);
        for (std::size_t i = 1; i < length && i < _rest.size(); ++i) {
            point = point << 6U | (static_cast<unsigned char>(_rest[i]) & 0x3FU);
        }
        _rest.remove_prefix(std::min(length, _rest.size()));
        return point;
    }

    Element escape(bool inBrackets) {
        if (_rest.empty()) {
            fail(Code::invalid, "a '\\' at its end");
            return {};
        }
        const char c = _rest.front();
        if (const auto set = classSet(c); !set.empty()) {
            _rest.remove_prefix(1);
            return {std::nullopt, std::string(set)};
        }
        if (c == 'p' || c == 'P') {
            return property();
        }
        if (c == 'k' || (c >= '1' && c <= '9')) {
            fail(Code::unsupported, "back-references are not supported");
            return {};
        }
        if (inBrackets && take("b")) {
            return {std::uint32_t('\b'), {}};
        }
        return {character(), {}};
    }

    Element property() {
        const bool negated = _rest.front() == 'P';
        const std::size_t end = _rest.find('}');
        if (_rest.size() < 2 || _rest[1] != '{' || end == std::string_view::npos) {
            fail(Code::invalid, "'\\p' without the name of a property");
            return {};
        }
        const std::string_view name = _rest.substr(2, end - 2);
        std::string set = propertySet(name, negated);
        if (set.empty()) {
            fail(Code::unsupported, "the property '" + base::excerpt(name, shownNameBytes) + "' is not supported");
            return {};
        }
        _rest.remove_prefix(end + 1);
        return {std::nullopt, std::move(set)};
    }

    /// After the backslash of an escape that stands for one character.
    std::uint32_t character() {
        const std::string_view controls = "fnrtv0";
        constexpr std::uint32_t meanings[] = {'\f', '\n', '\r', '\t', '\v', 0};
        const char c = _rest.front();
        if (const auto control = controls.find(c); control != std::string_view::npos) {
            _rest.remove_prefix(1);
            return meanings[control];
        }
        if (take("x")) {
            return hex(2);
        }
        if (take("u")) {
            return unicode();
        }
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (c == 'c' && _rest.size() > 1 && ((_rest[1] | 0x20) >= 'a' && (_rest[1] | 0x20) <= 'z')) {
            const auto control = static_cast<std::uint32_t>(_rest[1] & 0x1F);
            _rest.remove_prefix(2);
            return control;
        }
        if (letter) {
            fail(Code::invalid, "an unknown escape '\\" + std::string(1, c) + "'");
            return 0;
        }
        return decodeCharacter();
    }

    std::uint32_t hex(std::size_t digits) {
        std::uint32_t value = 0;
        const char* const end = _rest.data() + std::min(digits, _rest.size());
        const auto [at, problem] = std::from_chars(_rest.data(), end, value, 16);
        if (problem != std::errc() || at != end || _rest.size() < digits || value > 0x10FFFF) {
            fail(Code::invalid, "a bad escape of a character by its number");
            return 0;
        }
        _rest.remove_prefix(digits);
        return value;
    }

    std::uint32_t unicode() {
        if (take("{")) {
            const std::size_t digits = _rest.find_first_not_of("0123456789abcdefABCDEF");
            const std::uint32_t point = hex(digits);
            if (!_error && !take("}")) {
                fail(Code::invalid, "a '\\u{' without its '}'");
            }
            return point;
        }
        const std::uint32_t high = hex(4);
        if (high < 0xD800 || high > 0xDBFF || !_rest.starts_with("\\u")) {
            return high;
        }
        const std::string_view before = _rest;
        _rest.remove_prefix(2);
        const std::uint32_t low = _rest.starts_with('{') ? 0 : hex(4);
        if (low < 0xDC00 || low > 0xDFFF) {
            _rest = _error ? std::string_view() : before;
            return high;
        }
        return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
    }

    std::string_view _rest;
    std::string _out;
    std::vector<Group> _open;
    std::optional<Group> _atom;  ///< what a quantifier would repeat
    std::optional<Error> _error;
};

}  // namespace

Result<std::string> toRe2Syntax(std::string_view ecma) {
    return Translator(ecma).translate();
}

}  // namespace aip::schema
