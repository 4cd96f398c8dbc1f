// SPDX-License-Identifier: GPL-2.0-only
// Covers: flush_work and cancel_work_sync (KERNEL.md section 1).
// Does not cover: waiting for whole queues (workqueue_drain_test.cpp).
#include "kernel/object.hpp"
#include "kernel/testing.hpp"
#include "kernel/workqueue.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Name work_name = name_of(Word::resolution);

class WorkWait : public KernelTest {
protected:
    // The work function says that it begins, waits for the gate, says that it ends.
    TestWork work_{Word::resolution, [this] {
                       note("begins");
                       gate_.pass();
                       note("ends");
                   }};
    Gate gate_;

    // From here on the item is running.
    void start_work()
    {
        work_.initialised();
        run_actor([&] { queue_work(system_long_wq, &work_); });
        ASSERT_EQ(journal(), Strings{"begins"});
    }
    void open_gate()
    {
        run_actor([&] { gate_.open(); });
    }
};

// ---------------------------------------------------------------- flush_work

class FlushWork : public WorkWait {
protected:
    Body flushes(bool expected)
    {
        return [this, expected] {
            EXPECT_EQ(flush_work(&work_), expected);
            note("flushed");
        };
    }
};

// [M], identical to the trace on the list: WARN_ON(!work->func), false at once.
TEST_F(FlushWork, ZeroFilledItemWarnsAndReturnsAtOnce)
{
    run_actor(flushes(false));
    EXPECT_EQ(journal(), Strings{"flushed"});
    EXPECT_EQ(misuses(), Misuses{Misuse::work_no_func});
    EXPECT_TRUE(ended());
}

TEST_F(FlushWork, ZeroFilledItemWhosePendingGotStuckReturnsAtOnce)
{
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        EXPECT_FALSE(flush_work(&work_));
    });
    EXPECT_EQ(misuses(), (Misuses{Misuse::work_unlinked, Misuse::work_no_func}));
    EXPECT_TRUE(ended());
}

TEST_F(FlushWork, ItemThatWasNeverQueuedIsSilentlyFalse)
{
    work_.initialised();
    run_actor(flushes(false));
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

TEST_F(FlushWork, PendingItemHasRunOnReturnAndIsTrue)
{
    work_.initialised();
    gate_.open();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        flushes(true)();
    });
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "flushed"}));
}

TEST_F(FlushWork, RunningItemIsWaitedForAndIsTrue)
{
    start_work();
    run_actor(flushes(true));
    EXPECT_EQ(journal().size(), 1U) << "waits";
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "flushed"}));
}

TEST_F(FlushWork, ItemRunningAndQueuedAgainHasRunTwiceOnReturn)
{
    start_work();
    run_actor([&] {
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
        flushes(true)();
    });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "begins", "ends", "flushed"}));
    EXPECT_TRUE(ended());
}

TEST_F(FlushWork, IdleAgainIsFalse)
{
    start_work();
    open_gate();
    run_actor(flushes(false));
    EXPECT_TRUE(ended());
}

TEST_F(FlushWork, RequeueAfterTheFlushBeganIsNotWaitedFor)
{
    Gate second;
    work_.initialised().body = [&] {
        note("begins");
        (journal().size() == 1 ? gate_ : second).pass();
        note("ends");
    };
    run_actor([&] { queue_work(system_long_wq, &work_); });
    run_actor(flushes(true));
    run_actor([&] { EXPECT_TRUE(queue_work(system_long_wq, &work_)); });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "begins", "flushed"}));
    EXPECT_EQ(work_pending(&work_), false);
    run_actor([&] { second.open(); });
    EXPECT_TRUE(ended());
}

// What counts is the state when the flush begins, and its entry is a point before that.
TEST_F(FlushWork, ItemQueuedAtThePointBeforeTheFlushIsWaitedFor)
{
    restart(
        {.switches = {switch_before(actor_role(0), Point::flush_work, work_name, actor_role(1))}});
    work_.initialised();
    add_actor(flushes(true));
    add_actor([&] { queue_work(system_long_wq, &work_); });
    run();
    EXPECT_EQ(journal(), Strings{"begins"}) << "waits";
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "flushed"}));
}

