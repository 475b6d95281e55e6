#include "app/configuration_file.h"

#include <Poco/Exception.h>
#include <Poco/Util/IniFileConfiguration.h>
#include <Poco/Util/XMLConfiguration.h>

namespace aip::app {

using base::Code;
using base::Error;
using Poco::AutoPtr;
using Poco::Util::AbstractConfiguration;

namespace {

void collectKeys(const AbstractConfiguration& config, const std::string& base, std::vector<std::string>& out) {
    AbstractConfiguration::Keys children;
    config.keys(base, children);
    if (children.empty() && !base.empty()) {
        out.push_back(base);
    }
    for (const auto& child : children) {
        std::string key = base;
        key += (base.empty() ? "" : ".") + child;
        if (child.empty()) {
            out.push_back(key);  // a value without a name: POCO would take the parent for its child
        } else {
            collectKeys(config, key, out);
        }
    }
}

}  // namespace

base::Result<AutoPtr<AbstractConfiguration>> loadConfiguration(const std::string& file) {
    try {
        if (file.ends_with(".ini")) {
            return AutoPtr<AbstractConfiguration>(new Poco::Util::IniFileConfiguration(file));
        }
        if (file.ends_with(".xml")) {
            return AutoPtr<AbstractConfiguration>(new Poco::Util::XMLConfiguration(file));
        }
    } catch (const Poco::FileException&) {
        return Error(Code::notFound, file + ": cannot be opened");
    } catch (const Poco::Exception& failure) {
        return Error(Code::invalid, file + ": " + failure.displayText());
    }
    return Error(Code::invalid, file + ": a configuration file ends in .ini or .xml");
}

std::vector<std::string> keysOf(const AbstractConfiguration& configuration) {
    std::vector<std::string> keys;
    collectKeys(configuration, "", keys);
    return keys;
}

}  // namespace aip::app
