#pragma once

#include "app/settings.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

/// A table of what each setting makes of its values.
namespace aip::app::rows {

inline std::string show(const std::string& text) {
    return text;
}
inline std::string show(bool value) {
    return value ? "true" : "false";
}
inline std::string show(std::uint64_t value) {
    return std::to_string(value);
}
inline std::string show(std::uint32_t value) {
    return std::to_string(value);
}
inline std::string show(std::chrono::milliseconds value) {
    return std::to_string(value.count()) + " ms";
}
inline std::string show(transport::TokenIn value) {
    return value == transport::TokenIn::header ? "header" : "query";
}
inline std::string show(lifecycle::OnDisconnect value) {
    return value == lifecycle::OnDisconnect::finish ? "finish" : "cancel";
}
inline std::string show(plugins::Isolation value) {
    return std::string(name(value));
}
inline std::string show(audit::Sync value) {
    return value == audit::Sync::none ? "none" : value == audit::Sync::group ? "group" : "record";
}
inline std::string show(audit::Parameters value) {
    return value == audit::Parameters::full ? "full" : value == audit::Parameters::cut ? "cut" : "hash";
}
inline std::string show(admission::Trust value) {
    return value == admission::Trust::signature ? "signed" : value == admission::Trust::pinned ? "pinned" : "owner";
}
template <typename Entry>
inline std::string show(const std::vector<Entry>& entries) {
    std::ostringstream out;
    for (const auto& entry : entries) {
        out << (out.tellp() == 0 ? "" : "|") << std::filesystem::path(entry).string();
    }
    return out.str();
}

inline std::string show(const std::optional<execution::Quota>& quota) {
    return quota ? std::to_string(quota->most) + " in " + show(quota->window) : "none";
}

using S = const Settings&;
using Get = std::string (*)(S);  ///< the member that holds a setting, shown
using Texts = std::vector<std::pair<std::string, std::string>>;

/// What a setting makes of a value.
struct ValueRow {
    std::string key;
    Get get;
    std::string byDefault;  ///< as show() shows it
    Texts taken;            ///< written, shown
    Texts refused;          ///< written, part of the error
};

inline std::ostream& operator<<(std::ostream& out, const ValueRow& row) {
    return out << row.key;
}

/// Bounds as they are written and as they are shown, and what is just beyond them.
struct Bounds {
    std::pair<std::string, std::string> low;
    std::pair<std::string, std::string> high;
};
inline const Bounds fromZero{{"0", "0 ms"}, {"86400", "86400000 ms"}};
inline const Bounds aboveZero{{"0.001", "1 ms"}, {"86400", "86400000 ms"}};

inline ValueRow duration(std::string key, Get get, std::string byDefault, const Bounds& bounds = aboveZero) {
    const std::string below = bounds.low.first == "0" ? "-0.001" : "0";
    return {std::move(key),
            get,
            std::move(byDefault),
            {bounds.low, bounds.high, {"1.5", "1500 ms"}, {"20s", "20000 ms"}, {"20 m", "1200000 ms"}},
            {{below, "is out of range: " + bounds.low.first + " to " + bounds.high.first},
             {bounds.high.first + ".1", "is out of range"},
             {"", "'' is not a number"},
             {"1KiB", "'1KiB' is not a number; units: ms, s, m, h, d"},
             {"inf", "'inf' is not a number"}}};
}

inline ValueRow number(std::string key, Get get, std::string byDefault, std::uint64_t low, std::uint64_t high) {
    const std::string lowest = std::to_string(low);
    const std::string highest = std::to_string(high);
    return {std::move(key),
            get,
            std::move(byDefault),
            {{lowest, lowest}, {highest, highest}},
            {{low == 0 ? "-1" : std::to_string(low - 1), "is out of range: " + lowest + " to " + highest},
             {std::to_string(high + 1), "is out of range: " + lowest + " to " + highest},
             {lowest + ".5", "is not a whole number"},
             {"many", "'many' is not a number"},
             {"0x10", "'0x10' is not a number"}}};
}

inline ValueRow choice(std::string key, Get get, const std::vector<std::string>& choices) {
    ValueRow row{std::move(key), get, choices.front(), {}, {}};
    std::string all;
    for (const auto& each : choices) {
        row.taken.emplace_back(each, each);
        all += (all.empty() ? "" : ", ") + each;
    }
    row.refused = {{"", "'' is none of " + all}, {"perhaps", "'perhaps' is none of " + all}};
    return row;
}

inline ValueRow boolean(std::string key, Get get, bool byDefault) {
    return {
        std::move(key),
        get,
        show(byDefault),
        {{"true", "true"}, {"yes", "true"}, {"on", "true"}, {"false", "false"}, {"no", "false"}, {"off", "false"}},
        {{"", "'' is none of true, false, yes, no, on, off"}, {"1", "'1' is none of"}, {"True", "'True' is none of"}}};
}

inline std::string absolute(const std::string& file) {
    return std::filesystem::absolute(file).string();
}

inline ValueRow path(std::string key, Get get) {
    return {std::move(key), get, "", {{"", ""}, {"/a/b", "/a/b"}, {"b", absolute("b")}}, {}};
}

inline ValueRow paths(std::string key, Get get) {
    return {std::move(key), get, "", {{"", ""}, {"/a, b", "/a|" + absolute("b")}}, {}};
}

inline ValueRow list(std::string key, Get get) {
    return {std::move(key), get, "", {{"", ""}, {"a", "a"}, {" a , ,b c,\t", "a|b c"}}, {}};
}

inline const std::uint64_t maxSize = 1UL << 30U;
inline const std::uint64_t maxFile = 1UL << 40U;
inline const Bounds weekFromZero{{"0", "0 ms"}, {"604800", "604800000 ms"}};
inline const Bounds weekAboveZero{{"0.001", "1 ms"}, {"604800", "604800000 ms"}};

}  // namespace aip::app::rows
