// The settings of [plugin.ID].
#pragma once

#include "error.hpp"
#include "param.hpp"
#include "read.hpp"
#include "schema.hpp"

#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip {

/// The values in force: what the operator has set, else the described default.
class Settings {
  public:
    explicit Settings(std::map<std::string, std::string> values) : _values(std::move(values)) {}

    /// The value of a described setting. A T that does not fit is an Error naming it.
    template <typename T>
    T get(const std::string& name) const {
        const auto value = _values.find(name);
        if (value == _values.end()) {
            throw Error(Code::internal, "setting '" + name + "' was not described");
        }
        return detail::within("setting '" + name + "'", [&] { return detail::readJson<T>(value->second); });
    }

  private:
    std::map<std::string, std::string> _values;
};

namespace detail {

/// The described settings: their schema, and reading them.
class SettingList {
  public:
    template <typename T>
    Param& add(Param param) {
        if (reserved(param.name())) {
            throw Error(Code::invalid, "setting '" + param.name() + "' is one of the agent's own");
        }
        auto& setting = _settings.emplace_back(Setting{std::move(param), &settingOf<T>, &validate<T>});
        return setting.param;
    }

    /// The schema of the whole, "null" if there are none.
    std::string schema() const {
        std::vector<Property> properties;
        for (const auto& setting : _settings) {
            properties.push_back(setting.property(setting.param));
        }
        return properties.empty() ? "null" : toText(objectSchema(properties));
    }

    /// The values in `json`, checked, completed with the defaults.
    Settings read(std::string_view json) const {
        std::map<std::string, std::string> values;
        Document document(json.empty() ? "{}" : json);
        within("settings", [&] {
            readObject(document.root(), [&](std::string_view name, const Value& value) {
                find(name).validate(values[std::string(name)] = detail::read<Json>(value).text);
            });
            complete(values);
        });
        return Settings(std::move(values));
    }

  private:
    struct Setting {
        Param param;
        Property (*property)(const Param&);
        void (*validate)(const std::string& json);
    };

    /// [plugin.ID] also holds what the agent wants to know about the plugin.
    static bool reserved(std::string_view name) {
        return name == "enabled" || name == "load" || name == "isolation" || name == "sha256" || name == "environment";
    }

    template <typename T>
    static void validate(const std::string& json) {
        Document document(json);
        detail::read<T>(document.root());
    }

    const Setting& find(std::string_view name) const {
        for (const auto& setting : _settings) {
            if (setting.param.name() == name) {
                return setting;
            }
        }
        throw Error(Code::invalid, "unknown");
    }

    void complete(std::map<std::string, std::string>& values) const {
        for (const auto& setting : _settings) {
            const auto property = setting.property(setting.param);
            if (property.required && !values.contains(property.name)) {
                throw Error(Code::invalid, property.name + ": missing");
            }
            if (!property.required) {
                values.try_emplace(property.name, property.schema.at("default"));
            }
        }
    }

    std::list<Setting> _settings;  // add() hands out references
};

}  // namespace detail
}  // namespace aip
