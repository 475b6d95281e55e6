#include "lifecycle/md5.h"

#include <Poco/DigestEngine.h>
#include <Poco/MD5Engine.h>

namespace aip::lifecycle {

Md5::Md5() : _engine(std::make_unique<Poco::MD5Engine>()) {}
Md5::~Md5() = default;

void Md5::add(std::string_view bytes) {
    _engine->update(bytes.data(), bytes.size());
}

std::string Md5::take() {
    return Poco::DigestEngine::digestToHex(_engine->digest());
}

}  // namespace aip::lifecycle
