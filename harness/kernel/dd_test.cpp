// SPDX-License-Identifier: GPL-2.0-only
// Covers: registering drivers, binding and unbinding, sysfs (KERNEL.md section 2).
// Does not cover: the end of a driver (driver_unregister_test.cpp), asynchronous probes and waiting
// for probes (probe_wait_test.cpp).
#include "kernel/device.hpp"
#include "kernel/errno.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Name device_name = name_of(Word::hmem, 0);
constexpr Name driver_name = name_of(Word::hmem);

class Binding : public KernelTest {
protected:
    // The driver's functions say what they see of the device.
    void say_everything()
    {
        driver_.on_probe = [this](device *dev) {
            say("probe", dev);
            dev_set_drvdata(dev, &data_);
            manage(dev, [this, dev] { say("first added", dev); });
            manage(dev, [this, dev] { say("last added", dev); });
            return result_;
        };
        driver_.on_remove = [this](device *dev) { say("remove", dev); };
    }
    void say(const std::string &what, const device *dev)
    {
        note(what + (dev->driver != nullptr ? ", driver" : "") +
             (dev->driver_data != nullptr ? ", data" : "") + (dev->bound ? ", bound" : ""));
    }

    TestDriver driver_{Word::hmem};
    int result_ = 0;
    int data_ = 0;
    Gate gate_;
};

// ---------------------------------------------------------------- driver_register

TEST_F(Binding, SecondDriverOfANameIsBusy)
{
    TestDriver second(Word::hmem);
    run_actor([&] {
        EXPECT_EQ(driver_register(&driver_), 0);
        EXPECT_EQ(driver_register(&second), -EBUSY);
        EXPECT_EQ(add_device(Word::hmem)->dev.driver, &driver_);
    });
    EXPECT_TRUE(misuses().empty());
}

// [M]: rc 0, driver NULL.
TEST_F(Binding, FailingProbeDoesNotFailTheRegistration)
{
    driver_.on_probe = [](device *) { return -EINVAL; };
    run_actor([&] {
        const platform_device *pdev = add_device(Word::hmem);
        EXPECT_EQ(driver_register(&driver_), 0);
        EXPECT_EQ(pdev->dev.driver, nullptr);
    });
    EXPECT_EQ(events(EventKind::probe_end, device_name).at(0).value, -EINVAL);
    EXPECT_TRUE(ended());
}

TEST_F(Binding, RegistrationProbesTheDevicesThatAreThereBeforeItReturns)
{
    driver_.on_probe = [&](device *dev) {
        note(to_string(dev->name));
        return 0;
    };
    run_actor([&] {
        add_device(Word::hmem, 1);
        add_device(Word::hmem, 0);
        driver_register(&driver_);
        note("registered");
    });
    EXPECT_EQ(journal(), (Strings{"hmem.1", "hmem.0", "registered"}));
}

// [S]: sysfs bind cannot run before the registration's own probes finished.
TEST_F(Binding, BindFilesComeAfterTheProbesOfTheRegistration)
{
    driver_.on_probe = [&](device *dev) {
        if (dev->name == device_name)
            gate_.pass();
        return -ENXIO;
    };
    platform_device *other = nullptr;
    add_actor([&] {
        other = add_device(Word::hmem, 1);
        add_device(Word::hmem, 0);
        driver_register(&driver_);
    });
    run(); // hmem.1 was tried, hmem.0 is being probed
    run_actor([&] { EXPECT_EQ(sysfs_bind(&driver_, &other->dev), -ENODEV) << "no file"; });
    run_actor([&] { gate_.open(); });
    run_actor([&] { EXPECT_EQ(sysfs_bind(&driver_, &other->dev), -ENXIO); });
    EXPECT_TRUE(ended());
}

TEST_F(Binding, DriverWithSuppressedBindAttributesHasNoFiles)
{
    driver_.suppress_bind_attrs = true;
    run_actor([&] {
        platform_device *pdev = add_device(Word::hmem);
        driver_register(&driver_);
        EXPECT_EQ(pdev->dev.driver, &driver_);
        EXPECT_EQ(sysfs_unbind(&driver_, &pdev->dev), -ENODEV);
        driver_unregister(&driver_);
    });
    EXPECT_TRUE(ended());
}

