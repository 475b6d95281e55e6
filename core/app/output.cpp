#include "app/output.h"

#include "app/exit_code.h"

#include <iostream>

namespace aip::app {

int fail(int code, const std::string& text) {
    std::cerr << "aip-agent: " << text << std::endl;
    return code;
}

int flushed(int code) {
    std::cout.flush();
    return std::cout ? code : fail(exitOutput, "standard output cannot be written");
}

int print(const std::string& text) {
    std::cout << text;
    return flushed(exitOk);
}

}  // namespace aip::app
