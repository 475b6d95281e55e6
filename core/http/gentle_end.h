#pragma once

#include <Poco/Net/StreamSocket.h>

namespace aip::http {

/// For a client that is answered while it still sends: closing at once would take the answer from it. Ends the sending
/// half and drops what comes until the client closes, for 2 s at most. Throws Poco::Exception.
void endGently(Poco::Net::StreamSocket& socket);

}  // namespace aip::http
