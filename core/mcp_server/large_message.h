#pragma once

#include "base/guarded.h"

#include <cstddef>

namespace aip::mcp_server {

/// A message of a client while it is parsed. A parser may take 14 times its text, and each client has a thread: of
/// large messages some are parsed at a time, whosever they are, and the others wait here. Any thread; with no lock
/// held.
class LargeMessage {
  public:
    static constexpr std::size_t large = 256UL << 10U;  ///< bytes: more is large
    static constexpr int most = 4;

    /// `size`: bytes.
    explicit LargeMessage(std::size_t size) : _large(size > large) {
        if (_large) {
            places().waitFor([](int free) { return free > 0; }, [](int& free) { --free; });
        }
    }
    ~LargeMessage() {
        if (_large) {
            places().with([](int& free) { ++free; });
            places().notify();
        }
    }
    LargeMessage(const LargeMessage&) = delete;
    LargeMessage& operator=(const LargeMessage&) = delete;

  private:
    static base::Guarded<int>& places() {
        static base::Guarded<int> free(most);
        return free;
    }

    const bool _large;
};

}  // namespace aip::mcp_server
