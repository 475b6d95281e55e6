#pragma once

#include "base/guarded.h"

#include <map>
#include <optional>
#include <string>

namespace aip::app {

/// What an operator wants of a plugin, whatever the settings say, until the agent ends.
enum class PluginWish { restart, disable, enable };

/// Wishes that wait to be carried out. Several of one plugin count as one: disable and then enable is a restart. Any
/// thread.
class PluginWishes {
  public:
    /// True if none waited: then take() is to follow.
    bool add(const std::string& id, PluginWish wish) {
        return _waiting.with([&](Waiting& waiting) {
            const auto [place, first] = waiting.try_emplace(id, wish);
            place->second = both(place->second, wish);
            return first;
        });
    }

    std::optional<PluginWish> take(const std::string& id) {
        return _waiting.with([&id](Waiting& waiting) {
            const auto taken = waiting.extract(id);
            return taken ? std::optional(taken.mapped()) : std::nullopt;
        });
    }

  private:
    using Waiting = std::map<std::string, PluginWish>;

    static PluginWish both(PluginWish first, PluginWish second) {
        const bool startsAgain = second == PluginWish::enable && first != PluginWish::enable;
        return startsAgain ? PluginWish::restart : second;
    }

    base::Guarded<Waiting> _waiting;
};

}  // namespace aip::app
