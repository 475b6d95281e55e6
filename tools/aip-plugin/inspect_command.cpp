#include "base/printable.h"
#include "command.h"
#include "exit_code.h"
#include "inspect.h"

#include <iostream>
#include <sstream>

namespace aip::tool {
namespace {

base::Result<int> run(const Arguments& arguments) {
    const auto& plugin = arguments.words().front();
    std::ostringstream text;
    const auto result = inspect(plugin, text);
    std::cout << base::printableLines(text.str());  // it may be a stranger's
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
