#include "base/file.h"
#include "key_file.h"

#include <cstring>
#include <utility>

namespace aip::tool {

constexpr std::size_t largestKeyFile = 64UL << 10U;

base::Result<admission::PrivateKey> readPrivateKey(const std::filesystem::path& file) {
    auto pem = base::readFile(file, {largestKeyFile, base::Access::onlyOursRead});
    if (!pem) {
        return pem.error();
    }
    auto key = admission::PrivateKey::parse(*pem);
    ::explicit_bzero(pem->data(), pem->size());
    return key ? std::move(key) : std::move(key).error().within(file.string());
}

}  // namespace aip::tool
