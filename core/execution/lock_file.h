#pragma once

#include "base/error.h"

#include <filesystem>
#include <optional>
#include <string>

namespace aip::execution {

/// The file that keeps the operator's lock: `folder`/operator.lock, of mode 600. That it is there is the lock, whatever
/// it is and whatever it holds; only its absence is none. Its text, a JSON object, says why and since when. Any thread.
class LockFile {
  public:
    struct Content {
        std::string reason;
        std::string since{};  ///< as base::timestamp(); empty: not known
    };

    /// `folder` empty: there is no place for it; then nothing is locked and nothing can be kept.
    explicit LockFile(const std::filesystem::path& folder);

    const std::filesystem::path& file() const { return _file; }

    /// Whether it may be there: one look at the folder, no file is opened. True, too, if that cannot be found out.
    bool present() const;

    /// What it says. Damaged or unreadable: what is wrong with it and what to do.
    Content read() const;

    /// Written and on the disk when this returns, whole or not at all. Makes the folder, with mode 700, if it is
    /// missing.
    base::Result<void> write(const Content& content) const;

    /// Gone, also from the disk, when this returns. No error if it is not there.
    base::Result<void> remove() const;

  private:
    std::filesystem::path _file;
};

}  // namespace aip::execution
