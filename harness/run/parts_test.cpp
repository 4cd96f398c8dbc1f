// SPDX-License-Identifier: GPL-2.0-only
#include "run/parts.hpp"

#include "run/testing.hpp"

#include <gtest/gtest.h>

namespace run::testing {
namespace {

using scenario::Scenario;

std::string without(std::string_view part_name, std::size_t first, std::size_t count,
                    std::string_view text)
{
    Scenario scenario = parse(text);
    for (const Part &part : parts()) {
        if (part.name != part_name)
            continue;
        const std::size_t before = part.count(scenario);
        part.drop(scenario, first, count);
        EXPECT_EQ(part.count(scenario), before - count);
        return scenario::print_text(scenario);
    }
    return "no such part";
}

std::string printed(std::string_view text) { return scenario::print_text(parse(text)); }

} // namespace

TEST(Parts, AnActorThatGoesLeavesTheRolesOfTheOthers)
{
    EXPECT_EQ(without("actors", 0, 1, R"(
        switches = ["a before operation dax_hmem #1 -> c", "b before operation dax_cxl #2 -> c",
                    "boot before device_add hmem_platform.0 #1 -> a", "point +3 -> runnable 1"]
        faults = ["a: nth 1", "c: nth 2", "boot: nth 3"]
        [[actor]]
        name = "a"
        ops = ["modprobe dax_hmem"]
        [[actor]]
        name = "b"
        ops = ["modprobe dax_cxl"]
        [[actor]]
        name = "c"
        ops = ["rmmod dax_cxl"])"),
              printed(R"(
        switches = ["b before operation dax_cxl #2 -> c", "point +3 -> runnable 1"]
        faults = ["c: nth 2", "boot: nth 3"]
        [[actor]]
        name = "b"
        ops = ["modprobe dax_cxl"]
        [[actor]]
        name = "c"
        ops = ["rmmod dax_cxl"])"));
}

TEST(Parts, NamesMadeUpFromPlacesFollowThem)
{
    constexpr const char *last = "[[actor]]\nname = \"actor0\"\nops = [\"modprobe dax_cxl\"]\n";
    EXPECT_EQ(without("actors", 0, 1,
                      "[[actor]]\nname = \"actor0\"\n[[actor]]\nname = \"actor1\"\n"
                      "ops = [\"modprobe dax_cxl\"]\n"),
              last);
    EXPECT_EQ(
        without("actors", 0, 1, "[[actor]]\nname = \"admin\"\n[[actor]]\nname = \"actor1\"\n"),
        printed("[[actor]]\nname = \"actor1\"\n"))
        << "where people gave names, they stay";
}

TEST(Parts, OperationsCountThroughAllActors)
{
    EXPECT_EQ(without("operations", 1, 2, R"(
        [[actor]]
        name = "a"
        ops = ["modprobe dax_hmem", "modprobe dax_cxl"]
        [[actor]]
        name = "b"
        ops = ["rmmod dax_cxl", "rmmod dax_hmem"])"),
              printed(R"(
        [[actor]]
        name = "a"
        ops = ["modprobe dax_hmem"]
        [[actor]]
        name = "b"
        ops = ["rmmod dax_hmem"])"));
}

TEST(Parts, ARegionOrASecondDeviceTakesItsOperationsWithIt)
{
    constexpr const char *all = R"(
        [layout]
        regions = [{ name = "region0", range = "0x100000000-0x10fffffff" },
                   { name = "region2", range = "0x110000000-0x11fffffff" }]
        hmem_platform_1 = { range = "0x120000000-0x12fffffff" }
        [[actor]]
        name = "a"
        ops = ["destroy region0", "unbind region2", "add hmem_platform.1", "bind hmem_platform.0"])";
    EXPECT_EQ(without("regions", 1, 1, all), printed(R"(
        [layout]
        regions = [{ name = "region0", range = "0x100000000-0x10fffffff" }]
        hmem_platform_1 = { range = "0x120000000-0x12fffffff" }
        [[actor]]
        name = "a"
        ops = ["destroy region0", "add hmem_platform.1", "bind hmem_platform.0"])"));
    EXPECT_EQ(without("second devices", 0, 1, all), printed(R"(
        [layout]
        regions = [{ name = "region0", range = "0x100000000-0x10fffffff" },
                   { name = "region2", range = "0x110000000-0x11fffffff" }]
        [[actor]]
        name = "a"
        ops = ["destroy region0", "unbind region2", "bind hmem_platform.0"])"));
}

TEST(Parts, AnIndexedSwitchTakesOverTheGapOfThoseBeforeIt)
{
    EXPECT_EQ(without("switches", 0, 2, R"(
        switches = ["point +3 -> runnable 1", "boot before device_add hmem_platform.0 #1 -> boot",
                    "point +4 -> runnable 2", "point +5 -> runnable 3"])"),
              printed(R"(switches = ["point +7 -> runnable 2", "point +5 -> runnable 3"])"));
    EXPECT_EQ(without("switches", 0, 1, R"(
        switches = ["point +65535 -> runnable 1", "point +4 -> runnable 2"])"),
              printed(R"(switches = ["point +65535 -> runnable 2"])"))
        << "at most what a gap can be";
}

} // namespace run::testing
