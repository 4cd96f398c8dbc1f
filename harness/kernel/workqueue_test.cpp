// SPDX-License-Identifier: GPL-2.0-only
// Covers: states of a work item, queue_work and execution (KERNEL.md section 1).
// Does not cover: flush, cancel, drain and destroy (workqueue_wait_test.cpp).
#include "kernel/workqueue.hpp"

#include "kernel/lock.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kernel {
namespace {

constexpr Name work_name = name_of(Word::resolution);
constexpr Role worker_role = role_of(Word::resolution);

class Workqueue : public KernelTest {
protected:
    TestWork work_{Word::resolution, [this] { note("runs"); }};
    Gate gate_;
};

// ---------------------------------------------------------------- states of an item

TEST_F(Workqueue, ZeroFilledItemQuietlySaysThatItIsNotPending)
{
    run_actor([&] { EXPECT_FALSE(work_pending(&work_)); });
    EXPECT_TRUE(misuses().empty());
}

// [M]: WARN at "list_empty"; true does not prove that it was queued.
TEST_F(Workqueue, QueueingAZeroFilledItemWarnsSaysTrueAndLeavesPendingStuck)
{
    run_actor([&] {
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
        EXPECT_TRUE(work_pending(&work_));
        EXPECT_FALSE(queue_work(system_long_wq, &work_)) << "PENDING is set already";
    });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(work_.pending);
    EXPECT_EQ(misuses(), Misuses{Misuse::work_unlinked});
    EXPECT_TRUE(journal().empty());
}

TEST_F(Workqueue, InitWorkMakesItGood)
{
    run_actor([&] {
        INIT_WORK(&work_, TestWork::function());
        EXPECT_FALSE(work_pending(&work_));
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
    });
    EXPECT_EQ(journal(), Strings{"runs"});
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Workqueue, StaticInitialiserIsGoodFromTheFirstInstruction)
{
    work_.initialised();
    run_actor([&] {
        EXPECT_FALSE(work_pending(&work_));
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
    });
    EXPECT_EQ(journal(), Strings{"runs"});
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Workqueue, InitWorkOfAnIdleItemThatRanBeforeIsFine)
{
    work_.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        flush_work(&work_);
        INIT_WORK(&work_, TestWork::function());
    });
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Workqueue, InitWorkOfAPendingItemWarnsAndForgetsThatItIsPending)
{
    work_.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        INIT_WORK(&work_, TestWork::function());
        EXPECT_FALSE(work_pending(&work_));
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::work_init_busy});
}

TEST_F(Workqueue, InitWorkOfARunningItemWarns)
{
    work_.initialised().body = [&] { INIT_WORK(&work_, TestWork::function()); };
    run_actor([&] { queue_work(system_long_wq, &work_); });
    EXPECT_EQ(misuses(), Misuses{Misuse::work_init_busy});
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- queue_work

TEST_F(Workqueue, QueueingIsTrueOnceAndFalseWhilePending)
{
    work_.initialised();
    run_actor([&] {
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
        EXPECT_TRUE(work_pending(&work_));
        EXPECT_FALSE(queue_work(system_long_wq, &work_));
    });
    EXPECT_EQ(journal(), Strings{"runs"});
}

TEST_F(Workqueue, PendingIsClearedBeforeTheFunctionIsCalled)
{
    work_.initialised().body = [&] {
        note(work_pending(&work_) ? "pending" : "not pending");
        if (journal().size() > 1)
            return;
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
        EXPECT_TRUE(work_pending(&work_));
        EXPECT_FALSE(queue_work(system_long_wq, &work_));
    };
    run_actor([&] { queue_work(system_long_wq, &work_); });
    EXPECT_EQ(journal(), (Strings{"not pending", "not pending"}));
    EXPECT_TRUE(ended());
}

TEST_F(Workqueue, PendingIsStillSetAtThePointBeforeTheStart)
{
    restart(
        {.switches = {switch_before(worker_role, Point::work_start, work_name, actor_role(1))}});
    work_.initialised();
    add_actor([&] { queue_work(system_long_wq, &work_); });
    add_actor([&] {
        EXPECT_TRUE(work_pending(&work_));
        EXPECT_FALSE(queue_work(system_long_wq, &work_));
    });
    run();
    EXPECT_EQ(journal(), Strings{"runs"});
    EXPECT_EQ(events(EventKind::switched).size(), 1U);
}

TEST_F(Workqueue, QueuedWhileRunningItRunsAgainOnlyAfterTheFirstReturned)
{
    work_.initialised().body = [&] {
        note("begins");
        gate_.pass();
        note("ends");
    };
    add_actor([&] { queue_work(system_long_wq, &work_); });
    run();
    add_actor([&] { EXPECT_TRUE(queue_work(system_long_wq, &work_)); });
    run();
    EXPECT_EQ(journal(), Strings{"begins"}) << "not beside itself";
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "begins", "ends"}));
    EXPECT_TRUE(ended());
}

