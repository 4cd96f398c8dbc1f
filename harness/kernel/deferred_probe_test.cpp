// SPDX-License-Identifier: GPL-2.0-only
// Covers: probes that return -EPROBE_DEFER, what makes the kernel try again, who waits for that,
// bus_rescan_devices (KERNEL.md section 2).
#include "kernel/deferred_probe.hpp"

#include "kernel/device.hpp"
#include "kernel/errno.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Name device_name = name_of(Word::hmem, 0);

class Deferral : public KernelTest {
protected:
    // Lets probes be deferred from now on, and registers two drivers: one that defers its device
    // until the test says that it is ready, and one whose device binds at once.
    void start(bool late = true)
    {
        if (late)
            run_actor([] { deferred_probe_initcall(); });
        run_actor([&] {
            driver_register(&driver_);
            driver_register(&other_);
        });
    }
    void add_deferred_device()
    {
        run_actor([&] { dev_ = &add_device(Word::hmem)->dev; });
    }
    void bind_another_device()
    {
        run_actor([&] { add_device(Word::test, next_++); });
    }
    std::size_t deferred_runs() const
    {
        return events(EventKind::work_begin, name_of(Word::deferred_probe)).size();
    }

    TestDriver driver_{Word::hmem, [this](device *) {
                           note("probe");
                           if (ready_)
                               gate_.pass();
                           return ready_ ? 0 : -EPROBE_DEFER;
                       }};
    TestDriver other_{Word::test};
    device *dev_ = nullptr;
    Gate gate_;
    bool ready_ = false;
    int next_ = 0;
};

