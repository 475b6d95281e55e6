#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace aip::http {

/// Pieces of a stream of server-sent events (text/event-stream) to its events. Pure.
class SseReader {
  public:
    using Take = std::function<void(std::string_view data)>;

    /// `longest`: bytes of an event.
    explicit SseReader(std::size_t longest) : _longest(longest) {}

    /// Gives the data of each event that `bytes` completes to `take`; events without data are none. False, now and from
    /// then on, if one is too long.
    bool feed(std::string_view bytes, const Take& take);

    /// Of the latest event that has one: where the stream may be resumed. Empty: nowhere.
    const std::string& lastId() const { return _lastId; }
    /// How long the server wants us to wait before we resume it; none: it does not say.
    std::optional<std::chrono::milliseconds> retry() const { return _retry; }

  private:
    void lineEnded(const Take& take);
    void field(std::string_view name, std::string_view value);

    const std::size_t _longest;
    std::string _line;
    std::string _data;
    bool _hasData = false;
    bool _afterReturn = false;
    bool _first = true;
    bool _tooLong = false;
    std::string _lastId;
    std::optional<std::chrono::milliseconds> _retry;
};

}  // namespace aip::http
