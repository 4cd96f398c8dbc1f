// SPDX-License-Identifier: GPL-2.0-only
// Covers: which drivers probe asynchronously, and what becomes of such a probe whose driver is
// unregistered before it starts (KERNEL.md section 2). What waits for it: probe_wait_test.cpp.
#include "kernel/device.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

class AsyncDriver : public KernelTest {
protected:
    void name_in_parameter()
    {
        state_.config.driver_async_probe.set(static_cast<std::size_t>(Word::hmem));
    }
    // Whether the registration returns before the probe of a device that is there.
    bool probes_asynchronously(TestDriver &driver)
    {
        driver.on_probe = [this](device *) {
            note("probe");
            return 0;
        };
        run_actor([&] {
            add_device(driver.name.word);
            driver_register(&driver);
            note("registered");
        });
        EXPECT_EQ(journal().size(), 2U);
        return journal().at(0) == "registered";
    }

    TestDriver driver_{Word::hmem};
};

TEST_F(AsyncDriver, DefaultIsSynchronous) { EXPECT_FALSE(probes_asynchronously(driver_)); }

TEST_F(AsyncDriver, ParameterMakesTheDefaultAsynchronous)
{
    name_in_parameter();
    EXPECT_TRUE(probes_asynchronously(driver_));
}

TEST_F(AsyncDriver, ParameterConcernsOnlyTheDriverItNames)
{
    name_in_parameter();
    TestDriver other(Word::hmem_platform);
    EXPECT_FALSE(probes_asynchronously(other));
}

TEST_F(AsyncDriver, ForcedSynchronousDriverIgnoresTheParameter)
{
    name_in_parameter();
    driver_.type = probe_type::PROBE_FORCE_SYNCHRONOUS;
    EXPECT_FALSE(probes_asynchronously(driver_));
}

TEST_F(AsyncDriver, ParameterConcernsDevicesThatComeLaterToo)
{
    name_in_parameter();
    driver_.on_probe = [this](device *) {
        note("probe");
        return 0;
    };
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
        note("added");
    });
    EXPECT_EQ(journal(), (Strings{"added", "probe"}));
}

// The entry has its driver: off the list is not out of the world.
TEST_F(AsyncDriver, UnregisteredBeforeItsProbeStartedItProbesAndReleasesAllTheSame)
{
    driver_.asynchronous();
    driver_.on_probe = [this](device *dev) {
        note("probe");
        manage(dev, [this] { note("released"); });
        return 0;
    };
    driver_.on_remove = [this](device *) { note("remove"); };
    run_actor([&] {
        add_device(Word::hmem);
        driver_register(&driver_);
        driver_unregister(&driver_);
        note("unregistered");
    });
    EXPECT_EQ(journal(), (Strings{"probe", "remove", "released", "unregistered"}));
    EXPECT_EQ(state_.platform_bus.devices.at(0)->driver, nullptr);
    EXPECT_TRUE(ended());
}

// A publication's entry looks for a driver when it starts.
TEST_F(AsyncDriver, DeviceAddedWhoseDriverIsUnregisteredFirstFindsNone)
{
    driver_.asynchronous();
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
        driver_unregister(&driver_);
    });
    EXPECT_TRUE(events(EventKind::probe_begin).empty());
    EXPECT_TRUE(ended());
}

TEST_F(AsyncDriver, ProbeWhoseDriverIsFreedWithoutBeingUnregisteredIsUseAfterFree)
{
    run_actor([&] {
        add_device(Word::hmem);
        auto *dangling = new_object<device_driver>(name_of(Word::test, 9));
        static_cast<device_driver &>(*dangling) = driver_.asynchronous();
        driver_register(dangling);
        kfree(dangling);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
}

} // namespace
} // namespace kernel
