// SPDX-License-Identifier: GPL-2.0-only
// Covers: switches where a task blocks or ends. Does not cover: those before a step
// (scheduler_test.cpp).
#include "kernel/scheduler.hpp"

#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

constexpr Role worker_role = role_of(Word::resolution);
constexpr Name gate_name = name_of(Word::test); // what a Gate is called

Switch switch_at(Occasion occasion, Role role, Name object, Role target, std::uint16_t arrival = 1)
{
    return {
        .occasion = occasion, .role = role, .object = object, .arrival = arrival, .target = target};
}

class Stops : public KernelTest {
protected:
    Gate gate;

    Body says(const char *who)
    {
        return [this, who] { note(who); };
    }
    // By default the worker goes first and opens the gate that the first actor comes to.
    Strings order_with(std::vector<Switch> switches)
    {
        restart({.switches = std::move(switches)});
        gate = {};
        add_actor([this] {
            note("a");
            gate.pass();
            note("a");
        });
        add_actor(says("b"));
        add_actor(says("c"));
        add_task(worker_role, [this] {
            note("w");
            gate.open();
        });
        run();
        return journal();
    }
};

} // namespace

TEST_F(Stops, ByDefaultTheOldestGoesOn)
{
    EXPECT_EQ(order_with({}), (Strings{"w", "a", "a", "b", "c"}));
}

TEST_F(Stops, WhereATaskEndsAnotherGoesOn)
{
    const Switch item = switch_at(Occasion::ends, worker_role, {}, actor_role(2));
    EXPECT_EQ(order_with({item}), (Strings{"w", "c", "a", "a", "b"}));
    const auto switched = events(EventKind::switched);
    ASSERT_EQ(switched.size(), 1U);
    EXPECT_EQ(switched[0].task, 3) << "who stopped";
    EXPECT_EQ(switched[0].extra, 2) << "who goes on";
}

TEST_F(Stops, WhoEndsASecondTimeIsAnotherArrival)
{
    EXPECT_EQ(order_with({switch_at(Occasion::ends, worker_role, {}, actor_role(2), 2)}),
              (Strings{"w", "a", "a", "b", "c"}));
    EXPECT_TRUE(events(EventKind::switch_idle).empty());
}

TEST_F(Stops, WhereATaskBlocksAnotherGoesOn)
{
    restart({.switches = {switch_at(Occasion::blocks, actor_role(0), gate_name, actor_role(2))}});
    Gate shut;
    add_actor([&] { shut.pass(); });
    add_actor([&] {
        note("b");
        shut.open();
    });
    add_actor(says("c"));
    run();
    EXPECT_EQ(journal(), (Strings{"c", "b"}));
}

TEST_F(Stops, ABlockOnAnotherObjectIsNoArrival)
{
    restart({.switches = {switch_at(Occasion::blocks, actor_role(0), name_of(Word::test, 1),
                                    actor_role(2))}});
    Gate shut;
    add_actor([&] { shut.pass(); });
    add_actor([&] {
        note("b");
        shut.open();
    });
    add_actor(says("c"));
    run();
    EXPECT_EQ(journal(), (Strings{"b", "c"}));
}

TEST_F(Stops, ASwitchToWhoCannotRunChangesNothing)
{
    EXPECT_EQ(order_with({switch_at(Occasion::ends, worker_role, {}, actor_role(3))}),
              (Strings{"w", "a", "a", "b", "c"}));
    EXPECT_EQ(events(EventKind::switch_idle).size(), 1U);
}

// Where the worker ends a, b and c could go on; where a ends b and c; where b ends only c.
TEST_F(Stops, IndexedSwitchesCountStopsWithAChoiceApartFromPoints)
{
    const auto stop = [](std::uint16_t gap, std::uint8_t pick) {
        return Switch{.indexed = true, .occasion = Occasion::blocks, .gap = gap, .pick = pick};
    };
    EXPECT_EQ(order_with({stop(1, 0)}), (Strings{"w", "b", "a", "a", "c"}));
    EXPECT_EQ(order_with({stop(1, 1)}), (Strings{"w", "c", "a", "a", "b"}));
    EXPECT_EQ(order_with({stop(2, 0)}), (Strings{"w", "a", "a", "c", "b"}));
    EXPECT_EQ(order_with({stop(3, 0)}), (Strings{"w", "a", "a", "b", "c"}));
    EXPECT_TRUE(events(EventKind::switched).empty());
    EXPECT_EQ(order_with({{.indexed = true, .gap = 1, .pick = 0}}),
              (Strings{"w", "a", "a", "b", "c"}));
}

} // namespace kernel
