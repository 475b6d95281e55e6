/* Exports what it need not. */
#define PLUGIN_NAME "exporting"
#include "skeleton.h"

AIP_EXPORT int helper(void);
int helper(void) {
    return 1;
}
