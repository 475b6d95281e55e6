#include "pattern_sampler.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>

namespace aip::tool {
namespace {

constexpr std::uint64_t moreThanLeast = 4;  ///< repetitions above the minimum if there is no upper limit
constexpr int deepest = 32;                 ///< groups within groups
constexpr std::size_t longest = 4096;

using Set = std::bitset<128>;

struct Unsupported {};

Set range(char first, char last) {
    Set set;
    for (auto c = static_cast<unsigned char>(first); c <= static_cast<unsigned char>(last); ++c) {
        set.set(c);
    }
    return set;
}

Set printable() {
    return range(' ', '~');
}

/// \d, \w, \s and their opposites; any other escaped character is itself.
Set escaped(char c) {
    const Set digits = range('0', '9');
    const Set words = digits | range('a', 'z') | range('A', 'Z') | range('_', '_');
    const Set blanks = range(' ', ' ') | range('\t', '\t');
    switch (c) {
        case 'd':
            return digits;
        case 'D':
            return printable() & ~digits;
        case 'w':
            return words;
        case 'W':
            return printable() & ~words;
        case 's':
            return blanks;
        case 'S':
            return printable() & ~blanks;
        case 'n':
            return range('\n', '\n');
        case 't':
            return range('\t', '\t');
        default:
            break;
    }
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        throw Unsupported();
    }
    return range(c, c);
}

/// Reads the expression once and writes what matches as it goes.
class Sampler {
  public:
    Sampler(std::string_view pattern, Random& random) : _rest(pattern), _random(random) {}

    std::string all() {
        std::string text = alternatives();
        if (!_rest.empty()) {
            throw Unsupported();
        }
        return text;
    }

  private:
    char peek() const { return _rest.empty() ? '\0' : _rest.front(); }
    bool at(std::string_view text) const { return _rest.starts_with(text); }

    char take() {
        if (_rest.empty()) {
            throw Unsupported();
        }
        const char c = _rest.front();
        _rest.remove_prefix(1);
        return c;
    }

    bool skip(std::string_view text) {
        const bool there = at(text);
        _rest.remove_prefix(there ? text.size() : 0);
        return there;
    }

    std::string alternatives() {
        if (++_depth > deepest) {
            throw Unsupported();
        }
        std::string chosen = sequence();
        for (std::uint64_t count = 2; skip("|"); ++count) {
            std::string other = sequence();
            if (_random.below(count) == 0) {
                chosen = std::move(other);
            }
        }
        --_depth;
        return chosen;
    }

    std::string sequence() {
        std::string text;
        while (!_rest.empty() && peek() != '|' && peek() != ')') {
            if (!skip("^") && !skip("$")) {
                text += repeated();
            }
            if (text.size() > longest) {
                throw Unsupported();
            }
        }
        return text;
    }

    /// One part as often as its quantifier asks for. It is read again each time, so that the texts differ.
    std::string repeated() {
        const std::string_view part = _rest;
        std::string first = one();
        const auto [least, most] = quantifier();
        const std::string_view after = _rest;
        const std::uint64_t times = least + _random.below(most - least + 1);
        std::string text = times == 0 ? "" : std::move(first);
        for (std::uint64_t i = 1; i < times && text.size() <= longest; ++i) {
            _rest = part;
            text += one();
        }
        _rest = after;
        return text;
    }

    std::pair<std::uint64_t, std::uint64_t> quantifier() {
        std::pair<std::uint64_t, std::uint64_t> times{1, 1};
        if (skip("*")) {
            times = {0, moreThanLeast};
        } else if (skip("+")) {
            times = {1, 1 + moreThanLeast};
        } else if (skip("?")) {
            times = {0, 1};
        } else if (skip("{")) {
            times = bounds();
        }
        skip("?");  // lazy: the same texts
        return times;
    }

    std::pair<std::uint64_t, std::uint64_t> bounds() {
        const std::uint64_t least = number();
        std::uint64_t most = least;
        if (skip(",")) {
            most = peek() == '}' ? least + moreThanLeast : number();
        }
        if (!skip("}") || most < least) {
            throw Unsupported();
        }
        return {least, std::min(most, least + 64)};
    }

    std::uint64_t number() {
        std::uint64_t value = 0;
        const auto [end, problem] = std::from_chars(_rest.data(), _rest.data() + _rest.size(), value);
        if (problem != std::errc() || value > longest) {
            throw Unsupported();
        }
        _rest.remove_prefix(static_cast<std::size_t>(end - _rest.data()));
        return value;
    }

    std::string one() {
        const char c = take();
        switch (c) {
            case '(':
                return group();
            case '[':
                return member(characterClass());
            case '.':
                return member(printable());
            case '\\':
                return member(escaped(take()));
            case '*':
            case '+':
            case '?':
                throw Unsupported();
            default:
                return std::string(1, c);
        }
    }

    std::string group() {
        if (at("?") && !skip("?:")) {
            throw Unsupported();
        }
        std::string text = alternatives();
        if (!skip(")")) {
            throw Unsupported();
        }
        return text;
    }

    Set characterClass() {
        const bool inverted = skip("^");
        Set set;
        while (!skip("]")) {
            set |= classItem();
        }
        return inverted ? printable() & ~set : set;
    }

    Set classItem() {
        const char first = take();
        if (first == '\\') {
            return escaped(take());
        }
        if (first < 0) {
            throw Unsupported();  // no more than ASCII within a class
        }
        if (peek() == '-' && _rest.size() > 1 && _rest[1] != ']') {
            take();
            const char last = take();
            if (last < first || last == '\\') {
                throw Unsupported();
            }
            return range(first, last);
        }
        return range(first, first);
    }

    std::string member(const Set& set) {
        if (set.none()) {
            throw Unsupported();
        }
        auto index = _random.below(set.count());
        for (std::size_t c = 0;; ++c) {
            if (set.test(c) && index-- == 0) {
                return std::string(1, static_cast<char>(c));
            }
        }
    }

    std::string_view _rest;
    Random& _random;
    int _depth = 0;
};

}  // namespace

std::optional<std::string> samplePattern(std::string_view pattern, Random& random) {
    try {
        return Sampler(pattern, random).all();
    } catch (const Unsupported&) {
        return std::nullopt;
    }
}

}  // namespace aip::tool
