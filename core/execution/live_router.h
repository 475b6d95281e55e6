#pragma once

#include "execution/router.h"

#include <memory>
#include <mutex>
#include <vector>

namespace aip::execution {

/// The router of this moment: it can be replaced while commands run. Any thread.
///
/// Whoever routes an action takes the current router for that action alone: the next action of the same batch sees a
/// set of plugins that has come since, and a long batch does not hold on to plugins that it does not use.
class LiveRouter {
  public:
    explicit LiveRouter(std::shared_ptr<const Router> first) : _router(std::move(first)) {}
    LiveRouter(std::vector<Profile> profiles, ToolTable tools)
        : LiveRouter(std::make_shared<const Router>(std::move(profiles), std::move(tools))) {}

    std::shared_ptr<const Router> current() const {
        const std::lock_guard lock(_mutex);
        return _router;
    }

    /// What was routed before goes on.
    void replace(std::shared_ptr<const Router> next) {
        const std::lock_guard lock(_mutex);
        _router.swap(next);  // the old one ends after the lock, with `next`
    }

  private:
    mutable std::mutex _mutex;
    std::shared_ptr<const Router> _router;
};

}  // namespace aip::execution
