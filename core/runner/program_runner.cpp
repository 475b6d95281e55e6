#include "runner/program_host_linux.h"
#include "runner/runner_main_linux.h"

int main(int count, char** arguments) {
    aip::link::Measures impossible;
    impossible.add(aip::link::Measure::undumpable);
    return aip::runner::runnerMain(count, arguments, "aip-program-runner",
                                   {aip::runner::startProgram, impossible, "a program is always dumpable"});
}
