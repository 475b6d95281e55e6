/* Built for another ABI than its manifest says. */
#define PLUGIN_ABI_MAJOR (AIP_ABI_MAJOR + 1)
#include "skeleton.h"
