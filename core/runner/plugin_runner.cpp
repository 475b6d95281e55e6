#include "runner/library_host.h"
#include "runner/runner_main_linux.h"

int main(int count, char** arguments) {
    return aip::runner::runnerMain(count, arguments, "aip-plugin-runner", {aip::runner::LibraryHost::start});
}
