// Writes records with parameters of some MiB, so that a kill is likely to come in the middle of a line. Usage:
// audit_writer FILE

#include "audit/file_trail.h"

#include <iostream>
#include <string>

int main(int argc, char** argv) {
    if (argc != 2) {
        return 64;
    }
    const aip::base::SystemClock clock;
    auto trail = aip::audit::FileTrail::open({.file = argv[1],
                                              .maxFileSize = 1UL << 30U,
                                              .sync = aip::audit::Sync::none,
                                              .parameters = aip::audit::Parameters::full},
                                             clock);
    if (!trail) {
        std::cerr << trail.error().text() << std::endl;
        return 1;
    }
    const auto tool = std::make_shared<const aip::audit::ToolFacts>();
    const std::string parameters = R"({"text":")" + std::string(8UL << 20U, 'x') + "\"}";
    std::cout << "ready" << std::endl;
    while (true) {
        if (auto call = (*trail)->begin({.tool = "t", .parameters = parameters}, tool, {}); call) {
            (*call)->ended({.by = "tool"});
        }
    }
}
