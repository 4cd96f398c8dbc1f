// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/scheduler.hpp"

#include "kernel/assert.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

#include <algorithm>
#include <utility>

namespace kernel {

bool outermost_is(const task_struct &task, FrameKind kind)
{
    for (std::size_t i = 0; i < task.frame_count; ++i)
        if (under_test(task.frames[i].text.module))
            return task.frames[i].kind == kind;
    return false;
}

std::uint16_t context_of(const task_struct &task)
{
    return static_cast<std::uint16_t>((task.probes > 0 ? in_probe : 0) |
                                      (is_awaited(task) ? in_awaited : 0));
}

void Scheduler::begin(std::span<const Switch> switches, std::uint64_t steps_max)
{
    HARNESS_ASSERT(alive_.empty() && current_ == nullptr);
    named_.clear();
    for (IndexedSwitches *indexed : {&at_points_, &at_stops_}) {
        indexed->all.clear();
        indexed->next = 0;
        indexed->choices_since = 0;
    }
    for (std::size_t i = 0; i < switches.size(); ++i) {
        auto &indexed = switches[i].occasion == Occasion::before ? at_points_ : at_stops_;
        (switches[i].indexed ? indexed.all : named_).push_back({switches[i], i});
    }
    roles_.clear();
    choices_ = nullptr;
    director_ = nullptr;
    touched_ = {};
    created_ = 0;
    step_open_ = false;
    stopped_task_.reset();
    forced_ = nullptr;
    steps_ = 0;
    steps_max_ = steps_max;
    switches_allowed_ = false;
    settle();
    stopped_ = false;
}

void Scheduler::end()
{
    current_ = nullptr;
    choices_ = nullptr;
    director_ = nullptr;
    settle();
    while (!alive_.empty())
        retire(*alive_.back());
}

task_struct &Scheduler::create(Role role, void (*body)(void *), void *argument)
{
    // Who is let loose from outside goes by age: what stopped before has nothing to do with it.
    if (stopped_task_ && current_ == nullptr) {
        if (asked_)
            match_switch(*stopped_task_, nullptr);
        stopped_task_.reset();
    }
    if (alive_.size() >= bounds::tasks_max)
        not_modelled("more tasks at once than bounds::tasks_max");
    if (free_.empty()) {
        storage_.push_back(std::make_unique<task_struct>());
        free_.push_back(storage_.back().get());
    }
    task_struct &task = *free_.back();
    free_.pop_back();
    task.index = static_cast<std::uint16_t>(roles_.size());
    task.role = role;
    task.state = TaskState::ready;
    task.body = body;
    task.argument = argument;
    task.frame_count = 0;
    task.cause = nullptr;
    task.innermost = nullptr;
    task.held_count = 0;
    task.work = {};
    task.queue = {};
    task.probes = 0;
    task.counted_probes = 0;
    task.async = false;
    task.scope = Footprint::everything();
    task.fiber = fibers_.acquire();
    task.fiber->prepare(task_main, &task);
    roles_.push_back(role);
    if (current_ != nullptr && task.index < directed_tasks_max)
        created_ |= TaskSet{1} << task.index;
    alive_.push_back(&task);
    record(EventKind::task_created, {}, task.index);
    return task;
}

Fiber *Scheduler::task_main(void *argument)
{
    task_struct &task = *static_cast<task_struct *>(argument);
    task.body(task.argument);
    task.state = TaskState::done;
    record(EventKind::task_ended);
    Scheduler &scheduler = state().scheduler;
    scheduler.stop(Occasion::ends, {});
    task.fiber->finish();
    const task_struct *next = scheduler.end_turn();
    return next != nullptr ? next->fiber : nullptr;
}

void Scheduler::retire(task_struct &task)
{
    fibers_.release(task.fiber);
    task.fiber = nullptr;
    task.state = TaskState::done;
    alive_.erase(std::find(alive_.begin(), alive_.end(), &task));
    free_.push_back(&task);
}

bool Scheduler::runnable(task_struct &task) const
{
    return task.state == TaskState::ready ||
           (task.state == TaskState::blocked && task.ready(task.ready_argument));
}

task_struct *Scheduler::pick_by_default() const
{
    for (const bool actors : {false, true})
        for (task_struct *task : alive_)
            if (task->role.is_actor() == actors && runnable(*task))
                return task;
    return nullptr;
}

task_struct *Scheduler::pick()
{
    if (forced_ != nullptr)
        return std::exchange(forced_, nullptr);
    task_struct *usual = pick_by_default();
    if (usual == nullptr && run_is_directed)
        director_->at_rest();
    if (usual == nullptr || !stopped_task_)
        return usual;
    if (run_is_directed) {
        const Occasion occasion = std::exchange(stopped_task_, std::nullopt)->occasion;
        return ask_director(occasion, *usual);
    }
    task_struct *target = asked_ ? match_switch(*stopped_task_, usual) : nullptr;
    stopped_task_.reset();
    return target != nullptr ? target : usual;
}

void Scheduler::run()
{
    HARNESS_ASSERT(current_ == nullptr);
    if (stopped_)
        return;
    if (const task_struct *first = begin_turn(nullptr))
        first->fiber->resume();
    if (current_ != nullptr) // it stopped the run
        end_turn();
}

// Who goes on; nullptr: nobody can. `last`: who ran before and could go on.
task_struct *Scheduler::begin_turn(const task_struct *last)
{
    task_struct *task = pick();
    if (task == nullptr)
        return nullptr;
    step_open_ = true;
    task->state = TaskState::ready;
    current_ = task;
    if (task != last)
        record(EventKind::task_runs);
    return task;
}

// Who goes on after the running task, which is forgotten if it is done; nullptr: nobody does.
task_struct *Scheduler::end_turn()
{
    task_struct *task = std::exchange(current_, nullptr);
    if (run_is_directed && step_open_)
        end_step(*task);
    const bool done = task->state == TaskState::done;
    if (done)
        retire(*task);
    return stopped_ ? nullptr : begin_turn(done ? nullptr : task);
}

// The running task lets another one go on, from its stack to that one's.
void Scheduler::give_way()
{
    Fiber &own = *current_->fiber;
    const task_struct *next = end_turn();
    if (next == nullptr)
        own.suspend();
    else if (next->fiber != &own)
        own.hand_over(*next->fiber);
}

void Scheduler::step()
{
    if (++steps_ > steps_max_)
        oops(Misuse::step_budget, {});
}

void Scheduler::settle()
{
    run_is_directed = switches_allowed_ && director_ != nullptr;
    asked_ = switches_allowed_ && (!named_.empty() || !at_points_.all.empty() ||
                                   !at_stops_.all.empty() || choices_ != nullptr);
}

// Most points are neither recorded nor asked about: then little is done.
bool Scheduler::point(Point point, Name object)
{
    step();
    const bool decides = run_is_directed || asked_;
    if (decides || state().recorded->has(point))
        show(point, object);
    return decides;
}

void Scheduler::show(Point point, Name object)
{
    if (state().recorded->has(point)) {
        Event &event = record(EventKind::point, object);
        event.detail = static_cast<std::uint8_t>(point);
        event.extra = context_of(*current_);
    }
    if (run_is_directed || asked_) [[unlikely]]
        decide(point, object);
}

// Somebody may want another task to go on.
void Scheduler::decide(Point point, Name object)
{
    if (run_is_directed) {
        if (point == Point::device_lock || point == Point::mutex_lock || point == Point::rwsem_lock)
            touches_orders();
        end_step(*current_);
        task_struct *next = ask_director(Occasion::before, *current_);
        if (next == nullptr)
            stop_here();
        if (next != current_) {
            forced_ = next;
            give_way();
        }
        step_open_ = true;
        return;
    }
    const Arrival arrival{Occasion::before, point, object, current_->role, current_->index};
    if (task_struct *target = match_switch(arrival, current_)) {
        forced_ = target;
        give_way();
    }
}

void Scheduler::end_step(const task_struct &task)
{
    // Who ends the run keeps everybody from going on.
    const Footprint touched = stopped_ ? Footprint::everything() : touched_ | task.scope;
    director_->ended({task.index, touched, created_});
    touched_ = {};
    created_ = 0;
    step_open_ = false;
}

void Scheduler::stop(Occasion occasion, Name object)
{
    stopped_task_ = {occasion, {}, object, current_->role, current_->index};
}

void Scheduler::block(Wait wait, Name object, bool (*ready)(const void *), const void *argument)
{
    do {
        step();
        Event &event = record(EventKind::blocks, object);
        event.detail = static_cast<std::uint8_t>(wait);
        current_->state = TaskState::blocked;
        current_->wait = wait;
        current_->wait_object = object;
        current_->ready = ready;
        current_->ready_argument = argument;
        stop(Occasion::blocks, object);
        give_way();
    } while (!ready(argument));
}

void Scheduler::stop_here()
{
    HARNESS_ASSERT(current_ != nullptr);
    stopped_ = true;
    for (;;)
        current_->fiber->suspend();
}

void Scheduler::report_deadlock()
{
    HARNESS_ASSERT(current_ == nullptr && !alive_.empty());
    const auto guilty = std::find_if(alive_.begin(), alive_.end(), [](const task_struct *task) {
        return innermost_of(*task) != nullptr;
    });
    for (task_struct *task : alive_) {
        current_ = task;
        record(EventKind::stuck, task->wait_object).detail = static_cast<std::uint8_t>(task->wait);
        for (std::size_t i = 0; i < task->held_count; ++i)
            record(EventKind::stuck_holds, task->held[i].name);
    }
    current_ = guilty != alive_.end() ? *guilty : alive_.front();
    Event &event = record(EventKind::misuse, current_->wait_object);
    event.detail = static_cast<std::uint8_t>(Misuse::deadlock);
    event.function = cause_of(*current_);
    current_ = nullptr;
    stopped_ = true;
}

bool Scheduler::ended(std::uint16_t index) const
{
    return std::none_of(alive_.begin(), alive_.end(), [index](const task_struct *task) {
        return task->index == index && task->state != TaskState::done;
    });
}

bool point(Point point, Name object) { return state().scheduler.point(point, object); }

void wait_until(Wait wait, Name object, bool (*ready)(const void *), const void *argument)
{
    state().scheduler.wait(wait, object, ready, argument);
}

} // namespace kernel
