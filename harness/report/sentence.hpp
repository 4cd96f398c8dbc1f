// SPDX-License-Identifier: GPL-2.0-only
// One event as one sentence, in the kernel's words where the kernel has some.
//
// Covers: every kind of event. Does not cover: which task, when, what is left out (trace.hpp).
#pragma once

#include "kernel/event.hpp"
#include "report/tasks.hpp"
#include "scenario/scenario.hpp"

#include <string>

namespace report {

// What a sentence needs beyond its event.
struct Telling {
    const scenario::Scenario &scenario;
    const TaskNames &tasks;
};

// What went before the event on its task.
struct Moment {
    const kernel::Event *last_point = nullptr; // the point the task passed last
    const kernel::Event *opened = nullptr;     // for an end: the event that began it
    unsigned arrival =
        0; // for a point: the N of `ROLE before POINT OBJECT #N`; 0: no switch applies
};

// Never empty, one line, without a full stop at the end.
std::string sentence(const kernel::Event &event, const Moment &moment, const Telling &telling);

// "[mem 0x850000000-0x94fffffff]" as the kernel prints it, and the range's name in the layout, if
// it has one: " (SR0)".
std::string range_text(kernel::Range range, const scenario::Scenario &scenario);

// "lock hmem_platform.0", "the work item resolution": what a blocked task waits for.
std::string waited_for(kernel::Wait wait, kernel::Name object);

// "-12 (-ENOMEM)".
std::string error_text(int error);

} // namespace report
