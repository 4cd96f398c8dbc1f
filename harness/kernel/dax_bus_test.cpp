// SPDX-License-Identifier: GPL-2.0-only
// Covers: dax regions: every way in which alloc_dax_region gives NULL, who wins a range, teardown
// (KERNEL.md section 6, UPSTREAM.md 1.5).
//
// Positions in the pictures are units of 2 MiB.
#include "kernel/dax_bus.hpp"

#include "kernel/errno.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

// [from, to) in units.
constexpr Range units(std::uint64_t from, std::uint64_t to)
{
    return {from * PMD_SIZE, to * PMD_SIZE - 1};
}

class DaxRegion : public KernelTest {
protected:
    // hmem.N devices, bound, whose probe did nothing.
    device *parent(int number)
    {
        if (!driver_.listed)
            driver_register(&driver_);
        return &add_device(Word::hmem, number)->dev;
    }
    static dax_region *allocate(device *parent, Range range)
    {
        return alloc_dax_region(parent, parent->name.number, range, 0, PMD_SIZE,
                                IORESOURCE_DAX_KMEM);
    }
    void unbind(device *dev) { EXPECT_EQ(sysfs_unbind(&driver_, dev), 0); }

    TestDriver driver_{Word::hmem};
};

TEST_F(DaxRegion, BecomesTheDriverDataOfItsParentAndClaimsItsRange)
{
    run_actor([&] {
        device *dev = parent(3);
        const dax_region *region = allocate(dev, units(4, 8));
        ASSERT_NE(region, nullptr);
        EXPECT_EQ(dev_get_drvdata(dev), region);
        EXPECT_EQ(region->id, 3);
        ASSERT_NE(state().dax_regions.child, nullptr);
        EXPECT_EQ(state().dax_regions.child->start, units(4, 8).start);
        EXPECT_EQ(state().dax_regions.child->end, units(4, 8).end);
    });
    EXPECT_EQ(events(EventKind::dax_region_added).size(), 1U);
    EXPECT_TRUE(ended());
}