// Memory rule [S].
TEST_F(Workqueue, WhatWasWrittenBeforeARefusedQueueingIsSeenByTheComingRun)
{
    int written = 0;
    work_.initialised().body = [&] { EXPECT_EQ(written, 2); };
    run_actor([&] {
        written = 1;
        EXPECT_TRUE(queue_work(system_long_wq, &work_));
        written = 2;
        EXPECT_FALSE(queue_work(system_long_wq, &work_));
    });
    EXPECT_EQ(events(EventKind::work_begin).size(), 1U);
}

// The core reads it when it starts the item; mainline puts it in just before queueing.
TEST_F(Workqueue, FunctionThatStartsIsTheOneSetLast)
{
    work_.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        work_.func = make_func(+[](work_struct *) {}, "other_function", Word::vmlinux);
    });
    EXPECT_EQ(events(EventKind::work_end).size(), 1U);
    EXPECT_TRUE(journal().empty());
}

TEST_F(Workqueue, TextThatAPendingItemNoLongerPointsToMayGo)
{
    work_.initialised();
    run_actor([&] {
        work_.func = make_func(+[](work_struct *) {}, "old_function", Word::dax_hmem);
        queue_work(system_long_wq, &work_);
        check_no_work_runs(text_of(Word::dax_cxl));
        work_.func = TestWork::function();
        check_no_work_runs(text_of(Word::dax_hmem));
        work_.func = make_func(+[](work_struct *) {}, "new_function", Word::dax_hmem);
        check_no_work_runs(text_of(Word::dax_hmem));
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::work_text_gone});
    EXPECT_STREQ(events(EventKind::misuse).at(0).function, "new_function");
}

TEST_F(Workqueue, QueueingAFreedItemStopsTheRun)
{
    run_actor([] {
        auto *work = new_object<work_struct>(work_name);
        kfree(work);
        queue_work(system_long_wq, work);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::use_after_free});
}

TEST_F(Workqueue, QueueingToNullStopsTheRun)
{
    work_.initialised();
    run_actor([&] { queue_work(nullptr, &work_); });
    EXPECT_EQ(misuses(), Misuses{Misuse::workqueue_null});
}

// "Already set -> false, nothing else happens": the queue is not looked at.
TEST_F(Workqueue, QueueingAPendingItemToNullIsJustRefused)
{
    work_.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        EXPECT_FALSE(queue_work(nullptr, &work_));
    });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Workqueue, QueueingIsRecordedWithItsResultAndItsQueue)
{
    work_.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        queue_work(system_long_wq, &work_);
    });
    const auto queued = events(EventKind::work_queued, work_name);
    ASSERT_EQ(queued.size(), 2U);
    EXPECT_EQ(queued[0].value, 1);
    EXPECT_EQ(queued[1].value, 0);
    EXPECT_EQ(queued[0].other, name_of(Word::system_long_wq));
    EXPECT_EQ(queued[1].other, name_of(Word::system_long_wq));
}

// ---------------------------------------------------------------- execution

