// SPDX-License-Identifier: GPL-2.0-only
// Covers: flush_workqueue and destroy_workqueue (KERNEL.md section 1).
#include "kernel/testing.hpp"
#include "kernel/workqueue.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Name queue_name = name_of(Word::dax_hmem_wq);

class QueueWait : public KernelTest {
protected:
    // The work function says that it begins, waits for the gate, says that it ends.
    TestWork work_{Word::resolution, [this] {
                       note("begins");
                       gate_.pass();
                       note("ends");
                   }};
    Gate gate_;
    workqueue_struct *queue_ = nullptr;

    // An ordered queue with the item of the fixture running on it.
    void start_on_own_queue()
    {
        work_.initialised();
        run_actor([&] {
            queue_ = alloc_ordered_workqueue(queue_name);
            queue_work(queue_, &work_);
        });
        ASSERT_EQ(journal(), Strings{"begins"});
    }
    void open_gate()
    {
        run_actor([&] { gate_.open(); });
    }
};

TEST_F(QueueWait, FlushWaitsForAllThatWasQueuedBeforeAndForNothingLater)
{
    start_on_own_queue();
    Gate later_gate;
    TestWork before(Word::cxl_register, [&] { note("before"); });
    TestWork later(Word::cxl_enumerate, [&] {
        note("later");
        later_gate.pass();
    });
    before.initialised();
    later.initialised();
    run_actor([&] {
        queue_work(queue_, &before);
        flush_workqueue(queue_);
        note("flushed");
    });
    run_actor([&] { queue_work(queue_, &later); });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "before", "later", "flushed"}));
    run_actor([&] { later_gate.open(); });
    EXPECT_TRUE(ended());
}

TEST_F(QueueWait, FlushOfAnIdleQueueReturnsAtOnce)
{
    run_actor([] { flush_workqueue(alloc_ordered_workqueue(queue_name)); });
    EXPECT_TRUE(ended());
}

TEST_F(QueueWait, FlushOfNullStopsTheRun)
{
    run_actor([] { flush_workqueue(nullptr); });
    EXPECT_EQ(misuses(), Misuses{Misuse::workqueue_null});
}

TEST_F(QueueWait, FlushFromAWorkOfTheSameQueueHangsForEver)
{
    work_.initialised().body = [&] { flush_workqueue(queue_); };
    run_actor([&] {
        queue_ = alloc_ordered_workqueue(queue_name);
        queue_work(queue_, &work_);
    });
    EXPECT_FALSE(ended());
    EXPECT_FALSE(stopped());
}

TEST_F(QueueWait, DestroyRunsWhatIsPendingFirst)
{
    work_.initialised();
    gate_.open();
    run_actor([&] {
        queue_ = alloc_ordered_workqueue(queue_name);
        queue_work(queue_, &work_);
        destroy_workqueue(queue_);
        note("destroyed");
    });
    EXPECT_EQ(journal(), (Strings{"begins", "ends", "destroyed"}));
    EXPECT_TRUE(state_.objects.survivors().empty());
}

// [M]: 1+3 runs.
TEST_F(QueueWait, DestroyRunsChainedRequeuesToo)
{
    int runs = 0;
    work_.initialised().body = [&] {
        if (++runs <= 3) {
            EXPECT_TRUE(queue_work(queue_, &work_));
        }
    };
    run_actor([&] {
        queue_ = alloc_ordered_workqueue(queue_name);
        queue_work(queue_, &work_);
        destroy_workqueue(queue_);
    });
    EXPECT_EQ(runs, 4);
    EXPECT_TRUE(ended());
    EXPECT_TRUE(misuses().empty());
}

// WARN_ONCE; PENDING stays stuck and the answer is true all the same [S].
TEST_F(QueueWait, QueueingToADrainingQueueFromOutsideWarnsSaysTrueAndNeverRuns)
{
    start_on_own_queue();
    run_actor([&] { destroy_workqueue(queue_); });
    TestWork late(Word::cxl_register, [&] { note("late"); });
    late.initialised();
    run_actor([&] {
        EXPECT_TRUE(queue_work(queue_, &late));
        EXPECT_TRUE(work_pending(&late));
    });
    open_gate();
    EXPECT_EQ(journal(), (Strings{"begins", "ends"}));
    EXPECT_EQ(misuses(), Misuses{Misuse::workqueue_draining});
    EXPECT_TRUE(work_pending(&late));
    EXPECT_TRUE(ended());
}

TEST_F(QueueWait, EveryUseOfADestroyedQueueStopsTheRun)
{
    void (*const uses[])(workqueue_struct *, work_struct *) = {
        [](workqueue_struct *queue, work_struct *work) { queue_work(queue, work); },
        [](workqueue_struct *queue, work_struct *) { flush_workqueue(queue); },
        [](workqueue_struct *queue, work_struct *) { destroy_workqueue(queue); },
    };
    for (const auto use : uses) {
        restart();
        work_.initialised();
        run_actor([&] {
            workqueue_struct *queue = alloc_ordered_workqueue(queue_name);
            destroy_workqueue(queue);
            use(queue, &work_);
        });
        EXPECT_EQ(misuses(), Misuses{Misuse::workqueue_destroyed});
        EXPECT_EQ(events(EventKind::misuse).at(0).object, queue_name);
    }
}

TEST_F(QueueWait, QueueDestroyedAtThePointBeforeItsSecondDestructionIsDestroyedOnlyOnce)
{
    restart({.switches = {switch_before(actor_role(0), Point::destroy_workqueue, queue_name,
                                        actor_role(1))}});
    add_actor([&] {
        queue_ = alloc_ordered_workqueue(queue_name);
        destroy_workqueue(queue_);
    });
    add_actor([&] { destroy_workqueue(queue_); });
    run();
    EXPECT_EQ(misuses(), Misuses{Misuse::workqueue_destroyed});
}

TEST_F(QueueWait, DestroyOfNullStopsTheRun)
{
    run_actor([] { destroy_workqueue(nullptr); });
    EXPECT_EQ(misuses(), Misuses{Misuse::workqueue_null});
}

} // namespace
} // namespace kernel
