#include "schema/program_pool.h"

#include "base/text_hash.h"
#include "schema/program.h"

#include <algorithm>

namespace aip::schema {

std::string ProgramPool::key(std::string_view text, const Options& options) {
    return std::string(text) + std::to_string(static_cast<int>(options.fallback)) +
           (options.leavesPatterns ? "l" : "-");
}

std::shared_ptr<const Program> ProgramPool::find(const std::string& key) {
    std::shared_ptr<const Program> known;
    {
        const std::lock_guard lock(_mutex);
        const auto found = _programs.find(base::textHash(key));
        known = found == _programs.end() ? nullptr : found->second.lock();
    }
    return known && known->key == key ? known : nullptr;
}

void ProgramPool::add(const std::shared_ptr<const Program>& program) {
    const std::lock_guard lock(_mutex);
    if (_programs.size() >= _tidyAt) {
        std::erase_if(_programs, [](const auto& each) { return each.second.expired(); });
        _tidyAt = std::max(fewPrograms, 2 * _programs.size());
    }
    _programs[base::textHash(program->key)] = program;
}

}  // namespace aip::schema
