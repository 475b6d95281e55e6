#pragma once

#include "app/front.h"
#include "base/byte_budget.h"
#include "base/error.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace aip::app {

/// What the server is to be asked for, until the thread of the front has taken it: so many bytes at most. Any thread.
class TaskRequests {
  public:
    /// `front` outlives it. `limit`: of all that wait; one alone may be larger.
    explicit TaskRequests(Front& front, std::size_t limit = 16UL << 20U)
        : _front(front), _budget(std::make_shared<base::ByteBudget>(limit)) {}

    /// EXHAUSTED: too many wait.
    base::Result<void> add(std::string request, std::string name) {
        const auto share = std::make_shared<base::ByteBudget::Share>(_budget);
        if (!share->grow(request.size() + name.size() + besideText)) {
            return base::Error(base::Code::exhausted, "too many requests wait for the session: try again later");
        }
        _front.requestTask(std::move(request), std::move(name));
        _front.ask([share] {});  // after the request
        return {};
    }

  private:
    static constexpr std::size_t besideText = 1024;

    Front& _front;
    const std::shared_ptr<base::ByteBudget> _budget;
};

}  // namespace aip::app
