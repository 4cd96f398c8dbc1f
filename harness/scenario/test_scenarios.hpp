// SPDX-License-Identifier: GPL-2.0-only
// Scenarios for the tests of both codecs: one that uses everything, and random valid ones.
//
// The random ones are drawn field by field from what scenario.hpp allows, not through the wire
// form, so that they also hold what its decoder would never make.
#pragma once

#include "scenario/sentences.hpp"

#include <limits>
#include <random>
#include <string>

namespace scenario::test {

using Random = std::mt19937_64;

// Every key, every operation, every form of switch, fault and role; in canonical form.
inline constexpr std::string_view everything = R"(title = "everything \"at\" once: \\ \u0007 é"
source = "abuOLq6bMPa0nNAL@aschofie-mobl2.lan; f8dc1bde1873"
revision = "v7-static-init"
open = true
switches = [
    "admin before queue_work resolution #2 -> resolution",
    "boot before driver_register hmem #65535 -> probe:hmem_platform.0",
    "epilogue before device_lock dax12.3 #1 -> modprobe:dax_cxl",
    "cxl-register before rwsem_lock cxl_rwsem.region #1 -> cxl-enumerate",
    "probe:mem0 before wait_async - #17 -> helper_2",
    "admin blocks on cxl_rwsem.region #2 -> probe:mem0",
    "boot ends #1 -> helper_2",
    "stop +257 -> runnable 3",
    "point +37 -> runnable 2",
    "point +65535 -> runnable 255",
]
faults = ["admin: driver_register(hmem)#1", "probe:dax0.1: create_dev_dax(dax_region0)#256", "helper_2: nth 3"]

[layout]
soft_reserved = [
    { range = "0x850000000-0x284fffffff" },
    { range = "0x100000000-0x10fffffff", node = 255 },
    { range = "0x100000001-0x1101fffff", node = -1 },
]
hmat = [{ range = "0x0-0xffffffffffffffff", node = 3 }]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }, { name = "window15", range = "0x1-0x1" }]
regions = [
    { name = "region3", range = "0x850000000-0x284fffffff" },
    { name = "region0", range = "0x110000000-0x12fffffff", assembly = "late", mode = "pmem", system_ram = true },
    { name = "region1", range = "0x0-0x0", assembly = "none", mode = "type2" },
    { name = "region2", range = "0x0-0x0", assembly = "fail" },
]
hmem_platform_1 = { range = "0x200000000-0x21fffffff", node = 7 }
config = { dev_dax_cxl = false, dev_dax_hmem = false, cxl_region = false, hmem_disable = true, kmem_remove_fails = true, builtin = ["dax_hmem", "cxl_acpi"], async_probe = ["hmem_platform", "hmem"] }

[[actor]]
name = "admin"
ops = [
    "modprobe dax_hmem",
    "insmod dax_cxl",
    "rmmod cxl_pci",
    "bind hmem_platform.0",
    "unbind hmem.0",
    "bind hmem.9999",
    "unbind hmem#0",
    "bind hmem#15",
    "unbind cxl_acpi",
    "bind region2",
    "assemble region3",
    "decommit region0",
    "destroy region1",
    "slow-probe start",
    "slow-probe end",
    "add hmem_platform.1",
]

[[actor]]
name = "helper_2"
ops = ["unbind hmem_platform.1", "del hmem_platform.1"]

[[shows]]
entry = "V7-1"
by = ["uninitialized-work:cxl_dax_region_driver_register", "0x850000000-0x284fffffff hmem-unusable"]
on = ["v7", "v7-gated-exit"]

[[shows]]
entry = "V8-3a"

[[shows]]
entry = "P0-1"
by = ["n/a"]

[[shows]]
entry = "window-withdrawn"
on = ["pre"]
catalogue = ["v1", "v4"]

[expect]
v7-reviewed = []
v7          = ["uninitialized-work:cxl_dax_region_driver_register", "lost-range:-"]
v1          = ["not-fired", "lost-range:-"]
pre         = ["n/a"]

