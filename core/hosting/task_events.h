#pragma once

#include "base/guarded.h"
#include "hosting/caller.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

namespace aip::hosting {

/// Orders what a plugin in this process hears of tasks (aip.task-events/1): the start of a task before its first call,
/// the end once, one event at a time. The plugin is called on the thread of a call, with no lock held; others wait for
/// it. Of a task that has ended it hears nothing more, even if calls of it still come. Any thread.
class TaskEvents {
  public:
    /// Ended tasks that are remembered; an older one would begin again.
    static constexpr std::size_t mostEnded = 256;

    enum class Event { began, ended };
    /// Calls the plugin; must not throw.
    using Tell = std::function<void(Event event, const Task& task)>;

    explicit TaskEvents(Tell tell) : _tell(std::move(tell)) {}

    /// A call of a task is inside the plugin: the plugin has heard of the start when this is made.
    class Visit {
      public:
        /// Without events or without a task it does nothing. Both outlive it. Blocks as long as the plugin does.
        Visit(TaskEvents* events, const Task* task);
        ~Visit();
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;

      private:
        TaskEvents* const _events;
        const Task* const _task;
    };

    /// The task is over, and so are its calls. Tells nothing if the plugin has not heard of the start. Blocks as long
    /// as the plugin does.
    void end(const Task& task);

  private:
    struct Begun {
        Task task;  ///< as the plugin knows it
        std::size_t inside = 0;
    };
    struct State {
        std::map<std::uint64_t, Begun> begun;
        std::set<std::uint64_t> ended;  ///< the latest ones
        bool telling = false;

        std::vector<Task> takeUnended(std::uint64_t before);
        void remember(std::uint64_t number);
    };
    /// What one thread is to tell.
    struct News {
        std::vector<Task> ended;
        bool began = false;

        bool empty() const { return ended.empty() && !began; }
    };

    void enter(const Task& task);
    void leave(const Task& task);
    template <typename Decide>
    News decide(Decide&& decide);
    void tell(const News& news, const Task& task);

    const Tell _tell;
    base::Guarded<State> _state;
};

}  // namespace aip::hosting
