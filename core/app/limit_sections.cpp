#include "app/limit_sections.h"

#include "app/setting_keys.h"
#include "app/setting_values.h"
#include "base/nearest.h"

#include <algorithm>
#include <set>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using base::SettingText;
using execution::LimitRule;
using execution::Quota;
using execution::ToolPattern;

constexpr double mostCalls = 1'000'000;

bool isNone(const SettingText& value) {
    return value.one && base::trimmed(*value.one) == "none";
}

/// What helps whoever has meant "never" or "no limit" by it.
Result<void> withAdvice(Result<void> done) {
    return done ? std::move(done)
                : Error(done.error().code(), done.error().text() + "; none: no limit; allow = false: never");
}

Result<void> setQuota(std::optional<Quota>& out, const SettingText& value, double high, base::Unit unit) {
    Quota limit;
    auto done = isNone(value) ? Result<void>() : values::quota(limit, value, high, unit);
    if (done) {
        out = std::move(limit);
    }
    return withAdvice(std::move(done));
}

Result<void> setConcurrency(LimitRule& rule, const SettingText& value) {
    std::uint64_t most = 0;
    auto done = isNone(value) ? Result<void>() : values::integer(most, value, 1, mostCalls);
    if (done) {
        rule.concurrency = most;
    }
    return withAdvice(std::move(done));
}

Result<void> setKey(LimitRule& rule, const std::string& name, const SettingText& value) {
    if (name == "allow") {
        return values::boolean(rule.allow.emplace(), value);
    }
    if (name == "concurrency") {
        return setConcurrency(rule, value);
    }
    return name == "rate" ? setQuota(rule.rate, value, mostCalls, base::Unit::none)
                          : setQuota(rule.bytesOut, value, values::maxFile, base::Unit::size);
}

std::string nameSpaceIn(const std::string& pattern) {
    return pattern.substr(0, pattern.find("::"));
}

/// What may have been meant by a pattern that fits no tool.
std::string adviceOn(const std::string& written, const execution::ToolTable& tools) {
    const std::string first = nameSpaceIn(written);
    if (execution::isToolType(first)) {
        return "; " + first + " is a type of tools: write Namespace::tool";
    }
    std::set<std::string> nameSpaces;
    std::vector<std::string> names;
    for (const auto& tool : tools.all()) {
        const auto& manifest = tool->manifest;
        if (manifest.name == first || tool->slot->manifest().id == first) {
            return "; that is the name of a " + std::string(manifest.name == first ? "tool" : "plugin") + ", " +
                   (manifest.name == first ? "its" : "one") + " namespace is '" + manifest.nameSpace + "'";
        }
        nameSpaces.insert(manifest.nameSpace);
        names.push_back(manifest.nameSpace + "::" + manifest.name);
    }
    return nameSpaces.contains(first) || written != first
               ? base::didYouMean(written, names)
               : base::didYouMean(first, {nameSpaces.begin(), nameSpaces.end()});
}

bool fitsOne(const ToolPattern& pattern, const execution::ToolTable& tools) {
    return std::ranges::any_of(tools.all(), [&pattern](const auto& tool) {
        return pattern.matches(tool->manifest.nameSpace, tool->manifest.name);
    });
}

}  // namespace

Result<void> LimitSections::set(const std::string& key, const SettingText& value) {
    const std::string written = memberOf(key, limitFamily);
    auto pattern = ToolPattern::parse(written);
    if (!pattern) {
        return std::move(pattern).error().within("[limits." + written + "]");
    }
    auto& rule = _rules[written];
    rule.pattern = *std::move(pattern);
    rule.section = std::string(limitFamily) + written;
    return setKey(rule, lastPart(key), value);
}

std::vector<LimitRule> LimitSections::rules(const Settings& settings, Findings& findings) const {
    std::vector<LimitRule> all;
    for (const auto& [written, rule] : _rules) {
        const auto same = std::ranges::find(all, rule.pattern, &LimitRule::pattern);
        if (same != all.end()) {
            findings.add({Found::invalidValue, settings.originUnder(rule.section), "",
                          "[" + rule.section + "] and [" + same->section + "] are for the same tools"});
        }
        all.push_back(rule);
    }
    return all;
}

Findings limitFindings(const Settings& settings, const execution::ToolTable& tools,
                       const std::vector<std::string>& toCome) {
    Findings findings;
    for (const auto& rule : settings.limits.rules) {
        const auto mayCome = [&rule](const std::string& nameSpace) { return rule.pattern.mayFitIn(nameSpace); };
        if (!fitsOne(rule.pattern, tools) && std::ranges::none_of(toCome, mayCome)) {
            const std::string written = rule.section.substr(limitFamily.size());
            findings.add(
                {Found::limitInVain, settings.originUnder(rule.section), "",
                 "[" + rule.section + "] limits nothing: no plugin has such a tool" + adviceOn(written, tools)});
        }
    }
    return findings;
}

}  // namespace aip::app
