// SPDX-License-Identifier: GPL-2.0-only
// Covers: what dax_hmem asks the CXL core and tells it, in every generation of it (UPSTREAM.md 2.2, 2.3,
// 4.1), and what kernels before 7.0 do otherwise (CoreFacts).
#include "kernel/cxl_region.hpp"

#include "kernel/cxl_testing.hpp"
#include "kernel/errno.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

using States = std::vector<int>;

constexpr Range both = {region0.start, region1.end};

class CxlClaims : public CxlTest {
protected:
    void boot_with(CoreFacts core, const CxlMachine &machine = {})
    {
        state_.config.core = core;
        boot_and_enumerate(machine);
    }
    bool fully_mapped(Range range)
    {
        bool result = false;
        run_actor([&] { result = cxl_regions_fully_map(range.start, range.end); });
        return result;
    }
    bool contained(Range range)
    {
        bool result = false;
        run_actor([&] { result = contains(range); });
        return result;
    }
};

// ---------------------------------------------------------------- the two questions (UPSTREAM.md 4.1)

//   query   AAAAAAAA      regions   AAAAAAAA
TEST_F(CxlClaims, OneRegionThatIsTheRangeAnswersBothQuestions)
{
    boot_and_enumerate();
    EXPECT_TRUE(fully_mapped(region0));
    EXPECT_TRUE(contained(region0));
}

//   query   AAAABBBB      regions   AAAA BBBB
TEST_F(CxlClaims, ChainOfTwoRegionsMapsTheRangeAndNeitherContainsIt)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, region0), memdev_of(1, region1)}});
    EXPECT_TRUE(fully_mapped(both));
    EXPECT_FALSE(contained(both));
}

//   query   AAAA....      regions   AAAABBBB
TEST_F(CxlClaims, LargerRegionContainsTheRangeAndDoesNotMapIt)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, both)}});
    EXPECT_FALSE(fully_mapped(region0));
    EXPECT_TRUE(contained(region0));
    EXPECT_FALSE(fully_mapped(region1)) << "it starts before the range";
    EXPECT_TRUE(contained(region1));
}

TEST_F(CxlClaims, SmallerRegionAnswersNeither)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, {region0.start, region0.end - 1})}});
    EXPECT_FALSE(fully_mapped(region0));
    EXPECT_FALSE(contained(region0));
}

//   query   AAAABBBB      regions   AAAA .BBB
TEST_F(CxlClaims, HoleBetweenRegionsBreaksTheChain)
{
    boot_and_enumerate(
        {.memdevs = {memdev_of(0, region0), memdev_of(1, {region1.start + 1, region1.end})}});
    EXPECT_FALSE(fully_mapped(both));
}

TEST_F(CxlClaims, RegionThatIsNotCommittedMapsTheRangeAndDoesNotContainIt)
{
    cxl_memdev_description incomplete = memdev_of(0, region0);
    incomplete.complete = false;
    boot_and_enumerate({.memdevs = {incomplete}});
    EXPECT_TRUE(fully_mapped(region0));
    EXPECT_FALSE(contained(region0));
}

//   query   AAAA....      region0   AAAA....      region1   ....BBBB, then BBBBBBBB
//
// No decoders are programmed like this (new_region); the range is moved by hand, for the questions only.
TEST_F(CxlClaims, TwoRegionsThatStartAtOnePlaceMapNothingAndOneContains)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, region0), memdev_of(1, region1)}});
    EXPECT_TRUE(fully_mapped(region0));
    resource *second = region_of(find_region(1)).res;
    second->start = region0.start;
    EXPECT_FALSE(fully_mapped(region0));
    EXPECT_TRUE(contained(region0));
    second->start = region1.start;
}

TEST_F(CxlClaims, RegionsMapNothingWithoutConfigCxlRegion)
{
    boot_and_enumerate({.region_enabled = false});
    EXPECT_FALSE(fully_mapped(region0));
}

// ---------------------------------------------------------------- dax children on demand

TEST_F(CxlClaims, AutoRegionHasItsDaxChildAtOnce)
{
    boot_and_enumerate();
    EXPECT_NE(find_dax_region(0), nullptr);
}

