#include "app/agent_application.h"
#include "app/platform.h"
#include "app/start_folder.h"

int main(int argc, char** argv) {
    aip::app::blockSignals();
    aip::app::forbidCoreDumps();
    aip::app::allowTracing(false);
    aip::app::rememberStartFolder();
    aip::app::AgentApplication application;
    return application.launch(argc, argv);
}
