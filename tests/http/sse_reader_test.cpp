#include "http/sse_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::http::SseReader;

using Texts = std::vector<std::string>;

Texts eventsIn(const std::string& stream, std::size_t piece, std::size_t longest = 1'000) {
    Texts found;
    SseReader reader(longest);
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        reader.feed(std::string_view(stream).substr(at, piece),
                    [&](std::string_view data) { found.emplace_back(data); });
    }
    return found;
}

TEST(SseReader, givesTheSameEventsHoweverTheyCome) {
    struct Row {
        std::string stream;
        Texts events;
    };
    for (const auto& [stream, events] :
         {Row{"data: a\n\ndata: b\n\n", {"a", "b"}}, Row{"data: a\r\n\r\ndata:b\r\rdata: c\n\n", {"a", "b", "c"}},
          Row{"data: a\ndata: b\n\n", {"a\nb"}}, Row{"data:  a\n\n", {" a"}}, Row{"data\n\ndata:\n\n", {}},
          Row{"\xef\xbb\xbf"
              "data: a\n\n",
              {"a"}},
          Row{": comment\nevent: message\nid: 1\nretry: x\ndata: a\n\n", {"a"}}, Row{"data: not complete\n", {}},
          Row{"nodata: a\n\n: ping\n\n", {}}, Row{"", {}}}) {
        for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
            EXPECT_EQ(eventsIn(stream, piece), events) << stream << " in pieces of " << piece;
        }
    }
}

TEST(SseReader, tellsWhereToResume) {
    SseReader reader(100);
    const auto nothing = [](std::string_view) {};
    EXPECT_EQ(reader.lastId(), "");
    EXPECT_EQ(reader.retry(), std::nullopt);
    reader.feed("id: 7\nretry: 250\ndata:\n\n", nothing);
    EXPECT_EQ(reader.lastId(), "7");
    EXPECT_EQ(reader.retry(), std::chrono::milliseconds(250));
    reader.feed("retry: -1\nretry: 1x\nretry:\n", nothing);
    EXPECT_EQ(reader.retry(), std::chrono::milliseconds(250));
    reader.feed(std::string_view("id: a\0b\n", 8), nothing);
    EXPECT_EQ(reader.lastId(), "7");
    reader.feed("retry: 99999999999\n", nothing);
    EXPECT_EQ(reader.retry(), std::chrono::hours(1));
}

TEST(SseReader, endsWithAnEventThatIsTooLong) {
    for (const std::string& stream : {std::string(101, 'x'), "data: " + std::string(90, 'x') + "\ndata: 12345678901",
                                      ": " + std::string(200, 'x') + "\n"}) {
        SseReader reader(100);
        EXPECT_FALSE(reader.feed(stream, [](std::string_view) {})) << stream;
        EXPECT_FALSE(reader.feed("\n\n", [](std::string_view) { ADD_FAILURE(); }));
    }
    EXPECT_EQ(eventsIn("data: " + std::string(94, 'x') + "\n\ndata: y\n\n", 7, 100).size(), 2U);
}

}  // namespace
