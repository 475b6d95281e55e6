#include "network/http_exchange.h"

#include <utility>

namespace aip::network {
namespace {

constexpr std::size_t maxInterims = 32;
constexpr std::size_t maxInterimBytes = HttpHeadReader::maxSize;

bool isInterim(int status) {
    return status < 200 && status != 101;
}

/// An alert, mostly. No HTTP begins like it.
bool isTlsRecord(std::string_view bytes) {
    return bytes.size() > 1 && bytes[0] >= 0x14 && bytes[0] <= 0x17 && bytes[1] == 0x03;
}

}  // namespace

HttpExchange::State HttpExchange::feed(std::string_view bytes) {
    if (std::exchange(_first, false) && isTlsRecord(bytes)) {
        return answeredInTls();
    }
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

HttpExchange::State HttpExchange::refuse(Refusal refusal) {
    _refusal = std::move(refusal);
    return State::refused;
}

}  // namespace aip::network
