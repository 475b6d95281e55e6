#include "app/agent_application.h"
#include "app/platform.h"

int main(int argc, char** argv) {
    aip::app::blockSignals();
    aip::app::forbidCoreDumps();
    aip::app::AgentApplication application;
    return application.launch(argc, argv);
}
