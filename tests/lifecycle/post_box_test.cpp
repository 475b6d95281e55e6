#include "lifecycle/post_box.h"

#include <gtest/gtest.h>

#include <new>
#include <string>

using aip::lifecycle::PostBox;

TEST(PostBox, runsTheJobsAfterOneThatThrowsTheNextTime) {
    int wakes = 0;
    std::string done;
    PostBox box([&wakes] { ++wakes; });
    const auto add = [&](char letter) { box.address().post([&done, letter] { done += letter; }); };
    add('a');
    box.address().post([&] {
        add('d');
        throw std::bad_alloc();
    });
    add('b');
    add('c');
    EXPECT_THROW(box.run(), std::bad_alloc);
    EXPECT_EQ(done, "a");
    EXPECT_EQ(wakes, 6);
    box.run();
    EXPECT_EQ(done, "abcd");
}

TEST(PostBox, runsWhatIsPostedMeanwhileTheNextTime) {
    std::string done;
    PostBox box([] {});
    box.address().post([&] {
        done += 'a';
        box.address().post([&done] { done += 'b'; });
    });
    box.run();
    EXPECT_EQ(done, "a");
    box.run();
    EXPECT_EQ(done, "ab");
}
