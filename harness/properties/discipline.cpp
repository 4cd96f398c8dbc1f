// SPDX-License-Identifier: GPL-2.0-only
// Lock and wait discipline of the code under test: flush-in-probe, wait-under-lock, lock-order.
//
// Covers: what each task holds, runs and is in the middle of; every lock it takes and every call that
// may wait, whether it had to wait in this run or not. What only the environment does among itself is
// followed, because the code under test may close a ring with it, but not judged.
// Does not cover: a wait of a task for itself (the simulated kernel sees it, misuse.cpp); waits inside
// the driver core (driver_unregister for an asynchronous probe) and for other tasks' module loads.
//
// One cause, one name: a wait that is reported by itself adds no edge, so that no ring is reported
// for it; and a ring of one lock and one wait is wait-under-lock, every other one lock-order.
#include "kernel/bounds.hpp"
#include "properties/collector.hpp"
#include "properties/wait_graph.hpp"

#include <algorithm>
#include <array>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Point;
using kernel::WaitCall;
using Edge = WaitGraph::Edge;
using Kind = WaitGraph::Kind;
using Node = WaitGraph::Node;

// Locks, and the item and the queue that the task works for.
constexpr std::size_t held_max = bounds::locks_held_max + 2;

// Set where one is first met: a run has few of the many that there may be.
struct Task {
    std::uint16_t index;
    std::uint16_t count;
    std::array<Node, held_max> held;
};

// A probe must not wait for these (UPSTREAM.md V5-5, V6-1): they may wait for probes in turn.
bool forbidden_in_probe(WaitCall call)
{
    return call != WaitCall::async_synchronize_full && call != WaitCall::request_module;
}

// The load of a module probes its devices and ends with async_synchronize_full.
bool waits_for_probes(WaitCall call)
{
    return call == WaitCall::wait_for_device_probe || call == WaitCall::async_synchronize_full ||
           call == WaitCall::request_module;
}

Kind lock_kind(const Event &event)
{
    const bool device = event.detail == static_cast<std::uint8_t>(kernel::Lock::device);
    return device ? Kind::device_lock : Kind::lock;
}

bool before_lock(Point point)
{
    return point == Point::device_lock || point == Point::mutex_lock || point == Point::rwsem_lock;
}

bool is_lock(Kind kind) { return kind == Kind::lock || kind == Kind::device_lock; }

class Discipline {
public:
    Discipline(std::span<const Event> events, Collector &collector, Scratch &scratch)
        : events_(events), collector_(collector), graph_(scratch)
    {}

    void observe(std::size_t index);

private:
    Task *find(std::uint16_t task);
    void hold(const Event &event, Kind kind, kernel::Name name);
    void release(const Event &event, Kind kind, kernel::Name name);
    void forget(std::uint16_t task);
    void wait(std::size_t index);
    bool is_wrong_by_itself(std::size_t index, WaitCall call);
    void depend(std::size_t index, Kind kind, kernel::Name name);
    void add_edge(const Edge &edge);
    void report_ring(const Edge &closing, std::span<const Edge> path);

    bool ours(std::size_t event) const { return events_[event].caller != nullptr; }

    std::span<const Event> events_;
    Collector &collector_;
    WaitGraph graph_;
    std::size_t task_count_ = 0;
    std::array<Task, bounds::tasks_max> tasks_; // those that have not ended and held something
};

void Discipline::observe(std::size_t index)
{
    const Event &event = events_[index];
    switch (event.kind) {
    case EventKind::point: {
        // The attempt counts, as it does in lockdep: a task that waits for ever never gets the lock.
        const auto point = static_cast<Point>(event.detail);
        if (before_lock(point))
            depend(index, point == Point::device_lock ? Kind::device_lock : Kind::lock,
                   event.object);
        break;
    }
    case EventKind::lock:
        hold(event, lock_kind(event), event.object);
        break;
    case EventKind::unlock:
        release(event, lock_kind(event), event.object);
        break;
    case EventKind::work_begin:
        depend(index, Kind::queue, event.other);
        hold(event, Kind::queue, event.other);
        depend(index, Kind::work, event.object);
        hold(event, Kind::work, event.object);
        break;
    case EventKind::work_end:
        release(event, Kind::work, event.object);
        release(event, Kind::queue, event.other);
        break;
    case EventKind::waits:
        wait(index);
        break;
    case EventKind::task_ended:
        forget(event.task);
        break;
    default:
        break;
    }
}

Task *Discipline::find(std::uint16_t task)
{
    for (std::size_t i = 0; i < task_count_; ++i)
        if (tasks_[i].index == task)
            return &tasks_[i];
    return nullptr;
}

void Discipline::hold(const Event &event, Kind kind, kernel::Name name)
{
    const auto node = graph_.node(kind, name);
    Task *task = find(event.task);
    if (task == nullptr && task_count_ < tasks_.size()) {
        task = &tasks_[task_count_++];
        task->index = event.task;
        task->count = 0;
    }
    if (node && task != nullptr && task->count < task->held.size())
        task->held[task->count++] = *node;
}