TEST_F(Workqueue, ItemsOfSystemLongWqOverlap)
{
    work_.initialised().body = [&] {
        gate_.pass(); // which only the other one opens
        note("first");
    };
    TestWork other(Word::cxl_register, [&] {
        note("second");
        gate_.open();
    });
    other.initialised();
    run_actor([&] {
        queue_work(system_long_wq, &work_);
        queue_work(system_long_wq, &other);
    });
    EXPECT_EQ(journal(), (Strings{"second", "first"}));
    EXPECT_TRUE(ended());
}

TEST_F(Workqueue, OrderedQueueRunsOneAtATimeInTheOrderOfQueueing)
{
    TestWork second(Word::cxl_register, [&] { note("second"); });
    TestWork third(Word::cxl_enumerate, [&] { note("third"); });
    work_.body = [&] {
        gate_.pass();
        note("first");
    };
    for (TestWork *work : {&work_, &second, &third})
        work->initialised();
    add_actor([&] {
        workqueue_struct *queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
        for (TestWork *work : {&work_, &third, &second})
            EXPECT_TRUE(queue_work(queue, work));
    });
    run();
    EXPECT_EQ(events(EventKind::work_begin).size(), 1U);
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(journal(), (Strings{"first", "third", "second"}));
    EXPECT_TRUE(ended());
}

TEST_F(Workqueue, ItemQueuedAgainOnAnOrderedQueueGoesToItsEnd)
{
    TestWork second(Word::cxl_register, [&] { note("second"); });
    second.initialised();
    workqueue_struct *queue = nullptr;
    work_.initialised().body = [&] {
        note("first");
        if (journal().size() == 1)
            queue_work(queue, &work_);
    };
    run_actor([&] {
        queue = alloc_ordered_workqueue(name_of(Word::dax_hmem_wq));
        queue_work(queue, &work_);
        queue_work(queue, &second);
    });
    EXPECT_EQ(journal(), (Strings{"first", "second", "first"}));
}

// Non-reentrancy holds only per workqueue: max concurrency 2 [M].
TEST_F(Workqueue, ItemRunsBesideItselfOnTwoQueues)
{
    int running = 0;
    int most = 0;
    work_.initialised().body = [&] {
        most = std::max(most, ++running);
        gate_.pass();
        --running;
    };
    add_actor([&] { queue_work(system_long_wq, &work_); });
    run();
    run_actor([&] {
        EXPECT_TRUE(queue_work(alloc_ordered_workqueue(name_of(Word::dax_hmem_wq)), &work_));
    });
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(most, 2);
    EXPECT_TRUE(ended());
}

// "BUG: workqueue leaked atomic, lock or RCU": a message, not a stop.
TEST_F(Workqueue, FunctionThatReturnsWithALockHeldIsWarnedOf)
{
    mutex lock{.name = name_of(Word::hmem_resource_lock)};
    work_.initialised().body = [&] { mutex_lock(&lock); };
    run_actor([&] { queue_work(system_long_wq, &work_); });
    EXPECT_EQ(misuses(), Misuses{Misuse::lock_leaked});
    EXPECT_EQ(events(EventKind::misuse).at(0).object, lock.name);
    EXPECT_TRUE(ended());
}

// "The function may free its own work item; the core does not touch it after the call."
TEST_F(Workqueue, FunctionMayFreeItsOwnItem)
{
    run_actor([] {
        auto *work = new_object<work_struct>(work_name);
        work->name = work_name;
        INIT_WORK(work, make_func(+[](work_struct *self) { kfree(self); }, "frees", Word::vmlinux));
        queue_work(system_long_wq, work);
    });
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(state_.objects.survivors().empty());
}

TEST_F(Workqueue, FunctionMustNotFreeItsOwnItemWhileThatIsPendingAgain)
{
    const auto frees = +[](work_struct *self) {
        queue_work(system_long_wq, self);
        kfree(self);
    };
    run_actor([&] {
        auto *work = new_object<work_struct>(work_name);
        work->name = work_name;
        INIT_WORK(work, make_func(frees, "frees", Word::vmlinux));
        queue_work(system_long_wq, work);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::object_freed_busy});
}

} // namespace
} // namespace kernel
