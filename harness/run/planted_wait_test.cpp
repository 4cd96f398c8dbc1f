// SPDX-License-Identifier: GPL-2.0-only
// Properties of waits, in a probe or under a lock: planted bugs and near misses. Most bugs here lead to
// no deadlock in the run that shows them: that is what the properties are for.
#include "run/planted_bodies.hpp"

#include <gtest/gtest.h>

namespace run::testing {

using namespace kernel;

// ---------------------------------------------------------------- flush-in-probe

TEST(FlushInProbe, FiresWhenAProbeFlushesWhatItQueued)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *) {
                                            queue<nothing_to_do>();
                                            flush();
                                            return 0;
                                        }>,
                                        unregister_exit));
    ASSERT_EQ(run.shown(), Shown{"flush-in-probe:planted_init resolution"});
    EXPECT_EQ(run.shown_event().kind, EventKind::waits);
}

TEST(FlushInProbe, FiresForACancelAndForAQueue)
{
    const PlantedRun run(planted_module(
        [] {
            planted().queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
            return init_driver<[](platform_device *) {
                queue<nothing_to_do>();
                cancel_work_sync(&planted().work);
                flush_workqueue(planted().queue);
                destroy_workqueue(planted().queue);
                return 0;
            }>();
        },
        unregister_exit));
    ASSERT_EQ(run.findings.size(), 1u);
    EXPECT_EQ(properties::identity(run.findings[0].violation), "flush-in-probe:planted_init");
}

// V6-1: the cleanup of a failed probe flushes a work item that waits for all probes.
TEST(FlushInProbe, FiresInTheCleanupOfAFailedProbeAndTheDeadlockFollows)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *pdev) {
        queue<wait_for_probes>();
        devm_add_action(&pdev->dev, FUNC(flush_action), nullptr);
        return -ENOMEM;
    }>));
    EXPECT_EQ(run.shown(), (Shown{"flush-in-probe:planted_init resolution",
                                  "deadlock:planted_init resolution"}));
}

// The same action at unbind: nobody waits for an unbind.
TEST(FlushInProbe, IsSilentWhenTheActionRunsAtUnbind)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *pdev) {
                                            queue<wait_for_probes>();
                                            return devm_add_action(&pdev->dev, FUNC(flush_action),
                                                                   nullptr);
                                        }>,
                                        unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

// A probe by sysfs is not in probe_count: it does not wait for itself.
TEST(FlushInProbe, FiresWhenAProbeBySysfsWaitsForAllProbes)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *) {
                                            if (++planted().runs == 2)
                                                wait_for_device_probe();
                                            return 0;
                                        }>,
                                        unregister_exit),
                         load_and({{scenario::OperationCode::unbind, platform0},
                                   {scenario::OperationCode::bind, platform0}}));
    EXPECT_EQ(run.shown(), Shown{"flush-in-probe:planted_probe -"});
}

