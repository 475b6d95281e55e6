#include "app/setting_references.h"

#include <Poco/Exception.h>
#include <Poco/Util/SystemConfiguration.h>

#include <algorithm>

namespace aip::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

/// Between $ and { where they are no reference: POCO knows no escape. A value itself holds no control character.
constexpr char guard = '\x01';
constexpr std::string_view guardedStart = "$\x01{";

/// A longer circle counts as nested too deeply.
constexpr std::size_t longestCircle = 32;

Result<std::string> unchanged(std::string_view reference) {
    return std::string(reference);
}

}  // namespace

SettingReferences::SettingReferences()
    : _values(new Poco::Util::MapConfiguration), _layers(new Poco::Util::LayeredConfiguration) {
    _layers->add(_values, 50, false);
    _layers->add(new Poco::Util::SystemConfiguration, 100, false);
}

void SettingReferences::add(const std::string& key, const std::string& written) {
    _values->setString(key, withoutQuotes(written));
    _costs.clear();
}

std::string SettingReferences::withoutQuotes(const std::string& written) {
    const auto text = base::decodeSetting(written, unchanged, guardedStart);
    return text.one ? *text.one : written;
}

base::SettingText SettingReferences::decode(const std::string& written) const {
    return base::decodeSetting(written, [this](std::string_view reference) { return expand(reference); });
}

Result<std::string> SettingReferences::expand(std::string_view reference) const {
    const std::string text(reference);
    const std::size_t cost = costOf(text, 0);
    if (cost > _left) {
        return Error(Code::invalid, text + " and the references before it stand for more than 16 MiB");
    }
    _left -= cost;
    try {
        std::string value = _layers->expand(text);
        if (value.find("${") != std::string::npos) {
            return Error(Code::notFound, text + " is not set");
        }
        value.erase(std::remove(value.begin(), value.end(), guard), value.end());
        return value;
    } catch (const Poco::CircularReferenceException&) {
        // Of POCO's, also for a chain that is merely long.
        Keys open;
        Keys done;
        return Error(Code::invalid,
                     text + (goesRound(text, open, done) ? " leads back to this key" : " is nested too deeply"));
    } catch (const Poco::Exception&) {  // the name in it is not even one that a key could have
        return Error(Code::invalid, text + " is not a valid reference");
    }
}

/// The bytes that POCO would make of it, and one for each reference on the way. It gives up by itself at deep ones.
std::size_t SettingReferences::costOf(const std::string& text, std::size_t level) const {
    std::size_t cost = text.size();
    for (auto at = text.find("${"); level < longestCircle && cost <= mostExpanded && at != std::string::npos;
         at = text.find("${", at + 2)) {
        const std::string key = text.substr(at + 2, text.find('}', at) - at - 2);
        if (!_values->has(key)) {
            continue;
        }
        const auto known = _costs.find(key);
        if (known != _costs.end()) {
            cost += known->second;
            continue;
        }
        _costs[key] = 0;  // of a circle
        cost += _costs[key] = costOf(_values->getRawString(key), level + 1);
    }
    return std::min(cost, mostExpanded + 1);
}

/// Whether the references in `text` lead to a key that is open: one on the way to it.
bool SettingReferences::goesRound(const std::string& text, Keys& open, Keys& done) const {
    for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
        const std::string key = text.substr(at + 2, text.find('}', at) - at - 2);
        if (open.contains(key)) {
            return true;
        }
        if (key.empty() || !_values->has(key) || open.size() == longestCircle || !done.insert(key).second) {
            continue;
        }
        open.insert(key);
        if (goesRound(_values->getRawString(key), open, done)) {
            return true;
        }
        open.erase(key);
    }
    return false;
}

}  // namespace aip::app
