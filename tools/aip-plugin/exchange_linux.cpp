#include "exchange.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>

namespace aip::tool {

std::error_code exchange(const std::filesystem::path& one, const std::filesystem::path& other) {
    const int done = ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
    return done == 0 ? std::error_code() : std::error_code(errno, std::generic_category());
}

}  // namespace aip::tool
