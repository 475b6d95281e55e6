#include "app/masking.h"

#include "base/setting_text.h"
#include "transport/url.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace aip::app {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view schemeEnd = "://";
constexpr std::string_view endsOfAWord = " \t\r\n\"";
constexpr std::string_view endsOfAValue = "&; \t\r\n\"";

std::size_t endOf(std::string_view text, std::size_t at, std::string_view ends) {
    return std::min(text.find_first_of(ends, at), text.size());
}

/// Up to the last @ of the word: a password may hold whatever else ends the authority of an address. Without a scheme
/// there must be a password, as other things have an @, too.
std::string withoutUser(std::string_view word) {
    const auto scheme = word.find(schemeEnd);
    const auto sign = word.rfind('@');
    const auto start = scheme == std::string_view::npos ? 0 : scheme + schemeEnd.size();
    const bool named = scheme != std::string_view::npos || (word.find(':') < sign && word.find(':') > 0);
    if (sign == std::string_view::npos || sign <= start || !named) {
        return std::string(word);
    }
    return std::string(word.substr(0, start)) + masked + std::string(word.substr(sign));
}

std::string withoutAddressedUsers(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = endOf(text, 0, endsOfAWord);
        out += withoutUser(text.substr(0, end));
        const auto next = std::min(end + 1, text.size());
        out += text.substr(end, next - end);
        text.remove_prefix(next);
    }
    return out;
}

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-.%+").find(c) != std::string_view::npos;
}

/// The name that ends before `end`: NAME of NAME=, or of "NAME": if it is quoted.
std::string_view nameBefore(std::string_view text, std::size_t end) {
    auto begin = end;
    while (begin > 0 && isNameCharacter(text[begin - 1])) {
        --begin;
    }
    return text.substr(begin, end - begin);
}

std::size_t endOfQuoted(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size() && text[at] != quote; ++at) {
        at += text[at] == '\\' ? 1 : 0;
    }
    return std::min(at, text.size());
}

struct Span {
    std::size_t begin;
    std::size_t end;
};

/// Where the value is whose name ends with the mark at `mark`, "=" or ":".
Span valueAfter(std::string_view text, std::size_t mark) {
    const bool member = text[mark] == ':';
    const auto begin = member ? std::min(text.find_first_not_of(blanks, mark + 1), text.size()) : mark + 1;
    if (begin < text.size() && (text[begin] == '"' || text[begin] == '\'')) {
        return {begin + 1, endOfQuoted(text, begin)};
    }
    return {begin, endOf(text, begin, member ? ",}] \t\r\n" : endsOfAValue)};
}

bool isSecretBefore(std::string_view text, std::size_t mark) {
    if (text[mark] == '=') {
        const auto name = nameBefore(text, mark);
        return !name.empty() && base::isSecretName(transport::percentDecoded(name));
    }
    return mark > 0 && text[mark - 1] == '"' && base::isSecretName(nameBefore(text, mark - 1));
}

/// NAME=VALUE, in a query or anywhere, and "NAME": VALUE.
std::string withoutSecretValues(std::string_view text) {
    std::string out;
    std::size_t done = 0;
    for (auto mark = text.find_first_of("=:"); mark != std::string_view::npos;
         mark = text.find_first_of("=:", std::max(mark + 1, done))) {
        if (!isSecretBefore(text, mark)) {
            continue;
        }
        const Span value = valueAfter(text, mark);
        out += text.substr(done, value.begin - done);
        out += masked;
        done = value.end;
    }
    return out + std::string(text.substr(done));
}

}  // namespace

std::string withoutSecrets(const std::string& text) {
    return withoutSecretValues(withoutAddressedUsers(text));
}

bool holdsSecret(const std::string& address) {
    return withoutSecrets(withoutUsers(address)) != address;
}

std::string withoutUsers(std::string text) {
    const auto scheme = text.find(schemeEnd);
    const auto start = scheme == std::string::npos ? 0 : scheme + schemeEnd.size();
    const auto sign = text.rfind('@');
    return sign == std::string::npos || sign < start ? text : text.replace(start, sign - start, masked);
}

}  // namespace aip::app
