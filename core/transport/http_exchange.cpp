#include "transport/http_exchange.h"

#include <utility>

namespace aip::transport {
namespace {

constexpr std::size_t maxInterims = 32;
constexpr std::size_t maxInterimBytes = HttpHeadReader::maxSize;

bool isInterim(int status) {
    return status < 200 && status != 101;
}

}  // namespace

HttpExchange::State HttpExchange::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        const HttpHeadReader::State state = _reader.feed(bytes);
        if (state == HttpHeadReader::State::broken) {
            return broken(_reader.flaw());
        }
        if (state == HttpHeadReader::State::complete && !isInterim(_reader.head().status)) {
            _rest = bytes;
            return check(_reader.head());
        }
        if (state == HttpHeadReader::State::complete && !skipInterim()) {
            return broken("is put off by too many interim answers (1xx)");
        }
    }
    return State::waiting;
}

bool HttpExchange::skipInterim() {
    _interimBytes += _reader.size();
    _reader = {};
    return ++_interims <= maxInterims && _interimBytes <= maxInterimBytes;
}

HttpExchange::State HttpExchange::refuse(CloseInfo refusal) {
    _refusal = std::move(refusal);
    return State::refused;
}

}  // namespace aip::transport
