// SPDX-License-Identifier: GPL-2.0-only
// What of its regions makes a range CXL's: v4's chain of regions against the one region that contains
// it of v5, of v6 and later, row by row of the table in UPSTREAM.md 4.1. Who owns a range is read from who
// created the dax region; whether kmem could put HMEM's to use (ML-24) is not told apart here.
#include "kernel/container_of.hpp"
#include "kernel/cxl.hpp"
#include "kernel/module.hpp"
#include "kernel/resource.hpp"
#include "properties/owners.hpp"
#include "run/matrix.hpp"
#include "run/testing.hpp"
#include "scenario/words.hpp"

#include <gtest/gtest.h>

namespace run::testing {
namespace {

using Claims = std::vector<std::string>;

constexpr const char *load_all = R"(
[[actor]]
name = "udev"
ops = ["modprobe cxl_acpi", "modprobe cxl_pci", "modprobe dax_hmem", "modprobe dax_cxl"]
)";

//   Soft Reserved    AAAAAAAA
//   window0          WWWWWWWWWWWW
std::string with_regions(std::string_view regions, std::string_view actors = load_all)
{
    return R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x17fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1bfffffff" }]
regions = [)" +
           std::string(regions) + "]\n" + std::string(actors);
}

const Claims hmem = {"0x100000000-0x17fffffff hmem"};
const Claims nobody = {"0x100000000-0x17fffffff nobody"};

class Containment : public ::testing::Test {
protected:
    // The owners at rest.
    Claims owners(std::string_view id, const std::string &text)
    {
        Cell cell = examine(machine_, revision(id), parse(text));
        EXPECT_EQ(cell.unmodelled, "");
        for (std::string &line : cell.owners)
            if (const auto suffix = line.find("-unusable"); suffix != line.npos)
                line.resize(suffix);
        return cell.owners;
    }
    void expect_owners(const std::string &text, const Claims &chain, const Claims &contains)
    {
        EXPECT_EQ(owners("v4", text), chain) << "v4";
        for (const char *id : {"v5", "v6", "v7", "v8", "mainline"})
            EXPECT_EQ(owners(id, text), contains) << id;
    }

    Machine machine_;
};

} // namespace

//   Soft Reserved    AAAAAAAA
//   region0          RRRRRRRR
TEST_F(Containment, OneRegionThatIsTheRangeMakesItCxlsForBoth)
{
    const std::string text =
        with_regions(R"({ name = "region0", range = "0x100000000-0x17fffffff" })");
    const Claims cxl = {"0x100000000-0x17fffffff cxl"};
    expect_owners(text, cxl, cxl);
}

//   Soft Reserved    AAAAAAAA
//   region0, 1       RRRRSSSS
TEST_F(Containment, DisagreesOnTwoAdjacentRegionsThatAreTheRange)
{
    const std::string text =
        with_regions(R"({ name = "region0", range = "0x100000000-0x13fffffff" },
                        { name = "region1", range = "0x140000000-0x17fffffff" })");
    expect_owners(text, {"0x100000000-0x13fffffff cxl", "0x140000000-0x17fffffff cxl"}, hmem);
}

//   Soft Reserved    AAAAAAAA
//   region0          RRRRRRRRRR
TEST_F(Containment, DisagreesOnARegionThatGoesOnBehindTheRange)
{
    const std::string text =
        with_regions(R"({ name = "region0", range = "0x100000000-0x19fffffff" })");
    expect_owners(text, hmem, {"0x100000000-0x19fffffff cxl"});
}

//   Soft Reserved    AAAAAAAA
//   region0          RRRRRR
TEST_F(Containment, ARegionSmallerThanTheRangeLeavesItToHmemForBoth)
{
    const std::string text =
        with_regions(R"({ name = "region0", range = "0x100000000-0x15fffffff" })");
    expect_owners(text, hmem, hmem);
}

//   Soft Reserved    AAAAAAAA
//   region0, 1       RRR  SSS
TEST_F(Containment, AHoleBetweenRegionsLeavesTheRangeToHmemForBoth)
{
    const std::string text =
        with_regions(R"({ name = "region0", range = "0x100000000-0x12fffffff" },
                        { name = "region1", range = "0x150000000-0x17fffffff" })");
    expect_owners(text, hmem, hmem);
}

//   Soft Reserved    AAAAAAAA
//   region0          rrrrrrrr    below its commit
//
// v4 leaves the range to CXL, which has no dax region for it: nobody owns it (V4-2).
TEST_F(Containment, DisagreesOnARegionThatIsNotCommitted)
{
    const std::string text = with_regions(
        R"({ name = "region0", range = "0x100000000-0x17fffffff", assembly = "fail" })");
    expect_owners(text, nobody, hmem);
}

namespace {

// Loaded in dax_cxl's place. The model programs no decoders over those of another region
// (cxl_region.cpp), so region1 is stretched by hand to where region0 begins.
int stretch_init()
{
    for (kernel::device *dev : kernel::state().cxl_bus.devices)
        if (dev->name == kernel::name_of(kernel::Word::region, 1)) {
            container_of(dev, kernel::cxl_region, dev)->res->start = 0x100000000;
            return 0;
        }
    return -ENODEV;
}

void no_exit() {}

constinit const kernel::module_info stretch = {.name = kernel::Word::dax_cxl,
                                               .init = stretch_init,
                                               .init_name = "stretch_init",
                                               .exit = no_exit,
                                               .exit_name = "no_exit"};

// The owner at rest of the range; the first time that the resolution asked, both regions were there.
Claims owners_with_two_regions_at_its_start(std::string_view id)
{
    drivers::Revision changed = revision(id);
    changed.dax_cxl = &stretch;
    const scenario::Scenario scenario = parse(with_regions(
        R"({ name = "region0", range = "0x100000000-0x17fffffff", assembly = "late" },
           { name = "region1", range = "0x180000000-0x1bfffffff", assembly = "late" })",
        R"(
[[actor]]
name = "admin"
ops = [
    "modprobe cxl_acpi", "modprobe cxl_pci", "assemble region0", "assemble region1",
    "modprobe dax_cxl", "modprobe dax_hmem",
]
)"));
    Machine machine;
    const Result result = machine.run(changed, scenario);
    EXPECT_EQ(result.unmodelled, nullptr);
    for (const kernel::Event &event : result.events)
        if (event.kind == kernel::EventKind::operation_done)
            EXPECT_EQ(event.value, 0) << id << kernel::to_string(event.object);
    Claims owners;
    for (const properties::Owned &owned : properties::owners_at_rest(result.events))
        if (owned.range.overlaps({0x100000000, 0x17fffffff}))
            owners.push_back(scenario::owner_text(owned.range, owned.owner));
    return owners;
}

} // namespace

//   Soft Reserved    AAAAAAAA
//   region0          RRRRRRRR
//   region1          SSSSSSSSSSSS
//
// dax_cxl is not there: what CXL is left nobody has.
TEST_F(Containment, DisagreesOnTwoRegionsThatStartAtOnePlace)
{
    EXPECT_EQ(owners_with_two_regions_at_its_start("v4"), hmem);
    for (const char *id : {"v5", "v6", "v7", "v8", "mainline"})
        EXPECT_EQ(owners_with_two_regions_at_its_start(id), nobody) << id;
}

} // namespace run::testing
