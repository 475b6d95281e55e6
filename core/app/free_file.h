#pragma once

#include "base/error.h"

#include <filesystem>
#include <string>

namespace aip::app {

inline constexpr int mostFreeFiles = 64;  ///< of processes that keep one at the same time

/// NAME-2.EXT for the second; the first has the name as it is.
inline std::filesystem::path numberedFile(const std::filesystem::path& file, int number) {
    return number == 1
               ? file
               : file.parent_path() / (file.stem().string() + "-" + std::to_string(number) + file.extension().string());
}

/// Opens the first of these files that no other process keeps: for one that another process keeps `open(path)` gives
/// STATE.
template <typename Open>
auto openFirstFree(const std::filesystem::path& file, Open open) {
    auto opened = open(file);
    for (int number = 2; number <= mostFreeFiles && !opened && opened.error().code() == base::Code::state; ++number) {
        opened = open(numberedFile(file, number));
    }
    return opened;
}

}  // namespace aip::app
