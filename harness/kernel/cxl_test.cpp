// SPDX-License-Identifier: GPL-2.0-only
// Covers: CXL windows, enumeration by cxl_acpi and cxl_pci, cxl_region_contains_resource (KERNEL.md
// sections 5 and 7). Does not cover: what becomes of a region afterwards (cxl_region_test.cpp).
#include "kernel/cxl.hpp"

#include "kernel/cxl_testing.hpp"
#include "kernel/errno.hpp"
#include "kernel/memregion.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

using States = std::vector<int>;

// ---------------------------------------------------------------- windows

using CxlWindow = CxlTest;

TEST_F(CxlWindow, IsInIomemFromTheProbeOfCxlAcpiToItsUnbinding)
{
    boot({.memdevs = {}});
    run_actor([&] { EXPECT_EQ(intersects(region0), REGION_DISJOINT); });
    load({Word::cxl_acpi});
    run_actor([&] { EXPECT_EQ(intersects(region0), REGION_INTERSECTS); });
    unload(Word::cxl_acpi);
    run_actor([&] { EXPECT_EQ(intersects(region0), REGION_DISJOINT); });
    EXPECT_EQ(events(EventKind::window_published).size(), 1U);
    EXPECT_EQ(events(EventKind::window_withdrawn).size(), 1U);
    EXPECT_TRUE(state_.objects.survivors().empty());
    EXPECT_TRUE(ended());
}

TEST_F(CxlWindow, IsPublishedWhenModprobeReturnsAndBackAfterARebind)
{
    boot({.memdevs = {}});
    run_actor([&] {
        modprobe(Word::cxl_acpi);
        EXPECT_EQ(intersects(window0), REGION_INTERSECTS);
        device_driver *driver = &state().cxl.acpi_driver;
        EXPECT_EQ(sysfs_unbind(driver, &state().cxl.acpi_device), 0);
        EXPECT_EQ(intersects(window0), REGION_DISJOINT);
        EXPECT_EQ(sysfs_bind(driver, &state().cxl.acpi_device), 0);
        EXPECT_EQ(intersects(window0), REGION_INTERSECTS);
    });
    EXPECT_TRUE(ended());
}

// "parse CFMWS -> private sorted tree".
TEST_F(CxlWindow, WindowsArePublishedByAscendingAddress)
{
    boot({.windows = {{1, {0x3'0000'0000, 0x3'ffff'ffff}}, {0, window0}}, .memdevs = {}});
    load({Word::cxl_acpi});
    const auto published = events(EventKind::window_published);
    ASSERT_EQ(published.size(), 2U);
    EXPECT_EQ(published[0].object, name_of(Word::window, 0));
    EXPECT_EQ(published[1].object, name_of(Word::window, 1));
}

// [M]: hmem.1 with cxl_acpi bound, hmem.0 without.
TEST_F(CxlWindow, EachHoldsOneMemregionIdInAdvanceWhileCxlAcpiIsBound)
{
    boot({.windows = {{0, window0}, {1, {0x3'0000'0000, 0x3'ffff'ffff}}}, .memdevs = {}});
    load({Word::cxl_acpi});
    run_actor([&] {
        EXPECT_EQ(memregion_alloc(), 2);
        memregion_free(2);
    });
    unload(Word::cxl_acpi);
    run_actor([&] { EXPECT_EQ(memregion_alloc(), 0); });
    EXPECT_TRUE(misuses().empty());
}

// ---------------------------------------------------------------- enumeration

using CxlEnumeration = CxlTest;

