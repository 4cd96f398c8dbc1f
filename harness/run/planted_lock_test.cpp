// SPDX-License-Identifier: GPL-2.0-only
// Properties of the order of locks and waits, and of deadlocks: planted bugs and near misses.
#include "run/planted_bodies.hpp"

#include <gtest/gtest.h>

namespace run::testing {

using namespace kernel;

// ---------------------------------------------------------------- lock-order

namespace {

void first_then_other()
{
    const guard_mutex first(&planted().lock);
    const guard_mutex other(&planted().other_lock);
}

void other_then_first()
{
    const guard_mutex other(&planted().other_lock);
    const guard_mutex first(&planted().lock);
}

template <void (*function)()> int init_do()
{
    function();
    return 0;
}

} // namespace

TEST(LockOrder, FiresForTwoOrdersInOneTaskAndShowsBothPlaces)
{
    const PlantedRun run(planted_module(init_do<first_then_other>, other_then_first));
    ASSERT_EQ(run.shown(), Shown{"lock-order:planted_exit test.0"});
    const properties::Violation &violation = run.findings[0].violation;
    ASSERT_NE(violation.other, properties::no_event);
    EXPECT_EQ(run.events[violation.other].object, name_of(Word::root_decoder, 0));
    EXPECT_STREQ(run.events[violation.other].function, "planted_init");
}

TEST(LockOrder, IsSilentForOneOrderTwice)
{
    const PlantedRun run(planted_module(init_do<first_then_other>, first_then_other));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

void three_locks()
{
    device_initialize(&planted().dev, name_of(Word::test, 3));
    const guard_device outermost(&planted().dev);
    first_then_other();
}

} // namespace

// Most runs are judged by the innermost pairs, from which the others follow.
TEST(LockOrder, ARunThatMayHaveARingIsMadeAgainWithAllPairs)
{
    const PlantedRun ring(planted_module(init_do<three_locks>, other_then_first));
    EXPECT_EQ(ring.shown(), Shown{"lock-order:planted_exit test.0"});
    EXPECT_EQ(ring.pairs_left_out, 0);
    EXPECT_GT(PlantedRun(planted_module(init_do<three_locks>)).pairs_left_out, 0);
}

TEST(LockOrder, IsSilentWhenTheFirstIsReleasedInBetween)
{
    const PlantedRun run(planted_module(init_do<first_then_other>, [] {
        mutex_lock(&planted().other_lock);
        mutex_unlock(&planted().other_lock);
        const guard_mutex first(&planted().lock);
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

void device_then_mutex(device *dev)
{
    const guard_device outer(dev);
    const guard_mutex inner(&planted().lock);
}

void mutex_then_device(device *dev)
{
    const guard_mutex outer(&planted().lock);
    const guard_device inner(dev);
}

} // namespace

TEST(LockOrder, FiresForADeviceLockWhichLockdepDoesNotFollow)
{
    const PlantedRun run(planted_module(
        [] {
            device_initialize(&planted().dev, name_of(Word::test, 3));
            device_then_mutex(&planted().dev);
            return 0;
        },
        [] { mutex_then_device(&planted().dev); }));
    EXPECT_EQ(run.shown(), Shown{"lock-order:planted_exit test.3"});
}

TEST(LockOrder, IsSilentForTheLockOfAnotherDevice)
{
    const PlantedRun run(planted_module(
        [] {
            device_initialize(&planted().dev, name_of(Word::hmem_platform, 7));
            device_then_mutex(&planted().dev);
            return init_driver<remember_probe>();
        },
        [] {
            unregister_exit();
            mutex_then_device(&planted().pdev->dev);
        }));
    EXPECT_EQ(run.shown(), Shown{});
}

// The driver core's own lock of a probe's device counts.
TEST(LockOrder, FiresForAMutexOfAProbeThatIsHeldOverTheUnbind)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *) {
                                            const guard_mutex guard(&planted().lock);
                                            return 0;
                                        }>,
                                        [] {
                                            const guard_mutex guard(&planted().lock);
                                            unregister_exit();
                                        }));
    EXPECT_EQ(run.shown(), Shown{"lock-order:planted_exit hmem_platform.0"});
}

namespace {

// The lock is held while the item is flushed, the item flushes another, that takes the lock.
void flush_other(work_struct *) { flush_work(&planted().other_work); }

template <void (*function)(work_struct *)> int init_ring_of_three()
{
    INIT_WORK(&planted().other_work, FUNC(function));
    queue_work(system_long_wq, &planted().other_work);
    queue<flush_other>();
    flush();
    const guard_mutex guard(&planted().lock);
    flush();
    return 0;
}

} // namespace

TEST(LockOrder, FiresForARingOfALockAndTwoWaits)
{
    const PlantedRun run(planted_module(init_ring_of_three<take_lock>));
    EXPECT_EQ(run.shown(), Shown{"lock-order:planted_init resolution"});
}

