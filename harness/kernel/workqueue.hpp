// SPDX-License-Identifier: GPL-2.0-only
// Work items and workqueues (KERNEL.md section 1).
//
// Covers: every state of an item (zero-filled, initialised, pending, running, running and pending
// again), queue_work's PENDING rule, flush, cancel, the ordered queue, system_wq, system_long_wq, drain
// and destroy, queueing to a queue that is gone, memory that is no work item.
// Does not cover: CPUs and pools (system_long_wq runs its items in any order and overlapping, which
// several CPUs allow), delayed work, the 10-try complaint of drain.
#pragma once

#include "kernel/call.hpp"
#include "kernel/name.hpp"

#include <cstdint>

namespace kernel {

struct work_struct;
using work_func_t = func<void(work_struct *)>;

struct workqueue_struct {
    Name name;
    bool ordered = false;
    bool draining = false;
};

// Zero-filled unless initialised: data says "never queued", the list entry is not even linked to
// itself and there is no function. `name` is for traces, as the name of the kernel's lockdep map is.
struct work_struct {
    // Tells a work item from other memory, so that what a driver takes for one by mistake is not read.
    static constexpr std::uint64_t its_cookie = 0x6b726f775f736921; // no address has this value
    std::uint64_t cookie = its_cookie;
    Name name;
    bool pending = false;
    bool linked = false;
    work_func_t func;
    std::int32_t disabled = 0; // tasks inside cancel_work_sync: nobody can queue it
    // The queue it was on last, as data remembers a pool. To compare only: it may be gone.
    const workqueue_struct *last_queue = nullptr;
};

void INIT_WORK(work_struct *work, work_func_t function);
// Static initialiser: good from the first instruction.
work_struct __WORK_INITIALIZER(Name name, work_func_t function);

// The system's own queue, in the kernel's spelling: `queue_work(system_long_wq, &work)`.
struct system_workqueue {
    operator workqueue_struct *() const;
};
inline constexpr system_workqueue system_long_wq;
// On the other system queue, system_wq; which has no order either.
bool schedule_work(work_struct *work);

// NULL on failure. One item at a time, in the order of queueing.
workqueue_struct *alloc_ordered_workqueue(Name name);
// Runs what is pending, including what that queues in turn, then frees the queue.
void destroy_workqueue(workqueue_struct *queue);

// False if the item was pending already, or is being cancelled. True does not prove that it will run:
// an item whose entry is not linked, or a draining queue, leaves PENDING set for ever.
bool queue_work(workqueue_struct *queue, work_struct *work);
bool work_pending(const work_struct *work);

// Waits for the last instance queued before the call, on the queue it was on last and on no other;
// true if there was one.
bool flush_work(work_struct *work);
// Removes a pending instance (true) and waits for a running one. Never returns where PENDING is set
// but the item is on no queue.
bool cancel_work_sync(work_struct *work);
// Waits for everything queued before the call.
void flush_workqueue(workqueue_struct *queue);

// One queueing of an item, from queue_work until its function returned.
struct WorkInstance {
    workqueue_struct *queue = nullptr;
    work_struct *work = nullptr;
    Name name; // copies: the item may be freed before its worker gets to it
    work_func_t function;
    std::uint32_t sequence = 0;
    std::int32_t task = -1; // index of the worker, once there is one
    bool running = false;
    bool cancelled = false;
};

// The wait of flush_work alone, for who has a scheduling point of its own before it.
bool wait_for_work(const work_struct *work);

// Called before an object or a module's text is freed: stops the run if an instance is inside it, or
// would run it.
void check_no_work_inside(const void *object);
void check_no_work_runs(Text text);

} // namespace kernel
