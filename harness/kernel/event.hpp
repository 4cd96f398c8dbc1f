// SPDX-License-Identifier: GPL-2.0-only
// What happened, as small typed records. The simulated kernel appends them; properties judge them;
// reports print them. No record holds an address, a time or text made for one run.
//
// Covers: the tables of points (where a schedule may switch), fault sites, misuses and events.
#pragma once

#include "kernel/name.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace kernel {

// Scheduling points: all lie *before* the step they name. Source: DESIGN "Tasks and schedules",
// KERNEL.md section 8.
#define KERNEL_POINTS(X)                                                                           \
    X(operation, "start of an actor's operation on the object")                                    \
    X(queue_work, "queue_work of the item")                                                        \
    X(work_start, "a worker is about to clear PENDING and call the item's function")               \
    X(flush_work, "entry of flush_work on the item")                                               \
    X(cancel_work, "entry of cancel_work_sync on the item")                                        \
    X(flush_workqueue, "entry of flush_workqueue")                                                 \
    X(destroy_workqueue, "entry of destroy_workqueue")                                             \
    X(wait_deferred, "wait_for_device_probe, step 1: flush the deferred-probe work")               \
    X(wait_probe_count, "wait_for_device_probe, step 2: probe_count reaches 0")                    \
    X(wait_async, "wait_for_device_probe, step 3: async_synchronize_full")                         \
    X(async_sync, "async_synchronize_full elsewhere (end of a module load or unload)")             \
    X(device_lock, "acquire of the device's lock")                                                 \
    X(mutex_lock, "acquire of a mutex (hmem_resource_lock, root decoder)")                         \
    X(rwsem_lock, "acquire of the cxl or the dax region lock")                                     \
    X(probe, "a driver's probe is about to be called on the device")                               \
    X(device_add, "publication of the device on its bus")                                          \
    X(driver_list_add, "the driver goes on its bus's list")                                        \
    X(driver_attach, "driver_attach is about to try the device")                                   \
    X(bind_files_create, "the driver's bind and unbind files appear")                              \
    X(bind_files_remove, "the driver's bind and unbind files are removed")                         \
    X(devres_release, "release of the device's managed resources")                                 \
    X(module_coming, "the module's init is about to run")                                          \
    X(module_live, "the module becomes LIVE")                                                      \
    X(module_going, "the module becomes GOING")                                                    \
    X(text_free, "the module's text and data are about to be freed")                               \
    X(window_publish, "the window is about to enter iomem")                                        \
    X(window_withdraw, "the window is about to leave iomem")                                       \
    X(region_state, "a store to the region's configuration state")                                 \
    X(region_intersects, "region_intersects on a resource tree")                                   \
    X(region_contains, "a query for the regions around a range")                                   \
    X(request_dax_region, "request_resource on the DAX Regions tree for the device")               \
    X(driver_register, "driver_register of the driver")

enum class Point : std::uint8_t {
#define X(id, text) id,
    KERNEL_POINTS(X)
#undef X
        count_,
};

// Calls that can fail for want of memory or the like, by name, so that a scenario can make one fail.
#define KERNEL_SITES(X)                                                                            \
    X(memregion_alloc, -12)                                                                        \
    X(devm_add_action, -12)                                                                        \
    X(platform_device_alloc, -12)                                                                  \
    X(platform_device_add_data, -12)                                                               \
    X(platform_device_add, -12)                                                                    \
    X(driver_register, -12)                                                                        \
    X(alloc_workqueue, -12)                                                                        \
    X(alloc_dax_region, -12)                                                                       \
    X(create_dev_dax, -12)                                                                         \
    X(device_add, -12)                                                                             \
    X(kzalloc, -12)

enum class Site : std::uint8_t {
#define X(id, error) id,
    KERNEL_SITES(X)
#undef X
        count_,
};

