/* Ends the process when it is loaded. */
#include <aip/abi.h>

#include <stdlib.h>

__attribute__((constructor)) static void leave(void) {
    _Exit(7);
}
#include "skeleton.h"
