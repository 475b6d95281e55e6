/* Is not the plugin that its manifest names. */
#define PLUGIN_ID "somebody.else"
#include "skeleton.h"
