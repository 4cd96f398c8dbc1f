// SPDX-License-Identifier: GPL-2.0-only
// Tasks and the deterministic scheduler (DESIGN "Tasks and schedules").
//
// Covers: creating tasks, points, blocking on conditions, the default schedule, switches, the step
// budget, deadlock. Does not cover: time, priorities, preemption anywhere but at a point.
//
// Default schedule: the current task goes on; when it blocks or ends, the oldest runnable task that
// is not an actor; then the oldest runnable actor. Oldest means created first.
#pragma once

#include "kernel/bounds.hpp"
#include "kernel/call.hpp"
#include "kernel/director.hpp"
#include "kernel/event.hpp"
#include "kernel/fiber.hpp"
#include "kernel/schedule.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace kernel {

struct Frame {
    FrameKind kind{};
    const char *name = nullptr;
    Text text;
    // What its caller had.
    const char *cause = nullptr;
    const char *innermost = nullptr;
    Footprint outside;
};

struct HeldLock {
    Name name;
    Ordered kind{};
};

enum class TaskState : std::uint8_t { ready, blocked, done };

struct task_struct {
    std::uint16_t index = 0; // in order of creation, over the whole run
    Role role;
    TaskState state = TaskState::done;
    Fiber *fiber = nullptr;
    void (*body)(void *) = nullptr;
    void *argument = nullptr;

    // While blocked: what for, and the condition that ends it.
    Wait wait{};
    Name wait_object;
    bool (*ready)(const void *) = nullptr;
    const void *ready_argument = nullptr;

    std::array<Frame, bounds::call_depth_max> frames;
    std::size_t frame_count = 0;
    // The outermost function of the code under test on its stack, or, if there is none, the outermost of
    // all; and the innermost of the code under test; nullptr if there is none. Kept here, because every
    // record asks for them.
    const char *cause = nullptr;
    const char *innermost = nullptr;
    std::array<HeldLock, bounds::locks_held_max> held;
    std::size_t held_count = 0;
    // Of a worker inside the item's function.
    Name work;
    Name queue;

    std::uint16_t probes = 0;         // it is inside, the cleanup of a failed one included
    std::uint16_t counted_probes = 0; // those of them that are in probe_count
    bool async = false;               // what async_synchronize_full waits for
    Footprint scope;                  // what its code keeps to where it is
};

// The outermost function of the code under test on the task's stack; otherwise the outermost
// function there, otherwise what kind of task it is.
inline const char *cause_of(const task_struct &task)
{
    return task.cause != nullptr ? task.cause : word_text(task.role.kind).data();
}
// The innermost function of the code under test, or nullptr.
inline const char *innermost_of(const task_struct &task) { return task.innermost; }
// The kind of the outermost frame of the code under test; false if there is none.
bool outermost_is(const task_struct &task, FrameKind kind);

// What wait_for_device_probe waits for: a counted probe, an asynchronous function.
inline bool is_awaited(const task_struct &task) { return task.async || task.counted_probes > 0; }
std::uint16_t context_of(const task_struct &task);

class Scheduler {
public:
    // Both schedules and budgets hold for one run.
    void begin(std::span<const Switch> switches, std::uint64_t steps_max);
    // Between begin() and end(): switches count and apply only while this is true.
    void allow_switches(bool allow)
    {
        switches_allowed_ = allow;
        settle();
    }
    // Until end(): where the run can go another way is appended to `choices`, if it is not nullptr.
    void watch(Choices *choices)
    {
        choices_ = choices;
        settle();
    }
    Choices *watched() const { return choices_; }
    // Until end(): decides instead of switches, if it is not nullptr.
    void direct(Director *director)
    {
        director_ = director;
        settle();
    }
    // The running task's step touches it.
    void touch(Footprint touched) { touched_ = touched_ | touched; }
    // Gives all fibers back, abandoning what still runs.
    void end();