[owners]
v8       = ["0x1000-0x1fff hmem-unusable", "0x2000-0x2fff nobody"]
mainline = []
)";

inline unsigned below(Random &random, std::size_t limit)
{
    return static_cast<unsigned>(random() % limit);
}

// Small numbers mostly, and each end of the interval often.
inline unsigned between(Random &random, unsigned smallest, unsigned largest)
{
    switch (below(random, 4)) {
    case 0:
        return smallest;
    case 1:
        return largest;
    case 2:
        return smallest + below(random, std::min(largest - smallest + 1, 4u));
    default:
        return smallest + below(random, std::size_t{largest} - smallest + 1);
    }
}

inline Range random_range(Random &random)
{
    constexpr std::uint64_t mib = std::uint64_t{1} << 20;
    if (below(random, 2) == 0) { // on the grid of the wire form, or just off it
        const std::uint64_t start = (15 + below(random, 36)) * 256 * mib;
        const std::uint64_t size = (1 + below(random, 10)) * 256 * mib;
        const std::uint64_t off[] = {0, 0, 1, 2 * mib, 3 * mib};
        return {start + off[below(random, 5)], start + size - 1 - off[below(random, 5)]};
    }
    const std::uint64_t one = random() >> below(random, 64);
    const std::uint64_t other = below(random, 8) == 0 ? ~std::uint64_t{0} : random();
    return {std::min(one, other), std::max(one, other)};
}

inline kernel::Name random_name(Random &random, Word word, bool bare_allowed)
{
    if (!is_numbered(word) || (bare_allowed && below(random, 4) == 0))
        return kernel::name_of(word);
    return kernel::name_of(word, static_cast<int>(between(random, 0, name_number_max)),
                           word == Word::dax ? static_cast<int>(between(random, 0, 255)) : 0);
}

inline kernel::Role random_role(Random &random, std::size_t actors)
{
    const Word kind = role_kinds[below(random, role_kinds.size())];
    if (kind == Word::actor && actors == 0)
        return kernel::role_of(Word::boot);
    if (kind == Word::actor)
        return kernel::actor_role(static_cast<int>(below(random, actors)));
    if (kind == Word::modprobe)
        return kernel::role_of(kind, kernel::name_of(modules[below(random, modules.size())]));
    if (kind == Word::probe)
        return kernel::role_of(
            kind, random_name(random, probe_words[below(random, probe_words.size())], false));
    return kernel::role_of(kind);
}

inline kernel::Name random_object(Random &random)
{
    return random_name(random, static_cast<Word>(below(random, words_count)), true);
}

inline void add_layout(Random &random, Layout &layout)
{
    const auto node = [&] {
        return static_cast<std::int16_t>(static_cast<int>(between(random, 0, node_max + 1)) - 1);
    };
    for (unsigned i = between(random, 0, bounds::ranges_max); i > 0; --i)
        layout.soft_reserved.push_back({random_range(random), node()});
    for (unsigned i = between(random, 0, bounds::ranges_max); i > 0; --i)
        layout.hmat.push_back({random_range(random), node()});
    const unsigned first = below(random, 16); // numbers need not rise, only differ
    for (unsigned i = between(random, 0, bounds::windows_max); i > 0; --i)
        layout.windows.push_back(
            {static_cast<std::int16_t>((first + i) % 16), random_range(random)});
    for (unsigned i = between(random, 0, bounds::regions_max); i > 0; --i)
        layout.regions.push_back({static_cast<std::int16_t>((first + 3 * i) % 16),
                                  random_range(random), static_cast<Assembly>(below(random, 4)),
                                  static_cast<Mode>(below(random, 3)), below(random, 2) == 0});
    if (below(random, 2) == 0)
        layout.hmem_platform_1 = {random_range(random), node()};
    const auto flag = [&] { return below(random, 2) == 0; };
    layout.config = {flag(), flag(), flag(), flag()};
    if (below(random, 2) == 0)
        return;
    layout.config.kmem_remove_fails = flag();
    layout.config.builtin.bits = static_cast<std::uint8_t>(below(random, 1U << modules.size()));
    layout.config.async_probe.bits =
        static_cast<std::uint8_t>(below(random, 1U << async_drivers.size()));
}

