#pragma once

#include "base/byte_budget.h"
#include "base/error.h"
#include "control/request.h"
#include "control/request_reader.h"

#include <Poco/Net/HTTPRequest.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace aip::control {

/// A request of an operator from the first byte until it is there as a whole. Bytes go in, a request or a refusal comes
/// out. Pure; not for concurrent use.
class Arrival {
  public:
    using Stage = RequestReader::Stage;

    /// `longestBody`: bytes. `budget`: see RequestReader.
    Arrival(Peer peer, std::size_t longestBody, std::shared_ptr<base::ByteBudget> budget);
    Arrival(Arrival&&) = delete;

    Stage take(std::string_view bytes) { return _reader.take(bytes); }
    /// The peer sends no more.
    Stage end() { return _reader.end(); }
    /// Why it is refused.
    const base::Error& why() const { return _reader.why(); }

    /// What the peer is to be sent while its request comes: that its body is expected.
    std::string takeInterim() { return std::exchange(_interim, {}); }
    /// The whole answer as the peer is to be sent it.
    std::string answer(Reply reply) const;

    const Peer& peer() const { return _peer; }
    const Poco::Net::HTTPRequest& http() const { return _http; }
    /// Once, when it is whole.
    Request takeRequest();

  private:
    base::Result<http::AnnouncedBody> judge(const std::string& head);
    base::Result<void> readAddress();

    const Peer _peer;
    const std::size_t _longestBody;
    RequestReader _reader;
    Poco::Net::HTTPRequest _http;
    Request _request;
    std::string _interim;
};
using ArrivalPtr = std::shared_ptr<Arrival>;

}  // namespace aip::control
