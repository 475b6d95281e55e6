/* Keeps every rule, but the group of its owner may write its library: see write_manifest.cmake. */
#include "skeleton.h"
