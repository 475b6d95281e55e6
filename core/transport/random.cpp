#include "transport/random.h"

#include <Poco/RandomStream.h>

#include <algorithm>

namespace aip::transport {

std::string randomBytes(std::size_t size) {
    std::string bytes(size, '\0');
    Poco::RandomBuf().readFromDevice(bytes.data(), static_cast<std::streamsize>(size));
    return bytes;
}

MaskSource systemMasks() {
    return [pool = std::string(), used = std::size_t{0}]() mutable {
        constexpr std::size_t poolSize = 4096;
        if (used == pool.size()) {
            pool = randomBytes(poolSize);
            used = 0;
        }
        MaskKey key{};
        std::copy_n(pool.data() + used, key.size(), key.begin());
        used += key.size();
        return key;
    };
}

}  // namespace aip::transport
