#include "execution/running_tasks.h"

#include <algorithm>
#include <utility>

namespace aip::execution {

void RunningTasks::put(hosting::Task task) {
    auto known = std::make_shared<const hosting::Task>(std::move(task));
    _tasks.with([&](auto& tasks) {
        const auto same =
            std::ranges::find_if(tasks, [&](const TaskPtr& other) { return other->number == known->number; });
        if (same == tasks.end()) {
            tasks.push_back(std::move(known));
        } else {
            *same = std::move(known);
        }
    });
}

void RunningTasks::remove(std::uint64_t number) {
    _tasks.with([number](auto& tasks) {
        std::erase_if(tasks, [number](const TaskPtr& task) { return task->number == number; });
    });
}

RunningTasks::TaskPtr RunningTasks::of(std::string_view session) const {
    return _tasks.with([session](const auto& tasks) {
        const auto found = std::find_if(tasks.rbegin(), tasks.rend(),
                                        [session](const TaskPtr& task) { return task->session == session; });
        return found == tasks.rend() ? nullptr : *found;
    });
}

}  // namespace aip::execution
