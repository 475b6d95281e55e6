// A task of the server, for plugins that keep something for the length of one: aip.task-events/1.
#pragma once

#include <string_view>

namespace aip {

/// For onTaskBegin(const aip::Task&) and onTaskEnd(const aip::Task&); valid until they return. Foreign text.
struct Task {
    std::string_view session;  ///< as far as the server has named it: its calls may have another one
    std::string_view name;     ///< that of all its calls: aip::Call::task()
};

}  // namespace aip
