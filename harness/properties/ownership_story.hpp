// SPDX-License-Identifier: GPL-2.0-only
// For tests of the oracle of ownership: a run told step by step, as the events it is judged by.
#pragma once

#include "kernel/cxl.hpp"
#include "kernel/errno.hpp"
#include "kernel/module.hpp"
#include "properties/collector.hpp"

#include <string>
#include <vector>

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::name_of;
using kernel::Range;
using kernel::Word;

inline constexpr Range range_a{0x100000000, 0x13fffffff};
inline constexpr Range range_b{0x140000000, 0x17fffffff};
inline constexpr Range both{0x100000000, 0x17fffffff};
inline constexpr Name host = name_of(Word::hmem_platform, 0);
inline constexpr int committed_state = kernel::CXL_CONFIG_COMMIT;
inline constexpr Name second = name_of(Word::hmem_platform, 1);

// A run as its events, told step by step; every step is one call.
class Story {
public:
    Story &soft_reserved(Range range)
    {
        add(EventKind::soft_reserved, {}, range);
        return add(EventKind::hmem_range, {}, range);
    }
    Story &hmat_only(Range range) { return add(EventKind::hmem_range, {}, range); }
    Story &window(Range range)
    {
        return add(EventKind::window_published, name_of(Word::window, 0), range);
    }
    Story &withdraw(Range range)
    {
        return add(EventKind::window_withdrawn, name_of(Word::window, 0), range);
    }
    // `number` tells regions apart; a dax device could be made of those with `dax`.
    Story &region(Range range, int state, int number = 0, bool dax = false)
    {
        add(EventKind::region_state, name_of(Word::region, number), range, state);
        events_.back().extra = dax;
        return add(EventKind::device_added, name_of(Word::region, number), {});
    }
    // By the code under test, if `by_code`; by an administrator otherwise.
    Story &remove_region(Range range, int number, bool by_code)
    {
        add(EventKind::device_deleted, name_of(Word::region, number), {});
        add(EventKind::region_state, name_of(Word::region, number), range, -1);
        events_.back().extra = 1;
        events_.back().caller = by_code ? "work" : nullptr;
        return *this;
    }
    // The revision declares other rules than those of today.
    Story &declares(drivers::DecisionRule decision, drivers::LaterRule later)
    {
        intent_ = {decision, later};
        return *this;
    }
    // The work runs once more.
    Story &next_task()
    {
        ++task_;
        return *this;
    }
    Story &end_walk() { return add(EventKind::walk_end, host, {}); }
    // The first walk of an all-or-nothing resolution.
    Story &survey(std::vector<Range> ranges)
    {
        resolution();
        for (const Range range : ranges)
            drops(range);
        return end_walk();
    }
    Story &committed(Range range) { return region(range, committed_state); }
    Story &dax_cxl_live()
    {
        return add(EventKind::module_state, name_of(Word::dax_cxl), {},
                   static_cast<int>(kernel::module_state::live));
    }
    Story &probe_walk() { return walk("probe", 0); }
    Story &resolution() { return walk("work", 1); }
    Story &visit(Range range) { return add(EventKind::visit_begin, host_, range); }
    Story &visited(Range range, int result = 0)
    {
        return add(EventKind::visit_end, host_, range, result);
    }
    // A visit that registers the range as hmem.N, which probes and claims it.
    Story &registers(Range range, int number)
    {
        return registers_unused(range, number).online(number, range);
    }
    Story &registers_unused(Range range, int number)
    {
        return visit(range)
            .add_device(range, number)
            .claim_unused(Word::hmem, number, range)
            .visited(range);
    }
    Story &add_device(Range range, int number)
    {
        add(EventKind::device_added, name_of(Word::hmem, number), range);
        return add(EventKind::probe_end, name_of(Word::hmem, number), {}, 0);
    }
    Story &probes(Name device, int result = 0)
    {
        add(EventKind::probe_begin, device, {});
        return add(EventKind::probe_end, device, {}, result);
    }
    Story &delete_device(int number)
    {
        return add(EventKind::device_deleted, name_of(Word::hmem, number), {});
    }
    // A dax region whose dax device kmem has online.
    Story &claim(Word parent, int number, Range range)
    {
        return claim_unused(parent, number, range).online(number, range);
    }
    Story &claim_unused(Word parent, int number, Range range)
    {
        return add(EventKind::dax_region_added, name_of(parent, number), range, number);
    }
    Story &refuse(Word parent, int number, Range range)
    {
        return add(EventKind::dax_region_conflict, name_of(parent, number), range);
    }
    Story &fault() { return add(EventKind::fault, host, {}, -12); }
    Story &release(Word parent, int number)
    {
        return add(EventKind::dax_region_removed, name_of(parent, number), {});
    }
    // daxN.0 of the claim with this id.
    Story &online(int id, Range range)
    {
        return add(EventKind::memory_online, name_of(Word::dax, id, 0), range);
    }
    Story &offline(int id, Range range)
    {
        return add(EventKind::memory_offline, name_of(Word::dax, id, 0), range);
    }
    Story &refused(int id, Range range)
    {
        add(EventKind::memory_refused, name_of(Word::dax, id, 0), range, -EBUSY);
        events_.back().detail = static_cast<std::uint8_t>(kernel::Refusal::busy);
        return *this;
    }
    // The second device comes with its range, or goes.
    Story &second_device(Range range, bool there)
    {
        const EventKind kind = there ? EventKind::device_added : EventKind::device_deleted;
        add(kind, second, {});
        return add(EventKind::mock_range, second, range, there ? 1 : 0);
    }
    Story &by(Name device)
    {
        host_ = device;
        return *this;
    }
    Story &on_task(std::uint16_t task)
    {
        task_ = task;
        return *this;
    }
    Story &drops(Range range) { return visit(range).visited(range); }
    Story &unbind(Name device) { return add(EventKind::unbind_begin, device, {}); }

