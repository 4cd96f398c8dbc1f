// SPDX-License-Identifier: GPL-2.0-only
// Covers: regions and what else has their addresses in iomem: the allocation an administrator's
// region needs and firmware's does not (UPSTREAM.md V5-9, T-S10), System RAM inside a region
// (KERNEL.md section 7, T-T1d).
#include "kernel/cxl_testing.hpp"
#include "kernel/errno.hpp"

namespace kernel {
namespace {

class CxlHpa : public CxlTest {
protected:
    // What kmem puts into iomem.
    static void claim(Range range, unsigned flags = 0)
    {
        EXPECT_NE(
            __request_region(&state().iomem_resource, range.start, range.size(), "dax", flags),
            nullptr);
    }
    static void release(Range range)
    {
        __release_region(&state().iomem_resource, range.start, range.size());
    }
    // Not programmed by firmware: only `assemble` makes it.
    static CxlMachine late(Range range = region0)
    {
        CxlMachine machine;
        machine.memdevs = {memdev_of(0, range)};
        machine.memdevs[0].programmed = false;
        return machine;
    }
    void expect_assembly(int result)
    {
        run_actor([result] { EXPECT_EQ(cxl_assemble(0), result); });
    }
};

//   window0  |===============|
//   kmem     |--|
//   region0  |-------|           no room: "HPA allocation error (-34)"
TEST_F(CxlHpa, AdministratorsRegionFindsNoRoomWhereMemoryIsInUse)
{
    boot_and_enumerate(late());
    run_actor([] { claim({region0.start, region0.start + 0xfff'ffff}); });
    expect_assembly(-ERANGE);
    EXPECT_EQ(find_region(0), nullptr);
    EXPECT_TRUE(region_states(0).empty());
    EXPECT_TRUE(ended());
}

//   window0  |===============|
//   region0  |-------|
//   kmem             |---|       touching is no conflict
TEST_F(CxlHpa, AdministratorsRegionFindsRoomBesideMemoryInUse)
{
    boot_and_enumerate(late());
    run_actor([] { claim(region1); });
    expect_assembly(0);
    EXPECT_NE(find_region(0), nullptr);
}

TEST_F(CxlHpa, RoomIsThereOnceTheMemoryIsGivenBack)
{
    boot_and_enumerate(late());
    run_actor([] { claim(region0); });
    expect_assembly(-ERANGE);
    run_actor([] { release(region0); });
    expect_assembly(0);
    EXPECT_TRUE(ended());
}

// A refused region leaves its decoders alone: no rescan finds it.
TEST_F(CxlHpa, RefusedRegionIsNotFoundByALaterEnumeration)
{
    boot_and_enumerate(late());
    run_actor([] { claim(region0); });
    expect_assembly(-ERANGE);
    unload(Word::cxl_acpi);
    run_actor([] { release(region0); });
    load({Word::cxl_acpi});
    EXPECT_EQ(find_region(0), nullptr);
    EXPECT_TRUE(ended());
}

// "V5-9: region still allocated; user runs create-region in the same window".
TEST_F(CxlHpa, RegionThatIsThereTakesTheRoomOfAnother)
{
    CxlMachine machine;
    machine.memdevs = {memdev_of(0, region0), memdev_of(1, region0)};
    machine.memdevs[1].programmed = false;
    boot_and_enumerate(machine);
    run_actor([] {
        EXPECT_EQ(cxl_assemble(1), -ERANGE);
        EXPECT_EQ(cxl_destroy(0), 0);
        EXPECT_EQ(cxl_assemble(1), 0);
    });
    EXPECT_TRUE(ended());
}

// Its place is kept while it is decommitted.
TEST_F(CxlHpa, DecommittedRegionNeedsNoNewRoom)
{
    boot_and_enumerate();
    run_actor([] {
        cxl_decommit(0);
        claim({region0.start, region0.start + 0xfff'ffff});
    });
    expect_assembly(0);
    EXPECT_EQ(region_states(0).back(), CXL_CONFIG_COMMIT);
}

//   kmem     |----------|
//   region0  |-------|           firmware's: it is there whatever iomem says
TEST_F(CxlHpa, EnumerationAllocatesNothing)
{
    boot();
    load({Word::cxl_acpi});
    run_actor([] { claim({region0.start, region1.start + 0xfff'ffff}); });
    load({Word::cxl_pci});
    EXPECT_EQ(region_states(0).back(), CXL_CONFIG_COMMIT);
    run_actor([] { EXPECT_EQ(cxl_destroy(0), 0); });
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

//   kmem     .....|----------|   overlaps partly: the insertion fails with only a warning
//   region0  |-------|
TEST_F(CxlHpa, EnumeratedRegionIsThereWithoutAPlaceInIomem)
{
    boot();
    load({Word::cxl_acpi});
    run_actor([] { claim({region1.start - 0x1000'0000, region1.end}); });
    load({Word::cxl_pci});
    EXPECT_EQ(region_states(0).back(), CXL_CONFIG_COMMIT);
    EXPECT_EQ(region_of(find_region(0)).res->parent, nullptr);
    run_actor([] { EXPECT_EQ(cxl_destroy(0), 0); });
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- System RAM inside

// T-T1d: "region0 created between window and dax1.0, has System RAM, no CXL dax".
TEST_F(CxlHpa, RegionWithMemoryInUseIsBoundButMakesNoDaxRegion)
{
    boot();
    load({Word::cxl_acpi});
    run_actor([] { claim({region0.end - 0xfff, region0.end + 0x1000}, IORESOURCE_SYSTEM_RAM); });
    load({Word::cxl_pci});
    ASSERT_NE(find_region(0), nullptr);
    EXPECT_NE(find_region(0)->driver, nullptr);
    EXPECT_EQ(find_dax_region(0), nullptr);
}

// A claim of device_dax is no System RAM, and memory behind the region is not inside.
TEST_F(CxlHpa, RegionWithOtherClaimsOrWithMemoryBesideItMakesItsDaxRegion)
{
    boot();
    load({Word::cxl_acpi});
    run_actor([] {
        claim({region0.start, region0.start + 0xfff});
        claim({region0.end + 1, region0.end + 0x1000}, IORESOURCE_SYSTEM_RAM);
    });
    load({Word::cxl_pci});
    EXPECT_NE(find_dax_region(0), nullptr);
}

// v4 asks when dax_hmem wants the dax regions, which may be later (UPSTREAM.md 2.2).
TEST_F(CxlHpa, DaxRegionThatIsAskedForLaterIsNotMadeOverMemoryInUse)
{
    state_.config.core.auto_regions_wait_for_dax = true;
    boot();
    load({Word::cxl_acpi, Word::cxl_pci});
    run_actor([] { claim({region0.end - 0xfff, region0.end}, IORESOURCE_SYSTEM_RAM); });
    run_actor([] { cxl_register_dax(region0.start, region0.end); });
    EXPECT_EQ(find_dax_region(0), nullptr);
}

TEST_F(CxlHpa, DaxRegionThatIsAskedForLaterIsMadeBesideMemoryInUse)
{
    state_.config.core.auto_regions_wait_for_dax = true;
    boot();
    load({Word::cxl_acpi, Word::cxl_pci});
    run_actor([] { claim({region0.end + 1, region0.end + 0x1000}, IORESOURCE_SYSTEM_RAM); });
    run_actor([] { cxl_register_dax(region0.start, region0.end); });
    EXPECT_NE(find_dax_region(0), nullptr);
}

} // namespace
} // namespace kernel
