// SPDX-License-Identifier: GPL-2.0-only
// Lock and wait discipline of the code under test: flush-in-probe, wait-under-lock, lock-order.
//
// Covers: what a task held, ran or was when it took a lock, and at every call that may wait, whether it had to
// wait in this run or not (kernel/lockdep.hpp records it). What only the environment does among itself is
// followed, because the code under test may close a ring with it, but not judged.
// Does not cover: a wait of a task for itself (the simulated kernel sees it, misuse.cpp); waits inside
// the driver core (driver_unregister for an asynchronous probe) and for other tasks' module loads.
//
// One cause, one name: a wait that is reported by itself adds no edge, so that no ring is reported
// for it; and a ring of one lock and one wait is wait-under-lock, every other one lock-order.
#include "properties/collector.hpp"
#include "properties/discipline_sieve.hpp"
#include "properties/wait_graph.hpp"

#include <algorithm>
#include <vector>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Ordered;
using kernel::WaitCall;
using Edge = WaitGraph::Edge;

bool is_lock(Ordered kind) { return kind == Ordered::lock || kind == Ordered::device_lock; }

Ordered kind_held(const Event &order) { return static_cast<Ordered>(order.extra); }
Ordered kind_next(const Event &order) { return static_cast<Ordered>(order.detail); }

class Discipline {
public:
    Discipline(std::span<const Event> events, Collector &collector)
        : events_(events), collector_(collector)
    {}

    void observe(std::size_t index);

private:
    void wait(std::size_t index);
    bool is_wrong_by_itself(std::size_t index, std::size_t end);
    void order(std::size_t index);
    std::size_t step_of(std::size_t order) const;
    std::size_t end_of_orders(std::size_t index, bool locks) const;
    void add_edge(const Edge &edge);
    void take_over(const Edge &edge);
    void judge_refused();
    void report_ring(const Edge &closing, std::span<const Edge> path);

    bool ours(std::size_t event) const { return events_[event].caller != nullptr; }

    std::span<const Event> events_;
    Collector &collector_;
    WaitGraph graph_;
    std::vector<Edge> refused_;    // each would have closed a ring
    std::size_t judged_until_ = 0; // what lies before is part of a wait that is wrong by itself
};

void Discipline::observe(std::size_t index)
{
    const EventKind kind = events_[index].kind;
    if (kind == EventKind::order && index >= judged_until_)
        order(index);
    else if (kind == EventKind::waits)
        wait(index);
}

// Of the orders that begin at `index` and are those of locks, or those of waits.
std::size_t Discipline::end_of_orders(std::size_t index, bool locks) const
{
    while (index < events_.size() && events_[index].kind == EventKind::order &&
           is_lock(kind_next(events_[index])) == locks)
        ++index;
    return index;
}

void Discipline::wait(std::size_t index)
{
    const std::size_t end = end_of_orders(index + 1, false);
    if (events_[index].value == 0 && is_wrong_by_itself(index, end))
        judged_until_ = end;
}

// `end`: of the orders that belong to the wait.
bool Discipline::is_wrong_by_itself(std::size_t index, std::size_t end)
{
    const Event &event = events_[index];
    if (!ours(index))
        return false;
    if ((event.extra & kernel::in_probe) != 0 &&
        forbidden_in_probe(static_cast<WaitCall>(event.detail))) {
        collector_.report(Property::flush_in_probe, index, "what it waits for may wait for probes");
        return true;
    }
    for (std::size_t i = end; i-- > index + 1;) // the innermost is the last
        if (kind_next(events_[i]) == Ordered::probes &&
            kind_held(events_[i]) == Ordered::device_lock) {
            collector_.report(Violation{.property = Property::wait_under_lock,
                                        .cause = event.function,
                                        .object = events_[i].other,
                                        .detail = "a probe may need the device lock held here",
                                        .event = index});
            return true;
        }
    return false;
}

// What the task does there: the wait or the work's begin before it; the point after it, where such are recorded.
std::size_t Discipline::step_of(std::size_t order) const
{
    const Event &event = events_[order];
    if (!is_lock(kind_next(event))) {
        std::size_t before = order;
        while (events_[before].kind == EventKind::order)
            --before;
        return before;
    }
    const std::size_t after = end_of_orders(order, true);
    const bool told = after < events_.size() && events_[after].kind == EventKind::point &&
                      events_[after].task == event.task && events_[after].object == event.object;
    return told ? after : order;
}

// The task is about to take the lock, starts the item, or may wait.
void Discipline::order(std::size_t index)
{
    const Event &event = events_[index];
    // Whatever the task holds comes before the same lock.
    const auto to = graph_.node_again(kind_next(event), event.object);
    const auto from = graph_.node(kind_held(event), event.other);
    if (!from || !to)
        return;
    const Edge edge{*from, *to, static_cast<std::uint32_t>(index)};
    if (!graph_.has_edge(*from, *to))
        add_edge(edge);
    else if (ours(index))
        take_over(edge);
}

void Discipline::add_edge(const Edge &edge)
{
    if (edge.from == edge.to) {
        // An item of an ordered queue waits for another: they run one at a time. Of two locks of one
        // class nothing is known; one lock taken twice is self-deadlock.
        if (graph_.kind(edge.to) == Ordered::queue && ours(edge.event))
            collector_.report(Property::lock_order, step_of(edge.event),
                              "an item of an ordered queue waits for another item of it");
        return;
    }
    // The graph is kept free of rings, so that each is reported at the step that closes it only.
    // Most often the newcomer has taken nothing yet, or nobody who held something has taken what is
    // held: no need to search.
    std::vector<Edge> path;
    if (!graph_.is_end(edge.to) && !graph_.is_begin(edge.from))
        path = graph_.path(edge.to, edge.from);
    if (path.empty()) {
        graph_.add_edge(edge);
        judge_refused();
    } else {
        refused_.push_back(edge);
        report_ring(edge, path);
    }
}

// What the environment was seen to do first is the code's as well.
void Discipline::take_over(const Edge &edge)
{
    Edge &known = graph_.edge(edge.from, edge.to);
    if (ours(known.event))
        return;
    known = edge;
    judge_refused();
}

// A ring's last edge may close another one now, a shorter one or one of the code's: the pair is recorded no more.
void Discipline::judge_refused()
{
    for (const Edge &closing : refused_)
        report_ring(closing, graph_.path(closing.to, closing.from));
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
        const std::size_t step = step_of(shown->event);
        collector_.report(Violation{.property = Property::lock_order,
                                    .cause = events_[step].function,
                                    .object = events_[step].object,
                                    .detail = "elsewhere the order is the other way round",
                                    .event = step,
                                    .other = step_of(other.event)});
        return;
    }
    const Edge &waiting = is_lock(graph_.kind(closing.from)) ? closing : path.front();
    const Edge &taking = &waiting == &closing ? path.front() : closing;
    const Edge &guilty = ours(waiting.event) ? waiting : taking;
    const Edge &innocent = &guilty == &waiting ? taking : waiting;
    collector_.report(Violation{.property = Property::wait_under_lock,
                                .cause = events_[guilty.event].function,
                                .object = graph_.name(waiting.from),
                                .detail = "what is waited for takes the lock held here",
                                .event = step_of(guilty.event),
                                .other = step_of(innocent.event)});
}

} // namespace

void judge_discipline(std::span<const kernel::Event> events, Indices seen, Collector &collector)
{
    Discipline discipline(events, collector);
    for (const std::uint32_t i : seen)
        discipline.observe(i);
}

} // namespace properties