TEST_F(CxlClaims, AutoRegionWaitsForItsDaxChildWhereItIsMadeOnDemand)
{
    boot_with({.auto_regions_wait_for_dax = true},
              {.memdevs = {memdev_of(0, region0), memdev_of(1, region1)}});
    EXPECT_EQ(find_dax_region(0), nullptr);
    run_actor([] { cxl_register_dax(region0.start, region0.end); });
    EXPECT_NE(find_dax_region(0), nullptr);
    EXPECT_EQ(find_dax_region(1), nullptr) << "it does not overlap";
    EXPECT_TRUE(misuses().empty());
}

TEST_F(CxlClaims, UserRegionDoesNotWait)
{
    cxl_memdev_description late = memdev_of(0, region0);
    late.programmed = false;
    boot_with({.auto_regions_wait_for_dax = true}, {.memdevs = {late}});
    run_actor([] { EXPECT_EQ(cxl_assemble(0), 0); });
    EXPECT_NE(find_dax_region(0), nullptr);
}

// V4-8: the second one of a name is only warned of.
TEST_F(CxlClaims, DaxChildThatIsThereAlreadyIsADuplicateName)
{
    boot_and_enumerate();
    run_actor([] { cxl_register_dax(region0.start, region0.end); });
    EXPECT_EQ(misuses(), Misuses{Misuse::duplicate_name});
    EXPECT_NE(find_dax_region(0), nullptr);
    EXPECT_TRUE(ended());
}

TEST_F(CxlClaims, NoDaxChildIsMadeOfPmemOrOfARegionWithSystemRamInside)
{
    cxl_memdev_description pmem = memdev_of(0, region0);
    pmem.mode = cxl_mode::pmem;
    cxl_memdev_description busy = memdev_of(1, region1);
    busy.system_ram = true;
    boot_with({.auto_regions_wait_for_dax = true}, {.memdevs = {pmem, busy}});
    run_actor([] { cxl_register_dax(both.start, both.end); });
    EXPECT_EQ(find_dax_region(0), nullptr);
    EXPECT_EQ(find_dax_region(1), nullptr);
}

// ---------------------------------------------------------------- removal

TEST_F(CxlClaims, TeardownRemovesWhatOverlapsAndLeavesItsDecodersProgrammed)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, region0), memdev_of(1, region1)}});
    run_actor([] { cxl_region_teardown(region0.end, region0.end); });
    EXPECT_EQ(find_region(0), nullptr);
    EXPECT_NE(find_region(1), nullptr);
    EXPECT_EQ(region_states(0), (States{CXL_CONFIG_INTERLEAVE_ACTIVE, CXL_CONFIG_COMMIT,
                                        CXL_CONFIG_ACTIVE, CXL_CONFIG_IDLE, -1}));
    EXPECT_TRUE(state_.cxl.memdevs.at(0).programmed);
    // V4-4: decoders stay live without a region.
    run_actor([] { EXPECT_EQ(cxl_assemble(0), -EBUSY); });
    EXPECT_TRUE(misuses().empty());
}

TEST_F(CxlClaims, TeardownOfAllResetsTheDecoders)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, region0), memdev_of(1, region1)}});
    run_actor([] { cxl_region_teardown_all(); });
    EXPECT_EQ(find_region(0), nullptr);
    EXPECT_EQ(find_region(1), nullptr);
    run_actor([] { EXPECT_EQ(cxl_assemble(0), 0); });
    EXPECT_NE(find_region(0), nullptr);
}

// V6-7: the next region on decoders that nobody reset.
TEST_F(CxlClaims, DecodersOfAnAutoRegionOutliveItWhereTheyAreKept)
{
    boot_with({.auto_regions_keep_decoders = true});
    run_actor([] {
        EXPECT_EQ(cxl_destroy(0), 0);
        EXPECT_EQ(cxl_assemble(0), -EBUSY);
    });
    EXPECT_TRUE(state_.cxl.memdevs.at(0).programmed);
}

TEST_F(CxlClaims, DecodersOfAUserRegionAreResetAllTheSame)
{
    cxl_memdev_description late = memdev_of(0, region0);
    late.programmed = false;
    boot_with({.auto_regions_keep_decoders = true}, {.memdevs = {late}});
    run_actor([] {
        EXPECT_EQ(cxl_assemble(0), 0);
        EXPECT_EQ(cxl_destroy(0), 0);
        EXPECT_EQ(cxl_assemble(0), 0);
    });
}

