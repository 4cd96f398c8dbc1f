// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/state.hpp"

#include "kernel/errno.hpp"
#include "kernel/footprint.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <utility>

namespace kernel {

constinit thread_local State *current_state = nullptr;
constinit thread_local bool run_is_directed = false;

bool IS_ENABLED(config_symbol symbol)
{
    return state().config.enabled[static_cast<std::size_t>(symbol)];
}

bool driver_async_probe(Word driver)
{
    return state().config.driver_async_probe[static_cast<std::size_t>(driver)];
}

bool device_hmem_disable() { return state().config.device_hmem_disable; }

bool has_state() { return current_state != nullptr; }

CurrentState::CurrentState(State &state)
{
    HARNESS_ASSERT(current_state == nullptr);
    current_state = &state;
}

CurrentState::~CurrentState() { current_state = nullptr; }

void State::begin(Memory memory_mode, std::span<const Switch> switches,
                  std::span<const Fault> fault_list, std::uint64_t steps_max, Place place)
{
    events.clear();
    recorded = &all_records;
    unmodelled = nullptr;
    configurable = true;
    objects.begin(memory_mode, place);
    scheduler.begin(switches, steps_max);
    faults.clear();
    for (const Fault &fault : fault_list)
        faults.push_back({fault});
    faults_allowed = false;
    system_wq = {name_of(Word::system_wq), false, false};
    system_long_wq = {name_of(Word::system_long_wq), false, false};
    platform_bus.match = platform_match;
    iomem_resource = {};
    iomem_resource.end = ~std::uint64_t{0};
    iomem_resource.name = "PCI mem";
    iomem_resource.flags = IORESOURCE_MEM;
    soft_reserve_resource = iomem_resource;
    soft_reserve_resource.name = "Soft Reserved";
    dax_regions = DEFINE_RES_MEM_NAMED(0, ~std::uint64_t{0}, "DAX Regions");
    iomem_resource.what = name_of(Word::iomem);
    soft_reserve_resource.what = name_of(Word::soft_reserve);
    dax_regions.what = name_of(Word::dax_regions);
}

// Drops every pointer into the simulated heap. Where that is malloc's, none stays in memory that is kept,
// so that a leak is one for LeakSanitizer, too.
void State::forget()
{
    const bool wipe = objects.place() == Place::heap;
    lock_orders.forget();
    work_sequence = 0;
    device_serial = 0;
    visits_open = 0;
    for (bus_type *bus : {&platform_bus, &cxl_bus, &pci_bus, &dax_bus}) {
        kernel::forget(bus->devices, wipe);
        kernel::forget(bus->drivers, wipe);
        bus->match = nullptr;
    }
    device_lists.forget_all(wipe);
    probe_count = 0;
    async_entries = 0;
    unrelated_probe = false;
    deferred_probe = {};
    modules.fill({});
    iomem_resource = {};
    soft_reserve_resource = {};
    dax_regions = {};
    memregions.clear();
    nodes.clear();
    mocked_range.reset();
    kernel::forget(cxl.decoders, wipe);
    kernel::forget(cxl.memdevs, wipe);
    cxl = {.decoders = std::move(cxl.decoders), .memdevs = std::move(cxl.memdevs)};
    dax = {};
    config = {};
}

void State::end()
{
    scheduler.end();
    for (const WorkInstance *instance : work_instances)
        delete instance;
    work_instances.clear();
    objects.end();
    forget();
}

std::vector<device *> *DeviceLists::take()
{
    if (idle_.empty())
        return &all_.emplace_back();
    std::vector<device *> *list = idle_.back();
    idle_.pop_back();
    return list;
}

void DeviceLists::give_back(std::vector<device *> *list)
{
    list->clear();
    idle_.push_back(list);
}

void DeviceLists::forget_all(bool wipe)
{
    idle_.clear();
    for (std::vector<device *> &list : all_) {
        forget(list, wipe);
        idle_.push_back(&list);
    }
}

namespace {

// Made where it lies, so that nothing is copied.
inline Event &place(Events &events, EventKind kind, Name object, std::int32_t value,
                    std::uint16_t task, const char *function, const char *caller)
{
    return events.emplace_back(kind, std::uint8_t{0}, task, object, Name{}, value, std::uint16_t{0},
                               function, caller, std::uint64_t{0}, std::uint64_t{0});
}

[[gnu::noinline]] Event &append(State &self, EventKind kind, Name object, std::int32_t value);

[[gnu::noinline]] Event &append_with_more_room(State &self, EventKind kind, Name object,
                                               std::int32_t value)
{
    constexpr std::size_t usual = 512; // more than most runs record
    self.events.reserve(std::max(usual, 2 * self.events.capacity()));
    return append(self, kind, object, value);
}

[[gnu::noinline]] Event &append(State &self, EventKind kind, Name object, std::int32_t value)
{
    // Out of line, so that what is done for each record stays short.
    Events &events = self.events;
    if (events.size() == events.capacity()) [[unlikely]]
        return append_with_more_room(self, kind, object, value);
    if (!self.scheduler.on_task())
        return place(events, kind, object, value, no_task, nullptr, nullptr);
    const task_struct &task = self.scheduler.current();
    return place(events, kind, object, value, task.index, task.cause, task.innermost);
}

inline Event &append_if_read(State &self, EventKind kind, Name object, std::int32_t value)
{
    return self.recorded->has(kind, object.word) ? append(self, kind, object, value)
                                                 : self.not_recorded;
}

[[gnu::noinline]] Event &record_directed(State &self, EventKind kind, Name object,
                                         std::int32_t value)
{
    if (self.scheduler.on_task())
        touches_as_judged(kind);
    return append_if_read(self, kind, object, value);
}

} // namespace

// Little is done here, so that a record that is not made costs little.
Event &record(EventKind kind, Name object, std::int32_t value)
{
    State &self = state();
    if (run_is_directed) [[unlikely]]
        return record_directed(self, kind, object, value);
    return append_if_read(self, kind, object, value);
}

Event &record_range(EventKind kind, Name object, Range range, std::int32_t value)
{
    Event &event = record(kind, object, value);
    event.start = range.start;
    event.end = range.end;
    return event;
}

namespace {

void record_misuse(Misuse misuse, Name object, Name other, const char *function)
{
    Event &event = record(EventKind::misuse, object);
    event.detail = static_cast<std::uint8_t>(misuse);
    event.other = other;
    if (function != nullptr)
        event.function = function;
    else if (event.function == nullptr && state().scheduler.on_task())
        event.function = cause_of(state().scheduler.current());
}

} // namespace

void warn(Misuse misuse, Name object, Name other)
{
    HARNESS_ASSERT(!misuse_stops(misuse));
    record_misuse(misuse, object, other, nullptr);
}

void oops(Misuse misuse, Name object, Name other, const char *function)
{
    HARNESS_ASSERT(misuse_stops(misuse));
    record_misuse(misuse, object, other, function);
    state().scheduler.stop_here();
}

void not_modelled(const char *what)
{
    state().unmodelled = what;
    state().scheduler.stop_here();
}

void not_configurable(const char *why)
{
    state().configurable = false;
    not_modelled(why);
}

void dev_dbg(Name device, const char *text, Range range)
{
    record_range(EventKind::message, device, range).caller = text;
}

namespace {

// Counts the role's calls by what is noted of them: few enough for a walk.
void note_call(Choices &choices, Role role, bool fails, std::size_t fault)
{
    std::uint32_t calls = 1;
    for (const Choice &choice : choices)
        if ((choice.kind == Choice::Kind::call || choice.kind == Choice::Kind::failed) &&
            choice.role == role)
            ++calls;
    choices.push_back({fails ? Choice::Kind::failed : Choice::Kind::call, calls,
                       static_cast<std::uint16_t>(fails ? fault : 0), role});
}

[[gnu::noinline]] bool should_fail_now(State &self, Choices *choices, Site site, Name object)
{
    const task_struct &task = self.scheduler.current();
    // Only calls made on behalf of the code under test can fail.
    if (innermost_of(task) == nullptr)
        return false;
    bool fail = false;
    std::size_t last = 0; // where several hit one call
    for (std::size_t i = 0; i < self.faults.size(); ++i) {
        FaultState &fault = self.faults[i];
        const Fault &what = fault.what;
        const bool named = what.site == site && what.object == object;
        if (what.role != task.role || !(what.nth || named))
            continue;
        touches(Footprint::calls(what.role));
        if (fault.fired)
            continue;
        if (++fault.seen != what.count)
            continue;
        fault.fired = true;
        fail = true;
        last = i;
    }
    if (choices != nullptr)
        note_call(*choices, task.role, fail, last);
    if (fail) {
        Event &event = record(EventKind::fault, object, site_error(site));
        event.detail = static_cast<std::uint8_t>(site);
        event.extra = static_cast<std::uint16_t>(last);
    }
    return fail;
}

} // namespace

// Most runs have no faults.
bool should_fail(Site site, Name object)
{
    State &self = state();
    Choices *choices = self.scheduler.watched();
    if (!self.faults_allowed || (self.faults.empty() && choices == nullptr))
        return false;
    return should_fail_now(self, choices, site, object);
}

} // namespace kernel