    // `body` and what `argument` points to must outlive the task. Any task may create another.
    task_struct &create(Role role, void (*body)(void *), void *argument);

    // From the main stack: runs tasks until none can go on, or the run stopped.
    void run();

    // From a task. False: no other has run meanwhile.
    bool point(Point point, Name object);
    void wait(Wait wait, Name object, bool (*ready)(const void *), const void *argument)
    {
        if (!ready(argument)) // most often it is
            block(wait, object, ready, argument);
    }
    [[noreturn]] void stop_here();

    task_struct &current() const { return *current_; }
    bool on_task() const { return current_ != nullptr; }
    bool stopped() const { return stopped_; }
    void mark_stopped() { stopped_ = true; }
    std::uint64_t steps() const { return steps_; }
    // From the main stack, when nothing can run: records what each blocked task holds and waits for,
    // and the deadlock, and stops the run.
    void report_deadlock();

    // Tasks that have not ended, oldest first.
    std::span<task_struct *const> alive() const { return alive_; }
    // Role of every task ever created in this run, by index.
    const std::vector<Role> &roles() const { return roles_; }
    // Whether the task with that index has ended.
    bool ended(std::uint16_t index) const;

private:
    struct SwitchState {
        Switch what;
        std::size_t index; // in the scenario
        std::uint16_t seen = 0;
    };

    struct IndexedSwitches {
        std::vector<SwitchState> all;
        std::size_t next = 0;
        std::uint32_t choices_since = 0; // the last one
    };
    // Where a switch may be.
    struct Arrival {
        Occasion occasion{};
        Point point{};
        Name object;
        Role role;
        std::uint16_t task = no_task;
    };

    static Fiber *task_main(void *argument);
    task_struct *begin_turn(const task_struct *last);
    task_struct *end_turn();
    void give_way();
    task_struct *pick();
    task_struct *pick_by_default() const;
    bool runnable(task_struct &task) const;
    void step();
    void block(Wait wait, Name object, bool (*ready)(const void *), const void *argument);
    void stop(Occasion occasion, Name object);
    void settle();
    [[gnu::noinline]] void show(Point point, Name object);
    void decide(Point point, Name object);
    void end_step(const task_struct &task);
    // nullptr: the run is given up.
    task_struct *ask_director(Occasion occasion, const task_struct &usual);
    // Who runs instead of `usual`, or nullptr.
    task_struct *match_switch(const Arrival &arrival, const task_struct *usual);
    // `taken`: another switch has this place. The one asked for is spent, and idle.
    task_struct *match_named(SwitchState &candidate, const Arrival &arrival, bool taken);
    task_struct *match_indexed(const Arrival &arrival, const task_struct *usual, bool taken);
    task_struct *spend(std::size_t index, const Arrival &arrival, task_struct *target, bool taken);
    void retire(task_struct &task);

    FiberPool fibers_;
    std::vector<std::unique_ptr<task_struct>> storage_;
    std::vector<task_struct *> free_;
    std::vector<task_struct *> alive_;
    std::vector<Role> roles_;
    std::vector<SwitchState> named_;
    IndexedSwitches at_points_;
    IndexedSwitches at_stops_;
    Choices *choices_ = nullptr;
    Director *director_ = nullptr;
    Footprint touched_; // in this step
    TaskSet created_ = 0;
    bool step_open_ = false;
    // The last task that stopped, until another one goes on.
    std::optional<Arrival> stopped_task_;
    task_struct *current_ = nullptr;
    task_struct *forced_ = nullptr;
    std::uint64_t steps_ = 0;
    std::uint64_t steps_max_ = 0;
    bool switches_allowed_ = false;
    // Follows from the above, as run_is_directed does; every step asks. Whether it makes a difference
    // where a switch could be.
    bool asked_ = false;
    bool stopped_ = false;
};

// Shorthands for the current run's scheduler.
bool point(Point point, Name object);
void wait_until(Wait wait, Name object, bool (*ready)(const void *), const void *argument);

} // namespace kernel
