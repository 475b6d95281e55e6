#pragma once

#include "base/byte_budget.h"
#include "schema/schema.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace aip::schema {

/// Compiled programs that hold a sum of memory together, for as long as any of them lives: who still needs one of an
/// earlier list of tools counts, too. Each is there once, whoever compiles the same text again. Any thread.
class ProgramPool {
  public:
    /// `limit`: bytes of all. One program alone may hold more, and each that is being compiled a pattern and its nodes.
    explicit ProgramPool(std::size_t limit) : _memory(std::make_shared<base::ByteBudget>(limit)) {}

    const std::shared_ptr<base::ByteBudget>& memory() const { return _memory; }

    /// The same for two schemas only if their programs are the same.
    static std::string key(std::string_view text, const Options& options);

    /// Null if none lives.
    std::shared_ptr<const Program> find(const std::string& key);

    /// By its key.
    void add(const std::shared_ptr<const Program>& program);

  private:
    const std::shared_ptr<base::ByteBudget> _memory;
    std::mutex _mutex;
    std::unordered_map<std::uint64_t, std::weak_ptr<const Program>> _programs;  ///< by the hashes of their keys
    static constexpr std::size_t fewPrograms = 64;
    std::size_t _tidyAt = fewPrograms;  ///< so many are there: time to drop those that are gone
};

}  // namespace aip::schema
