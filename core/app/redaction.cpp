#include "app/redaction.h"

#include "base/json_text.h"
#include "transport/base64.h"

#include <Poco/String.h>
#include <Poco/URI.h>

#include <algorithm>
#include <cctype>
#include <span>

namespace aip::app {
namespace {

/// Anything shorter is not a secret, and hiding it would spoil the log.
constexpr std::size_t minSecret = 4;

std::string percentEncoded(const std::string& text, const std::string& reserved) {
    std::string encoded;
    Poco::URI::encode(text, reserved, encoded);
    return encoded;
}

/// %2F as %2f.
std::string withSmallEscapes(std::string text) {
    for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1)) {
        for (char& digit : std::span(text).subspan(at + 1, 2)) {
            digit = static_cast<char>(std::tolower(static_cast<unsigned char>(digit)));
        }
    }
    return text;
}

std::string inJson(const std::string& text) {
    const std::string quoted = base::jsonString(text);
    return quoted.substr(1, quoted.size() - 2);
}

std::string passwordOf(const std::string& credentials) {
    const std::size_t colon = credentials.find(':');
    return colon == std::string::npos ? "" : credentials.substr(colon + 1);
}

}  // namespace

Redaction::Redaction(const Settings& settings) {
    const auto& endpoint = settings.session.endpoint;
    hide(endpoint.token);
    hide(endpoint.proxyCredentials);
    hide(passwordOf(endpoint.proxyCredentials));
    std::stable_sort(_forms.begin(), _forms.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

void Redaction::hide(const std::string& secret) {
    if (secret.size() < minSecret) {
        return;
    }
    const std::string encoded = percentEncoded(secret, "?#/:;+@&=");
    const std::string asPath = percentEncoded(secret, "?#:;+@&=");
    const std::string json = inJson(secret);
    for (std::string form :
         {secret, encoded, withSmallEscapes(encoded), asPath, withSmallEscapes(asPath), transport::base64(secret), json,
          Poco::replace(json, std::string("/"), std::string("\\/"))}) {
        if (std::find(_forms.begin(), _forms.end(), form) == _forms.end()) {
            _forms.push_back(std::move(form));
        }
    }
}

std::string Redaction::operator()(std::string text) const {
    for (const std::string& form : _forms) {
        Poco::replaceInPlace(text, form, std::string("***"));
    }
    return text;
}

}  // namespace aip::app
