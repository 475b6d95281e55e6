#include "runner/memory_map.h"

#include "runner/fixed_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::runner::AddressSearch;
using aip::runner::fileName;
using aip::runner::FixedText;
using aip::runner::Mapping;
using aip::runner::parseMapping;

TEST(MemoryMap, readsALine) {
    const auto mapping =
        parseMapping("7f1c2a001000-7f1c2a002000 r-xp 00001000 08:1f 131078                     /usr/lib/a b.so");
    ASSERT_TRUE(mapping);
    EXPECT_EQ(mapping->begin, 0x7f1c2a001000U);
    EXPECT_EQ(mapping->end, 0x7f1c2a002000U);
    EXPECT_EQ(mapping->offset, 0x1000U);
    EXPECT_EQ(mapping->major, 8U);
    EXPECT_EQ(mapping->minor, 0x1fU);
    EXPECT_EQ(mapping->inode, 131078U);
    EXPECT_EQ(mapping->path, "/usr/lib/a b.so");
}

TEST(MemoryMap, readsALineWithoutAName) {
    const auto mapping = parseMapping("7ffd000-7ffe000 rw-p 00000000 00:00 0 ");
    ASSERT_TRUE(mapping);
    EXPECT_EQ(mapping->inode, 0U);
    EXPECT_EQ(mapping->path, "");
}

TEST(MemoryMap, readsNothingElse) {
    for (const char* line : {"", "x", "7f00-", "7f00-7f10", "7f00-7f10 r-xp", "7f00-7f10 r-xp 0 1:2",
                             "-7f10 r-xp 0 1:2 3 ", "7f00-7f10 r-xp zz 00:01 3 x", "VmFlags: rd ex"}) {
        EXPECT_FALSE(parseMapping(line)) << line;
    }
}

TEST(MemoryMap, namesAFile) {
    EXPECT_EQ(fileName("/usr/lib/libc.so.6"), "libc.so.6");
    EXPECT_EQ(fileName("/memfd:aip:x (deleted)"), "memfd:aip:x");
    EXPECT_EQ(fileName("[vdso]"), "[vdso]");
    EXPECT_EQ(fileName(""), "");
}

/// A program, anonymous memory, and a library in four pieces with a gap of anonymous memory.
const std::vector<Mapping> map{
    {0x1000, 0x2000, 0, 8, 1, 7, "/program"},   {0x2000, 0x3000, 0x1000, 8, 1, 7, "/program"},
    {0x3000, 0x4000, 0, 0, 0, 0, "[heap]"},     {0x8000, 0x9000, 0, 8, 1, 9, "/x.so"},
    {0x9000, 0xb000, 0x1000, 8, 1, 9, "/x.so"}, {0xb000, 0xc000, 0, 0, 0, 0, ""},
    {0xc000, 0xd000, 0x2000, 8, 1, 9, "/x.so"}, {0xe000, 0xf000, 0, 8, 1, 9, "/x.so"}};

struct AddressRow {
    std::uint64_t address;
    std::string file;  ///< empty: none
    std::uint64_t offset = 0;
};

TEST(MemoryMap, findsTheFileOfAnAddress) {
    for (const auto& [address, file, offset] :
         {AddressRow{0x0, ""}, AddressRow{0x1fff, "/program", 0xfff}, AddressRow{0x2001, "/program", 0x1001},
          AddressRow{0x3800, ""}, AddressRow{0x9139, "/x.so", 0x1139}, AddressRow{0xb800, ""},
          AddressRow{0xc010, "/x.so", 0x4010}, AddressRow{0xe001, "/x.so", 1}, AddressRow{0xd000, ""}}) {
        AddressSearch search(address);
        for (const Mapping& mapping : map) {
            search.take(mapping);
        }
        EXPECT_EQ(search.found(), !file.empty()) << address;
        if (search.found()) {
            EXPECT_EQ(search.file().path, file) << address;
            EXPECT_EQ(search.offset(), offset) << address;
        }
    }
}

TEST(FixedText, holdsWhatFits) {
    FixedText<12> text;
    EXPECT_EQ(text.add("a ").addHex(0x1f).add(" ").addDecimal(0).view(), "a 0x1f 0");
    EXPECT_EQ(text.add("123456").view(), "a 0x1f 01234");
    EXPECT_EQ(text.add("x").view().size(), 12U);
    text.clear();
    EXPECT_EQ(text.addHex(0).view(), "0x0");
    FixedText<40> number;
    EXPECT_EQ(number.addDecimal(~std::uint64_t{0}).view(), "18446744073709551615");
}

}  // namespace
