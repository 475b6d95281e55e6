#pragma once

#include "base/error.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace aip::control {

/// How the head of a request says that a body follows.
struct AnnouncedBody {
    bool chunked = false;
    std::size_t length = 0;  ///< if it is not chunked

    bool comes() const { return chunked || length > 0; }
};

/// `lengths`, `encodings`: each Content-Length and each Transfer-Encoding of the head. INVALID: not one valid
/// announcement. EXHAUSTED: more than `longest` bytes are announced. Pure.
base::Result<AnnouncedBody> announcedBody(const std::vector<std::string>& lengths,
                                          const std::vector<std::string>& encodings, std::size_t longest);

/// Reads a request, head first, and gives only what has come as a whole: POCO's streams take the end of a connection
/// for the end of a head or of a body. Pure; not for concurrent use.
///
/// Errors: INVALID (cut, or not HTTP), EXHAUSTED (a body longer than `longest`). What `receive` throws passes through.
class RequestReader {
  public:
    /// Waits for the next bytes; how many there are now, 0: the peer sends no more.
    using Receive = std::function<std::size_t(char* into, std::size_t most)>;

    explicit RequestReader(Receive receive) : _receive(std::move(receive)) {}

    /// With the empty line at its end. Empty: the peer has gone without a request.
    base::Result<std::string> head();
    base::Result<std::string> body(const AnnouncedBody& announced, std::size_t longest);

  private:
    std::optional<char> next();
    base::Result<std::string> line();
    base::Result<void> append(std::string& body, std::size_t count);
    base::Result<std::string> chunks(std::size_t longest);
    base::Result<void> trailer();

    const Receive _receive;
    std::string _buffer;
    std::size_t _taken = 0;  ///< of the buffer
};

}  // namespace aip::control
