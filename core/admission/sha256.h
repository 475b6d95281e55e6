#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace aip::admission {

/// SHA-256 of what is given piece by piece.
class Sha256 {
  public:
    Sha256();

    void update(std::string_view piece);
    /// Lower-case hex. Once, at the end.
    std::string hex();

  private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> _context;
};

/// Of one text, or of bytes.
std::string sha256Of(std::string_view text);
std::string sha256Of(std::span<const std::byte> bytes);

}  // namespace aip::admission
