#pragma once

#include "base/error.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace aip::admission {

/// One symbol that a library exports.
struct Export {
    std::string_view name;            ///< a view into the image
    std::span<const std::byte> data;  ///< its bytes in the image; empty if it has none there. Not relocated.
};

/// The symbols that the shared library in `image` (its whole file) exports, in the order of its table. Runs no code and
/// trusts nothing in the image: every offset is checked. INVALID says what is wrong with it. Any thread.
base::Result<std::vector<Export>> exportedSymbols(std::span<const std::byte> image);

/// The symbol `name`, or null.
const Export* findExport(const std::vector<Export>& exports, std::string_view name);

/// What a library needs from others. The texts are views into the image.
struct Imports {
    std::vector<std::string_view> libraries;  ///< by name: "libc.so.6"
    std::vector<std::string_view> symbols;    ///< undefined and not weak
};

/// What it imports, read under the same rules.
base::Result<Imports> importedSymbols(std::span<const std::byte> image);

/// A whole file, mapped read-only for as long as the object lives. The file must not shrink meanwhile.
class FileImage {
  public:
    static base::Result<FileImage> open(const std::filesystem::path& file);
    /// `descriptor` stays the caller's and may be closed afterwards.
    static base::Result<FileImage> map(int descriptor);

    FileImage(FileImage&& other) noexcept;
    FileImage& operator=(FileImage&&) = delete;
    ~FileImage();

    std::span<const std::byte> bytes() const { return _bytes; }

  private:
    explicit FileImage(std::span<const std::byte> bytes) : _bytes(bytes) {}

    std::span<const std::byte> _bytes;
};

}  // namespace aip::admission
