#include "mcp/fixed_arguments.h"

#include "base/json_members.h"
#include "base/json_parser.h"
#include "base/json_text.h"

#include <algorithm>
#include <vector>

namespace aip::mcp {
namespace {

using base::JsonMember;
using base::jsonString;

constexpr std::size_t deepest = 256;

std::vector<JsonMember> membersOf(std::string_view object) {
    auto members = base::jsonMembers(object, deepest);
    return members ? *std::move(members) : std::vector<JsonMember>();
}

void addMember(std::string& object, std::string_view key, std::string_view value) {
    object += (object.size() > 1 ? "," : "") + jsonString(key) + ":";
    object += value;
}

/// The members that are not fixed, without the end of the object.
std::string others(std::string_view object, const FixedArguments& fixed) {
    std::string out = "{";
    for (const auto& [key, value] : membersOf(object)) {
        if (!fixed.contains(key)) {
            addMember(out, key, value);
        }
    }
    return out;
}

std::string otherNames(std::string_view array, const FixedArguments& fixed) {
    const auto isFixed = [&](std::string_view entry) {
        return std::ranges::any_of(fixed, [&](const auto& each) { return jsonString(each.first) == entry; });
    };
    std::string out = "[";
    for (const auto entry : base::jsonEntries(array)) {
        if (!isFixed(entry)) {
            out += out.size() > 1 ? "," : "";
            out += entry;
        }
    }
    return out + "]";
}

/// Of a value that is a string: its text, and what stands for it in JSON. The longest first: one may hold another.
std::vector<std::string> textsToHide(const FixedArguments& fixed) {
    constexpr std::size_t shortest = 4;
    std::vector<std::string> texts;
    const base::ThreadParser parser;
    for (const auto& [name, json] : fixed) {
        std::string_view text;
        const auto value = base::parseJson(*parser, json, base::Padding::none);
        if (!value || value->get(text) != simdjson::SUCCESS || text.size() < shortest) {
            continue;
        }
        const std::string ours = jsonString(text);
        for (const auto form : {text, std::string_view(ours).substr(1, ours.size() - 2),
                                std::string_view(json).substr(1, json.size() - 2)}) {
            texts.emplace_back(form);
        }
    }
    std::ranges::sort(texts, [](const auto& one, const auto& other) { return one.size() > other.size(); });
    return texts;
}

std::string masked(std::string_view text, std::string_view secret) {
    std::string out;
    std::size_t begin = 0;
    for (std::size_t at = text.find(secret); at != std::string_view::npos; at = text.find(secret, begin)) {
        out += text.substr(begin, at - begin);
        out += "***";
        begin = at + secret.size();
    }
    out += text.substr(begin);
    return out;
}

}  // namespace

FixedArguments fixedArguments(std::string_view json) {
    FixedArguments fixed;
    for (const auto& [key, value] : membersOf(json)) {
        fixed.insert_or_assign(key, std::string(value));
    }
    return fixed;
}

FixedArguments declaredOf(const FixedArguments& all, std::string_view schema) {
    FixedArguments declared;
    for (const auto& [key, value] : membersOf(schema)) {
        for (const auto& property : key == "properties" ? membersOf(value) : std::vector<JsonMember>()) {
            if (const auto found = all.find(property.key); found != all.end()) {
                declared.insert(*found);
            }
        }
    }
    return declared;
}

std::string withoutProperties(std::string_view schema, const FixedArguments& fixed) {
    std::string out = "{";
    for (const auto& [key, value] : membersOf(schema)) {
        if (key == "properties") {
            addMember(out, key, others(value, fixed) + "}");
        } else if (key == "required" && value.starts_with('[')) {
            addMember(out, key, otherNames(value, fixed));
        } else {
            addMember(out, key, value);
        }
    }
    return out + "}";
}

std::string merged(std::string_view arguments, const FixedArguments& fixed) {
    std::string out = others(arguments, fixed);
    for (const auto& [key, value] : fixed) {
        addMember(out, key, value);
    }
    return out + "}";
}

std::string withoutValues(std::string text, const FixedArguments& fixed) {
    for (const auto& secret : textsToHide(fixed)) {
        text = masked(text, secret);
    }
    return text;
}

}  // namespace aip::mcp
