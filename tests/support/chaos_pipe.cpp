#include "tests/support/chaos_pipe.h"

#include <algorithm>

namespace aip::tests {
namespace {

constexpr std::size_t maxChunks = 8;

}  // namespace

void ChaosPipe::change(const Way& way) {
    _way = way;
    _taken = 0;
}

bool ChaosPipe::takes() const {
    return !_ended && _taken < std::min(_way.cutAt, _way.stallAt) && _inside.size() < maxChunks;
}

void ChaosPipe::push(std::string_view bytes, TimePoint now) {
    std::string chunk(bytes.substr(0, std::min(_way.cutAt, _way.stallAt) - _taken));
    if (_way.corruptAt >= _taken && _way.corruptAt - _taken < chunk.size()) {
        char& byte = chunk[_way.corruptAt - _taken];
        byte = static_cast<char>(byte ^ '\x80');
    }
    _taken += chunk.size();
    _inside.push_back({std::move(chunk), now + _way.delay});
}

std::string_view ChaosPipe::due(TimePoint now) const {
    if (_inside.empty() || _inside.front().due > now) {
        return {};
    }
    return std::string_view(_inside.front().bytes).substr(_offset, _way.bytewise ? 1 : std::string_view::npos);
}

void ChaosPipe::passed(std::size_t bytes) {
    _offset += bytes;
    if (_offset == _inside.front().bytes.size()) {
        _inside.pop_front();
        _offset = 0;
    }
}

ChaosPipe::TimePoint ChaosPipe::next() const {
    return _inside.empty() ? TimePoint::max() : _inside.front().due;
}

}  // namespace aip::tests
