#include "app/event_queue.h"

#include "app/signal_thread.h"

#include <gtest/gtest.h>

#include <thread>

namespace aip::app {
namespace {

TEST(EventQueue, givesEachWaitingEventOnceTheEndFirst) {
    EventQueue events;
    for (const Event event : {Event::ignoredSignal, Event::networkUp, Event::hangUp, Event::stopNow, Event::hangUp,
                              Event::stop, Event::ended, Event::stopped}) {
        events.post(event);
    }
    for (const Event event : {Event::stopped, Event::ended, Event::stop, Event::stopNow, Event::hangUp,
                              Event::networkUp, Event::ignoredSignal}) {
        EXPECT_EQ(events.next().event, event);
    }
}

TEST(EventQueue, knowsAllCausesSinceAnEventWasTakenLast) {
    EventQueue events;
    events.post(Event::ignoredSignal, 64);
    events.post(Event::ignoredSignal, 14);
    events.post(Event::ignoredSignal, 14);
    events.post(Event::prepared);
    EXPECT_TRUE(events.next().causes.none());
    EXPECT_EQ(names(events.next().causes), "SIGALRM, SIGRTMIN+30");
    events.post(Event::ignoredSignal, 27);
    EXPECT_EQ(names(events.next().causes), "SIGPROF");
}

TEST(EventQueue, waitsForAnotherThread) {
    EventQueue events;
    std::thread thread([&] { events.post(Event::prepared); });
    EXPECT_EQ(events.next().event, Event::prepared);
    thread.join();
}

}  // namespace
}  // namespace aip::app
