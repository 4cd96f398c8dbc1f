// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/lock.hpp"

#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

namespace kernel {
namespace {

void hold(Name name)
{
    task_struct &task = state().scheduler.current();
    if (task.held_count == task.held.size())
        not_modelled("a task holds more locks than bounds::locks_held_max");
    task.held[task.held_count++] = name;
    record(EventKind::lock, name);
}

// Stops the run if the running task does not hold the lock.
void drop(Name name)
{
    task_struct &task = state().scheduler.current();
    for (std::size_t i = task.held_count; i-- > 0;) {
        if (task.held[i] != name)
            continue;
        for (; i + 1 < task.held_count; ++i)
            task.held[i] = task.held[i + 1];
        --task.held_count;
        record(EventKind::unlock, name);
        return;
    }
    oops(Misuse::bad_unlock, name);
}

std::int32_t running() { return state().scheduler.current().index; }

// A lock that was freed meanwhile ends the wait, so that the waiter finds out.
bool mutex_free(const void *lock)
{
    return state().objects.freed_name(lock) || static_cast<const mutex *>(lock)->owner < 0;
}
bool no_writer(const void *lock) { return static_cast<const rw_semaphore *>(lock)->writer < 0; }
bool nobody(const void *lock)
{
    return no_writer(lock) && static_cast<const rw_semaphore *>(lock)->readers == 0;
}

} // namespace

void mutex_lock(mutex *lock)
{
    touch(lock);
    point(lock->point, lock->name);
    wait_until(Wait::lock, lock->name, mutex_free, lock);
    touch(lock);
    lock->owner = running();
    hold(lock->name);
}

void mutex_unlock(mutex *lock)
{
    touch(lock);
    if (lock->owner != running())
        oops(Misuse::bad_unlock, lock->name);
    lock->owner = -1;
    drop(lock->name);
}

void down_read(rw_semaphore *lock)
{
    point(Point::rwsem_lock, lock->name);
    wait_until(Wait::lock, lock->name, no_writer, lock);
    ++lock->readers;
    hold(lock->name);
}

void up_read(rw_semaphore *lock)
{
    if (lock->readers == 0)
        oops(Misuse::bad_unlock, lock->name); // held for write, if at all
    drop(lock->name);
    --lock->readers;
}

void down_write(rw_semaphore *lock)
{
    point(Point::rwsem_lock, lock->name);
    wait_until(Wait::lock, lock->name, nobody, lock);
    lock->writer = running();
    hold(lock->name);
}

void up_write(rw_semaphore *lock)
{
    if (lock->writer != running())
        oops(Misuse::bad_unlock, lock->name);
    drop(lock->name);
    lock->writer = -1;
}

} // namespace kernel