// Conditions on which the real kernel would WARN (the run goes on) or oops (it stops); and those in
// which it says nothing: a task that waits for itself (the others go on), a run without an end.
// Columns: identifier, whether it stops the run, what a person reads.
#define KERNEL_MISUSES(X)                                                                          \
    X(work_no_func, false, "work item has no function")                                            \
    X(work_unlinked, false, "work item's list entry was never initialised")                        \
    X(work_init_busy, false, "INIT_WORK of a pending or running work item")                        \
    X(not_a_work, false, "memory that is no work item is used as one")                             \
    X(work_text_gone, true, "work item is pending or runs when its module's text is freed")        \
    X(text_gone, true, "code runs after its module's text was freed")                              \
    X(object_freed_busy, true, "object freed while a work item inside it is pending or running")   \
    X(workqueue_null, true, "workqueue is NULL")                                                   \
    X(workqueue_draining, false, "workqueue is draining")                                          \
    X(workqueue_destroyed, true, "workqueue was destroyed")                                        \
    X(use_after_free, true, "object is used after it was freed")                                   \
    X(invalid_free, false, "memory is freed by an address that is no object's")                    \
    X(refcount_underflow, false, "reference count underflow")                                      \
    X(refcount_zero_get, false, "reference taken on a count of zero")                              \
    X(bad_unlock, true, "lock released by a task that does not hold it")                           \
    X(lock_leaked, false, "work function returned with a lock held")                               \
    X(self_lock, false, "a task takes a lock that it holds, and waits for ever")                   \
    X(self_flush, false, "a work function waits for its own end")                                  \
    X(self_queue_flush, false, "a work function waits for the queue that runs it")                 \
    X(self_probe_wait, false, "a probe waits for the end of all probes, its own among them")       \
    X(request_module_async, false, "an asynchronous probe waits for a module to load")             \
    X(device_uninitialised, false, "reference on a device that is not initialised")                \
    X(already_initialised, false, "device is initialised again, which it was already")             \
    X(unregister_locked, false, "device is unregistered by a task that holds its lock")            \
    X(drvdata_unbound, false, "driver data used after the driver was unbound")                     \
    X(no_release, false, "device has no release function")                                         \
    X(duplicate_name, false, "cannot create duplicate filename")                                   \
    X(unexpected_driver_unregister, false, "Unexpected driver unregister!")                        \
    X(second_driver_unregister, true, "driver unregistered twice")                                 \
    X(ida_free_unallocated, false, "ida_free of an id which is not allocated")                     \
    X(drvdata_set, false, "device already has driver data")                                        \
    X(devres_unbound, false, "managed resource added to an unbound device")                        \
    X(devres_not_found, false, "managed resource not found")                                       \
    X(resource_reinserted, false, "resource inserted twice")                                       \
    X(resource_not_found, false, "freeing a nonexistent resource")                                 \
    X(null_pointer, true, "NULL pointer dereference")                                              \
    X(deadlock, true, "nothing can run and some task waits")                                       \
    X(step_budget, true, "the run does not come to rest")

enum class Misuse : std::uint8_t {
#define X(id, stops, text) id,
    KERNEL_MISUSES(X)
#undef X
        count_,
};

