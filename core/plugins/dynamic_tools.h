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

/// The tools that a plugin lists at run time, checked. Any thread; no lock is held while `log` and `changed` are
/// called.
class DynamicTools {
  public:
    /// `log` gets a line for each fault in a list; may be empty. `checkedAgain`: as for admission::parseTools().
    explicit DynamicTools(hosting::LogSink log, bool checkedAgain = false)
        : _log(std::move(log)), _checkedAgain(checkedAgain) {}

    /// `changed` is called after the tools have changed, on the thread that calls update().
    void onChanged(std::function<void()> changed);

    /// `json`: the list as the plugin has written it. A tool that breaks a rule is left out; a text that is not a list
    /// changes nothing: false. Both are logged.
    bool update(const base::Result<std::string>& json);

    std::vector<admission::ToolManifest> tools() const;

  private:
    const hosting::LogSink _log;
    const bool _checkedAgain;
    mutable std::mutex _mutex;
    std::vector<admission::ToolManifest> _tools;
    std::function<void()> _changed;
};

}  // namespace aip::plugins
