#include "base/thread_name.h"

#include <pthread.h>
#include <sched.h>

namespace aip::base {

void nameThread(const char* name) {
    ::pthread_setname_np(::pthread_self(), name);
}

void letOthersGoFirst() {
    const sched_param none{};
    ::pthread_setschedparam(::pthread_self(), SCHED_BATCH, &none);
}

}  // namespace aip::base
