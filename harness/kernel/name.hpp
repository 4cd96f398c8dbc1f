// SPDX-License-Identifier: GPL-2.0-only
// Names of everything a trace, a switch or a verdict can speak of: devices, modules, work items,
// locks, resource trees, tasks. A name is four bytes, compares in one instruction and never holds an
// address, so that whatever is built from names is the same in every run.
//
// Covers: the table of words, printing, parsing. Does not cover: free text (titles, actors' own
// names live in the scenario).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kernel {

// One row a word: identifier, its text, what separates it from its number ("" or "."), whether it
// carries a number at all. Devices bear the kernel's names (hmem.1, dax_region0, dax1.0).
#define KERNEL_WORDS(X)                                                                            \
    X(none, "-", "", false)                                                                        \
    /* tasks, see Role */                                                                          \
    X(actor, "actor", "", true)                                                                    \
    X(boot, "boot", "", false)                                                                     \
    X(epilogue, "epilogue", "", false)                                                             \
    X(probe, "probe", "", false)                                                                   \
    X(modprobe, "modprobe", "", false)                                                             \
    /* work items, and the tasks that run them */                                                  \
    X(resolution, "resolution", "", false)                                                         \
    X(cxl_register, "cxl-register", "", false)                                                     \
    X(cxl_enumerate, "cxl-enumerate", "", false)                                                   \
    X(deferred_probe, "deferred-probe", "", false)                                                 \
    /* udev loads cxl_mem, which attaches what cxl_pci probed */                                   \
    X(cxl_attach, "cxl-attach", "", false)                                                         \
    /* devices */                                                                                  \
    X(hmem_platform, "hmem_platform", ".", true)                                                   \
    X(hmem, "hmem", ".", true)                                                                     \
    X(dax, "dax", "", true)                                                                        \
    X(region, "region", "", true)                                                                  \
    X(dax_region, "dax_region", "", true)                                                          \
    X(mem, "mem", "", true)                                                                        \
    X(window, "window", "", true)                                                                  \
    X(slow, "slow-probe", "", false)                                                               \
    /* modules, and the driver or device of the same name */                                       \
    X(dax_hmem, "dax_hmem", "", false)                                                             \
    X(dax_cxl, "dax_cxl", "", false)                                                               \
    X(cxl_acpi, "cxl_acpi", "", false)                                                             \
    X(cxl_pci, "cxl_pci", "", false)                                                               \
    /* dax.ko: "dax" alone is the kind of the devices daxN.M */                                    \
    X(dax_ko, "dax.ko", "", false)                                                                 \
    X(device_hmem, "device_hmem", "", false)                                                       \
    X(vmlinux, "vmlinux", "", false)                                                               \
    X(cxl_region, "cxl_region", "", false)                                                         \
    X(cxl_dax_region, "cxl_dax_region", "", false)                                                 \
    X(kmem, "kmem", "", false)                                                                     \
    X(device_dax, "device_dax", "", false)                                                         \
    X(cxl_test, "cxl_test", "", false)                                                             \
    /* queues, locks, resource trees */                                                            \
    X(system_wq, "system_wq", "", false)                                                           \
    X(system_long_wq, "system_long_wq", "", false)                                                 \
    X(dax_hmem_wq, "dax_hmem_wq", "", false)                                                       \
    X(cxl_port, "cxl_port", "", false)                                                             \
    X(hmem_resource_lock, "hmem_resource_lock", "", false)                                         \
    X(dax_hmem_lock, "dax_hmem_lock", "", false)                                                   \
    X(cxl_region_rwsem, "cxl_rwsem.region", "", false)                                             \
    X(dax_region_rwsem, "dax_region_rwsem", "", false)                                             \
    X(root_decoder, "root_decoder", "", true)                                                      \
    X(iomem, "iomem", "", false)                                                                   \
    X(soft_reserve, "soft_reserve", "", false)                                                     \
    X(hmem_active, "hmem_active", "", false)                                                       \
    X(dax_regions, "dax_regions", "", false)                                                       \
    X(memregion, "memregion", "", true)                                                            \
    /* words for tests of the simulated kernel itself */                                           \
    X(test, "test", ".", true)

enum class Word : std::uint8_t {
#define X(id, text, separator, numbered) id,
    KERNEL_WORDS(X)
#undef X
        count_,
};

// `number` is -1 where the name has none; `part` is the M of daxN.M.
struct Name {
    Word word = Word::none;
    std::uint8_t part = 0;
    std::int16_t number = -1;

    // All of it at once: the members one by one are three comparisons.
    friend constexpr bool operator==(Name left, Name right)
    {
        return std::bit_cast<std::uint32_t>(left) == std::bit_cast<std::uint32_t>(right);
    }
    explicit constexpr operator bool() const { return word != Word::none; }
};

constexpr Name name_of(Word word, int number = -1, int part = 0)
{
    return {word, static_cast<std::uint8_t>(part), static_cast<std::int16_t>(number)};
}

// A task's role means the same in every revision: `kind` is actor, boot, epilogue, a work item's
// name, or probe / modprobe of `object`.
struct Role {
    Word kind = Word::none;
    Name object;

    friend constexpr bool operator==(const Role &, const Role &) = default;
    // Boot and the epilogue are administration, too.
    constexpr bool is_actor() const
    {
        return kind == Word::actor || kind == Word::boot || kind == Word::epilogue;
    }
};

constexpr Role actor_role(int index) { return {Word::actor, name_of(Word::actor, index)}; }
constexpr Role role_of(Word kind, Name object = {}) { return {kind, object}; }

std::string_view word_text(Word word);
std::string to_string(Name name);

// The longest word that fits, then its number where it has one: "hmem.1", "dax1.0", "region0".
// nullopt if the text is no name.
std::optional<Name> parse_name(std::string_view text);

} // namespace kernel
