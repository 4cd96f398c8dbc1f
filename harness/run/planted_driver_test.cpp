// SPDX-License-Identifier: GPL-2.0-only
// Properties of references, managed resources and ownership: planted bugs and near misses.
#include "kernel/dax_bus.hpp"
#include "run/planted_bodies.hpp"

#include <gtest/gtest.h>

namespace run::testing {

using namespace kernel;

namespace {

int get_probe(platform_device *pdev)
{
    get_device(&pdev->dev);
    return 0;
}

void put_remove(platform_device *pdev) { put_device(&pdev->dev); }

int put_probe(platform_device *pdev)
{
    put_device(&pdev->dev);
    return 0;
}

int get_and_put_probe(platform_device *pdev)
{
    get_device(&pdev->dev);
    put_device(&pdev->dev);
    return 0;
}

void put_pdev_work(work_struct *) { put_device(&planted().pdev->dev); }

template <bool get_first> int queue_probe(platform_device *pdev)
{
    planted().pdev = pdev;
    INIT_WORK(&planted().work, FUNC(put_pdev_work));
    if (get_first)
        get_device(&pdev->dev);
    schedule_work(&planted().work);
    if (!get_first)
        get_device(&pdev->dev);
    return 0;
}

void no_action(void *) {}

int devres_probe(platform_device *pdev)
{
    return devm_add_action_or_reset(&pdev->dev, FUNC(no_action), nullptr);
}

} // namespace

TEST(MissingPutDevice, FiresAndNamesTheGet)
{
    const PlantedRun run(planted_module(init_driver<get_probe, nullptr>, unregister_exit));
    ASSERT_EQ(run.shown(), Shown{"missing-put-device:planted_init hmem_platform.0"});
    EXPECT_EQ(run.findings[0].violation.getter, "planted_probe");
    EXPECT_EQ(run.shown_event().kind, EventKind::device_get);
    EXPECT_EQ(run.shown_event().detail, static_cast<std::uint8_t>(Holder::code));
}

TEST(MissingPutDevice, IsSilentWhenRemovePuts)
{
    const PlantedRun run(planted_module(init_driver<get_probe, put_remove>, unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

// Others hold references on the device: the count stays above zero.
TEST(RefcountUnderflow, FiresAtAPutOfWhatWasNeverTakenWhoeverElseHoldsAReference)
{
    const PlantedRun run(planted_module(init_driver<put_probe, nullptr>, unregister_exit));
    ASSERT_EQ(run.shown(), Shown{"refcount-underflow:planted_init hmem_platform.0"});
    EXPECT_EQ(run.shown_event().kind, EventKind::device_put);
}

TEST(RefcountUnderflow, IsSilentAtAPutOfWhatWasTaken)
{
    const PlantedRun run(planted_module(init_driver<get_and_put_probe, nullptr>, unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

// The worker may have run, and put, before the reference is there.
TEST(RefcountUnderflow, FiresWhenWhatAWorkItemPutsIsTakenAfterItWasQueued)
{
    const PlantedRun run(planted_module(init_driver<queue_probe<false>, nullptr>, [] {
        flush_work(&planted().work);
        unregister_exit();
    }));
    ASSERT_EQ(run.shown(), Shown{"refcount-underflow:put_pdev_work hmem_platform.0"});
    EXPECT_EQ(run.shown_event().kind, EventKind::device_put);
}

TEST(RefcountUnderflow, IsSilentWhenItIsTakenBefore)
{
    const PlantedRun run(planted_module(init_driver<queue_probe<true>, nullptr>, [] {
        flush_work(&planted().work);
        unregister_exit();
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(LeakedResource, FiresForAPlatformDeviceThatIsNeverPut)
{
    const PlantedRun run(
        planted_module([] { return platform_device_alloc(name_of(Word::hmem, 3)) ? 0 : -ENOMEM; }));
    EXPECT_EQ(run.shown(), Shown{"leaked-resource:planted_init hmem.3"});
}

TEST(LeakedResource, IsSilentForAPlatformDeviceThatIsPut)
{
    const PlantedRun run(planted_module([] {
        platform_device_put(platform_device_alloc(name_of(Word::hmem, 3)));
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(LeakedResource, FiresForAMemregionId)
{
    const PlantedRun run(planted_module([] { return memregion_alloc() >= 0 ? 0 : -ENOMEM; }));
    ASSERT_EQ(run.shown(), Shown{"leaked-resource:planted_init memregion0"});
    EXPECT_EQ(run.shown_event().kind, EventKind::memregion_allocated);
}

TEST(LeakedResource, IsSilentForAMemregionIdThatIsFreed)
{
    const PlantedRun run(planted_module([] {
        memregion_free(memregion_alloc());
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(LeakedResource, FiresForAWorkqueue)
{
    const PlantedRun run(planted_module(
        [] { return alloc_ordered_workqueue(name_of(Word::dax_hmem_wq)) ? 0 : -ENOMEM; }));
    EXPECT_EQ(run.shown(), Shown{"leaked-resource:planted_init dax_hmem_wq"});
}

TEST(LeakedResource, IsSilentForAWorkqueueThatIsDestroyed)
{
    const PlantedRun run(planted_module(
        [] {
            planted().queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
            return planted().queue != nullptr ? 0 : -ENOMEM;
        },
        [] { destroy_workqueue(planted().queue); }));
    EXPECT_EQ(run.shown(), Shown{});
}

// The driver is unregistered, adds a resource to the device it had, and is registered again.
int poison_init()
{
    init_driver<remember_probe, nullptr>();
    platform_driver_unregister(&planted().driver);
    devres_probe(planted().pdev);
    planted().driver = {};
    return init_driver<remember_probe, nullptr>();
}

TEST(StrayDevres, FiresWhenTheDeviceIsUnboundAndPoisonsTheNextProbe)
{
    PlantedRun run(planted_module(poison_init, unregister_exit));
    EXPECT_EQ(run.shown(), Shown({"stray-devres:planted_init hmem_platform.0",
                                  "leaked-resource:planted_init hmem_platform.0"}));
    EXPECT_EQ(run.messages(), Shown{"Resources present before probing"});
}

TEST(StrayDevres, IsSilentInAProbe)
{
    const PlantedRun run(planted_module(init_driver<devres_probe, nullptr>, unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

constexpr Range planted_range = {0x100000000, 0x13fffffff};

dax_region *planted_region(platform_device *pdev, unsigned flags = IORESOURCE_DAX_KMEM)
{
    return alloc_dax_region(&pdev->dev, 1, planted_range, 0, PMD_SIZE, flags);
}

template <std::uint64_t size = planted_range.size(), unsigned flags = IORESOURCE_DAX_KMEM>
int dax_probe(platform_device *pdev)
{
    planted().pdev = pdev;
    const dev_dax_data data = {.region = planted_region(pdev, flags), .size = size};
    return devm_create_dev_dax(&data);
}

int region_probe(platform_device *pdev) { return planted_region(pdev) != nullptr ? 0 : -ENOMEM; }

} // namespace

TEST(LeakedResource, FiresForADaxRangeOfADeviceThatIsNotBound)
{
    const PlantedRun run(planted_module(init_driver<remember_probe, nullptr>, [] {
        unregister_exit();
        planted_region(planted().pdev);
    }));
    EXPECT_EQ(run.shown(), Shown({"stray-devres:planted_exit hmem_platform.0",
                                  "leaked-resource:planted_exit dax_region1"}));
}

TEST(LeakedResource, IsSilentForADaxRangeOfABoundDevice)
{
    const PlantedRun run(planted_module(init_driver<dax_probe<>, nullptr>, unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(UnusableRange, FiresWhenTheDriverGivesKmemLessThanTheRange)
{
    const auto shown = [](int (*init)()) {
        return PlantedRun(planted_module(init, unregister_exit)).shown();
    };
    const Shown unusable = {"unusable-range:planted_init hmem_platform.0"};
    EXPECT_EQ(shown(init_driver<dax_probe<PMD_SIZE>, nullptr>), unusable);
    EXPECT_EQ(shown(init_driver<dax_probe<planted_range.size() / 2>, nullptr>), unusable);
    EXPECT_EQ(shown(init_driver<dax_probe<0>, nullptr>), unusable) << "a seed";
    EXPECT_EQ(shown(init_driver<dax_probe<planted_range.size(), 0>, nullptr>), unusable)
        << "device_dax's";
    EXPECT_EQ(shown(init_driver<region_probe, nullptr>), unusable) << "no dax device";
    EXPECT_EQ(shown(init_driver<dax_probe<>, nullptr>), Shown{});
}

namespace {

void free_memory(void *memory) { kfree(memory); }

// An allocation that remove forgets; and one that goes with the device's other resources.
int alloc_probe(platform_device *)
{
    new_object<int>(name_of(Word::test, 9));
    return 0;
}

int managed_alloc_probe(platform_device *pdev)
{
    return devm_add_action_or_reset(&pdev->dev, FUNC(free_memory),
                                    new_object<int>(name_of(Word::test, 9)));
}

} // namespace

TEST(LeakedResource, FiresForAnAllocationOfAProbe)
{
    const PlantedRun run(planted_module(init_driver<alloc_probe, nullptr>, unregister_exit));
    ASSERT_EQ(run.shown(), Shown{"leaked-resource:planted_init test.9"});
    EXPECT_EQ(run.shown_event().kind, EventKind::allocated);
    EXPECT_EQ(run.shown_event().object, name_of(Word::test, 9));
}

TEST(LeakedResource, IsSilentForAManagedAllocation)
{
    const PlantedRun run(
        planted_module(init_driver<managed_alloc_probe, nullptr>, unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

// However early the get was, what was found while the run went on comes first.
TEST(MissingPutDevice, IsToldAfterWhatWasFoundOnTheWay)
{
    const PlantedRun run(planted_module(init_driver<get_probe, nullptr>, [] {
        unregister_exit();
        flush_work(&planted().work);
    }));
    EXPECT_EQ(run.shown(), (Shown{"uninitialized-work:planted_exit resolution",
                                  "missing-put-device:planted_init hmem_platform.0"}));
}

} // namespace run::testing
