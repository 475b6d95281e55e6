#include "control/request_reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace aip::control {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t longestHead = 64UL << 10U;

}  // namespace

RequestReader::Stage RequestReader::take(std::string_view bytes) {
    if (_stage == Stage::head) {
        takeHead(bytes);
    }
    if (_stage == Stage::body) {
        takeBody(bytes);
    }
    return _stage;
}

RequestReader::Stage RequestReader::end() {
    if (_stage == Stage::head && _head.empty()) {
        _stage = Stage::nothing;
    } else if (_stage == Stage::head) {
        refuse({Code::invalid, "the head of the request is cut"});
    } else if (_stage == Stage::body) {
        refuse(_parser->cut());
    }
    return _stage;
}

void RequestReader::takeHead(std::string_view& bytes) {
    while (!bytes.empty()) {
        _head += bytes.front();
        bytes.remove_prefix(1);
        if (_head.back() == '\n' && !_head.ends_with("\r\n")) {
            return refuse({Code::invalid, "a line of the head does not end with CR LF"});
        }
        if (_head.ends_with("\r\n\r\n")) {
            const auto announced = _judge(std::exchange(_head, {}));
            return announced ? begin(*announced) : refuse(announced.error());
        }
        if (_head.size() == longestHead) {
            return refuse({Code::invalid, "the head of the request is too long"});
        }
    }
}

void RequestReader::begin(const http::AnnouncedBody& announced) {
    _stage = announced.comes() ? Stage::body : Stage::whole;
    _parser.emplace(announced, _longest, [this](std::string_view piece) { return keep(piece); });
}

void RequestReader::takeBody(std::string_view& bytes) {
    if (auto parsed = _parser->parse(bytes); !parsed) {
        refuse(std::move(parsed).error());
    } else if (_parser->isWhole()) {
        _stage = Stage::whole;
    }
}

base::Result<void> RequestReader::keep(std::string_view piece) {
    const auto counted = [](std::size_t size) { return size - std::min(size, freeBytes); };
    const std::size_t more = counted(_body.size() + piece.size()) - counted(_body.size());
    if (more > 0 && !_share.grow(more)) {
        return Error(Code::exhausted, "too many large requests at once");
    }
    _body += piece;
    return {};
}

void RequestReader::refuse(Error why) {
    _why = std::move(why);
    _stage = Stage::refused;
    _body = {};
}

}  // namespace aip::control