TEST_F(CxlEnumeration, CxlPciProbesAsynchronouslyAndItsLoadWaitsForThat)
{
    boot();
    load({Word::cxl_acpi});
    run_actor([&] {
        modprobe(Word::cxl_pci);
        ASSERT_NE(find_region(0), nullptr);
        EXPECT_EQ(region_of(find_region(0)).state, CXL_CONFIG_COMMIT);
    });
    EXPECT_EQ(region_states(0), (States{CXL_CONFIG_INTERLEAVE_ACTIVE, CXL_CONFIG_COMMIT}));
    const auto stored = events(EventKind::region_state);
    EXPECT_EQ(state_.scheduler.roles().at(stored.at(0).task),
              role_of(Word::probe, name_of(Word::mem, 0)));
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

// "If memdevs probed before cxl_acpi: -ENXIO/rescan -> re-tried by cxl_acpi's rescan work".
TEST_F(CxlEnumeration, MemdevProbedBeforeTheWindowsIsAttachedByTheRescanWork)
{
    boot();
    load({Word::cxl_pci});
    EXPECT_EQ(find_region(0), nullptr);
    EXPECT_TRUE(state_.cxl.memdevs.at(0).dev.bound);
    load({Word::cxl_acpi});
    EXPECT_EQ(region_states(0), (States{CXL_CONFIG_INTERLEAVE_ACTIVE, CXL_CONFIG_COMMIT}));
    const auto stored = events(EventKind::region_state);
    EXPECT_EQ(state_.scheduler.roles().at(stored.at(0).task), role_of(Word::cxl_enumerate));
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

// cxl_bus_rescan() is a work item, "not synchronous", and not covered by wait_for_device_probe.
TEST_F(CxlEnumeration, RescanIsWaitedForNeitherByTheLoadNorByWaitForDeviceProbe)
{
    boot();
    load({Word::cxl_pci});
    run_actor([&] {
        modprobe(Word::cxl_acpi);
        wait_for_device_probe();
        note(find_region(0) == nullptr ? "no region" : "region");
    });
    EXPECT_EQ(journal(), Strings{"no region"});
    EXPECT_NE(find_region(0), nullptr);
}

TEST_F(CxlEnumeration, PublicationPrecedesAllAssembly)
{
    boot();
    load({Word::cxl_pci, Word::cxl_acpi});
    const int published = when(EventKind::window_published, name_of(Word::window, 0), 0);
    const int assembled =
        when(EventKind::region_state, name_of(Word::region, 0), CXL_CONFIG_INTERLEAVE_ACTIVE);
    ASSERT_GE(published, 0);
    EXPECT_LT(published, assembled);
}

TEST_F(CxlEnumeration, RegionTakesTheIdOfItsRootDecoderWhichTakesTheNext)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, region0), memdev_of(1, region1)}});
    EXPECT_EQ(region_of(find_region(0)).id, 0);
    EXPECT_EQ(region_of(find_region(1)).id, 1);
    EXPECT_EQ(state_.cxl.decoders.at(0).region_id, 2);
    run_actor([] { EXPECT_EQ(memregion_alloc(), 3); });
}

TEST_F(CxlEnumeration, RegionIsInIomemBelowItsWindow)
{
    boot_and_enumerate();
    const resource *window = state_.iomem_resource.child;
    ASSERT_NE(window, nullptr);
    EXPECT_EQ(window->start, window0.start);
    ASSERT_NE(window->child, nullptr);
    EXPECT_EQ(window->child->start, region0.start);
    EXPECT_EQ(window->child->end, region0.end);
    run_actor([&] { EXPECT_EQ(intersects(region0), REGION_INTERSECTS); });
}

// Measured: `CXL Window / region0 / dax0.0`. Where ranges are equal, who comes second would lie around the first.
TEST_F(CxlEnumeration, RegionIsInIomemBelowItsWindowAlsoWhereItIsAsLarge)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, window0)}});
    const resource *outer = state_.iomem_resource.child;
    ASSERT_NE(outer, nullptr);
    EXPECT_EQ(outer->desc, IORES_DESC_CXL);
    ASSERT_NE(outer->child, nullptr);
    EXPECT_EQ(outer->child->what, name_of(Word::region, 0));
}

// "Missing member or setup failure: region device and iomem entry stay, state INTERLEAVE_ACTIVE,
// never COMMIT."
TEST_F(CxlEnumeration, RegionThatLacksAMemberStaysBelowCommit)
{
    cxl_memdev_description incomplete = memdev_of(0, region0);
    incomplete.complete = false;
    boot_and_enumerate({.memdevs = {incomplete}});
    EXPECT_EQ(region_states(0), States{CXL_CONFIG_INTERLEAVE_ACTIVE});
    ASSERT_NE(find_region(0), nullptr);
    EXPECT_EQ(find_region(0)->driver, nullptr);
    EXPECT_EQ(find_dax_region(0), nullptr);
    EXPECT_NE(state_.iomem_resource.child->child, nullptr);
    run_actor([&] {
        EXPECT_FALSE(contains(region0));
        EXPECT_EQ(cxl_assemble(0), -ENXIO);
        EXPECT_EQ(driver_bind(find_region(0)), -ENXIO);
    });
    EXPECT_TRUE(misuses().empty());
}

