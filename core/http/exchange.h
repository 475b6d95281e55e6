#pragma once

#include "base/error.h"
#include "http/target.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method;
    Headers headers;
    std::string body;
};

struct ResponseHead {
    int status = 0;
    std::string type;        ///< of the content, in small letters, without parameters
    std::string session;     ///< Mcp-Session-Id
    std::string location{};  ///< of a redirection
};

/// One request and its response, on a connection of its own. Blocking: send() and read() are for one thread; cancel()
/// may come from any other. Redirections are not followed.
class Exchange {
  public:
    explicit Exchange(Target target);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// Connects, sends, and waits for the head of the response. UNAVAILABLE: the server cannot be reached or does not
    /// answer; CANCELLED.
    base::Result<ResponseHead> send(const Request& request);

    /// The next piece of the content, as soon as there is one; empty: it has ended.
    base::Result<std::string> read();

    /// Closes the connection: what blocks returns, unless it still connects.
    void cancel();

  private:
    struct Parts;  // those of POCO

    base::Result<void> open();

    const Target _target;
    const std::unique_ptr<Parts> _parts;
};

}  // namespace aip::http
