#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aip::base {

std::size_t totalSize(const std::vector<std::string_view>& pieces);

/// A text whose long parts stand elsewhere, so that it passes through without being copied.
struct SplicedText {
    struct Part {
        std::string begin;
        std::string_view slice;  ///< after `begin`
    };

    std::vector<Part> parts{};
    std::string end{};  ///< after all parts

    std::size_t size() const;
    /// In their order; they live as long as this does and does not change.
    std::vector<std::string_view> pieces() const;
    std::string join() const;
};

}  // namespace aip::base
