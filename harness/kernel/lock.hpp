// SPDX-License-Identifier: GPL-2.0-only
// Sleeping locks: mutex and rw_semaphore. Not recursive, as the kernel's are not: a task that takes a
// lock it holds is recorded and waits for ever. Calls that wait for other things are recorded here,
// too, so that an order of locks and waits can be judged.
//
// Covers: ownership, release by a task that does not hold the lock, what each task holds.
// Does not cover: fairness; readers of a rw_semaphore who take it again (lockdep objects, nobody
// waits unless a writer came in between).
#pragma once

#include "kernel/event.hpp"
#include "kernel/name.hpp"

#include <cstdint>

namespace kernel {

struct mutex {
    Name name;
    Point point = Point::mutex_lock;
    std::int32_t owner = -1; // index of the task that holds it
};

// Whether the running task holds the lock.
bool mutex_is_held(const mutex *lock);
void mutex_lock(mutex *lock);
void mutex_unlock(mutex *lock);

struct rw_semaphore {
    Name name;
    std::int32_t writer = -1; // index of the task that holds it for write
    std::int32_t readers = 0;
};

void down_read(rw_semaphore *lock);
void up_read(rw_semaphore *lock);
void down_write(rw_semaphore *lock);
void up_write(rw_semaphore *lock);

// guard(mutex)(&lock) of the kernel.
class guard_mutex {
public:
    explicit guard_mutex(mutex *lock) : lock_(lock) { mutex_lock(lock_); }
    ~guard_mutex() { mutex_unlock(lock_); }
    guard_mutex(const guard_mutex &) = delete;
    guard_mutex &operator=(const guard_mutex &) = delete;

private:
    mutex *lock_;
};

// Records that the running task is about to wait. `object`: the item, queue or module; `queue`: the
// ordered queue on which an item is; `itself`: the wait cannot end, because it is for its caller.
void record_wait(WaitCall call, Name object, bool itself, Name queue = {});

} // namespace kernel
