#include "app/masking.h"

#include "base/ascii.h"
#include "base/setting_text.h"
#include "network/url.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace aip::app {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view schemeEnd = "://";
constexpr std::string_view endsOfAWord = " \t\r\n\"";
constexpr std::string_view endsOfAValue = "&; \t\r\n\"";
constexpr std::string_view endsOfAHeader = ",\r\n\"";
constexpr std::string_view secretHeaders[] = {"authorization", "proxy-authorization", "cookie", "set-cookie", "api-key",
                                              "apikey",        "private-token"};

/// How tokens begin that are known by it, and how long they are at least: shorter words may be something else.
struct TokenRow {
    std::string_view start;
    std::size_t least;
};

constexpr TokenRow knownTokens[] = {
    {"ghp_", 10},     {"gho_", 10},     {"ghu_", 10},  {"ghs_", 10},  {"ghr_", 10},  {"github_pat_", 16},
    {"glpat-", 12},   {"xoxb-", 10},    {"xoxp-", 10}, {"xoxa-", 10}, {"xoxr-", 10}, {"xoxs-", 10},
    {"xoxe-", 10},    {"xapp-", 10},    {"AKIA", 16},  {"ASIA", 16},  {"sk-", 20},   {"sk_live_", 14},
    {"sk_test_", 14}, {"rk_live_", 14}, {"npm_", 20},  {"pypi-", 20}, {"AIza", 20},  {"ya29.", 14},
    {"hf_", 20},      {"eyJ", 16}};
constexpr std::size_t leastBearer = 6;

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
    return base::isLetterOrDigit(c) || std::string_view("_-.%+").find(c) != std::string_view::npos;
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

/// Of HTTP. Names with a hyphen are those of plugins, too.
bool isSecretHeader(std::string_view name) {
    const std::string small = base::lowered(name);
    return std::find(std::begin(secretHeaders), std::end(secretHeaders), small) != std::end(secretHeaders) ||
           (small.starts_with("x-") && base::isSecretName(small));
}

/// Where the value is whose name ends with the mark at `mark`, "=" or ":".
Span valueAfter(std::string_view text, std::size_t mark) {
    const bool member = text[mark] == ':';
    const bool header = member && (mark == 0 || text[mark - 1] != '"');
    const auto begin = member ? std::min(text.find_first_not_of(blanks, mark + 1), text.size()) : mark + 1;
    if (begin < text.size() && (text[begin] == '"' || text[begin] == '\'')) {
        return {begin + 1, endOfQuoted(text, begin)};
    }
    auto end = endOf(text, begin, header ? endsOfAHeader : member ? ",}] \t\r\n" : endsOfAValue);
    while (end > begin && text[end - 1] == ',') {
        --end;  // that of a list
    }
    return {begin, end};
}

bool isSecretBefore(std::string_view text, std::size_t mark) {
    if (text[mark] == '=') {
        const auto name = nameBefore(text, mark);
        return !name.empty() && base::isSecretName(network::percentDecoded(name));
    }
    if (mark > 0 && text[mark - 1] == '"') {
        return base::isSecretName(nameBefore(text, mark - 1));
    }
    return isSecretHeader(nameBefore(text, mark));
}

/// NAME=VALUE, in a query or anywhere, "NAME": VALUE, and HEADER: VALUE.
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

constexpr bool isOfAToken(char c) {
    return base::isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
}

constexpr bool isOfABearer(char c) {
    return isOfAToken(c) || c == '~' || c == '+' || c == '/' || c == '=';
}

bool isKnownToken(std::string_view word) {
    return std::any_of(std::begin(knownTokens), std::end(knownTokens),
                       [word](const TokenRow& row) { return word.size() >= row.least && word.starts_with(row.start); });
}

bool isBearer(std::string_view word) {
    return word.size() == 6 && base::lowered(word) == "bearer";
}

/// What is known by how it begins, or follows the word Bearer.
std::string withoutTokens(std::string_view text) {
    std::string out;
    bool named = false;
    while (!text.empty()) {
        const auto gap = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), isOfAToken) - text.begin());
        named = named && gap > 0 && text.substr(0, gap).find_first_not_of(blanks) == std::string_view::npos;
        out += text.substr(0, gap);
        text.remove_prefix(gap);
        const auto size = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), named ? isOfABearer : isOfAToken) - text.begin());
        const auto word = text.substr(0, size);
        out += (named && size >= leastBearer) || isKnownToken(word) ? std::string_view(masked) : word;
        named = isBearer(word);
        text.remove_prefix(size);
    }
    return out;
}

