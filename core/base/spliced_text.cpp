#include "base/spliced_text.h"

namespace aip::base {

std::size_t totalSize(const std::vector<std::string_view>& pieces) {
    std::size_t size = 0;
    for (const auto piece : pieces) {
        size += piece.size();
    }
    return size;
}

std::size_t SplicedText::size() const {
    return totalSize(pieces());
}

std::vector<std::string_view> SplicedText::pieces() const {
    std::vector<std::string_view> pieces;
    pieces.reserve(2 * parts.size() + 1);
    for (const auto& part : parts) {
        pieces.emplace_back(part.begin);
        pieces.emplace_back(part.slice);
    }
    pieces.emplace_back(end);
    return pieces;
}

std::string SplicedText::join() const {
    std::string text;
    text.reserve(size());
    for (const auto piece : pieces()) {
        text += piece;
    }
    return text;
}

}  // namespace aip::base
