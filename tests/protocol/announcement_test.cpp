#include "protocol/announcement.h"

#include <gtest/gtest.h>

using namespace aip::protocol;

TEST(Announcement, writesTheFieldsThatAreSet) {
    EXPECT_EQ(encode({.type = ServerType::fileTransferStart,
                      .filename = "a\"b.txt",
                      .mimeType = "text/plain",
                      .sessionId = "s",
                      .size = 5,
                      .chunkSize = 3,
                      .totalChunks = 2},
                     "now")
                  .front(),
              R"({"type":"file_transfer_start","filename":"a\"b.txt","mime_type":"text/plain","session_id":"s",)"
              R"("size":5,"chunk_size":3,"total_chunks":2,"timestamp":"now"})");
    EXPECT_EQ(encode({.size = 3, .chunkSize = 3, .chunkNumber = 0}, "now").front(),
              R"({"type":"binary_data","size":3,"chunk_size":3,"chunk_num":0,"timestamp":"now"})");
}