inline Operation random_operation(Random &random, const Layout &layout)
{
    const auto code = static_cast<OperationCode>(below(random, operation_codes));
    const Operand operand = operation_row(code).operand;
    const std::size_t regions = layout.regions.size();
    const auto region = [&] {
        return kernel::name_of(Word::region, layout.regions[below(random, regions)].number);
    };
    if (operand == Operand::none)
        return {code, kernel::name_of(Word::slow)};
    const bool second = layout.hmem_platform_1.has_value();
    if (operand == Operand::added_device && second)
        return {code, second_platform};
    if (operand == Operand::device) {
        const int number = static_cast<int>(between(random, 0, name_number_max));
        const kernel::Name devices[] = {kernel::name_of(Word::hmem_platform, 0),
                                        kernel::name_of(Word::cxl_acpi),
                                        kernel::name_of(Word::hmem, number),
                                        kernel::name_of(Word::hmem, number % 16, hmem_by_index),
                                        kernel::name_of(Word::hmem_platform, second ? 1 : 0),
                                        regions > 0 ? region() : kernel::name_of(Word::cxl_acpi)};
        return {code, devices[below(random, 6)]};
    }
    if (operand == Operand::region && regions > 0)
        return {code, region()};
    return {OperationCode::modprobe, kernel::name_of(modules[below(random, modules.size())])};
}

// What text and wire can both hold: no title, expectations, open flag; actors called actorN.
inline Scenario random_scenario(Random &random)
{
    Scenario scenario;
    add_layout(random, scenario.layout);
    const unsigned actors = between(random, 0, bounds::actors_max);
    for (unsigned i = 0; i < actors; ++i) {
        Actor actor{"actor" + std::to_string(i), {}};
        for (unsigned n = between(random, 0, bounds::operations_max); n > 0; --n)
            actor.operations.push_back(random_operation(random, scenario.layout));
        scenario.actors.push_back(actor);
    }
    for (unsigned i = between(random, 0, bounds::switches_max); i > 0; --i) {
        Switch item;
        item.indexed = below(random, 2) == 0;
        if (item.indexed) {
            item.occasion = static_cast<kernel::Occasion>(below(random, 2));
            item.gap = static_cast<std::uint16_t>(between(random, 1, 65535));
            item.pick = static_cast<std::uint8_t>(between(random, 0, 255));
        } else {
            item.role = random_role(random, actors);
            item.occasion = static_cast<kernel::Occasion>(below(random, 3));
            if (item.occasion == kernel::Occasion::before)
                item.point = static_cast<kernel::Point>(below(random, points_count));
            if (item.occasion != kernel::Occasion::ends)
                item.object = random_object(random);
            item.arrival = static_cast<std::uint16_t>(between(random, 1, 65535));
            item.target = random_role(random, actors);
        }
        scenario.switches.push_back(item);
    }
    for (unsigned i = between(random, 0, bounds::faults_max); i > 0; --i) {
        Fault fault;
        fault.role = random_role(random, actors);
        fault.nth = below(random, 2) == 0;
        if (!fault.nth) {
            fault.site = static_cast<kernel::Site>(below(random, sites_count));
            fault.object = random_object(random);
        }
        fault.count = static_cast<std::uint16_t>(between(random, 1, 65535));
        scenario.faults.push_back(fault);
    }
    return scenario;
}

inline std::vector<std::uint8_t> random_bytes(Random &random, std::size_t limit)
{
    std::vector<std::uint8_t> bytes(below(random, limit + 1));
    for (std::uint8_t &byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    return bytes;
}

} // namespace scenario::test
