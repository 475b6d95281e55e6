#include "app/masking.h"

#include "base/setting_text.h"
#include "transport/url.h"

#include <Poco/String.h>

#include <algorithm>
#include <string_view>

namespace aip::app {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view mark = "://";
constexpr const char* separators = "?&;";

std::size_t endOf(const std::string& text, std::size_t at, std::string_view ends) {
    return std::min(text.find_first_of(ends, at), text.size());
}

/// Up to the last @ of the address: a password may hold whatever else ends its authority.
void maskUser(std::string& text, std::size_t at) {
    const auto sign = text.rfind('@', endOf(text, at, blanks));
    if (sign != std::string::npos && sign >= at) {
        text.replace(at, sign - at, masked);
    }
}

/// However its letters are written.
bool isSecretParameter(const std::string& written) {
    const std::string name = transport::percentDecoded(written);
    return base::isSecretName(name) || Poco::toLower(name).find("auth") != std::string::npos;
}

void maskParameter(std::string& text, std::size_t at) {
    const auto equals = text.find('=', at);
    const auto end = endOf(text, at, "&; \t");
    if (equals < end && isSecretParameter(text.substr(at, equals - at))) {
        text.replace(equals + 1, end - equals - 1, masked);
    }
}

}  // namespace

std::string withoutSecrets(std::string text) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + mark.size())) {
        maskUser(text, at + mark.size());
    }
    for (auto at = text.find_first_of(separators); at != std::string::npos;
         at = text.find_first_of(separators, at + 1)) {
        maskParameter(text, at + 1);
    }
    return text;
}

bool holdsSecret(const std::string& address) {
    return withoutSecrets(withoutUsers(address)) != address;
}

std::string withoutUsers(std::string text) {
    const auto scheme = text.find(mark);
    const auto start = scheme == std::string::npos ? 0 : scheme + mark.size();
    const auto sign = text.rfind('@');
    return sign == std::string::npos || sign < start ? text : text.replace(start, sign - start, masked);
}

}  // namespace aip::app
