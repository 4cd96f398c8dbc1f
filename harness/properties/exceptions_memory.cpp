// SPDX-License-Identifier: GPL-2.0-only
// Memory that kmem cannot put to use, or not take offline again: what explains it.
#include "properties/exception_predicates.hpp"

#include "kernel/kmem.hpp"

#include <vector>

namespace properties {

using kernel::Event;
using kernel::EventKind;
using kernel::Range;
using kernel::Word;

namespace {

bool is_unusable(const Violation &violation, std::string_view detail)
{
    return violation.property == Property::unusable_range && violation.detail == detail;
}

// The last refusal of the memory; nullptr if there is none.
const Event *refusal(const Violation &violation, const Circumstances &run)
{
    const Event *last = nullptr;
    for (const Event &event : run.events)
        if (event.kind == EventKind::memory_refused &&
            violation.range.contains({event.start, event.end}))
            last = &event;
    return last;
}

bool holds_block(Range range)
{
    constexpr std::uint64_t mask = kernel::memory_block_bytes - 1;
    const std::uint64_t first = (range.start + mask) & ~mask; // below the start if it wraps around
    return first >= range.start && first <= range.end && range.end - first >= mask;
}

// The dax region is what firmware gave its owner: an entry of HMAT, the second device's range, a Soft
// Reserved range, or several that overlap and so became one; or a region. No piece of one, and no more.
bool is_as_given(const Violation &violation, const scenario::Layout &layout)
{
    const auto is_it = [&](const auto &given) { return given.range == violation.range; };
    if (violation.object.word != Word::hmem)
        return std::any_of(layout.regions.begin(), layout.regions.end(), is_it);
    if ((layout.hmem_platform_1 && is_it(*layout.hmem_platform_1)) ||
        std::any_of(layout.hmat.begin(), layout.hmat.end(), is_it))
        return true;
    Range whole{violation.range.end, violation.range.start}; // of what overlaps it, none yet
    for (const scenario::MemoryRange &memory : layout.soft_reserved)
        if (memory.range.overlaps(violation.range))
            whole = {std::min(whole.start, memory.range.start),
                     std::max(whole.end, memory.range.end)};
    return whole == violation.range;
}

// The target node that the kernel asks firmware for, when it enters the range into hmem_active: an HMAT
// entry comes with its own, a Soft Reserved range has that of whatever its first byte lies in.
bool has_unknown_node(Range range, const scenario::Layout &layout)
{
    const auto &second = layout.hmem_platform_1;
    if (second && second->range == range && second->node < 0)
        return true;
    for (const scenario::MemoryRange &described : layout.hmat)
        if (described.range == range)
            return described.node < 0;
    const Range first{range.start, range.start};
    for (const auto *described : {&layout.soft_reserved, &layout.hmat})
        for (const scenario::MemoryRange &memory : *described)
            if (memory.range.contains(first) && memory.node >= 0)
                return false;
    return std::none_of(layout.windows.begin(), layout.windows.end(),
                        [&](const scenario::Window &window) {
                            return window.range.contains(first); // it gets a node of its own
                        });
}

// A dax device that left its memory behind is in the way.
bool left_behind(const Event &refused, const Circumstances &run)
{
    const Range range{refused.start, refused.end};
    bool online = false;
    bool left = false;
    for (const Event &event : run.events) {
        if (&event == &refused)
            break;
        if (event.object != refused.other)
            continue;
        if (event.kind == EventKind::memory_online && range.overlaps({event.start, event.end}))
            online = true;
        else if (event.kind == EventKind::device_deleted)
            left |= online;
    }
    return left;
}

// Behind a window that was withdrawn, memory that kmem could not take offline looked like one when the
// range was visited: at the violation, or last.
bool memory_looked_like_window(const Violation &violation, const Circumstances &run)
{
    const bool at_rest = is_lost(violation);
    std::vector<kernel::Name> online;
    bool left = false;
    bool window_gone = false;
    bool answer = false;
    for (std::size_t i = 0; i < run.events.size() && (at_rest || i <= violation.event); ++i) {
        const Event &event = run.events[i];
        const Range range{event.start, event.end};
        const bool meets = range.overlaps(violation.range);
        if (event.kind == EventKind::memory_online && meets)
            online.push_back(event.object);
        else if (event.kind == EventKind::device_deleted)
            left |= std::find(online.begin(), online.end(), event.object) != online.end();
        else if (event.kind == EventKind::window_withdrawn && meets)
            window_gone = true;
        else if (event.kind == EventKind::window_published && meets)
            window_gone = false;
        else if (event.kind == EventKind::visit_end && range == violation.range)
            answer = left && window_gone;
    }
    return answer;
}

} // namespace

bool ml_24(const Violation &violation, const Circumstances &run)
{
    if (!is_unusable(violation, unusable_detail::busy) || violation.object.word != Word::hmem ||
        !is_as_given(violation, run.scenario.layout))
        return false;
    const Event *refused = refusal(violation, run);
    if (refused == nullptr)
        return false;
    const Range range{refused->start, refused->end};
    const auto sticks_out_of = [&](const auto &other) {
        return other.number == refused->other.number && range.overlaps(other.range) &&
               !other.range.contains(range);
    };
    const scenario::Layout &layout = run.scenario.layout;
    if (refused->other.word == Word::window)
        return std::any_of(layout.windows.begin(), layout.windows.end(), sticks_out_of);
    return refused->other.word == Word::region &&
           std::any_of(layout.regions.begin(), layout.regions.end(), sticks_out_of);
}

bool memory_left_online(const Violation &violation, const Circumstances &run)
{
    if (!run.scenario.layout.config.kmem_remove_fails)
        return false;
    if (is_unusable(violation, unusable_detail::busy)) {
        const Event *refused = refusal(violation, run);
        return refused != nullptr && refused->other.word == Word::dax && left_behind(*refused, run);
    }
    const bool dropped =
        violation.detail == wrong_detail::drops || violation.detail == lost_detail::hmem_has_none;
    return dropped && memory_looked_like_window(violation, run);
}

// dax_cxl asks for another node where there is none.
bool no_target_node(const Violation &violation, const Circumstances &run)
{
    return is_unusable(violation, unusable_detail::no_node) &&
           violation.object.word == Word::hmem &&
           has_unknown_node(violation.range, run.scenario.layout);
}

bool no_memory_block(const Violation &violation, const Circumstances &run)
{
    return is_unusable(violation, unusable_detail::no_block) && !holds_block(violation.range) &&
           is_as_given(violation, run.scenario.layout);
}

} // namespace properties
