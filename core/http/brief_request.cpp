#include "http/brief_request.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace aip::http {

void sendBriefly(Target target, const Request& request, std::chrono::milliseconds limit) {
    target.connectTimeout = limit;
    Exchange exchange(std::move(target));
    std::mutex mutex;
    std::condition_variable changed;
    bool over = false;
    std::thread watch([&] {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, limit, [&] { return over; });
        exchange.cancel();
    });
    static_cast<void>(exchange.send(request));
    {
        const std::lock_guard lock(mutex);
        over = true;
    }
    changed.notify_all();
    watch.join();
}

}  // namespace aip::http
