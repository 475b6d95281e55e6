#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace Poco {
class MD5Engine;
}

namespace aip::lifecycle {

/// The checksum of file transfers. Detects damage, not tampering.
class Md5 {
  public:
    Md5();
    ~Md5();
    Md5(const Md5&) = delete;
    Md5& operator=(const Md5&) = delete;

    void add(std::string_view bytes);
    /// The digest of all bytes added, as 32 lower-case hexadecimal digits. Then starts again.
    std::string take();

  private:
    std::unique_ptr<Poco::MD5Engine> _engine;
};

}  // namespace aip::lifecycle