/// An option that a secret, or a header, follows as the next argument.
bool precedesSecret(std::string_view argument) {
    const auto name = argument.substr(std::min(argument.find_first_not_of('-'), argument.size()));
    const bool option = name.size() < argument.size() && name.find('=') == std::string_view::npos;
    return option && (name == "p" || name == "H" || name == "header" || base::isSecretName(name));
}

/// The quotes of a piece of a list are no part of it.
std::string_view withoutQuotes(std::string_view piece) {
    const bool quoted = piece.size() > 1 && (piece.front() == '"' || piece.front() == '\'') && piece.back() == piece[0];
    return quoted ? piece.substr(1, piece.size() - 2) : piece;
}

/// The end of the next piece of a list that is written: at its comma.
std::size_t endOfPiece(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(blanks), text.size());
    const bool quoted = begin < text.size() && (text[begin] == '"' || text[begin] == '\'');
    return endOf(text, quoted ? endOfQuoted(text, begin) : begin, ",");
}

/// What of `text` the other text hides.
std::string hiddenIn(const std::string& text, const std::string& visible) {
    const auto first = visible.find(masked);
    const auto last = visible.rfind(masked);
    if (visible == text || first == std::string::npos) {
        return {};
    }
    const auto behind = visible.size() - last - std::string_view(masked).size();
    return first + behind < text.size() ? text.substr(first, text.size() - behind - first) : std::string();
}

}  // namespace

std::string withoutSecrets(const std::string& text) {
    return withoutTokens(withoutSecretValues(withoutAddressedUsers(text)));
}

std::string withoutSecretArguments(std::string_view written) {
    std::string out;
    bool secret = false;
    while (!written.empty()) {
        const auto end = endOfPiece(written);
        const auto piece = written.substr(0, end);
        const auto item = base::trimmed(piece);
        const auto begin = std::min(piece.find_first_not_of(blanks), piece.size());
        out += piece.substr(0, begin);
        out += secret && !item.empty() ? std::string(masked) : withoutSecrets(std::string(item));
        out += piece.substr(begin + item.size());
        out += written.substr(end, 1);
        secret = item.empty() ? secret : precedesSecret(withoutQuotes(item));
        written.remove_prefix(std::min(end + 1, written.size()));
    }
    return out;
}

std::vector<std::string> secretsIn(const std::vector<std::string>& arguments) {
    std::vector<std::string> secrets;
    bool whole = false;
    for (const auto& argument : arguments) {
        const std::string hidden = whole ? argument : hiddenIn(argument, withoutSecrets(argument));
        if (!hidden.empty()) {
            secrets.push_back(hidden);
            if (const auto blank = hidden.find_last_of(" :"); blank != std::string::npos) {
                secrets.push_back(hidden.substr(blank + 1));
            }
        }
        whole = precedesSecret(argument);
    }
    return secrets;
}

namespace {

bool hasPlainPort(std::string_view authority) {
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    return colon == std::string_view::npos || (bracket != std::string_view::npos && bracket > colon) ||
           authority.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

/// An @ in the path marks no user, unless it looks like the end of a password with a slash in it.
bool namesUser(std::string_view address) {
    const auto scheme = address.find(schemeEnd);
    address.remove_prefix(scheme == std::string_view::npos ? 0 : scheme + schemeEnd.size());
    const auto sign = address.rfind('@');
    const auto path = address.find_first_of("/?#");
    if (sign == std::string_view::npos || path > sign) {
        return sign != std::string_view::npos;
    }
    const bool word = address.substr(path, sign - path).find(':') != std::string_view::npos;
    return word || !hasPlainPort(address.substr(0, path));
}

}  // namespace

bool holdsSecret(const std::string& address) {
    std::string rest(address);
    std::replace(rest.begin(), rest.end(), '@', '_');  // that of a path hides nothing
    return namesUser(address) || withoutSecrets(rest) != rest;
}

std::string withoutUsers(std::string text) {
    const auto scheme = text.find(schemeEnd);
    const auto start = scheme == std::string::npos ? 0 : scheme + schemeEnd.size();
    const auto sign = text.rfind('@');
    return sign == std::string::npos || sign < start ? text : text.replace(start, sign - start, masked);
}

}  // namespace aip::app
