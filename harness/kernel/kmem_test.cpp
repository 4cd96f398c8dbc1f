// SPDX-License-Identifier: GPL-2.0-only
// Covers: which driver takes a dax device, what kmem refuses, what it puts into iomem and takes out
// again, the lock around it all (KERNEL.md section 6, UPSTREAM.md ML-24).
//
// Positions in the pictures are memory blocks, counted from 4 GiB.
#include "kernel/kmem.hpp"

#include "kernel/dax_bus.hpp"
#include "kernel/errno.hpp"
#include "kernel/iomem.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace kernel {
namespace {

constexpr std::uint64_t base = 0x1'0000'0000;

// [from, to) in blocks.
constexpr Range blocks(std::uint64_t from, std::uint64_t to)
{
    return {base + from * memory_block_bytes, base + to * memory_block_bytes - 1};
}

class Kmem : public KernelTest {
protected:
    void start(const Start &how = {})
    {
        restart(how);
        add_task(role_of(Word::boot), dax_boot);
        run();
    }
    // An hmem.N, bound, whose probe did nothing, with a dax region of the range.
    device *owner(int number, Range range, int node = 0, unsigned flags = IORESOURCE_DAX_KMEM)
    {
        return owner_of_part(number, range, range.size(), node, flags);
    }
    // The same, whose dax device gets the first `size` bytes.
    device *owner_of_part(int number, Range range, std::uint64_t size, int node = 0,
                          unsigned flags = IORESOURCE_DAX_KMEM)
    {
        if (!driver_.listed)
            driver_register(&driver_);
        device *dev = &add_device(Word::hmem, number)->dev;
        dax_region *region = alloc_dax_region(dev, number, range, node, PMD_SIZE, flags);
        EXPECT_NE(region, nullptr);
        const dev_dax_data data{.region = region, .size = size};
        EXPECT_EQ(devm_create_dev_dax(&data), 0) << "a child's probe does not show";
        return dev;
    }
    void unbind(device *dev) { EXPECT_EQ(sysfs_unbind(&driver_, dev), 0); }
    static const device *dax(int number)
    {
        for (const device *dev : state().dax_bus.devices)
            if (dev->name == name_of(Word::dax, number, 0))
                return dev;
        return nullptr;
    }
    // A resource that is not busy, as windows and regions are.
    static void insert(resource &res, Range range)
    {
        res = {.start = range.start, .end = range.end, .name = "O", .flags = IORESOURCE_MEM};
        EXPECT_EQ(insert_resource(&state().iomem_resource, &res), 0);
    }
    // Result of kmem's probe of daxN.0.
    int result(int number) const
    {
        const auto ends = events(EventKind::probe_end, name_of(Word::dax, number, 0));
        return ends.empty() ? 1 : ends.back().value;
    }
    std::optional<Refusal> refusal() const
    {
        const auto refused = events(EventKind::memory_refused);
        return refused.empty() ? std::nullopt
                               : std::optional(static_cast<Refusal>(refused.back().detail));
    }
    // What was in the way.
    Name conflict() const
    {
        const auto refused = events(EventKind::memory_refused);
        return refused.empty() ? Name{} : refused.back().other;
    }