TEST(FlushInProbe, IsSilentAfterTheProbe)
{
    const PlantedRun run(planted_module(
        [] {
            init_driver<[](platform_device *) {
                queue<wait_for_probes>();
                return 0;
            }>();
            flush();
            wait_for_device_probe();
            return 0;
        },
        unregister_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

// ---------------------------------------------------------------- wait-under-lock

namespace {

// V6-8 and what the posting made of it.
void lock_then_wait(work_struct *)
{
    const guard_device guard(&planted().pdev->dev);
    wait_for_device_probe();
}

void wait_then_lock(work_struct *)
{
    wait_for_device_probe();
    const guard_device guard(&planted().pdev->dev);
}

// Exit does `wait` while it holds the device's lock.
template <void (*wait)()> void exit_under_device_lock()
{
    {
        const guard_device guard(&planted().pdev->dev);
        wait();
    }
    unregister_exit();
}

} // namespace

TEST(WaitUnderLock, FiresWhenAWorkWaitsForProbesUnderADeviceLock)
{
    const PlantedRun run(
        planted_module(init_driver<queueing_probe<lock_then_wait>>, flush_and_unregister));
    ASSERT_EQ(run.findings.size(), 1u);
    EXPECT_EQ(run.findings[0].violation.property, properties::Property::wait_under_lock);
    EXPECT_EQ(run.findings[0].violation.object, platform0);
    EXPECT_EQ(run.shown_event().kind, EventKind::waits);
}

TEST(WaitUnderLock, IsSilentWhenItWaitsFirstAndLocksThen)
{
    const PlantedRun run(
        planted_module(init_driver<queueing_probe<wait_then_lock>>, flush_and_unregister));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(WaitUnderLock, FiresWhenAModuleIsRequestedUnderADeviceLock)
{
    const PlantedRun run(
        planted_module(init_driver<remember_probe>,
                       exit_under_device_lock<[] { request_module(Word::cxl_acpi); }>));
    EXPECT_EQ(run.shown(), Shown{"wait-under-lock:planted_exit hmem_platform.0"});
}

TEST(WaitUnderLock, FiresForAsyncSynchronizeFullUnderADeviceLock)
{
    const PlantedRun run(planted_module(init_driver<remember_probe>,
                                        exit_under_device_lock<async_synchronize_full>));
    EXPECT_EQ(run.shown(), Shown{"wait-under-lock:planted_exit hmem_platform.0"});
}

TEST(WaitUnderLock, FiresWhenAnItemIsFlushedUnderADeviceLockThatItTakes)
{
    const PlantedRun run(planted_module(
        [] {
            init_driver<queueing_probe<wait_then_lock>>();
            flush(); // here it is allowed, and lets the item end
            return 0;
        },
        exit_under_device_lock<flush>));
    ASSERT_EQ(run.shown(), Shown{"wait-under-lock:planted_exit hmem_platform.0"});
    const properties::Violation &violation = run.findings[0].violation;
    ASSERT_NE(violation.other, properties::no_event);
    EXPECT_EQ(run.events[violation.other].object, platform0) << "where the item takes the lock";
    EXPECT_LT(violation.other, violation.event);
}

TEST(WaitUnderLock, IsSilentWhenTheItemTakesNoLock)
{
    const PlantedRun run(
        planted_module(init_driver<queueing_probe<nothing_to_do>>, exit_under_device_lock<flush>));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

template <void (*function)(work_struct *)> int init_flush_under_mutex()
{
    queue<function>();
    flush();
    const guard_mutex guard(&planted().lock);
    flush();
    return 0;
}

} // namespace

TEST(WaitUnderLock, FiresWhenAnItemIsFlushedUnderAMutexThatItTakes)
{
    const PlantedRun run(planted_module(init_flush_under_mutex<take_lock>));
    EXPECT_EQ(run.shown(), Shown{"wait-under-lock:planted_init test"});
}

TEST(WaitUnderLock, IsSilentWhenTheItemTakesAnotherMutex)
{
    const PlantedRun run(planted_module(init_flush_under_mutex<take_other_lock>));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(WaitUnderLock, FiresForProbesUnderAMutexThatAProbeTakes)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *) {
                                            const guard_mutex guard(&planted().lock);
                                            return 0;
                                        }>,
                                        [] {
                                            mutex_lock(&planted().lock);
                                            wait_for_device_probe();
                                            mutex_unlock(&planted().lock);
                                            unregister_exit();
                                        }));
    EXPECT_EQ(run.shown(), Shown{"wait-under-lock:planted_exit test"});
}

TEST(WaitUnderLock, IsSilentForProbesUnderAMutexThatNoProbeTakes)
{
    const PlantedRun run(planted_module(init_driver<remember_probe>, [] {
        mutex_lock(&planted().lock);
        wait_for_device_probe();
        mutex_unlock(&planted().lock);
        unregister_exit();
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

} // namespace run::testing
