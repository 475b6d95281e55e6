#include "app/proxy_environment.h"
#include "app/secret.h"
#include "base/ascii.h"

#include <cstdlib>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

namespace aip::app {
namespace {

using network::ProxyEnvironment;
using network::ProxyVariable;

constexpr std::string_view suffix = "_proxy";

/// The first of these that is set and not empty.
ProxyVariable firstOf(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') {
            return {name, value};
        }
    }
    return {};
}

std::vector<ProxyVariable> proxyVariables() {
    std::vector<ProxyVariable> found;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::string_view name = text.substr(0, text.find('='));
        if (name.size() > suffix.size() && name.size() < text.size() &&
            base::equalNoCase(name.substr(name.size() - suffix.size()), suffix)) {
            found.push_back({std::string(name), std::string(text.substr(name.size() + 1))});
        }
    }
    return found;
}

void removeUsers() {
    for (const auto& [name, value] : proxyVariables()) {
        if (const std::string shown = network::withoutUser(value); shown != value) {
            forgetVariable(name);
            ::setenv(name.c_str(), shown.c_str(), 1);
        }
    }
}

ProxyEnvironment take() {
    ProxyEnvironment taken{firstOf({"http_proxy"}), firstOf({"https_proxy", "HTTPS_PROXY"}),
                           firstOf({"no_proxy", "NO_PROXY"}).value};
    removeUsers();
    return taken;
}

}  // namespace

const ProxyEnvironment& proxyEnvironment() {
    static const ProxyEnvironment environment = take();
    return environment;
}

}  // namespace aip::app
