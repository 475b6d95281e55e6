#include "app/event_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace aip::app {
namespace {

TEST(EventQueue, givesEachWaitingEventOnceTheEndFirst) {
    EventQueue events;
    for (const Event event :
         {Event::networkUp, Event::hangUp, Event::stopNow, Event::hangUp, Event::stop, Event::ended}) {
        events.post(event);
    }
    for (const Event event : {Event::ended, Event::stop, Event::stopNow, Event::hangUp, Event::networkUp}) {
        EXPECT_EQ(events.next(), event);
    }
}

TEST(EventQueue, waitsForAnotherThread) {
    EventQueue events;
    std::thread thread([&] { events.post(Event::prepared); });
    EXPECT_EQ(events.next(), Event::prepared);
    thread.join();
}

}  // namespace
}  // namespace aip::app
