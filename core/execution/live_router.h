#pragma once

#include "execution/router.h"

#include <memory>
#include <mutex>
#include <vector>

namespace aip::execution {

/// The current router. It can be replaced while commands run. Any thread.
///
/// Each invocation takes current(): the next one of a batch uses a set of plugins that was swapped in meanwhile, and a
/// long batch does not keep plugins alive that it does not use.
class LiveRouter {
  public:
    explicit LiveRouter(std::shared_ptr<const Router> first) : _router(std::move(first)) {}
    LiveRouter(std::vector<Profile> profiles, ToolTable tools)
        : LiveRouter(std::make_shared<const Router>(std::move(profiles), std::move(tools))) {}

    std::shared_ptr<const Router> current() const {
        const std::lock_guard lock(_mutex);
        return _router;
    }

    /// Actions that are already routed continue.
    void replace(std::shared_ptr<const Router> next) {
        const std::lock_guard lock(_mutex);
        _router.swap(next);  // `next` destroys the old one after the unlock
    }

  private:
    mutable std::mutex _mutex;
    std::shared_ptr<const Router> _router;
};

}  // namespace aip::execution
