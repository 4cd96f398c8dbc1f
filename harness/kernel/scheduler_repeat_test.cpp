// SPDX-License-Identifier: GPL-2.0-only
// Covers: the same input gives the same records, byte for byte, whatever ran before on the same
// State (DESIGN "The one idea"); a run that was stopped leaves nothing behind.
#include "kernel/lock.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace kernel {
namespace {

// Every field of a record; text by its characters.
std::string print(const Event &event)
{
    std::ostringstream out;
    out << event_text(event.kind) << ' ' << int{event.detail} << ' ' << event.task << ' '
        << to_string(event.object) << ' ' << to_string(event.other) << ' ' << event.value << ' '
        << event.extra << ' ' << (event.function != nullptr ? event.function : "") << ' '
        << (event.caller != nullptr ? event.caller : "") << ' ' << event.start << ' ' << event.end;
    return out.str();
}

class Repetition : public KernelTest {
protected:
    // Workers, actors, devices, locks and switches in one story.
    Strings story()
    {
        restart({.switches = {switch_before(actor_role(0), Point::device_add,
                                            name_of(Word::hmem, 0), actor_role(1)),
                              {.indexed = true, .gap = 3, .pick = 1},
                              {.indexed = true, .gap = 2, .pick = 0},
                              {.indexed = true, .gap = 500, .pick = 0}}}); // still counting
        mutex lock{.name = name_of(Word::hmem_resource_lock)};
        TestWork work(Word::resolution, [&] { guard_mutex guard(&lock); });
        work.initialised();
        TestDriver driver(Word::hmem, [&](device *) {
            queue_work(system_long_wq, &work);
            return 0;
        });
        driver.asynchronous();
        add_actor([&] {
            driver_register(&driver);
            platform_device_unregister(add_device(Word::hmem, 0));
            flush_work(&work);
        });
        add_actor([&] {
            guard_mutex guard(&lock);
            add_device(Word::hmem, 1);
            wait_for_device_probe();
        });
        run();
        EXPECT_TRUE(ended());
        return printed();
    }
    // Stops in the middle of nested calls, with other tasks blocked and objects freed and alive.
    void accident()
    {
        restart();
        mutex lock{.name = name_of(Word::hmem_resource_lock)};
        TestDriver driver(Word::hmem, [&](device *dev) {
            manage(dev, [] { ADD_FAILURE() << "nothing is unwound"; });
            mutex_lock(&lock);
            kfree(new_object<int>(name_of(Word::test)));
            oops(Misuse::null_pointer, dev->name);
            return 0;
        });
        Gate closed;
        for (int i = 0; i < 5; ++i)
            add_actor([&] { closed.pass(); });
        run_actor([&] {
            driver_register(&driver);
            add_device(Word::hmem, 0);
        });
        EXPECT_TRUE(stopped());
    }
    Strings printed() const
    {
        Strings text;
        for (const Event &event : state_.events)
            text.push_back(print(event));
        return text;
    }
};

TEST_F(Repetition, SameInputGivesTheSameRecords)
{
    const Strings first = story();
    EXPECT_GT(first.size(), 50U);
    EXPECT_EQ(story(), first);
}

TEST_F(Repetition, StoppedRunLeavesNothingBehindForTheNext)
{
    const Strings undisturbed = story();
    for (int i = 0; i < 3; ++i) {
        accident();
        EXPECT_EQ(story(), undisturbed);
    }
}

TEST_F(Repetition, AbandonedTasksAreNeitherAliveNorOnTheHeap)
{
    accident();
    restart();
    EXPECT_TRUE(state_.scheduler.alive().empty());
    EXPECT_TRUE(state_.work_instances.empty());
    EXPECT_TRUE(state_.platform_bus.devices.empty());
    EXPECT_TRUE(state_.platform_bus.drivers.empty());
    EXPECT_EQ(state_.probe_count, 0);
    EXPECT_FALSE(stopped());
}

} // namespace
} // namespace kernel
