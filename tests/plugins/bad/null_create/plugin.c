/* Its entry has no create(). */
#include <stddef.h>
#define PLUGIN_CREATE NULL
#include "skeleton.h"
