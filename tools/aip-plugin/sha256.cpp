#include "sha256.h"

#include <Poco/SHA2Engine.h>

namespace aip::tool {

std::string sha256(std::span<const std::byte> data) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(data.data(), data.size());
    return Poco::DigestEngine::digestToHex(engine.digest());
}

}  // namespace aip::tool
