// SPDX-License-Identifier: GPL-2.0-only
// What a step of a task touches: two steps of different tasks that touch nothing in common can be
// exchanged, and it makes no difference to anybody. What somebody needs to know who leaves out
// schedules that differ only in that.
//
// Covers: areas of the simulated kernel's state; where a task's code says which of them it keeps to.
// Does not cover: proof that it does. Code that says nothing touches everything.
#pragma once

#include "kernel/event.hpp"
#include "kernel/kernel.hpp"
#include "kernel/name.hpp"

#include <cstdint>
#include <optional>

namespace kernel {

struct bus_type;

// Of each lock there is a bit of its own as far as bits last; locks that share one are taken for one.
enum class Area : std::uint8_t {
    works,        // work items and queues
    platform_bus, // its devices and drivers: lists, bindings, references, managed resources
    cxl_bus,
    pci_bus,
    dax_bus,
    probes,     // probe_count, asynchronous functions
    deferred,   // the lists of deferred probes
    modules,    // their states and users
    resources,  // all resource trees
    cxl,        // windows, memdevs, regions
    memregions, // ids
    lifetimes,  // which objects are freed
    facts,      // what only the judges see: the order of operations, of what happens during a visit
    orders,     // likewise, who took or waited for what while holding what
    count_,
};

struct Footprint {
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;

    static constexpr Footprint of(Area area) { return {0, bit(area)}; }
    static constexpr Footprint read(Area area) { return {bit(area), 0}; }
    static constexpr Footprint everything() { return {~std::uint64_t{0}, ~std::uint64_t{0}}; }
    static constexpr Footprint reads_everything() { return {~std::uint64_t{0}, 0}; }
    static Footprint lock(Name name) { return run_is_directed ? bit_of(name) : Footprint{}; }
    // Which call of the role a fault meets. Shares its bits with locks.
    static Footprint calls(Role role);
    // Of nullptr: any bus.
    static Footprint of(const bus_type *bus)
    {
        return run_is_directed ? bits_of(bus) : Footprint{};
    }

    constexpr Footprint operator|(Footprint other) const
    {
        return {reads | other.reads, writes | other.writes};
    }
    constexpr bool conflicts(Footprint other) const
    {
        return (writes & (other.reads | other.writes)) != 0 || (reads & other.writes) != 0;
    }
    friend constexpr bool operator==(Footprint, Footprint) = default;

private:
    static constexpr std::uint64_t bit(Area area)
    {
        return std::uint64_t{1} << static_cast<unsigned>(area);
    }
    static Footprint bit_of(Name lock);
    static Footprint bits_of(const bus_type *bus);
};

// The running task's code keeps to `own` from here to the end of the object's life, save where it
// calls what says something of its own. Outside of tasks it says nothing.
class Within {
public:
    explicit Within(Footprint own)
    {
        if (run_is_directed) [[unlikely]]
            enter(own);
    }
    ~Within()
    {
        if (outside_) [[unlikely]]
            leave();
    }
    Within(const Within &) = delete;
    Within &operator=(const Within &) = delete;

private:
    void enter(Footprint own);
    void leave();

    std::optional<Footprint> outside_; // on a task, if somebody asked
};

// What the functions below do where somebody asks.
void note_scope(Footprint own);
void note_touch(Footprint also);
void note_orders();

// The same for a whole function that the kernel calls, from its first line to its end: the body of a
// task, a frame (call.hpp).
inline void keeps_to(Footprint own)
{
    if (run_is_directed) [[unlikely]]
        note_scope(own);
}

// The running task touches this here, too.
inline void touches(Footprint also)
{
    if (run_is_directed) [[unlikely]]
        note_touch(also);
}
// What is judged by such a record depends on what came before it.
void touches_as_judged(EventKind kind);
// The running task is about to take or wait for something: judged by what else it holds or is in.
inline void touches_orders()
{
    if (run_is_directed) [[unlikely]]
        note_orders();
}

} // namespace kernel
