// SPDX-License-Identifier: GPL-2.0-only
// Covers: the end of a run by deadlock, by the step budget, by an oops (DESIGN "Tasks and
// schedules").
#include "kernel/lock.hpp"
#include "kernel/scheduler.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace kernel {
namespace {

constexpr Name here = name_of(Word::test, 0);

class Ending : public KernelTest {
protected:
    // Takes the one, lets the other task take its own, then wants that, too.
    Body takes(mutex *first, mutex *second)
    {
        return [this, first, second] {
            mutex_lock(first);
            if (++holders_ == 2)
                gate_.open();
            gate_.pass();
            mutex_lock(second);
        };
    }

    mutex left_{.name = name_of(Word::root_decoder, 0)};
    mutex right_{.name = name_of(Word::root_decoder, 1)};
    int holders_ = 0;
    Gate gate_;
};

TEST_F(Ending, DeadlockNamesWhatEachTaskHoldsAndWaitsFor)
{
    add_actor(takes(&left_, &right_));
    add_actor(takes(&right_, &left_));
    run();
    EXPECT_FALSE(stopped()) << "nothing can run; that this is the end, only the driver knows";
    state_.scheduler.report_deadlock();

    EXPECT_TRUE(stopped());
    EXPECT_EQ(misuses(), Misuses{Misuse::deadlock});
    const auto stuck = events(EventKind::stuck);
    const auto holds = events(EventKind::stuck_holds);
    ASSERT_EQ(stuck.size(), 2U);
    ASSERT_EQ(holds.size(), 2U);
    for (std::uint16_t task = 0; task < 2; ++task) {
        EXPECT_EQ(stuck[task].task, task);
        EXPECT_EQ(stuck[task].detail, static_cast<std::uint8_t>(Wait::lock));
        EXPECT_EQ(holds[task].task, task);
    }
    EXPECT_EQ(stuck[0].object, right_.name);
    EXPECT_EQ(holds[0].object, left_.name);
    EXPECT_EQ(stuck[1].object, left_.name);
    EXPECT_EQ(holds[1].object, right_.name);
}

TEST_F(Ending, DeadlockIsChargedToTheOldestTaskInsideTheCodeUnderTest)
{
    Gate closed;
    add_actor([&] { closed.pass(); });
    add_actor([&] {
        const func<void(void *)> function{[](void *gate) { static_cast<Gate *>(gate)->pass(); },
                                          "dax_hmem_exit",
                                          {Word::dax_hmem, 0}};
        call(FrameKind::exit, function, &closed);
    });
    run();
    state_.scheduler.report_deadlock();
    const auto misuse = events(EventKind::misuse);
    ASSERT_EQ(misuse.size(), 1U);
    EXPECT_EQ(misuse[0].task, 1);
    EXPECT_STREQ(misuse[0].function, "dax_hmem_exit");
}

TEST_F(Ending, StepBudgetStopsWhatDoesNotComeToRest)
{
    restart({.steps_max = 50});
    run_actor([] {
        for (;;)
            point(Point::operation, here);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::step_budget});
    EXPECT_TRUE(stopped());
    EXPECT_EQ(events(EventKind::point).size(), 50U);
}

TEST_F(Ending, StepBudgetCountsWaitsToo)
{
    restart({.steps_max = 50});
    bool turn = false;
    for (const bool mine : {false, true})
        add_actor([&turn, mine] {
            for (;;) {
                const auto is_my_turn =
                    mine ? +[](const void *b) { return *static_cast<const bool *>(b); }
                         : +[](const void *b) { return !*static_cast<const bool *>(b); };
                wait_until(Wait::child_task, {}, is_my_turn, &turn);
                turn = !mine;
            }
        });
    run();
    EXPECT_EQ(misuses(), Misuses{Misuse::step_budget});
}

TEST_F(Ending, OopsStopsAllTasksAtOnce)
{
    add_actor([] { oops(Misuse::null_pointer, here); });
    add_actor([&] { note("b"); });
    run();
    EXPECT_TRUE(stopped());
    EXPECT_TRUE(journal().empty());
}

TEST_F(Ending, MoreTasksThanTheBoundStopTheRunWithoutAVerdict)
{
    run_actor([&] {
        for (std::size_t i = 0; i < bounds::tasks_max; ++i)
            add_actor([&] { note("b"); });
    });
    EXPECT_TRUE(stopped());
    EXPECT_NE(state_.unmodelled, nullptr);
    EXPECT_TRUE(misuses().empty());
}

void nested_calls(std::size_t depth)
{
    if (depth == 0)
        return;
    frame_enter(FrameKind::work, "nested_calls", {});
    nested_calls(depth - 1);
    frame_leave();
}

TEST_F(Ending, CallsNestedDeeperThanTheBoundStopTheRunWithoutAVerdict)
{
    run_actor([] { nested_calls(bounds::call_depth_max); });
    EXPECT_TRUE(ended());
    run_actor([] { nested_calls(bounds::call_depth_max + 1); });
    EXPECT_TRUE(stopped());
    EXPECT_NE(state_.unmodelled, nullptr);
    EXPECT_TRUE(misuses().empty());
}

TEST_F(Ending, MoreLocksHeldThanTheBoundStopTheRunWithoutAVerdict)
{
    std::array<mutex, bounds::locks_held_max + 1> locks;
    for (std::size_t i = 0; i < locks.size(); ++i)
        locks[i].name = name_of(Word::test, static_cast<int>(i));
    std::size_t wanted = bounds::locks_held_max;
    const Body takes_and_drops = [&] {
        for (std::size_t i = 0; i < wanted; ++i)
            mutex_lock(&locks[i]);
        for (std::size_t i = wanted; i-- > 0;)
            mutex_unlock(&locks[i]);
    };
    run_actor(takes_and_drops);
    EXPECT_TRUE(ended());
    ++wanted;
    run_actor(takes_and_drops);
    EXPECT_TRUE(stopped());
    EXPECT_NE(state_.unmodelled, nullptr);
    EXPECT_TRUE(misuses().empty());
}

} // namespace
} // namespace kernel
