// SPDX-License-Identifier: GPL-2.0-only
// Covers: the default schedule, named and indexed switches, blocking (DESIGN "Tasks and
// schedules").
// Does not cover: how a run ends (scheduler_end_test.cpp), that equal inputs give equal records
// (scheduler_repeat_test.cpp).
#include "kernel/scheduler.hpp"

#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Role worker_role = role_of(Word::resolution);
constexpr Role other_worker_role = role_of(Word::cxl_register);
constexpr Name here = name_of(Word::test, 0);
constexpr Name elsewhere = name_of(Word::test, 1);

Switch indexed_switch(std::uint16_t gap, std::uint8_t pick)
{
    return {.indexed = true, .gap = gap, .pick = pick};
}

class Scheduling : public KernelTest {
protected:
    // Notes `who` and a number before each of `points` points and once after them.
    Body passes(const char *who, int points = 1, Name object = here)
    {
        return [this, who, points, object] {
            for (int i = 0; i < points; ++i) {
                note(who + std::to_string(i));
                point(Point::operation, object);
            }
            note(who + std::to_string(points));
        };
    }
    Body blocks(const char *who, Gate *gate)
    {
        return [this, who, gate] {
            note(who);
            gate->pass();
            note(who);
        };
    }
    void start_with(std::vector<Switch> switches) { restart({.switches = std::move(switches)}); }
};

// ---------------------------------------------------------------- the default schedule

TEST_F(Scheduling, CurrentTaskGoesOnAtAPoint)
{
    add_actor(passes("a", 2));
    add_actor(passes("b"));
    run();
    EXPECT_EQ(journal(), (Strings{"a0", "a1", "a2", "b0", "b1"}));
}

TEST_F(Scheduling, WhenItEndsTheOldestOtherThanActorsComesThenTheOldestActor)
{
    add_actor(passes("a", 0));
    add_task(worker_role, passes("v", 0));
    add_actor(passes("b", 0));
    add_task(other_worker_role, passes("w", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"v0", "w0", "a0", "b0"}));
}

TEST_F(Scheduling, WhenItBlocksTheOldestOtherThanActorsComesThenTheOldestActor)
{
    Gate gate;
    add_actor([&] {
        add_task(worker_role, passes("v", 0));
        add_task(other_worker_role, passes("w", 0));
        note("a");
        gate.pass();
        note("a");
    });
    add_actor([&] {
        note("b");
        gate.open();
    });
    run();
    EXPECT_EQ(journal(), (Strings{"a", "v0", "w0", "b", "a"}));
}

TEST_F(Scheduling, BootAndEpilogueAreActors)
{
    add_task(role_of(Word::boot), passes("boot", 0));
    add_task(role_of(Word::epilogue), passes("epilogue", 0));
    add_task(worker_role, passes("v", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"v0", "boot0", "epilogue0"}));
}

TEST_F(Scheduling, OldestMeansCreatedFirstAlsoWhereStorageIsReused)
{
    add_actor(passes("a", 0));
    add_actor([&] {
        // Takes over the storage of the first actor, and is younger than the third nevertheless.
        add_actor(passes("d", 0));
    });
    add_actor(passes("c", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"a0", "c0", "d0"}));
}

TEST_F(Scheduling, PointThatKeepsTheTaskIsOneRecordAndNoSwitch)
{
    run_actor(passes("a", 5));
    EXPECT_EQ(events(EventKind::point).size(), 5U);
    EXPECT_EQ(events(EventKind::task_runs).size(), 1U);
}

TEST_F(Scheduling, ConditionThatHoldsAlreadyDoesNotBlock)
{
    Gate gate;
    gate.open();
    run_actor(blocks("a", &gate));
    EXPECT_TRUE(events(EventKind::blocks).empty());
    EXPECT_TRUE(ended());
}

TEST_F(Scheduling, TaskEndsOnceItsBodyReturned)
{
    Gate gate;
    add_actor(passes("a", 0));
    add_actor(blocks("b", &gate));
    run();
    EXPECT_TRUE(state_.scheduler.ended(0));
    EXPECT_FALSE(state_.scheduler.ended(1));
}

// ---------------------------------------------------------------- switches

TEST_F(Scheduling, NamedSwitchHitsTheNthArrival)
{
    start_with({switch_before(actor_role(0), Point::operation, here, actor_role(1), 2)});
    add_actor(passes("a", 3));
    add_actor(passes("b", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"a0", "a1", "b0", "a2", "a3"}));
    EXPECT_EQ(events(EventKind::switched).size(), 1U);
    EXPECT_TRUE(events(EventKind::switch_idle).empty()) << "no other arrival";
}

TEST_F(Scheduling, ArrivalCountsOneRoleAtOnePointOnOneObject)
{
    start_with({switch_before(actor_role(0), Point::operation, here, actor_role(1), 2)});
    add_actor([&] {
        point(Point::operation, here); // arrival 1
        point(Point::operation, elsewhere);
        point(Point::queue_work, here);
        Gate gate;
        add_task(worker_role, [&gate] {
            point(Point::operation, here); // another role's
            gate.open();
        });
        gate.pass();
        note("a");
        point(Point::operation, here); // arrival 2
        note("a");
    });
    add_actor(passes("b", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"a", "b0", "a"}));
}

TEST_F(Scheduling, InterruptedTaskIsRunnableAndGoesOnByTheDefaultSchedule)
{
    start_with({switch_before(actor_role(0), Point::operation, here, actor_role(2))});
    Gate gate;
    add_actor(passes("a"));
    add_actor([&] {
        note("b");
        gate.open();
    });
    add_actor(blocks("c", &gate));
    run();
    EXPECT_EQ(journal(), (Strings{"a0", "c", "a1", "b", "c"}));
}

