#include "admission/exports.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aip::admission {
namespace {

using Bytes = std::span<const std::byte>;

// Longer than any real name. Without a bound a hostile table could make us scan the whole file for each symbol.
constexpr std::size_t longestName = std::size_t{16} * 1024;

base::Error invalid(const std::string& text) {
    return {base::Code::invalid, text};
}

base::Error systemError(const std::string& what) {
    return {errno == ENOENT ? base::Code::notFound : base::Code::denied, what + ": " + std::strerror(errno)};
}

/// `size` bytes at `offset`; empty if the file ends before.
Bytes slice(Bytes image, std::uint64_t offset, std::uint64_t size) {
    if (offset > image.size() || size > image.size() - offset) {
        return {};
    }
    return image.subspan(offset, size);
}

/// The `index`-th T of a table.
template <typename T>
bool readAt(Bytes table, std::uint64_t index, T& out) {
    if (index >= table.size() / sizeof(T)) {
        return false;
    }
    std::memcpy(&out, table.data() + index * sizeof(T), sizeof(T));
    return true;
}

std::string_view nameAt(Bytes names, std::uint64_t offset) {
    if (offset >= names.size()) {
        return {};
    }
    const auto* text = reinterpret_cast<const char*>(names.data()) + offset;
    const std::size_t limit = std::min<std::size_t>(names.size() - offset, longestName);
    const std::size_t size = ::strnlen(text, limit);
    return size == limit ? std::string_view{} : std::string_view(text, size);
}

bool isExported(const Elf64_Sym& symbol) {
    const auto binding = ELF64_ST_BIND(symbol.st_info);
    const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    return symbol.st_shndx != SHN_UNDEF && binding != STB_LOCAL &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

bool isImported(const Elf64_Sym& symbol) {
    return symbol.st_shndx == SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) == STB_GLOBAL;
}

/// The parts of the file that tell what it exports.
struct Tables {
    Bytes image;
    Bytes sections;
    Bytes symbols;
    Bytes names;

    Bytes contents(const Elf64_Shdr& section) const {
        return section.sh_type == SHT_NOBITS ? Bytes{} : slice(image, section.sh_offset, section.sh_size);
    }

    Bytes dataOf(const Elf64_Sym& symbol) const {
        Elf64_Shdr section{};
        if (!readAt(sections, symbol.st_shndx, section) || symbol.st_value < section.sh_addr) {
            return {};
        }
        return slice(contents(section), symbol.st_value - section.sh_addr, symbol.st_size);
    }
};

#if defined(__x86_64__)
constexpr Elf64_Half hostMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half hostMachine = EM_AARCH64;
#else
#error "no machine of that name in ELF files here"
#endif

std::string machineName(Elf64_Half machine) {
    switch (machine) {
        case EM_X86_64:
            return "x86_64";
        case EM_AARCH64:
            return "aarch64";
        case EM_386:
            return "i386";
        case EM_ARM:
            return "arm";
        case EM_PPC64:
            return "ppc64";
        case EM_S390:
            return "s390x";
        case EM_RISCV:
            return "riscv";
        default:
            return "machine " + std::to_string(machine) + " of ELF";
    }
}

base::Result<Elf64_Ehdr> readHeader(Bytes image) {
    Elf64_Ehdr header{};
    if (!readAt(image, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return invalid("not an ELF file");
    }
    const bool bigEndian = header.e_ident[EI_DATA] == ELFDATA2MSB;
    const auto machine =
        bigEndian ? std::rotl(header.e_machine, 8) : header.e_machine;  // at the same place in all files
    if (machine != hostMachine) {
        return invalid("built for " + machineName(machine) + ", this is " + machineName(hostMachine));
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) {
        return invalid("not a 64-bit little-endian ELF file");
    }
    if (header.e_type != ET_DYN) {
        return invalid("not a shared library");
    }
    if (header.e_shentsize != sizeof(Elf64_Shdr)) {
        return invalid("no section table");
    }
    return header;
}

base::Result<Tables> locate(Bytes image) {
    const auto header = readHeader(image);
    if (!header) {
        return header.error();
    }
    Tables tables{image, slice(image, header->e_shoff, std::uint64_t{header->e_shnum} * sizeof(Elf64_Shdr)), {}, {}};
    Elf64_Shdr section{};
    for (std::uint64_t i = 0; readAt(tables.sections, i, section); ++i) {
        Elf64_Shdr names{};
        if (section.sh_type == SHT_DYNSYM && readAt(tables.sections, section.sh_link, names)) {
            tables.symbols = tables.contents(section);
            tables.names = tables.contents(names);
            return tables;
        }
    }
    return invalid("no table of dynamic symbols");
}

std::vector<std::string_view> neededLibraries(const Tables& tables) {
    std::vector<std::string_view> needed;
    Elf64_Shdr section{};
    for (std::uint64_t i = 0; readAt(tables.sections, i, section); ++i) {
        Elf64_Dyn entry{};
        const Bytes entries = section.sh_type == SHT_DYNAMIC ? tables.contents(section) : Bytes{};
        for (std::uint64_t k = 0; readAt(entries, k, entry) && entry.d_tag != DT_NULL; ++k) {
            const auto name = entry.d_tag == DT_NEEDED ? nameAt(tables.names, entry.d_un.d_val) : std::string_view{};
            if (!name.empty()) {
                needed.push_back(name);
            }
        }
    }
    return needed;
}

}  // namespace

base::Result<std::vector<Export>> exportedSymbols(Bytes image) {
    const auto tables = locate(image);
    if (!tables) {
        return tables.error();
    }
    std::vector<Export> exports;
    Elf64_Sym symbol{};
    for (std::uint64_t i = 0; readAt(tables->symbols, i, symbol); ++i) {
        const auto name = nameAt(tables->names, symbol.st_name);
        if (isExported(symbol) && !name.empty()) {
            exports.push_back({name, tables->dataOf(symbol)});
        }
    }
    return exports;
}

base::Result<Imports> importedSymbols(Bytes image) {
    const auto tables = locate(image);
    if (!tables) {
        return tables.error();
    }
    Imports imports{neededLibraries(*tables), {}};
    Elf64_Sym symbol{};
    for (std::uint64_t i = 0; readAt(tables->symbols, i, symbol); ++i) {
        const auto name = nameAt(tables->names, symbol.st_name);
        if (isImported(symbol) && !name.empty()) {
            imports.symbols.push_back(name);
        }
    }
    return imports;
}

const Export* findExport(const std::vector<Export>& exports, std::string_view name) {
    for (const auto& entry : exports) {
        if (entry.name == name) {
            return &entry;
        }
    }
    return nullptr;
}

base::Result<FileImage> FileImage::open(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return systemError(file.string());
    }
    auto image = map(descriptor);
    ::close(descriptor);
    return image ? std::move(image) : std::move(image).error().within(file.string());
}

base::Result<FileImage> FileImage::map(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        return systemError("fstat");
    }
    if (!S_ISREG(status.st_mode) || status.st_size == 0) {
        return invalid("not a file with content");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (data == MAP_FAILED) {
        return systemError("mmap");
    }
    return FileImage(Bytes(static_cast<const std::byte*>(data), size));
}

FileImage::FileImage(FileImage&& other) noexcept : _bytes(std::exchange(other._bytes, {})) {}

FileImage::~FileImage() {
    if (!_bytes.empty()) {
        ::munmap(const_cast<std::byte*>(_bytes.data()), _bytes.size());
    }
}

}  // namespace aip::admission