TEST_F(CxlEnumeration, RegionThatNobodyProgrammedIsLeftToTheAdministrator)
{
    cxl_memdev_description late = memdev_of(0, region0);
    late.programmed = false;
    boot_and_enumerate({.memdevs = {late}});
    EXPECT_EQ(find_region(0), nullptr);
    run_actor([&] {
        EXPECT_EQ(cxl_assemble(0), 0);
        EXPECT_TRUE(contains(region0));
        EXPECT_EQ(cxl_assemble(0), -EBUSY);
        EXPECT_EQ(cxl_assemble(1), -ENODEV);
    });
    EXPECT_TRUE(ended());
}

TEST_F(CxlEnumeration, MemdevOutsideOfAllWindowsGetsNoRegion)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, {0x8'0000'0000, 0x8'3fff'ffff})}});
    EXPECT_EQ(find_region(0), nullptr);
    run_actor([] { EXPECT_EQ(cxl_assemble(0), -ENXIO); });
}

TEST_F(CxlEnumeration, WithoutCxlRegionThereAreWindowsButNoRegions)
{
    boot_and_enumerate({.region_enabled = false});
    EXPECT_EQ(find_region(0), nullptr);
    run_actor([&] {
        EXPECT_EQ(intersects(region0), REGION_INTERSECTS);
        EXPECT_FALSE(contains(region0));
        EXPECT_EQ(cxl_assemble(0), -ENODEV);
    });
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- containment

using CxlContains = CxlTest;

//   region0     |-------|
//   contained   |-------|  |---|   |--|
//   not         |--------|    beyond either end, or elsewhere
TEST_F(CxlContains, WholeRangesInsideOneCommittedRegion)
{
    boot_and_enumerate();
    run_actor([&] {
        EXPECT_TRUE(contains(region0));
        EXPECT_TRUE(contains({region0.start + 0x1000, region0.end - 0x1000}));
        EXPECT_TRUE(contains({region0.end, region0.end}));
        EXPECT_FALSE(contains({region0.start, region0.end + 1}));
        EXPECT_FALSE(contains({region0.start - 1, region0.end}));
        EXPECT_FALSE(contains({region0.end + 1, region0.end + 0x1000}));
    });
    EXPECT_TRUE(ended());
}

// "two regions covering the range together -> false".
TEST_F(CxlContains, NotWhatOnlyTwoRegionsCoverTogether)
{
    boot_and_enumerate({.memdevs = {memdev_of(0, region0), memdev_of(1, region1)}});
    run_actor([&] {
        EXPECT_TRUE(contains(region0));
        EXPECT_TRUE(contains(region1));
        EXPECT_FALSE(contains({region0.start, region1.end}));
    });
}

TEST_F(CxlContains, NotAResourceOfAnotherType)
{
    boot_and_enumerate();
    run_actor([&] {
        const resource port{.start = region0.start, .end = region0.end, .flags = 0x100};
        EXPECT_FALSE(cxl_region_contains_resource(&port));
    });
}

// "Says nothing about driver binding, dax_region existence or memory state".
TEST_F(CxlContains, AlsoWhereNoDriverIsBoundToTheRegion)
{
    boot_and_enumerate();
    run_actor([&] {
        EXPECT_EQ(driver_unbind(find_region(0)), 0);
        EXPECT_TRUE(contains(region0));
    });
    EXPECT_TRUE(ended());
}

TEST_F(CxlContains, AnswerIsRecorded)
{
    boot_and_enumerate();
    run_actor([&] {
        contains(region0);
        contains(region1);
    });
    const auto answers = events(EventKind::contains);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0].value, 1);
    EXPECT_EQ(answers[0].start, region0.start);
    EXPECT_EQ(answers[1].value, 0);
}

} // namespace
} // namespace kernel
