#include "app/setting_references.h"

#include <Poco/Exception.h>

#include <algorithm>

namespace aip::app {

using base::Code;
using base::Error;
using base::Result;

namespace {

/// Between $ and { where they are no reference. No value holds it: it is refused in files and in what the system says.
constexpr char guard = '\x01';
constexpr std::string_view guardedStart = "$\x01{";
constexpr std::string_view openingMark = "${";

constexpr std::string_view credentials = "system.env.CREDENTIALS_DIRECTORY";
constexpr const char* credentialsCure =
    ": systemd sets it for the service, to the folder in which it puts the files of LoadCredential=; for --check by "
    "hand, "
    "as root: export CREDENTIALS_DIRECTORY=/etc/aip-agent";

constexpr std::size_t longestChain = 10;
constexpr std::size_t mostPieces = 200'000;
constexpr std::size_t mostExpandedBytes = 16UL << 20U;

Result<std::string> unchanged(std::string_view reference) {
    return std::string(reference);
}

std::string referenceTo(const std::string& name) {
    return "${" + name + "}";
}

}  // namespace

SettingReferences::SettingReferences()
    : _system(new Poco::Util::SystemConfiguration), _pieces(mostPieces), _bytes(mostExpandedBytes) {}

void SettingReferences::add(const std::string& key, const std::string& written) {
    _values.insert_or_assign(key, withoutQuotes(written));
}

std::string SettingReferences::withoutQuotes(const std::string& written) {
    const auto text = base::decodeSetting(written, unchanged, guardedStart);
    return text.one ? *text.one : written;
}

base::SettingText SettingReferences::decode(const std::string& written) {
    return base::decodeSetting(written, [this](std::string_view reference) { return expand(reference); });
}

Result<std::string> SettingReferences::expand(std::string_view reference) {
    std::string value;
    Keys open;
    if (auto done = append(value, reference, open); !done) {
        const auto code = done.error().code();
        return code == Code::state ? Error(Code::invalid, std::string(reference) + done.error().text())
                                   : std::move(done).error();
    }
    std::erase(value, guard);
    return value;
}

Result<void> SettingReferences::append(std::string& out, std::string_view text, Keys& open) {
    for (;;) {
        const auto start = text.find(openingMark);
        const auto end = start == std::string_view::npos ? start : text.find('}', start);
        if (end == std::string_view::npos) {
            return put(out, text);
        }
        const auto begin = start + openingMark.size();
        auto done = put(out, text.substr(0, start));
        if (done) {
            done = appendValue(out, std::string(text.substr(begin, end - begin)), open);
        }
        if (!done) {
            return done;
        }
        text.remove_prefix(end + 1);
    }
}

/// A fault of code STATE is one of the whole way, and goes on from the reference with which it begins.
Result<void> SettingReferences::appendValue(std::string& out, const std::string& name, Keys& open) {
    const auto value = _values.find(name);
    if (value == _values.end()) {
        return appendSystem(out, name);
    }
    if (std::ranges::find(open, name) != open.end()) {
        return Error(Code::state, " leads back to this key");
    }
    if (open.size() == longestChain) {
        return Error(Code::state, " is nested too deeply");
    }
    open.push_back(name);
    auto done = append(out, value->second, open);
    open.pop_back();
    return done;
}

/// What the system says is text: a reference in it has no meaning.
Result<void> SettingReferences::appendSystem(std::string& out, const std::string& name) {
    try {
        const auto value = _system->getRawString(name);
        return value.find(guard) == std::string::npos
                   ? put(out, value)
                   : Error(Code::invalid, referenceTo(name) + " holds a control character (U+0001)");
    } catch (const Poco::Exception&) {
        return Error(Code::notFound, referenceTo(name) + " is not set" + (name == credentials ? credentialsCure : ""));
    }
}

Result<void> SettingReferences::put(std::string& out, std::string_view text) {
    if (_pieces == 0 || _bytes < text.size()) {
        return Error(Code::state, " and the references before it stand for more than 16 MiB");
    }
    --_pieces;
    _bytes -= text.size();
    out += text;
    return {};
}

}  // namespace aip::app
