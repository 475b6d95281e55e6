#include "runner/memory_map.h"

#include <charconv>
#include <system_error>

namespace aip::runner {
namespace {

/// Takes fields from the front of a line.
class LineReader {
  public:
    explicit LineReader(std::string_view line) : _left(line) {}

    /// A number, and the character after it.
    std::uint64_t number(int base, char after) {
        std::uint64_t value = 0;
        const auto [end, problem] = std::from_chars(_left.data(), _left.data() + _left.size(), value, base);
        _good = _good && problem == std::errc() && end != _left.data() + _left.size() && *end == after;
        _left.remove_prefix(_good ? static_cast<std::size_t>(end - _left.data()) + 1 : _left.size());
        return value;
    }
    void skipWord() {
        const auto end = _left.find(' ');
        _good = _good && end != std::string_view::npos;
        _left.remove_prefix(_good ? end + 1 : _left.size());
    }
    std::string_view rest() const {
        const auto begin = _left.find_first_not_of(' ');
        return begin == std::string_view::npos ? std::string_view() : _left.substr(begin);
    }
    bool good() const { return _good; }

  private:
    std::string_view _left;
    bool _good = true;
};

}  // namespace

std::optional<Mapping> parseMapping(std::string_view line) {
    constexpr int hex = 16;
    LineReader reader(line);
    Mapping mapping;
    mapping.begin = reader.number(hex, '-');
    mapping.end = reader.number(hex, ' ');
    reader.skipWord();  // the rights
    mapping.offset = reader.number(hex, ' ');
    mapping.major = reader.number(hex, ':');
    mapping.minor = reader.number(hex, ' ');
    mapping.inode = reader.number(10, ' ');
    mapping.path = reader.rest();
    return reader.good() ? std::optional(mapping) : std::nullopt;
}

std::string_view fileName(std::string_view path) {
    constexpr std::string_view deleted = " (deleted)";
    if (path.ends_with(deleted)) {
        path.remove_suffix(deleted.size());
    }
    return path.substr(path.rfind('/') + 1);
}

void AddressSearch::take(const Mapping& mapping) {
    if (_found) {
        return;
    }
    if (mapping.inode != 0 && (mapping.offset == 0 || !mapping.isSameFile(_file))) {
        _file = mapping;
    }
    _found = mapping.isSameFile(_file) && mapping.contains(_address);
}

}  // namespace aip::runner