//   first   AAAA........
//   loses   ..BB........    any overlap, whoever it is
//   wins    ....CC......    touching is none
TEST_F(DaxRegion, FirstOfTwoOverlappingOnesWinsAndTheOtherIsNull)
{
    run_actor([&] {
        EXPECT_NE(allocate(parent(0), units(0, 4)), nullptr);
        device *loser = parent(1);
        EXPECT_EQ(allocate(loser, units(2, 4)), nullptr);
        EXPECT_EQ(dev_get_drvdata(loser), nullptr);
        EXPECT_EQ(allocate(parent(2), units(3, 5)), nullptr);
        EXPECT_NE(allocate(parent(3), units(4, 6)), nullptr);
    });
    EXPECT_EQ(events(EventKind::dax_region_conflict).size(), 2U);
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

TEST_F(DaxRegion, LoserLeavesNothingBehind)
{
    run_actor([&] {
        allocate(parent(0), units(0, 4));
        const std::size_t before = state().objects.survivors().size();
        device *loser = parent(1); // a device and nothing else
        EXPECT_EQ(allocate(loser, units(0, 4)), nullptr);
        EXPECT_EQ(loser->devres, nullptr);
        EXPECT_EQ(state().objects.survivors().size(), before + 1);
    });
}

// "start/size not aligned (PMD 2 MiB for hmem and cxl)"; silent.
TEST_F(DaxRegion, UnalignedStartOrSizeIsNullAndClaimsNothing)
{
    run_actor([&] {
        device *dev = parent(0);
        const Range range = units(4, 8);
        EXPECT_EQ(allocate(dev, {range.start + 4096, range.end + 4096}), nullptr);
        EXPECT_EQ(allocate(dev, {range.start, range.end - 4096}), nullptr);
        EXPECT_EQ(allocate(dev, {range.start + PMD_SIZE / 2, range.end}), nullptr);
        EXPECT_EQ(state().dax_regions.child, nullptr);
        EXPECT_NE(allocate(dev, range), nullptr);
    });
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(events(EventKind::dax_region_conflict).empty());
}

TEST_F(DaxRegion, ParentWithDriverDataWarnsAndIsNull)
{
    run_actor([&] {
        device *dev = parent(0);
        EXPECT_NE(allocate(dev, units(0, 1)), nullptr);
        EXPECT_EQ(allocate(dev, units(4, 5)), nullptr);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::drvdata_set});
    EXPECT_EQ(events(EventKind::dax_region_added).size(), 1U);
}

// DEFINE_RES_MEM(0, -1) ends one byte short of the last address.
TEST_F(DaxRegion, RangeWithTheLastAddressOfAllIsRefused)
{
    run_actor([&] {
        constexpr std::uint64_t last = ~std::uint64_t{0};
        EXPECT_EQ(state().dax_regions.end, last - 1);
        EXPECT_EQ(allocate(parent(0), {last - PMD_SIZE + 1, last}), nullptr);
        EXPECT_NE(allocate(parent(1), {last - 2 * PMD_SIZE + 1, last - PMD_SIZE}), nullptr);
    });
    EXPECT_EQ(events(EventKind::dax_region_conflict).size(), 1U);
}

TEST_F(DaxRegion, FailureToManageItUndoesTheClaim)
{
    restart({.faults = {{.role = actor_role(0),
                         .site = Site::devm_add_action,
                         .object = name_of(Word::hmem, 0)}}});
    run_actor([&] {
        device *dev = parent(0);
        const func<dax_region *(device *)> probe{
            [](device *self) { return allocate(self, units(0, 4)); },
            "dax_hmem_probe",
            {Word::dax_hmem, 0}};
        EXPECT_EQ(call(FrameKind::probe, probe, dev), nullptr);
        EXPECT_EQ(state().dax_regions.child, nullptr);
    });
    EXPECT_EQ(state_.objects.survivors().size(), 1U) << "the parent only";
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- teardown

class DaxDevice : public DaxRegion {
protected:
    static device *create(dax_region *region)
    {
        const dev_dax_data data{.region = region, .size = PMD_SIZE};
        EXPECT_EQ(devm_create_dev_dax(&data), 0);
        return state().dax_bus.devices.back();
    }
};

TEST_F(DaxDevice, IsAChildOfTheParentNamedAfterTheRegionAndHoldsTheRegion)
{
    run_actor([&] {
        device *dev = parent(2);
        dax_region *region = allocate(dev, units(0, 4));
        const device *child = create(region);
        EXPECT_EQ(child->name, name_of(Word::dax, 2, 0));
        EXPECT_EQ(child->parent, dev);
        EXPECT_EQ(region->refcount, 2);
    });
    EXPECT_TRUE(ended());
}

TEST_F(DaxDevice, CannotHaveMoreThanItsRegion)
{
    run_actor([&] {
        dax_region *region = allocate(parent(0), units(0, 4));
        const auto result = [&](std::uint64_t size) {
            const dev_dax_data data{.region = region, .size = size};
            return devm_create_dev_dax(&data);
        };
        EXPECT_EQ(result(4 * PMD_SIZE + 1), -ENOMEM);
        EXPECT_TRUE(state().dax_bus.devices.empty());
        EXPECT_EQ(region->refcount, 1);
        EXPECT_EQ(result(4 * PMD_SIZE), 0);
    });
    EXPECT_TRUE(ended());
}

// Measured, devres LIFO on hmem.N: unregister_dev_dax, then dax_region_unregister.
TEST_F(DaxDevice, GoesBeforeItsRegionAtUnbind)
{
    run_actor([&] {
        device *dev = parent(0);
        create(allocate(dev, units(0, 4)));
        unbind(dev);
    });
    std::vector<EventKind> order;
    for (const Event &event : state_.events)
        if (event.kind == EventKind::dax_region_removed ||
            (event.kind == EventKind::device_deleted && event.object.word == Word::dax))
            order.push_back(event.kind);
    EXPECT_EQ(order, (std::vector{EventKind::device_deleted, EventKind::dax_region_removed}));
    EXPECT_EQ(state_.objects.survivors().size(), 1U) << "the parent only";
    EXPECT_TRUE(ended());
}

TEST_F(DaxDevice, RangeIsFreeForAnotherOnceTheRegionWasUnregistered)
{
    run_actor([&] {
        device *dev = parent(0);
        create(allocate(dev, units(0, 4)));
        unbind(dev);
        EXPECT_NE(allocate(parent(1), units(2, 6)), nullptr);
    });
    EXPECT_TRUE(ended());
}

// kref: 1 from alloc + 1 per dax device; freed with the last one.
TEST_F(DaxDevice, RegionOutlivesItsUnregistrationWhileADaxDeviceIsHeld)
{
    run_actor([&] {
        device *dev = parent(0);
        dax_region *region = allocate(dev, units(0, 4));
        device *held = get_device(create(region));
        unbind(dev);
        EXPECT_EQ(state().dax_regions.child, nullptr) << "unregistered";
        EXPECT_FALSE(state().objects.freed_name(region));
        EXPECT_EQ(region->refcount, 1);
        put_device(held);
        EXPECT_TRUE(state().objects.freed_name(region));
    });
    EXPECT_TRUE(ended());
}

TEST_F(DaxDevice, FailedCreationLeavesTheRegionToItsParent)
{
    restart({.faults = {{.role = actor_role(0),
                         .site = Site::device_add,
                         .object = name_of(Word::dax, 0, 0)}}});
    run_actor([&] {
        device *dev = parent(0);
        dax_region *region = allocate(dev, units(0, 4));
        const func<int(dax_region *)> probe{[](dax_region *self) {
                                                const dev_dax_data data{.region = self,
                                                                        .size = PMD_SIZE};
                                                return devm_create_dev_dax(&data);
                                            },
                                            "dax_hmem_probe",
                                            {Word::dax_hmem, 0}};
        EXPECT_EQ(call(FrameKind::probe, probe, region), -ENOMEM);
        EXPECT_EQ(region->refcount, 1);
        unbind(dev);
    });
    EXPECT_EQ(state_.objects.survivors().size(), 1U) << "the parent only";
    EXPECT_TRUE(ended());
}

// UPSTREAM.md 2.8, "exclusion tree": without it both have the range.
TEST_F(DaxRegion, BothOfTwoOverlappingOnesExistWhereTheyDoNotExcludeEachOther)
{
    state_.config.core.dax_regions_exclusive = false;
    run_actor([&] {
        EXPECT_NE(allocate(parent(0), units(0, 4)), nullptr);
        device *second = parent(1);
        EXPECT_NE(allocate(second, units(2, 6)), nullptr);
        unbind(second);
    });
    EXPECT_EQ(events(EventKind::dax_region_added).size(), 2U);
    EXPECT_EQ(events(EventKind::dax_region_removed).size(), 1U);
    EXPECT_TRUE(events(EventKind::dax_region_conflict).empty());
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

} // namespace
} // namespace kernel
