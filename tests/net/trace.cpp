#include "tests/net/trace.h"

#include "base/log.h"
#include "tests/support/websocket_peer.h"

#include <algorithm>
#include <stdexcept>

namespace aip::tests {
namespace {

/// The part of `text` between the first `before` and the next `after`.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t begin = text.find(before) + before.size();
    return std::string(text.substr(begin, text.find(after, begin) - begin));
}

/// Empty if the line is of no interest.
std::string inWords(std::string_view logged) {
    if (logged.starts_with("-> ")) {
        return "-> " + between(logged, R"("type":")", "\"");
    }
    if (logged.starts_with("session: ") && logged.find(" --") != std::string_view::npos) {
        return between(logged, "session: ", " (");
    }
    if (logged.starts_with("connection closed: ")) {
        return between(logged, "closed: ", " ") + " " + between(logged, "(code ", ")");
    }
    if (logged.find("next attempt in ") != std::string_view::npos) {
        return "wait " + between(logged, "next attempt in ", " ");
    }
    return {};
}

}  // namespace

Trace::Trace() {
    base::log::setSink(base::log::Level::trace, [this](base::log::Level, std::string_view line) { record(line); });
}

Trace::~Trace() {
    base::log::setSink(base::log::Level::error, {});
}

Lines Trace::lines() const {
    const std::lock_guard lock(_mutex);
    return _lines;
}

void Trace::waitFor(const std::string& line) const {
    if (!waitFor(line, limit)) {
        throw std::runtime_error("the session never came to: " + line);
    }
}

bool Trace::waitFor(const std::string& line, std::chrono::milliseconds time) const {
    std::unique_lock lock(_mutex);
    const auto there = [&] { return std::find(_lines.begin(), _lines.end(), line) != _lines.end(); };
    return _changed.wait_for(lock, time, there);
}

void Trace::record(std::string_view logged) {
    std::string line = inWords(logged);
    if (line.empty()) {
        return;
    }
    const std::lock_guard lock(_mutex);
    _lines.push_back(std::move(line));
    _changed.notify_all();
}

}  // namespace aip::tests