    TestDriver driver_{Word::hmem};
    resource window_;
    resource other_;
};

TEST_F(Kmem, TakesTheDaxDeviceOfARegionThatIsMeantForIt)
{
    start();
    run_actor([&] {
        owner(0, blocks(0, 2));
        owner(1, blocks(2, 4), 0, 0);
        ASSERT_NE(dax(0)->driver, nullptr);
        EXPECT_EQ(dax(0)->driver->name, name_of(Word::kmem));
        ASSERT_NE(dax(1)->driver, nullptr);
        EXPECT_EQ(dax(1)->driver->name, name_of(Word::device_dax));
    });
    EXPECT_EQ(events(EventKind::memory_online).size(), 1U);
    EXPECT_TRUE(ended());
}

//   region  RRRR
//   dax1.0  DD..    carved out of it
TEST_F(Kmem, ClaimsWhatWasCarvedOutOfTheRegionForItsDevice)
{
    start();
    run_actor([&] {
        owner_of_part(1, blocks(0, 4), 2 * memory_block_bytes);
        EXPECT_EQ(state().dax_regions.child->end, blocks(0, 4).end) << "the region is whole";
    });
    const auto online = events(EventKind::memory_online);
    ASSERT_EQ(online.size(), 1U);
    EXPECT_EQ(online[0].start, blocks(0, 2).start);
    EXPECT_EQ(online[0].end, blocks(0, 2).end);
    EXPECT_TRUE(ended());
}

// Measured: "rejects match -6", the seed stays empty.
TEST_F(Kmem, NoDriverTakesASeed)
{
    start();
    run_actor([&] {
        owner_of_part(0, blocks(0, 2), 0);
        owner_of_part(1, blocks(2, 4), 0, 0, 0);
        EXPECT_EQ(dax(0)->driver, nullptr);
        EXPECT_EQ(dax(1)->driver, nullptr);
        EXPECT_EQ(state().iomem_resource.child, nullptr);
    });
    EXPECT_EQ(result(0), -ENXIO);
    EXPECT_EQ(result(1), -ENXIO);
    EXPECT_FALSE(refusal());
    EXPECT_TRUE(ended());
}

// "kmem configured but not loaded -> stays unbound".
TEST_F(Kmem, LeavesADaxDeviceUnboundWhereItIsNotThere)
{
    run_actor([&] {
        owner(0, blocks(0, 2));
        EXPECT_EQ(dax(0)->driver, nullptr);
        EXPECT_EQ(state().iomem_resource.child, nullptr);
    });
    EXPECT_TRUE(ended());
}

TEST_F(Kmem, PutsABusyClaimWithBusySystemRamBelowItIntoIomem)
{
    start();
    run_actor([&] { owner(0, blocks(0, 2)); });
    const resource *claim = state_.iomem_resource.child;
    ASSERT_NE(claim, nullptr);
    EXPECT_NE(claim->flags & IORESOURCE_BUSY, 0U);
    EXPECT_EQ(claim->start, blocks(0, 2).start);
    EXPECT_EQ(claim->end, blocks(0, 2).end);
    const resource *ram = claim->child;
    ASSERT_NE(ram, nullptr);
    EXPECT_EQ(ram->flags, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY);
    EXPECT_EQ(ram->end, claim->end);
}

// The range may begin and end within a block; the whole ones in it are used.
TEST_F(Kmem, UsesWholeBlocksOnly)
{
    start();
    run_actor([&] { owner(0, {blocks(0, 1).start + PMD_SIZE, blocks(3, 4).end - PMD_SIZE}); });
    ASSERT_EQ(events(EventKind::memory_online).size(), 1U);
    const Event online = events(EventKind::memory_online)[0];
    EXPECT_EQ((Range{online.start, online.end}), blocks(1, 3));
}

TEST_F(Kmem, RefusesARangeWithoutAWholeBlock)
{
    start();
    run_actor([&] { owner(0, {blocks(0, 1).start + PMD_SIZE, blocks(1, 2).end - PMD_SIZE}); });
    EXPECT_EQ(result(0), -EINVAL);
    EXPECT_EQ(refusal(), Refusal::no_block);
    EXPECT_EQ(state_.iomem_resource.child, nullptr);
}

// The last block below the last address, and what has none in it, must not wrap around.
TEST_F(Kmem, RefusesWithoutABlockAtTheEndOfAllAddresses)
{
    start();
    run_actor([&] {
        constexpr std::uint64_t last = ~std::uint64_t{0};
        owner(0, {last - 8 * PMD_SIZE + 1, last - PMD_SIZE});
    });
    EXPECT_EQ(refusal(), Refusal::no_block);
}

// Before the DAX Regions tree nothing keeps a dax region from the last address.
TEST_F(Kmem, UsesTheLastBlockOfAllAddresses)
{
    start();
    state().config.core.dax_regions_exclusive = false;
    const Range last{~std::uint64_t{0} - memory_block_bytes + 1, ~std::uint64_t{0}};
    run_actor([&] { owner(0, {last.start - PMD_SIZE, last.end}); });
    EXPECT_EQ(result(0), 0);
    EXPECT_EQ(refusal(), std::nullopt);
    const auto online = events(EventKind::memory_online);
    ASSERT_EQ(online.size(), 1U);
    EXPECT_EQ((Range{online[0].start, online[0].end}), last);
}

// "kmem rejects target_node < 0 (-EINVAL)".
TEST_F(Kmem, RefusesMemoryOfNoNode)
{
    start();
    run_actor([&] { owner(0, blocks(0, 2), -1); });
    EXPECT_EQ(result(0), -EINVAL);
    EXPECT_EQ(refusal(), Refusal::no_node);
    EXPECT_EQ(state_.iomem_resource.child, nullptr);
}

//   window  OOOO
//   hmem.0  .DD.    lies within it
TEST_F(Kmem, ReservesBelowTheWindowItsRangeLiesIn)
{
    start();
    run_actor([&] {
        insert(window_, blocks(0, 4));
        owner(0, blocks(1, 3));
    });
    EXPECT_EQ(result(0), 0);
    EXPECT_NE(window_.child, nullptr);
}

//   window  OOOO....
//   hmem.0  ..DDDD..    sticks out: nobody has usable memory
TEST_F(Kmem, CannotReserveARangeThatSticksOutOfAWindow)
{
    start();
    run_actor([&] {
        insert(window_, blocks(0, 4));
        window_.what = name_of(Word::window, 0);
        const device *dev = owner(0, blocks(2, 6));
        EXPECT_TRUE(dev->bound) << "the owner does not notice";
        EXPECT_EQ(dax(0)->driver, nullptr);
    });
    EXPECT_EQ(result(0), -EBUSY);
    EXPECT_EQ(refusal(), Refusal::busy);
    EXPECT_EQ(conflict(), name_of(Word::window, 0));
    EXPECT_EQ(window_.child, nullptr);
}

//   window  OOOOOOOO
//   region  OO......
//   hmem.0  DDDD....    overlaps the region without lying inside
//   hmem.1  ....DD..    touches nothing but the window
TEST_F(Kmem, CannotReserveARangeThatHasARegionInIt)
{
    start();
    run_actor([&] {
        insert(window_, blocks(0, 8));
        insert(other_, blocks(0, 2));
        owner(0, blocks(0, 4));
        owner(1, blocks(4, 6));
    });
    EXPECT_EQ(result(0), -EBUSY);
    EXPECT_EQ(result(1), 0);
}

// device_dax reserves, too, but whatever its range is, down to one PMD.
TEST_F(Kmem, DeviceDaxReservesItsWholeRange)
{
    start();
    run_actor([&] {
        insert(window_, blocks(4, 8));
        device *dev = owner(0, {base, base + PMD_SIZE - 1}, -1, 0);
        owner(1, blocks(3, 5), -1, 0);
        const resource *claim = state().iomem_resource.child;
        EXPECT_EQ(claim->end, base + PMD_SIZE - 1);
        EXPECT_EQ(claim->child, nullptr) << "no System RAM";
        unbind(dev);
        EXPECT_EQ(state().iomem_resource.child, &window_);
    });
    EXPECT_EQ(result(0), 0);
    EXPECT_EQ(result(1), -EBUSY);
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- teardown

TEST_F(Kmem, GivesTheRangeBackWhenItsOwnerIsUnbound)
{
    start();
    run_actor([&] {
        unbind(owner(0, blocks(0, 2)));
        EXPECT_EQ(state().iomem_resource.child, nullptr);
        owner(1, blocks(0, 2));
    });
    EXPECT_EQ(result(1), 0);
    EXPECT_EQ(events(EventKind::memory_offline).size(), 1U);
    EXPECT_TRUE(ended());
}

// kmem goes before the dax region does: LIFO.
TEST_F(Kmem, TakesMemoryOfflineBeforeTheRangeIsFreeForAnotherOwner)
{
    start();
    run_actor([&] { unbind(owner(0, blocks(0, 2))); });
    const auto index = [&](EventKind kind) {
        for (std::size_t i = 0; i < state_.events.size(); ++i)
            if (state_.events[i].kind == kind)
                return i;
        return std::size_t{0};
    };
    EXPECT_LT(index(EventKind::memory_offline), index(EventKind::dax_region_removed));
    EXPECT_GT(index(EventKind::memory_offline), 0U);
}

// A region that was made over HMEM's memory lies below its claim, and stays.
//   hmem.0  DDDD
//   region  .OO.
TEST_F(Kmem, LeavesARegionWhereItIsThatCameToLieBelowItsClaim)
{
    start();
    run_actor([&] {
        device *dev = owner(0, blocks(0, 4));
        insert(other_, blocks(1, 3));
        EXPECT_NE(other_.parent, &state().iomem_resource);
        unbind(dev);
        EXPECT_EQ(state().iomem_resource.child, &other_);
        EXPECT_EQ(remove_resource(&other_), 0);
    });
    EXPECT_TRUE(ended());
}

// Measured: unbind succeeds, "cannot be hotremoved until the next reboot", "dax0.0 / System RAM
// (kmem)" stays in iomem for ever; rebind gives dax0.0 again, kmem fails -16, hmem's probe succeeds.
TEST_F(Kmem, LeavesItsEntriesForEverWhereMemoryCannotBeTakenOffline)
{
    start();
    run_actor([&] {
        state().config.kmem_remove_fails = true;
        device *dev = owner(0, blocks(0, 2));
        unbind(dev);
        ASSERT_NE(state().iomem_resource.child, nullptr);
        EXPECT_NE(state().iomem_resource.child->child, nullptr);
        EXPECT_EQ(state().dax_regions.child, nullptr) << "the dax region is gone";
        owner(1, blocks(0, 2));
    });
    EXPECT_EQ(result(1), -EBUSY);
    EXPECT_EQ(conflict(), name_of(Word::dax, 0, 0));
    EXPECT_TRUE(events(EventKind::memory_offline).empty());
    EXPECT_TRUE(ended());
}

TEST_F(Kmem, LeavesNoLeakWhetherMemoryCanBeTakenOfflineOrNot)
{
    for (const bool fails : {false, true}) {
        start();
        run_actor([&] {
            state().config.kmem_remove_fails = fails;
            unbind(owner(0, blocks(0, 2)));
        });
        EXPECT_EQ(state_.objects.survivors().size(), 1U) << "hmem.0 only";
        driver_ = TestDriver(Word::hmem);
    }
}

// ---------------------------------------------------------------- lock

// "dax_region_rwsem write held across everything incl. device_add => kmem probe ... under it".
TEST_F(Kmem, ProbesUnderTheDaxRegionLock)
{
    start();
    run_actor([&] { owner(0, blocks(0, 2)); });
    std::vector<EventKind> order;
    for (const Event &event : state_.events)
        if (event.object == name_of(Word::dax_region_rwsem)
                ? event.kind == EventKind::lock || event.kind == EventKind::unlock
                : event.kind == EventKind::memory_online)
            order.push_back(event.kind);
    EXPECT_EQ(order, (std::vector{EventKind::lock, EventKind::memory_online, EventKind::unlock}));
}

TEST_F(Kmem, SecondDaxDeviceIsMadeOnlyWhenTheFirstIsThrough)
{
    // The second actor comes while kmem probes the first one's device.
    start({.switches = {switch_before(actor_role(0), Point::probe, name_of(Word::dax, 0, 0),
                                      actor_role(1))}});
    add_actor([&] { owner(0, blocks(0, 2)); });
    add_actor([&] { owner(1, blocks(2, 4)); });
    run();
    const auto online = events(EventKind::memory_online);
    ASSERT_EQ(online.size(), 2U);
    EXPECT_EQ(online[0].object, name_of(Word::dax, 0, 0));
    const auto waits = events(EventKind::blocks, name_of(Word::dax_region_rwsem));
    EXPECT_EQ(waits.size(), 1U);
    EXPECT_TRUE(ended());
}

} // namespace
} // namespace kernel