TEST_F(Scheduling, SwitchToABlockedTaskIsAnEventAndNothingElse)
{
    start_with({switch_before(actor_role(1), Point::operation, here, actor_role(0))});
    Gate gate;
    add_actor(blocks("a", &gate));
    add_actor(passes("b"));
    run();
    EXPECT_EQ(journal(), (Strings{"a", "b0", "b1"}));
    const auto idle = events(EventKind::switch_idle);
    ASSERT_EQ(idle.size(), 1U);
    EXPECT_EQ(idle[0].value, 0);
    EXPECT_TRUE(events(EventKind::switched).empty());
}

TEST_F(Scheduling, SwitchToATaskThatDoesNotExistOrIsItselfIsAnEventAndNothingElse)
{
    start_with({switch_before(actor_role(0), Point::operation, here, actor_role(3)),
                switch_before(actor_role(0), Point::queue_work, here, actor_role(0))});
    add_actor([&] {
        point(Point::operation, here);
        point(Point::queue_work, here);
        note("a");
    });
    add_actor(passes("b", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"a", "b0"}));
    EXPECT_EQ(events(EventKind::switch_idle).size(), 2U);
}

TEST_F(Scheduling, SwitchToATaskWhoseConditionHoldsWakesIt)
{
    start_with({switch_before(actor_role(1), Point::operation, here, actor_role(0))});
    Gate gate;
    add_actor(blocks("a", &gate));
    add_actor([&] {
        gate.open();
        point(Point::operation, here);
        note("b");
    });
    run();
    EXPECT_EQ(journal(), (Strings{"a", "a", "b"}));
}

TEST_F(Scheduling, SwitchRecordsItsIndexAndItsTarget)
{
    start_with({switch_before(actor_role(0), Point::queue_work, here, actor_role(1)),
                switch_before(actor_role(0), Point::operation, here, actor_role(1))});
    add_actor(passes("a"));
    add_actor(passes("b", 0));
    run();
    const auto switched = events(EventKind::switched);
    ASSERT_EQ(switched.size(), 1U);
    EXPECT_EQ(switched[0].value, 1);
    EXPECT_EQ(switched[0].extra, 1);
    EXPECT_EQ(switched[0].task, 0);
}

TEST_F(Scheduling, OfTwoSwitchesAtOnePointTheFirstSwitchesAndTheOtherIsIdle)
{
    start_with({switch_before(actor_role(0), Point::operation, here, actor_role(2)),
                switch_before(actor_role(0), Point::operation, here, actor_role(1)),
                indexed_switch(1, 0)});
    add_actor(passes("a"));
    add_actor(passes("b", 0));
    add_actor(passes("c", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"a0", "c0", "a1", "b0"}));
    const auto switched = events(EventKind::switched);
    ASSERT_EQ(switched.size(), 1U);
    EXPECT_EQ(switched[0].value, 0);
    const auto idle = events(EventKind::switch_idle);
    ASSERT_EQ(idle.size(), 2U);
    EXPECT_EQ(idle[0].value, 1);
    EXPECT_EQ(idle[1].value, 2);
}

TEST_F(Scheduling, SwitchThatCannotTakeThePointLeavesItToTheNext)
{
    start_with({switch_before(actor_role(0), Point::operation, here, actor_role(7)),
                switch_before(actor_role(0), Point::operation, here, actor_role(1))});
    add_actor(passes("a"));
    add_actor(passes("b", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"a0", "b0", "a1"}));
}

TEST_F(Scheduling, IndexedSwitchCountsOnlyPointsAtWhichAnotherTaskCouldRun)
{
    start_with({indexed_switch(2, 0)});
    add_actor([&] {
        for (int i = 0; i < 5; ++i)
            point(Point::operation, here); // alone: no choice
        add_actor(passes("b", 0));
        point(Point::operation, here); // choice 1
        note("a");
        point(Point::operation, here); // choice 2
        note("a");
    });
    run();
    EXPECT_EQ(journal(), (Strings{"a", "b0", "a"}));
}

TEST_F(Scheduling, IndexedSwitchPicksAmongTheOthersOldestFirstModuloTheirNumber)
{
    const auto first_after = [this](std::uint8_t pick) {
        start_with({indexed_switch(1, pick)});
        add_actor(passes("a"));
        add_actor(passes("b", 0));
        add_task(worker_role, [] {}); // runs before the actors
        add_actor(passes("c", 0));
        run();
        return journal().at(1);
    };
    EXPECT_EQ(first_after(0), "b0");
    EXPECT_EQ(first_after(1), "c0");
    EXPECT_EQ(first_after(2), "b0");
}

TEST_F(Scheduling, GapOfAnIndexedSwitchCountsFromTheOneBefore)
{
    start_with({indexed_switch(1, 0), indexed_switch(2, 0)});
    add_actor(passes("a", 5));
    add_actor(passes("b", 5));
    run();
    // a's first choice goes to b; b's second one back to a.
    EXPECT_EQ(journal(),
              (Strings{"a0", "b0", "b1", "a1", "a2", "a3", "a4", "a5", "b2", "b3", "b4", "b5"}));
}

TEST_F(Scheduling, SwitchesCountAndApplyOnlyWhileAllowed)
{
    start_with({switch_before(actor_role(0), Point::operation, here, actor_role(1)),
                indexed_switch(1, 0)});
    state_.scheduler.allow_switches(false);
    add_actor([&] {
        point(Point::operation, here);
        note("a");
        state_.scheduler.allow_switches(true);
        point(Point::operation, here); // its first arrival, and the first choice
        note("a");
    });
    add_actor(passes("b", 0));
    run();
    EXPECT_EQ(journal(), (Strings{"a", "b0", "a"}));
}

} // namespace
} // namespace kernel
