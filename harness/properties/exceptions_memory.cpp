// SPDX-License-Identifier: GPL-2.0-only
// Memory that kmem cannot put to use, or not take offline again: what explains it.
#include "properties/exception_predicates.hpp"

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

// What was in the way when the memory was refused.
Word in_the_way(const Violation &violation, const Circumstances &run)
{
    Word word = Word::none;
    for (const Event &event : run.events)
        if (event.kind == EventKind::memory_refused &&
            violation.range.contains({event.start, event.end}))
            word = event.other.word;
    return word;
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
    if (!is_unusable(violation, unusable_detail::busy))
        return false;
    const Word word = in_the_way(violation, run);
    return word == Word::window || word == Word::region;
}

bool memory_left_online(const Violation &violation, const Circumstances &run)
{
    if (!run.scenario.layout.config.kmem_remove_fails)
        return false;
    if (is_unusable(violation, unusable_detail::busy))
        return in_the_way(violation, run) == Word::dax;
    const bool dropped =
        violation.detail == wrong_detail::drops || violation.detail == lost_detail::hmem_has_none;
    return dropped && memory_looked_like_window(violation, run);
}

bool no_target_node(const Violation &violation, const Circumstances &)
{
    return is_unusable(violation, unusable_detail::no_node);
}

bool no_memory_block(const Violation &violation, const Circumstances &)
{
    return is_unusable(violation, unusable_detail::no_block);
}

} // namespace properties
