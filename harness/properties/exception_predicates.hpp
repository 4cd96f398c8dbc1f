// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: what the rows of the table in exceptions.cpp take. Each predicate judges one
// violation by what the run was made of, before its epilogue.
#pragma once

#include "properties/exceptions.hpp"

#include <algorithm>

namespace properties {

template <class Predicate> bool any_event(const Circumstances &run, Predicate predicate)
{
    return std::any_of(run.events.begin(), run.events.end(), predicate);
}

inline bool is_lost(const Violation &violation)
{
    return violation.property == Property::lost_range;
}

// exceptions_ownership.cpp: ranges that are lost, or registered twice
bool ml_8(const Violation &violation, const Circumstances &run);
bool ml_10(const Violation &violation, const Circumstances &run);
bool ml_17(const Violation &violation, const Circumstances &run);
bool ml_23(const Violation &violation, const Circumstances &run);
bool ml_13(const Violation &violation, const Circumstances &run);
bool ml_16(const Violation &violation, const Circumstances &run);
bool ml_7(const Violation &violation, const Circumstances &run);

// exceptions_races.cpp: the same, because a window or a region came or went at a bad moment
bool region_came_during_walk(const Violation &violation, const Circumstances &run);
bool region_claimed_first(const Violation &violation, const Circumstances &run);
bool region_was_going(const Violation &violation, const Circumstances &run);
bool window_withdrawn(const Violation &violation, const Circumstances &run);
bool window_published_late(const Violation &violation, const Circumstances &run);

// exceptions_faults.cpp: ranges that are lost because a call failed
bool ml_3(const Violation &violation, const Circumstances &run);
bool ml_4(const Violation &violation, const Circumstances &run);
bool child_probe_failed(const Violation &violation, const Circumstances &run);

// exceptions_memory.cpp: memory that cannot be used, or not be given back
bool ml_24(const Violation &violation, const Circumstances &run);
bool no_target_node(const Violation &violation, const Circumstances &run);
bool no_memory_block(const Violation &violation, const Circumstances &run);
bool memory_left_online(const Violation &violation, const Circumstances &run);

// exceptions_misuse.cpp: misuse of the kernel's facilities
bool ml_11(const Violation &violation, const Circumstances &run);
bool ml_12(const Violation &violation, const Circumstances &run);
bool zeroed_under_its_lock(const Violation &violation, const Circumstances &run);
bool built_in_init_failed(const Violation &violation, const Circumstances &run);

} // namespace properties
