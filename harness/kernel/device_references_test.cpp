// SPDX-License-Identifier: GPL-2.0-only
// Covers: references of a device and its release (KERNEL.md section 2). Does not cover: its publication
// (device_test.cpp), drivers (dd_test.cpp), managed resources (devres_test.cpp).
#include "kernel/device.hpp"

#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Name device_name = name_of(Word::hmem, 0);

class DeviceReferences : public KernelTest {
protected:
    static bool is_freed(const platform_device *pdev)
    {
        return bool(state().objects.freed_name(pdev));
    }
};

// [M]: creator + bus klist + parent's child klist.
TEST_F(DeviceReferences, UnboundDeviceHasThreeAfterItWasAdded)
{
    run_actor([&] {
        platform_device *pdev = platform_device_alloc(device_name);
        EXPECT_EQ(pdev->dev.refcount, 1);
        EXPECT_EQ(platform_device_add(pdev), 0);
        EXPECT_EQ(pdev->dev.refcount, 3);
    });
    EXPECT_TRUE(ended());
}

TEST_F(DeviceReferences, BindingTakesNone)
{
    TestDriver driver(Word::hmem);
    run_actor([&] {
        driver_register(&driver);
        const platform_device *pdev = add_device(Word::hmem);
        EXPECT_EQ(pdev->dev.driver, &driver);
        EXPECT_EQ(pdev->dev.refcount, 3);
    });
    EXPECT_TRUE(ended());
}

TEST_F(DeviceReferences, DeviceDelDropsTwoAndTheCreatorsPutFrees)
{
    run_actor([&] {
        platform_device *pdev = add_device(Word::hmem);
        device_del(&pdev->dev);
        EXPECT_EQ(pdev->dev.refcount, 1);
        EXPECT_FALSE(is_freed(pdev));
        platform_device_put(pdev);
        EXPECT_TRUE(is_freed(pdev));
    });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(state_.objects.survivors().empty());
    EXPECT_EQ(events(EventKind::device_freed, device_name).size(), 1U);
}

TEST_F(DeviceReferences, OneThatSomebodyHoldsOutlivesItsUnregistration)
{
    run_actor([&] {
        platform_device *pdev = add_device(Word::hmem);
        EXPECT_EQ(get_device(&pdev->dev), &pdev->dev);
        platform_device_unregister(pdev);
        EXPECT_FALSE(is_freed(pdev));
        put_device(&pdev->dev);
        EXPECT_TRUE(is_freed(pdev));
    });
    EXPECT_TRUE(ended());
}

TEST_F(DeviceReferences, GetAndPutOfNullAreFine)
{
    run_actor([&] {
        EXPECT_EQ(get_device(nullptr), nullptr);
        put_device(nullptr);
        platform_device_put(nullptr);
        platform_device_unregister(nullptr);
    });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
}