void Discipline::release(const Event &event, Kind kind, kernel::Name name)
{
    Task *task = find(event.task);
    if (task == nullptr)
        return;
    for (std::size_t i = task->count; i-- > 0;)
        if (graph_.is(task->held[i], kind, name)) {
            --task->count; // mostly the last one
            for (; i < task->count; ++i)
                task->held[i] = task->held[i + 1];
            return;
        }
}

void Discipline::forget(std::uint16_t task)
{
    if (Task *found = find(task))
        *found = tasks_[--task_count_];
}

void Discipline::wait(std::size_t index)
{
    const Event &event = events_[index];
    const auto call = static_cast<WaitCall>(event.detail);
    if (event.value != 0 || is_wrong_by_itself(index, call))
        return;
    if (waits_for_probes(call)) {
        depend(index, Kind::probes, {});
    } else if (call == WaitCall::flush_workqueue || call == WaitCall::destroy_workqueue) {
        depend(index, Kind::queue, event.object);
    } else {
        depend(index, Kind::work, event.object);
        if (event.other)
            depend(index, Kind::queue, event.other);
    }
}

bool Discipline::is_wrong_by_itself(std::size_t index, WaitCall call)
{
    const Event &event = events_[index];
    if (!ours(index))
        return false;
    if ((event.extra & kernel::in_probe) != 0 && forbidden_in_probe(call)) {
        collector_.report(Property::flush_in_probe, index, "what it waits for may wait for probes");
        return true;
    }
    const Task *task = find(event.task);
    if (task == nullptr || !waits_for_probes(call))
        return false;
    for (std::size_t i = task->count; i-- > 0;)
        if (graph_.kind(task->held[i]) == Kind::device_lock) {
            collector_.report(Violation{.property = Property::wait_under_lock,
                                        .cause = event.function,
                                        .object = graph_.name(task->held[i]),
                                        .detail = "a probe may need the device lock held here",
                                        .event = index});
            return true;
        }
    return false;
}

// The task is about to take the lock, starts the item, or may wait.
void Discipline::depend(std::size_t index, Kind kind, kernel::Name name)
{
    const Event &event = events_[index];
    const Task *task = find(event.task);
    const bool awaited = (event.extra & kernel::in_awaited) != 0;
    if ((task == nullptr || task->count == 0) && !awaited)
        return; // most often
    const auto to = graph_.node(kind, name);
    if (!to)
        return;
    if (task != nullptr)
        for (std::size_t i = 0; i < task->count; ++i)
            if (!graph_.has_edge(task->held[i], *to)) // mostly known
                add_edge({task->held[i], *to, index});
    if (awaited)
        if (const auto probes = graph_.node(Kind::probes, {});
            probes && !graph_.has_edge(*probes, *to))
            add_edge({*probes, *to, index});
}

void Discipline::add_edge(const Edge &edge)
{
    if (edge.from == edge.to) {
        // An item of an ordered queue waits for another: they run one at a time. Of two locks of one
        // class nothing is known; one lock taken twice is self-deadlock.
        if (graph_.kind(edge.to) == Kind::queue && ours(edge.event))
            collector_.report(Property::lock_order, edge.event,
                              "an item of an ordered queue waits for another item of it");
        return;
    }
    // The graph is kept free of rings, so that each is reported at the step that closes it only.
    // Most often the newcomer has taken nothing yet, or nobody who held something has taken what is
    // held: no need to search.
    std::vector<Edge> path;
    if (!graph_.is_end(edge.to) && !graph_.is_begin(edge.from))
        path = graph_.path(edge.to, edge.from);
    if (path.empty())
        graph_.add_edge(edge);
    else
        report_ring(edge, path);
}

void Discipline::report_ring(const Edge &closing, std::span<const Edge> path)
{
    // The wait of a lock and a wait, otherwise the step of the code under test that came last.
    const Edge *shown = ours(closing.event) ? &closing : nullptr;
    if (shown == nullptr)
        for (const Edge &edge : path)
            if (ours(edge.event) && (shown == nullptr || edge.event > shown->event))
                shown = &edge;
    if (shown == nullptr)
        return; // the environment among itself
    const Edge &other = shown == &closing ? path.front() : closing;
    const bool pair =
        path.size() == 1 && is_lock(graph_.kind(closing.from)) != is_lock(graph_.kind(closing.to));
    if (!pair) {
        collector_.report(Violation{.property = Property::lock_order,
                                    .cause = events_[shown->event].function,
                                    .object = events_[shown->event].object,
                                    .detail = "elsewhere the order is the other way round",
                                    .event = shown->event,
                                    .other = other.event});
        return;
    }
    const Edge &waiting = is_lock(graph_.kind(closing.from)) ? closing : path.front();
    const Edge &taking = &waiting == &closing ? path.front() : closing;
    const Edge &guilty = ours(waiting.event) ? waiting : taking;
    collector_.report(Violation{.property = Property::wait_under_lock,
                                .cause = events_[guilty.event].function,
                                .object = graph_.name(waiting.from),
                                .detail = "what is waited for takes the lock held here",
                                .event = guilty.event,
                                .other = &guilty == &waiting ? taking.event : waiting.event});
}

} // namespace

void judge_discipline(std::span<const kernel::Event> events, Indices seen, Collector &collector,
                      Scratch &scratch)
{
    Discipline discipline(events, collector, scratch);
    for (const std::uint32_t i : seen)
        discipline.observe(i);
}

} // namespace properties
