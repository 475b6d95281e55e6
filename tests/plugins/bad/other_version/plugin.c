/* Is another version than its manifest says. */
#define PLUGIN_VERSION "1.0.1"
#include "skeleton.h"
