// SPDX-License-Identifier: GPL-2.0-only
// Covers: publication and removal of a device, the platform bus (KERNEL.md section 2). Does not cover: its
// references (device_references_test.cpp), drivers (dd_test.cpp), managed resources (devres_test.cpp).
#include "kernel/device.hpp"

#include "kernel/errno.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Name device_name = name_of(Word::hmem, 0);

class DevicePublication : public KernelTest {
protected:
    static std::vector<device *> &published() { return state().platform_bus.devices; }
};

// [M]: -EEXIST and the sysfs splat "cannot create duplicate filename".
TEST_F(DevicePublication, OfANameThatTheBusHasWarnsAndFails)
{
    run_actor([&] {
        add_device(Word::hmem);
        platform_device *second = platform_device_alloc(device_name);
        EXPECT_EQ(platform_device_add(second), -EEXIST);
        EXPECT_EQ(second->dev.refcount, 1) << "put, not unregister, is what it needs now";
        platform_device_put(second);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::duplicate_name});
    EXPECT_EQ(published().size(), 1U);
    EXPECT_TRUE(ended());
}

TEST_F(DevicePublication, NameIsFreeAgainOnceTheDeviceIsDeletedThoughNotReleased)
{
    run_actor([&] {
        platform_device *first = add_device(Word::hmem);
        get_device(&first->dev);
        platform_device_unregister(first);
        add_device(Word::hmem);
        put_device(&first->dev);
    });
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

TEST_F(DevicePublication, TwoDevicesOfOneNameAreToldApartByTheirSerial)
{
    run_actor([&] {
        platform_device_unregister(add_device(Word::hmem));
        platform_device_unregister(add_device(Word::hmem));
    });
    const auto freed = events(EventKind::device_freed, device_name);
    ASSERT_EQ(freed.size(), 2U);
    EXPECT_NE(freed[0].start, freed[1].start);
}

// What the code under test put once too often is on the bus's list still.
TEST_F(DevicePublication, OneMoreBesideAFreedDeviceOnTheBusStopsTheRun)
{
    run_actor([&] {
        platform_device *pdev = add_device(Word::hmem);
        for (int i = 0; i < 3; ++i)
            put_device(&pdev->dev);
        add_device(Word::hmem, 1);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
    EXPECT_EQ(events(EventKind::misuse).at(0).object, device_name);
}

TEST_F(DevicePublication, ProbesInTheCallerAndItsResultDoesNotShowTheProbes)
{
    TestDriver driver(Word::hmem, [&](device *) {
        note("probe");
        return -ENXIO;
    });
    run_actor([&] {
        driver_register(&driver);
        const platform_device *pdev = add_device(Word::hmem); // expects 0
        note("added");
        EXPECT_EQ(pdev->dev.driver, nullptr);
    });
    EXPECT_EQ(journal(), (Strings{"probe", "added"}));
}

TEST_F(DevicePublication, IsSeenByOthersBeforeTheProbeItCausesIsThrough)
{
    Gate gate;
    TestDriver driver(Word::hmem, [&](device *) {
        gate.pass();
        return 0;
    });
    add_actor([&] {
        driver_register(&driver);
        add_device(Word::hmem);
    });
    add_actor([&] {
        ASSERT_EQ(published().size(), 1U);
        // [M]: the driver is set before ->probe runs.
        EXPECT_EQ(published()[0]->driver, &driver);
        EXPECT_FALSE(published()[0]->bound);
        gate.open();
    });
    run();
    EXPECT_TRUE(ended());
}

TEST_F(DevicePublication, DeviceDelWaitsForARunningProbeAndThenUnbinds)
{
    Gate gate;
    platform_device *pdev = nullptr;
    TestDriver driver(Word::hmem, [&](device *) {
        gate.pass();
        note("probed");
        return 0;
    });
    driver.on_remove = [&](device *) { note("removed"); };
    add_actor([&] {
        driver_register(&driver);
        pdev = platform_device_alloc(device_name);
        platform_device_add(pdev);
    });
    add_actor([&] {
        device_del(&pdev->dev);
        note("deleted");
    });
    run();
    EXPECT_TRUE(journal().empty());
    EXPECT_EQ(published().size(), 1U) << "it waits before it takes anything away";
    run_actor([&] { gate.open(); });
    EXPECT_EQ(journal(), (Strings{"probed", "removed", "deleted"}));
    EXPECT_TRUE(ended());
}

TEST_F(DevicePublication, DeletedDeviceIsNeverProbedAgain)
{
    TestDriver driver(Word::hmem);
    run_actor([&] {
        driver_register(&driver);
        platform_device *pdev = platform_device_alloc(device_name);
        platform_device_add(pdev);
        device_del(&pdev->dev);
        EXPECT_EQ(sysfs_bind(&driver, &pdev->dev), -ENODEV);
        device_attach(&pdev->dev);
        EXPECT_EQ(pdev->dev.driver, nullptr);
    });
    EXPECT_EQ(events(EventKind::probe_begin).size(), 1U);
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- platform devices

using PlatformDevice = KernelTest;

// [M]: later edits of the source are not seen.
TEST_F(PlatformDevice, DataAreCopiedAndTheCopyBeforeIsFreed)
{
    run_actor([] {
        platform_device *pdev = platform_device_alloc(device_name);
        memregion_info info{.target_node = 1, .range = {0x1000, 0x1fff}};
        EXPECT_EQ(platform_device_add_data(pdev, &info), 0);
        info.target_node = 2;
        EXPECT_EQ(pdev->platform_data->target_node, 1);
        EXPECT_EQ(platform_device_add_data(pdev, &info), 0);
        EXPECT_EQ(pdev->platform_data->target_node, 2);
        platform_device_put(pdev);
    });
    EXPECT_TRUE(state_.objects.survivors().empty());
}

// strcmp(pdev->name, drv->name): "hmem" never matches "hmem_platform" [S].
TEST_F(PlatformDevice, HmemDriverNeverMatchesAnHmemPlatformDevice)
{
    TestDriver driver(Word::hmem);
    run_actor([&] {
        driver_register(&driver);
        EXPECT_EQ(add_device(Word::hmem_platform)->dev.driver, nullptr);
        EXPECT_EQ(add_device(Word::hmem, 0)->dev.driver, &driver);
        EXPECT_EQ(add_device(Word::hmem, 1)->dev.driver, &driver);
    });
    EXPECT_TRUE(ended());
}

TEST_F(PlatformDevice, RegisterInitialisesAndAddsStorageOfTheCallers)
{
    platform_device pdev;
    pdev.name = device_name;
    run_actor([&] {
        EXPECT_EQ(platform_device_register(&pdev), 0);
        EXPECT_EQ(pdev.dev.refcount, 3);
    });
    EXPECT_EQ(state_.platform_bus.devices.size(), 1U);
    EXPECT_TRUE(ended());
}

} // namespace
} // namespace kernel
