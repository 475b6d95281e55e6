#pragma once

#include "admission/manifest.h"
#include "base/error.h"
#include "hosting/host.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace aip::plugins {

/// What a plugin says of its tools at run time, checked. Any thread.
class DynamicTools {
  public:
    /// `log` takes what is wrong with them; may be empty.
    explicit DynamicTools(hosting::LogSink log) : _log(std::move(log)) {}

    /// `changed` is called after the tools have become others, on the thread that brings them, no lock held.
    void onChanged(std::function<void()> changed);

    /// `json` is a list as the plugin has written it. A tool that breaks a rule is left out; a text that is not a list
    /// changes nothing. Both with a line in the log.
    void update(const base::Result<std::string>& json);

    std::vector<admission::ToolManifest> tools() const;

  private:
    const hosting::LogSink _log;
    mutable std::mutex _mutex;
    std::vector<admission::ToolManifest> _tools;
    std::function<void()> _changed;
};

}  // namespace aip::plugins