TEST_F(DeviceReferences, PutOfAFreedDeviceIsUseAfterFree)
{
    run_actor([&] {
        platform_device *pdev = platform_device_alloc(device_name);
        platform_device_put(pdev);
        platform_device_put(pdev);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
}

// A device whose release frees nothing, as one with static storage has.
int releases = 0;

class StaticDevice : public DeviceReferences {
protected:
    void initialise()
    {
        releases = 0;
        dev_.release = [](device *) { ++releases; };
        device_initialize(&dev_, device_name);
    }

    device dev_;
};

TEST_F(StaticDevice, PutBelowZeroWarnsAndReleasesNothingAgain)
{
    run_actor([&] {
        initialise();
        put_device(&dev_);
        EXPECT_EQ(releases, 1);
        put_device(&dev_);
        EXPECT_EQ(releases, 1);
        EXPECT_EQ(dev_.refcount, 0);
    });
    EXPECT_EQ(events(EventKind::device_put).size(), 1U) << "the second gave nothing back";
    EXPECT_EQ(misuses(), Misuses{Misuse::refcount_underflow});
    EXPECT_TRUE(ended());
}

// The count saturates: what was taken from zero can not be given back to a second release.
TEST_F(StaticDevice, GetOnZeroWarnsAndItsPutReleasesNothingAgain)
{
    run_actor([&] {
        initialise();
        put_device(&dev_);
        EXPECT_EQ(get_device(&dev_), &dev_);
        put_device(&dev_);
        EXPECT_EQ(releases, 1);
    });
    EXPECT_EQ(misuses(), (Misuses{Misuse::refcount_zero_get, Misuse::refcount_underflow}));
    EXPECT_TRUE(ended());
}

TEST_F(StaticDevice, WithoutAReleaseFunctionIsWarnedOfAtTheLastPut)
{
    run_actor([&] {
        device_initialize(&dev_, device_name);
        put_device(&dev_);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::no_release});
}

TEST_F(DeviceReferences, EachGetAndPutIsALedgerEntryWithItsHolder)
{
    run_actor([&] {
        platform_device *pdev = add_device(Word::hmem);
        get_device(&pdev->dev);
        put_device(&pdev->dev);
        platform_device_unregister(pdev);
    });
    int balance[5] = {};
    for (const Event &event : events(EventKind::device_get, device_name))
        ++balance[event.detail];
    EXPECT_EQ(balance[static_cast<int>(Holder::creator)], 1);
    EXPECT_EQ(balance[static_cast<int>(Holder::bus)], 1);
    EXPECT_EQ(balance[static_cast<int>(Holder::parent)], 1);
    EXPECT_EQ(balance[static_cast<int>(Holder::code)], 1);
    for (const Event &event : events(EventKind::device_put, device_name))
        --balance[event.detail];
    for (const int left : balance)
        EXPECT_EQ(left, 0);
}

TEST_F(DeviceReferences, APutSaysWhetherTheDeviceIsOnItsBus)
{
    run_actor([&] {
        platform_device *pdev = add_device(Word::hmem);
        for (int i = 0; i < 2; ++i)
            get_device(&pdev->dev);
        put_device(&pdev->dev);
        device_del(&pdev->dev);
        put_device(&pdev->dev);
        platform_device_put(pdev);
    });
    EXPECT_TRUE(ended());
    std::vector<std::uint16_t> on_bus;
    for (const Event &event : events(EventKind::device_put, device_name))
        if (event.detail == static_cast<std::uint8_t>(Holder::code))
            on_bus.push_back(event.extra);
    EXPECT_EQ(on_bus, (std::vector<std::uint16_t>{1, 0}));
}

TEST_F(DeviceReferences, ADeviceThatIsFreedSaysWhetherTheTaskHoldsItsLock)
{
    for (const bool locked : {false, true}) {
        restart();
        run_actor([&] {
            platform_device *pdev = platform_device_alloc(name_of(Word::hmem, 0));
            if (locked)
                device_lock(&pdev->dev);
            platform_device_put(pdev);
        });
        const std::vector<Event> freed = events(EventKind::device_freed);
        ASSERT_EQ(freed.size(), 1U);
        EXPECT_EQ(freed[0].value, locked ? 1 : 0);
    }
}

TEST_F(DeviceReferences, ChildHoldsItsParentUntilItIsReleased)
{
    run_actor([&] {
        platform_device *parent = add_device(Word::hmem, 0);
        platform_device *child = platform_device_alloc(name_of(Word::hmem, 1));
        child->dev.parent = &parent->dev;
        platform_device_add(child);
        EXPECT_EQ(parent->dev.refcount, 4);
        device_del(&child->dev);
        EXPECT_EQ(parent->dev.refcount, 4);
        platform_device_unregister(parent);
        EXPECT_FALSE(is_freed(parent));
        platform_device_put(child);
        EXPECT_TRUE(is_freed(child));
        EXPECT_TRUE(is_freed(parent));
    });
    EXPECT_TRUE(ended());
}

} // namespace
} // namespace kernel
