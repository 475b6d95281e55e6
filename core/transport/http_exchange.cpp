#include "transport/http_exchange.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>

#include <cstdlib>
#include <sstream>
#include <utility>

namespace aip::transport {
namespace {

constexpr std::size_t maxHead = 64UL << 10U;
constexpr std::string_view headEnd = "\r\n\r\n";
constexpr std::string_view httpStart = "HTTP/1.";

}  // namespace

HttpExchange::State HttpExchange::feed(std::string_view bytes) {
    const std::size_t seen = _answer.size() < headEnd.size() ? 0 : _answer.size() - headEnd.size();
    _answer += bytes;
    if (std::string_view(_answer).substr(0, httpStart.size()) != httpStart.substr(0, _answer.size())) {
        return broken("is not HTTP");
    }
    const std::size_t end = _answer.find(headEnd, seen);
    if (end < maxHead) {
        _headSize = end + headEnd.size();
        return parse();
    }
    return _answer.size() > maxHead ? broken("is longer than 64 KiB") : State::waiting;
}

HttpExchange::State HttpExchange::parse() {
    Poco::Net::HTTPResponse response;
    try {
        std::istringstream in(_answer.substr(0, _headSize));
        response.read(in);
    } catch (const Poco::Exception&) {
        return broken("is malformed HTTP");
    }
    return check(response);
}

int HttpExchange::statusCode() const {
    return std::atoi(_answer.c_str() + _answer.find_first_of(" \t\r\n"));  // one of them ends every head
}

HttpExchange::State HttpExchange::refuse(CloseInfo refusal) {
    _refusal = std::move(refusal);
    return State::refused;
}

}  // namespace aip::transport
