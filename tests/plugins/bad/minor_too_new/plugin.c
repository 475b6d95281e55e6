/* Needs a newer agent than its manifest says. */
#define PLUGIN_ABI_MINOR_REQUIRED (AIP_ABI_MINOR + 1)
#include "skeleton.h"
