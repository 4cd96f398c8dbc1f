// SPDX-License-Identifier: GPL-2.0-only
// Covers: asynchronous probes, async_synchronize_full, and exactly what wait_for_device_probe waits
// for (KERNEL.md section 2).
#include "kernel/device.hpp"
#include "kernel/errno.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

// A driver whose probe waits for the gate.
class ProbeTest : public KernelTest {
protected:
    TestDriver driver_{Word::hmem, [this](device *) {
                           gate_.pass();
                           note("probed");
                           return 0;
                       }};
    Gate gate_;

    Body waits()
    {
        return [this] {
            wait_for_device_probe();
            note("waited");
        };
    }
    void open_gate()
    {
        run_actor([this] { gate_.open(); });
    }
};

// ---------------------------------------------------------------- asynchronous probes

using AsyncProbe = ProbeTest;

// [M]: 0-3 ms, driver NULL.
TEST_F(AsyncProbe, RegistrationReturnsAtOnceAndTheProbeRunsInATaskOfItsOwn)
{
    driver_.asynchronous();
    run_actor([&] {
        const platform_device *pdev = add_device(Word::hmem);
        driver_register(&driver_);
        note("registered");
        EXPECT_EQ(pdev->dev.driver, nullptr);
    });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"registered", "probed"}));
    const auto probe = events(EventKind::probe_begin).at(0);
    EXPECT_EQ(state_.scheduler.roles().at(probe.task),
              role_of(Word::probe, name_of(Word::hmem, 0)));
    EXPECT_TRUE(ended());
}

TEST_F(AsyncProbe, DeviceAddReturnsAtOnceToo)
{
    driver_.asynchronous();
    gate_.open();
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
        note("added");
    });
    EXPECT_EQ(journal(), (Strings{"added", "probed"}));
}

TEST_F(AsyncProbe, SynchronizeFullWaitsForItAndForThoseAddedMeanwhile)
{
    driver_.asynchronous();
    driver_.on_probe = [&](device *dev) {
        gate_.pass();
        if (dev->name.number == 0)
            add_device(Word::hmem, 1);
        note("probed");
        return 0;
    };
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem, 0);
        async_synchronize_full();
        note("synchronized");
    });
    EXPECT_TRUE(journal().empty());
    open_gate();
    EXPECT_EQ(journal(), (Strings{"probed", "probed", "synchronized"}));
}

// [M]: 600 ms.
TEST_F(AsyncProbe, UnregisteringTheDeviceWaitsForItsProbe)
{
    driver_.asynchronous();
    platform_device *pdev = nullptr;
    run_actor([&] {
        driver_register(&driver_);
        pdev = add_device(Word::hmem);
    });
    run_actor([&] {
        platform_device_unregister(pdev);
        note("unregistered");
    });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"probed", "unregistered"}));
    EXPECT_TRUE(state_.objects.survivors().empty());
    EXPECT_TRUE(ended());
}

TEST_F(AsyncProbe, DeviceUnregisteredBeforeItStartsIsNotProbed)
{
    driver_.asynchronous();
    run_actor([&] {
        driver_register(&driver_);
        platform_device_unregister(add_device(Word::hmem));
    });
    EXPECT_TRUE(events(EventKind::probe_begin).empty());
    EXPECT_TRUE(state_.objects.survivors().empty());
    EXPECT_TRUE(ended());
}

TEST_F(AsyncProbe, UnregisteringTheDriverWaitsForAllAsynchronousProbes)
{
    driver_.asynchronous();
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
    });
    run_actor([&] {
        driver_unregister(&driver_);
        note("unregistered");
    });
    EXPECT_TRUE(journal().empty());
    open_gate();
    EXPECT_EQ(journal(), (Strings{"probed", "unregistered"}));
    EXPECT_EQ(state_.platform_bus.devices.at(0)->driver, nullptr);
}

