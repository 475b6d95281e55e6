#include "runner/library_host.h"

#include "runner/crash_handler_linux.h"

#include <utility>
#include <variant>

namespace aip::runner {

base::Result<std::unique_ptr<Hosted>, hosting::Refusal> LibraryHost::start(const hosting::PluginSpec& spec,
                                                                           base::Descriptor library,
                                                                           HostedWiring wiring) {
    const auto* const code = std::get_if<hosting::LibrarySpec>(&spec.code);
    if (code == nullptr) {
        return hosting::Refusal{hosting::reason::loadFailed, "it is not a library"};
    }
    nameLibraryInCrashes(library, code->file);
    auto started = hosting::Instance::start(spec, std::move(library), std::move(wiring.log), wiring.artifacts,
                                            std::move(wiring.toolsChanged));
    if (!started) {
        return std::move(started).error();
    }
    return std::unique_ptr<Hosted>(new LibraryHost(*std::move(started), wiring.maxResultSize));
}

void LibraryHost::invoke(std::shared_ptr<hosting::Call> call, Keeper keeper, Done done) {
    auto keep = [keeper = std::move(keeper)](std::string_view json) { return keeper && keeper({json}); };
    done(_instance->run(call, _maxResultSize, std::move(keep)));
}

}  // namespace aip::runner
