// SPDX-License-Identifier: GPL-2.0-only
// Properties that the simulated kernel checks at the call: for each a planted bug that must be found
// with its cause and object, and a near miss that must not.
#include "run/planted.hpp"

#include <gtest/gtest.h>

namespace run::testing {

using namespace kernel;

namespace {

void count_run(work_struct *) { ++planted().runs; }

int init_work_and_queue()
{
    INIT_WORK(&planted().work, FUNC(count_run));
    queue_work(system_long_wq, &planted().work);
    return 0;
}

void keep_lock(work_struct *) { mutex_lock(&planted().lock); }

void flush_exit() { flush_work(&planted().work); }

} // namespace

TEST(UninitializedWork, FiresWhenAZeroFilledItemIsFlushed)
{
    const PlantedRun run(planted_module([] { return flush_work(&planted().work) ? 0 : 0; }));
    EXPECT_EQ(run.shown(), Shown{"uninitialized-work:planted_init resolution"});
}

TEST(UninitializedWork, FiresWhenAZeroFilledItemIsQueued)
{
    const PlantedRun run(
        planted_module([] { return queue_work(system_long_wq, &planted().work) ? 0 : 0; }));
    EXPECT_EQ(run.shown(), Shown{"uninitialized-work:planted_init resolution"});
}

TEST(UninitializedWork, IsSilentWhenTheItemWasInitialisedButNeverQueued)
{
    const PlantedRun run(planted_module([] {
        INIT_WORK(&planted().work, FUNC(count_run));
        flush_work(&planted().work);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(WorkOutlivesModule, FiresWhenAFailedInitLeavesAQueuedItem)
{
    const PlantedRun run(planted_module([] {
        init_work_and_queue();
        return -ENOMEM;
    }));
    EXPECT_EQ(run.shown(), Shown{"work-outlives-module:count_run resolution"});
}

TEST(WorkOutlivesModule, FiresWhenExitLeavesAQueuedItem)
{
    const PlantedRun run(planted_module([] { return 0; }, [] { init_work_and_queue(); }));
    EXPECT_EQ(run.shown(), Shown{"work-outlives-module:count_run resolution"});
}

TEST(WorkOutlivesModule, IsSilentWhenExitFlushes)
{
    const PlantedRun run(planted_module(init_work_and_queue, flush_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

int queue_in_object(bool flush_first)
{
    auto *work = new_object<work_struct>(name_of(Word::test, 1));
    work->name = name_of(Word::resolution);
    INIT_WORK(work, FUNC(count_run));
    queue_work(system_long_wq, work);
    if (flush_first)
        flush_work(work);
    kfree(work);
    return 0;
}

} // namespace

TEST(WorkOutlivesObject, FiresWhenTheObjectIsFreedWhileTheItemIsPending)
{
    const PlantedRun run(planted_module([] { return queue_in_object(false); }));
    EXPECT_EQ(run.shown(), Shown{"work-outlives-object:count_run resolution"});
}

TEST(WorkOutlivesObject, IsSilentWhenTheItemIsFlushedFirst)
{
    const PlantedRun run(planted_module([] { return queue_in_object(true); }));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

int use_queue(bool before_its_end)
{
    INIT_WORK(&planted().work, FUNC(count_run));
    workqueue_struct *queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
    if (before_its_end)
        queue_work(queue, &planted().work);
    destroy_workqueue(queue);
    if (!before_its_end)
        queue_work(queue, &planted().work);
    return 0;
}

} // namespace

TEST(DeadWorkqueue, FiresWhenADestroyedQueueIsQueuedTo)
{
    const PlantedRun run(planted_module([] { return use_queue(false); }));
    EXPECT_EQ(run.shown(), Shown{"dead-workqueue:planted_init dax_hmem_wq"});
}

TEST(DeadWorkqueue, FiresWhenANullQueueIsFlushed)
{
    const PlantedRun run(planted_module([] {
        flush_workqueue(planted().queue);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{"dead-workqueue:planted_init -"});
}

TEST(DeadWorkqueue, IsSilentWhenDestroyRunsWhatIsPending)
{
    const PlantedRun run(planted_module([] { return use_queue(true); }));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

int get_after(bool last_put)
{
    platform_device *pdev = platform_device_alloc(name_of(Word::hmem, 7));
    get_device(&pdev->dev);
    put_device(&pdev->dev);
    if (last_put)
        platform_device_put(pdev);
    get_device(&pdev->dev);
    put_device(&pdev->dev);
    if (!last_put)
        platform_device_put(pdev);
    return 0;
}

int put_static_device(int times)
{
    device_initialize(&planted().dev, name_of(Word::test, 3));
    for (int i = 0; i < times; ++i)
        put_device(&planted().dev);
    return 0;
}

} // namespace

TEST(UseAfterFree, FiresWhenADeviceIsTouchedAfterItsLastPut)
{
    const PlantedRun run(planted_module([] { return get_after(true); }));
    EXPECT_EQ(run.shown(), Shown{"use-after-free:planted_init hmem.7"});
}

TEST(UseAfterFree, IsSilentWhileAReferenceIsLeft)
{
    const PlantedRun run(planted_module([] { return get_after(false); }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(RefcountUnderflow, FiresAtThePutTooMany)
{
    const PlantedRun run(planted_module([] { return put_static_device(2); }));
    EXPECT_EQ(run.shown(), (Shown{"driver-core-misuse:planted_init test.3",
                                  "refcount-underflow:planted_init test.3"}));
}

TEST(RefcountUnderflow, IsSilentAtTheLastPutWhichOnlyMissesARelease)
{
    const PlantedRun run(planted_module([] { return put_static_device(1); }));
    EXPECT_EQ(run.shown(), Shown{"driver-core-misuse:planted_init test.3"});
    EXPECT_EQ(run.findings[0].violation.detail, "device has no release function");
}

TEST(BadUnlock, FiresWhenTheLockIsNotHeld)
{
    const PlantedRun run(planted_module([] {
        mutex_unlock(&planted().lock);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{"bad-unlock:planted_init test.0"});
}

TEST(BadUnlock, IsSilentForTheHolder)
{
    const PlantedRun run(planted_module([] {
        const guard_mutex guard(&planted().lock);
        return 0;
    }));
    EXPECT_EQ(run.shown(), Shown{});
}

TEST(Warn, FiresWhenAPendingItemIsInitialisedAgain)
{
    const PlantedRun run(planted_module(
        [] {
            init_work_and_queue();
            INIT_WORK(&planted().work, FUNC(count_run));
            return 0;
        },
        flush_exit));
    EXPECT_EQ(run.shown(), Shown{"warn:planted_init resolution"});
}

TEST(Warn, FiresWhenAWorkFunctionReturnsWithALock)
{
    const PlantedRun run(planted_module(
        [] {
            INIT_WORK(&planted().work, FUNC(keep_lock));
            queue_work(system_long_wq, &planted().work);
            return 0;
        },
        flush_exit));
    EXPECT_EQ(run.shown(), Shown{"warn:resolution test.0"});
}

TEST(Warn, IsSilentWhenAnIdleItemIsInitialisedAgain)
{
    const PlantedRun run(planted_module(
        [] {
            init_work_and_queue();
            flush_exit();
            INIT_WORK(&planted().work, FUNC(count_run));
            return 0;
        },
        flush_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

namespace {

template <int times> void requeue(work_struct *work)
{
    if (++planted().runs < times)
        queue_work(system_long_wq, work);
}

template <int times> int init_requeueing()
{
    INIT_WORK(&planted().work, FUNC(requeue<times>));
    queue_work(system_long_wq, &planted().work);
    return 0;
}

} // namespace

TEST(StepBudget, FiresWhenAnItemQueuesItselfForEver)
{
    const PlantedRun run(planted_module(init_requeueing<1'000'000>, flush_exit));
    ASSERT_EQ(run.findings.size(), 1u);
    EXPECT_EQ(properties::identity(run.findings[0].violation), "step-budget:requeue<times>");
}

TEST(StepBudget, IsSilentWhenItStopsAfterAHundredTimes)
{
    const PlantedRun run(planted_module(init_requeueing<100>, flush_exit));
    EXPECT_EQ(run.shown(), Shown{});
}

} // namespace run::testing