// async driver: async_synchronize_full, whoever's probes those are.
TEST_F(AsyncProbe, OnlyAnAsynchronousDriverWaitsForThoseOfOthersWhenItUnregisters)
{
    TestDriver synchronous(Word::hmem_platform);
    driver_.asynchronous();
    run_actor([&] {
        async_schedule(
            role_of(Word::probe), [](void *gate) { static_cast<Gate *>(gate)->pass(); }, &gate_);
        driver_register(&synchronous);
        driver_register(&driver_);
        driver_unregister(&synchronous);
        note("synchronous");
        driver_unregister(&driver_);
        note("asynchronous");
    });
    EXPECT_EQ(journal(), Strings{"synchronous"});
    open_gate();
    EXPECT_EQ(journal(), (Strings{"synchronous", "asynchronous"}));
    EXPECT_TRUE(ended());
}

TEST_F(AsyncProbe, IsCountedInProbeCountOnlyWhileItRuns)
{
    driver_.asynchronous();
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
        EXPECT_EQ(state().probe_count, 0);
        EXPECT_EQ(state().async_entries, 1);
    });
    EXPECT_EQ(state_.probe_count, 1);
    open_gate();
    EXPECT_EQ(state_.probe_count, 0);
    EXPECT_EQ(state_.async_entries, 0);
}

// ---------------------------------------------------------------- wait_for_device_probe

using WaitForDeviceProbe = ProbeTest;

TEST_F(WaitForDeviceProbe, ReturnsAtOnceWhereNothingProbes)
{
    run_actor(waits());
    EXPECT_TRUE(ended());
}

TEST_F(WaitForDeviceProbe, PassesItsThreeStepsInOrder)
{
    run_actor(waits());
    const auto points = events(EventKind::point);
    ASSERT_EQ(points.size(), 3U);
    EXPECT_EQ(points[0].detail, static_cast<std::uint8_t>(Point::wait_deferred));
    EXPECT_EQ(points[1].detail, static_cast<std::uint8_t>(Point::wait_probe_count));
    EXPECT_EQ(points[2].detail, static_cast<std::uint8_t>(Point::wait_async));
}

// [M]: 609 ms.
TEST_F(WaitForDeviceProbe, WaitsForTheProbesOfADriverRegistration)
{
    add_actor([&] {
        add_device(Word::hmem);
        driver_register(&driver_);
    });
    add_actor(waits());
    run();
    open_gate();
    EXPECT_EQ(journal(), (Strings{"probed", "waited"}));
}

TEST_F(WaitForDeviceProbe, WaitsForTheProbeOfAPublication)
{
    add_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
    });
    add_actor(waits());
    run();
    open_gate();
    EXPECT_EQ(journal(), (Strings{"probed", "waited"}));
}

// The counter is held over the cleanup after a failed probe (UPSTREAM.md 1.7).
TEST_F(WaitForDeviceProbe, WaitsForTheReleaseOfWhatAFailedProbeManaged)
{
    driver_.on_probe = [&](device *dev) {
        manage(dev, [&] {
            gate_.pass();
            note("released");
        });
        return -ENXIO;
    };
    add_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
    });
    add_actor(waits());
    run();
    open_gate();
    EXPECT_EQ(journal(), (Strings{"released", "waited"}));
}

// [M]: 0 ms with a 600 ms bind probe in flight.
TEST_F(WaitForDeviceProbe, DoesNotWaitForTheProbeOfASysfsBind)
{
    const auto slow = std::exchange(driver_.on_probe, [](device *) { return -ENXIO; });
    add_actor([&] {
        platform_device *pdev = add_device(Word::hmem);
        driver_register(&driver_);
        driver_.on_probe = slow;
        sysfs_bind(&driver_, &pdev->dev);
    });
    add_actor(waits());
    run();
    open_gate();
    EXPECT_EQ(journal(), (Strings{"waited", "probed"}));
}

