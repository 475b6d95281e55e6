#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <string_view>

namespace aip::lifecycle {

/// Recognises echoes: the reference server sends every ERROR back with the same text and without an id. Remembers the
/// last `limit` texts, as hashes. Lives as long as one connection; used on the I/O thread only.
class SentErrors {
  public:
    static constexpr std::size_t limit = 1'000;

    void sent(std::string_view text) {
        _texts.push_back(std::hash<std::string_view>()(text));
        if (_texts.size() > limit) {
            _texts.pop_front();
        }
    }

    /// Whether an ERROR with this text was sent on this connection. Stays true: a server may echo more than once.
    bool isEcho(std::string_view text) const {
        return std::ranges::find(_texts, std::hash<std::string_view>()(text)) != _texts.end();
    }

  private:
    std::deque<std::size_t> _texts;
};

}  // namespace aip::lifecycle
