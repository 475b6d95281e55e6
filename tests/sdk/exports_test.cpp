#include "admission/exports.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <elf.h>

namespace {

using aip::admission::exportedSymbols;
using aip::admission::FileImage;

std::vector<std::byte> bytesOf(const char* file) {
    const auto image = FileImage::open(file);
    if (!image) {
        ADD_FAILURE() << image.error().text();
        return {};
    }
    return {image->bytes().begin(), image->bytes().end()};
}

std::vector<std::string> names(const char* file) {
    const auto image = bytesOf(file);
    const auto exports = exportedSymbols(image);
    std::vector<std::string> out;
    if (exports) {
        for (const auto& symbol : *exports) {
            out.emplace_back(symbol.name);
        }
    }
    return out;
}

TEST(Exports, aPluginExportsNothingButItsEntry) {
    EXPECT_EQ(names(ZOO), std::vector<std::string>{"aip_plugin_entry_v1"});
    EXPECT_EQ(names(COUNTER), std::vector<std::string>{"aip_plugin_entry_v1"});
}

TEST(Exports, theNumbersOfTheEntryCanBeReadFromTheFile) {
    const auto image = bytesOf(ZOO);
    const auto exports = exportedSymbols(image);
    ASSERT_TRUE(exports);
    const auto* entry = aip::admission::findExport(*exports, "aip_plugin_entry_v1");
    ASSERT_NE(entry, nullptr);
    std::uint32_t numbers[4];
    ASSERT_GE(entry->data.size(), 40U);  // more in a library that AddressSanitizer guards
    std::memcpy(numbers, entry->data.data(), sizeof numbers);
    EXPECT_EQ(numbers[0], 40U);
    EXPECT_EQ(numbers[1], 1U);
}

TEST(Exports, aLibraryThatIsNoPluginHasOtherSymbols) {
    EXPECT_EQ(names(BAD_FOLDER "/libsdk_not_a_plugin.so"), std::vector<std::string>{"answer"});
}

TEST(Exports, whatIsNoLibraryIsRefusedWithAReason) {
    const auto reason = [](std::string_view text) {
        return exportedSymbols(std::as_bytes(std::span(text.data(), text.size()))).error().text();
    };
    EXPECT_EQ(reason(""), "not an ELF file");
    EXPECT_EQ(reason(std::string(4096, 'x')), "not an ELF file");
    EXPECT_EQ(exportedSymbols(bytesOf(SCHEMA)).error().text(), "not an ELF file");
    EXPECT_FALSE(FileImage::open("/nowhere/at/all"));
    EXPECT_FALSE(FileImage::open("/"));
    EXPECT_FALSE(FileImage::open("/dev/null"));
}

/// What is said of a library whose header claims this.
std::string machineIn(unsigned char size, unsigned char order, std::uint16_t machine) {
    auto image = bytesOf(COUNTER);
    image[EI_CLASS] = std::byte{size};
    image[EI_DATA] = std::byte{order};
    const bool big = order == ELFDATA2MSB;
    image[big ? 19 : 18] = static_cast<std::byte>(machine & 0xFFU);
    image[big ? 18 : 19] = static_cast<std::byte>(machine >> 8U);
    return exportedSymbols(image).error().text();
}

TEST(Exports, aLibraryForAnotherProcessorIsNamedAsSuch) {
    for (const auto& [size, order, machine, name] :
         {std::tuple(ELFCLASS64, ELFDATA2LSB, EM_RISCV, "riscv"), std::tuple(ELFCLASS32, ELFDATA2LSB, EM_386, "i386"),
          std::tuple(ELFCLASS32, ELFDATA2LSB, EM_ARM, "arm"), std::tuple(ELFCLASS64, ELFDATA2MSB, EM_PPC64, "ppc64"),
          std::tuple(ELFCLASS64, ELFDATA2MSB, EM_S390, "s390x"),
          std::tuple(ELFCLASS64, ELFDATA2LSB, 4711, "machine 4711 of ELF")}) {
        const auto said = machineIn(static_cast<unsigned char>(size), static_cast<unsigned char>(order),
                                    static_cast<std::uint16_t>(machine));
        EXPECT_TRUE(said.starts_with("built for " + std::string(name) + ", this is ")) << said;
    }
}

TEST(Exports, aTruncatedLibraryIsNeverReadBeyondItsEnd) {
    const auto image = bytesOf(COUNTER);
    for (std::size_t size = 0; size < image.size(); size += size < 4096 ? 1 : 97) {
        const std::vector<std::byte> cut(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(exportedSymbols(cut)) << size;
    }
}

TEST(Exports, aLibraryWithWrongBytesIsNeverReadBeyondItsEnd) {
    const auto image = bytesOf(COUNTER);
    std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same bytes every time
    Elf64_Ehdr header;
    std::memcpy(&header, image.data(), sizeof header);
    const auto table = std::size_t{header.e_shoff};
    for (int round = 0; round < 20000; ++round) {
        auto broken = image;
        for (int i = 0; i < 4; ++i) {
            const bool inHeader = (random() & 1U) != 0;
            const auto place = inHeader ? random() % sizeof header : table + random() % (image.size() - table);
            broken[place] = static_cast<std::byte>(random());
        }
        const auto symbols = exportedSymbols(broken);
        EXPECT_TRUE(symbols || !symbols.error().text().empty());
    }
}

}  // namespace