TEST_F(Deferral, IsNoErrorAndTheProbeIsRepeatedOnceAnyDeviceIsBound)
{
    start();
    add_deferred_device();
    EXPECT_EQ(journal(), Strings{"probe"});
    EXPECT_EQ(dev_->driver, nullptr);
    gate_.open();
    ready_ = true;
    bind_another_device();
    EXPECT_EQ(journal(), (Strings{"probe", "probe"}));
    EXPECT_TRUE(dev_->bound);
    bind_another_device();
    EXPECT_EQ(journal().size(), 2U) << "it is off the lists";
    EXPECT_EQ(deferred_runs(), 1U);
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

TEST_F(Deferral, IsRepeatedByTheWorkInATaskThatIsNoActor)
{
    start();
    add_deferred_device();
    bind_another_device();
    const auto probe = events(EventKind::probe_begin, device_name).at(1);
    const Role role = state_.scheduler.roles().at(probe.task);
    EXPECT_EQ(role, role_of(Word::deferred_probe));
    EXPECT_FALSE(role.is_actor());
}

TEST_F(Deferral, DeviceThatDefersAgainWaitsForTheNextBind)
{
    start();
    add_deferred_device();
    bind_another_device();
    EXPECT_EQ(journal().size(), 2U);
    bind_another_device();
    EXPECT_EQ(journal().size(), 3U);
    EXPECT_TRUE(ended()) << "and nothing spins meanwhile";
}

TEST_F(Deferral, FailingProbeOfAnotherDeviceRepeatsNothing)
{
    start();
    add_deferred_device();
    other_.on_probe = [](device *) { return -ENXIO; };
    bind_another_device();
    EXPECT_EQ(journal(), Strings{"probe"});
}

TEST_F(Deferral, ProbeThatFailsOtherwiseIsNotRepeated)
{
    start();
    driver_.on_probe = [this](device *) {
        note("probe");
        return -ENXIO;
    };
    add_deferred_device();
    bind_another_device();
    EXPECT_EQ(journal(), Strings{"probe"});
}

// "Active from late_initcall on."
TEST_F(Deferral, NothingIsRepeatedBeforeLateInitcallAndAllIsThen)
{
    start(false);
    add_deferred_device();
    bind_another_device();
    EXPECT_EQ(journal(), Strings{"probe"});
    run_actor([] { deferred_probe_initcall(); });
    EXPECT_EQ(journal(), (Strings{"probe", "probe"}));
}

TEST_F(Deferral, BindDuringTheProbeThatDefersIsNotMissed)
{
    start();
    gate_.open();
    driver_.on_probe = [this](device *) {
        note("probe");
        if (journal().size() > 1)
            return 0;
        add_device(Word::test, 7); // what it waits for comes before it says that it waits
        return -EPROBE_DEFER;
    };
    add_deferred_device();
    EXPECT_EQ(journal(), (Strings{"probe", "probe"}));
    EXPECT_TRUE(dev_->bound);
}

TEST_F(Deferral, ResourcesOfADeferredProbeAreReleased)
{
    start();
    driver_.on_probe = [this](device *dev) {
        manage(dev, [this] { note("released"); });
        return -EPROBE_DEFER;
    };
    add_deferred_device();
    EXPECT_EQ(journal(), Strings{"released"});
    EXPECT_EQ(dev_->devres, nullptr);
}

// The driver's probe type holds for the repetition, too.
TEST_F(Deferral, RepetitionForAnAsynchronousDriverIsAsynchronous)
{
    driver_.asynchronous();
    start();
    add_deferred_device();
    bind_another_device();
    const auto probe = events(EventKind::probe_begin, device_name).at(1);
    EXPECT_EQ(state_.scheduler.roles().at(probe.task), role_of(Word::probe, device_name));
}

// ---------------------------------------------------------------- sysfs

// [M]: EAGAIN; [S]: not put on the list.
TEST_F(Deferral, SysfsBindIsToldToTryAgainAndTheDeviceIsNotPutOnTheList)
{
    start();
    driver_.on_probe = [](device *) { return -ENXIO; };
    add_deferred_device();
    driver_.on_probe = [this](device *) {
        note("probe");
        return -EPROBE_DEFER;
    };
    run_actor([&] { EXPECT_EQ(sysfs_bind(&driver_, dev_), -EAGAIN); });
    bind_another_device();
    EXPECT_EQ(journal(), Strings{"probe"});
}

// "every successful bind of any device"
TEST_F(Deferral, SysfsBindOfAnotherDeviceRepeatsIt)
{
    start();
    add_deferred_device();
    other_.on_probe = [](device *) { return -ENXIO; };
    bind_another_device();
    other_.on_probe = {};
    run_actor([&] { EXPECT_EQ(sysfs_bind(&other_, state().platform_bus.devices.back()), 0); });
    EXPECT_EQ(journal(), (Strings{"probe", "probe"}));
}

// ---------------------------------------------------------------- the ends of devices and drivers

TEST_F(Deferral, DeletedDeviceIsOffTheList)
{
    start();
    add_deferred_device();
    run_actor([&] { device_unregister(dev_); });
    EXPECT_TRUE(state_.deferred_probe.pending.empty());
    bind_another_device();
    EXPECT_EQ(journal(), Strings{"probe"});
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

TEST_F(Deferral, DeviceDeletedAtThePointBeforeTheWorkStartsIsNotProbed)
{
    restart({.switches = {switch_before(role_of(Word::deferred_probe), Point::work_start,
                                        name_of(Word::deferred_probe), actor_role(4))}});
    start();
    add_deferred_device();
    add_actor([&] { add_device(Word::test, 0); });
    add_actor([&] { device_unregister(dev_); });
    run();
    EXPECT_EQ(journal(), Strings{"probe"});
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

TEST_F(Deferral, DevicesOfAnUnregisteredDriverAreOffTheList)
{
    start();
    add_deferred_device();
    run_actor([&] { driver_unregister(&driver_); });
    EXPECT_TRUE(state_.deferred_probe.pending.empty());
    bind_another_device();
    EXPECT_EQ(deferred_runs(), 0U);
    EXPECT_EQ(journal(), Strings{"probe"});
}

// ---------------------------------------------------------------- waiting

TEST_F(Deferral, WaitForDeviceProbeWaitsForTheWorkInItsFirstStep)
{
    start();
    add_deferred_device();
    ready_ = true;
    bind_another_device(); // the repetition waits at the gate
    run_actor([this] {
        wait_for_device_probe();
        note("waited");
    });
    EXPECT_EQ(events(EventKind::blocks).back().object, name_of(Word::deferred_probe));
    EXPECT_EQ(events(EventKind::blocks).back().detail, static_cast<std::uint8_t>(Wait::work_done));
    EXPECT_EQ(journal().size(), 2U);
    run_actor([this] { gate_.open(); });
    EXPECT_EQ(journal().back(), "waited");
    EXPECT_TRUE(ended());
}

TEST_F(Deferral, WaitForDeviceProbeDoesNotWaitForADeviceThatIsOnlyPending)
{
    start();
    add_deferred_device();
    run_actor([this] {
        wait_for_device_probe();
        note("waited");
    });
    EXPECT_EQ(journal(), (Strings{"probe", "waited"}));
}

// "deferrals triggered in 2-3 ... are not waited for", but the probe of one is counted.
TEST_F(Deferral, RepeatedProbeIsCounted)
{
    start();
    add_deferred_device();
    ready_ = true;
    bind_another_device();
    EXPECT_EQ(state_.probe_count, 1);
    run_actor([this] { gate_.open(); });
    EXPECT_EQ(state_.probe_count, 0);
}

// "Deadlocks: called from ... deferred_probe_work".
TEST_F(Deferral, WaitForDeviceProbeFromTheWorkHangsForEver)
{
    start();
    add_deferred_device();
    driver_.on_probe = [](device *) {
        wait_for_device_probe();
        return 0;
    };
    bind_another_device();
    EXPECT_FALSE(ended());
    EXPECT_EQ(events(EventKind::blocks).back().object, name_of(Word::deferred_probe));
}

// ---------------------------------------------------------------- bus_rescan_devices

TEST_F(Deferral, RescanTriesTheUnboundDevicesOfTheBusInTheCaller)
{
    driver_.asynchronous();
    start();
    bind_another_device();
    add_deferred_device();
    gate_.open();
    ready_ = true;
    run_actor([&] {
        EXPECT_EQ(bus_rescan_devices(&state().platform_bus), 0);
        note("rescanned");
    });
    EXPECT_EQ(journal(), (Strings{"probe", "probe", "rescanned"}));
    EXPECT_TRUE(dev_->bound);
    EXPECT_EQ(events(EventKind::probe_begin, name_of(Word::test, 0)).size(), 1U) << "bound already";
}

TEST_F(Deferral, DeviceThatDefersInARescanIsPutOnTheList)
{
    start();
    driver_.on_probe = [](device *) { return -ENXIO; };
    add_deferred_device();
    driver_.on_probe = [](device *) { return -EPROBE_DEFER; };
    run_actor([] { EXPECT_EQ(bus_rescan_devices(&state().platform_bus), 0); });
    EXPECT_EQ(state_.deferred_probe.pending, std::vector{dev_});
}

} // namespace
} // namespace kernel
