#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace aip::runner {

/// A line of /proc/PID/maps.
struct Mapping {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t offset = 0;  ///< in the file
    std::uint64_t major = 0;   ///< of the file's device
    std::uint64_t minor = 0;
    std::uint64_t inode = 0;  ///< 0: no file
    std::string_view path;    ///< as the kernel writes it; empty: no name

    bool contains(std::uint64_t address) const { return begin <= address && address < end; }
    bool isSameFile(const Mapping& other) const {
        return inode != 0 && inode == other.inode && major == other.major && minor == other.minor;
    }
};

/// None if the line is not one of these. Neither allocates nor throws: for signal handlers.
std::optional<Mapping> parseMapping(std::string_view line);

/// "/memfd:aip:x (deleted)" -> "memfd:aip:x", "/usr/lib/libc.so.6" -> "libc.so.6". The same.
std::string_view fileName(std::string_view path);

/// Finds an address in mappings that come in order: in which file it lies, and how far from where that begins.
class AddressSearch {
  public:
    explicit AddressSearch(std::uint64_t address) : _address(address) {}

    void take(const Mapping& mapping);

    bool found() const { return _found; }
    /// What addr2line wants, for a shared library or a program that can be loaded anywhere.
    std::uint64_t offset() const { return _address - _file.begin; }
    /// The first mapping of the file; its path is valid as long as that which was taken.
    const Mapping& file() const { return _file; }

  private:
    std::uint64_t _address;
    Mapping _file;
    bool _found = false;
};

}  // namespace aip::runner
