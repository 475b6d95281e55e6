#pragma once

#include "base/error.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::http {

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

/// The bytes that a client sends. Both functions wait for them.
class IncomingBytes {
  public:
    virtual ~IncomingBytes() = default;

    /// The next one. Empty: the client sends no more.
    virtual std::optional<char> next() = 0;

    /// Some of the next ones, at most `most`; how many. 0: the client sends no more.
    virtual std::size_t some(char* into, std::size_t most) = 0;
};

/// Reads the body of a request and not a byte of what follows it. Only a body that has come as a whole is one: POCO's
/// streams take whatever is wrong with chunks, and the end of a connection, for the end of the body. Pure.
class BodyReader {
  public:
    /// Gets the body piece by piece. An error ends the reading.
    using Take = std::function<base::Result<void>(std::string_view piece)>;

    /// `in` outlives it.
    BodyReader(IncomingBytes& in, std::size_t longest, Take take)
        : _in(in), _longest(longest), _take(std::move(take)) {}

    /// INVALID: it is cut or malformed. EXHAUSTED: it is longer than `longest`. Else an error of `take`; what `in`
    /// throws passes through. Once.
    base::Result<void> read(const AnnouncedBody& announced);

  private:
    base::Result<void> pass(std::size_t count);
    base::Result<void> chunks();
    base::Result<void> endOfChunk();
    base::Result<void> trailer();
    base::Result<std::string> line();

    IncomingBytes& _in;
    const std::size_t _longest;
    const Take _take;
    std::string _piece;
};

}  // namespace aip::http
