#pragma once

#include "base/guarded.h"
#include "runner/exec_call_linux.h"
#include "runner/hosted.h"
#include "runner/program_setting_linux.h"

#include <map>
#include <memory>
#include <string>

namespace aip::runner {

/// A program of which every call is a process of its own. The thread that invokes a call waits for that process.
class ExecHost final : public Hosted {
  public:
    ExecHost(hosting::ProgramSpec program, ProgramSetting setting, std::size_t maxResultSize)
        : _program(std::move(program)), _setting(std::move(setting)), _maxResultSize(maxResultSize) {}

    base::Result<std::string> listTools() const override { return std::string("[]"); }
    void invoke(std::shared_ptr<hosting::Call> call, Keeper keeper, Done done) override;
    void cancel(std::string_view callId) override;

  private:
    hosting::Outcome run(const std::shared_ptr<hosting::Call>& call);

    const hosting::ProgramSpec _program;
    const ProgramSetting _setting;
    const std::size_t _maxResultSize;
    Keepers _keepers;
    base::Guarded<std::map<std::string, const ExecCall*, std::less<>>> _running;
};

}  // namespace aip::runner
