// SPDX-License-Identifier: GPL-2.0-only
// Covers: life of a CXL region after its assembly: its dax child, reset, loss of its target,
// removal, and races between those (KERNEL.md section 7).
#include "kernel/cxl_testing.hpp"
#include "kernel/errno.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kernel {
namespace {

using States = std::vector<int>;

constexpr Name region_name = name_of(Word::region, 0);
constexpr Name child_name = name_of(Word::dax_region, 0);

class CxlRegion : public CxlTest {
protected:
    bool in_iomem(Range range) const { return in_tree(&state_.iomem_resource, range); }
    std::size_t memregions_used() const
    {
        const auto &used = state_.memregions;
        return static_cast<std::size_t>(std::count(used.begin(), used.end(), true));
    }

private:
    static bool in_tree(const resource *parent, Range range) // NOLINT(misc-no-recursion)
    {
        for (const resource *at = parent->child; at != nullptr; at = at->sibling)
            if ((at->start == range.start && at->end == range.end) || in_tree(at, range))
                return true;
        return false;
    }
};

// ---------------------------------------------------------------- the dax child

TEST_F(CxlRegion, CommittedRamRegionIsBoundAndHasADaxRegionChild)
{
    boot_and_enumerate();
    const device *region = find_region(0);
    ASSERT_NE(region, nullptr);
    EXPECT_TRUE(region->bound);
    device *child = find_dax_region(0);
    ASSERT_NE(child, nullptr);
    EXPECT_EQ(child->parent, region);
    EXPECT_EQ(to_cxl_dax_region(child)->range, region0);
    EXPECT_EQ(to_cxl_dax_region(child)->id, region_of(region).id);
}

TEST_F(CxlRegion, WithSystemRamInsideItIsBoundWithoutADaxChild)
{
    cxl_memdev_description busy = memdev_of(0, region0);
    busy.system_ram = true;
    boot_and_enumerate({.memdevs = {busy}});
    EXPECT_TRUE(find_region(0)->bound);
    EXPECT_EQ(find_dax_region(0), nullptr);
    run_actor([&] { EXPECT_TRUE(contains(region0)); });
}

TEST_F(CxlRegion, PmemAndType2RegionsAreBoundWithoutADaxChild)
{
    for (const cxl_mode mode : {cxl_mode::pmem, cxl_mode::type2}) {
        restart();
        cxl_memdev_description other = memdev_of(0, region0);
        other.mode = mode;
        boot_and_enumerate({.memdevs = {other}});
        EXPECT_TRUE(find_region(0)->bound);
        EXPECT_EQ(find_dax_region(0), nullptr);
        run_actor([&] { EXPECT_TRUE(contains(region0)); });
    }
}

int accept(device *) { return 0; }

TEST_F(CxlRegion, DaxChildIsBoundAsynchronouslyWhicheverOfItAndTheDriverComesFirst)
{
    for (const bool driver_first : {false, true}) {
        restart();
        cxl_driver driver{.name = name_of(Word::cxl_dax_region),
                          .probe = make_func(accept, "accept", Word::vmlinux),
                          .type = probe_type::PROBE_PREFER_ASYNCHRONOUS,
                          .suppress_bind_attrs = true};
        boot();
        if (!driver_first)
            load({Word::cxl_acpi, Word::cxl_pci});
        run_actor([&] { EXPECT_EQ(cxl_driver_register(&driver), 0); });
        if (driver_first)
            load({Word::cxl_acpi, Word::cxl_pci});
        const auto probes = events(EventKind::probe_begin, child_name);
        ASSERT_EQ(probes.size(), 1U);
        EXPECT_EQ(state_.scheduler.roles().at(probes[0].task), role_of(Word::probe, child_name));
        EXPECT_EQ(find_dax_region(0)->driver, &driver.driver);
        EXPECT_TRUE(ended());
    }
}

TEST_F(CxlRegion, UnbindingItUnregistersTheChildAndBindingBringsAnother)
{
    boot_and_enumerate();
    run_actor([&] {
        EXPECT_EQ(driver_unbind(find_region(0)), 0);
        EXPECT_EQ(find_dax_region(0), nullptr);
        EXPECT_EQ(driver_bind(find_region(0)), 0);
        EXPECT_NE(find_dax_region(0), nullptr);
    });
    EXPECT_EQ(region_states(0).size(), 2U) << "binding does not change its state";
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- reset

// commit=0: RESET_PENDING, lock dropped, driver released, lock, decoders reset, ACTIVE.
TEST_F(CxlRegion, DecommitPassesResetPendingAndReleasesTheDriverBeforeActive)
{
    boot_and_enumerate();
    run_actor([] { EXPECT_EQ(cxl_decommit(0), 0); });
    EXPECT_EQ(region_states(0), (States{CXL_CONFIG_INTERLEAVE_ACTIVE, CXL_CONFIG_COMMIT,
                                        CXL_CONFIG_RESET_PENDING, CXL_CONFIG_ACTIVE}));
    const int pending = when(EventKind::region_state, region_name, CXL_CONFIG_RESET_PENDING);
    const int released = when(EventKind::unbind_begin, region_name, 0);
    const int active = when(EventKind::region_state, region_name, CXL_CONFIG_ACTIVE);
    EXPECT_LT(pending, released);
    EXPECT_LT(released, active);
    ASSERT_NE(find_region(0), nullptr) << "the region device stays";
    EXPECT_EQ(find_dax_region(0), nullptr);
    EXPECT_TRUE(ended());
}

// RESET_PENDING sits below COMMIT.
TEST_F(CxlRegion, InResetPendingItContainsNothingAndCannotBeBound)
{
    restart({.switches = {
                 switch_before(actor_role(2), Point::device_lock, region_name, actor_role(3))}});
    boot_and_enumerate();
    add_actor([] { EXPECT_EQ(cxl_decommit(0), 0); });
    add_actor([&] {
        EXPECT_EQ(region_of(find_region(0)).state, CXL_CONFIG_RESET_PENDING);
        EXPECT_TRUE(find_region(0)->bound);
        EXPECT_FALSE(contains(region0));
        EXPECT_EQ(driver_unbind(find_region(0)), 0);
        EXPECT_EQ(driver_bind(find_region(0)), -ENXIO);
        note("looked");
    });
    run();
    EXPECT_EQ(journal(), Strings{"looked"});
    EXPECT_EQ(region_states(0).back(), CXL_CONFIG_ACTIVE);
    EXPECT_TRUE(ended());
}

TEST_F(CxlRegion, AssembleCommitsADecommittedOneAgain)
{
    boot_and_enumerate();
    run_actor([&] {
        cxl_decommit(0);
        EXPECT_FALSE(contains(region0));
        EXPECT_EQ(cxl_assemble(0), 0);
        EXPECT_TRUE(contains(region0));
        EXPECT_NE(find_dax_region(0), nullptr);
        EXPECT_EQ(cxl_decommit(1), -ENODEV);
    });
    EXPECT_TRUE(ended());
}

// "Losing a target: decode reset, INTERLEAVE_ACTIVE, driver released after the lock is dropped."
TEST_F(CxlRegion, LosingItsTargetBringsItToInterleaveActiveAndThenReleasesTheDriver)
{
    boot_and_enumerate();
    unload(Word::cxl_pci);
    EXPECT_EQ(region_states(0), (States{CXL_CONFIG_INTERLEAVE_ACTIVE, CXL_CONFIG_COMMIT,
                                        CXL_CONFIG_INTERLEAVE_ACTIVE}));
    ASSERT_NE(find_region(0), nullptr);
    EXPECT_EQ(find_region(0)->driver, nullptr);
    EXPECT_EQ(find_dax_region(0), nullptr);
    EXPECT_EQ(state_.events.at(state_.events.size() - 1).kind, EventKind::task_ended);
    EXPECT_GT(when(EventKind::unbind_begin, region_name, 0),
              when(EventKind::region_state, region_name, CXL_CONFIG_COMMIT));
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- removal

// "device_del (unbind: dax_region unregistered -> dax devices -> kmem), detach all, remove iomem,
// put."
TEST_F(CxlRegion, DestroyedOneIsGoneWithItsChildItsIomemEntryAndItsId)
{
    boot_and_enumerate();
    EXPECT_EQ(memregions_used(), 2U);
    run_actor([&] {
        EXPECT_EQ(cxl_destroy(0), 0);
        EXPECT_FALSE(contains(region0));
        EXPECT_EQ(cxl_destroy(0), -ENODEV);
    });
    EXPECT_EQ(find_region(0), nullptr);
    EXPECT_EQ(find_dax_region(0), nullptr);
    EXPECT_FALSE(in_iomem(region0));
    EXPECT_EQ(memregions_used(), 1U) << "the root decoder's";
    EXPECT_EQ(region_states(0).back(), -1);
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

// devres LIFO of cxl_acpi: regions -> root decoders -> windows.
TEST_F(CxlRegion, UnloadOfCxlAcpiRemovesRegionsThenRootDecodersThenWindows)
{
    boot_and_enumerate();
    unload(Word::cxl_acpi);
    const int gone = when(EventKind::region_state, region_name, -1);
    const int region_id = when(EventKind::memregion_freed, name_of(Word::memregion, 0), 0);
    const int decoder_id = when(EventKind::memregion_freed, name_of(Word::memregion, 1), 1);
    const int withdrawn = when(EventKind::window_withdrawn, name_of(Word::window, 0), 0);
    ASSERT_GE(gone, 0);
    EXPECT_LT(gone, region_id);
    EXPECT_LT(region_id, decoder_id);
    EXPECT_LT(decoder_id, withdrawn);
    EXPECT_EQ(state_.iomem_resource.child, nullptr);
    EXPECT_EQ(memregions_used(), 0U);
    EXPECT_TRUE(ended());
}

TEST_F(CxlRegion, NothingIsLeftOnceBothModulesAreGoneInEitherOrder)
{
    for (const Word first : {Word::cxl_acpi, Word::cxl_pci}) {
        restart();
        boot_and_enumerate({.memdevs = {memdev_of(0, region0), memdev_of(1, region1)}});
        unload(first);
        unload(first == Word::cxl_acpi ? Word::cxl_pci : Word::cxl_acpi);
        EXPECT_TRUE(state_.objects.survivors().empty());
        EXPECT_EQ(memregions_used(), 0U);
        EXPECT_TRUE(misuses().empty());
        EXPECT_TRUE(ended());
    }
}

// "Tearing down an auto region therefore resets firmware-programmed decoders".
TEST_F(CxlRegion, ReloadOfCxlAcpiDoesNotBringItBack)
{
    boot_and_enumerate();
    unload(Word::cxl_acpi);
    load({Word::cxl_acpi});
    EXPECT_EQ(find_region(0), nullptr);
    run_actor([] { EXPECT_EQ(cxl_assemble(0), 0); });
    EXPECT_NE(find_region(0), nullptr);
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- races

// Whatever the environment does to itself, it must not look like a bug of the code under test.
class CxlRace : public CxlRegion {
protected:
    void expect_no_harm() const
    {
        EXPECT_TRUE(ended());
        EXPECT_EQ(misuses(), Misuses{});
        EXPECT_EQ(events(EventKind::switched).size(), 1U) << "the race took place";
    }
};

TEST_F(CxlRace, NoNewRegionComesOnceCxlAcpiIsGoing)
{
    restart({.switches = {switch_before(actor_role(2), Point::window_withdraw,
                                        name_of(Word::window, 0), actor_role(3))}});
    boot_and_enumerate();
    add_actor([] { rmmod(Word::cxl_acpi); });
    add_actor([] { EXPECT_EQ(cxl_assemble(0), -ENXIO); });
    run();
    expect_no_harm();
    EXPECT_EQ(memregions_used(), 0U);
    unload(Word::cxl_pci);
    EXPECT_TRUE(state_.objects.survivors().empty());
}

TEST_F(CxlRace, OfTwoDestroyersOneRemovesIt)
{
    restart({.switches = {
                 switch_before(actor_role(2), Point::device_lock, region_name, actor_role(3))}});
    boot_and_enumerate();
    for (int i = 0; i < 2; ++i)
        add_actor([] { cxl_destroy(0); });
    run();
    expect_no_harm();
    const States states = region_states(0);
    EXPECT_EQ(std::count(states.begin(), states.end(), -1), 1);
}

TEST_F(CxlRace, NoWindowGoesBeforeARegionThatAnAdministratorIsDestroying)
{
    restart({.switches = {
                 switch_before(actor_role(2), Point::device_lock, region_name, actor_role(3))}});
    boot_and_enumerate();
    add_actor([] { EXPECT_EQ(cxl_destroy(0), 0); });
    add_actor([] { rmmod(Word::cxl_acpi); });
    run();
    expect_no_harm();
    const int gone = when(EventKind::region_state, region_name, -1);
    const int withdrawn = when(EventKind::window_withdrawn, name_of(Word::window, 0), 0);
    ASSERT_GE(gone, 0);
    EXPECT_LT(gone, withdrawn);
    ASSERT_EQ(events(EventKind::blocks, name_of(Word::root_decoder, 0)).size(), 1U);
    EXPECT_EQ(events(EventKind::blocks, name_of(Word::root_decoder, 0)).front().detail,
              static_cast<std::uint8_t>(Wait::region_file_writers));
}

// Its endpoint decoder is attached until the old region is gone; the kernel's names are by id and
// cannot clash, ours are by number.
TEST_F(CxlRace, AssemblingWhileTheOldRegionIsBeingRemovedIsRefused)
{
    for (std::uint16_t arrival = 1; arrival <= 3; ++arrival) {
        restart({.switches = {switch_before(actor_role(2), Point::device_lock, region_name,
                                            actor_role(3), arrival)}});
        boot_and_enumerate();
        add_actor([] { EXPECT_EQ(cxl_destroy(0), 0); });
        add_actor([] { EXPECT_EQ(cxl_assemble(0), -EBUSY); });
        run();
        expect_no_harm();
        EXPECT_EQ(find_region(0), nullptr);
        EXPECT_EQ(memregions_used(), 1U);
        run_actor([] { EXPECT_EQ(cxl_assemble(0), 0); });
        EXPECT_NE(find_region(0), nullptr);
    }
}

// Lock order of section 7: the memdev's device lock lies outside of everything an attach does.
TEST_F(CxlRace, MemdevThatGoesDuringTheRescanLeavesNoCommittedRegion)
{
    restart({.switches = {switch_before(role_of(Word::cxl_enumerate), Point::rwsem_lock,
                                        name_of(Word::cxl_region_rwsem), actor_role(2), 3)}});
    boot();
    load({Word::cxl_pci});
    add_actor([] { modprobe(Word::cxl_acpi); });
    add_actor([] { rmmod(Word::cxl_pci); });
    run();
    EXPECT_EQ(region_states(0).back(), CXL_CONFIG_INTERLEAVE_ACTIVE);
    EXPECT_EQ(find_region(0)->driver, nullptr);
    expect_no_harm();
}

TEST_F(CxlRace, MemdevThatGoesDuringAnAssembleLeavesNoCommittedRegion)
{
    restart({.switches = {switch_before(actor_role(3), Point::rwsem_lock,
                                        name_of(Word::cxl_region_rwsem), actor_role(4))}});
    boot_and_enumerate();
    run_actor([] { cxl_decommit(0); });
    add_actor([] { cxl_assemble(0); });
    add_actor([] { rmmod(Word::cxl_pci); });
    run();
    EXPECT_EQ(region_states(0).back(), CXL_CONFIG_INTERLEAVE_ACTIVE);
    EXPECT_EQ(find_region(0)->driver, nullptr);
    expect_no_harm();
}

} // namespace
} // namespace kernel
