#include "app/redaction.h"

#include "app/masking.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/json_members.h"
#include "base/json_text.h"
#include "base/setting_text.h"
#include "network/url.h"

#include <Poco/String.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace aip::app {
namespace {

/// Anything shorter is not a secret, and hiding it would spoil the log.
constexpr std::size_t minSecret = 4;
constexpr std::size_t largestDepth = 256;

/// Of those that rotate. Each costs a search in every line of the log.
constexpr std::size_t maxSecrets = 24;

/// %2F as %2f.
std::string withSmallEscapes(std::string text) {
    for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1)) {
        for (char& digit : std::span(text).subspan(at + 1, 2)) {
            digit = base::toLower(digit);
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

void addForms(std::vector<std::string>& forms, const std::string& secret) {
    const std::string encoded = network::percentEncoded(secret);
    const std::string asPath = network::percentEncoded(secret, "?#:;+@&=");
    const std::string json = inJson(secret);
    for (std::string form : {secret, encoded, withSmallEscapes(encoded), asPath, withSmallEscapes(asPath),
                             base::base64(secret), json, Poco::replace(json, std::string("/"), std::string("\\/"))}) {
        if (std::find(forms.begin(), forms.end(), form) == forms.end()) {
            forms.push_back(std::move(form));
        }
    }
}

std::shared_ptr<const std::vector<std::string>> formsOf(const auto& known) {
    const auto forms = std::make_shared<std::vector<std::string>>();
    for (const auto* secrets : {&known.secrets, &known.ofServers}) {
        for (const auto& secret : *secrets) {
            addForms(*forms, secret);
        }
    }
    std::stable_sort(forms->begin(), forms->end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return forms;
}

void addLongEnough(std::deque<std::string>& secrets, std::string secret) {
    if (secret.size() >= minSecret) {
        secrets.push_back(std::move(secret));
    }
}

/// A string stands for its text.
std::string plain(std::string_view json) {
    return json.size() > 1 && json.starts_with('"') ? std::string(json.substr(1, json.size() - 2)) : std::string();
}

void addSecretsOf(const hosting::ServerSpec& server, std::deque<std::string>& secrets) {
    for (const auto& variable : server.environment) {
        const auto sign = variable.find('=');
        if (base::isSecretName(variable.substr(0, sign))) {
            addLongEnough(secrets, variable.substr(sign + 1));
        }
    }
    for (const auto& header : server.headers) {
        addLongEnough(secrets, header.substr(header.find_last_of(" :") + 1));
    }
    for (const auto& secret : {server.proxy.credentials, passwordOf(server.proxy.credentials)}) {
        addLongEnough(secrets, secret);
    }
    for (auto& secret : secretsIn(server.command)) {
        if (secret.find_first_not_of("0123456789:.") !=
            std::string::npos) {  // a port is no secret, and stands anywhere
            addLongEnough(secrets, std::move(secret));
        }
    }
    const auto fixed = base::jsonMembers(server.fixedArguments, largestDepth);
    for (const auto& [name, value] : fixed ? *fixed : std::vector<base::JsonMember>()) {
        addLongEnough(secrets, plain(value));
    }
}

/// As the latest one, unless it is too short to be one.
void remember(std::deque<std::string>& secrets, const std::string& secret) {
    if (secret.size() < minSecret) {
        return;
    }
    std::erase(secrets, secret);
    secrets.push_back(secret);
    if (secrets.size() > maxSecrets) {
        secrets.pop_front();
    }
}

}  // namespace

Redaction::Redaction(const Settings& settings) {
    learn(settings.session.endpoint);
    _known->with([&](Known& known) { remember(known.secrets, settings.mcpServer.key); });
    learnServers(settings.discovery.servers);
}

void Redaction::learn(const transport::Endpoint& endpoint) const {
    _known->with([&](Known& known) {
        for (const auto& secret : {endpoint.token, endpoint.proxyCredentials, passwordOf(endpoint.proxyCredentials)}) {
            remember(known.secrets, secret);
        }
        known.forms = formsOf(known);
    });
}

void Redaction::learnServers(const std::map<std::string, plugins::ServerSettings>& servers) const {
    std::deque<std::string> secrets;
    for (const auto& [name, server] : servers) {
        addSecretsOf(server.spec, secrets);
    }
    _known->with([&](Known& known) {
        known.ofServers = std::move(secrets);
        known.forms = formsOf(known);
    });
}

Redaction Redaction::with(const std::vector<std::string>& more) const {
    Redaction other{Settings()};
    const Known known = std::as_const(*_known).with([](const Known& ours) { return ours; });
    other._known->with([&](Known& theirs) {
        theirs = known;
        for (const auto& secret : more) {
            addLongEnough(theirs.ofServers, secret);
        }
        theirs.forms = formsOf(theirs);
    });
    return other;
}

std::string Redaction::operator()(std::string text) const {
    const auto forms = std::as_const(*_known).with([](const Known& known) { return known.forms; });
    for (const std::string& form : *forms) {
        Poco::replaceInPlace(text, form, std::string(masked));
    }
    return withoutSecrets(text);
}

}  // namespace aip::app
