#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace aip::base {

/// SHA-256 of what is given piece by piece. Any function throws std::bad_alloc.
class Sha256 {
  public:
    Sha256();

    void update(std::string_view piece);
    /// Lower-case hex; after it the next text begins.
    std::string hex();

  private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> _context;
};

/// Of one text, or of bytes, in lower-case hex. Throws std::bad_alloc.
std::string sha256Of(std::string_view text);
std::string sha256Of(std::span<const std::byte> bytes);

inline constexpr std::size_t sha256Length = 64;

/// Whether it is written like one, in lower-case hex.
bool isSha256(std::string_view text);

}  // namespace aip::base
