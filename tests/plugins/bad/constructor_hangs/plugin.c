/* Never comes back from being loaded. */
#include <aip/abi.h>

#include <unistd.h>

__attribute__((constructor)) static void hang(void) {
    while (pause() != 0) {
    }
}
#include "skeleton.h"
