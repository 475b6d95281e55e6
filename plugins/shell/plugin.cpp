#include "shell.h"

AIP_PLUGIN(aip::shell::Shell)
