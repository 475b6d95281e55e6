#include "hosting/task_events.h"

#include <utility>

namespace aip::hosting {

TaskEvents::Visit::Visit(TaskEvents* events, const Task* task)
    : _events(task == nullptr ? nullptr : events), _task(task) {
    if (_events != nullptr) {
        _events->enter(*_task);
    }
}

TaskEvents::Visit::~Visit() {
    if (_events != nullptr) {
        _events->leave(*_task);
    }
}

/// Earlier tasks without calls: the plugin was too busy to hear of their ends.
std::vector<Task> TaskEvents::State::takeUnended(std::uint64_t before) {
    std::vector<Task> found;
    for (auto each = begun.begin(); each != begun.end() && each->first < before;) {
        if (each->second.inside == 0) {
            remember(each->first);
            found.push_back(std::move(each->second.task));
            each = begun.erase(each);
        } else {
            ++each;
        }
    }
    return found;
}

void TaskEvents::State::remember(std::uint64_t number) {
    ended.insert(number);
    if (ended.size() > mostEnded) {
        ended.erase(ended.begin());
    }
}

/// Waits until nobody tells anything; who gets news is the one who tells them.
template <typename Decide>
TaskEvents::News TaskEvents::decide(Decide&& decide) {
    return _state.waitFor([](const State& state) { return !state.telling; },
                          [&](State& state) {
                              News news = decide(state);
                              state.telling = !news.empty();
                              return news;
                          });
}

void TaskEvents::tell(const News& news, const Task& task) {
    if (news.empty()) {
        return;
    }
    for (const Task& over : news.ended) {
        _tell(Event::ended, over);
    }
    if (news.began) {
        _tell(Event::began, task);
    }
    _state.with([](State& state) { state.telling = false; });
    _state.notify();
}

void TaskEvents::enter(const Task& task) {
    const News news = decide([&](State& state) {
        if (state.ended.contains(task.number)) {
            return News();
        }
        const auto [begun, isNew] = state.begun.try_emplace(task.number, Begun{task});
        ++begun->second.inside;
        return isNew ? News{state.takeUnended(task.number), true} : News();
    });
    tell(news, task);
}

void TaskEvents::leave(const Task& task) {
    _state.with([&](State& state) {
        if (const auto begun = state.begun.find(task.number); begun != state.begun.end()) {
            --begun->second.inside;
        }
    });
}

void TaskEvents::end(const Task& task) {
    const News news = decide([&](State& state) {
        News over;
        state.remember(task.number);
        if (auto begun = state.begun.extract(task.number); !begun.empty()) {
            over.ended.push_back(std::move(begun.mapped().task));
        }
        return over;
    });
    tell(news, task);
}

}  // namespace aip::hosting
