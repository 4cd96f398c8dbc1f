// SPDX-License-Identifier: GPL-2.0-only
#include "cli/build_id.hpp"

#include <fmt/format.h>

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstring>
#include <string_view>

namespace cli {
namespace {

constexpr std::size_t aligned(std::size_t size) { return (size + 3) / 4 * 4; }

// The linker's note among those of one segment; empty if it is not there.
std::string find_note(const char *notes, std::size_t size)
{
    constexpr std::string_view owner{"GNU", 4}; // with its end
    std::string text;
    for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= size;) {
        ElfW(Nhdr) header;
        std::memcpy(&header, notes + at, sizeof(header));
        const char *name = notes + at + sizeof(header);
        const char *bytes = name + aligned(header.n_namesz);
        at += sizeof(header) + aligned(header.n_namesz) + aligned(header.n_descsz);
        if (header.n_type != NT_GNU_BUILD_ID || std::string_view(name, header.n_namesz) != owner)
            continue;
        for (std::size_t i = 0; i < header.n_descsz; ++i)
            text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
        break;
    }
    return text;
}

std::string find_build_id()
{
    std::string found;
    // The program itself comes first.
    dl_iterate_phdr(
        [](dl_phdr_info *info, std::size_t, void *result) {
            for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
                const ElfW(Phdr) &segment = info->dlpi_phdr[i];
                auto *text = static_cast<std::string *>(result);
                if (segment.p_type == PT_NOTE && text->empty())
                    *text =
                        find_note(reinterpret_cast<const char *>(info->dlpi_addr + segment.p_vaddr),
                                  segment.p_memsz);
            }
            return 1;
        },
        &found);
    return found.empty() ? "unknown" : found;
}

} // namespace

const std::string &build_id()
{
    static const std::string id = find_build_id();
    return id;
}

} // namespace cli
