#include "app/masking.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace aip::app {
namespace {

constexpr std::array words{"token", "key", "secret", "password", "passwd", "passphrase", "credential"};
constexpr std::string_view endOfAuthority = "/?# ,\"'";
constexpr std::string_view endOfParameter = "&# ,\"'";

std::size_t endOf(const std::string& text, std::size_t at, std::string_view ends) {
    return std::min(text.find_first_of(ends, at), text.size());
}

/// In the authority that begins at `at`.
void maskUser(std::string& text, std::size_t at) {
    const auto sign = text.rfind('@', endOf(text, at, endOfAuthority));
    if (sign != std::string::npos && sign >= at) {
        text.replace(at, sign - at, masked);
    }
}

void maskParameter(std::string& text, std::size_t at) {
    const auto equals = text.find('=', at);
    const auto end = endOf(text, at, endOfParameter);
    if (equals < end && isNamedLikeASecret(text.substr(at, equals - at))) {
        text.replace(equals + 1, end - equals - 1, masked);
    }
}

}  // namespace

bool isNamedLikeASecret(const std::string& name) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return lower.find(word) != std::string::npos; });
}

std::string withoutSecrets(std::string text) {
    constexpr std::string_view mark = "://";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + mark.size())) {
        maskUser(text, at + mark.size());
    }
    for (auto at = text.find_first_of("?&"); at != std::string::npos; at = text.find_first_of("?&", at + 1)) {
        maskParameter(text, at + 1);
    }
    return text;
}

}  // namespace aip::app
