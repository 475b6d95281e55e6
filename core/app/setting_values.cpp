#include "app/setting_values.h"

#include "app/platform.h"
#include "app/start_folder.h"
#include "base/json_text.h"
#include "base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace aip::app::values {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t longestName = 255;
constexpr double shortestWindow = 1;
constexpr double longestWindow = 604'800;

std::string boundText(double bound) {
    return bound == std::floor(bound) ? std::to_string(static_cast<std::int64_t>(bound)) : fmt::format("{}", bound);
}

Result<double> number(const SettingText& text, base::Unit unit, double low, double high) {
    auto value = text.one ? base::numberSetting(*text.one, unit) : text.one.error();
    if (value && (*value < low || *value > high)) {
        return Error(Code::invalid, *text.one + " is out of range: " + boundText(low) + " to " + boundText(high));
    }
    return value;
}

/// Two names that look the same are the same.
std::string whyNoIdentifier(const std::string& name) {
    if (const auto control = base::controlCharacter(name); control || name.find('\t') != std::string::npos) {
        return "holds a control character (" + base::codePoint(control.value_or('\t')) + ")";
    }
    if (const auto hidden = base::hiddenCharacter(name)) {
        return "holds " + base::codePoint(*hidden) +
               ", which does not show or looks like something else: type it again";
    }
    if (base::hasTypographicQuote(name)) {
        return "has a typographic quotation mark at its end: leave it out, or quote with \"";
    }
    return name.starts_with(' ') || name.ends_with(' ') ? "begins or ends with a blank" : "";
}

bool isMeasure(const std::string& name) {
    return link::measureNamed(name).has_value();
}

bool isVariable(const std::string& name) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.-";
    const bool digit = !name.empty() && name.front() >= '0' && name.front() <= '9';
    return !name.empty() && !digit && name.find_first_not_of(letters) == std::string::npos;
}

/// Of a quota: "min", "h", "30s". min is m, too.
Result<std::chrono::milliseconds> windowOf(std::string_view written) {
    std::string text(base::trimmed(written));
    if (text.ends_with("min")) {
        text.resize(text.size() - 2);
    }
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        text.insert(0, "1");
    }
    const auto window = number(text, base::Unit::duration, shortestWindow, longestWindow);
    if (!window) {
        return Error(window.error()).within("of the time '" + std::string(base::trimmed(written)) + "'");
    }
    return std::chrono::milliseconds(std::llround(*window * 1000));
}

}  // namespace

Result<void> seconds(std::chrono::milliseconds& out, const SettingText& text, double low, double high) {
    const auto value = number(text, base::Unit::duration, low, high);
    if (!value) {
        return value.error();
    }
    out = std::chrono::milliseconds(std::llround(*value * 1000));
    return {};
}

Result<double> wholeNumber(const SettingText& text, base::Unit unit, double low, double high) {
    auto value = number(text, unit, low, high);
    if (value && *value != std::floor(*value)) {
        return Error(Code::invalid, "'" + *text.one + "' is not a whole number");
    }
    return value;
}

Result<double> limitNumber(const SettingText& text, double least, double high, base::Unit unit) {
    auto value = wholeNumber(text, unit, 0, high);
    if (!value || *value == 0 || *value >= least) {
        return value;
    }
    const auto number = static_cast<std::int64_t>(least);
    const std::string minimum =
        unit == base::Unit::size ? std::to_string(number >> 20) + "MiB" : std::to_string(number);
    return Error(Code::invalid, *text.one + " is too little for a plugin's process to start: at least " + minimum +
                                    ", or 0 for no limit");
}

Result<void> quota(execution::Quota& out, const SettingText& text, double high, base::Unit unit) {
    if (!text.one) {
        return text.one.error();
    }
    const std::string written(base::trimmed(*text.one));
    const auto slash = written.find('/');
    if (slash == std::string::npos) {
        return Error(Code::invalid, "'" + written + "' is not so much in a time, as " +
                                        (unit == base::Unit::size ? "10MiB/h" : "10/min"));
    }
    const auto most = wholeNumber(std::string(base::trimmed(written.substr(0, slash))), unit, 1, high);
    const auto window = windowOf(written.substr(slash + 1));
    if (!most || !window) {
        return most ? window.error() : most.error();
    }
    out = {static_cast<std::uint64_t>(*most), *window, written};
    return {};
}