// V5-3: the managed action that removes a region is gone once somebody runs it.
TEST_F(CxlClaims, RegionThatAnotherIsRemovingIsWarnedOfAndRemovedOnce)
{
    restart({.switches = {switch_before(actor_role(2), Point::device_lock, name_of(Word::region, 0),
                                        actor_role(3))}});
    boot_and_enumerate();
    add_actor([] { cxl_destroy(0); });
    add_actor([] { cxl_region_teardown_all(); });
    run();
    EXPECT_EQ(misuses(), Misuses{Misuse::devres_not_found});
    EXPECT_EQ(find_region(0), nullptr);
    EXPECT_EQ(region_states(0).back(), -1);
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- before 7.0

TEST_F(CxlClaims, MemdevsAreAttachedByATaskOfTheirOwn)
{
    boot_with({.memdevs_attach_later = true});
    const auto stored = events(EventKind::region_state);
    ASSERT_FALSE(stored.empty());
    EXPECT_EQ(state_.scheduler.roles().at(stored[0].task), role_of(Word::cxl_attach));
    EXPECT_EQ(region_states(0).back(), CXL_CONFIG_COMMIT);
    EXPECT_TRUE(ended());
}

// V1-2: the wait returns, and there is no region yet.
TEST_F(CxlClaims, NeitherTheLoadNorWaitForDeviceProbeWaitsForThatTask)
{
    restart({.switches = {switch_before(role_of(Word::cxl_attach), Point::device_lock,
                                        name_of(Word::mem, 0), actor_role(1))}});
    state_.config.core.memdevs_attach_later = true;
    boot();
    load({Word::cxl_acpi});
    run_actor([&] {
        modprobe(Word::cxl_pci);
        wait_for_device_probe();
        note(find_region(0) == nullptr ? "no region" : "region");
    });
    EXPECT_EQ(journal(), Strings{"no region"});
    EXPECT_NE(find_region(0), nullptr);
}

//   Soft Reserved        SSSSSS
//   window0          AAAAAA......      grows over it
//   window1          ......BBBBBB      starts behind it
TEST_F(CxlClaims, WindowGrowsOverASoftReservedRangeInIomemAndTheNextOneStartsBehindIt)
{
    const Range window1 = {window0.end + 1, window0.end + window0.size()};
    const Range reserved = {window0.end - 0xfff, window0.end + 0x1000};
    state_.config.core.soft_reserved_in_iomem = true;
    boot({.windows = {{0, window0}, {1, window1}}, .memdevs = {}});
    run_actor([&] { reserve_soft_reserved(reserved, 0); });
    load({Word::cxl_acpi});
    const auto published = events(EventKind::window_published);
    ASSERT_EQ(published.size(), 2U);
    EXPECT_EQ((Range{published[0].start, published[0].end}), (Range{window0.start, reserved.end}));
    EXPECT_EQ((Range{published[1].start, published[1].end}),
              (Range{reserved.end + 1, window1.end}));
    unload(Word::cxl_acpi);
    EXPECT_EQ(events(EventKind::window_withdrawn).size(), 2U);
}

TEST_F(CxlClaims, WindowThatTheOneBeforeItGrewOverIsLeftOut)
{
    const Range window1 = {window0.end + 1, window0.end + 0x1000};
    state_.config.core.soft_reserved_in_iomem = true;
    boot({.windows = {{0, window0}, {1, window1}}, .memdevs = {}});
    run_actor([&] { reserve_soft_reserved({window0.end, window1.end}, 0); });
    load({Word::cxl_acpi});
    EXPECT_EQ(events(EventKind::window_published).size(), 1U);
    unload(Word::cxl_acpi);
    EXPECT_TRUE(misuses().empty());
}

TEST_F(CxlClaims, WindowKeepsItsSizeWhereSoftReservedHasATreeOfItsOwn)
{
    boot({.memdevs = {}});
    run_actor([] { reserve_soft_reserved({window0.end, window0.end + 0x1000}, 0); });
    load({Word::cxl_acpi});
    EXPECT_EQ(events(EventKind::window_published).at(0).end, window0.end);
}

} // namespace
} // namespace kernel
