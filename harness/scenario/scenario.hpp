// SPDX-License-Identifier: GPL-2.0-only
// A test case: layout + actors + faults + switches. Everything nondeterministic is in here, so that
// the same scenario on the same revision gives the same run, byte for byte.
//
// Covers: the plain data. Does not cover: its text form (text.hpp) and its wire form (wire.hpp).
#pragma once

#include "kernel/bounds.hpp"
#include "kernel/event.hpp"
#include "kernel/name.hpp"
#include "kernel/range.hpp"
#include "kernel/schedule.hpp"
#include "scenario/operations.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

using kernel::Fault;
using kernel::Range;
using kernel::Switch;

// Target node of a range; -1 (the kernel's NUMA_NO_NODE) where the platform gives none.
inline constexpr int no_node = -1;
inline constexpr int node_max = 255;

struct MemoryRange {
    Range range;
    std::int16_t node = 0;

    friend bool operator==(const MemoryRange &, const MemoryRange &) = default;
};

struct Window {
    std::int16_t number = 0; // windowN; unique in a layout, 0..windows_max - 1
    Range range;

    friend bool operator==(const Window &, const Window &) = default;
};

// How a region's assembly ends: ok reaches COMMIT during cxl_pci's probes; fail stays below; late
// only by the operation assemble; none has no device behind it.
enum class Assembly : std::uint8_t { ok, fail, late, none };
enum class Mode : std::uint8_t { ram, pmem, type2 };

struct Region {
    std::int16_t number = 0; // regionN; unique in a layout, 0..regions_max - 1
    Range range;
    Assembly assembly = Assembly::ok;
    Mode mode = Mode::ram;
    bool system_ram = false; // busy System RAM lies inside, so CXL makes no dax region

    friend bool operator==(const Region &, const Region &) = default;
};

// A set of words of one of the two tables below, as bits in the table's order.
template <const auto &Table> struct WordSet {
    std::uint8_t bits = 0;

    constexpr bool has(kernel::Word word) const
    {
        for (std::size_t i = 0; i < Table.size(); ++i)
            if (Table[i] == word)
                return (bits >> i & 1U) != 0;
        return false;
    }

    constexpr void add(kernel::Word word)
    {
        for (std::size_t i = 0; i < Table.size(); ++i)
            if (Table[i] == word)
                bits = static_cast<std::uint8_t>(bits | 1U << i);
    }

    friend bool operator==(const WordSet &, const WordSet &) = default;
};

// What operations load and unload, and what can be built in instead.
inline constexpr std::array modules = {kernel::Word::dax_hmem, kernel::Word::dax_cxl,
                                       kernel::Word::cxl_acpi, kernel::Word::cxl_pci,
                                       kernel::Word::dax_ko};
// The drivers that driver_async_probe= can name; the others have a probe type of their own.
inline constexpr std::array async_drivers = {kernel::Word::hmem_platform, kernel::Word::hmem};

struct Config {
    bool dev_dax_cxl = true;        // CONFIG_DEV_DAX_CXL
    bool dev_dax_hmem = true;       // CONFIG_DEV_DAX_HMEM
    bool cxl_region = true;         // CONFIG_CXL_REGION
    bool hmem_disable = false;      // device_hmem.disable=1
    bool kmem_remove_fails = false; // memory that kmem onlined cannot be taken offline again
    WordSet<modules> builtin;
    WordSet<async_drivers> async_probe;

    friend bool operator==(const Config &, const Config &) = default;
};

struct Layout {
    std::vector<MemoryRange> soft_reserved;
    std::vector<MemoryRange> hmat;
    std::vector<Window> windows;
    std::vector<Region> regions;
    // What the second device, hmem_platform.1, walks; without it, there is none to add.
    std::optional<MemoryRange> hmem_platform_1;
    Config config;

    friend bool operator==(const Layout &, const Layout &) = default;
};

struct Actor {
    std::string name; // [a-z][a-z0-9_-]*, at most 16 characters, unique, no other role's name
    std::vector<Operation> operations;

    friend bool operator==(const Actor &, const Actor &) = default;
};

// What a verdict holds besides identities "property:cause" if it proves nothing: a fault never came
// to pass; the revision cannot be configured like this (alone).
inline constexpr std::string_view not_fired = "not-fired";
inline constexpr std::string_view not_applicable = "n/a";

// What a file promises for one revision: the words above, then identities, in order.
struct Expectation {
    std::string revision;
    std::vector<std::string> verdict;

    friend bool operator==(const Expectation &, const Expectation &) = default;
};

// Who has a piece of memory at rest: whose dax region it is, and whether kmem could put it to use.
enum class Owner : std::uint8_t { nobody, hmem, hmem_unusable, cxl, cxl_unusable };
// Indexed by Owner.
inline constexpr std::array<std::string_view, 5> owner_words = {"nobody", "hmem", "hmem-unusable",
                                                                "cxl", "cxl-unusable"};

// An entry of the catalogue of bugs that the file shows.
struct Shown {
    std::string entry;           // "V7-1"; of open findings without a number, a name
    std::vector<std::string> by; // each of these is a sign of it: items of [expect] or of [owners]
    std::vector<std::string> on; // ids of the revisions that have the bug; the others have it not
    // The revisions of which the catalogue says so, where they are others than `on`; else empty.
    std::vector<std::string> catalogue = {};

    friend bool operator==(const Shown &, const Shown &) = default;
};

struct Scenario {
    std::string title;
    std::string source; // message id or commit
    // Id of the revision under test; empty: the engine's default. The wire form carries its table
    // index.
    std::string revision;
    Layout layout;
    std::vector<Actor> actors;
    std::vector<Fault> faults;
    std::vector<Switch> switches;
    std::vector<Shown> shows;
    std::vector<Expectation> expect;
    // Who has what at rest, for the revisions it names: "0xSTART-0xEND owner", by ascending address.
    std::vector<Expectation> owners;
    bool open = false; // the file holds an open finding

    friend bool operator==(const Scenario &, const Scenario &) = default;
};

} // namespace scenario
