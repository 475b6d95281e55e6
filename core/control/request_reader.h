#pragma once

#include "base/error.h"
#include "http/request_body.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace aip::control {

/// Reads a request, head first, and gives only what has come as a whole: POCO's streams take the end of a connection
/// for the end of a head or of a body. Pure; not for concurrent use.
///
/// Errors: INVALID (cut, or not HTTP), EXHAUSTED (a body longer than `longest`). What `receive` throws passes through.
class RequestReader final : private http::IncomingBytes {
  public:
    /// Waits for the next bytes; how many there are now, 0: the peer sends no more.
    using Receive = std::function<std::size_t(char* into, std::size_t most)>;

    explicit RequestReader(Receive receive) : _receive(std::move(receive)) {}

    /// With the empty line at its end. Empty: the peer has gone without a request.
    base::Result<std::string> head();
    base::Result<std::string> body(const http::AnnouncedBody& announced, std::size_t longest);

  private:
    bool hasMore();
    std::optional<char> next() override;
    std::size_t some(char* into, std::size_t most) override;

    const Receive _receive;
    std::string _buffer;
    std::size_t _taken = 0;  ///< of the buffer
};

}  // namespace aip::control
