#pragma once

#include "base/guarded.h"

namespace aip::mcp_server {

/// One more as long as it lives.
class Counted {
  public:
    explicit Counted(base::Guarded<int>& count) : _count(count) {
        _count.with([](int& all) { ++all; });
    }
    ~Counted() {
        _count.with([](int& all) { --all; });
        _count.notify();
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

  private:
    base::Guarded<int>& _count;
};

}  // namespace aip::mcp_server
