#include "control/arrival.h"

#include "base/ascii.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>
#include <Poco/URI.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace aip::control {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr int mostFields = 100;

bool parse(const std::string& head, Poco::Net::HTTPRequest& request) {
    try {
        std::istringstream in(head);
        request.setFieldLimit(mostFields);
        request.read(in);
        // "Content-Length : 5" would not be found, and its body not be read.
        return std::all_of(request.begin(), request.end(),
                           [](const auto& field) { return base::isToken(field.first); });
    } catch (const Poco::Exception&) {
        return false;
    }
}

}  // namespace

Arrival::Arrival(Peer peer, std::size_t longestBody, std::shared_ptr<base::ByteBudget> budget)
    : _peer(peer),
      _longestBody(longestBody),
      _reader([this](const std::string& head) { return judge(head); }, longestBody, std::move(budget)) {}

Request Arrival::takeRequest() {
    _request.body = _reader.takeBody();
    return std::move(_request);
}

Result<http::AnnouncedBody> Arrival::judge(const std::string& head) {
    if (!parse(head, _http)) {
        return Error(Code::invalid, "the head of the request cannot be read");
    }
    if (auto read = readAddress(); !read) {
        return std::move(read).error();
    }
    auto announced = http::announcedBody(_http, _longestBody);
    if (announced && announced->comes() && _http.getExpectContinue()) {
        _interim = "HTTP/1.1 100 Continue\r\n\r\n";
    }
    return announced;
}

Result<void> Arrival::readAddress() {
    _request.method = _http.getMethod();
    _request.peer = _peer;
    try {
        const Poco::URI uri(_http.getURI());
        _request.path = uri.getPath();
        for (const auto& [name, value] : uri.getQueryParameters()) {
            if (!_request.values.emplace(name, value).second) {
                return Error(Code::invalid, "a value is given twice");
            }
        }
    } catch (const Poco::Exception&) {
        return Error(Code::invalid, "the address of the request cannot be read");
    }
    return {};
}

/// The body is not copied if it has room for a head.
std::string Arrival::answer(Reply reply) const {
    using Poco::Net::HTTPResponse;
    const auto status = static_cast<HTTPResponse::HTTPStatus>(reply.status);
    HTTPResponse response(HTTPResponse::HTTP_1_1, status, HTTPResponse::getReasonForStatus(status));
    response.setDate(Poco::Timestamp());
    response.setContentType(reply.type);
    response.setContentLength64(static_cast<Poco::Int64>(reply.body.size()) + 1);
    response.setKeepAlive(false);  // one connection is for one request
    std::ostringstream head;
    response.write(head);
    if (_http.getMethod() == Poco::Net::HTTPRequest::HTTP_HEAD) {
        return head.str();
    }
    reply.body += '\n';
    reply.body.insert(0, head.str());
    return std::move(reply.body);
}

}  // namespace aip::control