TEST_F(WaitForDeviceProbe, WaitsForAsynchronousProbesAddedMeanwhileToo)
{
    driver_.asynchronous();
    driver_.on_probe = [&](device *dev) {
        gate_.pass();
        if (dev->name.number < 3)
            add_device(Word::hmem, dev->name.number + 1);
        note("probed");
        return 0;
    };
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem, 0);
    });
    run_actor(waits());
    open_gate();
    EXPECT_EQ(journal(), (Strings{"probed", "probed", "probed", "probed", "waited"}));
}

// "It is not a snapshot and not a barrier: ... sync probes starting in 3, are not waited for."
TEST_F(WaitForDeviceProbe, DoesNotWaitForASynchronousProbeThatStartsInItsThirdStep)
{
    restart({.switches = {switch_before(actor_role(0), Point::wait_async, {}, actor_role(1))}});
    add_actor(waits());
    add_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
    });
    run();
    EXPECT_EQ(journal(), Strings{"waited"});
    open_gate();
    EXPECT_TRUE(ended());
}

// "Not covered: queued-but-not-started work".
TEST_F(WaitForDeviceProbe, DoesNotWaitForQueuedWork)
{
    TestWork work(Word::cxl_enumerate, [&] { note("work"); });
    work.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work);
        waits()();
    });
    EXPECT_EQ(journal(), (Strings{"waited", "work"}));
}

TEST_F(WaitForDeviceProbe, FromAProbeHangsForEverOnItsOwnCount)
{
    driver_.on_probe = [](device *) {
        wait_for_device_probe();
        return 0;
    };
    run_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
    });
    EXPECT_FALSE(ended());
    EXPECT_EQ(events(EventKind::blocks).back().detail,
              static_cast<std::uint8_t>(Wait::probe_count));
}

TEST_F(WaitForDeviceProbe, FromAnAsynchronousFunctionHangsForEver)
{
    run_actor([] {
        async_schedule(role_of(Word::probe), [](void *) { wait_for_device_probe(); }, nullptr);
    });
    EXPECT_FALSE(ended());
    EXPECT_EQ(events(EventKind::blocks).back().detail, static_cast<std::uint8_t>(Wait::async_done));
}

// Why v7 takes the lock after it.
TEST_F(WaitForDeviceProbe, UnderADeviceLockThatACountedProbeNeedsHangsForEver)
{
    platform_device *pdev = nullptr;
    driver_.on_probe = [&](device *) {
        gate_.open();
        guard_device guard(&pdev->dev);
        return 0;
    };
    add_actor([&] {
        pdev = add_device(Word::hmem_platform);
        guard_device guard(&pdev->dev);
        gate_.pass(); // until the other task probes
        wait_for_device_probe();
    });
    add_actor([&] {
        driver_register(&driver_);
        add_device(Word::hmem);
    });
    run();
    EXPECT_FALSE(ended());
    EXPECT_EQ(state_.scheduler.alive().size(), 2U);
}

// ---------------------------------------------------------------- the unrelated probe

using UnrelatedProbe = ProbeTest;

TEST_F(UnrelatedProbe, IsCountedFromItsStartToItsEnd)
{
    run_actor([] { EXPECT_EQ(unrelated_probe_start(), 0); });
    run_actor(waits());
    EXPECT_TRUE(journal().empty());
    run_actor([] { EXPECT_EQ(unrelated_probe_end(), 0); });
    EXPECT_EQ(journal(), Strings{"waited"});
    EXPECT_TRUE(ended());
}

TEST_F(UnrelatedProbe, ThereIsOneAtMost)
{
    run_actor([] {
        EXPECT_EQ(unrelated_probe_end(), -ENODEV);
        EXPECT_EQ(unrelated_probe_start(), 0);
        EXPECT_EQ(unrelated_probe_start(), -EBUSY);
        EXPECT_EQ(unrelated_probe_end(), 0);
    });
    EXPECT_EQ(state_.probe_count, 0);
}

} // namespace
} // namespace kernel
