// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/workqueue.hpp"

#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"
#include "kernel/lockdep.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <algorithm>

namespace kernel {
namespace {

constexpr Footprint queues = Footprint::of(Area::works) | Footprint::read(Area::lifetimes);

std::vector<WorkInstance *> &instances() { return state().work_instances; }

// The instance of `work` that was queued last, or nullptr.
WorkInstance *last_instance(const work_struct *work)
{
    const auto &all = instances();
    for (std::size_t i = all.size(); i-- > 0;)
        if (all[i]->work == work && !all[i]->cancelled)
            return all[i];
    return nullptr;
}

bool startable(const WorkInstance &instance)
{
    for (const WorkInstance *other : instances()) {
        if (other == &instance)
            return true;
        // An ordered queue runs one at a time; any queue runs one item not beside itself.
        if (other->queue == instance.queue &&
            (instance.queue->ordered || other->work == instance.work))
            return false;
    }
    return true;
}

void worker(void *argument);

// Gives a worker to every instance of the queue that may start now.
void kick(workqueue_struct *queue)
{
    for (WorkInstance *instance : instances())
        if (instance->queue == queue && instance->task < 0 && startable(*instance))
            instance->task =
                state().scheduler.create(role_of(instance->name.word), worker, instance).index;
}

void finish(WorkInstance *instance)
{
    workqueue_struct *queue = instance->queue;
    auto &all = instances();
    all.erase(std::find(all.begin(), all.end(), instance));
    delete instance;
    kick(queue);
}

void record_instance(EventKind kind, const WorkInstance &instance)
{
    Event &event = record(kind, instance.name);
    event.other = instance.queue->name;
    event.start = instance.sequence;
}

void run_instance(WorkInstance *instance)
{
    work_struct *work = instance->work;
    if (const Name freed = state().objects.freed_name(work))
        oops(Misuse::use_after_free, freed, instance->name, instance->function.name);
    // PENDING is cleared before the function is called: from here on the item can be queued again.
    work->pending = false;
    instance->running = true;
    const work_func_t function = instance->function = work->func;
    record_instance(EventKind::work_begin, *instance);
    lockdep_work_begin(instance->queue->name, instance->name);
    if (!function)
        oops(Misuse::null_pointer, instance->name);
    call(FrameKind::work, function, work);
    const task_struct &task = state().scheduler.current();
    if (task.held_count > 0)
        warn(Misuse::lock_leaked, task.held[0].name, instance->name);
    lockdep_work_end();
    record_instance(EventKind::work_end, *instance);
}

void worker(void *argument)
{
    auto *instance = static_cast<WorkInstance *>(argument);
    keeps_to(queues);
    if (!instance->cancelled)
        point(Point::work_start, instance->name);
    if (!instance->cancelled)
        run_instance(instance);
    finish(instance);
}

struct Target {
    const void *what; // work_struct or workqueue_struct
    std::uint32_t sequence;
};

bool work_done(const void *argument)
{
    const auto &target = *static_cast<const Target *>(argument);
    return std::none_of(instances().begin(), instances().end(), [&](const WorkInstance *other) {
        return other->work == target.what && other->sequence <= target.sequence &&
               !other->cancelled;
    });
}

bool queue_done(const void *argument)
{
    const auto &target = *static_cast<const Target *>(argument);
    return std::none_of(instances().begin(), instances().end(), [&](const WorkInstance *other) {
        return other->queue == target.what && other->sequence <= target.sequence;
    });
}

bool queue_empty(const void *queue)
{
    return std::none_of(instances().begin(), instances().end(),
                        [queue](const WorkInstance *other) { return other->queue == queue; });
}

bool current_works_for(const workqueue_struct *queue)
{
    const std::int32_t task = state().scheduler.current().index;
    return std::any_of(instances().begin(), instances().end(), [&](const WorkInstance *other) {
        return other->queue == queue && other->task == task;
    });
}

bool instance_done(const void *sequence)
{
    const std::uint32_t one = *static_cast<const std::uint32_t *>(sequence);
    return std::none_of(instances().begin(), instances().end(), [one](const WorkInstance *other) {
        return other->sequence == one && !other->cancelled;
    });
}

bool current_runs(const work_struct *work)
{
    const std::int32_t task = state().scheduler.current().index;
    return std::any_of(instances().begin(), instances().end(), [&](const WorkInstance *other) {
        return other->work == work && other->task == task && other->running;
    });
}

// The ordered queue which the item is on: flushing the item then depends on all of the queue.
Name ordered_queue_of(const work_struct *work)
{
    const WorkInstance *last = last_instance(work);
    return last != nullptr && last->queue->ordered ? last->queue->name : Name{};
}

// cancel_work_sync spins until it owns PENDING, which it takes from the queue the item is on.
bool can_take_pending(const void *argument)
{
    const auto *work = static_cast<const work_struct *>(argument);
    const WorkInstance *last = last_instance(work);
    return !work->pending || (last != nullptr && !last->running);
}

Name name_of_queue(const workqueue_struct *queue)
{
    if (queue == nullptr)
        return {};
    const Name freed = state().objects.freed_name(queue);
    return freed ? freed : queue->name;
}

void check_queue(workqueue_struct *queue)
{
    if (queue == nullptr)
        oops(Misuse::workqueue_null, {});
    if (const Name freed = state().objects.freed_name(queue))
        oops(Misuse::workqueue_destroyed, freed);
}

// What is no work item is left alone: the real kernel would read some state out of it, see
// UPSTREAM.md V1-6.
bool check_item(const work_struct *work)
{
    touch(work);
    if (work->cookie == work_struct::its_cookie)
        return true;
    warn(Misuse::not_a_work, state().objects.name_around(work));
    return false;
}

} // namespace

system_workqueue::operator workqueue_struct *() const { return &state().system_long_wq; }

void INIT_WORK(work_struct *work, work_func_t function)
{
    const Within own(queues);
    if (!check_item(work))
        return;
    if (last_instance(work) != nullptr)
        warn(Misuse::work_init_busy, work->name);
    work->pending = false;
    work->linked = true;
    work->func = function;
    work->last_queue = nullptr;
}

work_struct __WORK_INITIALIZER(Name name, work_func_t function)
{
    return {.name = name, .pending = false, .linked = true, .func = function};
}

workqueue_struct *alloc_ordered_workqueue(Name name)
{
    if (should_fail(Site::alloc_workqueue, name))
        return nullptr;
    auto *queue = new_object<workqueue_struct>(name);
    queue->name = name;
    queue->ordered = true;
    return queue;
}

void destroy_workqueue(workqueue_struct *queue)
{
    const Within own(queues);
    check_queue(queue);
    point(Point::destroy_workqueue, queue->name);
    check_queue(queue);
    record_wait(WaitCall::destroy_workqueue, queue->name, current_works_for(queue));
    queue->draining = true;
    wait_until(Wait::workqueue_done, queue->name, queue_empty, queue);
    kfree(queue);
}

bool queue_work(workqueue_struct *queue, work_struct *work)
{
    const Within own(queues);
    if (!check_item(work))
        return false;
    point(Point::queue_work, work->name);
    touch(work);
    // Only who sets PENDING goes on to look at the queue.
    const bool refused = !work->pending && work->disabled > 0;
    const bool queued = !work->pending && !refused;
    std::uint32_t sequence = 0;
    if (queued) {
        check_queue(queue);
        work->pending = true;
        if (!work->linked) {
            warn(Misuse::work_unlinked, work->name);
        } else if (queue->draining && !current_works_for(queue)) {
            warn(Misuse::workqueue_draining, queue->name, work->name);
        } else {
            work->last_queue = queue;
            sequence = ++state().work_sequence;
            instances().push_back(
                new WorkInstance{queue, work, work->name, work->func, sequence, -1, false, false});
        }
    }
    Event &event = record(EventKind::work_queued, work->name, queued);
    event.other = name_of_queue(queue);
    event.start = sequence;
    event.extra = refused;
    if (queued)
        kick(queue);
    return queued;
}

bool schedule_work(work_struct *work) { return queue_work(&state().system_wq, work); }

bool work_pending(const work_struct *work) { return check_item(work) && work->pending; }

bool wait_for_work(const work_struct *work)
{
    const auto &all = instances();
    const auto last = std::find_if(all.rbegin(), all.rend(), [work](const WorkInstance *other) {
        return other->work == work && other->queue == work->last_queue && !other->cancelled;
    });
    if (last == all.rend())
        return false;
    const std::uint32_t sequence = (*last)->sequence;
    wait_until(Wait::work_done, work->name, instance_done, &sequence);
    return true;
}

bool flush_work(work_struct *work)
{
    const Within own(queues);
    if (!check_item(work))
        return false;
    point(Point::flush_work, work->name);
    touch(work);
    const Name name = work->name; // the function may free the item
    record(EventKind::flush_begin, name);
    bool waited = false;
    if (!work->func) {
        warn(Misuse::work_no_func, name);
    } else {
        record_wait(WaitCall::flush_work, name, current_runs(work), ordered_queue_of(work));
        waited = wait_for_work(work);
    }
    record(EventKind::flush_end, name, waited);
    return waited;
}

bool cancel_work_sync(work_struct *work)
{
    const Within own(queues);
    if (!check_item(work))
        return false;
    point(Point::cancel_work, work->name);
    touch(work);
    if (work->func)
        record_wait(WaitCall::cancel_work_sync, work->name, current_runs(work));
    wait_until(Wait::work_done, work->name, can_take_pending, work);
    if (!work->func) {
        warn(Misuse::work_no_func, work->name);
        return false;
    }
    bool removed = false;
    if (WorkInstance *last = last_instance(work); last != nullptr && !last->running) {
        last->cancelled = true;
        record(EventKind::work_cancelled, last->name).start = last->sequence;
        work->pending = false;
        removed = true;
        if (last->task < 0)
            finish(last);
    }
    ++work->disabled;
    const Target target{work, state().work_sequence};
    wait_until(Wait::work_done, work->name, work_done, &target);
    touch(work);
    --work->disabled;
    return removed;
}

void flush_workqueue(workqueue_struct *queue)
{
    const Within own(queues);
    check_queue(queue);
    point(Point::flush_workqueue, queue->name);
    check_queue(queue);
    const Name name = queue->name;
    record_wait(WaitCall::flush_workqueue, name, current_works_for(queue));
    record(EventKind::flush_begin, name);
    const Target target{queue, state().work_sequence};
    wait_until(Wait::workqueue_done, queue->name, queue_done, &target);
    record(EventKind::flush_end, name);
}

void check_no_work_inside(const void *object)
{
    if (!state().objects.judged())
        return;
    for (const WorkInstance *instance : instances()) {
        if (instance->cancelled || !state().objects.within(object, instance->work))
            continue;
        const bool own =
            state().scheduler.on_task() && instance->task == state().scheduler.current().index;
        if (!instance->running || !own)
            oops(Misuse::object_freed_busy, instance->name, {}, instance->function.name);
    }
}

void check_no_work_runs(Text text)
{
    if (!state().objects.judged())
        return;
    for (const WorkInstance *instance : instances()) {
        // What runs has read its function, what is pending will read it.
        const work_func_t &function = instance->running ? instance->function : instance->work->func;
        if (!instance->cancelled && function.text.module == text.module &&
            function.text.load == text.load)
            oops(Misuse::work_text_gone, instance->name, name_of(text.module), function.name);
    }
}

} // namespace kernel