// Columns: identifier, meaning of the record's fields. `function` is the outermost function of the
// code under test on the task's stack, unless said otherwise; ranges have inclusive ends.
#define KERNEL_EVENTS(X)                                                                           \
    X(phase)          /* value: Phase */                                                           \
    X(task_created)   /* value: the new task's index */                                            \
    X(task_ended)     /* */                                                                        \
    X(task_runs)      /* the scheduler gives the processor to `task` */                            \
    X(point)          /* detail: Point, object, extra: Context */                                  \
    X(switched)       /* value: switch index, other task in `extra`; at the last point */          \
    X(switch_idle)    /* value: switch index: its target could not run */                          \
    X(blocks)         /* detail: Wait, object */                                                   \
    X(stuck)          /* at a deadlock: detail: Wait, object */                                    \
    X(stuck_holds)    /* at a deadlock: object: a lock the task holds */                           \
    X(fault)          /* detail: Site, object, value: the error, extra: index of the fault */      \
    X(operation)      /* detail: operation, object */                                              \
    X(operation_done) /* detail: operation, object, value: 0 or -errno */                          \
    X(message)        /* caller: the text, object: device, range if end > 0 */                     \
    X(misuse)         /* detail: Misuse, object, other */                                          \
    X(lock)           /* object, detail: Lock */                                                   \
    X(unlock)         /* object, detail: Lock */                                                   \
    X(order)          /* the task is about to take or wait for object, or runs it (detail: */      \
                      /* Ordered), and holds, runs or is `other` (extra: Ordered); before the */   \
                      /* lock's point, after the record of a wait or of the work's begin */        \
    X(waits)          /* a call that may wait: detail: WaitCall, object: item, queue or */         \
                      /* module, other: the item's ordered queue, if it is on one, */              \
                      /* value: 1 if for the caller itself, extra: Context */                      \
    X(allocated)      /* object; with the code under test on the stack */                          \
    X(work_queued)    /* object: item, other: queue, value: queue_work's result, */                \
                      /* start: number of the queueing or 0, extra: 1 if it is disabled */         \
    X(work_begin)     /* object, other: queue, start: number of its queueing */                    \
    X(work_end)       /* object, other: queue, start: number of its queueing */                    \
    X(work_cancelled) /* object, start: number of its queueing; its function will not run */       \
    X(flush_begin)    /* object: item or queue */                                                  \
    X(flush_end)      /* object, value: result */                                                  \
    X(device_added)   /* object, range: its platform data's if end > 0 */                          \
    X(device_deleted) /* object: off its bus; it is unbound next */                                \
    X(device_freed)   /* object, start: serial, value: 1 if the task holds its lock */             \
    X(device_get)     /* object, value: new count, detail: Holder, start: serial */                \
    X(device_put)     /* object, value: new count, detail: Holder, start: serial, */               \
                      /* extra: 1 if it is on its bus */                                           \
    X(device_kept)    /* object, start: serial; what is built in holds a reference for ever */     \
    X(probe_begin)    /* object: device, other: driver */                                          \
    X(probe_end)      /* object, other, value: result */                                           \
    X(unbind_begin)   /* object, other: driver */                                                  \
    X(unbind_end)     /* object */                                                                 \
    X(driver_listed)  /* object: from here on devices find the driver */                           \
    X(driver_registered)   /* object, value: result */                                             \
    X(driver_unregistered) /* object */                                                            \
    X(devres_added)        /* object */                                                            \
    X(module_state)        /* object, value: module_state, text freed = -1 */                      \
    X(hmem_range)          /* range, value: target node; a range entered hmem_active */            \
    X(hmem_range_dropped)  /* range: it overlaps an active one */                                  \
    X(soft_reserved)       /* range */                                                             \
    X(window_published)    /* object, range as it stands in iomem */                               \
    X(window_withdrawn)    /* object, range */                                                     \
    X(region_state)     /* object, range, value: state, gone = -1; extra: 1 if dax can have it */  \
    X(intersects)       /* object: tree, range, value: REGION_ result */                           \
    X(contains)         /* object: cxl, detail: Containment, range, value: bool */                 \
    X(walk_begin)       /* object: host, value: 1 from a work function, 0 otherwise */             \
    X(visit_begin)      /* object: host, range */                                                  \
    X(visit_end)        /* object: host, range, value: the callback's result */                    \
    X(walk_end)         /* object: host, value */                                                  \
    X(dax_region_added) /* object: parent device, range, value: id */                              \
    X(dax_region_conflict) /* object: parent device, range */                                      \
    X(dax_region_removed)  /* object: parent device, range */                                      \
    X(memory_online)       /* object: dax device, range: whole memory blocks */                    \
    X(memory_offline)      /* object: dax device, range */                                         \
    X(memory_refused) /* object: dax device, detail: Refusal, range asked for, value: -errno, */   \
                      /* other: what is in the way of a busy one */                                \
    X(mock_range)     /* object: the device that walks it, range, value: 1 begins, 0 ends */       \
    X(memregion_allocated) /* value: id */                                                         \
    X(memregion_freed)     /* value: id */