    // "property:cause object" of what the oracle finds when the run comes to rest here.
    std::vector<std::string> found(bool defers_to_cxl = true)
    {
        std::vector<std::string> lines;
        for (const Violation &violation : judge(defers_to_cxl))
            lines.push_back(identity(violation) + " " + kernel::to_string(violation.object));
        return lines;
    }
    std::vector<std::string> details()
    {
        std::vector<std::string> lines;
        for (const Violation &violation : judge(true))
            lines.emplace_back(violation.detail);
        return lines;
    }
    std::vector<Unowned> unowned()
    {
        found();
        return unowned_;
    }

private:
    std::vector<Violation> judge(bool defers_to_cxl)
    {
        rest();
        Collector collector(events_);
        std::vector<std::uint32_t> shown; // what it declares to read, as in a run
        for (std::uint32_t i = 0; i < events_.size(); ++i)
            if (ownership_records.has(events_[i].kind, events_[i].object.word))
                shown.push_back(i);
        judge_ownership({intent_, defers_to_cxl}, events_, shown, collector, unowned_);
        return collector.take();
    }
    Story &walk(const char *function, int resolution)
    {
        function_ = function;
        return add(EventKind::walk_begin, host_, {}, resolution);
    }
    void rest() { add(EventKind::phase, {}, {}, static_cast<int>(kernel::Phase::epilogue)); }
    Story &add(EventKind kind, Name object, Range range, int value = 0)
    {
        Event event;
        event.kind = kind;
        event.task = task_;
        event.object = object;
        event.value = value;
        event.start = range.start;
        event.end = range.end;
        event.function = function_;
        events_.push_back(event);
        return *this;
    }

    const char *function_ = "init";
    Name host_ = host;
    std::uint16_t task_ = 1;
    drivers::Intent intent_{};
    std::vector<Event> events_;
    std::vector<Unowned> unowned_;
};

using Found = std::vector<std::string>;

} // namespace properties