TEST_F(FlushWork, OtherItemsOfTheQueueAreNotWaitedFor)
{
    start_work();
    TestWork other(Word::cxl_register, [] {});
    other.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &other);
        EXPECT_TRUE(flush_work(&other));
        note("flushed");
    });
    EXPECT_EQ(journal(), (Strings{"begins", "flushed"}));
}

// "find the pool from data": that of the queue it was on last.
TEST_F(FlushWork, ItemThatAlsoRunsOnAnotherQueueIsWaitedForWhereItWasQueuedLast)
{
    workqueue_struct other{.name = name_of(Word::cxl_port)};
    start_work();
    work_.body = [&] { note("second"); };
    run_actor([&] {
        EXPECT_TRUE(queue_work(&other, &work_));
        flushes(true)();
        flushes(false)();
    });
    EXPECT_EQ(journal(), (Strings{"begins", "second", "flushed", "flushed"}));
    EXPECT_FALSE(ended()) << "it still runs on the first";
    open_gate();
    EXPECT_TRUE(ended());
}

TEST_F(FlushWork, ItemWhoseQueueingWasCancelledIsFalse)
{
    work_.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        cancel_work_sync(&work_);
        flushes(false)();
    });
    EXPECT_EQ(journal(), Strings{"flushed"});
    EXPECT_TRUE(ended());
}

TEST_F(FlushWork, ItemRunningWhoseSecondQueueingWasCancelledIsWaitedFor)
{
    start_work();
    add_actor([&] {
        queue_work(system_long_wq, &work_);
        cancel_work_sync(&work_);
    });
    add_actor(flushes(true));
    run();
    EXPECT_EQ(journal(), Strings{"begins"});
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "flushed"}));
    EXPECT_TRUE(ended());
}

// INIT_WORK: data knows no pool any more.
TEST_F(FlushWork, ItemInitialisedAgainWhileItRunsIsNotFound)
{
    start_work();
    run_actor([&] {
        INIT_WORK(&work_, TestWork::function());
        flushes(false)();
    });
    EXPECT_EQ(journal(), (Strings{"begins", "flushed"}));
    EXPECT_EQ(misuses(), Misuses{Misuse::work_init_busy});
}

// "without lockdep it is a silent hang".
TEST_F(FlushWork, FromItsOwnFunctionHangsForEver)
{
    work_.initialised().body = [&] { flush_work(&work_); };
    run_actor([&] { queue_work(system_long_wq, &work_); });
    EXPECT_FALSE(ended());
    EXPECT_EQ(misuses(), Misuses{Misuse::self_flush});
    state_.scheduler.report_deadlock();
    EXPECT_EQ(misuses(), (Misuses{Misuse::self_flush, Misuse::deadlock}));
    EXPECT_EQ(events(EventKind::stuck).at(0).object, work_name);
}

TEST_F(FlushWork, FreedItemStopsTheRun)
{
    run_actor([] {
        auto *work = new_object<work_struct>(work_name);
        kfree(work);
        flush_work(work);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
}

TEST_F(FlushWork, BeginAndEndAreRecordedWithTheItemAndTheResult)
{
    work_.initialised();
    run_actor(flushes(false));
    EXPECT_EQ(events(EventKind::flush_begin, work_name).size(), 1U);
    const auto ends = events(EventKind::flush_end, work_name);
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].value, 0);
}

// ---------------------------------------------------------------- cancel_work_sync

class CancelWork : public WorkWait {
protected:
    Body cancels(bool expected)
    {
        return [this, expected] {
            EXPECT_EQ(cancel_work_sync(&work_), expected);
            note("cancelled");
        };
    }
};

TEST_F(CancelWork, PendingItemIsRemovedAndIsTrue)
{
    work_.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        cancels(true)();
        EXPECT_FALSE(work_pending(&work_));
    });
    EXPECT_EQ(journal(), Strings{"cancelled"});
    EXPECT_TRUE(ended());
}

TEST_F(CancelWork, IdleItemIsFalse)
{
    work_.initialised();
    run_actor(cancels(false));
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

TEST_F(CancelWork, RunningItemIsWaitedForAndIsFalse)
{
    start_work();
    run_actor(cancels(false));
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "cancelled"}));
}