enum class EventKind : std::uint8_t {
#define X(id) id,
    KERNEL_EVENTS(X)
#undef X
        count_,
};

// The phases of a run (DESIGN "A run has four phases").
enum class Phase : std::uint8_t { boot, actors, rest, epilogue, end };

// Who holds a reference on a device. `code` is the code under test, by its own get_device.
enum class Holder : std::uint8_t { creator, bus, parent, driver_core, code };

// Why kmem cannot put a dax device's memory to use.
enum class Refusal : std::uint8_t {
    no_node,  // its target node is unknown
    no_block, // there is no whole memory block in it
    busy,     // its range is not free in iomem
};

// Which regions a query for the regions around a range asks for.
enum class Containment : std::uint8_t {
    one_region, // cxl_region_contains_resource
    chain,      // cxl_regions_fully_map
};

// What a blocked task waits for.
enum class Wait : std::uint8_t {
    lock,
    work_done,
    workqueue_done,
    probe_count,
    async_done,
    module_settled,
    child_task,
    bind_file_writers,
    region_file_writers,
    driver_walkers,
};

enum class Lock : std::uint8_t { mutex, rwsem, device };

// What is taken or waited for in some order. Everything that may be waited for as a probe is one.
enum class Ordered : std::uint8_t { lock, device_lock, work, queue, probes };

// Which of the orders of locks somebody reads: those that begin with the lock taken last of those held, the
// work item or the probe, from which the others follow; or the others, too.
enum class Orders : std::uint8_t { innermost, others };

// Calls of the kernel's interface that may wait for something other than a lock.
#define KERNEL_WAIT_CALLS(X)                                                                       \
    X(flush_work)                                                                                  \
    X(cancel_work_sync)                                                                            \
    X(flush_workqueue)                                                                             \
    X(destroy_workqueue)                                                                           \
    X(wait_for_device_probe)                                                                       \
    X(async_synchronize_full)                                                                      \
    X(request_module)

enum class WaitCall : std::uint8_t {
#define X(id) id,
    KERNEL_WAIT_CALLS(X)
#undef X
        count_,
};

// What the task that a record is of was in the middle of.
enum Context : std::uint16_t {
    in_probe = 1, // a driver's probe, the cleanup of one that failed included
    in_awaited =
        2, // what wait_for_device_probe waits for: a counted probe, an asynchronous function
};

// The record was made outside of any task, by whoever drives the kernel.
inline constexpr std::uint16_t no_task = 0xffff;

struct Event {
    EventKind kind{};
    std::uint8_t detail = 0;
    std::uint16_t task = no_task;
    Name object;
    Name other;
    std::int32_t value = 0;
    std::uint16_t extra = 0;
    // String literals (compare the text, never the pointer): the outermost and the innermost function
    // of the code under test on the task's stack.
    const char *function = nullptr;
    const char *caller = nullptr;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
};

using Events = std::vector<Event>;

std::string_view point_text(Point point);
std::string_view point_help(Point point);
std::string_view site_text(Site site);
int site_error(Site site);
std::string_view misuse_id(Misuse misuse);
std::string_view misuse_text(Misuse misuse);
bool misuse_stops(Misuse misuse);
std::string_view event_text(EventKind kind);
std::string_view wait_text(Wait wait);
std::string_view phase_text(Phase phase);
std::string_view wait_call_text(WaitCall call);

} // namespace kernel
