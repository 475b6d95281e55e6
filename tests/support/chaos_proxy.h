#pragma once

#include "tests/support/chaos_link.h"
#include "tests/support/chaos_plan.h"
#include "tests/support/door.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace aip::tests {

/// Stands between a client and a server of this machine and does to their connections what the plans say. A thread of
/// its own; the functions are the test's and return when the thread has done what they ask for.
class ChaosProxy {
  public:
    /// Passes on to this port of 127.0.0.1, every connection unharmed until told otherwise.
    explicit ChaosProxy(std::uint16_t server);
    /// Drops everything.
    ~ChaosProxy();
    ChaosProxy(const ChaosProxy&) = delete;
    ChaosProxy& operator=(const ChaosProxy&) = delete;

    std::string url() const { return _url; }

    /// One plan for each further connection, in order; the last one stays.
    void script(std::vector<Plan> plans);

    /// Applies this to the open connections.
    void strike(const Plan& plan);

    /// Drops the open connections, also those kept alive.
    void drop();

    /// The connections of which something is left.
    std::size_t connections();

  private:
    using TimePoint = ChaosLink::TimePoint;

    void ask(const std::function<void()>& job);
    void loop(const std::stop_token& stop);
    void answer();
    void beginPlan();
    void endRefusal(TimePoint now);
    void accept();
    void move();
    void wait();

    const std::uint16_t _server;
    Door _door;
    const std::string _url;
    int _wake;

    std::deque<Plan> _plans{{}};  // with the links: the thread's
    TimePoint _refusesUntil = TimePoint::max();
    std::list<ChaosLink> _links;

    std::mutex _mutex;
    std::vector<std::function<void()>> _asked;
    std::jthread _thread;  ///< last: it uses the rest
};

}  // namespace aip::tests
