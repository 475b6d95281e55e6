#pragma once

#include "base/error.h"

#include <Poco/Net/HTTPRequest.h>

#include <cstddef>
#include <string>
#include <string_view>
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

/// The same of a head as POCO has read it. Pure.
base::Result<AnnouncedBody> announcedBody(const Poco::Net::HTTPRequest& request, std::size_t longest);

/// Of each field of this name, in their order.
std::vector<std::string> valuesOf(const Poco::Net::HTTPRequest& request, const std::string& name);

/// Why a body of more than `longest` bytes is refused: EXHAUSTED.
base::Error bodyTooLong(std::size_t longest);

/// The length of a body or of a chunk. Digits alone: no sign, no blanks. INVALID; EXHAUSTED: more than `longest`.
base::Result<std::size_t> bodyLength(std::string_view digits, int radix, std::size_t longest);

}  // namespace aip::http