TEST_F(CancelWork, ItemRunningAndQueuedAgainRunsOnlyToTheEndOfTheFirst)
{
    start_work();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        cancels(true)();
    });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "cancelled"}));
    EXPECT_TRUE(ended());
}

TEST_F(CancelWork, ItemCanBeQueuedAgainAfterwards)
{
    work_.initialised();
    gate_.open();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        cancels(true)();
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
    });
    EXPECT_EQ(journal(), (Strings{"cancelled", "begins", "ends"}));
    EXPECT_TRUE(ended());
}

// "Item is disabled while it waits, so concurrent queueing is refused"; a disabled item returns
// false with PENDING cleared [S].
TEST_F(CancelWork, QueueingIsRefusedWhileACancelWaits)
{
    start_work();
    run_actor(cancels(false));
    run_actor([&] {
        EXPECT_FALSE(queue_work(system_long_wq, &work_));
        EXPECT_FALSE(work_pending(&work_));
    });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "cancelled"}));
    run_actor([&] {
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
        EXPECT_FALSE(queue_work(system_long_wq, &work_));
    });
    EXPECT_TRUE(ended());
    // The record tells an item that is disabled from one that is pending.
    std::vector<int> disabled;
    for (const Event &event : events(EventKind::work_queued, work_name))
        disabled.push_back(event.extra);
    EXPECT_EQ(disabled, (std::vector{0, 1, 0, 0}));
}

TEST_F(CancelWork, ItemOfABusyOrderedQueueIsRemovedAndThoseBehindItStillRun)
{
    TestWork removed(Word::cxl_register, [&] { note("removed"); });
    TestWork behind(Word::cxl_enumerate, [&] { note("behind"); });
    for (TestWork *work : {&work_, &removed, &behind})
        work->initialised();
    run_actor([&] {
        workqueue_struct *queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
        for (TestWork *work : {&work_, &removed, &behind})
            queue_work(queue, work);
        EXPECT_TRUE(cancel_work_sync(&removed));
    });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "behind"}));
    EXPECT_TRUE(ended());
}

TEST_F(CancelWork, ZeroFilledItemWarnsAndIsFalse)
{
    run_actor(cancels(false));
    EXPECT_EQ(misuses(), Misuses{Misuse::work_no_func});
    EXPECT_TRUE(ended());
}

// "On a zeroed item whose PENDING got stuck: spins for ever [S]."
TEST_F(CancelWork, ZeroFilledItemWhosePendingGotStuckNeverReturns)
{
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        cancel_work_sync(&work_);
        ADD_FAILURE() << "came back";
    });
    EXPECT_FALSE(ended());
    EXPECT_EQ(misuses(), Misuses{Misuse::work_unlinked});
}

TEST_F(CancelWork, FromItsOwnFunctionHangsForEver)
{
    work_.initialised().body = [&] { cancel_work_sync(&work_); };
    run_actor([&] { queue_work(system_long_wq, &work_); });
    EXPECT_FALSE(ended());
    EXPECT_FALSE(stopped());
}

// UPSTREAM.md V1-6: the object around an item is taken for an item.
TEST_F(FlushWork, MemoryThatIsNoItemIsNeitherFlushedNorCancelledNorQueued)
{
    struct Outer {
        void *first;
        work_struct item;
    };
    run_actor([] {
        auto *outer = new_object<Outer>(name_of(Word::test, 5));
        outer->first = outer;
        auto *bogus = reinterpret_cast<work_struct *>(outer);
        EXPECT_FALSE(cancel_work_sync(bogus));
        EXPECT_FALSE(flush_work(bogus));
        EXPECT_FALSE(schedule_work(bogus));
        EXPECT_FALSE(work_pending(bogus));
        kfree(outer);
    });
    EXPECT_EQ(misuses(), Misuses(4, Misuse::not_a_work));
    EXPECT_EQ(events(EventKind::misuse).at(0).object, name_of(Word::test, 5));
    EXPECT_TRUE(ended());
}

} // namespace
} // namespace kernel
