// SPDX-License-Identifier: GPL-2.0-only
// The wire form: every byte string is a scenario, every scenario is a byte string, and the bytes
// mean what wire.hpp says.
#include "scenario/test_scenarios.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <gtest/gtest.h>

namespace scenario {
namespace {

using kernel::name_of;
using test::Random;

using Bytes = std::vector<std::uint8_t>;

constexpr std::array<std::string_view, 3> ids = {"pre", "v7", "v7-static-init"};

Scenario decoded(const Bytes &bytes) { return decode(bytes, ids); }
Bytes encoded(const Scenario &scenario) { return encode(scenario, ids); }

Scenario parsed(std::string_view text)
{
    const auto result = parse_text(text);
    if (const auto *error = std::get_if<TextError>(&result)) {
        ADD_FAILURE() << error->line << ':' << error->column << ": " << error->message << '\n'
                      << text;
        return {};
    }
    return std::get<Scenario>(result);
}

Bytes joined(std::initializer_list<Bytes> parts)
{
    Bytes bytes;
    for (const Bytes &part : parts)
        bytes.insert(bytes.end(), part.begin(), part.end());
    return bytes;
}

Bytes repeated(const Bytes &part, std::size_t times)
{
    Bytes bytes;
    while (times-- > 0)
        bytes.insert(bytes.end(), part.begin(), part.end());
    return bytes;
}

const Bytes region0 = {3, 0, 0, 0, 0, 0};
const Bytes region5 = {3, 5, 1, 0, 0, 0};

TEST(Wire, NoBytesAreTheEmptyScenario)
{
    EXPECT_EQ(decoded({}), Scenario{});
    EXPECT_EQ(decoded({0}), Scenario{});
    EXPECT_EQ(encoded(Scenario{}), Bytes{0});
}

TEST(Wire, FirstByteIsTheRevision)
{
    EXPECT_EQ(decoded({1}).revision, "pre");
    EXPECT_EQ(decoded({3}).revision, "v7-static-init");
    EXPECT_EQ(decoded({4}).revision, "");
    EXPECT_EQ(decoded({255}).revision, "");
    Scenario scenario;
    scenario.revision = "v7";
    EXPECT_EQ(encoded(scenario), Bytes{2});
    scenario.revision = "mainline"; // not in this table
    EXPECT_EQ(encoded(scenario), Bytes{0});
}

TEST(Wire, GridRangesAreSteppedAndNudged)
{
    const auto range = [](Bytes grid) {
        const Scenario scenario = decoded(joined({{0, 0}, grid, {7}}));
        EXPECT_EQ(scenario.layout.soft_reserved.size(), 1u);
        EXPECT_EQ(scenario.layout.soft_reserved[0].node, 7);
        return scenario.layout.soft_reserved[0].range;
    };
    EXPECT_EQ(range({0, 0, 0}), (Range{0x100000000, 0x10fffffff}));
    EXPECT_EQ(range({1, 7, 0}), (Range{0x110000000, 0x18fffffff}));
    EXPECT_EQ(range({33, 15, 0xbb}), (Range{0x110000000, 0x18fffffff}));
    EXPECT_EQ(range({31, 0, 0}), (Range{0x2f0000000, 0x2ffffffff}));
    EXPECT_EQ(range({0, 0, 0x0c}), (Range{0x100000001, 0x10fffffff}));
    EXPECT_EQ(range({0, 0, 0xd0}), (Range{0x100000000, 0x10ffffffe}));
    EXPECT_EQ(range({0, 0, 0xef}), (Range{0xffe00000, 0x1101fffff}));
}

TEST(Wire, ExactRangesAreReadEitherWayRound)
{
    const Bytes low = {1, 0, 0, 0, 0, 0, 0, 0};
    const Bytes high = {0, 0, 0, 0, 0, 0, 0, 0x80};
    const std::vector<MemoryRange> expected = {{{1, std::uint64_t{1} << 63}, 255}};
    EXPECT_EQ(decoded(joined({{0, 13}, low, high, {0, 1}})).layout.soft_reserved, expected);
    EXPECT_EQ(decoded(joined({{0, 14}, high, low, {0, 1}})).layout.hmat, expected);
    EXPECT_EQ(decoded(joined({{0, 15, 17}, low, high})).layout.windows,
              (std::vector<Window>{{1, expected[0].range}}));
    EXPECT_EQ(decoded(joined({{0, 16, 2}, low, high, {0x1e}})).layout.regions,
              (std::vector<Region>{{2, expected[0].range, Assembly::late, Mode::ram, true}}));
}

TEST(Wire, NodesHaveTheirWholeDomain)
{
    EXPECT_EQ(decoded({0, 1, 0, 0, 0, 254}).layout.hmat[0].node, 254);
    EXPECT_EQ(decoded({0, 1, 0, 0, 0, 255}).layout.hmat[0].node, no_node);
    const Bytes exact = joined({{0, 14}, Bytes(16, 0)});
    EXPECT_EQ(decoded(joined({exact, {0, 0}})).layout.hmat[0].node, no_node);
    EXPECT_EQ(decoded(joined({exact, {1, 1}})).layout.hmat[0].node, no_node); // 257 nodes
}

TEST(Wire, TakenNumbersBecomeTheLowestFreeOnes)
{
    const Bytes bytes = joined({{0}, {2, 0, 0, 0, 0}, {2, 2, 0, 0, 0}, {2, 18, 0, 0, 0}});
    const Scenario scenario = decoded(bytes);
    ASSERT_EQ(scenario.layout.windows.size(), 3u);
    EXPECT_EQ(scenario.layout.windows[0].number, 0);
    EXPECT_EQ(scenario.layout.windows[1].number, 2);
    EXPECT_EQ(scenario.layout.windows[2].number, 1);
}

TEST(Wire, ConfigIsTheLastOneAndMostlyTheDefault)
{
    EXPECT_EQ(decoded({0, 4, 15}).layout.config, (Config{false, false, false, true}));
    EXPECT_EQ(decoded({0, 4, 1 + 64}).layout.config, (Config{false, true, true, false}));
    EXPECT_EQ(decoded({0, 4, 15, 4, 16}).layout.config, Config{});
    EXPECT_EQ(decoded({0, 4, 15, 4, 63}).layout.config, Config{});
}

TEST(Wire, WideConfigsHoldSetsOfWords)
{
    const Config wide = decoded({0, 60, 17, 6, 2}).layout.config;
    EXPECT_EQ(wide, (Config{false, true, true, false, true, {6}, {2}}));
    EXPECT_TRUE(wide.builtin.has(Word::dax_cxl) && wide.builtin.has(Word::cxl_acpi));
    EXPECT_TRUE(wide.async_probe.has(Word::hmem));
    // Beyond their tables there is nothing to set.
    EXPECT_EQ(decoded({0, 60, 33, 255, 4}).layout.config, Config{});
    EXPECT_EQ(decoded({0, 60, 1, 1, 1, 4, 8}).layout.config, (Config{true, true, true, true}));
    EXPECT_EQ(decoded({0, 4, 8, 60, 0, 1}).layout.config,
              (Config{true, true, true, false, false, {1}, {0}}));
}

TEST(Wire, SecondDeviceIsTheLastOne)
{
    const Scenario scenario = decoded({0, 61, 0, 1, 0, 255, 61, 1, 0, 0, 3});
    EXPECT_EQ(scenario.layout.hmem_platform_1, (MemoryRange{{0x110000000, 0x11fffffff}, 3}));
    EXPECT_EQ(decoded({0, 62, 9, 0, 0, 0, 0, 0, 0, 0, 1}).layout.hmem_platform_1,
              (MemoryRange{{1, 9}, no_node}));
}

TEST(Wire, OperationsOnTheSecondDeviceNeedOneInTheLayout)
{
    const Bytes operations = {0, 6, 10, 0, 6, 11, 8, 6, 12, 1, 6, 4, 2};
    EXPECT_EQ(decoded(operations).actors[0].operations,
              (std::vector<Operation>{{OperationCode::modprobe, name_of(Word::dax_hmem)},
                                      {OperationCode::insmod, name_of(Word::cxl_pci)},
                                      {OperationCode::rmmod, name_of(Word::dax_cxl)},
                                      {OperationCode::unbind, name_of(Word::hmem, 0, 1)}}));
    EXPECT_EQ(decoded(joined({operations, {61}})).actors[0].operations,
              (std::vector<Operation>{{OperationCode::add, second_platform},
                                      {OperationCode::del, second_platform},
                                      {OperationCode::modprobe, name_of(Word::dax_cxl)},
                                      {OperationCode::unbind, second_platform}}));
}

TEST(Wire, OperationsBeforeAnyActorStartOne)
{
    const Scenario scenario = decoded({0, 6, 0, 1, 6, 8, 99, 5, 6, 2, 8});
    ASSERT_EQ(scenario.actors.size(), 2u);
    EXPECT_EQ(scenario.actors[0],
              (Actor{"actor0",
                     {{OperationCode::modprobe, name_of(Word::dax_cxl)},
                      {OperationCode::slow_probe_start, name_of(Word::slow)}}}));
    EXPECT_EQ(scenario.actors[1],
              (Actor{"actor1", {{OperationCode::rmmod, name_of(Word::cxl_pci)}}}));
}

TEST(Wire, OperandsIndexTheRegionsOfTheWholeLayout)
{
    const Scenario scenario = decoded(joined({{0, 6, 5, 0, 6, 6, 1, 6, 7, 3}, region5, region0}));
    EXPECT_EQ(scenario.actors[0].operations,
              (std::vector<Operation>{{OperationCode::assemble, name_of(Word::region, 5)},
                                      {OperationCode::decommit, name_of(Word::region, 0)},
                                      {OperationCode::destroy, name_of(Word::region, 0)}}));
}

TEST(Wire, OperationsOnRegionsAreDroppedWhereThereAreNone)
{
    const Scenario scenario = decoded({0, 6, 5, 0, 6, 6, 1, 6, 3, 0});
    EXPECT_EQ(scenario.actors[0].operations,
              (std::vector<Operation>{{OperationCode::bind, name_of(Word::hmem_platform, 0)}}));
}

TEST(Wire, DeviceOperandsIndexTheirList)
{
    const auto device = [](unsigned operand) {
        const Scenario scenario =
            decoded(joined({{0, 6, 4, static_cast<std::uint8_t>(operand)}, region5}));
        return scenario.actors[0].operations[0].object;
    };
    EXPECT_EQ(device(0), name_of(Word::hmem_platform, 0));
    EXPECT_EQ(device(1), name_of(Word::cxl_acpi));
    EXPECT_EQ(device(2), name_of(Word::region, 5));
    EXPECT_EQ(device(3), name_of(Word::hmem, 0, hmem_by_index));
    EXPECT_EQ(device(18), name_of(Word::hmem, 15, hmem_by_index));
    EXPECT_EQ(device(19), name_of(Word::hmem_platform, 0));
    EXPECT_EQ(device(129), name_of(Word::hmem_platform, 0)); // never hmem#K from 128 on
    EXPECT_EQ(device(131), name_of(Word::region, 5));
    const Scenario exact = decoded({0, 7, 3, 0x0f, 0x27});
    EXPECT_EQ(exact.actors[0].operations,
              (std::vector<Operation>{{OperationCode::unbind, name_of(Word::hmem, 9999)}}));
}

TEST(Wire, IndexedSwitchesAreNarrowOrWide)
{
    const Scenario scenario = decoded({0, 8, 36, 2, 9, 0xfe, 0xff, 255, 9, 0xff, 0xff, 1});
    ASSERT_EQ(scenario.switches.size(), 3u);
    EXPECT_EQ(switch_text(scenario.switches[0], {}), "point +37 -> runnable 2");
    EXPECT_EQ(switch_text(scenario.switches[1], {}), "point +65535 -> runnable 255");
    EXPECT_EQ(switch_text(scenario.switches[2], {}), "point +1 -> runnable 1");
}

TEST(Wire, ASwitchCanBeWhereATaskBlocksOrEnds)
{
    const Scenario indexed = decoded({0, 59, 36, 1, 2});
    ASSERT_EQ(indexed.switches.size(), 1u);
    EXPECT_EQ(switch_text(indexed.switches[0], {}), "stop +293 -> runnable 2");
    const auto points = static_cast<std::uint8_t>(points_count);
    const auto iomem = static_cast<std::uint8_t>(Word::iomem);
    const auto named = [&](std::uint8_t point) {
        const Bytes role = {1, 0, 0, 0, 0}; // boot
        return decoded(joined({{0, 10}, role, {point, iomem, 0, 0, 0}, {0, 0, 0}, role}))
            .switches.at(0);
    };
    EXPECT_EQ(switch_text(named(points), {}), "boot blocks on iomem #1 -> boot");
    EXPECT_EQ(switch_text(named(points + 1), {}), "boot ends #1 -> boot");
    EXPECT_EQ(named(points + 1).object, kernel::Name{}) << "or else it would match nothing";
    EXPECT_EQ(named(points + 2), named(0));
}

TEST(Wire, NamedSwitchesAndFaultsAreReadable)
{
    const auto dax = static_cast<std::uint8_t>(Word::dax);
    const Scenario scenario =
        decoded(joined({{0, 5, 5},
                        {10, 0, 3, 0, 0, 0},        // actor 3 of 2
                        {1, dax, 2, 0, 3, 7, 0, 0}, // queue_work dax2.3 #8
                        {6, 5, 9, 0, 0},            // probe of a mem
                        {11, 7, 1, 0, 0, 0, 255, 3, 0},
                        {12, 1, 0, 0, 0, 0, 5, dax, 0xff, 0xff, 1, 18, 9, 9}}));
    ASSERT_EQ(scenario.switches.size(), 1u);
    ASSERT_EQ(scenario.faults.size(), 2u);
    EXPECT_EQ(switch_text(scenario.switches[0], scenario.actors),
              "actor1 before queue_work dax2.3 #8 -> probe:mem9");
    EXPECT_EQ(fault_text(scenario.faults[0], scenario.actors), "modprobe:dax_cxl: nth 4");
    EXPECT_EQ(fault_text(scenario.faults[1], scenario.actors), "boot: driver_register(dax)#3");
}

TEST(Wire, NumbersBeyondTheirRangeFoldToSmallOnes)
{
    const auto fault = [](std::uint8_t low, std::uint8_t high, std::uint8_t count) {
        const auto hmem = static_cast<std::uint8_t>(Word::hmem);
        const Scenario scenario =
            decoded({0, 12, 1, 0, 0, 0, 0, 5, hmem, low, high, 9, count, 0xff, 0xff});
        return fault_text(scenario.faults[0], {});
    };
    EXPECT_EQ(fault(0x0f, 0x27, 15), "boot: driver_register(hmem.9999)#16");
    EXPECT_EQ(fault(0x11, 0x27, 23), "boot: driver_register(hmem.1)#4"); // 10001 % 4
    EXPECT_EQ(fault(0xff, 0xef, 254), "boot: driver_register(hmem.3)#3");
    EXPECT_EQ(fault(0x00, 0xf0, 255), "boot: driver_register(hmem)#1");
}

TEST(Wire, WhatNamesAnActorIsDroppedWhereThereAreNone)
{
    const Bytes boot = {1, 0, 0, 0, 0};
    const Bytes actor = {0, 0, 0, 0, 0};
    const Bytes middle = {0, 0, 0, 0, 0, 0, 0, 0};
    const Bytes bytes = joined({{0, 10},
                                boot,
                                middle,
                                actor,
                                {10},
                                actor,
                                middle,
                                boot,
                                {10},
                                boot,
                                middle,
                                boot,
                                {11},
                                actor,
                                {0, 0, 0},
                                {12},
                                actor,
                                middle});
    EXPECT_EQ(decoded(bytes).switches.size(), 1u);
    EXPECT_EQ(decoded(bytes).faults.size(), 0u);
    EXPECT_EQ(decoded(joined({bytes, {5}})).switches.size(), 3u);
    EXPECT_EQ(decoded(joined({bytes, {5}})).faults.size(), 2u);
}

TEST(Wire, MissingBytesAreZero)
{
    EXPECT_EQ(decoded({0, 0}), decoded({0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(decoded({0, 13, 9}), decoded(joined({{0, 13, 9}, Bytes(17, 0)})));
    EXPECT_EQ(decoded({0, 6}), decoded({0, 6, 0, 0}));
}

TEST(Wire, PayloadsHaveTheDocumentedSizes)
{
    constexpr std::size_t sizes[] = {4, 4,  4,  5,  1,  0,  2, 3, 2, 3, 18,
                                     8, 13, 18, 18, 17, 18, 3, 3, 4, 18};
    for (std::size_t kind = 0; kind < std::size(sizes); ++kind) {
        const auto tag = static_cast<std::uint8_t>(kind < 17 ? kind : kind - 17 + 59);
        // An actor record after the payload starts an actor; as its last byte it does not. Actors
        // that are there already keep operations from starting one.
        const Bytes prefix = {0, 5, tag};
        const auto actors = [&](std::size_t zeros) {
            return decoded(joined({prefix, Bytes(zeros, 0), {5}})).actors.size();
        };
        const std::size_t own = tag == 5 ? 2 : 1;
        EXPECT_EQ(actors(sizes[kind]), own + 1) << int(tag);
        if (sizes[kind] > 0) {
            EXPECT_EQ(actors(sizes[kind] - 1), own) << int(tag);
        }
    }
}

TEST(Wire, HighTagsRepeatTheKinds)
{
    std::array<int, 9> counts{};
    for (unsigned tag = 0; tag < 64; ++tag) {
        const auto byte = static_cast<std::uint8_t>(tag);
        const Scenario scenario = decoded({0, byte});
        counts[0] += static_cast<int>(scenario.layout.soft_reserved.size());
        counts[1] += static_cast<int>(scenario.layout.hmat.size());
        counts[2] += static_cast<int>(scenario.layout.windows.size());
        counts[3] += static_cast<int>(scenario.layout.regions.size());
        counts[4] += scenario.layout.config == Config{} ? 0 : 1;
        counts[5] += scenario.actors.size() == 1 && scenario.actors[0].operations.empty() ? 1 : 0;
        counts[6] += scenario.actors.size() == 1 && !scenario.actors[0].operations.empty() ? 1 : 0;
        counts[7] += static_cast<int>(scenario.switches.size());
        counts[8] += scenario.layout.hmem_platform_1 ? 1 : 0;
        EXPECT_EQ(decoded({0, static_cast<std::uint8_t>(tag + 64)}), scenario);
    }
    EXPECT_EQ(counts, (std::array<int, 9>{6, 3, 6, 7, 0, 5, 22, 7, 2}));
}

TEST(Wire, WhatExceedsABoundIsIgnored)
{
    const Scenario scenario = decoded(joined({{0},
                                              repeated({0, 0, 0, 0, 0}, 20),
                                              repeated({1, 0, 0, 0, 0}, 20),
                                              repeated({2, 0, 0, 0, 0}, 20),
                                              repeated(region0, 20),
                                              repeated({6, 0, 0}, 20),
                                              repeated({5}, 9),
                                              {6, 0, 0},
                                              repeated({8, 0, 0}, 70),
                                              repeated({11, 1, 0, 0, 0, 0, 0, 0, 0}, 20)}));
    EXPECT_EQ(scenario.layout.soft_reserved.size(), bounds::ranges_max);
    EXPECT_EQ(scenario.layout.hmat.size(), bounds::ranges_max);
    EXPECT_EQ(scenario.layout.windows.size(), bounds::windows_max);
    EXPECT_EQ(scenario.layout.regions.size(), bounds::regions_max);
    ASSERT_EQ(scenario.actors.size(), bounds::actors_max);
    EXPECT_EQ(scenario.actors[0].operations.size(), bounds::operations_max);
    EXPECT_EQ(scenario.actors[3].operations.size(), 1u);
    EXPECT_EQ(scenario.switches.size(), bounds::switches_max);
    EXPECT_EQ(scenario.faults.size(), bounds::faults_max);
}

TEST(Wire, BytesBeyondTheBoundAreIgnored)
{
    Bytes bytes(bounds::wire_bytes_max, 5); // actors only
    bytes[0] = 0;
    const Scenario full = decoded(bytes);
    bytes.insert(bytes.end(), {0, 0, 0, 0, 0});
    EXPECT_EQ(decoded(bytes), full);
    EXPECT_EQ(full.layout, Layout{});
}

TEST(Wire, SwitchesAreEncodedAsNarrowAsTheyFit)
{
    Scenario scenario;
    scenario.switches.resize(1);
    scenario.switches[0].indexed = true;
    scenario.switches[0].gap = 256;
    scenario.switches[0].pick = 3;
    EXPECT_EQ(encoded(scenario), (Bytes{0, 8, 255, 3}));
    scenario.switches[0].gap = 257;
    EXPECT_EQ(encoded(scenario), (Bytes{0, 9, 0, 1, 3}));
}

TEST(Wire, EncodingIsCompactAndUsesTheLowestTags)
{
    const Scenario scenario = parsed(R"(
revision = "v7"
switches = ["point +37 -> runnable 2"]
faults = ["admin: nth 3"]
[layout]
soft_reserved = [ { range = "0x100000000-0x12fffffff", node = 1 }, { range = "0x1000-0x1fff" } ]
windows = [ { name = "window1", range = "0x110000001-0x11fdfffff" } ]
regions = [ { name = "region7", range = "0x110000000-0x11fffffff", assembly = "late", system_ram = true } ]
hmem_platform_1 = { range = "0x100000000-0x10fffffff" }
config = { hmem_disable = true }
[[actor]]
name = "admin"
ops = ["modprobe dax_cxl", "unbind region7", "bind hmem.3", "del hmem_platform.1"]
)");
    EXPECT_EQ(encoded(scenario),
              (joined({{2},
                       {0, 0, 2, 0, 1},
                       {13, 0, 0x10, 0, 0, 0, 0, 0, 0, 0xff, 0x1f, 0, 0, 0, 0, 0, 0, 1, 0},
                       {2, 1, 1, 0, 0xfc},
                       {3, 7, 1, 0, 0, 18},
                       {61, 0, 0, 0, 0},
                       {4, 8},
                       {5, 6, 0, 1, 6, 4, 3, 7, 0, 3, 0, 6, 11, 0},
                       {11, 0, 0, 0, 0, 0, 2, 0, 0},
                       {8, 36, 2}})));
}

} // namespace
} // namespace scenario
