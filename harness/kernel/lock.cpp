// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/lock.hpp"

#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/lockdep.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <algorithm>

namespace kernel {
namespace {

Ordered ordered(Lock kind) { return kind == Lock::device ? Ordered::device_lock : Ordered::lock; }

void hold(Lock kind, Name name)
{
    task_struct &task = state().scheduler.current();
    if (task.held_count == task.held.size())
        not_modelled("a task holds more locks than bounds::locks_held_max");
    task.held[task.held_count++] = {name, ordered(kind)};
    record(EventKind::lock, name).detail = static_cast<std::uint8_t>(kind);
}

// Stops the run if the running task does not hold the lock.
void drop(Lock kind, Name name)
{
    task_struct &task = state().scheduler.current();
    for (std::size_t i = task.held_count; i-- > 0;) {
        if (task.held[i].name != name)
            continue;
        for (; i + 1 < task.held_count; ++i)
            task.held[i] = task.held[i + 1];
        --task.held_count;
        record(EventKind::unlock, name).detail = static_cast<std::uint8_t>(kind);
        return;
    }
    oops(Misuse::bad_unlock, name);
}

std::int32_t running() { return state().scheduler.current().index; }

bool is_held(Name name)
{
    const task_struct &task = state().scheduler.current();
    const auto end = task.held.begin() + static_cast<std::ptrdiff_t>(task.held_count);
    return std::any_of(task.held.begin(), end,
                       [name](const HeldLock &lock) { return lock.name == name; });
}

Lock kind_of(const mutex *lock)
{
    return lock->point == Point::device_lock ? Lock::device : Lock::mutex;
}

// A lock that was freed meanwhile ends the wait, so that the waiter finds out.
bool mutex_free(const void *lock)
{
    return state().objects.is_freed(lock) || static_cast<const mutex *>(lock)->owner < 0;
}
bool no_writer(const void *lock) { return static_cast<const rw_semaphore *>(lock)->writer < 0; }
bool nobody(const void *lock)
{
    return no_writer(lock) && static_cast<const rw_semaphore *>(lock)->readers == 0;
}

} // namespace

namespace {

template <class Sleeping> Footprint footprint_of(const Sleeping *lock)
{
    return Footprint::lock(lock->name) | Footprint::read(Area::lifetimes);
}

} // namespace

bool mutex_is_held(const mutex *lock) { return lock->owner == running(); }

void mutex_lock(mutex *lock)
{
    touch(lock);
    const Within own(footprint_of(lock));
    if (mutex_is_held(lock))
        warn(Misuse::self_lock, lock->name);
    lockdep_acquire(ordered(kind_of(lock)), lock->name);
    if (point(lock->point, lock->name))
        touch(lock);
    if (lock->owner >= 0) [[unlikely]] {
        wait_until(Wait::lock, lock->name, mutex_free, lock);
        touch(lock);
    }
    lock->owner = running();
    hold(kind_of(lock), lock->name);
}

void mutex_unlock(mutex *lock)
{
    touch(lock);
    const Within own(footprint_of(lock));
    if (lock->owner != running())
        oops(Misuse::bad_unlock, lock->name);
    lock->owner = -1;
    drop(kind_of(lock), lock->name);
}

void down_read(rw_semaphore *lock)
{
    const Within own(footprint_of(lock));
    if (lock->writer == running())
        warn(Misuse::self_lock, lock->name);
    lockdep_acquire(Ordered::lock, lock->name);
    point(Point::rwsem_lock, lock->name);
    wait_until(Wait::lock, lock->name, no_writer, lock);
    ++lock->readers;
    hold(Lock::rwsem, lock->name);
}

void up_read(rw_semaphore *lock)
{
    const Within own(footprint_of(lock));
    if (lock->readers == 0)
        oops(Misuse::bad_unlock, lock->name); // held for write, if at all
    drop(Lock::rwsem, lock->name);
    --lock->readers;
}

void down_write(rw_semaphore *lock)
{
    const Within own(footprint_of(lock));
    if (is_held(lock->name))
        warn(Misuse::self_lock, lock->name);
    lockdep_acquire(Ordered::lock, lock->name);
    point(Point::rwsem_lock, lock->name);
    wait_until(Wait::lock, lock->name, nobody, lock);
    lock->writer = running();
    hold(Lock::rwsem, lock->name);
}

void up_write(rw_semaphore *lock)
{
    const Within own(footprint_of(lock));
    if (lock->writer != running())
        oops(Misuse::bad_unlock, lock->name);
    drop(Lock::rwsem, lock->name);
    lock->writer = -1;
}

namespace {

Misuse self_misuse(WaitCall call)
{
    switch (call) {
    case WaitCall::flush_work:
    case WaitCall::cancel_work_sync:
        return Misuse::self_flush;
    case WaitCall::flush_workqueue:
    case WaitCall::destroy_workqueue:
        return Misuse::self_queue_flush;
    case WaitCall::wait_for_device_probe:
    case WaitCall::async_synchronize_full:
    case WaitCall::request_module:
    case WaitCall::count_:
        break;
    }
    return Misuse::self_probe_wait;
}

} // namespace

void record_wait(WaitCall call, Name object, bool itself, Name queue)
{
    touches_orders();
    Event &event = record(EventKind::waits, object, itself);
    event.detail = static_cast<std::uint8_t>(call);
    event.other = queue;
    event.extra = context_of(state().scheduler.current());
    if (itself)
        warn(self_misuse(call), object);
    else
        lockdep_wait(call, object, queue);
}

} // namespace kernel
