#pragma once

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>

#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace aip::tests {

/// Over whatever socket the session has. `host`: none: the session's own.
inline void sendRequest(Poco::Net::HTTPClientSession& session, const std::string& method, const std::string& path,
                        const std::string& body = {}, const std::optional<std::string>& host = {}) {
    Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
    if (host) {
        request.setHost(*host);
    }
    if (!body.empty() || method == "POST") {
        request.setContentLength(static_cast<std::streamsize>(body.size()));
    }
    session.sendRequest(request) << body << std::flush;
}

/// Status and body.
inline std::pair<int, std::string> receiveAnswer(Poco::Net::HTTPClientSession& session, std::string* type = nullptr) {
    Poco::Net::HTTPResponse response;
    auto& in = session.receiveResponse(response);
    if (type != nullptr) {
        *type = response.getContentType();
    }
    return {response.getStatus(), std::string(std::istreambuf_iterator<char>(in), {})};
}

}  // namespace aip::tests