TEST(LockOrder, IsSilentWhenTheRingIsOpen)
{
    const PlantedRun run(planted_module(init_ring_of_three<take_other_lock>));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

int init_items_of_one_queue(workqueue_struct *queue_)
{
    INIT_WORK(&planted().other_work, FUNC(nothing_to_do));
    INIT_WORK(&planted().work, FUNC(flush_other));
    queue_work(queue_, &planted().work);
    queue_work(queue_, &planted().other_work);
    return 0;
}

} // namespace

TEST(LockOrder, FiresWhenAnItemWaitsForTheNextOneOfItsOrderedQueue)
{
    const PlantedRun run(planted_module([] {
        return init_items_of_one_queue(alloc_ordered_workqueue(name_of(Word::dax_hmem_wq)));
    }));
    EXPECT_EQ(run.shown(), (Shown{"lock-order:flush_other cxl-enumerate",
                                  "deadlock:flush_other cxl-enumerate"}));
}

TEST(LockOrder, IsSilentWhenTheQueueIsNotOrdered)
{
    const PlantedRun run(planted_module([] { return init_items_of_one_queue(system_long_wq); },
                                        [] {
                                            flush();
                                            flush_work(&planted().other_work);
                                        }));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

void other_then_first_work(work_struct *) { other_then_first(); }

} // namespace

// The order is known before the deadlock, which needs the other task in between.
TEST(LockOrder, FiresBesideTheDeadlockThatItLeadsTo)
{
    const PlantedRun run(planted_module([] {
        mutex_lock(&planted().lock);
        queue<other_then_first_work>();
        wait_for_device_probe();
        request_module(Word::cxl_acpi); // lets the item run
        mutex_lock(&planted().other_lock);
        return 0;
    }));
    EXPECT_EQ(run.shown(), (Shown{"lock-order:planted_init root_decoder0",
                                  "deadlock:planted_init root_decoder0"}));
}

// ---------------------------------------------------------------- self-deadlock, deadlock

namespace {

void flush_itself(work_struct *work) { flush_work(work); }
void flush_queue(work_struct *) { flush_workqueue(planted().queue); }

} // namespace

TEST(SelfDeadlock, FiresWhenATaskTakesALockTwiceAndHidesTheDeadlock)
{
    const PlantedRun run(planted_module([] {
        mutex_lock(&planted().lock);
        mutex_lock(&planted().lock);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{"self-deadlock:planted_init test.0"});
}

TEST(SelfDeadlock, IsSilentWhenTheLockIsReleasedInBetween)
{
    const PlantedRun run(planted_module([] {
        mutex_lock(&planted().lock);
        mutex_unlock(&planted().lock);
        mutex_lock(&planted().lock);
        mutex_unlock(&planted().lock);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(SelfDeadlock, FiresWhenAnItemFlushesItself)
{
    const PlantedRun run(planted_module(
        [] {
            INIT_WORK(&planted().work, FUNC(flush_itself));
            queue_work(system_long_wq, &planted().work);
            return 0;
        },
        flush));
    EXPECT_EQ(run.shown(), Shown{"self-deadlock:flush_itself resolution"});
}

TEST(SelfDeadlock, FiresWhenAnItemFlushesItsQueue)
{
    const PlantedRun run(planted_module([] {
        planted().queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
        INIT_WORK(&planted().work, FUNC(flush_queue));
        queue_work(planted().queue, &planted().work);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{"self-deadlock:flush_queue dax_hmem_wq"});
}

TEST(SelfDeadlock, IsSilentWhenAnItemFlushesAnotherQueue)
{
    const PlantedRun run(planted_module(
        [] {
            planted().queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
            queue<flush_queue>();
            return 0;
        },
        [] {
            flush();
            destroy_workqueue(planted().queue);
        }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(SelfDeadlock, FiresWhenACountedProbeWaitsForAllProbes)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *) {
        wait_for_device_probe();
        return 0;
    }>));
    EXPECT_EQ(run.shown(), Shown{"self-deadlock:planted_init -"});
}

TEST(SelfDeadlock, FiresWhenAnAsynchronousProbeWaitsForThem)
{
    const PlantedRun run(planted_module([] {
        planted().driver.driver.type = probe_type::PROBE_PREFER_ASYNCHRONOUS;
        return init_driver<[](platform_device *) {
            async_synchronize_full();
            return 0;
        }>();
    }));
    EXPECT_EQ(run.shown(), Shown{"self-deadlock:planted_probe -"});
}

TEST(SelfDeadlock, IsSilentWhenTheWorkOfAProbeWaitsForAllProbes)
{
    const PlantedRun run(
        planted_module(init_driver<queueing_probe<wait_for_probes>>, flush_and_unregister));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(Deadlock, FiresWhenAProbeWaitsForItsDriversEnd)
{
    const PlantedRun run(planted_module(init_driver<[](platform_device *) {
        unregister_exit();
        return 0;
    }>));
    EXPECT_EQ(run.shown(), Shown{"deadlock:planted_init hmem_platform"});
}

TEST(Deadlock, IsSilentWhenTheDriverEndsAfterTheProbe)
{
    const PlantedRun run(planted_module([] {
        init_driver<remember_probe>();
        unregister_exit();
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

} // namespace run::testing
