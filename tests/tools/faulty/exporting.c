/* Exports what it need not, and takes from the program what it does not have. */
#define PLUGIN_NAME "exporting"
#include "skeleton.h"

AIP_EXPORT int helper(void);
int helper(void) {
    return 1;
}
