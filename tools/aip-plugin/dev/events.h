#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string_view>

namespace aip::tool::dev {

/// All that this program waits for: descriptors to read, children that end, signals that ask it to end. One object, one
/// thread.
class Events {
  public:
    using Clock = std::chrono::steady_clock;
    /// Gets what was read, in pieces; an empty one is the end, after which the descriptor is forgotten.
    using Take = std::function<void(std::string_view piece)>;
    enum class End { done, late, stopped };

    /// From now on SIGINT, SIGTERM and SIGHUP end the waits instead of the process.
    Events();
    ~Events();
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;

    /// The descriptor stays open until it is forgotten.
    void watch(int descriptor, Take take);
    void forget(int descriptor) { _takes.erase(descriptor); }

    /// Serves the descriptors until `done`, which is asked after each event.
    End until(const std::function<bool()>& done, Clock::time_point limit);
    /// The same for what must be brought to its end although somebody has asked us to stop. False if it is late.
    bool settle(const std::function<bool()>& done, Clock::time_point limit);
    /// Serves what is there by now.
    void drain();

    bool stopped() const;

  private:
    /// One wait; true if there was something.
    bool serve(std::chrono::milliseconds limit);
    void read(int descriptor);

    std::map<int, Take> _takes;
};

}  // namespace aip::tool::dev
