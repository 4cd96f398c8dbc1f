// SPDX-License-Identifier: GPL-2.0-only
// Covers: driver_unregister: its order, what it waits for, its misuse (KERNEL.md section 2).
#include "kernel/device.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

class DriverUnregister : public KernelTest {
protected:
    TestDriver driver_{Word::hmem};
    Gate gate_;
};

TEST_F(DriverUnregister, UnbindsTheLastBoundFirst)
{
    driver_.on_remove = [&](device *dev) { note(to_string(dev->name)); };
    run_actor([&] {
        driver_register(&driver_);
        for (const int number : {0, 2, 1})
            add_device(Word::hmem, number);
        driver_unregister(&driver_);
    });
    EXPECT_EQ(journal(), (Strings{"hmem.1", "hmem.2", "hmem.0"}));
    EXPECT_TRUE(ended());
}

TEST_F(DriverUnregister, OfADriverThatWasNeverRegisteredWarns)
{
    run_actor([&] { driver_unregister(&driver_); });
    EXPECT_EQ(misuses(), Misuses{Misuse::unexpected_driver_unregister});
    EXPECT_TRUE(ended());
}

TEST_F(DriverUnregister, OfADriverWhoseRegistrationFailedWarns)
{
    TestDriver second(Word::hmem);
    run_actor([&] {
        driver_register(&driver_);
        driver_register(&second);
        driver_unregister(&second);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::unexpected_driver_unregister});
}

// [M]: an oops in klist code, since drv->p is not cleared.
TEST_F(DriverUnregister, SecondOneStopsTheRun)
{
    run_actor([&] {
        driver_register(&driver_);
        driver_unregister(&driver_);
        driver_unregister(&driver_);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::second_driver_unregister});
    EXPECT_TRUE(stopped());
}

TEST_F(DriverUnregister, DriverCanBeRegisteredAgainAfterwards)
{
    run_actor([&] {
        const platform_device *pdev = add_device(Word::hmem);
        for (int i = 0; i < 2; ++i) {
            EXPECT_EQ(driver_register(&driver_), 0);
            EXPECT_EQ(pdev->dev.driver, &driver_);
            driver_unregister(&driver_);
            EXPECT_EQ(pdev->dev.driver, nullptr);
        }
    });
    EXPECT_TRUE(ended());
}

TEST_F(DriverUnregister, WaitsForARunningSysfsWriter)
{
    platform_device *pdev = nullptr;
    add_actor([&] {
        pdev = add_device(Word::hmem);
        driver_register(&driver_);
        sysfs_unbind(&driver_, &pdev->dev);
        driver_.on_probe = [&](device *) {
            gate_.pass();
            note("probed");
            return 0;
        };
        sysfs_bind(&driver_, &pdev->dev);
        note("bind returns");
    });
    add_actor([&] {
        driver_unregister(&driver_);
        note("unregistered");
    });
    run();
    EXPECT_TRUE(journal().empty());
    EXPECT_FALSE(driver_.bind_files) << "no other writer can come";
    EXPECT_EQ(events(EventKind::blocks).back().detail,
              static_cast<std::uint8_t>(Wait::bind_file_writers));
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(journal(), (Strings{"probed", "bind returns", "unregistered"}));
    EXPECT_EQ(pdev->dev.driver, nullptr);
}

TEST_F(DriverUnregister, WaitsForWhoTriesTheDriverOnADevice)
{
    platform_device *pdev = nullptr;
    add_actor([&] {
        driver_register(&driver_);
        driver_.on_probe = [&](device *) {
            gate_.pass();
            return 0;
        };
        pdev = add_device(Word::hmem);
        note("added");
    });
    add_actor([&] {
        driver_unregister(&driver_);
        note("unregistered");
    });
    run();
    EXPECT_TRUE(journal().empty());
    EXPECT_EQ(events(EventKind::blocks).back().detail,
              static_cast<std::uint8_t>(Wait::driver_walkers));
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(journal(), (Strings{"added", "unregistered"}));
    EXPECT_EQ(pdev->dev.driver, nullptr);
}

// "After return no probe of that driver can start."
TEST_F(DriverUnregister, DeviceAddedAfterwardsFindsNoDriver)
{
    run_actor([&] {
        driver_register(&driver_);
        driver_unregister(&driver_);
        EXPECT_EQ(add_device(Word::hmem)->dev.driver, nullptr);
    });
    EXPECT_TRUE(events(EventKind::probe_begin).empty());
}

} // namespace
} // namespace kernel
