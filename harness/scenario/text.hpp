// SPDX-License-Identifier: GPL-2.0-only
// A scenario as text (TOML), for people: strict to read, canonical to print.
//
//     title = "V7-1, V7-2: flush before any hmem_platform device probed"
//     source = "abuOLq6bMPa0nNAL@aschofie-mobl2.lan"
//     switches = ["boot before queue_work resolution #2 -> resolution"]
//     faults = ["boot: driver_register(hmem)#1"]
//
//     [layout]
//     soft_reserved = [{ range = "0x850000000-0x284fffffff", node = 1 }]
//     windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
//     regions = [{ name = "region0", range = "0x850000000-0x284fffffff", assembly = "late" }]
//     hmem_platform_1 = { range = "0x400000000-0x41fffffff", node = 1 }
//     config = { hmem_disable = true, builtin = ["cxl_acpi"], async_probe = ["hmem_platform"] }
//
//     [[actor]]
//     name = "admin"
//     ops = ["modprobe dax_cxl"]
//
//     [[shows]]
//     entry = "V7-1"
//     by = ["uninitialized-work:cxl_dax_region_driver_register"]
//     on = ["v7", "v7-gated-exit"]
//
//     [expect]
//     v7 = ["uninitialized-work:cxl_dax_region_driver_register"]
//     pre = ["not-fired"]
//
//     [owners]
//     v8 = ["0x850000000-0x284fffffff cxl"]
//
// Every key may be absent: an empty file is the empty scenario. Keys with a default (node 0,
// assembly ok, mode ram, ...) are printed only where they differ from it. parse_text(print_text(s))
// is s for every valid scenario, and what is printed prints the same again.
//
// Covers: the file. Does not cover: which revisions and properties exist (the caller says), whether
// the objects of its switches and faults ever come to be (the run tells), the wire form (wire.hpp).
#pragma once

#include "scenario/scenario.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace scenario {

// Bounds of what only text carries, so that whatever was read prints below text_bytes_max.
inline constexpr std::size_t title_bytes_max = 1024;
inline constexpr std::size_t source_bytes_max = 1024; // of several messages
inline constexpr std::size_t entries_max = 16;        // one story shows four at most
inline constexpr std::size_t signs_max = 32;          // of one entry: revisions differ in causes
inline constexpr std::size_t expectations_max = 64;   // revisions in [expect]
inline constexpr std::size_t identities_max = 32;     // violations expected of one of them

// Where and why a text is no scenario. Line and column count from 1, columns in code points.
struct TextError {
    int line = 1;
    int column = 1;
    std::string message;
};

// The ids that a text may name. Where a table is empty, anything of an id's form passes: properties
// are known above this room only.
struct KnownIds {
    std::span<const std::string_view> revisions = {};
    std::span<const std::string_view> properties = {};
};

// Never throws and never crashes, whatever the bytes. Of several errors the first in the file is
// told, save that the layout is judged before what names its regions, and actors before what names
// them.
std::variant<Scenario, TextError> parse_text(std::string_view text, const KnownIds &known = {});

// The title must be UTF-8; indices, names and counts must be in the bounds scenario.hpp gives.
std::string print_text(const Scenario &scenario);

} // namespace scenario
