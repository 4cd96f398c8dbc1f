// SPDX-License-Identifier: GPL-2.0-only
// For unit tests of the simulated kernel: a kernel of the test's own, lambdas as tasks, work
// functions, probes and managed resources, and a look into what was recorded.
//
// Lambdas are called through plain functions, as the kernel calls a driver's. One that may be
// stopped in the middle (an oops, a deadlock) must own nothing there: fibers are abandoned, not
// unwound.
#pragma once

#include "kernel/call.hpp"
#include "kernel/device.hpp"
#include "kernel/event.hpp"
#include "kernel/kernel.hpp"
#include "kernel/platform.hpp"
#include "kernel/state.hpp"
#include "kernel/workqueue.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace kernel {

// For messages of GoogleTest.
inline void PrintTo(Misuse misuse, std::ostream *out) { *out << misuse_id(misuse); }
inline void PrintTo(EventKind kind, std::ostream *out) { *out << event_text(kind); }
inline void PrintTo(Name name, std::ostream *out) { *out << to_string(name); }

using Body = std::function<void()>;
using Misuses = std::vector<Misuse>;
using Strings = std::vector<std::string>;

// What a test blocks tasks on, so that it decides when they go on.
class Gate {
public:
    void open() { open_ = true; }
    void pass() { wait_until(Wait::child_task, name_of(Word::test), is_open, this); }

private:
    static bool is_open(const void *gate) { return static_cast<const Gate *>(gate)->open_; }

    bool open_ = false;
};

namespace testing_detail {

inline constexpr Word THIS_MODULE = Word::vmlinux;

inline void call_body(void *body) { (*static_cast<const Body *>(body))(); }

} // namespace testing_detail

// A work item with a lambda for its function, initialised as asked for; zero-filled by default.
struct TestWork : work_struct {
    Body body;

    explicit TestWork(Word word, Body what = {}) : body(std::move(what)) { name = name_of(word); }

    static void run(work_struct *work) { static_cast<TestWork *>(work)->body(); }
    static work_func_t function(Word module = Word::vmlinux)
    {
        return make_func(run, "test_work", module);
    }
    // As __WORK_INITIALIZER does.
    TestWork &initialised()
    {
        static_cast<work_struct &>(*this) = __WORK_INITIALIZER(name, function());
        return *this;
    }
};

// A driver on the platform bus with lambdas for its functions. Without one, every probe succeeds.
struct TestDriver : device_driver {
    std::function<int(device *)> on_probe;
    std::function<void(device *)> on_remove;

    explicit TestDriver(Word word, std::function<int(device *)> what = {})
        : on_probe(std::move(what))
    {
        name = name_of(word);
        bus = &state().platform_bus;
        device_driver::probe = make_func(call_probe, "test_probe", Word::vmlinux);
        device_driver::remove = make_func(call_remove, "test_remove", Word::vmlinux);
    }
    TestDriver &asynchronous()
    {
        type = probe_type::PROBE_PREFER_ASYNCHRONOUS;
        return *this;
    }

private:
    static int call_probe(device *dev)
    {
        const auto *self = static_cast<const TestDriver *>(dev->driver);
        return self->on_probe ? self->on_probe(dev) : 0;
    }
    static void call_remove(device *dev)
    {
        const auto *self = static_cast<const TestDriver *>(dev->driver);
        if (self->on_remove)
            self->on_remove(dev);
    }
};

// How a test starts its kernel.
struct Start {
    std::vector<Switch> switches = {};
    std::vector<Fault> faults = {};
    Memory memory = Memory::judged;
    std::uint64_t steps_max = 10000;
    Place place = usual_place();
};

inline Switch switch_before(Role role, Point point, Name object, Role target,
                            std::uint16_t arrival = 1)
{
    return {.role = role, .point = point, .object = object, .arrival = arrival, .target = target};
}

class KernelTest : public testing::Test {
protected:
    KernelTest() { begin({}); }
    ~KernelTest() override { state_.end(); }

    // Throws this test's run away and starts another one on the same State.
    void restart(const Start &start = {})
    {
        state_.end();
        begin(start);
    }

    // Tasks do nothing before run(). Actors are actor0, actor1, ... in order of creation.
    task_struct &add_task(Role role, Body body)
    {
        return state_.scheduler.create(role, testing_detail::call_body,
                                       &bodies_.emplace_back(std::move(body)));
    }
    task_struct &add_actor(Body body) { return add_task(actor_role(actors_++), std::move(body)); }
    // Until no task can go on, or the run stopped.
    void run() { state_.scheduler.run(); }
    // One more actor, and everything that it sets in motion.
    void run_actor(Body body)
    {
        add_actor(std::move(body));
        run();
    }

    // Whether every task came to its end.
    testing::AssertionResult ended() const
    {
        if (state_.unmodelled != nullptr)
            return testing::AssertionFailure() << "not modelled: " << state_.unmodelled;
        if (state_.scheduler.stopped())
            return testing::AssertionFailure() << "the run stopped";
        testing::AssertionResult result = testing::AssertionSuccess();
        for (const task_struct *task : state_.scheduler.alive())
            result = testing::AssertionFailure()
                     << word_text(task->role.kind) << " waits for " << wait_text(task->wait) << " "
                     << to_string(task->wait_object);
        return result;
    }
    bool stopped() const { return state_.scheduler.stopped(); }

    // A managed resource whose release is a lambda.
    static func<void(void *)> action() { return {testing_detail::call_body, "test_action", {}}; }
    void manage(device *dev, Body body)
    {
        EXPECT_EQ(devm_add_action(dev, action(), &bodies_.emplace_back(std::move(body))), 0);
    }

    // A platform device `word`.`number`, published.
    platform_device *add_device(Word word, int number = 0)
    {
        platform_device *pdev = platform_device_alloc(name_of(word, number));
        EXPECT_EQ(platform_device_add(pdev), 0);
        return pdev;
    }

    // What lambdas want to remember, in order.
    void note(std::string text) { journal_.push_back(std::move(text)); }
    const Strings &journal() const { return journal_; }

    std::vector<Event> events(EventKind kind) const
    {
        std::vector<Event> found;
        for (const Event &event : state_.events)
            if (event.kind == kind)
                found.push_back(event);
        return found;
    }
    std::vector<Event> events(EventKind kind, Name object) const
    {
        std::vector<Event> found = events(kind);
        std::erase_if(found, [object](const Event &event) { return event.object != object; });
        return found;
    }
    Misuses misuses() const
    {
        Misuses found;
        for (const Event &event : events(EventKind::misuse))
            found.push_back(static_cast<Misuse>(event.detail));
        return found;
    }

    State state_;

private:
    void begin(const Start &start)
    {
        bodies_.clear();
        journal_.clear();
        actors_ = 0;
        state_.begin(start.memory, start.switches, start.faults, start.steps_max, start.place);
        state_.scheduler.allow_switches(true);
        state_.faults_allowed = true;
    }

    CurrentState current_{state_};
    std::deque<Body> bodies_;
    Strings journal_;
    int actors_ = 0;
};

} // namespace kernel
