#include "base/thread_name.h"

#include <pthread.h>

namespace aip::base {

void nameThread(const char* name) {
    ::pthread_setname_np(::pthread_self(), name);
}

}  // namespace aip::base
