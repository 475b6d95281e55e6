/* Keeps every rule, but its tool is one that every other plugin for tests has, too. */
#include "skeleton.h"