TEST_F(Binding, DriverWhoseMemoryIsGoneIsFoundByTheNextRegistration)
{
    run_actor([] {
        auto *dangling = new_object<device_driver>(name_of(Word::test, 9));
        dangling->name = driver_name;
        dangling->bus = &state().platform_bus;
        driver_register(dangling);
        kfree(dangling);
        TestDriver next(Word::hmem);
        driver_register(&next);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
    EXPECT_EQ(events(EventKind::misuse).at(0).object, name_of(Word::test, 9));
}

// ---------------------------------------------------------------- order of one binding

// [M]: devres released with the driver and the data still set, then both are cleared.
TEST_F(Binding, FailingProbeReleasesWhatItManagedBeforeTheDriverIsCleared)
{
    say_everything();
    result_ = -ENOMEM;
    run_actor([&] {
        driver_register(&driver_);
        say("after", &add_device(Word::hmem)->dev);
    });
    EXPECT_EQ(journal(), (Strings{"probe, driver", "last added, driver, data",
                                  "first added, driver, data", "after"}));
    EXPECT_EQ(events(EventKind::unbind_begin).size(), 0U) << "remove() is not for it";
}

// [M]: remove (driver, data) -> devres LIFO (driver, data) -> driver = NULL -> data = NULL.
TEST_F(Binding, UnbindCallsRemoveThenReleasesYoungestFirstThenClearsTheDriver)
{
    say_everything();
    run_actor([&] {
        driver_register(&driver_);
        platform_device *pdev = add_device(Word::hmem);
        say("before", &pdev->dev);
        EXPECT_EQ(sysfs_unbind(&driver_, &pdev->dev), 0);
        say("after", &pdev->dev);
    });
    EXPECT_EQ(journal(), (Strings{"probe, driver", "before, driver, data, bound",
                                  "remove, driver, data, bound", "last added, driver, data, bound",
                                  "first added, driver, data, bound", "after"}));
    EXPECT_TRUE(ended());
}

// [M]: "Resources present before probing".
TEST_F(Binding, ProbeIsBusyWhereManagedResourcesAreOnTheDeviceAlready)
{
    run_actor([&] {
        driver_register(&driver_);
        platform_device *pdev = add_device(Word::hmem);
        sysfs_unbind(&driver_, &pdev->dev);
        manage(&pdev->dev, [] {});
        EXPECT_EQ(sysfs_bind(&driver_, &pdev->dev), -EBUSY);
        EXPECT_EQ(pdev->dev.driver, nullptr);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::devres_unbound});
    EXPECT_EQ(events(EventKind::probe_begin).size(), 1U);
}

// ---------------------------------------------------------------- sysfs

TEST_F(Binding, SysfsBindReturnsTheErrorOfTheProbe)
{
    say_everything();
    run_actor([&] {
        driver_register(&driver_);
        platform_device *pdev = add_device(Word::hmem);
        sysfs_unbind(&driver_, &pdev->dev);
        result_ = -ENXIO;
        EXPECT_EQ(sysfs_bind(&driver_, &pdev->dev), -ENXIO);
        result_ = 0;
        EXPECT_EQ(sysfs_bind(&driver_, &pdev->dev), 0);
        EXPECT_TRUE(pdev->dev.bound);
    });
    EXPECT_TRUE(ended());
}

TEST_F(Binding, SysfsBindOfABoundDeviceIsBusy)
{
    run_actor([&] {
        driver_register(&driver_);
        EXPECT_EQ(sysfs_bind(&driver_, &add_device(Word::hmem)->dev), -EBUSY);
    });
    EXPECT_EQ(events(EventKind::probe_begin).size(), 1U);
}

TEST_F(Binding, SysfsBindOfADeviceThatDoesNotMatchIsNoDevice)
{
    run_actor([&] {
        driver_register(&driver_);
        EXPECT_EQ(sysfs_bind(&driver_, &add_device(Word::hmem_platform)->dev), -ENODEV);
    });
    EXPECT_TRUE(ended());
}

TEST_F(Binding, SysfsUnbindOfADeviceNotBoundToTheDriverIsNoDevice)
{
    TestDriver other(Word::hmem_platform);
    run_actor([&] {
        driver_register(&driver_);
        driver_register(&other);
        platform_device *pdev = add_device(Word::hmem);
        EXPECT_EQ(sysfs_unbind(&other, &pdev->dev), -ENODEV);
        EXPECT_EQ(sysfs_unbind(&driver_, &pdev->dev), 0);
        EXPECT_EQ(sysfs_unbind(&driver_, &pdev->dev), -ENODEV);
    });
    EXPECT_TRUE(ended());
}

// The driver is set during the probe, which is all that unbind looks at without the lock.
TEST_F(Binding, SysfsUnbindDuringTheProbeWaitsForItAndThenUnbinds)
{
    platform_device *pdev = nullptr;
    add_actor([&] {
        pdev = add_device(Word::hmem);
        driver_register(&driver_);
        sysfs_unbind(&driver_, &pdev->dev);
        driver_.on_probe = [&](device *) {
            gate_.pass();
            return 0;
        };
        EXPECT_EQ(sysfs_bind(&driver_, &pdev->dev), 0);
    });
    add_actor([&] {
        EXPECT_EQ(sysfs_unbind(&driver_, &pdev->dev), 0);
        note("unbound");
    });
    run();
    EXPECT_TRUE(journal().empty()) << "the probe is not through";
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(journal(), Strings{"unbound"});
    EXPECT_EQ(pdev->dev.driver, nullptr);
    EXPECT_TRUE(ended());
}

TEST_F(Binding, UnregisteringADeviceFromItsOwnProbeHangsForEver)
{
    driver_.on_probe = [](device *dev) {
        device_del(dev);
        return 0;
    };
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
    });
    EXPECT_FALSE(ended());
    // lockdep does not see device locks, the simulated kernel does.
    EXPECT_EQ(misuses(), (Misuses{Misuse::unregister_locked, Misuse::self_lock}));
}

} // namespace
} // namespace kernel
