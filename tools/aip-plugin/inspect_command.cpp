#include "command.h"
#include "exit_code.h"
#include "inspect.h"

#include <iostream>

namespace aip::tool {
namespace {

base::Result<int> run(const Arguments& arguments) {
    const auto& plugin = arguments.words().front();
    const auto result = inspect(plugin, std::cout);
    return result ? done : failure(plugin, result.error().text());
}

}  // namespace

Command inspectCommand() {
    return {
        .name = "inspect",
        .words = "LIBRARY|FOLDER",
        .summary = "Shows manifest, ABI numbers, exports, libraries needed and tools without running any code of it.",
        .details = {},
        .options = {},
        .run = &run};
}

}  // namespace aip::tool
