// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/lockdep.hpp"

#include "kernel/kernel.hpp"
#include "kernel/state.hpp"

#include <string_view>
#include <utility>

namespace kernel {
namespace {

// Text and not addresses: how many copies of a literal there are depends on the build.
bool same(const char *left, const char *right)
{
    return left == right ||
           (left != nullptr && right != nullptr && std::string_view(left) == right);
}

[[gnu::noinline]] void record_order(HeldLock held, HeldLock next)
{
    Event &event = record(EventKind::order, next.name);
    event.detail = static_cast<std::uint8_t>(next.kind);
    event.other = held.name;
    event.extra = static_cast<std::uint16_t>(held.kind);
}

// Calls `pair` with each that the task holds, runs or is, outermost first.
template <class Pair> void for_each_held(const task_struct &task, Pair pair)
{
    if (task.work) {
        pair(HeldLock{task.queue, Ordered::queue});
        pair(HeldLock{task.work, Ordered::work});
    }
    for (std::size_t i = 0; i < task.held_count; ++i)
        pair(task.held[i]);
    if (is_awaited(task))
        pair(HeldLock{{}, Ordered::probes});
}

void wait_for(const task_struct &task, HeldLock what)
{
    for_each_held(task, [&](HeldLock held) { record_order(held, what); });
}

} // namespace

void LockOrders::forget()
{
    for (std::size_t i = 0; i < count_; ++i)
        pairs_[used_[i]] = {};
    count_ = 0;
}

bool LockOrders::add_slowly(std::uint64_t pair, std::size_t slot, const char *function)
{
    for (; pairs_[slot].names != 0; slot = (slot + 1) % slots) {
        Pair &known = pairs_[slot];
        if (known.names == pair)
            return !same(std::exchange(known.function, function), function);
    }
    if (count_ < pairs_max) {
        pairs_[slot] = {pair, function};
        used_[count_++] = static_cast<std::uint8_t>(slot);
    }
    return true;
}

void lockdep_acquire(Ordered kind, Name lock)
{
    State &self = state();
    const task_struct &task = self.scheduler.current();
    const Name next = lock_class(kind, lock);
    const auto pair = [&](HeldLock held) {
        if (self.lock_orders.add(lock_class(held.kind, held.name), next, task.cause)) [[unlikely]]
            record_order(held, {lock, kind});
    };
    if (self.recorded->has(Orders::others)) [[unlikely]] {
        for_each_held(task, pair);
        return;
    }
    // Of each two locks held the second was taken when the first was held.
    if (task.work)
        pair({task.work, Ordered::work});
    if (task.held_count > 0)
        pair(task.held[task.held_count - 1]);
    if (is_awaited(task))
        pair({{}, Ordered::probes});
}

void lockdep_wait(WaitCall call, Name object, Name queue)
{
    const task_struct &task = state().scheduler.current();
    switch (call) {
    case WaitCall::wait_for_device_probe:
    case WaitCall::async_synchronize_full:
    case WaitCall::
        request_module: // its load probes its devices and ends with async_synchronize_full
        wait_for(task, {{}, Ordered::probes});
        break;
    case WaitCall::flush_workqueue:
    case WaitCall::destroy_workqueue:
        wait_for(task, {object, Ordered::queue});
        break;
    case WaitCall::flush_work:
    case WaitCall::cancel_work_sync:
        wait_for(task, {object, Ordered::work});
        if (queue)
            wait_for(task, {queue, Ordered::queue});
        break;
    case WaitCall::count_:
        break;
    }
}

void lockdep_work_begin(Name queue, Name work)
{
    task_struct &task = state().scheduler.current();
    record_order({queue, Ordered::queue}, {work, Ordered::work});
    task.queue = queue;
    task.work = work;
}

void lockdep_work_end()
{
    task_struct &task = state().scheduler.current();
    task.queue = {};
    task.work = {};
}

} // namespace kernel
