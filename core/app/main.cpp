#include "app/agent_application.h"
#include "app/exit_code.h"
#include "app/platform.h"
#include "app/signal_thread.h"
#include "app/start_folder.h"
#include "base/descriptor.h"
#include "base/memory.h"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
    aip::base::useOneHeap();
    aip::base::occupyStandardDescriptors();
    aip::app::blockSignals();
    aip::app::forbidCoreDumps();
    aip::app::allowManyDescriptors();
    aip::app::allowTracing(false);
    aip::app::rememberStartFolder();
    try {
        return aip::app::AgentApplication().launch(argc, argv);
    } catch (const std::exception& defect) {
        std::cerr << "aip-agent: " << defect.what() << std::endl;
        return aip::app::exitSoftware;
    }
}
