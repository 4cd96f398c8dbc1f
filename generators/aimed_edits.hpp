// SPDX-License-Identifier: GPL-2.0-only
// Edits of a scenario that know one run of it: a switch where the run came past and another task
// could have run, a fault of a call that it made. Of switches and faults drawn without a run, most
// come to nothing: one switch by name in forty changes a run, one fault in nine comes to pass.
//
// Covers: what a run came past, and edits by it. Does not cover: running (fuzz/look_ahead.hpp),
// edits that need no run (edits.hpp).
#pragma once

#include "generators/source.hpp"
#include "kernel/schedule.hpp"
#include "scenario/scenario.hpp"

#include <cstdint>
#include <vector>

namespace generators {

struct Passed {
    // A task that lived from the step with the number `first` to the one before `end`.
    struct Task {
        kernel::Role role;
        std::size_t first = 0;
        std::size_t end = 0;
    };
    // A point at which switches could apply; in order of time, over all tasks.
    struct Step {
        kernel::Role role;
        kernel::Point point{};
        kernel::Name object;
    };

    std::vector<Task> tasks;
    std::vector<Step> steps;
    kernel::Choices choices;
    // By index in the scenario: whether the switch made another task run; one by number counts also
    // if another switch took its point, since those after it are counted from there.
    std::vector<bool> switched;
    std::vector<bool> fired; // by index, too: whether the fault came to pass
};

// Adds a switch or a fault that comes to pass, unless the run came past nothing. `passed` is of the
// scenario as it is. Now and then, what came to nothing makes room first.
void aim(scenario::Scenario &scenario, const Passed &passed, Source &source);

} // namespace generators