Result<void> boolean(bool& out, const SettingText& text) {
    const auto value = text.one ? base::booleanSetting(*text.one) : text.one.error();
    if (!value) {
        return value.error();
    }
    out = *value;
    return {};
}

Result<void> text(std::string& out, const SettingText& value) {
    if (!value.one) {
        return value.one.error();
    }
    if (!base::isUtf8(*value.one)) {
        return Error(Code::invalid, "not valid UTF-8");
    }
    out = *value.one;
    return {};
}

Result<void> identifier(std::string& out, const SettingText& value) {
    std::string name;
    if (auto done = text(name, value); !done) {
        return done;
    }
    if (name.empty()) {
        return Error(Code::invalid, "must not be empty");
    }
    if (name.size() > longestName) {
        return Error(Code::invalid, "longer than " + std::to_string(longestName) + " bytes");
    }
    if (const auto why = whyNoIdentifier(name); !why.empty()) {
        return Error(Code::invalid, why);
    }
    out = std::move(name);
    return {};
}

Result<void> path(std::string& out, const SettingText& value) {
    auto absolute = value.one ? fromStartFolder(*value.one) : value.one.error();
    if (!absolute) {
        return std::move(absolute).error();
    }
    out = *absolute;
    return {};
}

Result<void> socketPath(std::string& out, const SettingText& value) {
    return value.one && *value.one == "none" ? text(out, value) : path(out, value);
}

Result<void> list(std::vector<std::string>& out, const SettingText& text) {
    if (!text.list) {
        return text.list.error();
    }
    if (!std::all_of(text.list->begin(), text.list->end(), base::isUtf8)) {
        return Error(Code::invalid, "not valid UTF-8");
    }
    out = *text.list;
    return {};
}

Result<void> list(std::vector<std::filesystem::path>& out, const SettingText& text) {
    std::vector<std::string> entries;
    if (auto done = list(entries, text); !done) {
        return done;
    }
    out.clear();
    for (const auto& entry : entries) {
        auto absolute = fromStartFolder(entry);
        if (!absolute) {
            return std::move(absolute).error();
        }
        out.emplace_back(*absolute);
    }
    return {};
}

Result<void> each(const std::vector<std::string>& items, bool (*fits)(const std::string& item),
                  const std::string& why) {
    std::string wrong;
    for (const auto& item : items) {
        wrong += fits(item) ? "" : (wrong.empty() ? "'" : ", '") + item + "'";
    }
    return wrong.empty() ? Result<void>() : Error(Code::invalid, wrong + " " + why);
}

Result<void> oneOf(const SettingText& value, const std::vector<std::string_view>& choices) {
    if (!value.one) {
        return value.one.error();
    }
    std::string known;
    for (const auto choice : choices) {
        if (choice == *value.one) {
            return {};
        }
        known.append(known.empty() ? "" : ", ").append(choice);
    }
    return Error(Code::invalid, "'" + *value.one + "' is none of " + known);
}

Result<void> measures(link::Measures& out, const SettingText& value) {
    std::vector<std::string> names;
    auto done = list(names, value);
    done = done ? each(names, isMeasure, "is none of " + link::Measures::all().text()) : std::move(done);
    if (!done) {
        return done;
    }
    out = {};
    for (const auto& name : names) {
        out.add(*link::measureNamed(name));
    }
    return {};
}

Result<void> variables(std::vector<std::string>& out, const SettingText& value) {
    std::vector<std::string> names;
    auto done = list(names, value);
    done = done ? each(names, isVariable,
                       "is not the name of a variable: names alone, without $, = or *, with commas between them")
                : std::move(done);
    if (done) {
        out = std::move(names);
    }
    return done;
}

Result<void> user(std::optional<plugins::ProcessUser>& out, const SettingText& value) {
    std::string name;
    if (auto done = text(name, value); !done) {
        return done;
    }
    const auto found = name.empty() ? std::nullopt : findUser(name);
    if (!name.empty() && !found) {
        return Error(Code::invalid, "there is no user '" + name + "'");
    }
    if (found && found->first == 0) {
        return Error(Code::invalid, "a plugin is not run as root; leave it empty for the user of the agent");
    }
    out = found ? std::optional(plugins::ProcessUser{found->first, found->second}) : std::nullopt;
    return {};
}

}  // namespace aip::app::values
