/* Keeps every rule, but is not the file that its manifest was made for: see write_manifest.cmake. */
#include "skeleton.h"
